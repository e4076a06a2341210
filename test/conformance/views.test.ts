import { mkdtempSync, rmSync } from 'node:fs';
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
  sql,
  string,
  type Table,
  table,
  text,
  type View,
  view,
} from '../../src/index.ts';
import { createDatabase, type DatabaseKind, describeOn } from '../support/databases.ts';
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
  'DO $$ BEGIN CREATE ROLE alembic_reader; EXCEPTION WHEN duplicate_object THEN NULL; END $$',
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
  readonly models: readonly (Table | View)[];
  /** operations of the way up, in their order */
  readonly kinds: readonly string[] | ((kind: DatabaseKind) => readonly string[]);
  readonly load?: readonly string[];
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
    kinds: (kind) => (kind === 'sqlite' ? [] : ['alterColumn', 'replaceView']),
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
    kinds: ['alterColumn', 'replaceView'],
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
    },
    database,
    fresh,
  );
  expect(outcome.problem).toBeNull();
  expect(isRight(outcome)).toBe(true);
}

describeOn(['sqlite', 'postgresql', 'postgresql-server'], 'views', (kind) => {
  const cases = { ...everywhere, ...(kind === 'sqlite' ? {} : onPostgresql) };
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
