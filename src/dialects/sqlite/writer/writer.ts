import type { SqlWriter } from '../../../dialect/sql-writer.ts';
import { columnSql } from './column.ts';
import { columnType } from './column-type.ts';
import { constraintSql } from './constraint.ts';
import { createTableSql } from './create-table.ts';
import { createViewSql } from './create-view.ts';
import { defaultValue } from './default-value.ts';
import { indexBody } from './index-body.ts';
import { literal } from './literal.ts';
import { qualified, quote } from './names.ts';

/** SQLite's spelling of everything that stands in a CREATE or ALTER. It has no comments. */
export const writer: SqlWriter = {
  quote,
  name: qualified,
  literal,
  type: columnType,
  default: defaultValue,
  column: columnSql,
  constraint: constraintSql,
  indexBody,
  createTable: createTableSql,
  createView: createViewSql,
  tableComment: () => null,
  columnComment: () => null,
};
