import type { CompareContext, TablePair } from '../../dialect/object-kind.ts';
import type { Operation } from '../../operations/operation.ts';
import type { Constraint } from '../../schema/table.ts';
import { deepEqual } from '../../util/deep-equal.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';
import { pairByName } from './pair-by-name.ts';
import { validated } from './validate.ts';

/**
 * Compares one kind of constraint of a table that both sides have: by name where both have one, else by definition. A difference is a drop and a making:
 * no database changes the definition of a constraint that is there.
 */
export function compareConstraints<C extends Constraint>(
  kind: C['kind'],
  create: string,
  includeType: string,
  pair: TablePair,
  context: CompareContext,
): readonly Operation[] {
  const { model, canonical, database } = pair;
  if (model === null || canonical === null || database === null) return [];
  const wanted = canonical.constraints.flatMap((constraint, i) =>
    constraint.kind === kind ? [{ canonical: constraint, model: model.constraints[i] ?? constraint }] : [],
  );
  const there = database.constraints.filter((constraint) => constraint.kind === kind);
  const pairs = pairByName(
    wanted,
    there,
    (a, b) => deepEqual(definition(a.canonical), definition(b)),
    (a) => a.canonical.name,
  );
  return pairs.flatMap(({ wanted: want, there: have }): Operation[] => {
    if (
      want !== null &&
      have !== null &&
      sameName(want.canonical, have) &&
      deepEqual(definition(want.canonical), definition(have))
    )
      return [];
    const includes = (object: Constraint, reflected: boolean, compareTo: Constraint | null): boolean =>
      context.includes({
        type: includeType,
        name: object.name,
        object,
        reflected,
        compareTo,
        table: reflected ? database : model,
      });
    const added =
      want === null || !includes(want.model, false, have) ? null : named(want.model, want.canonical);
    const removed = have === null || !includes(have, true, want?.model ?? null) ? null : have;
    // a replacement of which a filter lets through only one half would leave the table without its constraint, or fail
    if (want !== null && have !== null && (added === null || removed === null)) return [];
    const at = { table: model.name, schema: model.schema };
    // a constraint that was added as NOT VALID is one whose rows are looked at later: that is no other constraint
    if (want !== null && have !== null && added !== null && sameName(want.canonical, have)) {
      const wanted = definition(validated(want.canonical));
      if (deepEqual(wanted, definition(have))) return [];
      if (deepEqual(wanted, definition(validated(have))) && have.name !== null)
        return [deepFreeze({ kind: 'validateConstraint', ...at, name: have.name, was: have } as Operation)];
    }
    return [
      ...(removed === null
        ? []
        : [
            {
              kind: 'dropConstraint',
              ...at,
              name: removed.name,
              type: kind,
              ifExists: false,
              was: removed,
            } as Operation,
          ]),
      ...(added === null ? [] : [{ kind: create, ...at, constraint: added } as Operation]),
    ].map(deepFreeze);
  });
}

/** An unnamed constraint of the model is whatever the database called it. */
function sameName(canonical: Constraint, database: Constraint): boolean {
  return canonical.name === null || canonical.name === database.name;
}

/**
 * The model's constraint, with its name as the database takes it. One that has no name there either is told by its definition when it is dropped again:
 * so it is given as the database will report it.
 */
function named(model: Constraint, canonical: Constraint): Constraint {
  if (canonical.name === null) return canonical;
  return model.name === null || model.name === canonical.name ? model : { ...model, name: canonical.name };
}

/** What tells whether two constraints are the same, but for the name. */
function definition(constraint: Constraint): object {
  const { name: _, finalName: __, ...rest } = constraint;
  return rest.kind === 'foreignKey' ? { ...rest, useAlter: false } : rest;
}
