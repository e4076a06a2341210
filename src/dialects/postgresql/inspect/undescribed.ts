import type { Connection } from '../../../dialect/connection.ts';
import type { InspectOptions, Undescribed } from '../../../dialect/dialect.ts';
import { inSchemas } from './inspect.ts';

/** Something in a schema `n`: its name as SQL, and where it is found. */
interface Sort {
  readonly sort: string;
  readonly catalogue: string;
  readonly oid: string;
  readonly name: string;
  readonly from: string;
  readonly where?: string;
}

function inNamespace(
  sort: string,
  catalogue: string,
  prefix: string,
  where?: string,
  name: string = `${prefix}name`,
): Sort {
  const from = `pg_namespace n ON n.oid = o.${prefix}namespace`;
  return { sort, catalogue, oid: 'o.oid', name: `o.${name}::text`, from, ...(where && { where }) };
}

function onRelation(sort: string, catalogue: string, relation: string, name: string, where?: string): Sort {
  const from = `pg_class c ON c.oid = o.${relation} JOIN pg_namespace n ON n.oid = c.relnamespace`;
  const whole = `concat_ws('.', c.relname, ${name})`;
  return { sort, catalogue, oid: 'o.oid', name: whole, from, ...(where && { where }) };
}

const ofRelation = (sort: string, where: string): Sort => inNamespace(sort, 'pg_class', 'rel', where);

const sorts: readonly Sort[] = [
  ofRelation('composite type', `o.relkind = 'c'`),
  inNamespace('range type', 'pg_type', 'typ', `o.typtype = 'r'`),
  inNamespace(
    'base type',
    'pg_type',
    'typ',
    `o.typtype = 'b' AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = o.oid)`,
  ),
  inNamespace('aggregate', 'pg_proc', 'pro', `o.prokind = 'a'`),
  inNamespace('operator', 'pg_operator', 'opr'),
  inNamespace('operator class', 'pg_opclass', 'opc'),
  inNamespace('collation', 'pg_collation', 'coll'),
  inNamespace('conversion', 'pg_conversion', 'con'),
  inNamespace('text search configuration', 'pg_ts_config', 'cfg'),
  inNamespace('text search dictionary', 'pg_ts_dict', 'dict'),
  inNamespace('statistics object', 'pg_statistic_ext', 'stx'),
  ofRelation('foreign table', `o.relkind = 'f'`),
  ofRelation('typed table (OF)', 'o.reloftype <> 0'),
  ofRelation('table with row security', 'o.relrowsecurity OR o.relforcerowsecurity'),
  ofRelation('table with a replica identity', `o.relkind IN ('r', 'p') AND o.relreplident <> 'd'`),
  onRelation('policy', 'pg_policy', 'polrelid', 'o.polname'),
  onRelation('rule', 'pg_rewrite', 'ev_class', 'o.rulename', `o.rulename <> '_RETURN'`),
  onRelation(
    'default of a view',
    'pg_attrdef',
    'adrelid',
    '(SELECT a.attname FROM pg_attribute a WHERE a.attrelid = o.adrelid AND a.attnum = o.adnum)',
    `c.relkind = 'v'`,
  ),
];

/** What stands in no schema, by its catalogue and the prefix of its columns; what came with the server has a lower oid. */
const everywhere: readonly (readonly [sort: string, catalogue: string, name: string])[] = [
  ['event trigger', 'pg_event_trigger', 'o.evtname'],
  ['publication', 'pg_publication', 'o.pubname'],
  ['foreign data wrapper', 'pg_foreign_data_wrapper', 'o.fdwname'],
  ['foreign server', 'pg_foreign_server', 'o.srvname'],
  ['language', 'pg_language', 'o.lanname'],
  ['access method', 'pg_am', 'o.amname'],
  ['cast', 'pg_cast', `concat(o.castsource::regtype, ' AS ', o.casttarget::regtype)`],
  [
    'transform',
    'pg_transform',
    `concat(o.trftype::regtype, ' FOR ', (SELECT l.lanname FROM pg_language l WHERE l.oid = o.trflang))`,
  ],
];
const firstOfUsers = 16_384;

/** What the schemas hold, and with `'all'` the database, that no kind of object describes, in one query. What belongs to an extension comes with it, the cast of a range with the range. */
export async function undescribed(
  connection: Connection,
  { schemas = [null] }: Pick<InspectOptions, 'schemas'>,
): Promise<readonly Undescribed[]> {
  const notBrought = (catalogue: string, oid: string, ...dependencies: readonly string[]): string =>
    `NOT EXISTS (SELECT FROM pg_depend x WHERE x.classid = 'pg_catalog.${catalogue}'::regclass AND x.objid = ${oid} AND x.deptype IN (${dependencies.map((each) => `'${each}'`).join(', ')}))`;
  const queries = sorts.map(
    ({ sort, catalogue, oid, name, from, where = 'true' }) =>
      `SELECT '${sort}' AS sort, concat(nullif(n.nspname, current_schema()) || '.', ${name}) AS name FROM ${catalogue} o JOIN ${from}
WHERE (${where}) AND ${inSchemas(schemas)} AND ${notBrought(catalogue, oid, 'e')}`,
  );
  const others = everywhere.map(
    ([sort, catalogue, name]) =>
      `SELECT '${sort}', ${name} FROM ${catalogue} o WHERE o.oid >= ${firstOfUsers} AND ${notBrought(catalogue, 'o.oid', 'e', 'i')}`,
  );
  const rows = await connection.readCatalogue<{ sort: string; name: string }>(
    `${[...queries, ...(schemas === 'all' ? others : [])].join('\nUNION ALL\n')}\nORDER BY 1, 2`,
  );
  return [...Map.groupBy(rows, ({ sort }) => sort)].map(([sort, of]) => ({
    sort,
    names: [...new Set(of.map(({ name }) => name))],
  }));
}
