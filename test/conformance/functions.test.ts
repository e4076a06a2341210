import { expect, test } from 'vitest';
import {
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
import { type Case, checkCase, differences, withAlembic } from './check-case.ts';

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
    kinds: ['dropFunction', 'replaceFunction', 'createFunction'],
  },
  'rights, owner and comment survive a change of the body': {
    a: [reader, twice(), 'REVOKE ALL ON FUNCTION twice FROM PUBLIC', 'GRANT EXECUTE ON FUNCTION twice TO alembic_reader', "COMMENT ON FUNCTION twice IS 'x'"],
    b: [reader, twice('SELECT n + n'), 'REVOKE ALL ON FUNCTION twice FROM PUBLIC', 'GRANT EXECUTE ON FUNCTION twice TO alembic_reader', "COMMENT ON FUNCTION twice IS 'y'"],
    models: [
      sqlFunction('twice(n integer)', `RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT n + n'`, {
        comment: 'y',
      }),
    ],
    kinds: ['replaceFunction'],
  },
  'a table whose default, check, generated column and index call functions; one of them reads another table': {
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
        column('rank', { ...integer(), name: 'bigInteger' }, { serverDefault: sql`next_rank()` }),
        column('n', integer()),
        column('m', integer(), { computed: computed(sql`twice(n)`, { persisted: true }) }),
        check(sql`twice(n) > 0`, { name: 'ck' }),
        index('ix', [sql`twice(n)`]),
      ]),
      twiceModel(),
      sqlFunction('next_rank()', `RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM users'`),
      users(),
    ],
    kinds: ['createFunction', 'createTable', 'createFunction', 'createTable'],
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
        column('rank', { ...integer(), name: 'bigInteger' }, { serverDefault: sql`size()` }),
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
    kinds: ['createSchema', 'createEnum', 'createTable', 'createFunction', 'createTable'],
  },
  'a function that goes with its table': {
    a: [twice(), 'CREATE TABLE t (a INTEGER DEFAULT twice(2))', 'CREATE TABLE u (a INTEGER)'],
    b: ['CREATE TABLE u (a INTEGER)'],
    models: [table('u', [column('a', integer())])],
    context: { includeKinds: ['function'] },
    kinds: ['dropTable', 'dropFunction'],
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
