import { ArgumentError } from '../../errors.ts';
import {
  checkName,
  checkOptions,
  type DropOptions,
  dropByName,
  irreversible,
  newNameArgument,
  optionArguments,
  type SchemaOption,
  wasOf,
} from '../../operations/arguments.ts';
import { defineOperation, type OperationDefinition } from '../../operations/define-operation.ts';
import { loses } from '../../operations/loss.ts';
import { changeObject, dropObject } from '../../operations/model-objects.ts';
import { key, type Operation, type Touches } from '../../operations/operation.ts';
import type { DialectOptions } from '../../schema/dialect-options.ts';
import { displayName } from '../../schema/names.ts';
import {
  type Sequence,
  type SequenceFacts,
  type SequenceOptions,
  type SequenceOwner,
  sequence,
  sequenceFact,
  sequenceFactNames,
  sequenceOptionNames,
  type WholeNumber,
  wholeNumber,
} from '../../schema/sequence.ts';
import type { ColumnType } from '../../schema/types/column-type.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';
import { onlyPostgresql } from '../only-postgresql.ts';
import { alterStatements, sequenceStatements } from './sql.ts';

export interface CreateSequence extends Operation {
  readonly kind: 'createSequence';
  readonly sequence: Sequence;
  readonly ifNotExists: boolean;
}

export interface DropSequence extends Operation {
  readonly kind: 'dropSequence';
  readonly name: string;
  readonly schema: string | null;
  readonly ifExists: boolean;
  readonly was: Sequence | null;
}

export interface AlterSequence extends Operation {
  readonly kind: 'alterSequence';
  readonly name: string;
  readonly schema: string | null;
  /** what becomes different; a null goes back to the default */
  readonly changes: Partial<SequenceFacts>;
  /** what is known of it as it is: for the way back, and for defaults that depend on it */
  readonly existing: Partial<SequenceFacts>;
  /** the name that it gets at last */
  readonly newName?: string;
}

export interface CreateSequenceOptions extends SequenceOptions {
  readonly ifNotExists?: boolean;
}

export interface AlterSequenceOptions extends SchemaOption {
  readonly newName?: string;
  readonly type?: ColumnType | null;
  readonly start?: WholeNumber | null;
  readonly increment?: WholeNumber | null;
  readonly minValue?: WholeNumber | null;
  readonly maxValue?: WholeNumber | null;
  readonly cache?: WholeNumber | null;
  readonly cycle?: boolean;
  readonly ownedBy?: string | SequenceOwner | null;
  readonly comment?: string | null;
  /** the sequence's own dialect options from now on, all of them */
  readonly options?: DialectOptions;
  readonly existingType?: ColumnType | null;
  readonly existingStart?: WholeNumber | null;
  readonly existingIncrement?: WholeNumber | null;
  readonly existingMinValue?: WholeNumber | null;
  readonly existingMaxValue?: WholeNumber | null;
  readonly existingCache?: WholeNumber | null;
  readonly existingCycle?: boolean;
  readonly existingOwnedBy?: string | SequenceOwner | null;
  readonly existingComment?: string | null;
  readonly existingOptions?: DialectOptions;
}

/** `op.createSequence('order_ids', { start: 1000, ownedBy: 'orders.id' })` (PostgreSQL) */
export const createSequence: OperationDefinition<
  CreateSequence,
  [name: string, options?: CreateSequenceOptions],
  never[],
  void
> = defineOperation({
  kind: 'createSequence',
  create: (name: string, options: CreateSequenceOptions = {}): CreateSequence => {
    const { ifNotExists = false, ...rest } = options;
    checkOptions('createSequence', options, [...sequenceOptionNames, 'ifNotExists']);
    return deepFreeze({ kind: 'createSequence', sequence: sequence(name, rest), ifNotExists });
  },
  batch: null,
  call: ({ sequence: made, ifNotExists }) => [
    made.name,
    ...optionArguments({ ...sequenceOptions(made), ifNotExists }),
  ],
  batchCall: null,
  reverse: ({ sequence: was }): DropSequence => drop(was),
  apply: ({ sequence: made, ifNotExists }, schema) => {
    const there = schema.get<Sequence>('sequence', made);
    // one that a table owned went with it
    const owner = there?.ownedBy && schema.table({ schema: there.schema, name: there.ownedBy.table });
    if (there !== undefined && !ifNotExists && (there.ownedBy === null || owner !== undefined))
      throw new ArgumentError('ALREADY_IN_MODEL', `There is a sequence '${displayName(made)}' already.`);
    if (there === undefined || !ifNotExists) schema.put(made);
  },
  sql: (op, dialect) => {
    onlyPostgresql(`createSequence of '${displayName(op.sequence)}'`, dialect);
    return sequenceStatements(op.sequence, op.ifNotExists, dialect);
  },
  destroys: null,
  touches: (op) => sequenceTouches(op.sequence),
  // a column that counts by it may be what owns it
  split: (op) => {
    const { ownedBy, name, schema } = op.sequence;
    if (ownedBy === null) return null;
    return [
      deepFreeze<CreateSequence>({ ...op, sequence: { ...op.sequence, ownedBy: null } }),
      deepFreeze<AlterSequence>({
        kind: 'alterSequence',
        name,
        schema,
        changes: { ownedBy },
        existing: { ownedBy: null },
      }),
    ];
  },
});

/** `op.dropSequence('order_ids')` */
export const dropSequence: OperationDefinition<
  DropSequence,
  [name: string, options?: DropOptions],
  never[],
  void
> = defineOperation({
  kind: 'dropSequence',
  create: (name: string, options?: DropOptions): DropSequence => dropByName('dropSequence', name, options),
  batch: null,
  call: ({ name, schema, ifExists }) => [name, ...optionArguments({ schema, ifExists })],
  batchCall: null,
  reverse: (op): CreateSequence =>
    deepFreeze({
      kind: 'createSequence',
      sequence: wasOf(op, `sequence '${displayName(op)}'`, "write the downgrade's createSequence by hand."),
      ifNotExists: false,
    }),
  apply: (op, schema) => dropObject(schema, 'sequence', op, op.ifExists),
  sql: (op, dialect) => {
    onlyPostgresql(`dropSequence of '${displayName(op)}'`, dialect);
    return [{ sql: `DROP SEQUENCE ${op.ifExists ? 'IF EXISTS ' : ''}${dialect.writer.name(op)}` }];
  },
  destroys: (op) => loses(`how far sequence '${displayName(op)}' has counted`),
  touches: (op) => {
    if (op.was === null) return { removes: [key('sequence', op)] };
    const { provides = [], requires = [] } = sequenceTouches(op.was);
    return { removes: provides, releases: requires };
  },
  // dropped with its owner it couldn't come back
  split: (op) => {
    if (op.was === null || op.was.ownedBy === null) return null;
    const { name, schema, was } = op;
    return [
      deepFreeze<AlterSequence>({
        kind: 'alterSequence',
        name,
        schema,
        changes: { ownedBy: null },
        existing: { ownedBy: was.ownedBy },
      }),
      deepFreeze<DropSequence>({ ...op, was: { ...was, ownedBy: null } }),
    ];
  },
});

/**
 * `op.alterSequence('order_ids', { increment: 10, existingIncrement: 1 })`: what has counted so far goes on from where it is; a null goes back to the default.
 */
export const alterSequence: OperationDefinition<
  AlterSequence,
  [name: string, options: AlterSequenceOptions],
  never[],
  void
> = defineOperation({
  kind: 'alterSequence',
  create: (name: string, options: AlterSequenceOptions): AlterSequence => {
    checkOptions('alterSequence', options, ['schema', 'newName', ...facts, ...facts.map(existingName)]);
    const given = options as { readonly [name: string]: unknown };
    const part = (optionOf: (fact: Fact) => string): Partial<SequenceFacts> =>
      Object.fromEntries(
        facts
          .filter((fact) => given[optionOf(fact)] !== undefined)
          .map((fact) => [fact, checkFact(name, fact, given[optionOf(fact)])]),
      );
    return deepFreeze({
      kind: 'alterSequence',
      name: checkName('alterSequence: the name', name),
      schema: options.schema ?? null,
      changes: part((fact) => fact),
      existing: part(existingName),
      ...newNameArgument('alterSequence', options),
    });
  },
  batch: null,
  call: ({ name, schema, changes, existing, newName }) => [
    name,
    {
      ...(newName !== undefined && { newName }),
      ...optionsOf(changes),
      ...Object.fromEntries(
        Object.entries(optionsOf(existing)).map(([fact, value]) => [existingName(fact), value]),
      ),
      ...(schema !== null && { schema }),
    },
  ],
  batchCall: null,
  reverse: (op): AlterSequence => {
    const missing = Object.keys(op.changes).find((fact) => !(fact in op.existing));
    if (missing !== undefined)
      throw irreversible(
        'alterSequence',
        `sequence '${displayName(op)}'`,
        `give ${existingName(missing)}, or write the downgrade by hand.`,
      );
    const back = Object.keys(op.changes).map((fact) => [fact, op.existing[fact as Fact]] as const);
    return deepFreeze({
      ...op,
      ...(op.newName !== undefined && { name: op.newName, newName: op.name }),
      changes: Object.fromEntries(back),
      existing: { ...op.existing, ...op.changes },
    });
  },
  apply: (op, schema) =>
    changeObject<Sequence>(schema, 'sequence', op, (there) => ({
      ...there,
      ...op.changes,
      name: op.newName ?? there.name,
    })),
  sql: (op, dialect) => {
    onlyPostgresql(`alterSequence of '${displayName(op)}'`, dialect);
    return alterStatements(op, dialect);
  },
  destroys: null,
  touches: ({ schema, name, changes, existing, newName }) => {
    const own = key('sequence', { schema, name });
    return {
      ...(newName !== undefined && {
        removes: [own],
        provides: [key('sequence', { schema, name: newName })],
      }),
      requires: [own, ...ownerKeys(schema, changes.ownedBy ?? null)],
      // whose it is matters to nobody who counts by it
      changes: Object.keys(changes).some((fact) => fact !== 'ownedBy') ? [own] : [],
      releases: changes.ownedBy === undefined ? [] : ownerKeys(schema, existing.ownedBy ?? null),
    };
  },
  split: (op) => {
    const { ownedBy, ...changes } = op.changes;
    const { ownedBy: was, ...existing } = op.existing;
    if (ownedBy === undefined || op.newName !== undefined) return null;
    const rest = deepFreeze<AlterSequence>({ ...op, changes, existing });
    const hasMore = Object.keys(changes).length > 0;
    // it lets go of the one column before the other is there
    if (ownedBy !== null && was !== undefined && was !== null)
      return [
        ...(hasMore ? [rest] : []),
        deepFreeze<AlterSequence>({ ...op, changes: { ownedBy: null }, existing: { ownedBy: was } }),
        deepFreeze<AlterSequence>({ ...op, changes: { ownedBy }, existing: { ownedBy: null } }),
      ];
    if (!hasMore) return null;
    const known = was === undefined ? {} : { ownedBy: was };
    return [rest, deepFreeze<AlterSequence>({ ...op, changes: { ownedBy }, existing: known })];
  },
});

type Fact = keyof SequenceFacts;
const facts: readonly Fact[] = [...sequenceFactNames, 'options'];

function existingName(fact: string): string {
  return `existing${fact[0]?.toUpperCase()}${fact.slice(1)}`;
}

function checkFact(name: string, fact: Fact, value: unknown): unknown {
  return fact === 'options' ? value : sequenceFact(`alterSequence of '${name}'`, fact, value);
}

function sequenceOptions({ schema, options, ...rest }: Sequence): { readonly [name: string]: unknown } {
  const { kind: _, name: __, ...own } = rest;
  return { schema, ...optionsOf(own), ...options };
}

/** Facts as options say them. */
function optionsOf(said: Partial<SequenceFacts>): { readonly [name: string]: unknown } {
  const numbers: readonly string[] = ['start', 'increment', 'minValue', 'maxValue', 'cache'];
  return Object.fromEntries(
    Object.entries(said).map(([fact, value]) => {
      if (numbers.includes(fact)) return [fact, typeof value === 'string' ? wholeNumber(value) : value];
      return [fact, fact === 'ownedBy' ? ownerOption(value as SequenceOwner | null) : value];
    }),
  );
}

function ownerOption(ownedBy: SequenceOwner | null): string | SequenceOwner | null {
  if (ownedBy === null || `${ownedBy.table}${ownedBy.column}`.includes('.')) return ownedBy;
  return `${ownedBy.table}.${ownedBy.column}`;
}

function drop(was: Sequence): DropSequence {
  const { name, schema } = was;
  return deepFreeze({ kind: 'dropSequence', name, schema, ifExists: false, was });
}

function ownerKeys(schema: string | null, ownedBy: SequenceOwner | null): readonly string[] {
  if (ownedBy === null) return [];
  const table = { schema, name: ownedBy.table };
  return [key('table', table), key('column', table, ownedBy.column)];
}

function sequenceTouches({ schema, name, ownedBy }: Sequence): Touches {
  return {
    provides: [key('sequence', { schema, name })],
    requires: [
      ...(schema === null ? [] : [key('schema', { schema: null, name: schema })]),
      ...ownerKeys(schema, ownedBy),
    ],
  };
}

export type { Sequence, SequenceFacts } from '../../schema/sequence.ts';
