import { ArgumentError } from '../../errors.ts';
import {
  checkOptions,
  inTable,
  optionArguments,
  type SchemaOption,
  tableArgument,
} from '../../operations/arguments.ts';
import { defineOperation, type OperationDefinition } from '../../operations/define-operation.ts';
import { changeTable } from '../../operations/model-tables.ts';
import { key, type Touches, tableOf } from '../../operations/operation.ts';
import type { Column, ColumnElement } from '../../schema/column.ts';
import { displayName, nameInput, type QualifiedName } from '../../schema/names.ts';
import { primaryKey } from '../../schema/primary-key.ts';
import { expandColumn, type Table } from '../../schema/table.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';
import { withConstraint } from '../constraint/create-constraint.ts';
import { constraintTouches } from '../constraint/touches.ts';
import { indexStatements } from '../index/sql.ts';
import { columnNeeds } from './needs.ts';
import type { AddColumn, DropColumn } from './shapes.ts';

export interface AddColumnOptions extends SchemaOption {
  readonly ifNotExists?: boolean;
  readonly insertBefore?: string | null;
  readonly insertAfter?: string | null;
}

/** `op.addColumn('users', column('age', integer()))`; `references`, `unique` and `index` of the column are made with it. */
export const addColumn: OperationDefinition<
  AddColumn,
  [table: string, column: ColumnElement, options?: AddColumnOptions],
  [column: ColumnElement, options?: Omit<AddColumnOptions, 'schema'>],
  void
> = defineOperation({
  kind: 'addColumn',
  create: make,
  batch: (table: QualifiedName, column: ColumnElement, options: Omit<AddColumnOptions, 'schema'> = {}) =>
    make(table.name, column, inTable(table, options)),
  call: (op) => [op.table, element(op), ...optionArguments({ schema: op.schema, ...said(op) })],
  batchCall: (op) => [element(op), ...optionArguments(said(op))],
  reverse: (op): DropColumn => {
    const { table, schema, column, constraints, indexes } = op;
    return deepFreeze({
      kind: 'dropColumn',
      table,
      schema,
      column: column.name,
      ifExists: false,
      was: { column, constraints, indexes },
    });
  },
  apply: (op, schema) =>
    changeTable(schema, tableOf(op), (table) => {
      if (table.columns.some((other) => other.name === op.column.name)) {
        if (op.ifNotExists) return table;
        throw new ArgumentError(
          'ALREADY_IN_MODEL',
          `Table '${displayName(table)}' has a column '${op.column.name}' already.`,
        );
      }
      const placed: Table = {
        ...table,
        columns: place(table, op),
        indexes: [...table.indexes, ...op.indexes],
      };
      return op.constraints.reduce(withConstraint, placed);
    }),
  sql: (op, dialect) => {
    const { writer } = dialect;
    const table = writer.name(tableOf(op));
    const exists = op.ifNotExists ? 'IF NOT EXISTS ' : '';
    const comment =
      op.column.comment === null
        ? null
        : writer.columnComment(tableOf(op), op.column.name, op.column.comment);
    return [
      {
        sql: `ALTER TABLE ${table} ADD COLUMN ${exists}${writer.column(op.column, { columns: [op.column], constraints: op.constraints })}`,
      },
      ...op.constraints.map((constraint) => ({
        sql: `ALTER TABLE ${table} ADD ${writer.constraint(constraint, tableOf(op))}`,
      })),
      ...op.indexes.flatMap((index) => indexStatements(tableOf(op), index, dialect, op.ifNotExists)),
      ...(comment === null ? [] : [{ sql: comment }]),
    ];
  },
  destroys: null,
  touches: addColumnTouches,
});

function make(table: string, column: ColumnElement, options: AddColumnOptions = {}): AddColumn {
  checkOptions('addColumn', options, ['schema', 'ifNotExists', 'insertBefore', 'insertAfter']);
  if (column?.kind !== 'column')
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `addColumn: the second argument must be a column, made by column('…', …).`,
    );
  const expanded = expandColumn(column);
  return deepFreeze({
    kind: 'addColumn',
    ...tableArgument('addColumn', table, options),
    column: expanded.column,
    constraints: expanded.primaryKey
      ? [primaryKey([column.name]), ...expanded.constraints]
      : expanded.constraints,
    indexes: expanded.indexes,
    ifNotExists: options.ifNotExists ?? false,
    insertBefore: options.insertBefore ?? null,
    insertAfter: options.insertAfter ?? null,
  });
}

/** The column with its shorthand again, as far as there is one for what came with it. */
function element({ column, constraints, indexes }: AddColumn): ColumnElement {
  const foreign = constraints.find((each) => each.kind === 'foreignKey');
  const references =
    foreign === undefined
      ? null
      : {
          column: foreign.referredColumns[0] ?? '',
          table: foreign.referredTable,
          referredSchema: foreign.referredSchema,
          ...(foreign.name === null ? {} : { name: nameInput(foreign) }),
          ...((optionArguments(
            {
              onDelete: foreign.onDelete,
              onUpdate: foreign.onUpdate,
              deferrable: foreign.deferrable,
              initially: foreign.initially,
              match: foreign.match,
              useAlter: foreign.useAlter,
              ...foreign.options,
            },
            { deferrable: null },
          )[0] ?? {}) as object),
        };
  return {
    ...column,
    shorthand: {
      nullable: null,
      primaryKey: constraints.some((each) => each.kind === 'primaryKey'),
      unique: constraints.some((each) => each.kind === 'unique') || indexes.some((each) => each.unique),
      index: indexes.length > 0,
      references,
    },
  };
}

function said({ ifNotExists, insertBefore, insertAfter }: AddColumn): { readonly [name: string]: unknown } {
  return { ifNotExists, insertBefore, insertAfter };
}

function place(table: Table, { column, insertBefore, insertAfter }: AddColumn): readonly Column[] {
  const neighbour = insertBefore ?? insertAfter;
  if (neighbour === null) return [...table.columns, column];
  const at = table.columns.findIndex((other) => other.name === neighbour);
  if (at < 0)
    throw new ArgumentError(
      'NOT_IN_MODEL',
      `Table '${displayName(table)}' has no column '${neighbour}' to put '${column.name}' beside.`,
    );
  return table.columns.toSpliced(insertBefore === null ? at + 1 : at, 0, column);
}

function addColumnTouches(op: AddColumn): Touches {
  const table = tableOf(op);
  const own = [key('column', table, op.column.name), key('columns', table)];
  const { computed } = op.column;
  return {
    requires: [
      key('table', table),
      // an expression may name any of the table's other columns
      ...(computed === null ? [] : [key('plainColumns', table)]),
      ...columnNeeds(op.column, op.schema),
      ...op.constraints
        .flatMap((constraint) => constraintTouches(table, constraint).requires)
        .filter((required) => !own.includes(required)),
    ],
    provides: [
      ...own,
      ...(computed === null ? [key('plainColumns', table)] : []),
      ...op.indexes.map((index) => key('index', { schema: op.schema, name: index.name ?? '' })),
      ...op.constraints.flatMap((constraint) => constraintTouches(table, constraint).provides),
    ],
  };
}
