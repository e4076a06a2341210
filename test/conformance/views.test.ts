import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  Alembic,
  bigInteger,
  column,
  enumType,
  index,
  integer,
  MetaData,
  materializedView,
  numeric,
  primaryKey,
  type SqlFunction,
  sql,
  sqlFunction,
  string,
  type Table,
  table,
  text,
  type View,
  view,
} from '../../src/index.ts';
import { createDatabase, type DatabaseKind, describeOn, type TestDatabase } from '../support/databases.ts';
import type { TableColumns } from '../support/rows.ts';
import { differences as differencesOf } from './check-case.ts';
import { converge, isRight } from './converge.ts';

const users = (...more: Table['columns']): Table =>
  table('users', [
    column('id', integer(), { primaryKey: true, autoincrement: false }),
    column('name', string(40)),
    column('age', integer()),
    ...more,
  ]);
const usersSql = (more = '', age = 'INTEGER'): string =>
  `CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(40), age ${age}${more})`;
const city = column('city', text());

/** What hangs on a view, and what else that needs. */
const hanging = [
  'CREATE TABLE log (id INTEGER)',
  "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
  'DO $$ BEGIN CREATE ROLE alembic_reader; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$',
];
const onBase = [
  "COMMENT ON VIEW base IS 'the base'",
  "COMMENT ON COLUMN base.age IS 'it''s $$ in years'",
  'ALTER VIEW base ALTER COLUMN age SET DEFAULT 7',
  'GRANT SELECT, INSERT ON base TO alembic_reader WITH GRANT OPTION',
  'GRANT UPDATE (age) ON base TO PUBLIC',
  'CREATE TRIGGER notes INSTEAD OF INSERT ON base FOR EACH ROW EXECUTE FUNCTION note()',
  "COMMENT ON TRIGGER notes ON base IS 'a trigger'",
  'CREATE RULE watch AS ON DELETE TO base DO INSTEAD INSERT INTO log VALUES (1)',
  'CREATE MATERIALIZED VIEW "over" WITH (fillfactor = 60) AS SELECT id, age FROM base',
  'CREATE UNIQUE INDEX ix_over ON "over" (id)',
  "COMMENT ON INDEX ix_over IS 'an index'",
  'REVOKE SELECT ON "over" FROM CURRENT_USER',
  'CREATE VIEW over_over WITH (security_barrier = true) AS SELECT o.id, b.age FROM "over" o JOIN base b USING (id)',
];
const over = [
  table('log', [column('id', integer())]),
  materializedView('over', 'SELECT id, age FROM base', {
    indexes: [index('ix_over', ['id'], { unique: true })],
    postgresql: { with: { fillfactor: 60 } },
  }),
  view('over_over', 'SELECT o.id, b.age FROM "over" o JOIN base b USING (id)', {
    postgresql: { with: { security_barrier: true } },
  }),
];

interface Case {
  readonly a: readonly string[];
  readonly b: readonly string[];
  readonly models: readonly (Table | View | SqlFunction)[];
  /** operations of the way up, in their order */
  readonly kinds: readonly string[] | ((kind: DatabaseKind) => readonly string[]);
  readonly load?: readonly string[];
  readonly survives?: readonly TableColumns[];
  readonly includeKinds?: readonly string[];
}

/** A view that is bound to its columns is replaced, with what stands on it; elsewhere it is dropped and made. */
const replaced = (kind: DatabaseKind): readonly string[] =>
  kind === 'sqlite' ? ['dropView', 'createView'] : ['replaceView'];

const everywhere: { readonly [what: string]: Case } = {
  'a view and its table, made in the right order': {
    a: [],
    b: [usersSql(), 'CREATE VIEW adults AS SELECT id, name FROM users WHERE age >= 18'],
    models: [view('adults', 'SELECT id, name FROM users WHERE age >= 18'), users()],
    kinds: ['createTable', 'createView'],
  },
  'views over views, whatever their order in the models': {
    a: [usersSql()],
    b: [
      usersSql(),
      'CREATE VIEW zz AS SELECT id, name, age FROM users',
      'CREATE VIEW mm AS SELECT id, name FROM zz WHERE age > 1',
      'CREATE VIEW aa AS SELECT name FROM mm',
    ],
    models: [
      view('aa', 'SELECT name FROM mm'),
      view('mm', 'SELECT id, name FROM zz WHERE age > 1'),
      view('zz', 'SELECT id, name, age FROM users'),
      users(),
    ],
    kinds: ['createView', 'createView', 'createView'],
  },
  'a view whose query changes': {
    a: [usersSql(), 'CREATE VIEW adults AS SELECT id, name FROM users WHERE age >= 18'],
    b: [usersSql(), 'CREATE VIEW adults AS SELECT name FROM users WHERE age >= 21'],
    models: [users(), view('adults', 'SELECT name FROM users WHERE age >= 21')],
    kinds: replaced,
  },
  'a view that reads a column which comes': {
    a: [usersSql(), 'CREATE VIEW places AS SELECT id FROM users'],
    b: [usersSql(', city TEXT'), 'CREATE VIEW places AS SELECT id, city FROM users'],
    models: [users(city), view('places', 'SELECT id, city FROM users')],
    kinds: (kind) =>
      kind === 'sqlite' ? ['dropView', 'addColumn', 'createView'] : ['addColumn', 'replaceView'],
  },
  'a view that read a column which goes': {
    a: [usersSql(', city TEXT'), 'CREATE VIEW places AS SELECT id, city FROM users'],
    b: [usersSql(), 'CREATE VIEW places AS SELECT id FROM users'],
    models: [users(), view('places', 'SELECT id FROM users')],
    kinds: (kind) =>
      kind === 'sqlite' ? ['dropView', 'dropColumn', 'createView'] : ['dropColumn', 'replaceView'],
  },
  'a view of all columns, one of which is new': {
    a: [usersSql(), 'CREATE VIEW everybody AS SELECT * FROM users'],
    b: [usersSql(', city TEXT'), 'CREATE VIEW everybody AS SELECT * FROM users'],
    models: [users(city), view('everybody', 'SELECT * FROM users')],
    kinds: (kind) =>
      kind === 'sqlite' ? ['dropView', 'addColumn', 'createView'] : ['addColumn', 'replaceView'],
  },
  'a view of all columns, one of which goes': {
    a: [usersSql(', city TEXT'), 'CREATE VIEW everybody AS SELECT * FROM users'],
    b: [usersSql(), 'CREATE VIEW everybody AS SELECT * FROM users'],
    models: [users(), view('everybody', 'SELECT * FROM users')],
    kinds: (kind) =>
      kind === 'sqlite' ? ['dropView', 'dropColumn', 'createView'] : ['dropColumn', 'replaceView'],
  },
  'a view that goes with its table': {
    a: [usersSql(), 'CREATE TABLE other (id INTEGER)', 'CREATE VIEW adults AS SELECT id FROM users'],
    b: ['CREATE TABLE other (id INTEGER)'],
    models: [table('other', [column('id', integer())])],
    includeKinds: ['view'],
    kinds: ['dropView', 'dropTable'],
  },
  'names and literals as hostile as can be': {
    a: [],
    b: [
      'CREATE TABLE "t\'""`${x}*/\n" ("select" INTEGER)',
      'CREATE VIEW "v\'""`${x}*/\n" AS SELECT "select" AS "a b", \'it\'\'s */ -- ` ${y}\' AS c FROM "t\'""`${x}*/\n"',
    ],
    models: [
      view('v\'"`${x}*/\n', 'SELECT "select" AS "a b", \'it\'\'s */ -- ` ${y}\' AS c FROM "t\'""`${x}*/\n"'),
      table('t\'"`${x}*/\n', [column('select', integer())]),
    ],
    kinds: ['createTable', 'createView'],
  },
  'a column made wider under a view': {
    a: [usersSql(), 'CREATE VIEW adults AS SELECT id, age FROM users WHERE age >= 18'],
    b: [usersSql('', 'NUMERIC(10)'), 'CREATE VIEW adults AS SELECT id, age FROM users WHERE age >= 18'],
    models: [
      table('users', [
        column('id', integer(), { primaryKey: true, autoincrement: false }),
        column('name', string(40)),
        column('age', numeric(10)),
      ]),
      view('adults', 'SELECT id, age FROM users WHERE age >= 18'),
    ],
    load: ["INSERT INTO users VALUES (1, 'a', 30), (2, 'b', 3)"],
    kinds: (kind) => (kind === 'sqlite' ? ['alterColumn'] : ['alterColumn', 'replaceView']),
  },
};

const onPostgresql: { readonly [what: string]: Case } = {
  'a materialized view with indexes, options and comments': {
    a: [usersSql()],
    b: [
      usersSql(),
      'CREATE MATERIALIZED VIEW totals WITH (fillfactor = 70) AS SELECT age, count(*) AS n FROM users GROUP BY age',
      'CREATE UNIQUE INDEX ix_totals ON totals (age)',
      'CREATE INDEX ix_n ON totals (n DESC) WHERE n > 1',
      "COMMENT ON MATERIALIZED VIEW totals IS 'it''s'",
    ],
    models: [
      users(),
      materializedView('totals', sql`SELECT age, count(*) AS n FROM users GROUP BY age`, {
        indexes: [
          index('ix_totals', ['age'], { unique: true }),
          index('ix_n', [{ column: 'n', order: 'DESC' }], { where: sql`n > 1` }),
        ],
        comment: "it's",
        postgresql: { with: { fillfactor: 70 } },
      }),
    ],
    kinds: ['createView'],
  },
  'an index of a materialized view': {
    a: [
      usersSql(),
      'CREATE MATERIALIZED VIEW totals AS SELECT age, count(*) AS n FROM users GROUP BY age',
      'CREATE INDEX ix_old ON totals (n)',
    ],
    b: [
      usersSql(),
      'CREATE MATERIALIZED VIEW totals AS SELECT age, count(*) AS n FROM users GROUP BY age',
      'CREATE UNIQUE INDEX ix_totals ON totals (age)',
    ],
    models: [
      users(),
      materializedView('totals', sql`SELECT age, count(*) AS n FROM users GROUP BY age`, {
        indexes: [index('ix_totals', ['age'], { unique: true })],
      }),
    ],
    kinds: ['dropIndex', 'createIndex'],
  },
  'an index of a materialized view that steps aside in the same plan': {
    a: [
      usersSql(),
      'CREATE MATERIALIZED VIEW ages AS SELECT id, age FROM users',
      'CREATE INDEX ix_old ON ages (id)',
      'CREATE INDEX ix_kept ON ages (id, age)',
      "COMMENT ON INDEX ix_kept IS 'kept'",
    ],
    b: [
      usersSql('', 'BIGINT'),
      'CREATE MATERIALIZED VIEW ages AS SELECT id, age FROM users',
      'CREATE UNIQUE INDEX ix_new ON ages (id)',
      'CREATE INDEX ix_kept ON ages (id, age)',
      "COMMENT ON INDEX ix_kept IS 'kept'",
    ],
    models: [
      table('users', [
        column('id', integer(), { primaryKey: true, autoincrement: false }),
        column('name', string(40)),
        column('age', bigInteger()),
      ]),
      materializedView('ages', 'SELECT id, age FROM users', {
        indexes: [index('ix_new', ['id'], { unique: true }), index('ix_kept', ['id', 'age'])],
      }),
    ],
    kinds: ['dropIndex', 'alterColumn', 'createIndex'],
  },
  'a view that becomes a materialized one': {
    a: [usersSql(), 'CREATE VIEW totals AS SELECT count(*) AS n FROM users'],
    b: [usersSql(), 'CREATE MATERIALIZED VIEW totals AS SELECT count(*) AS n FROM users'],
    models: [users(), materializedView('totals', 'SELECT count(*) AS n FROM users;')],
    kinds: ['dropView', 'createView'],
  },
  'options and a comment': {
    a: [usersSql(), 'CREATE VIEW adults AS SELECT id FROM users WHERE age > 18'],
    b: [
      usersSql(),
      'CREATE VIEW adults WITH (security_barrier = true, check_option = local) AS SELECT id FROM users WHERE age > 18',
      "COMMENT ON VIEW adults IS 'x'",
    ],
    models: [
      users(),
      view('adults', 'SELECT id FROM users WHERE age > 18', {
        comment: 'x',
        postgresql: { with: { security_barrier: true, check_option: 'local' } },
      }),
    ],
    kinds: ['replaceView'],
  },
  'a view in another schema': {
    a: ['CREATE SCHEMA app', 'CREATE TABLE app.t (id INTEGER)'],
    b: [
      'CREATE SCHEMA app',
      'CREATE TABLE app.t (id INTEGER)',
      'CREATE VIEW app.v (a) AS SELECT id FROM app.t',
    ],
    models: [
      table('t', [column('id', integer())], { schema: 'app' }),
      view('v', 'SELECT id FROM app.t', { schema: 'app', columns: ['a'] }),
    ],
    kinds: ['createView'],
  },
  'what stands on a replaced view: views, rights, comments, indexes, triggers, rules, defaults': {
    a: [usersSql(), ...hanging, 'CREATE VIEW base AS SELECT id, age FROM users', ...onBase],
    b: [
      usersSql(),
      ...hanging,
      'CREATE VIEW base AS SELECT id, age, name FROM users WHERE age > 0',
      ...onBase,
    ],
    models: [
      users(),
      view('base', 'SELECT id, age, name FROM users WHERE age > 0', { comment: 'the base' }),
      ...over,
    ],
    kinds: ['replaceView'],
  },
  'what stands on a column with a new type': {
    a: [usersSql(), ...hanging, 'CREATE VIEW base AS SELECT id, age FROM users', ...onBase],
    b: [usersSql('', 'BIGINT'), ...hanging, 'CREATE VIEW base AS SELECT id, age FROM users', ...onBase],
    models: [
      table('users', [
        column('id', integer(), { primaryKey: true, autoincrement: false }),
        column('name', string(40)),
        column('age', bigInteger()),
      ]),
      view('base', 'SELECT id, age FROM users', { comment: 'the base' }),
      ...over,
    ],
    load: ["INSERT INTO users VALUES (1, 'a', 30), (2, 'b', 3)"],
    kinds: ['alterColumn'],
  },
  'views that no model speaks of, over an enum whose values change their order': {
    a: [
      "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')",
      'CREATE TABLE people (id INTEGER, mood mood)',
      "CREATE VIEW happy AS SELECT id FROM people WHERE mood = 'happy'",
      'CREATE VIEW happier AS SELECT id FROM happy',
    ],
    b: [
      "CREATE TYPE mood AS ENUM ('happy', 'sad')",
      'CREATE TABLE people (id INTEGER, mood mood)',
      "CREATE VIEW happy AS SELECT id FROM people WHERE mood = 'happy'",
      'CREATE VIEW happier AS SELECT id FROM happy',
    ],
    models: [
      table('people', [
        column('id', integer()),
        column('mood', enumType(['happy', 'sad'], { name: 'mood' })),
      ]),
    ],
    load: ["INSERT INTO people VALUES (1, 'happy'), (2, 'sad')"],
    kinds: ['alterEnum'],
  },
  'a view grouped by a primary key that gets another name': {
    a: [
      'CREATE TABLE t (id INTEGER NOT NULL, n TEXT, CONSTRAINT old_pk PRIMARY KEY (id))',
      'CREATE VIEW v AS SELECT id, n FROM t GROUP BY id',
    ],
    b: [
      'CREATE TABLE t (id INTEGER NOT NULL, n TEXT, CONSTRAINT new_pk PRIMARY KEY (id, n))',
      'CREATE VIEW v AS SELECT id, n FROM t GROUP BY id, n',
    ],
    models: [
      table('t', [
        column('id', integer(), { nullable: false }),
        column('n', text(), { nullable: false }),
        primaryKey(['id', 'n'], { name: 'new_pk' }),
      ]),
      view('v', 'SELECT id, n FROM t GROUP BY id, n'),
    ],
    kinds: ['alterColumn', 'replaceView', 'dropConstraint', 'createPrimaryKey'],
  },
};

const chain = (...names: readonly string[]): readonly string[] => [
  'CREATE VIEW v1 AS SELECT * FROM users',
  'CREATE VIEW v2 AS SELECT * FROM v1',
  `CREATE VIEW v3${names.length === 0 ? '' : ` (${names.join(', ')})`} AS SELECT two.* FROM v2 AS two`,
];
const chained = (columns?: readonly string[]): readonly View[] => [
  view('v3', 'SELECT two.* FROM v2 AS two', columns === undefined ? {} : { columns }),
  view('v1', 'SELECT * FROM users'),
  view('v2', 'SELECT * FROM v1'),
];
const app = (...more: readonly string[]): readonly string[] => [
  'CREATE SCHEMA app',
  'CREATE SCHEMA "Ap""p.2"',
  'CREATE TABLE app.t (id INTEGER)',
  ...more,
];
const pathSql = `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = public, "Ap""p.2", app', current_database()); END $$`;
const shout = (columns: string, body: string): string =>
  `CREATE FUNCTION shout(above integer) RETURNS TABLE (${columns}) LANGUAGE sql AS '${body}'`;

/** Views over what changes in the same revision. */
const overChanges: { readonly [what: string]: Case } = {
  'all columns of all columns, one of which is new': {
    a: [usersSql(), ...chain()],
    b: [usersSql(', city TEXT'), ...chain()],
    models: [users(city), ...chained()],
    kinds: ['addColumn', 'replaceView', 'replaceView', 'replaceView'],
    load: ["INSERT INTO users VALUES (1, 'a', 30)"],
    survives: [{ table: 'users', columns: ['id', 'name', 'age'] }],
  },
  'all columns of all columns, one of which goes, and other names': {
    a: [usersSql(', city TEXT'), ...chain('a', 'b', 'c', 'd')],
    b: [usersSql(), ...chain('a', 'b', 'd')],
    models: [users(), ...chained(['a', 'b', 'd'])],
    kinds: ['dropColumn', 'replaceView', 'replaceView', 'replaceView'],
  },
  'all columns of a view with another query, kept as rows': {
    a: [
      usersSql(),
      'CREATE VIEW v1 AS SELECT id, age FROM users',
      'CREATE MATERIALIZED VIEW v2 AS SELECT * FROM v1',
      'CREATE UNIQUE INDEX ix ON v2 (id)',
      'CREATE VIEW v3 AS SELECT v2.*, 1 AS one FROM v2',
    ],
    b: [
      usersSql(),
      'CREATE VIEW v1 AS SELECT id, name FROM users WHERE age > 3',
      'CREATE MATERIALIZED VIEW v2 AS SELECT * FROM v1',
      'CREATE UNIQUE INDEX ix ON v2 (id)',
      'CREATE VIEW v3 AS SELECT v2.*, 1 AS one FROM v2',
    ],
    models: [
      users(),
      view('v1', 'SELECT id, name FROM users WHERE age > 3'),
      materializedView('v2', 'SELECT * FROM v1', { indexes: [index('ix', ['id'], { unique: true })] }),
      view('v3', 'SELECT v2.*, 1 AS one FROM v2'),
    ],
    kinds: ['replaceView', 'replaceView', 'replaceView'],
  },
  'a view whose columns are called otherwise': {
    a: [
      usersSql(),
      'CREATE VIEW v1 (a, b) AS SELECT id, age FROM users',
      'CREATE VIEW v2 AS SELECT * FROM v1',
    ],
    b: [
      usersSql(),
      'CREATE VIEW v1 (c, b) AS SELECT id, age FROM users',
      'CREATE VIEW v2 AS SELECT * FROM v1',
    ],
    models: [
      users(),
      view('v1', 'SELECT id, age FROM users', { columns: ['c', 'b'] }),
      view('v2', 'SELECT * FROM v1'),
    ],
    kinds: ['replaceView', 'replaceView'],
  },
  'an expression over a column of another type, and the same words over it': {
    a: [
      usersSql(),
      'CREATE VIEW v1 AS SELECT id, age FROM users',
      'CREATE VIEW v2 AS SELECT id, age + 1 AS more, age > 3 AS is_old FROM v1',
      'CREATE VIEW v3 AS SELECT * FROM v2',
    ],
    b: [
      usersSql('', 'NUMERIC(10)'),
      'CREATE VIEW v1 AS SELECT id, age FROM users',
      'CREATE VIEW v2 AS SELECT id, age + 1 AS more, age > 3 AS is_old FROM v1',
      'CREATE VIEW v3 AS SELECT * FROM v2',
    ],
    models: [
      table('users', [
        column('id', integer(), { primaryKey: true, autoincrement: false }),
        column('name', string(40)),
        column('age', numeric(10)),
      ]),
      view('v1', 'SELECT id, age FROM users'),
      view('v2', 'SELECT id, age + 1 AS more, age > 3 AS is_old FROM v1'),
      view('v3', 'SELECT * FROM v2'),
    ],
    load: ["INSERT INTO users VALUES (1, 'a', 30)"],
    kinds: ['alterColumn', 'replaceView'],
  },
  'a view that reads none of what changes stays as it is': {
    a: [usersSql(), 'CREATE VIEW v1 AS SELECT id FROM users', 'CREATE VIEW v2 AS SELECT * FROM v1'],
    b: [
      usersSql(', city TEXT'),
      'CREATE VIEW v1 AS SELECT id FROM users',
      'CREATE VIEW v2 AS SELECT * FROM v1',
    ],
    models: [users(city), view('v1', 'SELECT id FROM users'), view('v2', 'SELECT * FROM v1')],
    kinds: ['addColumn'],
  },
  'what a function gives, which gives more now': {
    a: [
      usersSql(),
      shout('id integer', 'SELECT id FROM users WHERE age > above'),
      'CREATE VIEW v1 AS SELECT * FROM shout(3)',
      'CREATE VIEW v2 AS SELECT * FROM v1',
    ],
    b: [
      usersSql(),
      shout('id integer, name text', 'SELECT id, name FROM users WHERE age > above'),
      'CREATE VIEW v1 AS SELECT * FROM shout(3)',
      'CREATE VIEW v2 AS SELECT * FROM v1',
    ],
    models: [
      users(),
      sqlFunction(
        'shout(above integer)',
        "RETURNS TABLE (id integer, name text) LANGUAGE sql AS 'SELECT id, name FROM users WHERE age > above'",
      ),
      view('v1', 'SELECT * FROM shout(3)'),
      view('v2', 'SELECT * FROM v1'),
    ],
    kinds: ['replaceFunction', 'replaceView', 'replaceView'],
  },
  'what a function gives, which are the rows of a table': {
    a: [
      usersSql(),
      "CREATE FUNCTION everybody() RETURNS SETOF users LANGUAGE sql AS 'SELECT * FROM users'",
      'CREATE VIEW v1 AS SELECT * FROM everybody()',
      'CREATE VIEW v2 AS SELECT * FROM v1',
    ],
    b: [
      usersSql(', city TEXT'),
      "CREATE FUNCTION everybody() RETURNS SETOF users LANGUAGE sql AS 'SELECT * FROM users'",
      'CREATE VIEW v1 AS SELECT * FROM everybody()',
      'CREATE VIEW v2 AS SELECT * FROM v1',
    ],
    models: [
      users(city),
      sqlFunction('everybody()', "RETURNS SETOF users LANGUAGE sql AS 'SELECT * FROM users'"),
      view('v1', 'SELECT * FROM everybody()'),
      view('v2', 'SELECT * FROM v1'),
    ],
    kinds: ['addColumn', 'replaceView', 'replaceView'],
  },
  'what is found by a search path of several schemas': {
    a: [
      ...app(
        'CREATE VIEW app.v1 AS SELECT * FROM app.t -- all of it\n',
        'CREATE VIEW v2 AS SELECT * FROM app.v1',
      ),
      pathSql,
    ],
    b: [
      ...app('ALTER TABLE app.t ADD name TEXT', 'CREATE VIEW app.v1 AS SELECT * FROM app.t'),
      'CREATE VIEW v2 AS SELECT * FROM app.v1',
      pathSql,
    ],
    models: [
      table('t', [column('id', integer()), column('name', text())], { schema: 'app' }),
      view('v1', 'SELECT * FROM t -- all of it', { schema: 'app' }),
      view('v2', 'SELECT * FROM v1; -- too'),
    ],
    kinds: ['replaceView', 'addColumn', 'replaceView'],
  },
  'what the server may not be asked about': {
    a: ['CREATE SCHEMA alembic_scratch_0', usersSql(), ...chain()],
    b: ['CREATE SCHEMA alembic_scratch_0', usersSql(', city TEXT'), ...chain()],
    models: [users(city), ...chained()],
    kinds: ['addColumn', 'replaceView', 'replaceView', 'replaceView'],
  },
  'what is in other schemas': {
    a: app(
      'CREATE VIEW app.v1 AS SELECT * FROM app.t',
      'CREATE VIEW "Ap""p.2".v2 AS SELECT v1.* FROM app.v1',
      'CREATE VIEW v3 AS SELECT app.id FROM "Ap""p.2".v2 AS app JOIN app.t USING (id)',
      'CREATE VIEW app.v4 AS SELECT * FROM "Ap""p.2".v2, public.v3 AS other (more)',
    ),
    b: [
      ...app().slice(0, 2),
      'CREATE TABLE app.t (id BIGINT, name TEXT)',
      'CREATE VIEW app.v1 AS SELECT * FROM app.t',
      'CREATE VIEW "Ap""p.2".v2 AS SELECT v1.* FROM app.v1',
      'CREATE VIEW v3 AS SELECT app.id FROM "Ap""p.2".v2 AS app JOIN app.t USING (id)',
      'CREATE VIEW app.v4 AS SELECT * FROM "Ap""p.2".v2, public.v3 AS other (more)',
    ],
    models: [
      table('t', [column('id', bigInteger()), column('name', text())], { schema: 'app' }),
      view('v1', 'SELECT * FROM app.t', { schema: 'app' }),
      view('v2', 'SELECT v1.* FROM app.v1', { schema: 'Ap"p.2' }),
      view('v3', 'SELECT app.id FROM "Ap""p.2".v2 AS app JOIN app.t USING (id)'),
      view('v4', 'SELECT * FROM "Ap""p.2".v2, public.v3 AS other (more)', { schema: 'app' }),
    ],
    kinds: ['alterColumn', 'addColumn', 'replaceView', 'replaceView', 'replaceView'],
  },
  'a new table and a new view between': {
    a: [usersSql(), 'CREATE VIEW v1 AS SELECT id FROM users', 'CREATE VIEW v2 AS SELECT * FROM v1'],
    b: [
      usersSql(),
      'CREATE TABLE more (id INTEGER, note TEXT)',
      'CREATE VIEW v0 AS SELECT * FROM more JOIN users USING (id)',
      'CREATE VIEW v1 AS SELECT * FROM v0',
      'CREATE VIEW v2 AS SELECT * FROM v1',
    ],
    models: [
      users(),
      table('more', [column('id', integer()), column('note', text())]),
      view('v2', 'SELECT * FROM v1'),
      view('v1', 'SELECT * FROM v0'),
      view('v0', 'SELECT * FROM more JOIN users USING (id)'),
    ],
    kinds: ['createTable', 'createView', 'replaceView', 'replaceView'],
  },
  'a column of an enum that is new': {
    a: [usersSql(), ...chain()],
    b: ["CREATE TYPE mood AS ENUM ('sad', 'ok')", usersSql(', mood mood'), ...chain()],
    models: [users(column('mood', enumType(['sad', 'ok'], { name: 'mood' }))), ...chained()],
    kinds: ['createEnum', 'addColumn', 'replaceView', 'replaceView', 'replaceView'],
  },
  'a group by the key of a table that changes': {
    a: [
      usersSql(),
      'CREATE VIEW v1 AS SELECT users.*, count(*) AS n FROM users GROUP BY id',
      'CREATE VIEW v2 AS SELECT * FROM v1',
    ],
    b: [
      usersSql(', city TEXT'),
      'CREATE VIEW v1 AS SELECT users.*, count(*) AS n FROM users GROUP BY id',
      'CREATE VIEW v2 AS SELECT * FROM v1',
    ],
    models: [
      users(city),
      view('v1', 'SELECT users.*, count(*) AS n FROM users GROUP BY id'),
      view('v2', 'SELECT * FROM v1'),
    ],
    kinds: ['addColumn', 'replaceView', 'replaceView'],
  },
};

async function check(each: Case, kind: DatabaseKind): Promise<void> {
  await using database = await createDatabase(kind);
  await using fresh = await createDatabase(kind);
  const rootPath = mkdtempSync(join(tmpdir(), 'alembic-views-'));
  const context = each.includeKinds === undefined ? {} : { includeKinds: each.includeKinds };
  const models = new MetaData(each.models);
  try {
    await database.exec(each.a);
    await using alembic = new Alembic(
      { rootPath },
      { engines: database.engine, metadatas: models, commandName: false, context },
    );
    const wanted = typeof each.kinds === 'function' ? each.kinds(kind) : each.kinds;
    expect((await alembic.compareMetadata()).map((diff) => diff.kind)).toEqual(wanted);
  } finally {
    rmSync(rootPath, { recursive: true, force: true });
  }
  const outcome = await converge(
    {
      id: 'views',
      ddlA: each.a,
      ddlB: each.b,
      models,
      context,
      ...(each.load && { load: each.load, move: each.load }),
      ...(each.survives && { survives: each.survives }),
    },
    database,
    fresh,
  );
  expect(outcome.problem).toBeNull();
  expect(isRight(outcome)).toBe(true);
}

describeOn(['sqlite', 'postgresql', 'postgresql-server'], 'views', (kind) => {
  const cases = { ...everywhere, ...(kind === 'sqlite' ? {} : { ...onPostgresql, ...overChanges }) };
  test.each(Object.entries(cases))('%s', async (_, each) => {
    await check(each, kind);
  });

  test('of a database are left alone by models without views', async () => {
    await using database = await createDatabase(kind);
    await database.exec([usersSql(), 'CREATE VIEW adults AS SELECT id FROM users']);
    const differences = async (options: object, ...models: (Table | View)[]): Promise<readonly string[]> => {
      const rootPath = mkdtempSync(join(tmpdir(), 'alembic-views-'));
      try {
        await using alembic = new Alembic(
          { rootPath },
          { engines: database.engine, metadatas: new MetaData(models), commandName: false, ...options },
        );
        return (await alembic.compareMetadata()).map((each) => each.kind);
      } finally {
        rmSync(rootPath, { recursive: true, force: true });
      }
    };
    expect(await differences({}, users())).toEqual([]);
    expect(await differences({ context: { includeKinds: ['view'] } }, users())).toEqual(['dropView']);
    expect(await differences({}, users(), view('other', 'SELECT 1 AS a'))).toEqual([
      'createView',
      'dropView',
    ]);
  });
});

/** Runs an upgrade that is written by hand. */
async function upgrade(database: TestDatabase, up: string): Promise<void> {
  const rootPath = mkdtempSync(join(tmpdir(), 'alembic-views-'));
  try {
    await using alembic = new Alembic({ rootPath }, { engines: database.engine, commandName: false });
    const header =
      "export const revision = 'r1';\nexport const downRevision = null;\nexport const branchLabels = null;\nexport const dependsOn = null;\n";
    writeFileSync(
      join(rootPath, 'migrations', 'r1.mjs'),
      `${header}export async function upgrade(op) { ${up} }\nexport async function downgrade() {}\n`,
    );
    await alembic.upgrade();
  } finally {
    rmSync(rootPath, { recursive: true, force: true });
  }
}

/** What the reader of test/support doesn't tell of views: owners, whether they are filled, what is said of their rules, indexes and statistics. */
const beside = `
  SELECT 'view' AS kind, c.relname::text AS name, json_build_array(pg_get_viewdef(c.oid), pg_get_userbyid(c.relowner), c.relispopulated, obj_description(c.oid, 'pg_class'))::text AS what
    FROM pg_class c WHERE c.relkind IN ('v', 'm') AND c.relnamespace = 'public'::regnamespace
  UNION ALL SELECT 'column', c.relname || '.' || a.attname, json_build_array(a.attstattarget, a.attstorage, (SELECT array_agg(o ORDER BY o) FROM unnest(a.attoptions) o WHERE o ~ '^n_distinct'))::text
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid WHERE c.relkind IN ('m', 'i') AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND c.relname <> 'alembic_version_pkc'
  UNION ALL SELECT 'index', c.relname, json_build_array(pg_get_indexdef(c.oid), i.indisclustered, obj_description(c.oid, 'pg_class'))::text
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relnamespace = 'public'::regnamespace AND c.relname <> 'alembic_version_pkc'
  UNION ALL SELECT 'rule', rulename, json_build_array(pg_get_ruledef(oid), obj_description(oid, 'pg_rewrite'))::text FROM pg_rewrite WHERE rulename = 'watch'
  UNION ALL SELECT 'statistics', stxname, json_build_array(pg_get_statisticsobjdef(oid), obj_description(oid, 'pg_statistic_ext'), stxstattarget)::text FROM pg_statistic_ext
  ORDER BY 1, 2`;

describeOn(['postgresql', 'postgresql-server'], 'operations under views', (kind) => {
  test('one that cannot be parsed keeps no other from being compared as it will be', async () => {
    await using database = await createDatabase(kind);
    await database.exec(['CREATE TABLE t (a integer)', 'CREATE VIEW v AS SELECT a FROM t']);
    const models = [
      table('t', [column('a', bigInteger())]),
      view('v', 'SELECT a FROM t'),
      view('w', 'SELECT * FROMM t'),
    ];
    expect(await differencesOf(database, models)).toEqual(['alterColumn', 'createView']);
  });

  const wider =
    "op.alterColumn('users', 'age', { type: types.bigInteger(), existingType: types.integer() });";
  const start = [usersSql(', city TEXT'), "INSERT INTO users VALUES (1, 'a', 30, 'x')"];
  const run = (database: TestDatabase, up: string): Promise<void> =>
    upgrade(
      database,
      `const types = await import(${JSON.stringify(new URL('../../src/index.ts', import.meta.url).href)}); ${up}`,
    );
  const definition = async (database: TestDatabase, name: string): Promise<string> => {
    const [row] = await database.query<{ text: string }>(
      `SELECT pg_get_viewdef('${name}'::regclass) AS text`,
    );
    return row?.text.replaceAll(/\s+/g, ' ').trim() ?? '';
  };

  test('what views and what hangs on them have beside their definitions stays', async () => {
    await using database = await createDatabase(kind);
    await database.exec([
      ...start,
      'DO $$ BEGIN CREATE ROLE "alembic owner"; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$',
      'GRANT SELECT ON users TO "alembic owner"',
      'CREATE VIEW base AS SELECT id, age, city FROM users',
      'ALTER VIEW base OWNER TO "alembic owner"',
      "COMMENT ON VIEW base IS 'the base'",
      'CREATE RULE watch AS ON DELETE TO base DO INSTEAD NOTHING',
      "COMMENT ON RULE watch ON base IS 'it''s a rule'",
      'CREATE MATERIALIZED VIEW "ov er" AS SELECT id, age, city FROM base',
      'COMMENT ON MATERIALIZED VIEW "ov er" IS \'over it\'',
      'ALTER MATERIALIZED VIEW "ov er" ALTER COLUMN city SET STORAGE EXTERNAL',
      'ALTER MATERIALIZED VIEW "ov er" ALTER COLUMN city SET STATISTICS 33',
      'ALTER MATERIALIZED VIEW "ov er" ALTER COLUMN city SET (n_distinct = 5)',
      'CREATE INDEX ix ON "ov er" ((age + 1), id)',
      'ALTER INDEX ix ALTER COLUMN 1 SET STATISTICS 77',
      "COMMENT ON INDEX ix IS 'an index'",
      'ALTER MATERIALIZED VIEW "ov er" CLUSTER ON ix',
      'CREATE STATISTICS counted ON id, city FROM "ov er"',
      "COMMENT ON STATISTICS counted IS 'counted'",
      'ALTER STATISTICS counted SET STATISTICS 50',
      'CREATE MATERIALIZED VIEW unfilled AS SELECT age FROM users WITH NO DATA',
      'ALTER MATERIALIZED VIEW unfilled OWNER TO "alembic owner"',
    ]);
    const facts = (): Promise<readonly object[]> => database.query(beside);
    const before = await facts();
    expect(before.length).toBeGreaterThan(10);
    await run(database, wider);
    expect(await facts()).toEqual(before);
  });

  test('a view that was dropped or replaced before in the same plan stays so', async () => {
    await using database = await createDatabase(kind);
    await database.exec([
      ...start,
      'CREATE VIEW gone AS SELECT age FROM users',
      'CREATE VIEW aa AS SELECT age FROM users',
      'CREATE VIEW zz AS SELECT age FROM users',
      "COMMENT ON COLUMN aa.age IS 'in years'",
    ]);
    await run(
      database,
      `op.dropView('gone');
       op.replaceView('aa', 'SELECT city, age FROM users WHERE age IN (SELECT age FROM zz)');
       op.replaceView('zz', 'SELECT age FROM users WHERE age > 1');
       op.execute("INSERT INTO users SELECT 2, city, age, NULL FROM aa");
       ${wider}
       op.execute("UPDATE users SET name = 'seen' WHERE id IN (SELECT 2 FROM aa)");`,
    );
    expect(await definition(database, 'aa')).toMatch(
      /SELECT (users\.)?city, (users\.)?age FROM users WHERE .*zz/,
    );
    expect(await definition(database, 'zz')).toMatch(/age > 1/);
    expect(await database.query("SELECT to_regclass('gone')::text AS gone")).toEqual([{ gone: null }]);
    expect(await database.query('SELECT name FROM users WHERE id = 2')).toEqual([{ name: 'seen' }]);
    expect(await database.query("SELECT col_description('aa'::regclass, 2) AS said")).toEqual([
      { said: 'in years' },
    ]);
  });

  test('so it does without anything that is run in between', async () => {
    await using database = await createDatabase(kind);
    await database.exec([
      ...start,
      'CREATE VIEW gone AS SELECT age FROM users',
      'CREATE VIEW aa AS SELECT age FROM users',
    ]);
    await run(
      database,
      `op.dropView('gone');
       op.replaceView('aa', 'SELECT city, age FROM users');
       op.createTable('between', []);
       ${wider}`,
    );
    expect(await definition(database, 'aa')).toMatch(/SELECT (users\.)?city, (users\.)?age FROM users/);
    expect(await database.query("SELECT to_regclass('gone')::text AS gone")).toEqual([{ gone: null }]);
  });

  test('a view that waits for its replacement holds up its readers', async () => {
    await using database = await createDatabase(kind);
    await database.exec([
      ...start,
      'CREATE VIEW aa AS SELECT id, age, city FROM users',
      "COMMENT ON COLUMN aa.city IS 'goes'",
      'CREATE VIEW bb AS SELECT age FROM aa',
    ]);
    await run(
      database,
      `op.dropColumn('users', 'city');
       op.createTable('between', []);
       op.replaceView('aa', 'SELECT id, age FROM users');`,
    );
    expect(await definition(database, 'aa')).toMatch(/SELECT (users\.)?id, (users\.)?age FROM users/);
    expect(await definition(database, 'bb')).toMatch(/SELECT (aa\.)?age FROM aa/);
  });

  test('a trigger that is dropped while its view is down stays away', async () => {
    await using database = await createDatabase(kind);
    await database.exec([
      ...start,
      "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
      'CREATE VIEW v AS SELECT age FROM users',
      'CREATE TRIGGER gone INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION note()',
      'CREATE TRIGGER "it\'s" INSTEAD OF UPDATE ON v FOR EACH ROW EXECUTE FUNCTION note()',
    ]);
    await run(
      database,
      `${wider} op.dropTrigger('gone', 'v'); op.replaceView('v', 'SELECT age, id FROM users');`,
    );
    expect(
      await database.query('SELECT tgname::text AS name FROM pg_trigger WHERE NOT tgisinternal'),
    ).toEqual([{ name: "it's" }]);
  });

  test.each([
    ['before its view steps aside', (said: string) => `${said} ${wider}`],
    [
      'while its view waits for its replacement',
      (said: string) =>
        `${wider} ${said} op.replaceView('v', 'SELECT id, age, city FROM users', { comment: 'new' }); op.replaceView('m', 'SELECT age, id FROM users', { materialized: true, indexes: [types.index('ix', ['age']), types.index('made', ['id'])] });`,
    ],
  ])('what is made and said %s, is so afterwards', async (_, up) => {
    await using database = await createDatabase(kind);
    await database.exec([
      ...start,
      "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
      'CREATE VIEW v AS SELECT id, age FROM users',
      "COMMENT ON VIEW v IS 'old'",
      "COMMENT ON COLUMN v.id IS 'old'",
      "COMMENT ON COLUMN v.age IS 'old'",
      'CREATE MATERIALIZED VIEW m AS SELECT id, age FROM users',
      'CREATE INDEX ix ON m (age)',
      "COMMENT ON INDEX ix IS 'old'",
      'ALTER MATERIALIZED VIEW m CLUSTER ON ix',
    ]);
    await run(
      database,
      up(`op.commentOn('index', 'ix', 'new'); op.commentOn('viewColumn', 'age', 'new', { table: 'v' }); op.commentOn('viewColumn', 'id', null, { table: 'v' });
          op.createIndex('made', 'm', ['id']); op.commentOn('index', 'made', 'new');
          op.replaceView('v', 'SELECT id, age FROM users', { comment: 'new', existing: types.view('v', 'SELECT id, age FROM users', { comment: 'old' }) });
          op.createTrigger('note', 'v', 'INSTEAD OF INSERT FOR EACH ROW EXECUTE FUNCTION note()');`),
    );
    expect(
      await database.query(
        "SELECT obj_description('ix'::regclass) AS index, obj_description('made'::regclass) AS made, obj_description('v'::regclass) AS view, col_description('v'::regclass, 1) AS id, col_description('v'::regclass, 2) AS age",
      ),
    ).toEqual([{ index: 'new', made: 'new', view: 'new', id: null, age: 'new' }]);
    expect(
      await database.query(
        'SELECT tgrelid::regclass::text AS on, tgname::text AS name FROM pg_trigger WHERE NOT tgisinternal UNION ALL SELECT indrelid::regclass::text, indexrelid::regclass::text FROM pg_index WHERE indisclustered',
      ),
    ).toEqual([
      { on: 'v', name: 'note' },
      { on: 'm', name: 'ix' },
    ]);
  });

  test('an index that goes while its view waits, or that its replacement does not have, stays away', async () => {
    await using database = await createDatabase(kind);
    await database.exec([
      ...start,
      'CREATE MATERIALIZED VIEW m AS SELECT id, age FROM users',
      'CREATE INDEX ix ON m (age)',
      'CREATE INDEX iy ON m (id)',
      'CREATE MATERIALIZED VIEW n AS SELECT id, age FROM users',
      'CREATE INDEX iz ON n (id)',
      "COMMENT ON INDEX iz IS 'said'",
    ]);
    await run(
      database,
      `${wider} op.dropIndex('ix', { table: 'm' }); op.replaceView('m', 'SELECT age, id FROM users', { materialized: true });
       op.replaceView('n', 'SELECT age FROM users', { materialized: true, indexes: [types.index('iz', ['age'])] });
       op.dropIndex('iz', { table: 'n' });
       op.alterColumn('users', 'age', { type: types.numeric(), existingType: types.bigInteger() });`,
    );
    expect(
      await database.query("SELECT relname::text AS name FROM pg_class WHERE relname ~ '^i[xyz]$'"),
    ).toEqual([]);
  });

  test('a materialized view that becomes one without rows, and the other way round', async () => {
    await using database = await createDatabase(kind);
    await database.exec([
      ...start,
      'CREATE MATERIALIZED VIEW a AS SELECT id, age FROM users',
      'CREATE INDEX ix ON a (age)',
      'ALTER MATERIALIZED VIEW a ALTER COLUMN age SET STATISTICS 33',
      'CREATE VIEW b AS SELECT id, age FROM users',
      'ALTER VIEW b ALTER COLUMN age SET DEFAULT 1',
      'GRANT SELECT ON a, b TO PUBLIC',
    ]);
    await run(
      database,
      `${wider} op.replaceView('a', 'SELECT id, age FROM users', { existing: types.materializedView('a', 'SELECT id, age FROM users', { indexes: [types.index('ix', ['age'])] }) });
       op.replaceView('b', 'SELECT id, age FROM users', { materialized: true, existing: types.view('b', 'SELECT id, age FROM users') });
       op.alterColumn('users', 'age', { type: types.numeric(), existingType: types.bigInteger() });`,
    );
    expect(
      await database.query(
        "SELECT relname::text AS name, relkind::text AS kind, array_length(relacl, 1) AS rights FROM pg_class WHERE relname IN ('a', 'b') ORDER BY 1",
      ),
    ).toEqual([
      { name: 'a', kind: 'v', rights: 2 },
      { name: 'b', kind: 'm', rights: 2 },
    ]);
  });

  test('a materialized view that was not filled at first is as the model says', async () => {
    await using database = await createDatabase(kind);
    const rootPath = mkdtempSync(join(tmpdir(), 'alembic-views-'));
    try {
      const unfilled = materializedView('m', 'SELECT 1 AS a', { postgresql: { withData: false } });
      await using alembic = new Alembic(
        { rootPath },
        { engines: database.engine, metadatas: new MetaData([unfilled]), commandName: false },
      );
      await alembic.revision('make');
      await alembic.upgrade();
      expect(await alembic.compareMetadata()).toEqual([]);
      expect(
        await database.query("SELECT relispopulated AS filled FROM pg_class WHERE relname = 'm'"),
      ).toEqual([{ filled: false }]);
    } finally {
      rmSync(rootPath, { recursive: true, force: true });
    }
  });

  test.each([
    [
      'a column of a table that inherits',
      'CREATE TABLE kid () INHERITS (users)',
      'SELECT age FROM kid',
      wider,
    ],
    [
      'a primary key whose kind is not said',
      'CREATE TABLE keyed (id INTEGER CONSTRAINT pk PRIMARY KEY, n TEXT)',
      'SELECT id, n FROM keyed GROUP BY id',
      "op.dropConstraint('pk', 'keyed'); op.createPrimaryKey('pk2', 'keyed', ['id'], { postgresql: { with: { fillfactor: 70 } } });",
    ],
    [
      'an array of an enum',
      "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE moods (list mood[])",
      'SELECT list FROM moods',
      "op.alterEnum('mood', ['ok', 'sad'], { existingValues: ['sad', 'ok'] });",
    ],
    [
      'an enum that only the view speaks of',
      "CREATE TYPE mood AS ENUM ('sad', 'ok')",
      "SELECT city::mood AS mood, city = 'ok'::mood::text AS is_ok FROM users",
      "op.alterEnum('mood', ['ok', 'sad'], { existingValues: ['sad', 'ok'] });",
    ],
  ])('a view over %s is put up again', async (_, ddl, query, up) => {
    await using database = await createDatabase(kind);
    await database.exec([...start, ddl, `CREATE VIEW v AS ${query}`]);
    const before = await definition(database, 'v');
    await run(database, up);
    expect(await definition(database, 'v')).toBe(before);
  });
});
