import type { Connection } from '../../../dialect/connection.ts';
import type { QualifiedName } from '../../../schema/names.ts';
import type { SqlFunction } from '../../../schema/sql-function.ts';
import { cutIdentifier } from '../identifiers.ts';
import { literal } from '../literals.ts';

/** What stands on a function, each as SQL of the server. */
export interface FunctionUsers {
  /** what is taken down before and put up after: defaults, checks, indexes, statistics, triggers */
  readonly parts: readonly {
    readonly down: string;
    readonly up: readonly string[];
    /** the table or view on which it is; the schema is null in the default schema */
    readonly on: QualifiedName | null;
    /** whose default it is */
    readonly column: string | null;
  }[];
  /** what belongs to the function itself and isn't said by its definition: its rights, its extension, its owner */
  readonly belongings: readonly string[];
  /** what can't be taken down, for people */
  readonly blockers: readonly string[];
}

/** Everything that depends on a function but views, in one query; null where there is no such function. */
export async function readFunctionUsers(
  connection: Connection,
  name: Pick<SqlFunction, 'schema' | 'name' | 'qualifier'>,
): Promise<FunctionUsers | null> {
  const [row] = await connection.query<{ users: string }>(query(name));
  return row === undefined ? null : (JSON.parse(row.users) as FunctionUsers);
}

/** The condition that a pg_proc `p` is a function: by the types of its arguments, or by its name where no other has it. */
export function isFunction({
  schema,
  name,
  qualifier,
}: Pick<SqlFunction, 'schema' | 'name' | 'qualifier'>): string {
  const own = `proname = ${literal(cutIdentifier(name))} and pronamespace =
    (select oid from pg_namespace where nspname = ${schema === null ? 'current_schema()' : literal(cutIdentifier(schema))})`;
  return `p.oid = (select oid from (
    select oid, count(*) over () as namesakes, coalesce((select string_agg(format_type(t.type, null), ', ' order by t.place)
      from unnest(proargtypes::oid[]) with ordinality t(type, place)), '') as types from pg_proc where ${own}) namesake
  where namesakes = 1 or types = ${literal(qualifier)})`;
}

function query(name: Pick<SqlFunction, 'schema' | 'name' | 'qualifier'>): string {
  return `with own as (
  select p.*, format('%I.%I(%s)', n.nspname, p.proname, (select string_agg(format_type(t.type, null), ', ' order by t.place)
    from unnest(p.proargtypes::oid[]) with ordinality t(type, place))) as called
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace where ${isFunction(name)}
), dep as (
  select d.classid, d.objid, d.objsubid from pg_depend d join own o on d.refobjid = o.oid
  where d.refclassid = 'pg_proc'::regclass and d.deptype in ('n', 'a')
), defaults as (
  select e.adrelid as owner, a.attname, a.attgenerated <> '' as generated, pg_get_expr(e.adbin, e.adrelid) as expression, e.oid
  from pg_attrdef e join pg_attribute a on a.attrelid = e.adrelid and a.attnum = e.adnum
  where e.oid in (select objid from dep where classid = 'pg_attrdef'::regclass)
), indexed as (
  select i.*, c.relname, c.relkind from pg_index i join pg_class c on c.oid = i.indexrelid
  where i.indexrelid in (select objid from dep where classid = 'pg_class'::regclass)
), constrained as (
  select k.* from pg_constraint k where k.coninhcount = 0 and (
    k.oid in (select objid from dep where classid = 'pg_constraint'::regclass)
    or k.conindid in (select indexrelid from indexed) and k.contype = 'x')
), triggered as (
  select g.* from pg_trigger g where not g.tgisinternal and g.tgparentid = 0 and g.oid in (select objid from dep where classid = 'pg_trigger'::regclass)
), counted as (
  select s.*, format('%I.%I', n.nspname, s.stxname) as called from pg_statistic_ext s join pg_namespace n on n.oid = s.stxnamespace
  where s.oid in (select objid from dep where classid = 'pg_statistic_ext'::regclass)
), parts(place, owner, "column", down, up) as (
  select 1, owner, attname, format('ALTER TABLE ONLY %s ALTER COLUMN %I DROP DEFAULT', owner::regclass, attname),
    array[format('ALTER TABLE ONLY %s ALTER COLUMN %I SET DEFAULT %s', owner::regclass, attname, expression)] from defaults where not generated
  union all select 2, k.conrelid, null, format('ALTER %s %s DROP CONSTRAINT %I', what, called, k.conname), array_remove(array[
      format('ALTER %s %s ADD CONSTRAINT %I %s', what, called, k.conname, pg_get_constraintdef(k.oid)),
      format('COMMENT ON CONSTRAINT %I ON %s%s IS ', k.conname, case what when 'DOMAIN' then 'DOMAIN ' else '' end, called) || quote_literal(obj_description(k.oid, 'pg_constraint'))], null)
    from constrained k, lateral (select case when k.contypid = 0 then 'TABLE' else 'DOMAIN' end as what,
      case when k.contypid = 0 then k.conrelid::regclass::text else k.contypid::regtype::text end as called) x
  union all select 3, i.indrelid, null, format('DROP INDEX %s', i.indexrelid::regclass), array_remove(array[pg_get_indexdef(i.indexrelid),
      format('COMMENT ON INDEX %s IS ', i.indexrelid::regclass) || quote_literal(obj_description(i.indexrelid, 'pg_class')),
      case when i.indisclustered then format('ALTER TABLE %s CLUSTER ON %I', i.indrelid::regclass, i.relname) end,
      case when i.indisreplident then format('ALTER TABLE %s REPLICA IDENTITY USING INDEX %I', i.indrelid::regclass, i.relname) end], null)
    from indexed i where i.relkind = 'i' and i.indexrelid not in (select conindid from constrained)
  union all select 4, s.stxrelid, null, format('DROP STATISTICS %s', called), array_remove(array[pg_get_statisticsobjdef(s.oid),
      format('COMMENT ON STATISTICS %s IS ', called) || quote_literal(obj_description(s.oid, 'pg_statistic_ext'))], null) from counted s
  union all select 5, g.tgrelid, null, format('DROP TRIGGER %I ON %s', g.tgname, g.tgrelid::regclass), array_remove(array[pg_get_triggerdef(g.oid),
      case when g.tgenabled <> 'O' then format('ALTER TABLE %s %s TRIGGER %I', g.tgrelid::regclass,
        case g.tgenabled when 'D' then 'DISABLE' when 'R' then 'ENABLE REPLICA' else 'ENABLE ALWAYS' end, g.tgname) end,
      format('COMMENT ON TRIGGER %I ON %s IS ', g.tgname, g.tgrelid::regclass) || quote_literal(obj_description(g.oid, 'pg_trigger'))], null) from triggered g
), blockers(what) as (
  select pg_describe_object(classid, objid, objsubid) from dep
  where not (classid = 'pg_attrdef'::regclass) and not (classid = 'pg_constraint'::regclass) and not (classid = 'pg_trigger'::regclass)
    and not (classid = 'pg_statistic_ext'::regclass) and not (classid = 'pg_class'::regclass and objid in (select indexrelid from indexed))
    and not (classid = 'pg_rewrite'::regclass and objid in (select r.oid from pg_rewrite r join pg_class c on c.oid = r.ev_class where c.relkind in ('v', 'm')))
  union select format('the generated column %s of table %s', attname, owner::regclass) from defaults where generated
  union select format('the index %s of a partitioned table', indexrelid::regclass) from indexed i
    where i.relkind = 'I' and not exists (select from constrained where conindid = i.indexrelid)
)
select json_build_object(
  'parts', (select coalesce(json_agg(json_build_object('down', down, 'up', up, 'column', "column",
      'on', (select json_build_object('schema', nullif(n.nspname, current_schema()), 'name', c.relname)
        from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = owner)) order by place, down), '[]') from parts),
  'belongings', (select coalesce(json_agg(statement order by place), '[]') from (
    select 1 as place, format('DO %L', format('DECLARE grantee text; BEGIN
  FOR grantee IN SELECT DISTINCT CASE x.grantee WHEN 0 THEN ''PUBLIC'' ELSE quote_ident(pg_get_userbyid(x.grantee)) END
    FROM pg_proc p, aclexplode(coalesce(p.proacl, acldefault(''f'', p.proowner))) x WHERE p.oid = %L::regprocedure
  LOOP EXECUTE %L || grantee; END LOOP;
END', called, format('REVOKE ALL ON ROUTINE %s FROM ', called))) as statement where o.proacl is not null
    union all (select 2, format('GRANT %s ON ROUTINE %s TO %s%s', x.privilege_type, called, case x.grantee when 0 then 'PUBLIC' else quote_ident(pg_get_userbyid(x.grantee)) end,
      case when x.is_grantable then ' WITH GRANT OPTION' else '' end) from aclexplode(o.proacl) x)
    union all (select 3, format('ALTER ROUTINE %s DEPENDS ON EXTENSION %I', called, e.extname) from pg_depend d join pg_extension e on e.oid = d.refobjid
      where d.classid = 'pg_proc'::regclass and d.objid = o.oid and d.refclassid = 'pg_extension'::regclass and d.deptype = 'x')
    union all select 4, format('ALTER ROUTINE %s OWNER TO %I', called, pg_get_userbyid(o.proowner)) where pg_get_userbyid(o.proowner) <> current_user) s),
  'blockers', (select coalesce(json_agg(what order by what), '[]') from blockers)
)::text as users from own o`;
}
