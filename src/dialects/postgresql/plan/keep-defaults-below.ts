import type { PlanState } from '../../../dialect/plan-state.ts';
import type { QualifiedName } from '../../../schema/names.ts';
import { quoteName } from '../identifiers.ts';
import { literal } from '../literals.ts';

/**
 * Statements that set a table's default, so that partitions and heirs with a default of their own keep it: ALTER TABLE gives all of them that of the table, and ONLY would leave
 * them one of the old type. Offline, for a table that is partitioned.
 */
export async function keepDefaultsBelow(
  table: QualifiedName,
  column: string,
  statements: readonly string[],
  state: PlanState,
): Promise<readonly string[]> {
  if (!(await hasTablesBelow(table, state))) return statements;
  const [top, name] = [`to_regclass(${literal(quoteName(table))})`, literal(column)];
  const expression = 'pg_get_expr(d.adbin, d.adrelid)';
  const alter = "'ALTER TABLE ONLY %s ALTER COLUMN %I ";
  return [
    `DO ${literal(`DECLARE kept text[]; statement text;
BEGIN
  WITH RECURSIVE family(id) AS (SELECT ${top}::oid UNION SELECT h.inhrelid FROM family JOIN pg_inherits h ON h.inhparent = family.id),
  defaults AS (
    SELECT id, a.attname, ${expression} AS own FROM family JOIN pg_attribute a ON a.attrelid = id AND a.attname = ${name} AND a.attgenerated = ''
      LEFT JOIN pg_attrdef d ON d.adrelid = id AND d.adnum = a.attnum
  )
  SELECT array_agg(CASE WHEN own IS NULL THEN format(${alter}DROP DEFAULT', id::regclass, attname)
      ELSE format(${alter}SET DEFAULT %s', id::regclass, attname, regexp_replace(own, '^(''.*'')::[^'']*$', '\\1')) END)
    INTO kept FROM defaults WHERE own IS DISTINCT FROM (SELECT own FROM defaults WHERE id = ${top});
  ${statements.join(';\n  ')};
  FOREACH statement IN ARRAY coalesce(kept, '{}') LOOP EXECUTE statement; END LOOP;
END`)}`,
  ];
}

async function hasTablesBelow(table: QualifiedName, state: PlanState): Promise<boolean> {
  if (state.connection === null) {
    const there = await state.table(table);
    return there?.options.postgresql?.partitionBy !== undefined;
  }
  const [row] = await state.connection.query<{ has: boolean }>(
    `SELECT EXISTS (SELECT FROM pg_inherits WHERE inhparent = to_regclass(${literal(quoteName(table))})) AS has`,
  );
  return row?.has === true;
}
