import { ArgumentError } from '../../errors.ts';
import {
  checkName,
  checkOptions,
  inTable,
  irreversible,
  type SchemaOption,
  tableArgument,
} from '../../operations/arguments.ts';
import { defineOperation, type OperationDefinition } from '../../operations/define-operation.ts';
import { type Loss, loses, mayLose } from '../../operations/loss.ts';
import { changeTable } from '../../operations/model-tables.ts';
import { key, type Touches, tableOf } from '../../operations/operation.ts';
import type { Column } from '../../schema/column.ts';
import type { Computed } from '../../schema/computed.ts';
import { checkDefault, type ServerDefault } from '../../schema/default.ts';
import {
  type DialectOptions,
  type DialectOptionsInput,
  dialectNames,
  pickDialectOptions,
} from '../../schema/dialect-options.ts';
import type { Identity } from '../../schema/identity.ts';
import { displayName, keyOf, type QualifiedName } from '../../schema/names.ts';
import type { SchemaModel } from '../../schema/schema-model.ts';
import type { Constraint, Table } from '../../schema/table.ts';
import type { ColumnType } from '../../schema/types/column-type.ts';
import { isColumnType } from '../../schema/types/generic.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';
import { alterColumnStatements } from './alter-sql.ts';
import { columnNeeds } from './needs.ts';
import type { AlterColumn, ColumnChanges } from './shapes.ts';
import { holdsAll } from './widening.ts';

export interface AlterColumnOptions extends SchemaOption, DialectOptionsInput {
  readonly newName?: string;
  readonly type?: ColumnType;
  readonly nullable?: boolean;
  /** null drops it */
  readonly serverDefault?: ServerDefault | null;
  readonly comment?: string | null;
  readonly autoincrement?: boolean | 'auto';
  /** null makes a generated column a plain one */
  readonly computed?: Computed | null;
  readonly identity?: Identity | null;
  /** the column's own dialect options from now on, all of them */
  readonly options?: DialectOptions;
  readonly existingType?: ColumnType;
  readonly existingNullable?: boolean;
  readonly existingServerDefault?: ServerDefault | null;
  readonly existingComment?: string | null;
  readonly existingAutoincrement?: boolean | 'auto';
  readonly existingComputed?: Computed | null;
  readonly existingIdentity?: Identity | null;
  readonly existingOptions?: DialectOptions;
}

const facts = [
  'type',
  'nullable',
  'serverDefault',
  'comment',
  'autoincrement',
  'computed',
  'identity',
  'options',
] as const;
const existingName = (fact: string): string => `existing${fact[0]?.toUpperCase()}${fact.slice(1)}`;
const optionNames = ['newName', ...facts, ...facts.map(existingName), 'schema', ...dialectNames];

/** `op.alterColumn('users', 'email', { type: string(320), existingType: string(255), nullable: false })` */
export const alterColumn: OperationDefinition<
  AlterColumn,
  [table: string, column: string, options: AlterColumnOptions],
  [column: string, options: Omit<AlterColumnOptions, 'schema'>],
  void
> = defineOperation({
  kind: 'alterColumn',
  create: make,
  batch: (table: QualifiedName, column: string, options: Omit<AlterColumnOptions, 'schema'>) =>
    make(table.name, column, inTable(table, options)),
  call: (op) => [op.table, op.column, { ...said(op), ...(op.schema === null ? {} : { schema: op.schema }) }],
  batchCall: (op) => [op.column, said(op)],
  reverse: (op): AlterColumn => {
    const changes: Record<string, unknown> = {};
    const existing: Record<string, unknown> = { ...op.existing };
    for (const fact of facts) {
      if (!(fact in op.changes)) continue;
      if (!(fact in op.existing)) {
        throw irreversible(
          'alterColumn',
          `column '${op.column}' of table '${displayName(tableOf(op))}'`,
          `give ${existingName(fact)}, or write the downgrade by hand.`,
        );
      }
      changes[fact] = op.existing[fact];
      existing[fact] = op.changes[fact];
    }
    if (op.changes.name !== undefined) changes.name = op.column;
    // `using` converts the old type to the new one; the way back takes the database's own conversion
    const options = Object.fromEntries(
      Object.entries(op.options)
        .map(([dialect, { using: _, ...rest }]) => [dialect, rest] as const)
        .filter(([, rest]) => Object.keys(rest).length > 0),
    );
    return deepFreeze({
      kind: 'alterColumn',
      table: op.table,
      schema: op.schema,
      column: op.changes.name ?? op.column,
      changes,
      existing,
      options,
    });
  },
  apply: (op, schema) => {
    const table = tableOf(op);
    changeTable(schema, table, (owner) => {
      const columns = owner.columns.map((column) =>
        column.name === op.column ? altered(column, op.changes) : column,
      );
      if (!owner.columns.some((column) => column.name === op.column)) {
        throw new ArgumentError(
          'NOT_IN_MODEL',
          `Table '${displayName(owner)}' has no column '${op.column}'.`,
        );
      }
      return { ...owner, columns };
    });
    if (op.changes.name !== undefined) renameEverywhere(schema, table, op.column, op.changes.name);
  },
  sql: (op, dialect) => alterColumnStatements(op, dialect),
  destroys: lost,
  touches,
});

function make(table: string, column: string, options: AlterColumnOptions): AlterColumn {
  checkOptions('alterColumn', options, optionNames);
  const where = `alterColumn('${table}', '${column}')`;
  const changes: Record<string, unknown> = {};
  const existing: Record<string, unknown> = {};
  const given = options as { readonly [name: string]: unknown };
  for (const fact of facts) {
    for (const [target, name] of [
      [changes, fact],
      [existing, existingName(fact)],
    ] as const) {
      if (given[name] !== undefined) target[fact] = checkFact(where, fact, given[name]);
    }
  }
  if (options.newName !== undefined) changes.name = checkName(`${where}: newName`, options.newName);
  return deepFreeze({
    kind: 'alterColumn',
    ...tableArgument('alterColumn', table, options),
    column: checkName('alterColumn: the column', column),
    changes,
    existing,
    options: pickDialectOptions(options),
  });
}

function checkFact(where: string, fact: (typeof facts)[number], value: unknown): unknown {
  if (fact === 'type' && !isColumnType(value))
    throw new ArgumentError('BAD_TYPE', `${where}: the type must be made by a builder, such as string(80).`);
  if (fact === 'nullable' && typeof value !== 'boolean')
    throw new ArgumentError('BAD_ARGUMENT', `${where}: nullable must be true or false.`);
  if (fact === 'serverDefault' && value !== null) return checkDefault(where, value);
  return value;
}

function said(op: AlterColumn): { readonly [name: string]: unknown } {
  const { name, ...changes } = op.changes;
  const existing = Object.entries(op.existing).map(([fact, value]) => [existingName(fact), value] as const);
  return {
    ...(name === undefined ? {} : { newName: name }),
    ...changes,
    ...Object.fromEntries(existing),
    ...op.options,
  };
}

function altered(column: Column, { name = column.name, ...changes }: ColumnChanges): Column {
  return { ...column, ...changes, name };
}

/** A renamed column keeps its keys and indexes, in its own table and in those that refer to it. Expressions are the database's business. */
function renameEverywhere(schema: SchemaModel, owner: QualifiedName, from: string, to: string): void {
  const rename = (names: readonly string[]): readonly string[] =>
    names.map((name) => (name === from ? to : name));
  for (const table of schema.tables) {
    const own = keyOf(table) === keyOf(owner);
    const constraints = table.constraints.map((constraint): Constraint => {
      let changed: Constraint = constraint;
      if (own && 'columns' in changed && changed.columns.includes(from))
        changed = { ...changed, columns: rename(changed.columns) };
      const refers =
        changed.kind === 'foreignKey' &&
        keyOf({ schema: changed.referredSchema, name: changed.referredTable }) === keyOf(owner);
      if (refers && changed.kind === 'foreignKey' && changed.referredColumns.includes(from))
        changed = { ...changed, referredColumns: rename(changed.referredColumns) };
      return changed;
    });
    const indexes = own
      ? table.indexes.map((index) => ({
          ...index,
          elements: index.elements.map((each) => (each.column === from ? { ...each, column: to } : each)),
        }))
      : table.indexes;
    if (own || constraints.some((constraint, i) => constraint !== table.constraints[i])) {
      schema.put(deepFreeze({ ...table, constraints, indexes } as Table));
    }
  }
}

function lost({ changes, existing, column, ...op }: AlterColumn): Loss | null {
  const what = `column '${column}' of table '${displayName(tableOf(op))}'`;
  if (changes.computed !== undefined && changes.computed !== null) {
    if (existing.computed === null) return loses(`the values of ${what}, which is computed then`);
    return existing.computed === undefined ? mayLose(`the values of ${what}, which is computed then`) : null;
  }
  if (changes.type === undefined || holdsAll(existing.type, changes.type)) return null;
  return mayLose(`what the new type of ${what} can't hold`);
}

function touches(op: AlterColumn): Touches {
  const table = tableOf(op);
  const { type, serverDefault, computed } = op.changes;
  const renamed = op.changes.name === undefined ? [] : [key('column', table, op.changes.name)];
  const was = {
    ...(type !== undefined && { type: op.existing.type }),
    ...(serverDefault !== undefined && { serverDefault: op.existing.serverDefault }),
    ...(computed !== undefined && { computed: op.existing.computed }),
  };
  return {
    requires: [key('table', table), ...columnNeeds(op.changes, op.schema)],
    changes: [key('column', table, op.column), key('columns', table), ...renamed],
    releases: columnNeeds(was, op.schema),
  };
}
