import { expect, test } from 'vitest';
import {
  bigInteger,
  check,
  column,
  computed,
  enumType,
  index,
  integer,
  type SchemaObject,
  sql,
  sqlFunction,
  string,
  table,
  text,
  view,
} from '../../src/index.ts';
import { createDatabase, describeOn } from '../support/databases.ts';
import { type Case, checkCase, differences } from './check-case.ts';

const users = (...more: Parameters<typeof table>[1]): SchemaObject =>
  table('users', [
    column('id', integer(), { primaryKey: true, autoincrement: false }),
    column('name', string(40)),
    ...more,
  ]);
const usersSql = (more = ''): string =>
  `CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(40)${more})`;

const twice = (body = 'SELECT n * 2', returns = 'integer', args = 'n integer'): string =>
  `CREATE FUNCTION twice(${args}) RETURNS ${returns} LANGUAGE sql IMMUTABLE AS '${body}'`;
const twiceModel = (body = 'SELECT n * 2', returns = 'integer', args = 'n integer'): SchemaObject =>
  sqlFunction(`twice(${args})`, `RETURNS ${returns} IMMUTABLE LANGUAGE sql AS $$${body}$$;`);

const reader = `DO $$ BEGIN CREATE ROLE alembic_reader; EXCEPTION WHEN duplicate_object THEN NULL; END $$`;

/** Body and comment of a function as hostile as can be. */
const hostileBody = "BEGIN\n\tRAISE NOTICE '$f$ ''it''''s'' \\ ${x} ` \\n %', \"a\"\"b\"; -- */\nEND";
const hostileName = 'f\'"`${x}*/\n';
const quotedName = '"f\'""`${x}*/\n"';

/** All that can be taken down and put up again around a function. */
const hanging = (returns: string, args: string): readonly string[] => [
  `CREATE FUNCTION twice(${args}) RETURNS ${returns} LANGUAGE sql IMMUTABLE AS 'SELECT (2 * $1)::${returns}'`,
  "CREATE TABLE t (a INTEGER, b BIGINT DEFAULT twice(21), c TEXT)",
  "CREATE TABLE child () INHERITS (t)",
];
const onTwice: readonly string[] = [
  'REVOKE ALL ON FUNCTION twice(integer) FROM PUBLIC',
  'GRANT EXECUTE ON FUNCTION twice(integer) TO alembic_reader WITH GRANT OPTION',
  "COMMENT ON FUNCTION twice(integer) IS 'two times'",
  'ALTER TABLE t ADD CONSTRAINT ck CHECK (twice(a) > 0) NOT VALID',
  "COMMENT ON CONSTRAINT ck ON t IS 'a check'",
  'CREATE UNIQUE INDEX ix ON t (twice(a)) WHERE twice(a) < 100',
  "COMMENT ON INDEX ix IS 'an index'",
  'ALTER TABLE t CLUSTER ON ix',
  'CREATE STATISTICS st ON (twice(a)), c FROM t',
  'ALTER TABLE t ADD CONSTRAINT ex EXCLUDE USING btree (twice(a) WITH =)',
  'CREATE DOMAIN evens AS INTEGER CONSTRAINT dk CHECK (twice(VALUE) > 0)',
  'CREATE VIEW v AS SELECT a, twice(a) AS b FROM t',
  "COMMENT ON VIEW v IS 'a view'",
  'GRANT SELECT ON v TO alembic_reader',
  'CREATE VIEW w AS SELECT b FROM v',
  "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
  'CREATE TRIGGER g AFTER UPDATE OF a ON t FOR EACH ROW WHEN (twice(NEW.a) > 1) EXECUTE FUNCTION note()',
  "COMMENT ON TRIGGER g ON t IS 'a trigger'",
  'ALTER TABLE t ENABLE ALWAYS TRIGGER g',
];
const hangingModels = (result: string, args: string, comment: string | null = 'two times'): readonly SchemaObject[] => [
  sqlFunction(`twice(${args})`, `${result} LANGUAGE sql IMMUTABLE AS 'SELECT (2 * $1)::${result.slice(8)}'`, { comment }),
  sqlFunction('note()', "RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"),
  table('t', [
    column('a', integer()),
    column('b', bigInteger(), { serverDefault: sql`twice(21)` }),
    column('c', text()),
    check(sql`twice(a) > 0`, { name: 'ck', postgresql: { notValid: true } }),
    exclude([[sql`twice(a)`, '=']], { name: 'ex', using: 'btree' }),
    index('ix', [sql`twice(a)`], { unique: true, where: sql`twice(a) < 100` }),
  ]),
  table('child', [
    column('a', integer()),
    column('b', bigInteger(), { serverDefault: sql`twice(21)` }),
    column('c', text()),
  ], { postgresql: { inherits: 't' } }),
];

const cases: { readonly [what: string]: Case } = {
  'a function of each sort': {
    a: [],
    b: [
      twice(),
      `CREATE FUNCTION many(VARIADIC rest integer[], OUT total bigint, OUT first integer) LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 7 AS 'SELECT sum(x), min(x) FROM unnest(rest) x'`,
      `CREATE FUNCTION rows_of(n timestamp with time zone DEFAULT now()) RETURNS TABLE(a integer, b text) LANGUAGE plpgsql SECURITY DEFINER SET search_path TO 'pg_catalog' ROWS 12 AS 'BEGIN RETURN QUERY SELECT 1, n::text; END'`,
      `CREATE PROCEDURE clean(INOUT n integer, "Some Text" character varying DEFAULT 'x, )') LANGUAGE plpgsql AS 'BEGIN n := n + 1; END'`,
      `COMMENT ON FUNCTION twice(integer) IS 'it''s'`,
      `COMMENT ON PROCEDURE clean(integer, varchar) IS 'a procedure'`,
    ],
    models: [
      sqlFunction('twice(n int4)', sql`RETURNS int LANGUAGE sql IMMUTABLE AS $$SELECT n * 2$$`, {
        comment: "it's",
      }),
      sqlFunction(
        'many(VARIADIC rest int[], OUT total int8, first OUT int)',
        'LANGUAGE SQL STRICT STABLE PARALLEL SAFE COST 7 AS $$SELECT sum(x), min(x) FROM unnest(rest) x$$',
      ),
      sqlFunction(
        'rows_of(n timestamptz(3) = now())',
        'RETURNS TABLE (a int, b text) ROWS 12 LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $x$BEGIN RETURN QUERY SELECT 1, n::text; END$x$',
      ),
      sqlFunction(
        `clean(INOUT n int, "Some Text" varchar(10) DEFAULT 'x, )')`,
        'LANGUAGE plpgsql AS $$BEGIN n := n + 1; END$$',
        { procedure: true, comment: 'a procedure' },
      ),
    ],
    kinds: ['createFunction', 'createFunction', 'createFunction', 'createFunction'],
  },
  'names and bodies as hostile as can be': {
    a: [],
    b: [
      `CREATE FUNCTION ${quotedName}("a ""b" text) RETURNS void LANGUAGE plpgsql AS $body$${hostileBody}$body$`,
      `COMMENT ON FUNCTION ${quotedName}(text) IS $c$${hostileBody}$c$`,
    ],
    models: [
      sqlFunction(
        `${quotedName}("a ""b" text)`,
        `RETURNS void LANGUAGE plpgsql AS $body$${hostileBody}$body$ -- the end;`,
        { comment: hostileBody },
      ),
    ],
    kinds: ['createFunction'],
  },
  'overloads come, go and change each by itself': {
    a: [
      twice(),
      `CREATE FUNCTION twice(n text) RETURNS text LANGUAGE sql AS 'SELECT n || n'`,
      `CREATE FUNCTION twice(n numeric) RETURNS numeric LANGUAGE sql AS 'SELECT n + n'`,
    ],
    b: [
      twice(),
      `CREATE FUNCTION twice(n numeric) RETURNS numeric LANGUAGE sql AS 'SELECT n * 2'`,
      `CREATE FUNCTION twice(n integer, m integer) RETURNS integer LANGUAGE sql AS 'SELECT n * m'`,
    ],
    models: [
      twiceModel(),
      sqlFunction('twice(n decimal(3))', `RETURNS numeric LANGUAGE sql AS 'SELECT n * 2'`),
      sqlFunction('twice(n integer, m integer)', `RETURNS integer LANGUAGE sql AS 'SELECT n * m'`),
    ],
    kinds: ['replaceFunction', 'dropFunction', 'createFunction'],
  },
  'rights, owner and comment survive a change of the body': {
    a: [
      reader,
      twice(),
      'REVOKE ALL ON FUNCTION twice FROM PUBLIC',
      'GRANT EXECUTE ON FUNCTION twice TO alembic_reader',
      "COMMENT ON FUNCTION twice IS 'x'",
    ],
    b: [
      reader,
      twice('SELECT n + n'),
      'REVOKE ALL ON FUNCTION twice FROM PUBLIC',
      'GRANT EXECUTE ON FUNCTION twice TO alembic_reader',
      "COMMENT ON FUNCTION twice IS 'y'",
    ],
    models: [
      sqlFunction('twice(n integer)', `RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT n + n'`, {
        comment: 'y',
      }),
    ],
    kinds: ['replaceFunction'],
  },
  'a table whose default, check, generated column and index call functions; one of them reads another table':
    {
      a: [],
      b: [
        usersSql(),
        `CREATE FUNCTION next_rank() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM users'`,
        twice(),
        `CREATE TABLE ranks (rank BIGINT DEFAULT next_rank(), n INTEGER, m INTEGER GENERATED ALWAYS AS (twice(n)) STORED, CONSTRAINT ck CHECK (twice(n) > 0))`,
        'CREATE INDEX ix ON ranks (twice(n))',
      ],
      models: [
        table('ranks', [
          column('rank', bigInteger(), { serverDefault: sql`next_rank()` }),
          column('n', integer()),
          column('m', integer(), { computed: computed(sql`twice(n)`, { persisted: true }) }),
          check(sql`twice(n) > 0`, { name: 'ck' }),
          index('ix', [sql`twice(n)`]),
        ]),
        twiceModel(),
        sqlFunction('next_rank()', `RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM users'`),
        users(),
      ],
      kinds: ['createTable', 'createFunction', 'createFunction', 'createTable', 'createIndex'],
    },
  'functions that call each other, and a table whose default counts the table': {
    a: [],
    b: [
      'SET check_function_bodies = off',
      `CREATE FUNCTION even(n integer) RETURNS boolean LANGUAGE sql AS 'SELECT n = 0 OR odd(n - 1)'`,
      `CREATE FUNCTION odd(n integer) RETURNS boolean LANGUAGE sql AS 'SELECT n <> 0 AND even(n - 1)'`,
      `CREATE FUNCTION size() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM things'`,
      'CREATE TABLE things (id INTEGER, rank BIGINT DEFAULT size())',
      'SET check_function_bodies = on',
    ],
    models: [
      sqlFunction('even(n integer)', `RETURNS boolean LANGUAGE sql AS 'SELECT n = 0 OR odd(n - 1)'`),
      sqlFunction('odd(n integer)', `RETURNS boolean LANGUAGE sql AS 'SELECT n <> 0 AND even(n - 1)'`),
      sqlFunction('size()', `RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM things'`),
      table('things', [
        column('id', integer()),
        column('rank', bigInteger(), { serverDefault: sql`size()` }),
      ]),
    ],
    kinds: ['createFunction', 'createFunction', 'createFunction', 'createTable'],
  },
  'types and tables as arguments, in whatever spelling': {
    a: [],
    b: [
      'CREATE SCHEMA app',
      `CREATE TYPE mood AS ENUM ('sad', 'ok')`,
      'CREATE TABLE people (mood mood)',
      usersSql(),
      `CREATE FUNCTION app.f(who users, how mood, name users.name%TYPE) RETURNS SETOF users LANGUAGE sql AS 'SELECT who'`,
    ],
    models: [
      sqlFunction(
        'f(who public.users, how "public".mood, name users.name%TYPE)',
        `RETURNS SETOF public.users LANGUAGE sql AS 'SELECT who'`,
        { schema: 'app' },
      ),
      users(),
      table('people', [column('mood', enumType(['sad', 'ok'], { name: 'mood' }))]),
    ],
    kinds: ['createSchema', 'createEnum', 'createTable', 'createTable', 'createFunction'],
  },
  'a function that goes with its table': {
    a: [twice(), 'CREATE TABLE t (a INTEGER DEFAULT twice(2))', 'CREATE TABLE u (a INTEGER)'],
    b: ['CREATE TABLE u (a INTEGER)'],
    models: [table('u', [column('a', integer())])],
    includeKinds: ['function'],
    kinds: ['dropTable', 'dropFunction'],
  },
  'another result, under everything that can stand on a function': {
    a: [reader, ...hanging('integer', 'n integer'), ...onTwice],
    b: [reader, ...hanging('bigint', 'm integer'), ...onTwice],
    models: [...hangingModels('RETURNS bigint', 'm integer')],
    load: ["INSERT INTO t VALUES (1, 2, 'a'), (3, 4, 'b')"],
    kinds: ['replaceFunction'],
  },
  'other types of arguments, under everything that can stand on a function': {
    a: [reader, ...hanging('integer', 'n integer'), ...onTwice.filter((each) => !/twice\(integer\)/.test(each))],
    b: [reader, ...hanging('integer', 'n bigint'), ...onTwice.filter((each) => !/twice\(integer\)/.test(each))],
    models: [...hangingModels('RETURNS integer', 'n bigint', null)],
    load: ["INSERT INTO t VALUES (1, 2, 'a'), (3, 4, 'b')"],
    kinds: ['dropFunction', 'createFunction'],
  },
  'a result of a type that comes with it': {
    a: [`CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$SELECT 'a'$$`, 'CREATE VIEW v AS SELECT f() AS a'],
    b: [
      `CREATE TYPE mood AS ENUM ('a', 'b')`,
      'CREATE TABLE t (mood mood)',
      `CREATE FUNCTION f() RETURNS mood LANGUAGE sql AS $$SELECT 'a'::mood$$`,
      'CREATE VIEW v AS SELECT f() AS a',
    ],
    models: [
      sqlFunction('f()', `RETURNS mood LANGUAGE sql AS $$SELECT 'a'::mood$$`),
      table('t', [column('mood', enumType(['a', 'b'], { name: 'mood' }))]),
    ],
    kinds: ['createEnum', 'replaceFunction', 'createTable'],
  },
  'a function becomes a procedure': {
    a: [`CREATE FUNCTION f(a integer) RETURNS void LANGUAGE sql AS 'SELECT 1'`],
    b: [`CREATE PROCEDURE f(a integer) LANGUAGE sql AS 'SELECT 1'`],
    models: [sqlFunction('f(a integer)', `LANGUAGE sql AS 'SELECT 1'`, { procedure: true })],
    kinds: ['replaceFunction'],
  },
};

describeOn(['postgresql', 'postgresql-server'], 'functions', (kind) => {
  test.each(Object.entries(cases))('%s', async (_, each) => {
    await checkCase(each, kind);
  });
});
