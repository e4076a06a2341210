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
  sqlType,
  string,
  table,
  text,
} from '../../src/index.ts';
import { exclude } from '../../src/objects/exclude/operations.ts';
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

const reader = `DO $$ BEGIN CREATE ROLE alembic_reader; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`;

/** Body and comment of a function as hostile as can be. */
const hostileBody = "BEGIN\n\tRAISE NOTICE '$f$ ''it''''s'' \\ ${x} ` \\n %', \"a\"\"b\"; -- */\nEND";
const quotedName = '"f\'""`${x}*/\n"';

const onOldest: readonly string[] = [
  reader,
  'REVOKE ALL ON FUNCTION oldest FROM PUBLIC',
  'GRANT EXECUTE ON FUNCTION oldest TO alembic_reader',
  'CREATE VIEW the_oldest AS SELECT oldest()',
];

/** All that can be taken down and put up again around a function. */
const hanging = (returns: string, args: string): readonly string[] => [
  `CREATE FUNCTION twice(${args}) RETURNS ${returns} LANGUAGE sql IMMUTABLE AS 'SELECT (2 * $1)::${returns}'`,
  'CREATE TABLE t (a INTEGER, b BIGINT DEFAULT twice(21), c TEXT)',
];
const onTwice: readonly string[] = [
  'REVOKE ALL ON FUNCTION twice(integer) FROM PUBLIC',
  'GRANT EXECUTE ON FUNCTION twice(integer) TO alembic_reader WITH GRANT OPTION',
  "COMMENT ON FUNCTION twice(integer) IS 'two times'",
  'ALTER TABLE t ADD CONSTRAINT ck CHECK (twice(a) > 0) NOT VALID',
  "COMMENT ON CONSTRAINT ck ON t IS 'a check'",
  'CREATE UNIQUE INDEX ix ON t (twice(a))',
  'CREATE INDEX part ON t (a) WHERE twice(a) < 100',
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
const hangingModels = (
  result: string,
  args: string,
  comment: string | null = 'two times',
): readonly SchemaObject[] => [
  sqlFunction(`twice(${args})`, `${result} LANGUAGE sql IMMUTABLE AS 'SELECT (2 * $1)::${result.slice(8)}'`, {
    comment,
  }),
  sqlFunction('note()', "RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"),
  table('t', [
    column('a', integer()),
    column('b', bigInteger(), { serverDefault: sql`twice(21)` }),
    column('c', text()),
    check(sql`twice(a) > 0`, { name: 'ck', postgresql: { notValid: true } }),
    exclude([[sql`twice(a)`, '=']], { name: 'ex', using: 'btree' }),
    index('ix', [sql`twice(a)`], { unique: true }),
    index('part', ['a'], { where: sql`twice(a) < 100` }),
  ]),
];

const cases: { readonly [what: string]: Case } = {
  'a function whose argument is called as the table that calls it': {
    a: [],
    b: [
      "CREATE FUNCTION norm(t text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT lower(t)'",
      "CREATE TABLE t (s TEXT DEFAULT norm('A'))",
    ],
    models: [
      table('t', [column('s', text(), { serverDefault: sql`norm('A')` })]),
      sqlFunction('norm(t text)', 'RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT lower(t)$$'),
    ],
    kinds: ['createFunction', 'createTable'],
  },
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
  'another argument, under everything that can stand on a function': {
    a: [
      reader,
      ...hanging('integer', 'n integer'),
      ...onTwice.filter((each) => !/twice\(integer\)/.test(each)),
    ],
    b: [
      reader,
      ...hanging('integer', 'n integer, m integer DEFAULT 2'),
      ...onTwice.filter((each) => !/twice\(integer\)/.test(each)),
    ],
    models: [...hangingModels('RETURNS integer', 'n integer, m integer DEFAULT 2', null)],
    load: ["INSERT INTO t VALUES (1, 2, 'a'), (3, 4, 'b')"],
    kinds: ['dropFunction', 'createFunction'],
  },
  'a result of a type that comes with it': {
    a: [
      `CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$SELECT 'a'$$`,
      'CREATE VIEW v AS SELECT f() AS a',
    ],
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
    kinds: ['createEnum', 'createTable', 'replaceFunction'],
  },
  'a default less, under a view': {
    a: [
      `CREATE FUNCTION f(a integer, b integer DEFAULT 1) RETURNS integer LANGUAGE sql AS 'SELECT a + b'`,
      'CREATE VIEW v AS SELECT f(1, 2) AS a',
    ],
    b: [
      `CREATE FUNCTION f(a integer, b integer) RETURNS integer LANGUAGE sql AS 'SELECT a + b'`,
      'CREATE VIEW v AS SELECT f(1, 2) AS a',
    ],
    models: [sqlFunction('f(a int, b int)', `RETURNS int LANGUAGE sql AS 'SELECT a + b'`)],
    kinds: ['replaceFunction'],
  },
  'a trigger function of which the name of the trigger says nothing': {
    a: [
      usersSql(),
      `CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'`,
      'CREATE TRIGGER g BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION f()',
    ],
    b: [
      usersSql(', age INTEGER'),
      `CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN NEW.age := 1; RETURN NEW; END'`,
      'CREATE TRIGGER g BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION f()',
    ],
    models: [
      sqlFunction(
        'f()',
        `RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN NEW.age := 1; RETURN NEW; END'`,
      ),
      users(column('age', integer())),
    ],
    kinds: ['replaceFunction', 'addColumn'],
  },
  'a body that is no text, and columns that come and go': {
    a: [
      usersSql(', age INTEGER'),
      'CREATE FUNCTION oldest() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT max(age) FROM users; END',
      ...onOldest,
    ],
    b: [
      usersSql(', born INTEGER'),
      'CREATE FUNCTION oldest() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT max(2026 - born) FROM users; END',
      ...onOldest,
    ],
    models: [
      users(column('born', integer())),
      sqlFunction(
        'oldest()',
        'RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT max(2026 - born) FROM users; END',
      ),
    ],
    kinds: ['dropFunction', 'dropColumn', 'addColumn', 'createFunction'],
  },
  'bodies that only another search path understands': {
    a: [
      'CREATE SCHEMA app',
      'CREATE TABLE app.things (id INTEGER)',
      'SET check_function_bodies = off',
      `CREATE FUNCTION old() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM things'`,
      `CREATE FUNCTION changed() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM things'`,
      'SET check_function_bodies = on',
    ],
    b: [
      'CREATE SCHEMA app',
      'CREATE TABLE app.things (id INTEGER)',
      'SET check_function_bodies = off',
      `CREATE FUNCTION new() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM things'`,
      `CREATE FUNCTION changed() RETURNS bigint LANGUAGE sql AS 'SELECT max(id) FROM things'`,
      'SET check_function_bodies = on',
    ],
    models: [
      table('things', [column('id', integer())], { schema: 'app' }),
      sqlFunction('new()', `RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM things'`, {
        checkBody: false,
      }),
      sqlFunction('changed()', `RETURNS bigint LANGUAGE sql AS 'SELECT max(id) FROM things'`, {
        checkBody: false,
      }),
    ],
    kinds: ['createFunction', 'replaceFunction', 'dropFunction'],
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

  test("of a database are left alone by models without functions; aggregates and what is an extension's always", async () => {
    const database = await createDatabase(kind);
    try {
      await database.exec([
        usersSql(),
        twice(),
        'CREATE EXTENSION citext',
        'CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer)',
        // the server's own form of what is no text: names that are read at once
        `CREATE FUNCTION size(OUT n bigint) LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM users WHERE users.id > 0; END`,
        `CREATE FUNCTION short(a integer) RETURNS integer LANGUAGE sql RETURN short.a + 1`,
      ]);
      const all = [
        users(),
        twiceModel(),
        sqlFunction(
          'size(OUT n int8)',
          'LANGUAGE sql BEGIN ATOMIC select count(*) from users where id > 0; END;',
        ),
        sqlFunction('short(a int)', 'RETURNS int LANGUAGE sql RETURN short.a+1'),
      ];
      expect(await differences(database, [users()])).toEqual([]);
      expect(await differences(database, all)).toEqual([]);
      expect(await differences(database, all.slice(0, 2))).toEqual(['dropFunction', 'dropFunction']);
      expect(await differences(database, [users()], { includeKinds: ['function'] })).toHaveLength(3);
    } finally {
      await database.drop();
    }
  });

  test('are found under whatever spelling of their arguments', async () => {
    const database = await createDatabase(kind);
    try {
      await database.exec([
        'CREATE SCHEMA app',
        'CREATE DOMAIN app.name AS text',
        'CREATE TABLE users (id INTEGER, name app.name)',
        `CREATE FUNCTION f(a users, b app.name, c public.users, d integer[][], e users.name%TYPE) RETURNS users.id%TYPE LANGUAGE sql AS 'SELECT 1'`,
        `CREATE FUNCTION f(a users) RETURNS integer LANGUAGE sql AS 'SELECT 1'`,
      ]);
      const models = [
        sqlFunction(
          'f(a public.users, b "app"."name", c "users", d int array, e public.users.name%TYPE)',
          `RETURNS public.users.id%TYPE LANGUAGE sql AS 'SELECT 1'`,
        ),
        sqlFunction('f(a public."users")', `RETURNS int LANGUAGE sql AS 'SELECT 2'`),
        table('users', [column('id', integer()), column('name', sqlType('app.name'))]),
      ];
      expect(await differences(database, models)).toEqual(['replaceFunction']);
      await withAlembic(database, models, async (alembic) => {
        await alembic.revision('two');
        await alembic.upgrade();
        expect(await alembic.compareMetadata()).toEqual([]);
        await alembic.downgrade();
        expect((await alembic.compareMetadata()).map((each) => each.kind)).toEqual(['replaceFunction']);
      });
    } finally {
      await database.drop();
    }
  });

  test('are replaced by hand, whatever they were, and more than once', async () => {
    const database = await createDatabase(kind);
    try {
      await database.exec([twice(), 'CREATE VIEW v AS SELECT twice(2) AS a', "COMMENT ON VIEW v IS 'x'"]);
      await withAlembic(database, [], async ({ op }) => {
        await op.replaceFunction('twice(n int)', "RETURNS numeric LANGUAGE sql AS 'SELECT n * 2.0'");
        await op.createFunction('p()', "RETURNS void LANGUAGE sql AS 'SELECT 1'");
        await op.replaceFunction('p()', "LANGUAGE sql AS 'SELECT 1'", { procedure: true, comment: 'y' });
        await op.replaceFunction('twice(m int)', `RETURNS text LANGUAGE sql AS $$ SELECT 'it''s' $$`);
        await op.dropFunction('p()', { procedure: true });
        await op.dropFunction('p()', { procedure: true, ifExists: true });
      });
      expect(await database.query('SELECT a, twice(m => 1) AS b FROM v')).toEqual([{ a: "it's", b: "it's" }]);
      expect(await database.query("SELECT obj_description('v'::regclass) AS said")).toEqual([{ said: 'x' }]);
      await withAlembic(database, [], async ({ op }) => {
        await expect(
          op.createFunction(`${'f'.repeat(64)}()`, "RETURNS void LANGUAGE sql AS 'SELECT 1'"),
        ).rejects.toMatchObject({ cause: { code: 'NAME_TOO_LONG' } });
      });
    } finally {
      await database.drop();
    }
  });

  test.each([
    [
      'CREATE TABLE t (a INTEGER, b INTEGER GENERATED ALWAYS AS (twice(a)) STORED)',
      'the generated column b of table t',
    ],
    ['CREATE TABLE t (a INTEGER); CREATE POLICY p ON t USING (twice(a) > 1)', 'policy p on table t'],
    ['CREATE OPERATOR @* (FUNCTION = twice, RIGHTARG = integer)', 'operator @*(NONE,integer)'],
    ['CREATE TABLE t (a INTEGER) PARTITION BY RANGE (twice(a))', 'table t'],
  ])("that can't be made again under what stands on them are refused before: %s", async (sql, blocker) => {
    const database = await createDatabase(kind);
    try {
      await database.exec([twice(), sql]);
      const before = await database.schema();
      await withAlembic(
        database,
        [twiceModel('SELECT n * 2', 'bigint')],
        async (alembic) => {
          await alembic.revision('to bigint');
          await expect(alembic.upgrade()).rejects.toMatchObject({
            cause: { code: 'BLOCKED_BY_DEPENDENT' },
            message: expect.stringContaining(blocker),
          });
        },
        { includeObject: (_, __, type) => type !== 'table' },
      );
      expect(await database.schema()).toBe(before);
    } finally {
      await database.drop();
    }
  });
});

describeOn(['sqlite'], 'functions', (kind) => {
  test('are refused where there are none', async () => {
    const database = await createDatabase(kind);
    try {
      await expect(differences(database, [twiceModel()])).rejects.toMatchObject({
        code: 'UNSUPPORTED_OPERATION',
      });
      await withAlembic(database, [], async (alembic) => {
        for (const call of [
          () => alembic.op.createFunction('f()', 'RETURNS int'),
          () => alembic.op.replaceFunction('f()', 'RETURNS int'),
          () => alembic.op.dropFunction('f()'),
        ])
          await expect(call()).rejects.toMatchObject({ cause: { code: 'UNSUPPORTED_OPERATION' } });
      });
    } finally {
      await database.drop();
    }
  });
});

test.each([
  ['f', 'no parenthesis'],
  ['f(', 'left open'],
  ['f(a b c)', "'a b c'"],
  ['f() x', 'follows'],
  ['app.f()', 'option schema'],
  ['1()', 'name'],
  ['f(a integer); DROP TABLE users; --', 'follows'],
])("a signature that isn't one is refused: %s", (signature, why) => {
  expect(() => sqlFunction(signature, 'RETURNS int')).toThrow(why);
});

test.each([
  ['f()', ''],
  ['F(a int, b text default $$x,)$$, variadic c int[])', 'integer, text, integer[]'],
  [
    'f(double precision, IN OUT x character varying(10)[], out y int)',
    'double precision, character varying[]',
  ],
  ['"My Fn"("char", "text", pg_catalog.int4, s."T x", a.b%TYPE)', '"char", text, integer, s."T x", a.b%TYPE'],
  [
    'f(time timestamptz(3), t time (2) with time zone, interval year to month)',
    'timestamp with time zone, time with time zone, interval',
  ],
  [
    'f(x numeric(10,2) = 1, y int array[3], float(24), float, national character(3))',
    'numeric, integer[], real, double precision, character',
  ],
  ['f(/* a, b */ text text -- x\n)', 'text'],
])('the arguments of %s are read as the server reads them', (signature, qualifier) => {
  expect(sqlFunction(signature, 'RETURNS int').qualifier).toBe(qualifier);
});
