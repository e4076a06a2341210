import type { PlanState } from '../../../dialect/plan-state.ts';
import type { AlterColumn, ColumnFacts } from '../../../objects/column/operations.ts';
import { tableOf } from '../../../operations/operation.ts';
import type { Column } from '../../../schema/column.ts';
import { columnOf, type Table } from '../../../schema/table.ts';
import { columnWithEnumSchema } from '../enum-schemas.ts';
import { expressionText, wordsOf } from '../expressions.ts';
import { quoteIdentifier, quoteName } from '../identifiers.ts';
import { serverVersion } from '../server-version.ts';
import { columnSql } from '../writer/column-sql.ts';
import { constraintSql } from '../writer/constraint-sql.ts';
import { indexBody } from '../writer/index-sql.ts';
import { writer } from '../writer/writer.ts';
import { refuseComputed } from './alter-column.ts';

/**
 * A generated column becomes a plain one (its values stay), takes another expression (PostgreSQL 17), or is dropped and added again with what hung on it:
 * its values are computed anyway. What other tables have on it isn't dropped: then the server refuses.
 */
export async function changeComputed(op: AlterColumn, known: ColumnFacts, state: PlanState): Promise<readonly string[]> {
  const name = tableOf(op);
  const alter = `ALTER TABLE ${quoteName(name)} ALTER COLUMN ${quoteIdentifier(op.column)}`;
  const computed = op.changes.computed ?? null;
  const was = known.computed ?? null;
  if (computed === null && was?.persisted !== false) return [`${alter} DROP EXPRESSION IF EXISTS`];
  const isSameKind = was !== null && computed !== null && (was.persisted ?? true) === (computed.persisted ?? true);
  if (isSameKind && state.connection !== null && (await serverVersion(state.connection)) >= 170_000) {
    return [`${alter} SET EXPRESSION AS (${expressionText(computed.expression)})`];
  }
  const table = await state.table(name);
  const column = table === null ? undefined : columnOf(table, op.column);
  if (table === null || column === undefined) {
    return refuseComputed(op, 'it has to be made anew to be generated otherwise, and nothing is known of it. Drop it and add it again.');
  }
  const { type = column.type, nullable = column.nullable } = op.changes;
  return remake(table, { ...column, type, nullable, computed, serverDefault: null, identity: null, autoincrement: false });
}

function remake(table: Table, column: Column): readonly string[] {
  const owner = quoteName(table);
  const constraints = table.constraints.filter((each) => 'columns' in each && each.columns.includes(column.name));
  const checks = table.constraints.filter((each) => each.kind === 'check' && mentions(each.condition.text, column.name));
  const indexes = table.indexes.filter(
    (index) =>
      index.elements.some((element) => element.column === column.name || mentions(element.expression?.text ?? '', column.name)) ||
      mentions(index.where?.text ?? '', column.name),
  );
  const comment = column.comment === null ? null : writer.columnComment(table, column.name, column.comment);
  return [
    `ALTER TABLE ${owner} DROP COLUMN ${quoteIdentifier(column.name)}`,
    `ALTER TABLE ${owner} ADD COLUMN ${columnSql(columnWithEnumSchema(column, table.schema), table)}`,
    ...[...constraints, ...checks].map((constraint) => `ALTER TABLE ${owner} ADD ${constraintSql(constraint, table)}`),
    ...indexes.map(
      (index) =>
        `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${quoteIdentifier(index.name ?? '')} ON ${owner} ${indexBody(index, table)}`,
    ),
    ...(comment === null ? [] : [comment]),
  ];
}

/** Whether an expression names a column; names in it are as the server prints them. */
function mentions(expression: string, column: string): boolean {
  return wordsOf(expression).has(column);
}
