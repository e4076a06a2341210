import type { Connection } from '../../../dialect/connection.ts';
import type { QualifiedName } from '../../../schema/names.ts';
import { quoteName } from '../identifiers.ts';
import { literal } from '../literals.ts';
import { generatedFromSql, indexAgain, statisticsAgain, triggerAgain } from './made-again.ts';
import { isFunction } from './read-users.ts';
import type { RemadeFunction } from './remade-functions.ts';

/** What views may stand on, as an operation of a plan names it. */
export type Ground =
  | { readonly kind: 'column'; readonly table: QualifiedName; readonly column: string }
  | { readonly kind: 'constraint'; readonly table: QualifiedName; readonly name: string }
  | { readonly kind: 'type'; readonly type: QualifiedName }
  | { readonly kind: 'function'; readonly function: RemadeFunction['function'] }
  | { readonly kind: 'view'; readonly view: QualifiedName };

/** A view as the server has it, with all that hangs on it. */
export interface DependentView {
  readonly id: string;
  /** null in the default schema */
  readonly schema: string | null;
  readonly name: string;
  readonly materialized: boolean;
  readonly query: string;
  readonly storage: readonly string[] | null;
  readonly method: string | null;
  readonly tablespace: string | null;
  readonly populated: boolean;
  /** null where it is the connection's user */
  readonly owner: string | null;
  readonly comment: string | null;
  /** of the view itself (`column: null`) and of its columns; null: nothing was ever granted or revoked */
  readonly rights: readonly Right[] | null;
  readonly columnComments: readonly { readonly column: string; readonly comment: string }[];
  readonly defaults: readonly { readonly column: string; readonly expression: string }[];
  /** of a materialized view: how much is known of a column, and how it is stored, as what follows `ALTER COLUMN` */
  readonly columnSettings: readonly { readonly column: string; readonly setting: string }[];
  readonly attached: readonly Attached[];
  /** ids of the views that it reads */
  readonly reads: readonly string[];
  /** by position, the grounds that it stands on directly or is */
  readonly grounds: readonly number[];
}

/** What hangs on a view, and is made again with it. */
export interface Attached {
  readonly kind: 'index' | 'rule' | 'statistics' | 'trigger';
  readonly name: string;
  /** whole statements */
  readonly up: readonly string[];
}

export interface Right {
  readonly column: string | null;
  /** null: PUBLIC */
  readonly to: string | null;
  readonly privilege: string;
  readonly grantable: boolean;
}

/** The views that stand on any of `grounds`, and those on them in turn, in one query. */
export async function readDependentViews(
  connection: Connection,
  grounds: readonly Ground[],
): Promise<readonly DependentView[]> {
  if (grounds.length === 0) return [];
  const rows = await connection.readCatalogue<{ view: string }>(query(grounds));
  return rows.map(({ view }) => JSON.parse(view) as DependentView);
}

/** A relation by a name that may lead nowhere. */
function relation(name: QualifiedName): string {
  return `to_regclass(${literal(quoteName(name))})`;
}

/** The rows `(ground, classid, objid, objsubid)` that a ground stands for: a column also of what inherits it, and for what is computed from it, a type also as what its arrays hold. */
function groundSql(ground: Ground, i: number): string {
  switch (ground.kind) {
    case 'column':
      return `select ${i}, 'pg_class'::regclass::oid, c.attrelid, c.attnum::int from (with own as (
      select a.attrelid, a.attnum from pg_attribute a where a.attname = ${literal(ground.column)} and not a.attisdropped and a.attrelid in (
        with recursive family(id) as (select ${relation(ground.table)}::oid union select h.inhrelid from family f join pg_inherits h on h.inhparent = f.id)
        select id from family)
    ) table own union ${generatedFromSql('table own')}) c`;
    case 'constraint':
      return `select ${i}, 'pg_constraint'::regclass::oid, k.oid, 0 from pg_constraint k
    where k.conrelid = ${relation(ground.table)} and k.conname = ${literal(ground.name)}`;
    case 'type':
      return `select ${i}, 'pg_class'::regclass::oid, a.attrelid, a.attnum::int from pg_attribute a join pg_type y on y.oid = a.atttypid
    join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p', 'f')
    where not a.attisdropped and to_regtype(${literal(quoteName(ground.type))}) in (y.oid, y.typelem)
  union all select ${i}, 'pg_type'::regclass::oid, y.oid, 0 from pg_type y
    where to_regtype(${literal(quoteName(ground.type))}) in (y.oid, y.typelem) and y.typtype <> 'c'`;
    case 'function':
      return `select ${i}, 'pg_proc'::regclass::oid, p.oid, 0 from pg_proc p where ${isFunction(ground.function)}`;
    case 'view':
      return `select ${i}, 'pg_class'::regclass::oid, ${relation(ground.view)}::oid, -1`;
  }
}

function query(grounds: readonly Ground[]): string {
  return `with recursive grounds(ground, classid, objid, objsubid) as (
  ${grounds.map(groundSql).join('\n  union all ')}
), direct(ground, id) as (
  select distinct g.ground, r.ev_class from grounds g
    join pg_depend d on d.refclassid = g.classid and d.refobjid = g.objid and d.refobjsubid = g.objsubid and d.classid = 'pg_rewrite'::regclass
    join pg_rewrite r on r.oid = d.objid join pg_class c on c.oid = r.ev_class and c.relkind in ('v', 'm')
  union select g.ground, c.oid from grounds g join pg_class c on c.oid = g.objid and c.relkind in ('v', 'm') where g.objsubid = -1
), edges(reader, read) as (
  select distinct r.ev_class, d.refobjid from pg_rewrite r
    join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid and d.refclassid = 'pg_class'::regclass and d.refobjid <> r.ev_class
    join pg_class c on c.oid = d.refobjid and c.relkind in ('v', 'm')
), found(id) as (
  select id from direct union select e.reader from found f join edges e on e.read = f.id
)
select json_build_object(
  'id', c.oid::text, 'schema', nullif(n.nspname, current_schema()), 'name', c.relname, 'materialized', c.relkind = 'm',
  'query', pg_get_viewdef(c.oid), 'storage', c.reloptions, 'method', nullif(a.amname, 'heap'), 'tablespace', t.spcname, 'populated', c.relispopulated,
  'owner', nullif(pg_get_userbyid(c.relowner), current_user), 'comment', obj_description(c.oid, 'pg_class'),
  'rights', case when c.relacl is not null or exists (select from pg_attribute p where p.attrelid = c.oid and p.attacl is not null) then (
    select coalesce(json_agg(json_build_object('column', x.col, 'to', pg_get_userbyid(nullif(x.grantee, 0)), 'privilege', x.privilege_type, 'grantable', x.is_grantable)), '[]')
    from (select null::name as col, s.* from aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) s
      union all select p.attname, s.* from pg_attribute p, aclexplode(p.attacl) s where p.attrelid = c.oid) x) end,
  'columnComments', (select coalesce(json_agg(json_build_object('column', p.attname, 'comment', k.description)), '[]')
    from pg_description k join pg_attribute p on p.attrelid = k.objoid and p.attnum = k.objsubid where k.classoid = 'pg_class'::regclass and k.objoid = c.oid and k.objsubid > 0),
  'columnSettings', (select coalesce(json_agg(json_build_object('column', x.attname, 'setting', x.setting)), '[]') from (
    select p.attname, format('SET STATISTICS %s', p.attstattarget) as setting from pg_attribute p where p.attrelid = c.oid and p.attnum > 0 and p.attstattarget >= 0
    union all select p.attname, format('SET STORAGE %s', case p.attstorage when 'p' then 'PLAIN' when 'e' then 'EXTERNAL' when 'x' then 'EXTENDED' else 'MAIN' end)
      from pg_attribute p join pg_type y on y.oid = p.atttypid where p.attrelid = c.oid and p.attnum > 0 and c.relkind = 'm' and p.attstorage <> y.typstorage
    union all select p.attname, format('SET (%s = %s)', o.option_name, o.option_value)
      from pg_attribute p, pg_options_to_table(p.attoptions) o where p.attrelid = c.oid and p.attnum > 0 and o.option_name in ('n_distinct', 'n_distinct_inherited')) x),
  'defaults', (select coalesce(json_agg(json_build_object('column', p.attname, 'expression', pg_get_expr(e.adbin, e.adrelid))), '[]')
    from pg_attrdef e join pg_attribute p on p.attrelid = e.adrelid and p.attnum = e.adnum where e.adrelid = c.oid),
  'attached', (select coalesce(json_agg(json_build_object('kind', kind, 'name', name, 'up', up) order by place, name), '[]') from (
    select 1, 'index', ic.relname, ${indexAgain('i.indexrelid')} from pg_index i join pg_class ic on ic.oid = i.indexrelid where i.indrelid = c.oid
    union all select 2, 'trigger', g.tgname, ${triggerAgain('g')} from pg_trigger g where g.tgrelid = c.oid and not g.tgisinternal
    union all select 3, 'rule', r.rulename, array_remove(array[pg_get_ruledef(r.oid),
      format('COMMENT ON RULE %I ON %s IS ', r.rulename, c.oid::regclass) || quote_literal(obj_description(r.oid, 'pg_rewrite'))], null)
      from pg_rewrite r where r.ev_class = c.oid and r.rulename <> '_RETURN'
    union all select 4, 'statistics', s.stxname, ${statisticsAgain('s')} from pg_statistic_ext s where s.stxrelid = c.oid) hanging(place, kind, name, up)),
  'reads', (select coalesce(json_agg(e.read::text), '[]') from edges e where e.reader = c.oid),
  'grounds', (select coalesce(json_agg(d.ground), '[]') from direct d where d.id = c.oid)
)::text as view
from found join pg_class c on c.oid = found.id join pg_namespace n on n.oid = c.relnamespace
  left join pg_am a on a.oid = c.relam left join pg_tablespace t on t.oid = c.reltablespace`;
}
