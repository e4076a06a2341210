import type { Connection } from '../../../dialect/connection.ts';
import type { QualifiedName } from '../../../schema/names.ts';
import { quoteName } from '../identifiers.ts';
import { literal } from '../literals.ts';

/** What stands on an enum or a domain, each as SQL of the server. */
export interface EnumUsers {
  /** how the server prints the type */
  readonly type: string;
  /** columns that hold it, or arrays of it; inherited ones change with their parents' */
  readonly columns: readonly {
    /** as SQL */
    readonly table: string;
    /** null in the default schema */
    readonly schema: string | null;
    readonly name: string;
    readonly column: string;
    readonly isArray: boolean;
  }[];
  /** what is taken down before and put up after: defaults, constraints, indexes, triggers, statistics */
  readonly parts: readonly {
    readonly down: string;
    readonly up: readonly string[];
    /** whose default it is; the schema is null in the default schema */
    readonly column: {
      readonly schema: string | null;
      readonly table: string;
      readonly column: string;
    } | null;
    /** the constraint or index that it is */
    readonly element: {
      readonly schema: string | null;
      readonly table: string;
      readonly name: string;
    } | null;
  }[];
  /** what belongs to the type itself: its comment, owner and rights */
  readonly belongings: readonly string[];
  /** what can't be taken down, for people: `function f(mood)` */
  readonly blockers: readonly string[];
}

/** Everything that depends on an enum, or on a domain, but views, in one query; null where there is no such type. */
export async function readEnumUsers(
  connection: Connection,
  name: QualifiedName,
  kind: 'enum' | 'domain' = 'enum',
): Promise<EnumUsers | null> {
  const [row] = await connection.query<{ users: string | null }>(query(literal(quoteName(name)), kind));
  return JSON.parse(row?.users ?? 'null') as EnumUsers | null;
}

function query(type: string, kind: 'enum' | 'domain'): string {
  return `with mood as (
  select y.oid, y.typarray, y.typowner, y.typacl from pg_type y where y.oid = to_regtype(${type}) and y.typtype = '${kind === 'enum' ? 'e' : 'd'}'
), dep as (
  select d.classid, d.objid, d.objsubid from pg_depend d join mood m on d.refobjid in (m.oid, m.typarray)
  where d.refclassid = 'pg_type'::regclass and d.deptype in ('n', 'a') and not (d.classid = 'pg_type'::regclass and d.objid = m.typarray)
), held as (
  select c.oid as id, c.relkind as kind, a.attname, a.attnum, a.atttypid = m.typarray as list, a.attgenerated <> '' as generated,
    exists (select from pg_partitioned_table p where p.partrelid = c.oid and a.attnum = any(p.partattrs::smallint[])) as divides
  from mood m join pg_attribute a on a.atttypid in (m.oid, m.typarray) join pg_class c on c.oid = a.attrelid
  where not a.attisdropped and a.attinhcount = 0 and c.relkind in ('r', 'p', 'f', 'c')
), defaults as (
  select e.oid as id, c.oid as owner, c.relkind as kind, a.attname, a.attgenerated <> '' as generated, pg_get_expr(e.adbin, e.adrelid) as expression
  from pg_attrdef e join pg_class c on c.oid = e.adrelid join pg_attribute a on a.attrelid = c.oid and a.attnum = e.adnum
  where a.attinhcount = 0 and (e.oid in (select objid from dep where classid = 'pg_attrdef'::regclass) or (e.adrelid, e.adnum) in (select id, attnum from held))
), indexed as (
  select i.* from pg_index i join pg_class c on c.oid = i.indexrelid
  where not c.relispartition and i.indexrelid in (select objid from dep where classid = 'pg_class'::regclass)
), constrained as (
  select k.* from pg_constraint k where k.conrelid <> 0 and k.conparentid = 0 and k.coninhcount = 0 and (
    k.oid in (select objid from dep where classid = 'pg_constraint'::regclass)
    or k.conindid in (select indexrelid from indexed) and k.contype in ('p', 'u', 'x')
    or k.contype = 'f' and exists (select from held h where h.id = k.conrelid and h.attnum = any(k.conkey) or h.id = k.confrelid and h.attnum = any(k.confkey)))
), triggered as (
  select distinct g.* from pg_trigger g where not g.tgisinternal and g.tgparentid = 0 and g.oid in (
    select objid from dep where classid = 'pg_trigger'::regclass
    union select d.objid from pg_depend d join held h on d.refobjid = h.id and d.refobjsubid = h.attnum
      where d.refclassid = 'pg_class'::regclass and d.classid = 'pg_trigger'::regclass)
), counted as (
  select s.oid, pg_get_statisticsobjdef(s.oid) as definition, format('%I.%I', n.nspname, s.stxname) as name, s.stxstattarget::int as target
  from pg_statistic_ext s join pg_namespace n on n.oid = s.stxnamespace
  where s.oid in (select objid from dep where classid = 'pg_statistic_ext'::regclass)
    -- the server would make these again by itself, and forget their target
    or exists (select from held h where h.id = s.stxrelid and h.attnum = any(s.stxkeys::smallint[]))
), parts(place, down, up, "column", element) as (
  select 1, format('ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT', owner::regclass, attname),
    array[format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT %s', owner::regclass, attname, expression)],
    (select json_build_object('schema', nullif(n.nspname, current_schema()), 'table', c.relname, 'column', attname)
      from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = owner), null
    from defaults where not generated and kind <> 'c'
  union all select 3, format('DROP INDEX %s', i.indexrelid::regclass), array_remove(array[
      -- of a partitioned table with its partitions', as it was made
      regexp_replace(pg_get_indexdef(i.indexrelid), case when c.relkind = 'I' then ' ON ONLY ' else '^$' end, ' ON '),
      format('COMMENT ON INDEX %s IS ', i.indexrelid::regclass) || quote_literal(obj_description(i.indexrelid, 'pg_class')),
      case when i.indisclustered then format('ALTER TABLE %s CLUSTER ON %I', i.indrelid::regclass, c.relname) end,
      case when i.indisreplident then format('ALTER TABLE %s REPLICA IDENTITY USING INDEX %I', i.indrelid::regclass, c.relname) end]
      || array(select format('ALTER INDEX %s ALTER COLUMN %s SET STATISTICS %s', i.indexrelid::regclass, p.attnum, p.attstattarget)
        from pg_attribute p where p.attrelid = i.indexrelid and p.attstattarget >= 0 order by p.attnum), null), null,
    (select json_build_object('schema', nullif(n.nspname, current_schema()), 'table', t.relname, 'name', c.relname)
      from pg_class t join pg_namespace n on n.oid = t.relnamespace where t.oid = i.indrelid)
    from indexed i join pg_class c on c.oid = i.indexrelid where i.indexrelid not in (select conindid from constrained)
  union all select 2, format('ALTER TABLE %s DROP CONSTRAINT %I', k.conrelid::regclass, k.conname), array_remove(array[
      format('ALTER TABLE %s ADD CONSTRAINT %I %s', k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid)),
      format('COMMENT ON CONSTRAINT %I ON %s IS ', k.conname, k.conrelid::regclass) || quote_literal(obj_description(k.oid, 'pg_constraint')),
      -- what is said of the index behind it, which isn't a part of its definition
      format('COMMENT ON INDEX %s IS ', x.indexrelid::regclass) || quote_literal(obj_description(x.indexrelid, 'pg_class')),
      case when x.indisclustered then format('ALTER TABLE %s CLUSTER ON %I', k.conrelid::regclass, k.conname) end], null), null,
    (select json_build_object('schema', nullif(n.nspname, current_schema()), 'table', t.relname, 'name', k.conname)
      from pg_class t join pg_namespace n on n.oid = t.relnamespace where t.oid = k.conrelid)
    from constrained k left join pg_index x on x.indexrelid = k.conindid and k.contype in ('p', 'u', 'x')
  union all select 4, format('DROP STATISTICS %s', name), array_remove(array[definition,
      format('COMMENT ON STATISTICS %s IS ', name) || quote_literal(obj_description(oid, 'pg_statistic_ext')),
      case when target >= 0 then format('ALTER STATISTICS %s SET STATISTICS %s', name, target) end], null), null, null from counted
  union all select 5, format('DROP TRIGGER %I ON %s', g.tgname, g.tgrelid::regclass), array_remove(array[pg_get_triggerdef(g.oid),
      case when g.tgenabled <> 'O' then format('ALTER TABLE %s %s TRIGGER %I', g.tgrelid::regclass,
        case g.tgenabled when 'D' then 'DISABLE' when 'R' then 'ENABLE REPLICA' else 'ENABLE ALWAYS' end, g.tgname) end,
      format('COMMENT ON TRIGGER %I ON %s IS ', g.tgname, g.tgrelid::regclass) || quote_literal(obj_description(g.oid, 'pg_trigger'))], null), null, null
    from triggered g
), blockers(what) as (
  select pg_describe_object(classid, objid, objsubid) from dep
  where not (classid = 'pg_attrdef'::regclass and objid in (select id from defaults where not generated))
    and not (classid = 'pg_constraint'::regclass and objid in (select k.oid from pg_constraint k, mood m where k.conrelid <> 0 or k.contypid = m.oid))
    and not (classid = 'pg_class'::regclass and objsubid = 0 and objid in (select indexrelid from pg_index))
    and not (classid = 'pg_class'::regclass and objsubid > 0 and objid in (select oid from pg_class where relkind in ('r', 'p', 'f', 'v', 'm')))
    and not (classid = 'pg_trigger'::regclass) and not (classid = 'pg_statistic_ext'::regclass)
    and not (classid = 'pg_rewrite'::regclass and objid in (select r.oid from pg_rewrite r join pg_class c on c.oid = r.ev_class where c.relkind in ('v', 'm')))
  union select format('the generated column %s of table %s', attname, owner::regclass) from defaults where generated
  union select pg_describe_object('pg_class'::regclass, a.attrelid, a.attnum) || ' (generated from it)' from held h
    join pg_depend d on d.refclassid = 'pg_class'::regclass and d.refobjid = h.id and d.refobjsubid = h.attnum and d.classid = 'pg_attrdef'::regclass
    join pg_attrdef e on e.oid = d.objid join pg_attribute a on a.attrelid = e.adrelid and a.attnum = e.adnum
    where a.attgenerated <> '' and (a.attrelid, a.attnum) not in (select id, attnum from held)
  union select format('the generated column %s of table %s', a.attname, a.attrelid::regclass) from held h
    join pg_depend d on d.refclassid = 'pg_class'::regclass and d.refobjid = h.id and d.refobjsubid = h.attnum
    left join pg_attrdef e on d.classid = 'pg_attrdef'::regclass and e.oid = d.objid
    join pg_attribute a on a.attgenerated <> '' and (a.attrelid = e.adrelid and a.attnum = e.adnum
      or d.classid = 'pg_class'::regclass and a.attrelid = d.objid and a.attnum = d.objsubid)
  union select format('the partition key of table %s (column %s)', id::regclass, attname) from held where divides
  union select pg_describe_object(d.classid, d.objid, d.objsubid) from held h
    join pg_depend d on d.refclassid = 'pg_class'::regclass and d.refobjid = h.id and d.refobjsubid = h.attnum
    where d.classid in ('pg_policy'::regclass, 'pg_publication_rel'::regclass, 'pg_proc'::regclass)
  union select format('column %s of composite type %s', attname, id::regclass) from held where kind = 'c'
)
select json_build_object(
  'type', format_type(m.oid, null),
  'columns', (select coalesce(json_agg(json_build_object('table', id::regclass::text, 'schema', (select nullif(n.nspname, current_schema()) from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = id),
    'name', (select relname from pg_class where oid = id), 'column', attname, 'isArray', list) order by id, attnum), '[]') from held where kind <> 'c'),
  'parts', (select coalesce(json_agg(json_build_object('down', down, 'up', up, 'column', part.column, 'element', part.element) order by place, down), '[]') from parts part),
  'belongings', (select coalesce(json_agg(statement), '[]') from (
    select format('COMMENT ON TYPE %s IS %L', ${type}, obj_description(m.oid, 'pg_type')) as statement where obj_description(m.oid, 'pg_type') is not null
    union all select format('REVOKE ALL ON TYPE %s FROM PUBLIC', ${type}) where m.typacl is not null
    union all (select format('GRANT %s ON TYPE %s TO %s', x.privilege_type, ${type}, case x.grantee when 0 then 'PUBLIC' else quote_ident(pg_get_userbyid(x.grantee)) end)
      || case when x.is_grantable then ' WITH GRANT OPTION' else '' end from aclexplode(m.typacl) x where x.grantee <> m.typowner)
    union all select format('ALTER TYPE %s OWNER TO %I', ${type}, pg_get_userbyid(m.typowner)) where pg_get_userbyid(m.typowner) <> current_user) s),
  'blockers', (select coalesce(json_agg(what order by what), '[]') from blockers)
)::text as users from mood m`;
}
