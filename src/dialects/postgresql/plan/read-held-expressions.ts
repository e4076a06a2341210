import type { Connection } from '../../../dialect/connection.ts';
import type { QualifiedName } from '../../../schema/names.ts';
import { quoteName } from '../identifiers.ts';
import { literal } from '../literals.ts';
import { constraintAgain, constraintOwner, indexAgain } from './made-again.ts';

/** A check, or an index with an expression or a condition (that of a constraint which excludes, too), over columns of a domain. */
export interface HeldExpression {
  /** its table; the schema is null in the default schema */
  readonly on: QualifiedName;
  /** the name of the check, the constraint or the index */
  readonly element: string;
  readonly down: string;
  readonly up: readonly string[];
  /** those columns, as SQL */
  readonly columns: readonly string[];
}

/** All of them, in one query; `down` is worded as `readTypeUsers` words it. */
export async function readHeldExpressions(
  connection: Connection,
  domain: QualifiedName,
): Promise<readonly HeldExpression[]> {
  const rows = await connection.readCatalogue<{ expression: string }>(
    `with held as (
  select a.attrelid, a.attnum, quote_ident(a.attname) as name from pg_attribute a where a.atttypid = to_regtype(${literal(quoteName(domain))}) and not a.attisdropped
), found as (
  select k.conrelid as id, k.conname as element, format('ALTER %s DROP CONSTRAINT %I', ${constraintOwner('k')}, k.conname) as down, ${constraintAgain('k')} as up,
    (select json_agg(h.name) from held h where h.attrelid = k.conrelid and h.attnum = any(k.conkey)) as columns
  from pg_constraint k where k.contype = 'c' and k.conrelid <> 0 and k.conparentid = 0 and k.coninhcount = 0
  union all
  select i.indrelid, c.relname, case when k.oid is null then format('DROP INDEX %s', i.indexrelid::regclass) else format('ALTER %s DROP CONSTRAINT %I', ${constraintOwner('k')}, k.conname) end,
    ${indexAgain('i.indexrelid')},
    (select json_agg(distinct h.name) from held h join pg_depend d on d.refclassid = 'pg_class'::regclass and d.refobjid = h.attrelid and d.refobjsubid = h.attnum
      where d.classid = 'pg_class'::regclass and d.objid = i.indexrelid)
  from pg_index i join pg_class c on c.oid = i.indexrelid left join pg_constraint k on k.conindid = i.indexrelid and k.contype = 'x'
  where (i.indexprs is not null or i.indpred is not null) and not c.relispartition
)
select json_build_object('on', json_build_object('schema', nullif(n.nspname, current_schema()), 'name', t.relname), 'element', element, 'down', down, 'up', up, 'columns', columns)::text as expression
from found f join pg_class t on t.oid = f.id join pg_namespace n on n.oid = t.relnamespace where columns is not null order by down`,
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
  const without = up.map((statement) =>
    statement.replaceAll(cast, (found, column: string | undefined) => column ?? found),
  );
  return without.every((statement, i) => statement === up[i]) ? null : without;
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
