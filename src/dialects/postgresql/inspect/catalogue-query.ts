/**
 * The one query that reads the catalogue: a row a part, each with the part's rows as JSON, so that all parts see the same moment. `tables` is a
 * condition over `c` (pg_class) and `n` (its pg_namespace).
 *
 * It asks for facts and leaves putting them together to the reader: looking things up there (columns by number, operator classes) is faster than joins
 * here. What an older server doesn't know is a constant.
 */
export function catalogueQuery(
  version: number,
  tables: string,
  relations: 'tables' | 'materializedViews' = 'tables',
): string {
  const since = (first: number, expression: string, before: string): string =>
    version >= first * 10_000 ? expression : before;
  const part = (name: keyof CatalogueParts, fields: string, from: string): string =>
    `select '${name}' as part, (select coalesce(json_agg(json_build_array(${fields})), '[]')::text from ${from}) as rows`;
  // one that the search path doesn't lead to, as SQL with its schema
  const collation = `case when pg_collation_is_visible(co.oid) then co.collname
          else (select concat('"', replace(nspname, '"', '""'), '"."', replace(co.collname, '"', '""'), '"') from pg_namespace where oid = co.collnamespace) end`;
  const parts = [
    `select 'server' as part, json_build_array(json_build_array(current_schema()))::text as rows`,
    part(
      'tables',
      `c.oid, c.nspname, c.relname, c.relkind, c.relpersistence,
        c.reloptions || (select array_agg('toast.' || o) from pg_class toast, unnest(toast.reloptions) o where toast.oid = c.reltoastrelid),
        (select spcname from pg_tablespace where oid = c.reltablespace), (select amname from pg_am where oid = c.relam and amname <> 'heap'),
        t.description, case when c.relkind = 'p' then pg_get_partkeydef(c.oid) end,
        case when c.relispartition then pg_get_expr(c.relpartbound, c.oid) end,
        (select json_agg(json_build_array(pn.nspname, p.relname) order by h.inhseqno)
          from pg_inherits h join pg_class p on p.oid = h.inhparent join pg_namespace pn on pn.oid = p.relnamespace where h.inhrelid = c.oid)`,
      `found c left join pg_description t on t.classoid = 'pg_class'::regclass and t.objoid = c.oid and t.objsubid = 0`,
    ),
    part(
      'columns',
      `a.attrelid, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attgenerated, a.attidentity, a.attislocal,
        ${collation}, t.description, case when e.typtype in ('e', 'd') then e.oid end,
        pg_get_expr(d.adbin, case when a.attgenerated = '' then 0 else d.adrelid end), case when d.oid is not null then format_type(a.atttypid, -1) end,
        not a.attislocal and not c.relispartition, case when a.attstorage <> y.typstorage then a.attstorage end,
        ${since(14, "nullif(a.attcompression, '')", 'null')}, nullif(a.attstattarget, -1), a.attoptions, a.attcollation`,
      `found c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        join pg_type y on y.oid = a.atttypid
        left join pg_type e on e.oid = case when y.typelem <> 0 and y.typlen = -1 then y.typelem else y.oid end
        left join pg_collation co on co.oid = nullif(a.attcollation, y.typcollation)
        left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        left join pg_description t on t.classoid = 'pg_class'::regclass and t.objoid = a.attrelid and t.objsubid = a.attnum`,
    ),
    part(
      'sequences',
      `o.refobjid, o.refobjsubid, s.seqrelid::regclass, sn.nspname, sc.relname, format_type(s.seqtypid, null),
        s.seqstart::text, s.seqincrement::text, s.seqmin::text, s.seqmax::text, s.seqcache::text, s.seqcycle`,
      `found c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
        join pg_depend o on o.refclassid = 'pg_class'::regclass and o.refobjid = c.oid and o.refobjsubid = a.attnum
          and o.classid = 'pg_class'::regclass and o.deptype = case a.attidentity when '' then 'a' else 'i' end
        join pg_sequence s on s.seqrelid = o.objid join pg_class sc on sc.oid = o.objid join pg_namespace sn on sn.oid = sc.relnamespace`,
    ),
    part(
      'constraints',
      `k.conrelid, k.conname, k.contype, k.conkey, k.condeferrable, k.condeferred, k.convalidated, k.connoinherit, ${since(18, 'k.conenforced', 'true')},
        case when k.contype = 'c' then pg_get_expr(k.conbin, k.conrelid) end,
        case when k.contype = 'f' then json_build_array(rn.nspname, r.relname,
          (select json_agg(a.attname order by array_position(k.confkey, a.attnum)) from pg_attribute a where a.attrelid = k.confrelid and a.attnum = any(k.confkey)),
          k.confupdtype, k.confdeltype, k.confmatchtype, ${since(15, 'k.confdelsetcols', 'null')}) end,
        case when k.contype in ('p', 'u', 'x') then k.conindid end,
        case when k.contype = 'x' then (
          select json_agg(case when pg_operator_is_visible(op.oid) then op.oprname else concat('OPERATOR(', quote_ident(o.nspname), '.', op.oprname, ')') end order by x.place)
            from unnest(k.conexclop) with ordinality x(id, place) join pg_operator op on op.oid = x.id join pg_namespace o on o.oid = op.oprnamespace
        ) end, k.conparentid <> 0 or k.contype = 'c' and not k.conislocal`,
      // a key to a partitioned table has parts of its own for the other table's partitions
      `found c join pg_constraint k on k.conrelid = c.oid left join pg_class r on r.oid = k.confrelid left join pg_namespace rn on rn.oid = r.relnamespace
        left join pg_constraint above on above.oid = k.conparentid
      where k.contype in ('p', 'u', 'f', 'c', 'x') and above.conrelid is distinct from k.conrelid`,
    ),
    part(
      'indexes',
      `i.indrelid, i.indexrelid, ic.relname, i.indisunique, i.indisvalid or ic.relkind = 'I', am.amname, i.indnkeyatts, i.indkey::text, i.indoption::text, i.indclass::text,
        case when not (i.indcollation::oid[] <@ '{0,100}'::oid[]) then (
          select json_agg(${collation} order by x.place) from unnest(i.indcollation) with ordinality x(id, place) left join pg_collation co on co.oid = x.id
        ) end,
        case when i.indexprs is not null then (
          select json_agg(pg_get_indexdef(i.indexrelid, place, false) order by place) from generate_series(1, i.indnkeyatts::int) place
        ) end,
        pg_get_expr(i.indpred, i.indrelid), ${since(15, 'i.indnullsnotdistinct', 'false')}, ic.reloptions,
        (select spcname from pg_tablespace where oid = ic.reltablespace),
        (select json_agg(o.attoptions order by o.attnum) filter (where o.attnum <= i.indnkeyatts) from pg_attribute o where o.attrelid = ic.oid
          having bool_or(o.attoptions is not null)), ic.relispartition, i.indcollation::text,
        case when i.indexprs is not null and not (i.indcollation::oid[] <@ '{0}'::oid[]) then pg_get_indexdef(i.indexrelid) end`,
      `found c join pg_index i on i.indrelid = c.oid join pg_class ic on ic.oid = i.indexrelid join pg_am am on am.oid = ic.relam`,
    ),
    part(
      'operatorClasses',
      `o.oid, o.opcdefault, case when pg_opclass_is_visible(o.oid) then '' else quote_ident(n.nspname) || '.' end || quote_ident(o.opcname)`,
      `pg_opclass o join pg_namespace n on n.oid = o.opcnamespace`,
    ),
    part(
      'types',
      `y.oid, y.typtype, n.nspname, y.typname,
        case when y.typtype = 'e' then (select json_agg(v.enumlabel order by v.enumsortorder) from pg_enum v where v.enumtypid = y.oid) end,
        case when y.typtype = 'e' then (${holders}) end`,
      `pg_type y join pg_namespace n on n.oid = y.typnamespace
      where y.typtype in ('e', 'd') and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
        and not exists (select from pg_depend x where x.classid = 'pg_type'::regclass and x.objid = y.oid and x.deptype = 'e')`,
    ),
  ];
  return `with found as materialized (
  select c.*, n.nspname from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in (${relations === 'tables' ? `'r', 'p'` : `'m'`}) and (${tables})
    and not exists (select from pg_depend x where x.classid = 'pg_class'::regclass and x.objid = c.oid and x.deptype = 'e')
)
${parts.join('\nunion all\n')}`;
}

/** What stands on an enum `y` by itself: not what follows a column, as parts of a table and views over it do, nor expressions of tables. */
const holders = `select json_agg(distinct jsonb_build_array(h.kind, hn.nspname, h.name, h.qualifier))
          from pg_depend d
            left join pg_attribute a on d.classid = 'pg_class'::regclass and a.attrelid = d.objid and a.attnum = d.objsubid and a.attinhcount = 0
            left join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
            cross join lateral (
              select 'domain', t.typnamespace, t.typname, null from pg_type t where d.classid = 'pg_type'::regclass and t.oid = d.objid and t.typtype = 'd'
              union all select 'function', p.pronamespace, p.proname, coalesce((select string_agg(format_type(o.type, null), ', ' order by o.place)
                from unnest(p.proargtypes::oid[]) with ordinality o(type, place)), '') from pg_proc p where d.classid = 'pg_proc'::regclass and p.oid = d.objid
              union all select case c.relkind when 'c' then 'type' else 'table' end, c.relnamespace, c.relname, null from pg_class c where c.oid = a.attrelid and c.relkind in ('r', 'p', 'f', 'c')
              union all select 'view', c.relnamespace, c.relname, null from pg_class c where c.oid = r.ev_class
            ) h(kind, place, name, qualifier) join pg_namespace hn on hn.oid = h.place
          where d.refclassid = 'pg_type'::regclass and d.refobjid in (y.oid, y.typarray)`;

type Oid = string;
type Name = string;
/** a 64-bit integer as its digits */
type Digits = string;
type Nullable<T> = T | null;

/** The rows of each part, as the query above builds them. */
export interface CatalogueParts {
  readonly server: readonly [readonly [currentSchema: Nullable<Name>]];
  readonly tables: readonly TableRow[];
  readonly columns: readonly ColumnRow[];
  readonly sequences: readonly SequenceRow[];
  readonly constraints: readonly ConstraintRow[];
  readonly indexes: readonly IndexRow[];
  readonly operatorClasses: readonly (readonly [id: Oid, isDefault: boolean, name: string])[];
  readonly types: readonly TypeRow[];
}

export type TableRow = readonly [
  id: Oid,
  schema: Name,
  name: Name,
  /** `r` a table, `p` a partitioned one */
  kind: string,
  /** `p` permanent, `u` unlogged, `t` temporary */
  persistence: string,
  storage: Nullable<readonly string[]>,
  tablespace: Nullable<Name>,
  accessMethod: Nullable<Name>,
  comment: Nullable<string>,
  partitionKey: Nullable<string>,
  partitionBound: Nullable<string>,
  parents: Nullable<readonly (readonly [schema: Name, name: Name])[]>,
];

export type ColumnRow = readonly [
  table: Oid,
  number: number,
  name: Name,
  /** as format_type prints it */
  type: string,
  notNull: boolean,
  /** `s` stored, `v` virtual, else empty */
  generated: string,
  /** `a` always, `d` by default, else empty */
  identity: string,
  local: boolean,
  /** a name, or `"schema"."name"` */
  collation: Nullable<string>,
  comment: Nullable<string>,
  /** the enum or domain of the column, or of the elements of its array */
  namedType: Nullable<Oid>,
  /** of the default, or of what it is generated from */
  expression: Nullable<string>,
  /** the type as a constant of it is cast to in `expression` */
  cast: Nullable<string>,
  /** from a table above, and not said again */
  inherited: boolean,
  /** `p`, `e`, `x`, `m`, where it isn't the type's own */
  storage: Nullable<string>,
  /** `p`, `l` */
  compression: Nullable<string>,
  statistics: Nullable<number>,
  options: Nullable<readonly string[]>,
  /** 0 where its type has none */
  collationId: Oid,
];

export type SequenceRow = readonly [
  table: Oid,
  column: number,
  /** as nextval('…') names it on this search path */
  regclass: string,
  schema: Name,
  name: Name,
  type: string,
  start: Digits,
  increment: Digits,
  minimum: Digits,
  maximum: Digits,
  cache: Digits,
  cycle: boolean,
];

type ForeignRow = readonly [
  schema: Name,
  table: Name,
  columns: readonly Name[],
  onUpdate: string,
  onDelete: string,
  match: string,
  /** numbers of the columns that ON DELETE SET … is for; all where it is null or empty */
  deleteColumns: Nullable<readonly number[]>,
];

export type ConstraintRow = readonly [
  table: Oid,
  name: Name,
  /** `p`, `u`, `f`, `c`, `x` */
  kind: string,
  columns: Nullable<readonly number[]>,
  deferrable: boolean,
  deferred: boolean,
  validated: boolean,
  noInherit: boolean,
  enforced: boolean,
  condition: Nullable<string>,
  foreign: Nullable<ForeignRow>,
  index: Nullable<Oid>,
  operators: Nullable<readonly string[]>,
  /** it comes with the table's own from a table above */
  inherited: boolean,
];

export type IndexRow = readonly [
  table: Oid,
  id: Oid,
  name: Name,
  unique: boolean,
  valid: boolean,
  method: Name,
  keyCount: number,
  /** numbers of the columns, 0 for an expression, with spaces between: the key's, then the included ones */
  columns: string,
  /** for each of the key: bit 0 descending, bit 1 nulls first */
  order: string,
  operatorClasses: string,
  /** their names, where any is another one than the database's default */
  collations: Nullable<readonly Nullable<string>[]>,
  expressions: Nullable<readonly string[]>,
  where: Nullable<string>,
  nullsNotDistinct: boolean,
  storage: Nullable<readonly string[]>,
  tablespace: Nullable<Name>,
  /** parameters of the operator classes, where any has some */
  classParameters: Nullable<readonly Nullable<readonly string[]>[]>,
  /** a part of an index of the table above */
  inherited: boolean,
  /** for each of the key, 0 where its type has none, with spaces between */
  collationIds: string,
  /** CREATE INDEX, where an expression has a collation */
  definition: Nullable<string>,
];

export type TypeRow = readonly [
  id: Oid,
  /** `e` an enum, `d` a domain */
  kind: string,
  schema: Name,
  name: Name,
  values: Nullable<readonly string[]>,
  /** what stands on an enum; the qualifier is that of a function */
  holders: Nullable<
    readonly (readonly [kind: string, schema: Name, name: Name, qualifier: Nullable<string>])[]
  >,
];
