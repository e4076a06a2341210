import type { SqlWriter } from '../../../dialect/sql-writer.ts';
import { quoteIdentifier, quoteName } from '../identifiers.ts';
import { literal } from '../literals.ts';
import { typeSql } from '../type-sql.ts';
import { columnSql, defaultSql } from './column-sql.ts';
import { constraintSql } from './constraint-sql.ts';
import { indexBody } from './index-sql.ts';
import { createTableSql } from './table-sql.ts';
import { createViewSql } from './view-sql.ts';

/** PostgreSQL's spelling. Identifiers are always quoted, and cut to 63 bytes as the server does. */
export const writer: SqlWriter = {
  quote: quoteIdentifier,
  name: quoteName,
  literal,
  type: typeSql,
  default: defaultSql,
  column: columnSql,
  constraint: constraintSql,
  indexBody,
  createTable: createTableSql,
  createView: createViewSql,
  tableComment: (table, comment) => `COMMENT ON TABLE ${quoteName(table)} IS ${literal(comment)}`,
  columnComment: (table, column, comment) =>
    `COMMENT ON COLUMN ${quoteName(table)}.${quoteIdentifier(column)} IS ${literal(comment)}`,
};
