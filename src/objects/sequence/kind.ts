import type { CompareContext, ObjectKind, ObjectPair } from '../../dialect/object-kind.ts';
import { mentionedNames } from '../../operations/mentioned-names.ts';
import type { Operation } from '../../operations/operation.ts';
import type { SchemaModel } from '../../schema/schema-model.ts';
import type { Sequence, SequenceFacts } from '../../schema/sequence.ts';
import { isSql } from '../../schema/sql.ts';
import { columnOf } from '../../schema/table.ts';
import { deepEqual } from '../../util/deep-equal.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';
import { defineObjectKind } from '../object-kind.ts';
import { sequencesAsCompared, sequencesAsModels } from './as-models.ts';
import { effective } from './effective.ts';
import {
  type AlterSequence,
  alterSequence,
  type CreateSequence,
  createSequence,
  type DropSequence,
  dropSequence,
} from './operations.ts';
import * as postgresql from './postgresql.ts';

/** Sequences that stand by themselves. What counts a SERIAL column up is that column's own, unless a model speaks of it. */
export const sequenceKind: ObjectKind<Sequence> = defineObjectKind<Sequence>({
  kind: 'sequence',
  isOptional: true,
  operations: [createSequence, dropSequence, alterSequence],
  inspect: { postgresql: postgresql.inspectSequences },
  canonicalize: { postgresql: postgresql.canonicalizeSequences },
  asModels: sequencesAsModels,
  asCompared: sequencesAsCompared,
  compare,
});

function compare(
  { model, canonical, database }: ObjectPair<Sequence>,
  context: CompareContext,
): readonly Operation[] {
  if (database === null) {
    if (model === null) return [];
    return [deepFreeze<CreateSequence>({ kind: 'createSequence', sequence: model, ifNotExists: false })];
  }
  if (model === null || canonical === null) return isKept(database, context) ? [] : [drop(database)];
  const differing = differences(canonical, database, context);
  if (differing.length === 0) return [];
  const pick = (from: Sequence, wanted: readonly Fact[]): Partial<SequenceFacts> =>
    Object.fromEntries(wanted.map((fact) => [fact, from[fact]]));
  const { name, schema } = model;
  // defaults depend on these
  const context_ = (['type', 'increment', 'minValue', 'maxValue'] as const).filter(
    (fact) => differing.includes('start') && database[fact] !== null,
  );
  return [
    deepFreeze<AlterSequence>({
      kind: 'alterSequence',
      name,
      schema,
      changes: pick(canonical, differing),
      existing: pick(
        database,
        facts.filter((fact) => differing.includes(fact) || (context_ as Fact[]).includes(fact)),
      ),
    }),
  ];
}

type Fact = keyof SequenceFacts;
const facts: readonly Fact[] = [
  'type',
  'start',
  'increment',
  'minValue',
  'maxValue',
  'cache',
  'cycle',
  'ownedBy',
  'comment',
  'options',
];

/** What differs in effect: a bound that nobody says is another one for another type or direction. */
function differences(canonical: Sequence, database: Sequence, { dialect }: CompareContext): readonly Fact[] {
  const [wanted, there] = [effective(canonical, dialect.name), effective(database, dialect.name)];
  return facts.filter((fact) =>
    fact in wanted
      ? wanted[fact as keyof typeof wanted] !== there[fact as keyof typeof there]
      : !deepEqual(canonical[fact], database[fact]),
  );
}

/** Whether a sequence that no model holds isn't one to drop: a column counts by it, goes with it, or isn't compared at all. */
function isKept({ schema, name, ownedBy }: Sequence, context: CompareContext): boolean {
  if (ownedBy !== null) {
    const table = context.table({ schema, name: ownedBy.table })?.database ?? null;
    if (table === null || columnOf(table, ownedBy.column)?.autoincrement === true) return true;
  }
  return isNamed(context.model, schema, name);
}

/** Whether a default of the models names it. */
function isNamed(model: SchemaModel, schema: string | null, name: string): boolean {
  return model.tables.some((table) =>
    table.columns.some(
      ({ serverDefault }) =>
        isSql(serverDefault) &&
        mentionedNames(serverDefault.text).some(
          (each) => each.name === name && (each.schema === null || each.schema === schema),
        ),
    ),
  );
}

function drop(was: Sequence): DropSequence {
  const { name, schema } = was;
  return deepFreeze({ kind: 'dropSequence', name, schema, ifExists: false, was });
}
