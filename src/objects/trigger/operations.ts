import { ArgumentError } from '../../errors.ts';
import {
  checkName,
  checkOptions,
  optionArguments,
  type SchemaOption,
  wasOf,
} from '../../operations/arguments.ts';
import { defineOperation, type OperationDefinition } from '../../operations/define-operation.ts';
import { addObject, changeObject, dropObject } from '../../operations/model-objects.ts';
import { key, type Touches } from '../../operations/operation.ts';
import { displayName } from '../../schema/names.ts';
import type { Sql } from '../../schema/sql.ts';
import { trigger as buildTrigger, ownerOf, type Trigger, type TriggerOptions } from '../../schema/trigger.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';
import { mentionedKeys } from '../mentioned-keys.ts';
import type { CreateTrigger, DropTrigger, ReplaceTrigger } from './shapes.ts';
import { createStatements, dropTriggerSql, replaceStatements } from './sql.ts';

export type { CreateTrigger, DropTrigger, ReplaceTrigger } from './shapes.ts';

export interface ReplaceTriggerOptions extends TriggerOptions {
  /** the trigger as it was, as trigger() makes it: for the way back */
  readonly existing?: Trigger | null;
}

export interface DropTriggerOptions extends SchemaOption {
  readonly ifExists?: boolean;
}

/** ``op.createTrigger('stamp', 'users', sql`BEFORE UPDATE FOR EACH ROW EXECUTE FUNCTION touch()`)`` */
export const createTrigger: OperationDefinition<
  CreateTrigger,
  [name: string, table: string, definition: Sql | string, options?: TriggerOptions],
  never[],
  void
> = defineOperation({
  kind: 'createTrigger',
  create: (
    name: string,
    table: string,
    definition: Sql | string,
    options: TriggerOptions = {},
  ): CreateTrigger =>
    deepFreeze({ kind: 'createTrigger', trigger: buildTrigger(name, table, definition, options) }),
  batch: null,
  call: ({ trigger }) => callArguments(trigger),
  batchCall: null,
  reverse: ({ trigger }): DropTrigger => drop(trigger),
  apply: ({ trigger }, schema) => addObject(schema, trigger),
  sql: ({ trigger }, dialect) => createStatements(trigger, dialect),
  destroys: null,
  touches: ({ trigger }) => triggerTouches(trigger),
});

/** `op.dropTrigger('stamp', 'users')` */
export const dropTrigger: OperationDefinition<
  DropTrigger,
  [name: string, table: string, options?: DropTriggerOptions],
  never[],
  void
> = defineOperation({
  kind: 'dropTrigger',
  create: (name: string, table: string, options: DropTriggerOptions = {}): DropTrigger => {
    checkOptions('dropTrigger', options, ['schema', 'ifExists']);
    const { schema = null, ifExists = false } = options;
    if (schema !== null) checkName('dropTrigger: the schema', schema);
    return deepFreeze({
      kind: 'dropTrigger',
      name: checkName('dropTrigger: the name', name),
      schema,
      qualifier: checkName('dropTrigger: the table', table),
      ifExists,
      was: null,
    });
  },
  batch: null,
  call: ({ name, qualifier, schema, ifExists }) => [
    name,
    qualifier,
    ...optionArguments({ schema, ifExists }),
  ],
  batchCall: null,
  reverse: (op): CreateTrigger =>
    deepFreeze({
      kind: 'createTrigger',
      trigger: wasOf(op, `trigger '${displayName(op)}'`, "write the downgrade's createTrigger by hand."),
    }),
  apply: (op, schema) => dropObject(schema, 'trigger', op, op.ifExists),
  sql: (op, dialect) => [{ sql: dropTriggerSql(op, dialect) }],
  destroys: null,
  touches: (op) => {
    if (op.was !== null) {
      const { provides = [], requires = [] } = triggerTouches(op.was);
      return { removes: provides, releases: requires };
    }
    const owner = ownerOf(op);
    return { removes: [ownKey(op)], releases: [key('table', owner), key('view', owner)] };
  },
});

/** ``op.replaceTrigger('stamp', 'users', sql`BEFORE UPDATE …`, { existing: trigger('stamp', 'users', …) })``: the trigger is dropped and made anew. */
export const replaceTrigger: OperationDefinition<
  ReplaceTrigger,
  [name: string, table: string, definition: Sql | string, options?: ReplaceTriggerOptions],
  never[],
  void
> = defineOperation({
  kind: 'replaceTrigger',
  create: (
    name: string,
    table: string,
    definition: Sql | string,
    options: ReplaceTriggerOptions = {},
  ): ReplaceTrigger => {
    const { existing = null, ...rest } = options;
    if (existing !== null && existing.kind !== 'trigger')
      throw new ArgumentError('BAD_ARGUMENT', 'replaceTrigger: existing is made by trigger().');
    return deepFreeze({
      kind: 'replaceTrigger',
      trigger: buildTrigger(name, table, definition, rest),
      was: existing,
    });
  },
  batch: null,
  call: (op) => {
    const [name, table, definition, options = {}] = callArguments(op.trigger);
    return [
      name,
      table,
      definition,
      ...optionArguments({ ...(options as object), existing: op.was }, { enabled: true }),
    ];
  },
  batchCall: null,
  reverse: (op): ReplaceTrigger =>
    deepFreeze({
      kind: 'replaceTrigger',
      trigger: wasOf(
        op,
        `trigger '${displayName(op.trigger)}'`,
        'give existing, or write the downgrade by hand.',
      ),
      was: op.trigger,
    }),
  apply: ({ trigger }, schema) => changeObject(schema, 'trigger', trigger, () => trigger),
  sql: (op, dialect) => replaceStatements(op, dialect),
  destroys: null,
  touches: (op) => {
    const { provides = [], requires } = triggerTouches(op.trigger);
    return { requires, changes: provides, releases: op.was === null ? [] : triggerTouches(op.was).requires };
  },
  // what it stands on may change between the old one and the new one
  split: ({ trigger, was }) =>
    was === null ? null : [drop(was), deepFreeze<CreateTrigger>({ kind: 'createTrigger', trigger })],
});

function callArguments(trigger: Trigger): readonly unknown[] {
  const { name, qualifier, definition, schema, constraint, enabled, comment } = trigger;
  return [
    name,
    qualifier,
    definition,
    ...optionArguments({ schema, constraint, enabled, comment }, { enabled: true }),
  ];
}

function drop(was: Trigger): DropTrigger {
  const { name, schema, qualifier } = was;
  return deepFreeze({ kind: 'dropTrigger', name, schema, qualifier, ifExists: false, was });
}

function ownKey(trigger: Pick<Trigger, 'schema' | 'name' | 'qualifier'>): string {
  return key('trigger', ownerOf(trigger), trigger.name);
}

/** A trigger stands on its table or view, and on what its definition names. */
function triggerTouches(trigger: Trigger): Touches & { readonly requires: readonly string[] } {
  const owner = ownerOf(trigger);
  return {
    provides: [ownKey(trigger)],
    requires: [
      key('table', owner),
      key('columns', owner),
      key('view', owner),
      ...mentionedKeys(trigger.definition.text, trigger.schema),
    ],
  };
}
