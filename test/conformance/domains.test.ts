import { expect, test } from 'vitest';
import { array, type DomainOptions, domain } from '../../src/entries/postgresql.ts';
import {
  bigInteger,
  check,
  column,
  enumType,
  index,
  integer,
  numeric,
  sql,
  string,
  table,
  text,
  view,
} from '../../src/index.ts';
import { createDatabase, describeOn } from '../support/databases.ts';
import { type Case, checkCase, differences, withAlembic } from './check-case.ts';

const positive = (options: DomainOptions = {}, type = integer()) =>
  domain('positive', type, { checks: [check(sql`VALUE > 0`, { name: 'is_positive' })], ...options });
const goods = (type: ReturnType<typeof domain>) =>
  table('goods', [column('id', integer()), column('price', type)]);
const goodsSql = 'CREATE TABLE goods (id INTEGER, price positive)';
const positiveSql = 'CREATE DOMAIN positive AS INTEGER CONSTRAINT is_positive CHECK (VALUE > 0)';
const rows = ['INSERT INTO goods VALUES (1, 5), (2, NULL), (3, 12)'];
const hostile = 'd\'"`${x}.*/\n';
const hostileSql = '"d\'""`${x}.*/\n"';

const cases: { readonly [what: string]: Case } = {
  'one that a column defines, before its table': {
    a: [],
    b: [positiveSql, goodsSql],
    models: [goods(positive())],
    kinds: ['createDomain', 'createTable'],
  },
  'one that goes with its last column': {
    a: [positiveSql, goodsSql, 'CREATE DOMAIN other AS TEXT', 'CREATE TABLE t (a other)'],
    b: [
      'CREATE TABLE goods (id INTEGER, price INTEGER)',
      'CREATE DOMAIN other AS TEXT',
      'CREATE TABLE t (a other)',
    ],
    models: [goods(integer()), table('t', [column('a', domain('other', text()))])],
    load: rows,
    kinds: ['alterColumn', 'dropDomain'],
  },
  'a column that gets one': {
    a: ['CREATE TABLE goods (id INTEGER, price INTEGER, CONSTRAINT c CHECK (price < 100))'],
    b: [positiveSql, 'CREATE TABLE goods (id INTEGER, price positive, CONSTRAINT c CHECK (price < 100))'],
    models: [
      table('goods', [
        column('id', integer()),
        column('price', positive()),
        check(sql`price < 100`, { name: 'c' }),
      ]),
    ],
    load: rows,
    kinds: ['createDomain', 'alterColumn'],
  },
  'all that can be said, by itself and in an array': {
    a: ['CREATE SCHEMA app'],
    b: [
      'CREATE SCHEMA app',
      `CREATE DOMAIN app.${hostileSql} AS VARCHAR(9) COLLATE "C" DEFAULT 'it''s' NOT NULL CONSTRAINT ${hostileSql} CHECK (VALUE <> '\\ "') CHECK (length(VALUE) > 1)`,
      `COMMENT ON DOMAIN app.${hostileSql} IS 'a '' comment'`,
      `CREATE TABLE t (a app.${hostileSql}[])`,
    ],
    models: [
      table('t', [
        column(
          'a',
          array(
            domain(hostile, string(9), {
              schema: 'app',
              collation: 'C',
              serverDefault: "it's",
              nullable: false,
              checks: [
                check(sql.raw(`VALUE <> '\\ "'`), { name: hostile }),
                check(sql`length(VALUE) > 1`, { name: `${hostile}_check` }),
              ],
              comment: "a ' comment",
            }),
          ),
        ),
      ]),
    ],
    kinds: ['createDomain', 'createTable'],
  },
  'one that no table uses, over another': {
    a: [],
    b: [positiveSql, 'CREATE DOMAIN small AS positive CONSTRAINT is_small CHECK (VALUE < 10)'],
    models: [
      domain(
        'small',
        domain('positive', integer(), { checks: [check(sql`VALUE > 0`, { name: 'is_positive' })] }),
        {
          checks: [check(sql`VALUE < 10`, { name: 'is_small' })],
        },
      ),
    ],
    kinds: ['createDomain', 'createDomain'],
  },
  'over an enum': {
    a: [],
    b: [
      "CREATE TYPE mood AS ENUM ('sad', 'ok')",
      "CREATE DOMAIN well AS mood CONSTRAINT no CHECK (VALUE <> 'sad')",
      'CREATE TABLE t (a well)',
    ],
    models: [
      table('t', [
        column(
          'a',
          domain('well', enumType(['sad', 'ok'], { name: 'mood' }), {
            checks: [check(sql`VALUE <> 'sad'`, { name: 'no' })],
          }),
        ),
      ]),
    ],
    kinds: ['createEnum', 'createDomain', 'createTable'],
  },
  'checks come, go, change and get other names; default, NOT NULL and comment': {
    a: [
      "CREATE DOMAIN code AS TEXT DEFAULT 'x' NOT NULL CONSTRAINT stays CHECK (length(VALUE) > 0) CONSTRAINT old CHECK (VALUE <> '') CONSTRAINT turns CHECK (VALUE <> 'a') CONSTRAINT goes CHECK (VALUE <> 'b')",
      "COMMENT ON DOMAIN code IS 'a'",
      'CREATE TABLE t (a code)',
    ],
    b: [
      "CREATE DOMAIN code AS TEXT CONSTRAINT stays CHECK (length(VALUE) > 0) CONSTRAINT new CHECK (VALUE <> '') CONSTRAINT turns CHECK (VALUE <> 'c') CONSTRAINT comes CHECK (VALUE <> 'd')",
      "COMMENT ON DOMAIN code IS 'b'",
      'CREATE TABLE t (a code)',
    ],
    models: [
      table('t', [
        column(
          'a',
          domain('code', text(), {
            checks: [
              check(sql`LENGTH( value )>0`, { name: 'stays' }),
              check(sql`VALUE <> ''`, { name: 'new' }),
              check(sql`VALUE <> 'c'`, { name: 'turns' }),
              check(sql`VALUE <> 'd'`, { name: 'comes' }),
            ],
            comment: 'b',
          }),
        ),
      ]),
    ],
    load: ["INSERT INTO t VALUES ('q'), ('w')"],
    kinds: ['alterDomain'],
  },
  'the same in other words': {
    a: [
      "CREATE DOMAIN code AS VARCHAR(8) DEFAULT 'x'::varchar CHECK (VALUE IN ('a', 'x')) CHECK (VALUE BETWEEN 'a' AND 'z') CONSTRAINT l CHECK (VALUE LIKE 'a%' OR VALUE IS NULL)",
      'CREATE DOMAIN n AS NUMERIC(10, 2) DEFAULT -1.5 CHECK (VALUE::integer > -5)',
    ],
    b: [
      "CREATE DOMAIN code AS VARCHAR(8) DEFAULT 'x'::varchar CHECK (VALUE IN ('a', 'x')) CHECK (VALUE BETWEEN 'a' AND 'z') CONSTRAINT l CHECK (VALUE LIKE 'a%' OR VALUE IS NULL)",
      'CREATE DOMAIN n AS NUMERIC(10, 2) DEFAULT -1.5 CHECK (VALUE::integer > -5)',
    ],
    models: [
      domain('code', string(8), {
        serverDefault: 'x',
        checks: [
          check(sql`VALUE in ('a','x')`),
          check(sql`(VALUE >= 'a' AND VALUE <= 'z')`),
          check(sql`value like 'a%' or value is null`, { name: 'l' }),
        ],
      }),
      domain('n', numeric(10, 2), { serverDefault: -1.5, checks: [check(sql`cast(VALUE as int) > -5`)] }),
    ],
    kinds: [],
  },
  'another type: data, defaults, keys, indexes, checks, triggers and views stay': {
    a: [
      positiveSql,
      "COMMENT ON CONSTRAINT is_positive ON DOMAIN positive IS 'why'",
      'CREATE TABLE goods (id positive PRIMARY KEY, price positive DEFAULT 7, list positive[], CONSTRAINT c CHECK (price < 100))',
      'CREATE TABLE refs (id positive REFERENCES goods)',
      'CREATE INDEX ix_price ON goods (price) WHERE price > 3',
      'CREATE VIEW v AS SELECT price, price + 1 AS more FROM goods',
      "COMMENT ON VIEW v IS 'a view'",
    ],
    b: [
      'CREATE DOMAIN positive AS NUMERIC(20) CONSTRAINT is_positive CHECK (VALUE > 0)',
      "COMMENT ON CONSTRAINT is_positive ON DOMAIN positive IS 'why'",
      'CREATE TABLE goods (id positive PRIMARY KEY, price positive DEFAULT 7, list positive[], CONSTRAINT c CHECK (price < 100))',
      'CREATE TABLE refs (id positive REFERENCES goods)',
      'CREATE INDEX ix_price ON goods (price) WHERE price > 3',
      'CREATE VIEW v AS SELECT price, price + 1 AS more FROM goods',
      "COMMENT ON VIEW v IS 'a view'",
    ],
    models: [
      table('goods', [
        column('id', positive({}, numeric(20)), { primaryKey: true }),
        column('price', positive({}, numeric(20)), { serverDefault: 7 }),
        column('list', array(positive({}, numeric(20)))),
        check(sql`price < 100`, { name: 'c' }),
        index('ix_price', ['price'], { where: sql`price > 3` }),
      ]),
      table('refs', [column('id', domain('positive'), { references: 'goods.id' })]),
      view('v', 'SELECT price, price + 1 AS more FROM goods', { comment: 'a view' }),
    ],
    load: [
      "INSERT INTO goods VALUES (1, 5, '{1,2}'), (2, NULL, '{}'), (3, 12, NULL)",
      'INSERT INTO refs VALUES (1), (3)',
    ],
    kinds: [
      'dropConstraint',
      'dropIndex',
      'alterDomain',
      'createCheckConstraint',
      'createIndex',
      'replaceView',
    ],
  },
  'another collation, and a type in other words': {
    a: ['CREATE DOMAIN code AS VARCHAR(5)', 'CREATE TABLE t (a code UNIQUE, b code COLLATE "POSIX")'],
    b: [
      'CREATE DOMAIN code AS VARCHAR(9) COLLATE "C"',
      'CREATE TABLE t (a code UNIQUE, b code COLLATE "POSIX")',
    ],
    models: [
      table('t', [
        column('a', domain('code', string(9, { collation: 'C' })), { unique: true }),
        column('b', domain('code', { collation: 'POSIX' })),
      ]),
    ],
    load: ["INSERT INTO t VALUES ('ab', 'c'), ('B', NULL)"],
    kinds: ['alterDomain'],
  },
};

const others: { readonly [what: string]: Case } = {
  'another type under what no model speaks of: tables, checks, indexes, triggers and views in any schema, rights':
    {
      a: [
        'CREATE SCHEMA app',
        'CREATE SCHEMA far',
        'DO $$ BEGIN CREATE ROLE alembic_reader; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$',
        "CREATE DOMAIN app.d AS VARCHAR(5) DEFAULT 'a' NOT NULL CONSTRAINT c CHECK (VALUE <> 'b')",
        "COMMENT ON DOMAIN app.d IS 'x'",
        'REVOKE ALL ON DOMAIN app.d FROM PUBLIC',
        'GRANT USAGE ON DOMAIN app.d TO alembic_reader',
        'CREATE TABLE far."T t" ("C c" app.d PRIMARY KEY, "(C c)" TEXT, CONSTRAINT k CHECK ("C c" <> \'("C c")::text\'), CONSTRAINT l CHECK (("(C c)")::text <> \'\'))',
        'CREATE INDEX ix ON far."T t" (lower("C c"))',
        "CREATE FUNCTION far.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        'CREATE TRIGGER tr AFTER UPDATE OF "C c" ON far."T t" FOR EACH ROW EXECUTE FUNCTION far.f()',
        'CREATE VIEW far.v AS SELECT "C c" AS one, upper("C c") AS two FROM far."T t"',
      ],
      b: [
        'CREATE SCHEMA app',
        'CREATE SCHEMA far',
        "CREATE DOMAIN app.d AS TEXT DEFAULT 'a' NOT NULL CONSTRAINT c CHECK (VALUE <> 'b')",
        "COMMENT ON DOMAIN app.d IS 'x'",
        'REVOKE ALL ON DOMAIN app.d FROM PUBLIC',
        'GRANT USAGE ON DOMAIN app.d TO alembic_reader',
        'CREATE TABLE far."T t" ("C c" app.d PRIMARY KEY, "(C c)" TEXT, CONSTRAINT k CHECK ("C c" <> \'("C c")::text\'), CONSTRAINT l CHECK (("(C c)")::text <> \'\'))',
        'CREATE INDEX ix ON far."T t" (lower("C c"))',
        "CREATE FUNCTION far.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        'CREATE TRIGGER tr AFTER UPDATE OF "C c" ON far."T t" FOR EACH ROW EXECUTE FUNCTION far.f()',
        'CREATE VIEW far.v AS SELECT "C c" AS one, upper("C c") AS two FROM far."T t"',
      ],
      models: [
        domain('d', text(), {
          schema: 'app',
          serverDefault: 'a',
          nullable: false,
          checks: [check(sql`VALUE <> 'b'`, { name: 'c' })],
          comment: 'x',
        }),
      ],
      load: [`INSERT INTO far."T t" VALUES ('q', 'w'), ('e', NULL)`],
      kinds: ['alterDomain'],
    },
  'another type, while one column of it goes, one comes and one is of it no longer': {
    a: [
      positiveSql,
      'CREATE TABLE t (a positive DEFAULT 1, b positive DEFAULT 2, c positive DEFAULT 3, CONSTRAINT k CHECK (a > 2))',
    ],
    b: [
      'CREATE DOMAIN positive AS BIGINT CONSTRAINT is_positive CHECK (VALUE > 0)',
      'CREATE TABLE t (b positive DEFAULT 2, c INTEGER DEFAULT 3, d positive)',
    ],
    models: [
      table('t', [
        column('b', positive({}, bigInteger()), { serverDefault: 2 }),
        column('c', integer(), { serverDefault: 3 }),
        column('d', domain('positive')),
      ]),
    ],
    kinds: ['dropConstraint', 'alterColumn', 'dropColumn', 'alterDomain', 'addColumn'],
  },
};

describeOn(['postgresql', 'postgresql-server'], 'domains', (kind) => {
  test.each(Object.entries({ ...cases, ...others }))('%s', async (_, each) => checkCase(each, kind));

  test('that are only named are left alone, and so are all without a model of one', async () => {
    await using database = await createDatabase(kind);
    await database.exec([positiveSql, goodsSql, 'CREATE DOMAIN unused AS TEXT']);
    expect(await differences(database, [goods(domain('positive'))])).toEqual([]);
    expect(await differences(database, [goods(domain('positive'))], { includeKinds: ['domain'] })).toEqual([
      'dropDomain',
    ]);
    expect(await differences(database, [goods(domain('positive')), domain('more', text())])).toEqual([
      'createDomain',
      'dropDomain',
    ]);
  });

  test('a value that the new type cannot hold as it is fails the change, and nothing is lost', async () => {
    await using database = await createDatabase(kind);
    await database.exec([
      'CREATE DOMAIN code AS TEXT',
      'CREATE TABLE t (a code)',
      "INSERT INTO t VALUES ('far too long')",
    ]);
    const before = await database.schema();
    await withAlembic(database, [table('t', [column('a', domain('code', string(3)))])], async (alembic) => {
      await alembic.revision('shorter');
      await expect(alembic.upgrade()).rejects.toMatchObject({ code: 'MIGRATION_FAILED' });
    });
    expect(await database.schema()).toBe(before);
    expect(await database.query('SELECT a FROM t')).toEqual([{ a: 'far too long' }]);
  });

  test('what cannot be moved over is named', async () => {
    await using database = await createDatabase(kind);
    await database.exec([
      positiveSql,
      "CREATE FUNCTION f(n positive) RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    ]);
    await withAlembic(database, [positive({}, numeric(9))], async (alembic) => {
      await alembic.revision('wider');
      await expect(alembic.upgrade()).rejects.toThrow(/function f\(positive\)/);
    });
  });

  test('a column that is generated from one is named, too', async () => {
    await using database = await createDatabase(kind);
    await database.exec([
      positiveSql,
      'CREATE TABLE t (a positive, b INTEGER GENERATED ALWAYS AS (a + 1) STORED)',
    ]);
    await withAlembic(database, [positive({}, numeric(9))], async (alembic) => {
      await alembic.revision('wider');
      await expect(alembic.upgrade()).rejects.toMatchObject({ cause: { code: 'BLOCKED_BY_DEPENDENT' } });
    });
  });

  test('by hand', async () => {
    await using database = await createDatabase(kind);
    await withAlembic(database, [], async ({ op }) => {
      await op.createDomain('d', integer(), { checks: [check(sql`VALUE > 0`)] });
      await op.alterDomain('d', { renameChecks: { d_check: 'c' }, serverDefault: 5, nullable: false });
      await op.alterDomain('d', { dropChecks: ['c'], serverDefault: null, type: bigInteger(), comment: 'x' });
      await op.dropDomain('e', { ifExists: true });
    });
    expect(await database.schema()).toContain('"type": "bigint"');
    expect(
      await database.query(
        "SELECT count(*)::int AS n FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype = 'c'",
      ),
    ).toEqual([{ n: 0 }]);
  });

  test('a check that does not look at what is there', async () => {
    await using database = await createDatabase(kind);
    await database.exec([
      'CREATE DOMAIN code AS TEXT',
      'CREATE TABLE t (a code)',
      "INSERT INTO t VALUES ('')",
    ]);
    const models = (notValid: boolean) => [
      domain('code', text(), {
        checks: [check(sql`VALUE <> ''`, { name: 'full', ...(notValid && { postgresql: { notValid } }) })],
      }),
      table('t', [column('a', domain('code'))]),
    ];
    await withAlembic(database, models(true), async (alembic) => {
      await alembic.revision('later');
      await alembic.upgrade();
      expect(await alembic.compareMetadata()).toEqual([]);
    });
    expect(await differences(database, models(false))).toEqual(['alterDomain']);
    await database.exec(['DELETE FROM t', 'ALTER DOMAIN code VALIDATE CONSTRAINT "full"']);
    expect(await differences(database, models(false))).toEqual([]);
    expect(await differences(database, models(true))).toEqual([]);
  });
});
