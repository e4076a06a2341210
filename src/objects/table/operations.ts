import { ArgumentError } from '../../errors.ts';
import {
  checkName,
  checkOptions,
  optionArguments,
  type SchemaOption,
  tableArgument,
  wasOf,
} from '../../operations/arguments.ts';
import { defineOperation, type OperationDefinition } from '../../operations/define-operation.ts';
import { loses } from '../../operations/loss.ts';
import { addObject, dropObject } from '../../operations/model-objects.ts';
import {
  key,
  type Operation,
  type TableOperation,
  type Touches,
  tableOf,
} from '../../operations/operation.ts';
import type { SqlDialect } from '../../operations/sql-dialect.ts';
import type { StatementParts } from '../../operations/statement.ts';
import type { ForeignKey } from '../../schema/foreign-key.ts';
import { displayName, keyOf, type QualifiedName } from '../../schema/names.ts';
import {
  autoincrements,
  table as buildTable,
  type Constraint,
  foreignKeysOf,
  type Table,
  type TableElement,
  type TableOptions,
  tableOptionNames,
} from '../../schema/table.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';
import { columnNeeds, ownSequence } from '../column/needs.ts';
import type { DropConstraint } from '../constraint/operations.ts';
import { constraintTouches } from '../constraint/touches.ts';
import { constraintNeeds, indexNeeds } from '../expression-needs.ts';
import type { CreateForeignKey } from '../foreign-key/operations.ts';
import { indexStatements } from '../index/sql.ts';
import { tableElements } from './elements.ts';
import { keysAbove, tablesAbove } from './tables-above.ts';

export interface CreateTable extends Operation {
  readonly kind: 'createTable';
  readonly table: Table;
  readonly ifNotExists: boolean;
}

export interface DropTable extends TableOperation {
  readonly kind: 'dropTable';
  readonly ifExists: boolean;
  /** the table as it was, so that the drop can be reversed */
  readonly was: Table | null;
}

export interface RenameTable extends TableOperation {
  readonly kind: 'renameTable';
  readonly newName: string;
}

export interface CreateTableOptions extends TableOptions {
  readonly ifNotExists?: boolean;
}

export interface DropTableOptions extends SchemaOption {
  readonly ifExists?: boolean;
}

/** `op.createTable('users', [column('id', integer(), { primaryKey: true }), …], options)`; resolves to the table. */
export const createTable: OperationDefinition<
  CreateTable,
  [name: string, elements: readonly TableElement[], options?: CreateTableOptions],
  never[],
  Table
> = defineOperation({
  kind: 'createTable',
  create: (
    name: string,
    elements: readonly TableElement[],
    options: CreateTableOptions = {},
  ): CreateTable => {
    checkOptions('createTable', options, ['ifNotExists', ...tableOptionNames]);
    const { ifNotExists = false, ...rest } = options;
    return deepFreeze({ kind: 'createTable', table: buildTable(name, elements, rest), ifNotExists });
  },
  batch: null,
  call: ({ table, ifNotExists }) => [
    table.name,
    tableElements(table),
    ...optionArguments({ schema: table.schema, comment: table.comment, ifNotExists, ...table.options }),
  ],
  batchCall: null,
  reverse: ({ table }): DropTable =>
    deepFreeze({ kind: 'dropTable', table: table.name, schema: table.schema, ifExists: false, was: table }),
  apply: ({ table, ifNotExists }, schema) => addObject(schema, table, ifNotExists),
  sql: ({ table, ifNotExists }, dialect) => createTableStatements(table, dialect, ifNotExists),
  destroys: null,
  touches: ({ table }) => tableTouches(table),
  split: ({ table, ifNotExists }, circle) => {
    const { bare, keys } = apart(table, circle);
    if (keys.length === 0) return null;
    const at = { table: table.name, schema: table.schema };
    return [
      deepFreeze<CreateTable>({ kind: 'createTable', table: bare, ifNotExists }),
      ...keys.map((constraint) =>
        deepFreeze<CreateForeignKey>({ kind: 'createForeignKey', ...at, constraint }),
      ),
    ];
  },
  result: ({ table }) => table,
});

/** CREATE TABLE, its indexes, its comments. */
export function createTableStatements(
  table: Table,
  dialect: SqlDialect,
  ifNotExists: boolean,
): readonly StatementParts[] {
  const { writer } = dialect;
  const comments = [
    table.comment === null ? null : writer.tableComment(table, table.comment),
    ...table.columns.map((column) =>
      column.comment === null ? null : writer.columnComment(table, column.name, column.comment),
    ),
  ];
  return [
    { sql: writer.createTable(table, { ifNotExists }) },
    ...table.indexes.flatMap((index) => indexStatements(table, index, dialect, ifNotExists)),
    ...comments.filter((sql) => sql !== null).map((sql) => ({ sql })),
  ];
}

export const dropTable: OperationDefinition<
  DropTable,
  [name: string, options?: DropTableOptions],
  never[],
  void
> = defineOperation({
  kind: 'dropTable',
  create: (name: string, options: DropTableOptions = {}): DropTable => {
    checkOptions('dropTable', options, ['schema', 'ifExists']);
    return deepFreeze({
      kind: 'dropTable',
      ...tableArgument('dropTable', name, options),
      ifExists: options.ifExists ?? false,
      was: null,
    });
  },
  batch: null,
  call: ({ table, schema, ifExists }) => [table, ...optionArguments({ schema, ifExists })],
  batchCall: null,
  reverse: (op): CreateTable =>
    deepFreeze({
      kind: 'createTable',
      table: wasOf(op, `table '${displayName(tableOf(op))}'`, "write the downgrade's createTable by hand."),
      ifNotExists: false,
    }),
  apply: (op, schema) => dropObject(schema, 'table', tableOf(op), op.ifExists),
  sql: (op, { writer }) => [
    { sql: `DROP TABLE ${op.ifExists ? 'IF EXISTS ' : ''}${writer.name(tableOf(op))}` },
  ],
  destroys: (op) => loses(`table '${displayName(tableOf(op))}' and its rows`),
  touches: (op) => {
    const provides = op.was === null ? [key('table', tableOf(op))] : (tableTouches(op.was).provides ?? []);
    const releases = op.was === null ? [] : (tableTouches(op.was).requires ?? []);
    return { removes: provides, releases };
  },
  split: (op, circle) => {
    if (op.was === null) return null;
    const { bare, keys } = apart(op.was, circle);
    if (keys.length === 0) return null;
    const at = { table: op.table, schema: op.schema };
    return [
      ...keys.map((was) =>
        deepFreeze<DropConstraint>({
          kind: 'dropConstraint',
          ...at,
          name: was.name,
          type: was.kind,
          ifExists: false,
          was,
        }),
      ),
      deepFreeze<DropTable>({ ...op, was: bare }),
    ];
  },
});

export const renameTable: OperationDefinition<
  RenameTable,
  [oldName: string, newName: string, options?: SchemaOption],
  never[],
  void
> = defineOperation({
  kind: 'renameTable',
  create: (oldName: string, newName: string, options: SchemaOption = {}): RenameTable => {
    checkOptions('renameTable', options, ['schema']);
    return deepFreeze({
      kind: 'renameTable',
      ...tableArgument('renameTable', oldName, options),
      newName: checkName('renameTable: the new name', newName),
    });
  },
  batch: null,
  call: ({ table, newName, schema }) => [table, newName, ...optionArguments({ schema })],
  batchCall: null,
  reverse: ({ table, newName, schema }): RenameTable =>
    deepFreeze({ kind: 'renameTable', table: newName, schema, newName: table }),
  apply: (op, schema) => {
    const from = tableOf(op);
    const to: QualifiedName = { schema: op.schema, name: op.newName };
    const table = schema.table(from);
    if (table === undefined)
      throw new ArgumentError('NOT_IN_MODEL', `There is no table '${displayName(from)}'.`);
    if (schema.table(to) !== undefined)
      throw new ArgumentError('ALREADY_IN_MODEL', `There is a table '${displayName(to)}' already.`);
    schema.delete('table', from);
    schema.put(deepFreeze({ ...table, name: to.name }));
    for (const other of schema.tables) {
      const constraints = other.constraints.map((constraint) =>
        constraint.kind === 'foreignKey' &&
        keyOf({ schema: constraint.referredSchema, name: constraint.referredTable }) === keyOf(from)
          ? { ...constraint, referredTable: to.name }
          : constraint,
      );
      if (constraints.some((constraint, i) => constraint !== other.constraints[i]))
        schema.put(deepFreeze({ ...other, constraints }));
    }
  },
  sql: (op, { writer }) => [
    { sql: `ALTER TABLE ${writer.name(tableOf(op))} RENAME TO ${writer.quote(op.newName)}` },
  ],
  destroys: null,
  touches: (op) => ({
    removes: [key('table', tableOf(op))],
    provides: [key('table', { schema: op.schema, name: op.newName })],
  }),
});

/** A table without its keys to other tables of a circle, and those. A column that doesn't count up because of such a key says so now. */
function apart(table: Table, circle: ReadonlySet<string>): { bare: Table; keys: readonly ForeignKey[] } {
  const own = new Set(tableTouches(table).provides);
  const keys = foreignKeysOf(table).filter((each) =>
    constraintTouches(table, each).requires.some((need) => !own.has(need) && circle.has(need)),
  );
  const constraints = table.constraints.filter((each) => !(keys as readonly Constraint[]).includes(each));
  const columns = table.columns.map((column) => {
    const counts = autoincrements(table, column);
    return counts === autoincrements({ ...table, constraints }, column)
      ? column
      : { ...column, autoincrement: counts };
  });
  return { bare: { ...table, columns, constraints }, keys };
}

/** What a table makes and needs: itself, its columns, indexes and constraints; the tables and columns of its foreign keys, its enums. */
function tableTouches(table: Table): Touches {
  const own = [
    key('table', table),
    ...table.columns.flatMap((column) => [key('column', table, column.name), ...ownSequence(table, column)]),
    ...table.indexes.map((index) => key('index', { schema: table.schema, name: index.name ?? '' })),
  ];
  const requires = [
    ...(table.schema === null ? [] : [key('schema', { schema: null, name: table.schema })]),
    ...foreignKeysOf(table).flatMap((constraint) => constraintTouches(table, constraint).requires ?? []),
    ...table.columns.flatMap((column) => columnNeeds(column, table.schema)),
    ...table.constraints.flatMap((constraint) => constraintNeeds(constraint, table.schema)),
    ...table.indexes.flatMap((index) => indexNeeds(index, table.schema)),
    ...tablesAbove(table.options, table.schema),
  ];
  // a key is what foreign keys need, its own too
  const provides = [...own, key('key', table), ...keysAbove(table.options, table.schema)];
  return { requires: requires.filter((required) => !provides.includes(required)), provides };
}

export type { AlterTableOptions } from './alter-options.ts';
