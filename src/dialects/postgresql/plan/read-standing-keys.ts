import type { Connection } from '../../../dialect/connection.ts';
import type { AlterColumn } from '../../../objects/column/operations.ts';
import { tableOf } from '../../../operations/operation.ts';
import type { QualifiedName } from '../../../schema/names.ts';
import { canonicalType } from '../canonical-type.ts';
import { withEnumSchema } from '../enum-schemas.ts';
import { cutIdentifier, quoteName } from '../identifiers.ts';
import { literal } from '../literals.ts';
import { typeSql } from '../type-sql.ts';
import { generatedFromSql } from './made-again.ts';

/** A foreign key of the catalogue, what it stands on, and which changes of columns reach it. */
export interface StandingKey {
  readonly name: string;
  readonly table: QualifiedName;
  readonly referred: QualifiedName;
  readonly referredColumns: readonly string[];
  /** what stands after ADD CONSTRAINT name, in the server's words: also what no model of ours holds */
  readonly definition: string;
  readonly comment: string | null;
  /** of the referred table's key */
  readonly index: string;
  readonly pairs: readonly Pair[];
}

/** A column of a foreign key and the one that it refers to. Changes are given by their positions. */
export interface Pair {
  readonly column: string;
  readonly referredColumn: string;
  /** those of the foreign key's own column */
  readonly own: readonly number[];
  /** those of the column that it refers to */
  readonly referred: readonly number[];
  /** those for which the column that it refers to may be dropped and made again */
  readonly remade: readonly number[];
  /** whether its values can be compared all the time, and mean the same: integers, or texts */
  readonly isSteady: boolean;
  /** whether the server can compare both columns after all changes; null where nobody can tell yet */
  readonly fits: boolean | null;
  /** the types after all changes */
  readonly types: { readonly own: TypeId; readonly referred: TypeId };
}

/** A type of the catalogue; null where it isn't there yet. */
interface TypeId {
  readonly id: number | null;
  /** for people */
  readonly name: string | null;
}

/**
 * The foreign keys that refer to one of the tables, or have a column that is changed on either side: in one query, and another one where a key gets two types that may not be
 * compared. `changes`: those of a column's type, and of what it is computed from. `called`: tables as the plan calls them.
 */
export async function readStandingKeys(
  connection: Connection,
  changes: readonly AlterColumn[],
  called: readonly QualifiedName[],
): Promise<readonly StandingKey[]> {
  const rows = await connection.readCatalogue<{ key: string }>(
    query([...new Set(called.map(({ name }) => name))], changes),
  );
  const keys = rows.map(({ key }) => JSON.parse(key) as CatalogueKey);
  const fits = await readFits(connection, keys.flatMap(({ pairs }) => pairs).filter(isReached));
  return keys.map(({ current, pairs, ...key }) => {
    const label = (own: Catalogued): QualifiedName =>
      own.schema !== current
        ? own
        : (called.find((each) => each.name === own.name && each.schema === own.schema) ?? {
            schema: null,
            name: own.name,
          });
    return {
      ...key,
      table: label(key.table),
      referred: label(key.referred),
      pairs: pairs.map((pair) => ({
        ...pair,
        fits: isReached(pair) ? (fits.get(both(pair)) ?? null) : true,
      })),
    };
  });
}

function isReached({ own, referred }: CataloguePair): boolean {
  return own.length > 0 || referred.length > 0;
}

/** Both types of a pair, as a row of SQL. */
function both({ types: { own, referred } }: CataloguePair): string {
  return `(${referred.id ?? 'null'}, ${own.id ?? 'null'})`;
}

/** Whether the server can implement a foreign key, by its types. */
async function readFits(
  connection: Connection,
  pairs: readonly CataloguePair[],
): Promise<ReadonlyMap<string, boolean | null>> {
  const isKnown = ({ types: { own, referred } }: CataloguePair): boolean =>
    own.id === referred.id || own.id === null || referred.id === null;
  const fits = new Map<string, boolean | null>(
    pairs.map((pair) => [both(pair), pair.types.own.id === pair.types.referred.id || null]),
  );
  const open = [...new Set(pairs.filter((pair) => !isKnown(pair)).map(both))];
  if (open.length === 0) return fits;
  const rows = await connection.readCatalogue<{ fits: boolean | null }>(fitsQuery(open));
  for (const [i, each] of open.entries()) fits.set(each, rows[i]?.fits ?? null);
  return fits;
}

interface Catalogued extends QualifiedName {
  readonly schema: string;
}

type CataloguePair = Omit<Pair, 'fits'>;

interface CatalogueKey extends Omit<StandingKey, 'pairs'> {
  readonly table: Catalogued;
  readonly referred: Catalogued;
  readonly pairs: readonly CataloguePair[];
  readonly current: string | null;
}

/** Keys of partitions, which come and go with their table's, left out. */
function query(referredTables: readonly string[], changes: readonly AlterColumn[]): string {
  const names = referredTables.map((name) => literal(cutIdentifier(name)));
  return `with recursive given(place, id, name, type, computed) as (
  ${changes.map(given).join('\n  union all ') || "select 0, null::oid, '', null::text, false where false"}
), tree as (
  select * from given union select t.place, h.inhrelid, t.name, t.type, t.computed from tree t join pg_inherits h on h.inhparent = t.id
), named as (
  select t.*, a.attnum, a.attgenerated <> '' as generated from tree t join pg_attribute a on a.attrelid = t.id and a.attname = t.name and not a.attisdropped
), changed as (
  select place, id, attnum, type, computed or generated as remade from named
  union select n.place, g.attrelid, g.attnum, null, true from named n cross join lateral (${generatedFromSql('select n.id as attrelid, n.attnum')}) g where n.type is not null
)
select json_build_object('current', current_schema(), 'name', k.conname, 'table', json_build_object('schema', n.nspname, 'name', c.relname),
  'referred', json_build_object('schema', rn.nspname, 'name', r.relname), 'referredColumns', pairs."referredColumns",
  'definition', pg_get_constraintdef(k.oid), 'comment', obj_description(k.oid, 'pg_constraint'), 'index', i.relname, 'pairs', pairs.pairs)::text as key
from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
  join pg_class r on r.oid = k.confrelid join pg_namespace rn on rn.oid = r.relnamespace join pg_class i on i.oid = k.conindid
  cross join lateral (
    select json_agg(ra.attname order by x.place) as "referredColumns", json_agg(json_build_object('column', oa.attname, 'referredColumn', ra.attname,
      'own', own.places, 'referred', referred.places, 'remade', referred.remade,
      'isSteady', array[oa.atttypid, ra.atttypid, own.type, referred.type] <@ '{int2,int4,int8}'::regtype[]::oid[] or array[oa.atttypid, ra.atttypid, own.type, referred.type] <@ '{text,varchar,bpchar}'::regtype[]::oid[],
      'types', json_build_object('own', json_build_object('id', own.type::bigint, 'name', own.type::regtype), 'referred', json_build_object('id', referred.type::bigint, 'name', referred.type::regtype))) order by x.place) as pairs
    from unnest(k.conkey, k.confkey) with ordinality x(own, referred, place)
      join pg_attribute oa on oa.attrelid = k.conrelid and oa.attnum = x.own
      join pg_attribute ra on ra.attrelid = k.confrelid and ra.attnum = x.referred
      cross join lateral (${changesOf('oa')}) own cross join lateral (${changesOf('ra')}) referred) pairs
where k.contype = 'f' and k.conparentid = 0 and (r.relname in (${names.join(', ')})
  or exists (select from changed d where d.id = k.conrelid and d.attnum = any(k.conkey) or d.id = k.confrelid and d.attnum = any(k.confkey)))
order by n.nspname, c.relname, k.conname`;
}

function given(op: AlterColumn, place: number): string {
  const { type } = op.changes;
  const name = type === undefined ? null : typeSql(canonicalType(withEnumSchema(type, op.schema), null));
  return `select ${place}, to_regclass(${literal(quoteName(tableOf(op)))})::oid, ${literal(cutIdentifier(op.column))}, ${name === null ? 'null::text' : literal(name)}, ${'computed' in op.changes}`;
}

/** The changes of a `pg_attribute`, and the type that it has after them; null where that isn't there yet. */
function changesOf(a: string): string {
  return `select coalesce(json_agg(place order by place), '[]') as places, coalesce(json_agg(place order by place) filter (where remade), '[]') as remade,
    case when count(type) = 0 then ${a}.atttypid else to_regtype((array_agg(type order by place desc) filter (where type is not null))[1])::oid end as type
    from changed where id = ${a}.attrelid and attnum = ${a}.attnum`;
}

/** A type's id, of a domain's that under it. */
function base(type: string): string {
  return `(with recursive under(id) as (select ${type}::oid union all select y.typbasetype from under u join pg_type y on y.oid = u.id where y.typtype = 'd')
      select y.oid from under u join pg_type y on y.oid = u.id where y.typtype <> 'd')`;
}

/** By an operator of the key's family, or since the server casts by itself; null for arrays, whose elements decide, and what no b-tree can hold. */
function fitsQuery(pairs: readonly string[]): string {
  return `select case
    when t.r = t.o or exists (select from pg_cast s where s.castsource = t.o and s.casttarget = t.r and s.castcontext = 'i') then true
    when exists (select from pg_opclass f join pg_amop m on m.amopfamily = f.opcfamily and m.amopstrategy = 3 and m.amoplefttype = f.opcintype and m.amoprighttype = t.o
      where f.opcmethod = 403 and f.opcdefault and (f.opcintype = t.r
        or exists (select from pg_cast s where s.castsource = t.r and s.casttarget = f.opcintype and s.castcontext = 'i' and s.castmethod = 'b'))) then true
    when (select count(*) from pg_type y where y.oid in (t.r, t.o) and y.typcategory = 'A') = 2 then null
    else false end as fits
  from (select p.place, ${base('p.r')} as r, ${base('p.o')} as o from (values ${pairs.map((each, i) => `(${i}, ${each.slice(1)}`).join(', ')}) p(place, r, o) offset 0) t order by t.place`;
}
