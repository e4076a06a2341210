import { deepEqual } from '../util/deep-equal.ts';
import { type Constraint, primaryKeyOf, type Table } from './table.ts';

/** What is known of a constraint that is looked for. */
export interface ConstraintClue {
  readonly name: string | null;
  readonly type: Constraint['kind'] | null;
  /** the constraint as it is said to be */
  readonly was: Constraint | null;
}

/** Finds the constraint that a drop means: by its name, else by what it was. */
export function findConstraint(table: Table, op: ConstraintClue): Constraint | undefined {
  if (op.name !== null) {
    const named = table.constraints.find(
      (each) => each.name === op.name && (op.type === null || each.kind === op.type),
    );
    if (named !== undefined) return named;
  }
  if (op.type === 'primaryKey') return primaryKeyOf(table) ?? undefined;
  const { was } = op;
  if (was === null) return undefined;
  return table.constraints.find(
    (each) =>
      each.kind === was.kind &&
      (op.name === null || each.name === null) &&
      deepEqual({ ...each, name: null }, { ...was, name: null }),
  );
}
