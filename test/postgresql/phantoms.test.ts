import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { array, exclude, inet, jsonb, varbit } from '../../src/entries/postgresql.ts';
import { Alembic } from '../../src/index.ts';
import {
  bigInteger,
  boolean,
  check,
  column,
  date,
  dateTime,
  double,
  enumType,
  identity,
  index,
  integer,
  interval,
  json,
  MetaData,
  numeric,
  primaryKey,
  smallInteger,
  sql,
  string,
  type TableElement,
  table,
  text,
  time,
  unique,
  uuid,
} from '../../src/schema/index.ts';
import { createDatabase, describeOn, type TestDatabase } from '../support/databases.ts';

// What other tools take for a change again and again: the database is as somebody else made it, in words that aren't the models'. Each has a twin that looks
// alike and is another thing, which has to be found.

interface Case {
  /** the columns and constraints of a table t, and statements after it */
  readonly there: string;
  readonly after?: string;
  readonly same: readonly (readonly TableElement[])[];
  readonly different: readonly (readonly TableElement[])[];
}

const t = dateTime();
const tz = dateTime({ timezone: true });
const mood = enumType(['sad', "it's"], { name: 'mood' });
const withDefault = (
  type: Parameters<typeof column>[1],
  ...values: (string | number | boolean | ReturnType<typeof sql>)[]
): TableElement[][] => values.map((serverDefault) => [column('a', type, { serverDefault })]);
const checks = (...conditions: readonly string[]): TableElement[][] =>
  conditions.map((condition) => [
    column('a', integer()),
    column('b', string(9)),
    column('c', text()),
    check(sql.raw(condition), { name: 'k' }),
  ]);
const indexes = (...expressions: readonly string[]): TableElement[][] =>
  expressions.map((expression) => [
    column('a', integer()),
    column('b', string(9)),
    column('c', jsonb()),
    column('d', tz),
    index('i', [sql.raw(expression)]),
  ]);
const timed = (initially: string, other: string): TableElement[] => [
  column('a', integer(), { autoincrement: false }),
  column('b', integer()),
  primaryKey(['a'], { deferrable: true, initially }),
  unique(['b'], { deferrable: true, initially: other }),
  exclude([['b', '=']], { using: 'btree', deferrable: true, initially }),
];
const abc = 'a integer, b varchar(9), c text';
const indexed = 'a integer, b varchar(9), c jsonb, d timestamptz';

const cases: { readonly [name: string]: Case } = {
  'when constraints are checked, in whatever case': {
    there:
      'a integer primary key deferrable initially deferred, b integer unique deferrable, exclude using btree (b with =) deferrable initially deferred',
    same: [timed('DEFERRED', 'IMMEDIATE'), timed('deferred', ' immediate')],
    different: [timed('immediate', 'immediate'), timed('deferred', 'deferred')],
  },
  'the default -1': {
    there: 'a integer default -1',
    same: withDefault(integer(), -1, '-1', sql`-1`, sql`(-1)`, sql`'-1'::integer`, sql`- 1`),
    different: withDefault(integer(), 1, sql`- 2`, '-10'),
  },
  'the default -1 of a smallint': {
    there: `a smallint default '-1'::integer`,
    same: withDefault(smallInteger(), -1, '-1', sql`-1`),
    different: withDefault(smallInteger(), 1),
  },
  'the default -1 of a bigint': {
    there: 'a bigint default -1',
    same: withDefault(bigInteger(), -1, '-1', sql`'-1'::integer`),
    different: withDefault(bigInteger(), 1, '-9007199254740993'),
  },
  'the default -1.5': {
    there: 'a numeric(10, 2) default -1.5',
    same: withDefault(numeric(10, 2), -1.5, '-1.5', sql`-1.5`, sql`'-1.5'::numeric`),
    different: withDefault(numeric(10, 2), 1.5, -1, sql`-1.25`),
  },
  'the default -1.5 of a double': {
    there: `a double precision default '-1.5'`,
    same: withDefault(double(), -1.5, '-1.5', sql`-1.5`),
    different: withDefault(double(), 1.5),
  },
  "the default '{}'": {
    there: `a text[] default '{}'`,
    same: withDefault(
      array(text()),
      '{}',
      sql`'{}'`,
      sql`'{}'::text[]`,
      sql`ARRAY[]::text[]`,
      sql`array[]::text[]`,
    ),
    different: withDefault(array(text()), '{""}', '{NULL}', sql`ARRAY[''::text]`),
  },
  'the default ARRAY[]': {
    there: 'a integer[] default ARRAY[]::integer[]',
    same: withDefault(array(integer()), sql`ARRAY[]::integer[]`, sql`array[]::int[]`, '{}'),
    different: withDefault(array(integer()), '{0}', sql`ARRAY[1]`),
  },
  "the default '{}' of jsonb": {
    there: `a jsonb default '{}'::jsonb`,
    same: withDefault(jsonb(), '{}', sql`'{}'`, sql`'{ }'::jsonb`),
    different: withDefault(jsonb(), '[]', '{"a": 1}', 'null'),
  },
  "the default 'x' cast to text": {
    there: `a varchar(9) default 'x'::text`,
    same: withDefault(string(9), 'x', sql`'x'`, sql`'x'::text`, sql`'x'::character varying`),
    different: withDefault(string(9), 'X', ' x', sql`'y'::text`, ''),
  },
  'jsonb with its keys in another order': {
    there: `a jsonb default '{"b": 1, "a": [1, 2], "c": {"y": null, "x": 1.50}}'`,
    same: withDefault(
      jsonb(),
      '{"a":[1,2],"c":{"x":1.50,"y":null},"b":1}',
      sql`'{"a":[1,2],"c":{"x":1.50,"y":null},"b":1}'`,
    ),
    different: withDefault(
      jsonb(),
      '{"a":[2,1],"c":{"x":1.50,"y":null},"b":1}',
      '{"a":[1,2],"c":{"x":1.50},"b":1}',
      '{"a":[1,2],"c":{"x":1.50,"y":null},"b":"1"}',
    ),
  },
  'json with its keys in another order': {
    there: `a json default '{"b": 1, "a": [1, 2]}'`,
    same: withDefault(json(), '{"a":[1,2],"b":1}', '{"b":1,"a":[1,2]}', sql`'{"a": [1,2], "b": 1}'`),
    different: withDefault(json(), '{"a":[2,1],"b":1}', '{"a":[1,2]}', '{"a":[1,2],"b":1.0}'),
  },
  "it's": {
    there: `a text default 'it''s \\ "odd" $$ % {} \${x}'`,
    same: withDefault(
      text(),
      'it\'s \\ "odd" $$ % {} ${x}',
      sql.raw(`'it''s \\ "odd" $$ % {} \${x}'`),
      sql.raw(`E'it\\'s \\\\ "odd" $$ % {} \${x}'`),
    ),
    different: withDefault(text(), 'its \\ "odd" $$ % {} ${x}', 'it\'s \\\\ "odd" $$ % {} ${x}', "it''s"),
  },
  'now() of a timestamp with a zone': {
    there: 'a timestamptz default now()',
    same: withDefault(
      tz,
      sql`now()`,
      sql`NOW()`,
      sql`now ( )`,
      sql`(now())`,
      sql`now()::timestamptz`,
      sql`pg_catalog.now()`,
    ),
    // the server keeps these apart, and so would a fresh database
    different: withDefault(
      tz,
      sql`CURRENT_TIMESTAMP`,
      sql`transaction_timestamp()`,
      sql`CURRENT_TIMESTAMP(0)`,
      sql`LOCALTIMESTAMP`,
      sql`CURRENT_DATE`,
      sql`statement_timestamp()`,
      sql`clock_timestamp()`,
      sql`now() + interval '1 day'`,
      'now()',
    ),
  },
  'CURRENT_TIMESTAMP of a timestamp': {
    there: 'a timestamp default CURRENT_TIMESTAMP',
    same: withDefault(
      t,
      sql`CURRENT_TIMESTAMP`,
      sql`current_timestamp`,
      sql`(CURRENT_TIMESTAMP)`,
      sql`CURRENT_TIMESTAMP::timestamptz`,
    ),
    different: withDefault(
      t,
      sql`now()`,
      sql`LOCALTIMESTAMP`,
      sql`current_timestamp(3)`,
      sql`CURRENT_DATE`,
      sql`timezone('utc', now())`,
    ),
  },
  'now() inside of something': {
    there: `a timestamp default (CURRENT_TIMESTAMP at time zone 'utc') + interval '1 day'`,
    same: withDefault(
      t,
      sql`(current_timestamp at time zone 'utc') + interval '1 day'`,
      sql`(CURRENT_TIMESTAMP AT TIME ZONE 'utc') + '1 day'::interval`,
    ),
    different: withDefault(
      t,
      sql`(now() at time zone 'utc') + interval '1 day'`,
      sql`(now() at time zone 'utc') + interval '2 days'`,
      sql`(now() at time zone 'cet') + interval '1 day'`,
    ),
  },
  "a string that says 'now()'": {
    there: `a text default 'now()', b text default 'CURRENT_TIMESTAMP'`,
    same: [
      [
        column('a', text(), { serverDefault: 'now()' }),
        column('b', text(), { serverDefault: 'CURRENT_TIMESTAMP' }),
      ],
    ],
    different: [
      [
        column('a', text(), { serverDefault: 'CURRENT_TIMESTAMP' }),
        column('b', text(), { serverDefault: 'CURRENT_TIMESTAMP' }),
      ],
    ],
  },
  true: {
    there: 'a boolean default true',
    same: withDefault(
      boolean(),
      true,
      'true',
      't',
      'yes',
      'on',
      '1',
      sql`true`,
      sql`TRUE`,
      sql`'t'::boolean`,
    ),
    different: withDefault(boolean(), false, 'f', '0', sql`not true`),
  },
  casts: {
    there: `a numeric(5, 1) default cast('5' as numeric)`,
    same: withDefault(numeric(5, 1), sql`'5'::numeric`, sql`CAST('5' AS NUMERIC)`, sql`numeric '5'`),
    different: withDefault(numeric(5, 1), sql`'5.1'::numeric`, sql`'5'::numeric + 1`),
  },
  'a uuid and an address': {
    there: `a uuid default '00000000-0000-0000-0000-00000000000a', b inet default '10.0.0.1'`,
    same: ['00000000-0000-0000-0000-00000000000A', '0000000000000000000000000000000a'].map((each) => [
      column('a', uuid(), { serverDefault: each }),
      column('b', inet(), { serverDefault: '10.0.0.1/32' }),
    ]),
    different: [
      [
        column('a', uuid(), { serverDefault: '00000000-0000-0000-0000-00000000000b' }),
        column('b', inet(), { serverDefault: '10.0.0.1' }),
      ],
      [
        column('a', uuid(), { serverDefault: '00000000-0000-0000-0000-00000000000a' }),
        column('b', inet(), { serverDefault: '10.0.0.1/31' }),
      ],
    ],
  },
  bits: {
    there: `a bit varying(5) default B'101'`,
    same: withDefault(varbit(5), '101', sql`B'101'`, sql`'101'::varbit`),
    different: withDefault(varbit(5), '0101'),
  },
  'a time': {
    there: `a time default '12:00'`,
    same: withDefault(time(), '12:00', '12:00:00', '12:00 PM', sql`time '12:00'`),
    different: withDefault(time(), '12:01', '00:00'),
  },
  'a day': {
    there: `a date default '2020-01-01', b timestamp default '2020-01-01'`,
    same: [
      [
        column('a', date(), { serverDefault: '2020-01-01' }),
        column('b', t, { serverDefault: '2020-01-01 00:00:00' }),
      ],
      [
        column('a', date(), { serverDefault: 'January 1, 2020' }),
        column('b', t, { serverDefault: sql`timestamp '2020-01-01T00:00'` }),
      ],
    ],
    different: [
      [column('a', date(), { serverDefault: '2020-01-02' }), column('b', t, { serverDefault: '2020-01-01' })],
      [
        column('a', date(), { serverDefault: '2020-01-01' }),
        column('b', t, { serverDefault: '2020-01-01 00:00:01' }),
      ],
    ],
  },
  'an interval': {
    there: `a interval default '90 minutes'`,
    same: withDefault(interval(), '90 minutes', '01:30:00', '1.5 hours', sql`interval '1:30'`),
    different: withDefault(interval(), '90 seconds', '1 day'),
  },
  'no default, said': {
    there: 'a text default null',
    same: [[column('a', text())], ...withDefault(text(), sql`NULL`, sql`null::text`)],
    different: withDefault(text(), 'NULL', ''),
  },
  'a check with IN': {
    there: `${abc}, constraint k check (b in ('x', 'it''s'))`,
    same: checks(
      `b in ('x', 'it''s')`,
      `b IN ('x','it''s')`,
      `"b" = any (array['x', 'it''s'])`,
      `b = any (array['x'::text, 'it''s'])`,
      `t.b in ('x'::varchar, 'it''s')`,
    ),
    different: checks(
      `b = any (array['x', 'its'])`,
      `b <> all (array['x', 'it''s'])`,
      `b in ('x', 'its')`,
      `b in ('x')`,
      `b not in ('x', 'it''s')`,
      `c in ('x', 'it''s')`,
    ),
  },
  'a check with IN over numbers': {
    there: `${abc}, constraint k check (a = any (array[1, 2, 3]))`,
    same: checks('a in (1, 2, 3)', 'a IN (1,2,3)', 'a = ANY (ARRAY[1, 2, 3])'),
    different: checks('a in (1, 2)', 'a in (1, 2, 4)', 'a <> all (array[1, 2, 3])'),
  },
  'a check with BETWEEN': {
    there: `${abc}, constraint k check (a between 1 and 5)`,
    same: checks('a between 1 and 5', 'a >= 1 and a <= 5', '((a >= 1) AND (a <= 5))'),
    different: checks(
      'a between 1 and 6',
      'a > 1 and a <= 5',
      'a not between 1 and 5',
      'a between symmetric 1 and 5',
    ),
  },
  'a check with LIKE': {
    there: `${abc}, constraint k check (b like 'a\\_%' and c not ilike '%x')`,
    same: checks(`b like 'a\\_%' and c not ilike '%x'`, `b::text ~~ 'a\\_%' AND "c" !~~* '%x'::text`),
    different: checks(
      `b like 'a_%' and c not ilike '%x'`,
      `b ilike 'a\\_%' and c not ilike '%x'`,
      `b like 'a\\_%' or c not ilike '%x'`,
    ),
  },
  'a check with now()': {
    there: 'a timestamptz, constraint k check (a <= CURRENT_TIMESTAMP)',
    same: ['a <= current_timestamp', '(a <= CURRENT_TIMESTAMP)'].map((each) => [
      column('a', tz),
      check(sql.raw(each), { name: 'k' }),
    ]),
    different: ['a <= now()', 'a <= LOCALTIMESTAMP'].map((each) => [
      column('a', tz),
      check(sql.raw(each), { name: 'k' }),
    ]),
  },
  'checks and an index without names, as a restored dump prints them': {
    there: `a timestamptz, b varchar(9), check (a <= CURRENT_TIMESTAMP), check (b::text = any (array['x'::character varying, 'y'::character varying]::text[]))`,
    after: `create index ix_t_a on t (a) where b::text = any (array['x'::character varying, 'y'::character varying]::text[])`,
    same: [
      [
        column('a', tz),
        column('b', string(9)),
        check(sql`a <= CURRENT_TIMESTAMP`),
        check(sql`b in ('x', 'y')`),
        index(null, ['a'], { where: sql`b in ('x', 'y')` }),
      ],
    ],
    different: [
      [
        column('a', tz),
        column('b', string(9)),
        check(sql`a <= now()`),
        check(sql`b in ('x', 'z')`),
        index(null, ['a'], { where: sql`b in ('x', 'y')` }),
      ],
      [
        column('a', tz),
        column('b', string(9)),
        check(sql`a <= now()`),
        check(sql`b in ('x', 'y')`),
        index(null, ['a'], { where: sql`b in ('x')` }),
      ],
    ],
  },
  'an index over a function': {
    there: indexed,
    after: 'create index i on t (lower(b))',
    same: indexes('lower(b)', 'LOWER(b)', 'lower((b)::text)', '(lower("b"))', 'lower(t.b)'),
    different: indexes('upper(b)', "lower(b || '')", 'b'),
  },
  'an index over a cast': {
    there: indexed,
    after: `create index i on t (((c ->> 'k')::integer))`,
    same: indexes(`(c ->> 'k')::integer`, `cast(c->>'k' as int)`, `((c ->> 'k'::text))::integer`),
    different: indexes(`(c ->> 'k')::bigint`, `(c ->> 'l')::integer`, `(c -> 'k')::integer`),
  },
  'an index over arithmetic and a time': {
    there: indexed,
    after: `create index i on t ((a + 1), (date_trunc('day', d at time zone 'utc')))`,
    same: [
      "date_trunc('day', d at time zone 'utc')",
      "DATE_TRUNC('day'::text, (d AT TIME ZONE 'utc'::text))",
    ].map((each) => [
      ...(indexes('a')[0] ?? []).filter(({ kind }) => kind === 'column'),
      index('i', [sql`a+1`, sql.raw(each)]),
    ]),
    different: ['a + 2', '1 + a'].map((each) => [
      ...(indexes('a')[0] ?? []).filter(({ kind }) => kind === 'column'),
      index('i', [sql.raw(each), sql`date_trunc('day', d at time zone 'utc')`]),
    ]),
  },
  serial: {
    there: 'a serial primary key',
    same: [
      [column('a', integer(), { primaryKey: true })],
      [column('a', integer(), { primaryKey: true, autoincrement: true })],
      [column('a', integer(), { primaryKey: true, serverDefault: sql`nextval('t_a_seq'::regclass)` })],
    ],
    different: [
      [column('a', integer(), { primaryKey: true, autoincrement: false })],
      [column('a', integer(), { primaryKey: true, identity: identity() })],
      [column('a', bigInteger(), { primaryKey: true })],
    ],
  },
  identity: {
    there: 'a integer generated by default as identity primary key',
    same: [
      [column('a', integer(), { primaryKey: true, identity: identity() })],
      [
        column('a', integer(), {
          primaryKey: true,
          identity: identity({ start: 1, increment: 1, minValue: 1, maxValue: 2147483647 }),
        }),
      ],
      [column('a', integer(), { primaryKey: true })],
      [column('a', integer(), { primaryKey: true, autoincrement: true })],
    ],
    different: [
      [column('a', integer(), { primaryKey: true, autoincrement: false })],
      [column('a', integer(), { primaryKey: true, identity: identity({ always: true }) })],
      [column('a', integer(), { primaryKey: true, identity: identity({ increment: 2 }) })],
      [column('a', bigInteger(), { primaryKey: true })],
    ],
  },
  'identity always': {
    there: 'a integer generated always as identity (start 5 cache 7) primary key, b integer not null',
    same: [
      [
        column('a', integer(), {
          primaryKey: true,
          identity: identity({ always: true, start: 5, cache: 7 }),
        }),
        column('b', integer(), { nullable: false }),
      ],
    ],
    different: [
      [column('a', integer(), { primaryKey: true }), column('b', integer(), { nullable: false })],
      [
        column('a', integer(), { primaryKey: true, identity: identity({ always: true }) }),
        column('b', integer(), { nullable: false }),
      ],
      [
        column('a', integer(), {
          primaryKey: true,
          identity: identity({ always: true, start: 5, cache: 7 }),
        }),
        column('b', integer(), { identity: identity() }),
      ],
    ],
  },
  'identity that is no key': {
    there: 'a integer generated by default as identity',
    same: [
      [column('a', integer(), { nullable: false, autoincrement: true })],
      [column('a', integer(), { identity: identity() })],
    ],
    different: [[column('a', integer(), { nullable: false })], [column('a', integer())]],
  },
  arrays: {
    there: `a integer[], b varchar(5)[][], c numeric(5, 2)[3]`,
    same: [
      [column('a', array(integer())), column('b', array(string(5))), column('c', array(numeric(5, 2)))],
      [
        column('a', array(integer(), { dimensions: 2 })),
        column('b', array(array(string(5)))),
        column('c', array(numeric(5, 2))),
      ],
    ],
    different: [
      [column('a', array(bigInteger())), column('b', array(string(5))), column('c', array(numeric(5, 2)))],
      [column('a', array(integer())), column('b', array(string(6))), column('c', array(numeric(5, 2)))],
      [column('a', integer()), column('b', array(string(5))), column('c', array(numeric(5, 2)))],
    ],
  },
  'arrays of enums': {
    there: `a mood[] default '{sad,"it''s"}', b mood default 'it''s'`,
    same: [
      [
        column('a', array(mood), { serverDefault: "{sad,it's}" }),
        column('b', mood, { serverDefault: "it's" }),
      ],
      [
        column('a', array(mood), { serverDefault: sql`ARRAY['sad'::mood, 'it''s'::mood]` }),
        column('b', mood, { serverDefault: sql`'it''s'::mood` }),
      ],
    ],
    different: [
      [column('a', array(mood), { serverDefault: '{sad}' }), column('b', mood, { serverDefault: "it's" })],
      [
        column('a', array(mood), { serverDefault: "{sad,it's}" }),
        column('b', array(mood), { serverDefault: "{it's}" }),
      ],
      [
        column('a', array(text()), { serverDefault: "{sad,it's}" }),
        column('b', mood, { serverDefault: "it's" }),
      ],
    ],
  },
};

describeOn(['postgresql', 'postgresql-server'], 'known phantom differences', (kind) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase(kind);
  });
  afterAll(() => database.drop());
  beforeEach(() => database.reset());

  const found = async (elements: readonly TableElement[]): Promise<readonly unknown[]> => {
    const alembic = new Alembic(
      {},
      {
        engines: database.url,
        metadatas: new MetaData([table('t', elements)]),
        runMkdir: false,
        commandName: false,
      },
    );
    try {
      return await alembic.compareMetadata();
    } finally {
      await alembic.close();
    }
  };

  test.each(Object.entries(cases))('%s', async (_, { there, after = '', same, different }) => {
    await database.exec([
      ...(there.includes('mood') ? [`create type mood as enum ('sad', 'it''s')`] : []),
      `create table t (${there})`,
      after,
    ]);
    for (const elements of same) expect(await found(elements), JSON.stringify(elements)).toEqual([]);
    for (const elements of different) expect(await found(elements), JSON.stringify(elements)).not.toEqual([]);
  });
});
