import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RenderedMigration, renderMigration } from '../../src/autogenerate/render/render-migration.ts';
import type { Connection } from '../../src/dialect/connection.ts';
import * as own from '../../src/entries/postgresql.ts';
import type { CreateTable } from '../../src/objects/table/operations.ts';
import type { Operation } from '../../src/operations/operation.ts';
import * as schema from '../../src/schema/index.ts';
import {
  bigInteger,
  boolean,
  type ColumnType,
  char,
  column,
  date,
  dateTime,
  double,
  enumType,
  float,
  integer,
  interval,
  json,
  largeBinary,
  MetaData,
  numeric,
  real,
  smallInteger,
  sqlType,
  string,
  type Table,
  table,
  text,
  time,
  timestamp,
  unicode,
  uuid,
  varbinary,
} from '../../src/schema/index.ts';
import { createDatabase, type DatabaseKind, describeOn, type TestDatabase } from '../support/databases.ts';
import { evaluateBody } from '../support/evaluate-source.ts';
import { userProject } from '../support/user-project.ts';
import { compare, definitions, engineOf, migrate, op, reversed } from './migrate.ts';

const { array, bit, citext, domain, hstore, ltree, varbit } = own;

/** A type in hand-written SQL, by our builders, as the server prints it, and in other words. */
interface Case {
  /** what stands behind the column's name */
  readonly written: string;
  readonly built: ColumnType;
  /** format_type's, and the collation; default: `written` */
  readonly printed?: string;
  readonly aliases?: readonly string[];
  /** major version */
  readonly since?: number;
}

const is = (
  written: string,
  built: ColumnType,
  printed: string = written,
  aliases: readonly string[] = [],
  since = 13,
): Case => ({ written, built, printed, aliases, since });
/** A type that has no builder. */
const only = (written: string, aliases: readonly string[] = [], since = 13): Case =>
  is(written, sqlType(written), written, aliases, since);
const builders = own as unknown as Readonly<Record<string, () => ColumnType>>;
/** A type whose builder, SQL and print are all one word. */
const plain = (word: keyof typeof own, since = 13): Case =>
  is(word, builders[word]!(), word, [word.toUpperCase(), ` ${word} `], since);

const cases: readonly Case[] = [
  // numbers
  is('smallint', smallInteger(), 'smallint', ['int2', 'INT2', 'SMALLINT', 'pg_catalog.int2']),
  is('integer', integer(), 'integer', ['int', 'int4', 'INTEGER', 'pg_catalog.int4', '"int4"']),
  is('bigint', bigInteger(), 'bigint', ['int8', 'BIGINT']),
  is('numeric', numeric(), 'numeric', ['decimal', 'dec', 'DECIMAL']),
  is('numeric(10,2)', numeric(10, 2), 'numeric(10,2)', ['decimal(10, 2)', 'dec(10,2)', 'NUMERIC( 10 , 2 )']),
  is('numeric(10)', numeric(10), 'numeric(10,0)', ['decimal(10)', 'numeric(10,0)', 'dec(10)']),
  is('numeric(1000)', numeric(1000, 0), 'numeric(1000,0)'),
  is('numeric(3,-2)', numeric(3, -2), 'numeric(3,-2)', ['decimal(3, -2)'], 15),
  is('numeric(2,5)', numeric(2, 5), 'numeric(2,5)', [], 15),
  is('real', real(), 'real', ['float4', 'float(1)', 'float(24)', 'FLOAT(24)']),
  is('real', float(24), 'real'),
  is('double precision', double(), 'double precision', ['float8', 'float', 'float(25)', 'float(53)']),
  is('double precision', float(), 'double precision'),
  is('double precision', float(53), 'double precision'),
  plain('money'),
  // texts
  is('varchar', string(), 'character varying', ['character varying', 'VARCHAR', 'char varying']),
  is('varchar(40)', string(40), 'character varying(40)', [
    'character varying(40)',
    'VARCHAR (40)',
    'char varying(40)',
    'national character varying(40)',
    'nchar varying(40)',
  ]),
  is('varchar(40)', unicode(40), 'character varying(40)'),
  is('char', char(), 'character(1)', ['character', 'char(1)', 'CHARACTER(1)', 'nchar', 'national character']),
  is('char(5)', char(5), 'character(5)', ['character(5)', 'bpchar(5)', 'nchar(5)', 'CHAR (5)']),
  only('bpchar', ['BPCHAR', 'pg_catalog.bpchar']),
  only('"char"', ['pg_catalog."char"']),
  only('name', ['NAME']),
  is('text', text(), 'text', ['TEXT', '"text"']),
  is('bytea', largeBinary(), 'bytea', ['BYTEA']),
  is('bytea', varbinary(9), 'bytea'),
  // bits
  is('bit', bit(), 'bit(1)', ['bit(1)', 'BIT']),
  is('bit(8)', bit(8), 'bit(8)', ['BIT (8)']),
  is('bit varying', varbit(), 'bit varying', ['varbit', 'VARBIT']),
  is('varbit(8)', varbit(8), 'bit varying(8)', ['bit varying(8)', 'BIT VARYING (8)']),
  // times
  is('date', date(), 'date', ['DATE']),
  is('time', time(), 'time without time zone', ['time without time zone', 'TIME']),
  is('time(3)', time({ precision: 3 }), 'time(3) without time zone', ['TIME (3) WITHOUT TIME ZONE']),
  is('timetz', time({ timezone: true }), 'time with time zone', ['time with time zone', 'TIMETZ']),
  is('timetz(0)', time({ timezone: true, precision: 0 }), 'time(0) with time zone', [
    'time(0) with time zone',
    'timetz(0)',
  ]),
  is('timestamp', dateTime(), 'timestamp without time zone', ['timestamp without time zone', 'TIMESTAMP']),
  is('timestamp', timestamp(), 'timestamp without time zone'),
  is('timestamp(3)', dateTime({ precision: 3 }), 'timestamp(3) without time zone', [
    'timestamp (3) without time zone',
  ]),
  is('timestamp(6)', dateTime({ precision: 6 }), 'timestamp(6) without time zone'),
  is('timestamptz', dateTime({ timezone: true }), 'timestamp with time zone', [
    'timestamp with time zone',
    'TIMESTAMPTZ',
  ]),
  is('timestamptz(0)', timestamp({ timezone: true, precision: 0 }), 'timestamp(0) with time zone', [
    'timestamptz(0)',
    'TIMESTAMP(0) WITH TIME ZONE',
  ]),
  is('interval', interval(), 'interval', ['INTERVAL']),
  is('interval(3)', interval({ precision: 3 }), 'interval(3)', ['INTERVAL (3)']),
  ...[
    'year',
    'month',
    'day',
    'hour',
    'minute',
    'second',
    'year to month',
    'day to hour',
    'day to minute',
    'day to second',
    'hour to minute',
    'hour to second',
    'minute to second',
  ].map((fields) =>
    is(`interval ${fields}`, interval({ fields }), `interval ${fields}`, [
      `INTERVAL  ${fields.toUpperCase()}`,
    ]),
  ),
  is('interval second(2)', interval({ fields: 'SECOND', precision: 2 }), 'interval second(2)', [
    'interval second (2)',
  ]),
  is(
    'interval day to second(4)',
    interval({ fields: 'DAY TO SECOND', precision: 4 }),
    'interval day to second(4)',
  ),
  // the rest
  is('boolean', boolean(), 'boolean', ['bool', 'BOOL', 'BOOLEAN']),
  is('uuid', uuid(), 'uuid', ['UUID']),
  is('json', json(), 'json', ['JSON']),
  plain('jsonb'),
  only('jsonpath', ['JSONPATH']),
  plain('xml'),
  ...(['inet', 'cidr', 'macaddr', 'macaddr8'] as const).map((each) => plain(each)),
  ...(['point', 'line', 'lseg', 'box', 'path', 'polygon', 'circle'] as const).map((each) => plain(each)),
  ...(['tsvector', 'tsquery'] as const).map((each) => plain(each)),
  ...(['int4range', 'int8range', 'numrange', 'tsrange', 'tstzrange', 'daterange'] as const).map((each) =>
    plain(each),
  ),
  ...(
    [
      'int4multirange',
      'int8multirange',
      'nummultirange',
      'tsmultirange',
      'tstzmultirange',
      'datemultirange',
    ] as const
  ).map((each) => plain(each, 14)),
  plain('oid'),
  ...[
    'regclass',
    'regcollation',
    'regconfig',
    'regdictionary',
    'regnamespace',
    'regoper',
    'regoperator',
    'regproc',
    'regprocedure',
    'regrole',
    'regtype',
  ].map((each) => only(each, [each.toUpperCase(), `pg_catalog.${each}`])),
  ...[
    'pg_lsn',
    'txid_snapshot',
    'pg_snapshot',
    'tid',
    'xid',
    'xid8',
    'cid',
    'oidvector',
    'int2vector',
    'refcursor',
    'aclitem',
    'gtsvector',
  ].map((each) => only(each, [each.toUpperCase()])),
  // arrays
  is('integer[]', array(integer()), 'integer[]', ['int[]', '_int4', 'int4 array', 'int[3]', 'int ARRAY[4]']),
  is('integer[][]', array(integer(), { dimensions: 2 }), 'integer[]', ['int[]', 'int[3][3]', 'int [] []']),
  is('integer[]', array(array(integer())), 'integer[]'),
  is('varchar(9)[]', array(string(9)), 'character varying(9)[]', ['character varying(9)[]']),
  is('numeric(4,1)[]', array(numeric(4, 1)), 'numeric(4,1)[]', ['decimal(4,1)[]']),
  is('timestamptz(3)[]', array(dateTime({ timezone: true, precision: 3 })), 'timestamp(3) with time zone[]'),
  is('interval day to second(4)[]', array(interval({ fields: 'DAY TO SECOND', precision: 4 })), undefined),
  is('jsonb[]', array(own.jsonb()), 'jsonb[]'),
  is('"char"[]', array(sqlType('"char"')), '"char"[]'),
  is('bit(3)[]', array(bit(3)), 'bit(3)[]'),
  // collations
  is('text collate "C"', text({ collation: 'C' }), 'text COLLATE "C"'),
  is('varchar(5) collate "POSIX"', string(5, { collation: 'POSIX' }), 'character varying(5) COLLATE "POSIX"'),
  is('char(5) collate "C"', char(5, { collation: 'C' }), 'character(5) COLLATE "C"'),
  is('text[] collate "C"', array(text(), { collation: 'C' }), 'text[] COLLATE "C"'),
  is('citext collate "C"', citext({ collation: 'C' }), 'citext COLLATE "C"'),
  is('text collate "Odd ""one"""', text({ collation: 'Odd "one"' }), 'text COLLATE "Odd ""one"""'),
  is('text collate away.odd', text({ collation: '"away"."odd"' }), 'text COLLATE away.odd'),
  is('positive_text collate "C"', domain('positive_text', { collation: 'C' }), 'positive_text COLLATE "C"'),
  // of extensions
  is('citext', citext(), 'citext', ['CITEXT', 'public.citext']),
  is('hstore', hstore(), 'hstore', ['HSTORE']),
  is('ltree', ltree(), 'ltree', ['public.ltree']),
  only('lquery'),
  is('citext[]', array(citext()), 'citext[]', ['_citext']),
  // pgvector, by a stand-in of the same name
  is('vector(3)', own.vector(3), 'vector(3)', ['VECTOR (3)', 'public.vector(3)']),
  is('vector', own.vector(), 'vector'),
  is('vector(3)[]', array(own.vector(3)), 'vector(3)[]'),
  // the user's
  is('mood', enumType(['sad', "it's"], { name: 'mood' }), 'mood', ['public.mood', 'MOOD']),
  is('mood[]', array(enumType(['sad', "it's"], { name: 'mood' })), 'mood[]', ['mood ARRAY']),
  is('away."Mood ""2"""', enumType(['a'], { name: 'Mood "2"', schema: 'away' }), 'away."Mood ""2"""'),
  is('positive', domain('positive'), 'positive', ['public.positive']),
  is('positive[]', array(domain('positive')), 'positive[]'),
  is('away."Select"', domain('Select', { schema: 'away' }), 'away."Select"'),
  only('pair', ['public.pair', 'PAIR', '"pair"']),
  only('pair[]', ['_pair']),
  only('"a  b\n[]"', ['public."a  b\n[]"']),
  only('"a  b\n[]"[]'),
  only('away."it\'s `${x}` */"'),
  only('floats', ['public.floats']),
  is('some_table', sqlType('some_table'), 'some_table', ['public.some_table']),
];

/** The types that stand on their own, before the table. */
const foundations = (major: number): readonly string[] => [
  'CREATE EXTENSION citext',
  'CREATE EXTENSION hstore',
  'CREATE EXTENSION ltree',
  'CREATE SCHEMA away',
  `CREATE COLLATION "Odd ""one""" (LOCALE = 'C')`,
  `CREATE COLLATION away.odd (LOCALE = 'C')`,
  'CREATE TYPE vector',
  'CREATE FUNCTION vector_in(cstring, oid, integer) RETURNS vector IMMUTABLE STRICT LANGUAGE internal AS $$varcharin$$',
  'CREATE FUNCTION vector_out(vector) RETURNS cstring IMMUTABLE STRICT LANGUAGE internal AS $$varcharout$$',
  'CREATE FUNCTION vector_typmod_in(cstring[]) RETURNS integer IMMUTABLE STRICT LANGUAGE internal AS $$varchartypmodin$$',
  'CREATE FUNCTION vector_typmod_out(integer) RETURNS cstring IMMUTABLE STRICT LANGUAGE internal AS $$varchartypmodout$$',
  'CREATE TYPE vector (INPUT = vector_in, OUTPUT = vector_out, TYPMOD_IN = vector_typmod_in, TYPMOD_OUT = vector_typmod_out)',
  "CREATE TYPE mood AS ENUM ('sad', 'it''s')",
  `CREATE TYPE away."Mood ""2""" AS ENUM ('a')`,
  'CREATE DOMAIN positive AS integer CHECK (VALUE > 0)',
  'CREATE DOMAIN positive_text AS text',
  'CREATE DOMAIN away."Select" AS varchar(3)',
  'CREATE TYPE "a  b\n[]" AS (a integer, b text)',
  'CREATE TYPE pair AS (a integer, b text)',
  'CREATE TYPE away."it\'s `${x}` */" AS (a integer)',
  `CREATE TYPE floats AS RANGE (SUBTYPE = float8${major >= 14 ? ', MULTIRANGE_TYPE_NAME = floatses' : ''})`,
  'CREATE TABLE some_table (a integer)',
];

/** A value, what becomes of it in another type, and what the way back gives where that isn't the value; null: there is none. */
type Change = readonly [from: string, value: string, to: ColumnType, changed: string, back?: string | null];

const changes: readonly Change[] = [
  ['smallint', '7', bigInteger(), '7'],
  ['bigint', '7', smallInteger(), '7'],
  ['integer', '7', numeric(10, 2), '7.00'],
  ['numeric(10,2)', '7.25', numeric(12, 4), '7.2500'],
  ['numeric', '7.25', double(), '7.25'],
  ['numeric', '7.25', own.money(), '$7.25'],
  ['real', '7.5', own.money(), '$7.50'],
  ['integer', '42', text(), '42'],
  ['text', '42', integer(), '42'],
  ['integer', '42', own.oid(), '42'],
  ['boolean', 'true', integer(), '1'],
  ['text', 'yes', boolean(), 'true', 'true'],
  ['varchar(10)', 'ab', text(), 'ab'],
  ['text', 'ab', char(5), 'ab'],
  ['varchar(10)', 'ab', string(3), 'ab'],
  ['text', 'Ab', citext(), 'Ab'],
  ['text', 'ab', text({ collation: 'C' }), 'ab'],
  ['date', '2020-01-02', dateTime(), '2020-01-02 00:00:00'],
  ['timestamp(3)', '2020-01-02 10:11:12.125', dateTime(), '2020-01-02 10:11:12.125'],
  ['timestamp', '2020-01-02 10:11:12', dateTime({ timezone: true }), '2020-01-02 10:11:12+00'],
  ['text', '2020-01-02', date(), '2020-01-02'],
  ['interval', '1 day 02:03:04', interval({ fields: 'DAY TO SECOND' }), '1 day 02:03:04'],
  ['time', '02:03:04', interval(), '02:03:04'],
  ['time', '02:03:04', time({ precision: 2 }), '02:03:04'],
  ['text', '00000000-0000-0000-0000-00000000000a', uuid(), '00000000-0000-0000-0000-00000000000a'],
  ['json', '{"a": 1}', own.jsonb(), '{"a": 1}'],
  ['text', '{"a":1}', own.jsonb(), '{"a": 1}', '{"a": 1}'],
  ['jsonb', '5', integer(), '5'],
  ['text', 'ab', largeBinary(), '\\x6162'],
  ['inet', '10.0.0.0/8', own.cidr(), '10.0.0.0/8'],
  ['macaddr', '08:00:2b:01:02:03', own.macaddr8(), '08:00:2b:ff:fe:01:02:03'],
  ['bit(3)', '101', varbit(8), '101'],
  ['text', '101', bit(3), '101'],
  ['text', '(1,2)', own.point(), '(1,2)'],
  ['path', '((0,0),(1,1))', own.polygon(), '((0,0),(1,1))'],
  ['int4range', '[1,5)', own.int8range(), '[1,5)'],
  ['int8range', '[1,5)', own.numrange(), '[1,5)', null],
  [
    'daterange',
    '[2020-01-01,2020-01-05)',
    own.tsrange(),
    '["2020-01-01 00:00:00","2020-01-05 00:00:00")',
    null,
  ],
  ['integer[]', '{1,2}', array(bigInteger()), '{1,2}'],
  ['integer[]', '{1,NULL}', array(text()), '{1,NULL}'],
  ['text', 'a', array(text()), '{a}'],
  ['text[]', '{a,b}', array(string(1)), '{a,b}'],
  ['text', "it's", enumType(['sad', "it's"], { name: 'mood' }), "it's"],
  ['vector(3)', 'abc', own.vector(), 'abc'],
  ['integer', '7', domain('positive'), '7'],
  ['domain_of_text', 'a', text(), 'a'],
];

/** Of which the one's text is another thing in the other, or nothing that is there. */
const apart: readonly (readonly [from: string, value: string, to: ColumnType])[] = [
  ['tsrange', '[2020-01-01 10:00:00,2020-01-05 00:00:00)', own.daterange()],
  ['tsrange[]', '{"[2020-01-01 10:00:00,2020-01-05 00:00:00)"}', array(own.daterange())],
  ['point', '(1,2)', own.numrange()],
  ['point', '(1,2)', own.money()],
  ['line', '{1,2,3}', date()],
  ['box', '(1,1),(0,0)', own.path()],
  ['varbit', '101', integer()],
  ['numeric', '1.50', own.cidr()],
  ['integer', '42', interval()],
  ['integer', '9', bit(3)],
  ['jsonb', 'true', own.tsvector()],
];

const modules = { 'alembic-ts': schema, 'alembic-ts/postgresql': own };
const name = (i: number): string => `c${i}`;

describeOn(['postgresql', 'postgresql-server'], 'every type', (kind: DatabaseKind) => {
  let database: TestDatabase;
  let connection: Connection;
  let all: readonly Case[];

  beforeAll(async () => {
    database = await createDatabase(kind);
    const [row] = await database.query<{ n: string }>("SELECT current_setting('server_version_num') AS n");
    const major = Math.floor(Number(row?.n) / 10_000);
    all = cases.filter(({ since = 0 }) => major >= since);
    await database.exec(foundations(major));
    await database.exec(
      `CREATE TABLE written (${all.map((each, i) => `${name(i)} ${each.written}`).join(', ')})`,
    );
    connection = await engineOf(database).connect();
  });

  afterAll(async () => {
    await connection.close();
    await database.drop();
  });

  const models = (columns: readonly (readonly [number, ColumnType])[]): MetaData =>
    new MetaData([
      table(
        'written',
        columns.map(([i, type]) => column(name(i), type)),
      ),
    ]);

  const others = ['some_table', 'built', 'changing'];
  const found = (metadata: MetaData): Promise<readonly Operation[]> =>
    compare(connection, metadata, { includeObject: (_, each) => !others.includes(each ?? '') });

  const there = async (): Promise<Table> =>
    (await connection.dialect.inspect(connection)).table({ schema: null, name: 'written' }) as Table;
  const render = (create: Operation): RenderedMigration =>
    renderMigration(
      { upgradeOps: { ops: [create] }, downgradeOps: { ops: [] } },
      { definitions, dialect: connection.dialect },
    );

  const printed = (of: string): Promise<readonly { name: string; type: string }[]> =>
    database.query(`SELECT attname AS name, format_type(atttypid, atttypmod)
        || coalesce((SELECT ' COLLATE ' || attcollation::regcollation WHERE attcollation <> typcollation), '') AS type
      FROM pg_attribute JOIN pg_type t ON t.oid = atttypid WHERE attrelid = '${of}'::regclass AND attnum > 0 ORDER BY attnum`);

  test('written by hand is what its builder makes', async () => {
    expect(await found(models(all.map(({ built }, i) => [i, built])))).toEqual([]);
  });

  test('written by hand is read, rendered, and found to be there', async () => {
    const { columns } = await there();
    const rendered = render(op.createTable.create('written', columns));
    const [again] = evaluateBody(String(rendered.upgrades), rendered.importNames, definitions, modules);
    const read = (again as CreateTable).table;
    expect(read.columns.map(({ type }) => type)).toEqual(columns.map(({ type }) => type));
    expect(await found(new MetaData([read]))).toEqual([]);
  });

  test('written by hand is read, and its source type-checks', async () => {
    using project = userProject();
    const columns = (await there()).columns;
    const create = op.createTable.create('written', columns);
    const { imports, upgrades } = render(create);
    project.put({
      'revision.ts': `${imports}\nexport function upgrade(op: Operations): void {\n${upgrades}\n}\n`,
    });
    expect(project.typecheck(['revision.ts'])).toBe('');
  });

  test('made by its builder is what the catalogue calls it', async () => {
    const columns = all.map(({ built }, i) => column(name(i), built));
    await migrate(connection, [op.createTable.create('built', columns)]);
    const wanted = all.map((each, i) => ({ name: name(i), type: each.printed ?? each.written }));
    expect(await printed('built')).toEqual(wanted);
    expect(await printed('written')).toEqual(wanted);
  });

  test('in other words is the same', async () => {
    const most = Math.max(...all.map(({ aliases = [] }) => aliases.length));
    for (let round = 0; round < most; round++) {
      const columns = all.map(({ aliases = [], built }, i) => {
        const alias = aliases[round];
        return [i, alias === undefined ? built : sqlType(alias)] as const;
      });
      expect(await found(models(columns))).toEqual([]);
    }
  });

  test('is another one than its neighbour', async () => {
    // every type against the next one that prints otherwise: what never differs would pass all of the above
    const swapped = all.map((each, i) => {
      const other = [...all.slice(i + 1), ...all].find((next) => next.printed !== each.printed);
      return [i, other?.built ?? text()] as const;
    });
    const operations = (await found(models(swapped))) as readonly { kind: string; column: string }[];
    expect(operations.map((each) => `${each.kind} ${each.column}`)).toEqual(
      all.map((_, i) => `alterColumn ${name(i)}`),
    );
  });

  const changing = async (
    list: readonly (readonly [from: string, value: string, ...rest: unknown[]])[],
  ): Promise<void> => {
    const fields = list.map(([from], i) => `${name(i)} ${from}`).join(', ');
    await database.exec(['DROP TABLE IF EXISTS changing', `CREATE TABLE changing (id integer, ${fields})`]);
    await database.query('INSERT INTO changing (id) VALUES (2)');
    await database.postgres.query(
      `INSERT INTO changing VALUES (1, ${list.map(([from], i) => `$${i + 1}::text::${from}`).join(', ')})`,
      list.map(([, value]) => value),
    );
  };
  const held = async (count: number): Promise<readonly unknown[]> => {
    const fields = Array.from({ length: count }, (_, i) => `${name(i)}::text`).join(', ');
    const { rows } = await database.postgres.query({
      text: `SELECT ${fields} FROM changing WHERE id = 1`,
      rowMode: 'array',
    });
    return rows[0] as unknown[];
  };
  const changed = (types: readonly ColumnType[]): MetaData =>
    new MetaData([
      table('changing', [column('id', integer()), ...types.map((type, i) => column(name(i), type))]),
    ]);
  const changesOf = (metadata: MetaData): Promise<readonly Operation[]> =>
    compare(connection, metadata, {
      includeObject: (_, each) => !['some_table', 'built', 'written'].includes(each ?? ''),
    });

  test('becomes another one, with its value, and what it was', async () => {
    await database.exec(["SET timezone = 'UTC'", 'CREATE DOMAIN domain_of_text AS text']);
    await connection.exec("SET timezone = 'UTC'");
    await changing(changes);
    const before = await printed('changing');
    const models = changed(changes.map(([, , type]) => type));
    const operations = (await changesOf(models)).filter((each) => each.kind === 'alterColumn');
    expect(operations.map((each) => (each as { column?: string }).column)).toEqual(
      changes.map((_, i) => name(i)),
    );
    await migrate(connection, operations);
    expect((await changesOf(models)).filter((each) => each.kind === 'alterColumn')).toEqual([]);
    expect(await held(changes.length)).toEqual(changes.map(([, , , value]) => value));
    const returns = (i: number): boolean => changes[i]?.[4] !== null;
    await migrate(connection, reversed(operations.filter((_, i) => returns(i))));
    expect(await held(changes.length)).toEqual(
      changes.map(([, value, , there, back], i) => (returns(i) ? (back ?? value) : there)),
    );
    const own = (list: typeof before): typeof before => list.slice(1).filter((_, i) => returns(i));
    expect(own(await printed('changing'))).toEqual(own(before));
  });

  test('becomes another one without a conversion only where there is no value', async () => {
    await changing(apart);
    const before = await held(apart.length);
    const operations = await changesOf(changed(apart.map(([, , type]) => type)));
    const alters = operations.filter((each) => each.kind === 'alterColumn');
    expect(alters.length).toBe(apart.length);
    for (const each of alters)
      await expect(migrate(connection, [each])).rejects.toThrow(/no conversion from .*give one as using/);
    expect(await held(apart.length)).toEqual(before);
    await database.exec('DELETE FROM changing WHERE id = 1');
    await migrate(connection, alters);
    expect(await changesOf(changed(apart.map(([, , type]) => type)))).toEqual(
      operations.filter((each) => each.kind !== 'alterColumn'),
    );
  });
});

test('types of extensions that are not here are read and written as they are called', () => {
  const { readType, writer } = own.postgresql;
  for (const name of [
    'geometry(Point,4326)',
    'geometry',
    'geography(MultiPolygonZ,4326)',
    'postgis.geometry(Point,4326)',
    '"My Types"."a  b"(3)',
  ]) {
    expect(readType?.(name)).toEqual(sqlType(name));
    expect(writer.type(sqlType(name))).toBe(name);
    expect(readType?.(`${name}[]`)).toEqual(array(sqlType(name)));
  }
  expect(readType?.('vector(1536)')).toEqual(own.vector(1536));
  expect(writer.type(own.vector(1536))).toBe('VECTOR(1536)');
});
