import type { Connection } from '../../../dialect/connection.ts';
import type { QualifiedName } from '../../../schema/names.ts';
import { quoteName } from '../identifiers.ts';
import { literal } from '../literals.ts';

/** A check, or an index with an expression or a condition, over columns of a domain. */
export interface HeldExpression {
  /** null in the default schema */
  readonly schema: string | null;
  readonly table: string;
  /** of the check or index */
  readonly name: string;
  readonly down: string;
  readonly up: readonly string[];
  /** those columns, as SQL */
  readonly columns: readonly string[];
}

/** All of them, in one query; `down` is worded as `readEnumUsers` words it. */
export async function readHeldExpressions(
  connection: Connection,
  domain: QualifiedName,
): Promise<readonly HeldExpression[]> {
  const rows = await connection.query<{ expression: string }>(
    `WITH held AS (
  SELECT a.attrelid, a.attnum, quote_ident(a.attname) AS name FROM pg_attribute a WHERE a.atttypid = to_regtype(${literal(quoteName(domain))}) AND NOT a.attisdropped
), found AS (
  SELECT k.conrelid AS id, k.conname AS name, format('ALTER TABLE %s DROP CONSTRAINT %I', k.conrelid::regclass, k.conname) AS down, array_remove(array[
      format('ALTER TABLE %s ADD CONSTRAINT %I %s', k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid)),
      format('COMMENT ON CONSTRAINT %I ON %s IS ', k.conname, k.conrelid::regclass) || quote_literal(obj_description(k.oid, 'pg_constraint'))], null) AS up,
    (SELECT json_agg(h.name) FROM held h WHERE h.attrelid = k.conrelid AND h.attnum = ANY (k.conkey)) AS columns
  FROM pg_constraint k WHERE k.contype = 'c' AND k.conrelid <> 0 AND k.conparentid = 0 AND k.coninhcount = 0
  UNION ALL
  SELECT i.indrelid, c.relname, format('DROP INDEX %s', i.indexrelid::regclass), array_remove(array[regexp_replace(pg_get_indexdef(i.indexrelid), case when c.relkind = 'I' then ' ON ONLY ' else '^$' end, ' ON '),
      format('COMMENT ON INDEX %s IS ', i.indexrelid::regclass) || quote_literal(obj_description(i.indexrelid, 'pg_class')),
      CASE WHEN i.indisclustered THEN format('ALTER TABLE %s CLUSTER ON %I', i.indrelid::regclass, c.relname) END], null),
    (SELECT json_agg(DISTINCT h.name) FROM held h JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = h.attrelid AND d.refobjsubid = h.attnum
      WHERE d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid)
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
  WHERE (i.indexprs IS NOT NULL OR i.indpred IS NOT NULL) AND NOT c.relispartition AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
)
SELECT json_build_object('schema', nullif(n.nspname, current_schema()), 'table', t.relname, 'name', f.name, 'down', down, 'up', up, 'columns', columns)::text AS expression
FROM found f JOIN pg_class t ON t.oid = f.id JOIN pg_namespace n ON n.oid = t.relnamespace WHERE columns IS NOT NULL ORDER BY down`,
  );
  return rows.map(({ expression }) => JSON.parse(expression) as HeldExpression);
}

/**
 * An expression as it is printed, without the casts from a column of the domain to what that is made of: the server puts them in by itself, and would read
 * them as casts that somebody wrote. Null where it has none.
 */
export function withoutBaseCasts({ up, columns }: HeldExpression, base: string): readonly string[] | null {
  const types = [...new Set([base, base.replace(/\(\d+(?:,\d+)?\)/, '')])].map(escaped).join('|');
  const cast = new RegExp(
    `'(?:[^']|'')*'|\\((${columns.map(escaped).join('|')})\\)::(?:${types})(?![\\w([])`,
    'g',
  );
  const without = up.map((statement, i) =>
    // the rest are comments
    i > 0 ? statement : statement.replaceAll(cast, (found, column: string | undefined) => column ?? found),
  );
  return without[0] === up[0] ? null : without;
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
