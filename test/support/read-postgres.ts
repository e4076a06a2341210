import type { Client } from 'pg';
import { canonical, type Json, sorted } from './canonical.ts';

export interface ReadPostgresOptions {
  /** Default: every schema that isn't PostgreSQL's own. */
  readonly schemas?: readonly string[];
  /** Leave the order of a table's columns out of the reading. Default: false. */
  readonly ignoreColumnOrder?: boolean;
  /** Replace names that PostgreSQL made up (`t_a_key`, `t_id_seq`) by `<generated>`. Default: false. */
  readonly ignoreGeneratedNames?: boolean;
  /** Tables to leave out with all that belongs to them. Default: `alembic_version`. */
  readonly ignoreTables?: readonly string[];
}

type Row = Record<string, Json>;

/**
 * The schemas of a database as JSON text, the same for two databases exactly when the catalogue says the same of them.
 * It asks the catalogue by itself, shares no code with `src/`, and takes every text as the server prints it.
 */
export async function readPostgres(client: Client, options: ReadPostgresOptions = {}): Promise<string> {
  const ignored = options.ignoreTables ?? ['alembic_version'];
  const version = Number(
    (await client.query<Record<string, string>>('show server_version_num')).rows[0]?.server_version_num,
  );
  const schemas =
    options.schemas ??
    (
      await client.query<{ name: string }>(
        `select nspname as name from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'`,
      )
    ).rows.map((row) => row.name);
  // Names in printed definitions depend on what the search path makes visible.
  const path = (await client.query<{ search_path: string }>('show search_path')).rows[0]?.search_path ?? '';
  await client.query(`select set_config('search_path', '', false)`);
  try {
    return canonical(await read());
  } finally {
    await client.query(`select set_config('search_path', $1, false)`, [path]);
  }

  async function rows(sql: string): Promise<Row[]> {
    return (await client.query<Row>(sql, [schemas, ignored].slice(0, sql.includes('$2') ? 2 : 1))).rows;
  }

  async function read(): Promise<Json> {
    const columns = await rows(sqlColumns);
    const constraints = await rows(sqlConstraints(version));
    const indexes = await rows(sqlIndexes);
    const triggers = await rows(sqlTriggers);
    const policies = await rows(sqlPolicies);
    const of = (list: readonly Row[], relation: Row): Row[] =>
      list.filter((row) => row.relation === relation.id).map(({ relation: _, ...rest }) => rest);
    const relations = (await rows(sqlRelations)).map((relation) => {
      const own = of(columns, relation).map((column) => tidy(column, relation));
      const { id: _, ...rest } = relation;
      return {
        ...rest,
        columns: options.ignoreColumnOrder === true ? sorted(own) : own,
        constraints: sorted(of(constraints, relation).map((row) => tidy(row, relation))),
        indexes: sorted(of(indexes, relation).map((row) => tidy(row, relation))),
        triggers: sorted(of(triggers, relation)),
        policies: sorted(of(policies, relation)),
      };
    });
    return {
      schemas: await rows(sqlSchemas),
      relations,
      sequences: sorted((await rows(sqlSequences)).map((row) => tidy(row, row))),
      enums: await rows(sqlEnums),
      domains: await rows(sqlDomains),
      functions: await rows(sqlFunctions),
      extensions: await rows(
        `select extname as name from pg_extension where extname <> 'plpgsql' and $1::text[] is not null order by 1`,
      ),
    };
  }

  /** Without what PostgreSQL named by itself, where that is asked for; a NOT NULL's own name never says anything. */
  function tidy(row: Row, relation: Row): Row {
    const name = String(row.name ?? '');
    if (row.kind === 'n' && /_not_null\d*$/.test(name)) return { ...row, name: '<generated>' };
    if (options.ignoreGeneratedNames !== true) return row;
    const table = String(relation.table ?? relation.name);
    // A long table name is cut to make room for the rest.
    const made = /^(.*)_(?:key|fkey|pkey|check|excl|idx|seq)\d*$/s.exec(name);
    const isMade = made !== null && `${made[1]}_`.startsWith(table.slice(0, 20));
    const text = JSON.stringify(row);
    const stripped = text.replaceAll(/nextval\('[^']*'::regclass\)/g, "nextval('<generated>'::regclass)");
    if (!isMade) return JSON.parse(stripped) as Row;
    const renamed = stripped.replaceAll(JSON.stringify(name).slice(1, -1), '<generated>');
    return JSON.parse(renamed) as Row;
  }
}

const comment = (id: string, catalogue: string): string =>
  `obj_description(${id}, '${catalogue}') as comment`;

const sqlSchemas = `
  select nspname as name, ${comment('oid', 'pg_namespace')}, nspacl::text as privileges
  from pg_namespace where nspname = any($1) and nspname <> 'public' order by 1`;

const sqlRelations = `
  select c.oid::text as id, n.nspname as schema, c.relname as name, c.relkind as kind, ${comment('c.oid', 'pg_class')},
    nullif(c.relpersistence, 'p') as persistence, c.reloptions as options,
    (select o.reloptions from pg_class o where o.oid = c.reltoastrelid) as "toastOptions", c.relacl::text as privileges,
    am.amname as method, ts.spcname as tablespace,
    c.relrowsecurity as "rowSecurity", c.relforcerowsecurity as "forceRowSecurity",
    nullif(nullif(c.relreplident, 'd'), 'n') as "replicaIdentity",
    case when c.relkind = 'p' then pg_get_partkeydef(c.oid) end as "partitionKey",
    pg_get_expr(c.relpartbound, c.oid) as "partitionBound",
    (select array_agg(i.inhparent::regclass::text order by i.inhparent::regclass::text) from pg_inherits i where i.inhrelid = c.oid) as inherits,
    case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid) end as definition
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
    left join pg_am am on am.oid = c.relam and am.amname <> 'heap' left join pg_tablespace ts on ts.oid = c.reltablespace
  where n.nspname = any($1) and c.relkind in ('r', 'p', 'v', 'm', 'f') and c.relname <> all($2)
    and not exists (select 1 from pg_depend d where d.objid = c.oid and d.deptype = 'e')
  order by n.nspname, c.relname`;

/**
 * Some builds of the server (Debian's 15 on the machine that this was written on) stamp each column with an option
 * `pg_attver` of an ever new number, which no statement sets: it isn't part of a schema.
 */
const sqlColumns = `
  select a.attrelid::text as relation, a.attname as name, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as "notNull",
    case when a.attgenerated = '' then pg_get_expr(d.adbin, d.adrelid) end as "default",
    case when a.attgenerated <> '' then pg_get_expr(d.adbin, d.adrelid) end as generated,
    nullif(a.attgenerated::text, '') as "generatedKind", nullif(a.attidentity::text, '') as identity,
    case when a.attidentity <> '' then (
      select json_build_array(s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle)
      from pg_sequence s join pg_depend i on i.classid = 'pg_class'::regclass and i.objid = s.seqrelid and i.deptype = 'i'
      where i.refclassid = 'pg_class'::regclass and i.refobjid = a.attrelid and i.refobjsubid = a.attnum
    ) end as "identityOptions",
    (select quote_ident(cn.nspname) || '.' || quote_ident(co.collname) from pg_collation co join pg_namespace cn on cn.oid = co.collnamespace
      where co.oid = a.attcollation and a.attcollation <> t.typcollation) as collation,
    case when a.attstorage <> t.typstorage then a.attstorage end as storage, nullif(to_jsonb(a) ->> 'attcompression', '') as compression,
    (select array_agg(o order by o) from unnest(a.attoptions) o where o !~ '^pg_attver=') as options, a.attacl::text as privileges, case when a.attislocal then null else true end as inherited,
    col_description(a.attrelid, a.attnum) as comment
  from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
    join pg_type t on t.oid = a.atttypid left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where n.nspname = any($1) and a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'v', 'm', 'f')
  order by a.attrelid, a.attnum`;

const sqlConstraints = (version: number): string => `
  select k.conrelid::text as relation, k.conname as name, k.contype as kind, pg_get_constraintdef(k.oid) as definition,
    not k.convalidated as "notValid", k.condeferrable as deferrable, k.condeferred as deferred,
    k.connoinherit and k.contype in ('c', 'n') as "noInherit", not k.conislocal as inherited,
    ${version >= 180000 ? 'not k.conenforced' : 'false'} as "notEnforced",
    case when k.contype in ('p', 'u', 'x') then (select ic.reloptions::text from pg_class ic where ic.oid = k.conindid) end as options,
    ${comment('k.oid', 'pg_constraint')}
  from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = any($1) and k.contype <> 't'`;

const sqlIndexes = `
  select i.indrelid::text as relation, ic.relname as name, pg_get_indexdef(i.indexrelid) as definition,
    not i.indisvalid as invalid, i.indisclustered as clustered, i.indisreplident as "replicaIdentity",
    ts.spcname as tablespace, ${comment('i.indexrelid', 'pg_class')},
    (select array_agg(a.attstattarget::text order by a.attnum) from pg_attribute a where a.attrelid = i.indexrelid and a.attstattarget > 0) as statistics
  from pg_index i join pg_class ic on ic.oid = i.indexrelid join pg_namespace n on n.oid = ic.relnamespace
    left join pg_tablespace ts on ts.oid = ic.reltablespace
  where n.nspname = any($1) and not exists (select 1 from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))`;

const sqlTriggers = `
  select t.tgrelid::text as relation, t.tgname as name, pg_get_triggerdef(t.oid) as definition, nullif(t.tgenabled, 'O') as enabled,
    ${comment('t.oid', 'pg_trigger')}
  from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = any($1) and not t.tgisinternal`;

const sqlPolicies = `
  select p.polrelid::text as relation, p.polname as name, p.polcmd as command, p.polpermissive as permissive,
    p.polroles::regrole[]::text as roles, pg_get_expr(p.polqual, p.polrelid) as using, pg_get_expr(p.polwithcheck, p.polrelid) as "withCheck"
  from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = any($1)`;

/** Those of identity columns are told with the column. */
const sqlSequences = `
  select n.nspname as schema, c.relname as name, s.seqtypid::regtype::text as type, s.seqstart as start, s.seqincrement as increment,
    s.seqmin as minimum, s.seqmax as maximum, s.seqcache as cache, s.seqcycle as cycle, ${comment('c.oid', 'pg_class')},
    (select tn.nspname from pg_class t join pg_namespace tn on tn.oid = t.relnamespace where t.oid = d.refobjid) as "tableSchema",
    (select t.relname from pg_class t where t.oid = d.refobjid) as table,
    (select a.attname from pg_attribute a where a.attrelid = d.refobjid and a.attnum = d.refobjsubid) as column
  from pg_sequence s join pg_class c on c.oid = s.seqrelid join pg_namespace n on n.oid = c.relnamespace
    left join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = c.oid and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i')
  where n.nspname = any($1) and d.deptype is distinct from 'i'
    and not exists (select 1 from pg_depend e where e.objid = c.oid and e.deptype = 'e')`;

const sqlEnums = `
  select n.nspname as schema, t.typname as name, ${comment('t.oid', 'pg_type')},
    (select array_agg(e.enumlabel::text order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid) as values
  from pg_type t join pg_namespace n on n.oid = t.typnamespace
  where n.nspname = any($1) and t.typtype = 'e' order by 1, 2`;

const sqlDomains = `
  select n.nspname as schema, t.typname as name, format_type(t.typbasetype, t.typtypmod) as type, t.typnotnull as "notNull",
    t.typdefault as default, ${comment('t.oid', 'pg_type')},
    (select array_agg(k.conname || ' ' || pg_get_constraintdef(k.oid) order by k.conname) from pg_constraint k where k.contypid = t.oid and k.contype = 'c') as checks
  from pg_type t join pg_namespace n on n.oid = t.typnamespace
  where n.nspname = any($1) and t.typtype = 'd' order by 1, 2`;

const sqlFunctions = `
  select n.nspname as schema, p.proname as name, pg_get_functiondef(p.oid) as definition, ${comment('p.oid', 'pg_proc')}
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where n.nspname = any($1) and p.prokind in ('f', 'p')
    and not exists (select 1 from pg_depend e where e.objid = p.oid and e.deptype = 'e') order by 1, 2, 3`;
