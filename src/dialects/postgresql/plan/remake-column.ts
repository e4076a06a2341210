import type { Column } from '../../../schema/column.ts';
import type { Table } from '../../../schema/table.ts';
import { columnWithEnumSchema } from '../enum-schemas.ts';
import { wordsOf } from '../expressions.ts';
import { quoteIdentifier, quoteName } from '../identifiers.ts';
import { columnSql } from '../writer/column-sql.ts';
import { constraintSql } from '../writer/constraint-sql.ts';
import { indexBody } from '../writer/index-sql.ts';
import { writer } from '../writer/writer.ts';

/** Statements that drop a column, and those that make it again (at the end of its table) with what hung on it. */
export interface Remake {
  readonly down: string;
  readonly up: readonly string[];
}

/**
 * Makes a column anew, as `column` says: for generated ones, whose values are computed anyway. What other tables have on it isn't dropped: then the server
 * refuses.
 */
export function remakeColumn(table: Table, column: Column): Remake {
  const owner = quoteName(table);
  const names = (expression: string | undefined): boolean =>
    expression !== undefined && wordsOf(expression).has(column.name);
  const constraints = table.constraints.filter(
    (each) =>
      ('columns' in each && each.columns.includes(column.name)) ||
      (each.kind === 'check' && names(each.condition.text)),
  );
  const indexes = table.indexes.filter(
    ({ elements, where }) =>
      names(where?.text) ||
      elements.some((element) => element.column === column.name || names(element.expression?.text)),
  );
  const comment = column.comment === null ? null : writer.columnComment(table, column.name, column.comment);
  return {
    down: `ALTER TABLE ${owner} DROP COLUMN ${quoteIdentifier(column.name)}`,
    up: [
      `ALTER TABLE ${owner} ADD COLUMN ${columnSql(columnWithEnumSchema(column, table.schema), table)}`,
      ...constraints.map((constraint) => `ALTER TABLE ${owner} ADD ${constraintSql(constraint, table)}`),
      ...indexes.map(
        (index) =>
          `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${quoteIdentifier(index.name ?? '')} ON ${owner} ${indexBody(index, table)}`,
      ),
      ...(comment === null ? [] : [comment]),
    ],
  };
}

/** The generated columns of a table that are computed from one of its columns: the server refuses to change its type under them. */
export function generatedFrom(table: Table, column: string): readonly Column[] {
  return table.columns.filter(
    ({ name, computed }) =>
      name !== column && computed !== null && wordsOf(computed.expression.text).has(column),
  );
}
