import { ArgumentError } from '../../errors.ts';
import {
  checkName,
  checkOptions,
  inTable,
  irreversible,
  optionArguments,
  type SchemaOption,
  tableArgument,
} from '../../operations/arguments.ts';
import { defineOperation, type OperationDefinition } from '../../operations/define-operation.ts';
import { loses } from '../../operations/loss.ts';
import { changeTable } from '../../operations/model-tables.ts';
import { key, tableOf } from '../../operations/operation.ts';
import { displayName, type QualifiedName } from '../../schema/names.ts';
import type { Table } from '../../schema/table.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';
import { constraintTouches } from '../constraint/touches.ts';
import { columnNeeds } from './needs.ts';
import type { AddColumn, DropColumn } from './shapes.ts';

export interface DropColumnOptions extends SchemaOption {
  readonly ifExists?: boolean;
}

/** `op.dropColumn('users', 'age')` */
export const dropColumn: OperationDefinition<
  DropColumn,
  [table: string, column: string, options?: DropColumnOptions],
  [column: string, options?: Omit<DropColumnOptions, 'schema'>],
  void
> = defineOperation({
  kind: 'dropColumn',
  create: make,
  batch: (table: QualifiedName, column: string, options: Omit<DropColumnOptions, 'schema'> = {}) =>
    make(table.name, column, inTable(table, options)),
  call: ({ table, column, schema, ifExists }) => [table, column, ...optionArguments({ schema, ifExists })],
  batchCall: ({ column, ifExists }) => [column, ...optionArguments({ ifExists })],
  reverse: (op): AddColumn => {
    const { table, schema, was } = op;
    if (was === null) {
      throw irreversible(
        'dropColumn',
        `column '${op.column}' of table '${displayName(tableOf(op))}'`,
        "write the downgrade's addColumn by hand.",
      );
    }
    return deepFreeze({
      kind: 'addColumn',
      table,
      schema,
      ...was,
      ifNotExists: false,
      insertBefore: null,
      insertAfter: null,
    });
  },
  apply: (op, schema) =>
    changeTable(schema, tableOf(op), (table) => {
      if (!table.columns.some((column) => column.name === op.column)) {
        if (op.ifExists) return table;
        throw new ArgumentError(
          'NOT_IN_MODEL',
          `Table '${displayName(table)}' has no column '${op.column}'.`,
        );
      }
      return withoutColumn(table, op.column);
    }),
  sql: (op, { writer }) => [
    {
      sql: `ALTER TABLE ${writer.name(tableOf(op))} DROP COLUMN ${op.ifExists ? 'IF EXISTS ' : ''}${writer.quote(op.column)}`,
    },
  ],
  destroys: (op) =>
    op.was !== null && op.was.column.computed !== null
      ? null
      : loses(`column '${op.column}' of table '${displayName(tableOf(op))}' and its values`),
  touches: (op) => {
    const table = tableOf(op);
    const was = op.was?.constraints ?? [];
    return {
      requires: [key('table', table)],
      // a view of all columns is made when they are what they will be
      changes: [key('columns', table)],
      removes: [
        key('column', table, op.column),
        ...(op.was?.column.computed === null ? [key('plainColumns', table)] : []),
        ...was.flatMap((constraint) => constraintTouches(table, constraint).provides),
        ...(op.was?.indexes.map((index) => key('index', { schema: op.schema, name: index.name ?? '' })) ??
          []),
      ],
      releases: [
        // a generated column lets go of the columns that it is computed from
        ...(op.was !== null && op.was.column.computed !== null ? [key('plainColumns', table)] : []),
        ...was.flatMap((constraint) => constraintTouches(table, constraint).requires),
        ...columnNeeds(op.was?.column ?? {}, op.schema),
      ],
    };
  },
});

function make(table: string, column: string, options: DropColumnOptions = {}): DropColumn {
  checkOptions('dropColumn', options, ['schema', 'ifExists']);
  return deepFreeze({
    kind: 'dropColumn',
    ...tableArgument('dropColumn', table, options),
    column: checkName('dropColumn: the column', column),
    ifExists: options.ifExists ?? false,
    was: null,
  });
}

/** The table without a column and what can't be without it: databases drop its keys and indexes with it. */
function withoutColumn(table: Table, name: string): Table {
  return {
    ...table,
    columns: table.columns.filter((column) => column.name !== name),
    constraints: table.constraints.filter(
      (constraint) => !('columns' in constraint) || !constraint.columns.includes(name),
    ),
    indexes: table.indexes.filter((index) => !index.elements.some((element) => element.column === name)),
  };
}
