import type { PlanState } from '../../../dialect/plan-state.ts';
import { ArgumentError } from '../../../errors.ts';
import type { AlterColumn, ColumnFacts } from '../../../objects/column/operations.ts';
import { tableOf } from '../../../operations/operation.ts';
import { displayName } from '../../../schema/names.ts';
import { columnOf, type Table } from '../../../schema/table.ts';
import { expressionText } from '../expressions.ts';
import { quoteIdentifier, quoteName } from '../identifiers.ts';
import { serverVersion } from '../server-version.ts';
import { remakeColumn } from './remake-column.ts';

/**
 * A generated column becomes a plain one (with the values that it had), takes another expression (from PostgreSQL 17), or is made anew.
 *
 * @throws ArgumentError `UNSUPPORTED_OPERATION` where it has to be made anew and nothing is known of it.
 */
export async function changeComputed(
  op: AlterColumn,
  known: ColumnFacts,
  table: Table | null,
  state: PlanState,
): Promise<readonly string[]> {
  const alter = `ALTER TABLE ${quoteName(tableOf(op))} ALTER COLUMN ${quoteIdentifier(op.column)}`;
  const was = known.computed ?? null;
  const computed = op.changes.computed === undefined ? was : op.changes.computed;
  if (computed === null && was?.persisted !== false) return [`${alter} DROP EXPRESSION IF EXISTS`];
  const isSameKind =
    was !== null &&
    computed !== null &&
    (was.persisted ?? true) === (computed.persisted ?? true) &&
    op.changes.type === undefined;
  const { connection } = state;
  if (isSameKind && connection !== null && (await serverVersion(connection)) >= 170_000) {
    return [`${alter} SET EXPRESSION AS (${expressionText(computed.expression)})`];
  }
  const column = table === null ? undefined : columnOf(table, op.column);
  if (table === null || column === undefined) {
    throw new ArgumentError(
      'UNSUPPORTED_OPERATION',
      `Column '${op.column}' of table '${displayName(tableOf(op))}' has to be made anew to be generated otherwise, and nothing is known of it. Drop it and add it again.`,
    );
  }
  const { type = column.type, nullable = column.nullable } = op.changes;
  const next = {
    ...column,
    type,
    nullable,
    computed,
    serverDefault: null,
    identity: null,
    autoincrement: false,
  };
  if (computed !== null || was === null) {
    const { down, up } = await remakeColumn(table, next, state);
    return [down, ...up];
  }
  // a virtual column has no values that could stay
  const { down, up } = await remakeColumn(table, { ...next, nullable: true }, state);
  const [add = '', ...rest] = up;
  const name = quoteIdentifier(op.column);
  const fill = `UPDATE ${quoteName(table)} SET ${name} = (${expressionText(was.expression)})`;
  return [down, add, fill, ...(nullable ? [] : [`${alter} SET NOT NULL`]), ...rest];
}
