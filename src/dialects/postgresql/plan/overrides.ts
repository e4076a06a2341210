import type { StatementParts } from '../../../dialect/statement.ts';
import type { AddColumn, AlterColumn } from '../../../objects/column/operations.ts';
import type { DropConstraint } from '../../../objects/constraint/operations.ts';
import type { BulkInsert } from '../../../objects/data/operations.ts';
import type { AlterDomain } from '../../../objects/domain/operations.ts';
import type { AlterEnum } from '../../../objects/enum/operations.ts';
import type { CreateIndex, DropIndex } from '../../../objects/index/operations.ts';
import type { AlterTableOptions, CreateTable } from '../../../objects/table/operations.ts';
import { tableOf } from '../../../operations/operation.ts';
import { isSql, type Sql, sql } from '../../../schema/sql.ts';
import type { ColumnType } from '../../../schema/types/column-type.ts';
import { typeFor } from '../../../schema/types/generic.ts';
import { isDroppedConcurrently, isMadeConcurrently } from '../atomicity.ts';
import { withEnumSchema } from '../enum-schemas.ts';
import { quoteIdentifier, quoteName } from '../identifiers.ts';
import { literal } from '../literals.ts';
import { typeSql } from '../type-sql.ts';
import { indexBody } from '../writer/index-sql.ts';
import { addColumn } from './add-column.ts';
import { alterColumn } from './alter-column.ts';
import { alterDomain } from './alter-domain.ts';
import { alterEnum } from './alter-enum.ts';
import { alterTableOptions } from './alter-table-options.ts';
import { createTable } from './create-table.ts';
import { dropConstraint } from './drop-constraint.ts';
import { makeConcurrently, refusePartitioned } from './make-concurrently.ts';
import type { Wording, WordingContext } from './wording.ts';

/** The operations that PostgreSQL words in another way than most. */
export const overrides: {
  readonly addColumn: Wording<AddColumn>;
  readonly alterColumn: Wording<AlterColumn>;
  readonly alterDomain: Wording<AlterDomain>;
  readonly alterEnum: Wording<AlterEnum>;
  readonly alterTableOptions: Wording<AlterTableOptions>;
  readonly bulkInsert: Wording<BulkInsert>;
  readonly createIndex: Wording<CreateIndex>;
  readonly createTable: Wording<CreateTable>;
  readonly dropConstraint: Wording<DropConstraint>;
  readonly dropIndex: Wording<DropIndex>;
} = {
  addColumn,
  alterColumn,
  alterDomain,
  alterEnum,
  alterTableOptions,
  bulkInsert,
  createIndex: async (op, { state, dialect }) => {
    if (!isMadeConcurrently(op) || op.index.name === null) return state.definitions.sql(op, dialect);
    await refusePartitioned(tableOf(op), op.index.name, state);
    const unique = op.index.unique ? 'UNIQUE ' : '';
    const exists = op.ifNotExists ? 'IF NOT EXISTS ' : '';
    const name = quoteIdentifier(op.index.name);
    const sql = `CREATE ${unique}INDEX CONCURRENTLY ${exists}${name} ON ${quoteName(tableOf(op))} ${indexBody(op.index, tableOf(op))}`;
    const index = { schema: op.schema, name: op.index.name };
    const making = { sql, table: tableOf(op), index };
    return [{ sql, run: (connection) => makeConcurrently(connection, making) }];
  },
  createTable,
  dropConstraint,
  dropIndex: async (op, { state, dialect }) => {
    if (!isDroppedConcurrently(op)) return state.definitions.sql(op, dialect);
    if (op.table !== null) await refusePartitioned({ schema: op.schema, name: op.table }, op.name, state);
    return [{ sql: `DROP INDEX CONCURRENTLY ${op.ifExists ? 'IF EXISTS ' : ''}${quoteName(op)}` }];
  },
};

/** A list in a column that is known to be an array is written as one; elsewhere it is JSON. */
function bulkInsert(op: BulkInsert, { state, dialect }: WordingContext): readonly StatementParts[] {
  const arrays = Object.entries(op.types)
    .map(([column, type]) => [column, typeFor(type, 'postgresql')] as const)
    .filter(([, type]) => type.name === 'array');
  if (arrays.length === 0) return state.definitions.sql(op, dialect);
  const rows = op.rows.map((row) => {
    const written = arrays.flatMap(([column, type]) => {
      const value = row[column];
      const list = typeof value === 'object' && value !== null && 'json' in value ? value.json : null;
      return Array.isArray(list) ? [[column, arraySql(list, withEnumSchema(type, op.schema))] as const] : [];
    });
    return { ...row, ...Object.fromEntries(written) };
  });
  return state.definitions.sql({ ...op, rows } as BulkInsert, dialect);
}

function arraySql(list: readonly unknown[], type: ColumnType): Sql {
  const item = type.item && typeFor(type.item, 'postgresql').name;
  const isJson = item === 'json' || item === 'jsonb';
  const { dimensions = 1 } = type;
  const element = (value: unknown, depth: number): string => {
    // a list may be an item itself
    if (Array.isArray(value) && (!isJson || depth <= dimensions))
      return `ARRAY[${value.map((each) => element(each, depth + 1)).join(', ')}]`;
    if (isSql(value)) return value.text;
    return literal(isJson && value !== null ? JSON.stringify(value) : value);
  };
  return sql.raw(`${element(list, 1)}::${typeSql(type)}`);
}
