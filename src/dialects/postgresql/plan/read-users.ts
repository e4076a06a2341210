import type { Connection } from '../../../dialect/connection.ts';
import type { AlterColumn } from '../../../objects/column/operations.ts';
import type { Operation } from '../../../operations/operation.ts';
import type { QualifiedName } from '../../../schema/names.ts';
import type { SqlFunction } from '../../../schema/sql-function.ts';
import { cutIdentifier, quoteName } from '../identifiers.ts';
import { literal } from '../literals.ts';
import {
  constraintAgain,
  constraintOwner,
  generatedFromSql,
  indexAgain,
  statisticsAgain,
  statisticsName,
  triggerAgain,
} from './made-again.ts';

/** What stands on an enum, a domain or a function, but views; each as SQL of the server. Schemas are null where they are the default one. */
export interface Users {
  /** the schema that null stands for */
  readonly current: string | null;
  /** how the server prints the type, or the function */
  readonly called: string;
  /** columns that hold the type, or arrays of it; inherited ones change with their parents' */
  readonly columns: readonly {
    /** as SQL */
    readonly table: string;
    readonly schema: string | null;
    readonly name: string;
    readonly column: string;
    readonly isArray: boolean;
  }[];
  /** what is taken down before and put up after: defaults, constraints, indexes, statistics, triggers */
  readonly parts: readonly UserPart[];
  /** what belongs to the type or function itself, and its definition doesn't say: comment, rights, owner */
  readonly belongings: readonly string[];
  /** what can't be taken down, for people: `function f(mood)` */
  readonly blockers: readonly string[];
}

export interface UserPart {
  readonly down: string;
  readonly up: readonly string[];
  /** the table or view on which it is; null for a domain's check */
  readonly on: QualifiedName | null;
  /** the tables from which that one inherits */
  readonly above: readonly QualifiedName[];
  /** whose default it is */
  readonly column: string | null;
  /** the name of the constraint or index that it is */
  readonly element: string | null;
}

/** Everything that depends on an enum, or on a domain, in one query; null where there is no such type. */
export async function readTypeUsers(
  connection: Connection,
  name: QualifiedName,
  kind: 'enum' | 'domain' = 'enum',
): Promise<Users | null> {
  const type = literal(quoteName(name));
  const own = `select y.oid, 'pg_type'::regclass as classid, array[y.oid, y.typarray] as ids, format_type(y.oid, null) as called
  from pg_type y where y.oid = to_regtype(${type}) and y.typtype = '${kind === 'enum' ? 'e' : 'd'}'`;
  const belongings = `
    select 1 as place, format('COMMENT ON TYPE %s IS %L', ${type}, obj_description(y.oid, 'pg_type')) as statement where obj_description(y.oid, 'pg_type') is not null
    union all select 2, format('REVOKE ALL ON TYPE %s FROM PUBLIC', ${type}) where y.typacl is not null
    union all (select 3, format('GRANT %s ON TYPE %s TO %s', x.privilege_type, ${type}, case x.grantee when 0 then 'PUBLIC' else quote_ident(pg_get_userbyid(x.grantee)) end)
      || case when x.is_grantable then ' WITH GRANT OPTION' else '' end from aclexplode(y.typacl) x where x.grantee <> y.typowner)
    union all select 4, format('ALTER TYPE %s OWNER TO %I', ${type}, pg_get_userbyid(y.typowner)) where pg_get_userbyid(y.typowner) <> current_user`;
  return read(connection, own, `pg_type y cross join lateral (${belongings}) s where y.oid = own.oid`);
}

/** Everything that depends on a function, in one query; null where there is no such function. */
export async function readFunctionUsers(
  connection: Connection,
  name: Pick<SqlFunction, 'schema' | 'name' | 'qualifier'>,
): Promise<Users | null> {
  const own = `select p.oid, 'pg_proc'::regclass as classid, array[p.oid] as ids, format('%I.%I(%s)', n.nspname, p.proname,
    (select string_agg(format_type(t.type, null), ', ' order by t.place) from unnest(p.proargtypes::oid[]) with ordinality t(type, place))) as called
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace where ${isFunction(name)}`;
  const belongings = `
    select 1 as place, format('DO %L', format('DECLARE grantee text; BEGIN
  FOR grantee IN SELECT DISTINCT CASE x.grantee WHEN 0 THEN ''PUBLIC'' ELSE quote_ident(pg_get_userbyid(x.grantee)) END
    FROM pg_proc p, aclexplode(coalesce(p.proacl, acldefault(''f'', p.proowner))) x WHERE p.oid = %L::regprocedure
  LOOP EXECUTE %L || grantee; END LOOP;
END', called, format('REVOKE ALL ON ROUTINE %s FROM ', called))) as statement where p.proacl is not null
    union all (select 2, format('GRANT %s ON ROUTINE %s TO %s%s', x.privilege_type, called, case x.grantee when 0 then 'PUBLIC' else quote_ident(pg_get_userbyid(x.grantee)) end,
      case when x.is_grantable then ' WITH GRANT OPTION' else '' end) from aclexplode(p.proacl) x)
    union all (select 3, format('ALTER ROUTINE %s DEPENDS ON EXTENSION %I', called, e.extname) from pg_depend d join pg_extension e on e.oid = d.refobjid
      where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.refclassid = 'pg_extension'::regclass and d.deptype = 'x')
    union all select 4, format('ALTER ROUTINE %s OWNER TO %I', called, pg_get_userbyid(p.proowner)) where pg_get_userbyid(p.proowner) <> current_user`;
  return read(connection, own, `pg_proc p cross join lateral (${belongings}) s where p.oid = own.oid`);
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

/** Whether a part is a default for which a later operation of the plan has another one: it may not be able to come again. */
export function getsAnotherDefault(
  { on, above, column }: UserPart,
  { current }: Users,
  following: readonly Operation[],
): boolean {
  if (on === null || column === null) return false;
  return following.some((each) => {
    if (each.kind !== 'alterColumn') return false;
    const op = each as AlterColumn;
    const schema = op.schema === current ? null : op.schema;
    return (
      op.changes.serverDefault !== undefined &&
      cutIdentifier(op.column) === column &&
      [on, ...above].some((table) => cutIdentifier(op.table) === table.name && schema === table.schema)
    );
  });
}

async function read(connection: Connection, own: string, belongings: string): Promise<Users | null> {
  const [row] = await connection.readCatalogue<{ users: string }>(query(own, belongings));
  return row === undefined ? null : (JSON.parse(row.users) as Users);
}

/** `own`: the row `(oid, classid, ids, called)` of what is used; `belongings`: where the rows `s` of what belongs to it come from. */
function query(own: string, belongings: string): string {
  return `with own as (
  ${own}
), dep as (
  select d.classid, d.objid, d.objsubid from pg_depend d join own o on d.refclassid = o.classid and d.refobjid = any(o.ids)
  where d.deptype in ('n', 'a') and not (d.classid = o.classid and d.objid = any(o.ids))
), held as (
  select c.oid as id, c.relkind as kind, a.attname, a.attnum, a.atttypid <> o.oid as list,
    exists (select from pg_partitioned_table p where p.partrelid = c.oid and a.attnum = any(p.partattrs::smallint[])) as divides
  from own o join pg_attribute a on a.atttypid = any(o.ids) join pg_class c on c.oid = a.attrelid
  where o.classid = 'pg_type'::regclass and not a.attisdropped and a.attinhcount = 0 and c.relkind in ('r', 'p', 'f', 'c')
), defaults as (
  select e.adrelid as owner, a.attname, a.attgenerated <> '' as generated, pg_get_expr(e.adbin, e.adrelid) as expression
  from pg_attrdef e join pg_attribute a on a.attrelid = e.adrelid and a.attnum = e.adnum
  where e.oid in (select objid from dep where classid = 'pg_attrdef'::regclass) or a.atttypid in (select unnest(ids) from own where classid = 'pg_type'::regclass)
), indexed as (
  select i.indexrelid, i.indrelid, c.relname from pg_index i join pg_class c on c.oid = i.indexrelid
  where not c.relispartition and i.indexrelid in (select objid from dep where classid = 'pg_class'::regclass)
), constrained as (
  select k.* from pg_constraint k where k.conparentid = 0 and k.coninhcount = 0 and k.contypid not in (select oid from own where classid = 'pg_type'::regclass) and (
    k.oid in (select objid from dep where classid = 'pg_constraint'::regclass)
    or k.conindid in (select indexrelid from indexed) and k.contype = 'x'
    or k.contype = 'f' and exists (select from held h where h.id = k.conrelid and h.attnum = any(k.conkey) or h.id = k.confrelid and h.attnum = any(k.confkey)))
), triggered as (
  select g.* from pg_trigger g where not g.tgisinternal and g.tgparentid = 0 and g.oid in (
    select objid from dep where classid = 'pg_trigger'::regclass
    union select d.objid from pg_depend d join held h on d.refobjid = h.id and d.refobjsubid = h.attnum
      where d.refclassid = 'pg_class'::regclass and d.classid = 'pg_trigger'::regclass)
), counted as (
  select s.* from pg_statistic_ext s where s.oid in (select objid from dep where classid = 'pg_statistic_ext'::regclass)
    -- the server would make these again by itself, and forget their target
    or s.oid in (select d.objid from pg_depend d join held h on d.refobjid = h.id and d.refobjsubid = h.attnum
      where d.refclassid = 'pg_class'::regclass and d.classid = 'pg_statistic_ext'::regclass)
), parts(place, owner, "column", element, down, up) as (
  select 1, owner, attname, null, format('ALTER TABLE ONLY %s ALTER COLUMN %I DROP DEFAULT', owner::regclass, attname),
    array[format('ALTER TABLE ONLY %s ALTER COLUMN %I SET DEFAULT %s', owner::regclass, attname, expression)] from defaults where not generated
  union all select 2, k.conrelid, null, k.conname, format('ALTER %s DROP CONSTRAINT %I', ${constraintOwner('k')}, k.conname), ${constraintAgain('k')} from constrained k
  union all select 3, i.indrelid, null, i.relname, format('DROP INDEX %s', i.indexrelid::regclass), ${indexAgain('i.indexrelid')}
    from indexed i where i.indexrelid not in (select conindid from constrained)
  union all select 4, s.stxrelid, null, null, 'DROP STATISTICS ' || ${statisticsName('s')}, ${statisticsAgain('s')} from counted s
  union all select 5, g.tgrelid, null, null, format('DROP TRIGGER %I ON %s', g.tgname, g.tgrelid::regclass), ${triggerAgain('g')} from triggered g
), blockers(what) as (
  select pg_describe_object(classid, objid, objsubid) from dep
  where classid not in ('pg_attrdef'::regclass, 'pg_constraint'::regclass, 'pg_trigger'::regclass, 'pg_statistic_ext'::regclass)
    and not (classid = 'pg_class'::regclass and objsubid = 0 and objid in (select indexrelid from pg_index))
    and not (classid = 'pg_class'::regclass and objsubid > 0 and objid in (select oid from pg_class where relkind in ('r', 'p', 'f', 'v', 'm')))
    and not (classid = 'pg_rewrite'::regclass and objid in (select r.oid from pg_rewrite r join pg_class c on c.oid = r.ev_class where c.relkind in ('v', 'm')))
  union select format('the generated column %s of table %s', attname, owner::regclass) from defaults where generated
  -- before 15, the column itself stands on what its expression calls
  union select format('the generated column %s of table %s', a.attname, a.attrelid::regclass) from dep
    join pg_attribute a on dep.classid = 'pg_class'::regclass and a.attrelid = dep.objid and a.attnum = dep.objsubid and a.attgenerated <> ''
  union select format('the generated column %s of table %s', a.attname, a.attrelid::regclass)
    from (${generatedFromSql('select id as attrelid, attnum from held')}) g join pg_attribute a using (attrelid, attnum)
  union select format('the partition key of table %s (column %s)', id::regclass, attname) from held where divides
  union select pg_describe_object(d.classid, d.objid, d.objsubid) from held h
    join pg_depend d on d.refclassid = 'pg_class'::regclass and d.refobjid = h.id and d.refobjsubid = h.attnum
    where d.classid in ('pg_policy'::regclass, 'pg_publication_rel'::regclass, 'pg_proc'::regclass)
  union select format('column %s of composite type %s', attname, id::regclass) from held where kind = 'c'
), named as (
  select c.oid, json_build_object('schema', nullif(n.nspname, current_schema()), 'name', c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
)
select json_build_object(
  'current', current_schema(), 'called', called,
  'columns', (select coalesce(json_agg(json_build_object('table', id::regclass::text, 'schema', n.name->>'schema', 'name', n.name->>'name', 'column', attname, 'isArray', list) order by id, attnum), '[]')
    from held join named n on n.oid = id where kind <> 'c'),
  'parts', (select coalesce(json_agg(json_build_object('down', down, 'up', up, 'column', "column", 'element', element, 'on', (select name from named where oid = owner),
      'above', (with recursive above(id) as (select inhparent from pg_inherits where inhrelid = owner union select h.inhparent from above a join pg_inherits h on h.inhrelid = a.id)
        select coalesce(json_agg(n.name), '[]') from above join named n on n.oid = id)) order by place, down), '[]') from parts),
  'belongings', (select coalesce(json_agg(s.statement order by s.place), '[]') from ${belongings}),
  'blockers', (select coalesce(json_agg(what order by what), '[]') from blockers)
)::text as users from own`;
}
