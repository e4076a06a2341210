import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { CompareOptions } from '../../src/autogenerate/compare-options.ts';
import { array } from '../../src/entries/postgresql.ts';
import {
  Alembic,
  bigInteger,
  type ColumnType,
  check,
  column,
  enumType,
  foreignKey,
  index,
  integer,
  MetaData,
  primaryKey,
  type SchemaObject,
  type Sql,
  sql,
  sqlFunction,
  type Table,
  table,
  text,
  unique,
  view,
} from '../../src/index.ts';
import { compare, migrate, reversed, withConnection } from '../postgresql/migrate.ts';
import { createDatabase, type DatabaseKind, describeOn, type TestDatabase } from '../support/databases.ts';
import { converge, isRight, type Way } from './converge.ts';

const kinds: readonly DatabaseKind[] = ['postgresql', 'postgresql-server'];

/** Everything that can stand on an enum and be moved with it, in SQL and as models. */
const everythingSql = (values: string): readonly string[] => [
  'CREATE SCHEMA app',
  `CREATE TYPE mood AS ENUM (${values})`,
  "COMMENT ON TYPE mood IS 'how''s it'",
  'CREATE TABLE moods (mood mood NOT NULL, PRIMARY KEY (mood))',
  `CREATE TABLE people (
    id INTEGER NOT NULL, mood mood DEFAULT 'ok' NOT NULL, before mood[] DEFAULT ARRAY['ok'::mood], note TEXT DEFAULT ('ok'::mood)::text,
    CONSTRAINT ck_mood CHECK (mood <> 'happy'::mood OR id > 0), CONSTRAINT ck_list CHECK (mood IN ('ok', 'happy')),
    CONSTRAINT fk_mood FOREIGN KEY (mood) REFERENCES moods (mood), CONSTRAINT uq_mood UNIQUE (id, mood), PRIMARY KEY (id)
  )`,
  "CREATE UNIQUE INDEX ix_happy ON people (id) WHERE mood = 'happy'",
  "CREATE INDEX ix_expression ON people ((mood = 'ok'))",
  "COMMENT ON CONSTRAINT ck_mood ON people IS 'a check'",
  'CREATE TABLE app.elsewhere (mood mood)',
  "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
  "CREATE TRIGGER watch BEFORE UPDATE OF mood ON people FOR EACH ROW WHEN (NEW.mood = 'happy') EXECUTE FUNCTION note()",
  'ALTER TABLE people ENABLE ALWAYS TRIGGER watch',
  "CREATE VIEW happy AS SELECT id FROM people WHERE mood = 'happy'",
  'CREATE MATERIALIZED VIEW counted AS SELECT mood, count(*) AS n FROM people GROUP BY mood',
  'CREATE UNIQUE INDEX ix_counted ON counted (mood)',
  'CREATE TABLE parts (id INTEGER, mood mood) PARTITION BY RANGE (id)',
  "CREATE INDEX ix_parts ON parts (id) WHERE mood = 'happy'",
  'CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (10)',
];

const everything = (values: readonly string[]): readonly Table[] => {
  const mood = () => enumType(values, { name: 'mood' });
  return [
    table('moods', [column('mood', mood()), primaryKey(['mood'])]),
    table('people', [
      column('id', integer(), { primaryKey: true, autoincrement: false }),
      column('mood', mood(), { nullable: false, serverDefault: 'ok' }),
      column('before', array(mood()), { serverDefault: sql`ARRAY['ok'::mood]` }),
      column('note', text(), { serverDefault: sql`('ok'::mood)::text` }),
      check(sql`mood <> 'happy'::mood OR id > 0`, { name: 'ck_mood' }),
      check(sql`mood IN ('ok', 'happy')`, { name: 'ck_list' }),
      foreignKey(['mood'], 'moods', ['mood'], { name: 'fk_mood' }),
      unique(['id', 'mood'], { name: 'uq_mood' }),
      index('ix_happy', ['id'], { unique: true, where: sql`mood = 'happy'` }),
      index('ix_expression', [sql`mood = 'ok'`]),
    ]),
    table('elsewhere', [column('mood', enumType(values, { name: 'mood', schema: 'public' }))], {
      schema: 'app',
    }),
    table(
      'parts',
      [
        column('id', integer()),
        column('mood', mood()),
        index('ix_parts', ['id'], { where: sql`mood = 'happy'` }),
      ],
      { postgresql: { partitionBy: 'RANGE (id)' } },
    ),
  ];
};
const rows = [
  "INSERT INTO moods VALUES ('ok'), ('happy')",
  "INSERT INTO people VALUES (1, 'ok', '{ok,happy}'), (2, 'happy', NULL)",
  "INSERT INTO app.elsewhere VALUES ('happy')",
  "INSERT INTO parts VALUES (1, 'ok')",
  'REFRESH MATERIALIZED VIEW counted',
];

const from = ['sad', 'ok', 'happy'];
const ways: { readonly [what: string]: readonly string[] } = {
  'a value at the end': ['sad', 'ok', 'happy', "it's"],
  'values in front and between': ['first', 'sad', 'between', 'ok', 'happy'],
  'another order': ['happy', 'ok', 'sad'],
  'a value gone': ['ok', 'happy'],
  'all at once': ['happy', 'new */ ${x}', 'ok'],
};
const literals = (values: readonly string[]): string =>
  values.map((value) => `'${value.replaceAll("'", "''")}'`).join(', ');

describeOn(kinds, 'enums and everything that stands on them', (kind) => {
  test.each(Object.entries(ways))('%s', async (what, to) => {
    await using database = await createDatabase(kind);
    await using fresh = await createDatabase(kind);
    const way: Way = {
      id: what,
      ddlA: everythingSql(literals(from)),
      ddlB: everythingSql(literals(to)),
      models: new MetaData(everything(to) as readonly SchemaObject[]),
      context: { includeObject: (_, name) => name !== 'parts_1' },
      load: rows,
      move: rows,
    };
    const outcome = await converge(way, database, fresh);
    expect(outcome.problem).toBeNull();
    expect(isRight(outcome)).toBe(true);
  });
});

/** By the type of the column, a default of an old value and one of a new value in its stead, as SQL and as the model says it. */
const newDefaults: readonly (readonly [
  type: string,
  old: string,
  next: string,
  model: readonly [ColumnType, string | Sql],
])[] = [
  ['mood', "'sad'", "'new'", [enumType(['new', 'ok'], { name: 'mood' }), 'new']],
  ['mood', "'sad'", "'new'::text::mood", [enumType(['new', 'ok'], { name: 'mood' }), sql`'new'::text::mood`]],
  ['mood[]', "'{ok,sad}'", "'{ok,new}'", [array(enumType(['new', 'ok'], { name: 'mood' })), '{ok,new}']],
  [
    'mood[]',
    "ARRAY['sad'::mood]",
    "ARRAY['new'::mood]",
    [array(enumType(['new', 'ok'], { name: 'mood' })), sql`ARRAY['new'::mood]`],
  ],
];

describeOn(kinds, 'an enum whose default goes', (kind) => {
  test.each(newDefaults)('of a column of type %s: %s becomes %s', async (type, old, next, [own, value]) => {
    await using database = await createDatabase(kind);
    await using fresh = await createDatabase(kind);
    const ddl = (values: string, first: string, id: string, more: string): readonly string[] => [
      `CREATE TYPE mood AS ENUM (${values})`,
      `CREATE TABLE people (id ${id}, mood ${type} DEFAULT ${first}, other ${type} DEFAULT ${first} ${more})`,
    ];
    const people = table('people', [
      column('id', bigInteger()),
      column('mood', own, { serverDefault: value }),
      column('other', own, { serverDefault: value, nullable: false, comment: 'said' }),
    ]);
    const load = [
      "INSERT INTO people VALUES (1, NULL, '{ok}')".replace('{ok}', type === 'mood' ? 'ok' : '{ok}'),
    ];
    const way: Way = {
      id: 'default',
      ddlA: ddl("'sad', 'ok'", old, 'INTEGER', ''),
      ddlB: [...ddl("'new', 'ok'", next, 'BIGINT', 'NOT NULL'), "COMMENT ON COLUMN people.other IS 'said'"],
      models: new MetaData([people]),
      load,
      move: load,
    };
    const outcome = await converge(way, database, fresh);
    expect(outcome.problem).toBeNull();
    expect(isRight(outcome)).toBe(true);
  });
});

describeOn(kinds, 'an enum that no model speaks of', (kind) => {
  const found = async (
    ddl: readonly string[],
    models: MetaData,
    options: CompareOptions = {},
  ): Promise<readonly string[]> => {
    await using database = await createDatabase(kind);
    await database.exec(["CREATE TYPE mood AS ENUM ('sad', 'ok')", ...ddl]);
    return await withConnection(database, async (connection) => {
      const operations = await compare(connection, models, options);
      await migrate(connection, operations);
      // as much goes as can go at once
      expect(await compare(connection, models, options)).toEqual([]);
      await migrate(connection, reversed(operations));
      return operations.map(({ kind: what }) => what);
    });
  };
  const none = new MetaData([]);

  test.each([
    ['a domain', 'CREATE DOMAIN d AS mood[]'],
    ['a function', "CREATE FUNCTION f(m mood) RETURNS integer LANGUAGE sql AS 'SELECT 1'"],
    ['a view', "CREATE VIEW v AS SELECT 'ok'::mood AS m"],
    ['a composite type', 'CREATE TYPE c AS (m mood)'],
    ['a table that is left out', 'CREATE TABLE left_out (m mood)'],
  ])('stays where %s that nobody compares stands on it', async (_, ddl) => {
    expect(await found([ddl], none, { includeObject: (__, name) => name !== 'left_out' })).toEqual([]);
  });

  test('goes with what stands on it', async () => {
    expect(await found([], none)).toEqual(['dropEnum']);
    expect(await found(['CREATE TABLE t (m mood)'], none)).toEqual(['dropTable', 'dropEnum']);
    const f = "CREATE FUNCTION f(m mood) RETURNS integer LANGUAGE sql AS 'SELECT 1'";
    expect(
      await found(['CREATE DOMAIN d AS mood', f, "CREATE VIEW v AS SELECT 'ok'::mood AS m"], none, {
        includeKinds: ['domain', 'function', 'view'],
      }),
    ).toEqual(['dropDomain', 'dropFunction', 'dropView', 'dropEnum']);
    // a part of a table comes and goes with it
    const parts = [
      'CREATE TABLE p (id INTEGER, m mood) PARTITION BY RANGE (id)',
      'CREATE TABLE p1 PARTITION OF p DEFAULT',
    ];
    const p = table('p', [column('id', integer()), column('m', text())], {
      postgresql: { partitionBy: 'RANGE (id)' },
    });
    expect(await found(parts, new MetaData([p]))).toEqual(['alterColumn', 'dropEnum']);
    // a view that stands on a column of it follows that
    const people = table('people', [column('m', text())]);
    expect(
      await found(
        ['CREATE TABLE people (m mood)', 'CREATE VIEW v AS SELECT m FROM people'],
        new MetaData([people]),
      ),
    ).toEqual(['alterColumn', 'dropEnum']);
  });

  test('stays where a function or a view of the models names it', async () => {
    const f = sqlFunction('f(m mood)', "RETURNS integer LANGUAGE sql AS 'SELECT 1'");
    const v = view('v', "SELECT 'ok'::mood AS m");
    const ddl = [
      "CREATE FUNCTION f(m mood) RETURNS integer LANGUAGE sql AS 'SELECT 1'",
      "CREATE VIEW v AS SELECT 'ok'::mood AS m",
    ];
    expect(await found(ddl, new MetaData([f, v]))).toEqual([]);
    expect(await found(ddl, new MetaData([f, view('v', 'SELECT 1 AS m')]))).toEqual(['replaceView']);
    expect(await found(ddl.slice(1), new MetaData([view('v', 'SELECT 1 AS m')]))).toEqual([
      'replaceView',
      'dropEnum',
    ]);
  });
});

describeOn(kinds, 'a column of an enum that gets other values', (kind) => {
  test('is said to be of its new form where it changes as well', async () => {
    await using database = await createDatabase(kind);
    await database.exec([
      "CREATE TYPE mood AS ENUM ('sad', 'ok')",
      "CREATE TABLE people (mood mood DEFAULT 'sad', moods mood[])",
    ]);
    const mood = enumType(['ok', 'new'], { name: 'mood' });
    const people = table('people', [
      column('mood', mood, { serverDefault: 'new' }),
      column('moods', array(mood), { nullable: false }),
    ]);
    const operations = await withConnection(database, (connection) =>
      compare(connection, new MetaData([people])),
    );
    expect(operations).toMatchObject([
      { kind: 'alterEnum' },
      { kind: 'alterColumn', existing: { type: { values: ['ok', 'new'] } } },
      { kind: 'alterColumn', existing: { type: { item: { values: ['ok', 'new'] } } } },
    ]);
  });
});

interface Revision {
  readonly up: string;
  readonly down?: string;
}

/** Runs revisions that are written by hand, all of them in one upgrade. */
async function upgrade(database: TestDatabase, ...revisions: readonly Revision[]): Promise<void> {
  const rootPath = mkdtempSync(join(tmpdir(), 'alembic-enums-'));
  try {
    await using alembic = new Alembic({ rootPath }, { engines: database.engine, commandName: false });
    for (const [i, { up, down = '' }] of revisions.entries()) {
      const source = `export const revision = 'r${i}';
export const downRevision = ${i === 0 ? 'null' : `'r${i - 1}'`};
export const branchLabels = null;
export const dependsOn = null;
export async function upgrade(op) { ${up} }
export async function downgrade(op) { ${down} }
`;
      writeFileSync(join(rootPath, 'migrations', `r${i}.mjs`), source);
    }
    await alembic.upgrade();
    if (revisions.some(({ down }) => down !== undefined)) await alembic.downgrade('base');
  } finally {
    rmSync(rootPath, { recursive: true, force: true });
  }
}

const role = (name: string): string =>
  `DO $$ BEGIN CREATE ROLE ${name}; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`;

/** What the reader of test/support doesn't tell: owners and rights of types, what is said of indexes behind constraints, statistics. */
const beside = `
  SELECT 'type' AS kind, typname::text AS name, json_build_array(pg_get_userbyid(typowner), (SELECT array_agg(x::text ORDER BY x::text) FROM unnest(typacl) x))::text AS what
    FROM pg_type WHERE typtype = 'e'
  UNION ALL SELECT 'index', c.relname, json_build_array(pg_get_indexdef(c.oid), c.reloptions, i.indisclustered, i.indisreplident, obj_description(c.oid, 'pg_class'),
    (SELECT array_agg(a.attstattarget ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid))::text
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relnamespace = 'public'::regnamespace AND c.relname <> 'alembic_version_pkc'
  UNION ALL SELECT 'statistics', stxname, json_build_array(pg_get_statisticsobjdef(oid), obj_description(oid, 'pg_statistic_ext'), stxstattarget)::text FROM pg_statistic_ext
  UNION ALL SELECT 'trigger', tgname, json_build_array(pg_get_triggerdef(oid), tgenabled, obj_description(oid, 'pg_trigger'))::text FROM pg_trigger WHERE NOT tgisinternal
  UNION ALL SELECT 'column', attname, json_build_array(attrelid::regclass, format_type(atttypid, NULL), attinhcount, attislocal)::text FROM pg_attribute
    WHERE attrelid IN (SELECT oid FROM pg_class WHERE relkind = 'r' AND relname IN ('keyed', 'kid')) AND attnum > 0
  ORDER BY 1, 2, 3`;

describeOn(kinds, 'operations on enums', (kind) => {
  const people = [
    "CREATE TYPE mood AS ENUM ('sad', 'ok')",
    "CREATE TABLE people (id INTEGER, mood mood DEFAULT 'sad', note TEXT)",
  ];
  const load = "INSERT INTO people VALUES (1, 'sad'), (2, 'ok')";
  const moods = (database: TestDatabase): Promise<readonly { mood: string }[]> =>
    database.query<{ mood: string }>('SELECT mood::text AS mood FROM people ORDER BY id');

  test('a value is renamed in place', async () => {
    await using database = await createDatabase(kind);
    await database.exec([...people, load]);
    await upgrade(database, { up: "op.renameEnumValue('mood', 'sad', 'it\\'s')" });
    expect(await moods(database)).toEqual([{ mood: "it's" }, { mood: 'ok' }]);
  });

  test('a value goes, and its rows get another; on the way down the value is back', async () => {
    await using database = await createDatabase(kind);
    await database.exec([...people, load]);
    const alter =
      "op.alterEnum('mood', ['ok', 'blue'], { existingValues: ['sad', 'ok'], replace: { sad: 'blue' } })";
    await upgrade(database, { up: alter });
    expect(await moods(database)).toEqual([{ mood: 'blue' }, { mood: 'ok' }]);
  });

  test('what a type and what stands on it have beside their definitions stays', async () => {
    await using database = await createDatabase(kind);
    await database.exec([
      role('alembic_reader'),
      role('alembic_owner'),
      ...people,
      'GRANT USAGE ON TYPE mood TO alembic_reader WITH GRANT OPTION',
      'REVOKE ALL ON TYPE mood FROM PUBLIC',
      'ALTER TYPE mood OWNER TO alembic_owner',
      'CREATE TABLE keyed (id INTEGER NOT NULL, mood mood NOT NULL)',
      'ALTER TABLE keyed ADD CONSTRAINT "uq ${x}" UNIQUE (mood, id) WITH (fillfactor = 60)',
      'COMMENT ON CONSTRAINT "uq ${x}" ON keyed IS \'a key\'',
      'COMMENT ON INDEX "uq ${x}" IS \'its index\'',
      'ALTER TABLE keyed CLUSTER ON "uq ${x}"',
      'ALTER TABLE keyed REPLICA IDENTITY USING INDEX "uq ${x}"',
      'CREATE TABLE apart (id INTEGER, mood mood)',
      "ALTER TABLE apart ADD CONSTRAINT ex EXCLUDE USING btree ((mood = 'ok'::mood) WITH =, id WITH =) WITH (fillfactor = 60)",
      "COMMENT ON INDEX ex IS 'its index'",
      'ALTER TABLE apart CLUSTER ON ex',
      'CREATE TABLE kid () INHERITS (keyed)',
      'CREATE TABLE indexed (id INTEGER NOT NULL, mood mood NOT NULL)',
      "CREATE UNIQUE INDEX ix ON indexed (id, mood) WHERE mood = 'ok'",
      "COMMENT ON INDEX ix IS 'it''s an index'",
      'CREATE UNIQUE INDEX ix_identity ON indexed (mood, id) WITH (fillfactor = 70)',
      'ALTER TABLE indexed REPLICA IDENTITY USING INDEX ix_identity',
      "CREATE INDEX ix_expression ON indexed ((mood = 'ok'), id)",
      'ALTER TABLE indexed CLUSTER ON ix_expression',
      'ALTER INDEX ix_expression ALTER COLUMN 1 SET STATISTICS 77',
      'CREATE STATISTICS counted ON mood, id FROM indexed',
      "COMMENT ON STATISTICS counted IS 'counted'",
      'ALTER STATISTICS counted SET STATISTICS 50',
      "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
      'CREATE TRIGGER watch BEFORE UPDATE OF mood ON indexed FOR EACH ROW EXECUTE FUNCTION note()',
      'ALTER TABLE indexed ENABLE REPLICA TRIGGER watch',
      "COMMENT ON TRIGGER watch ON indexed IS 'a trigger'",
    ]);
    const facts = (): Promise<readonly object[]> => database.query(beside);
    const before = await facts();
    const kinds = new Set(before.map((each) => (each as { kind: string }).kind));
    expect([...kinds].sort()).toEqual(['column', 'index', 'statistics', 'trigger', 'type']);
    await upgrade(database, {
      up: "op.alterEnum('mood', ['ok', 'sad'], { existingValues: ['sad', 'ok'] })",
    });
    expect(await facts()).toEqual(before);
  });

  test('a value goes from arrays and defaults as well', async () => {
    await using database = await createDatabase(kind);
    await database.exec([
      "CREATE TYPE mood AS ENUM ('sad', 'ok')",
      "CREATE TABLE people (id INTEGER, mood mood DEFAULT 'sad', moods mood[])",
      "INSERT INTO people VALUES (1, 'sad', '{sad,ok,NULL,sad}'), (2, 'ok', NULL)",
    ]);
    await upgrade(database, {
      up: "op.alterEnum('mood', ['ok', 'it\\'s'], { existingValues: ['sad', 'ok'], replace: { sad: 'it\\'s' } })",
    });
    await database.exec(['INSERT INTO people (id) VALUES (3)']);
    expect(
      await database.query('SELECT mood::text AS mood, moods::text AS moods FROM people ORDER BY id'),
    ).toEqual([
      { mood: "it's", moods: "{it's,ok,NULL,it's}" },
      { mood: 'ok', moods: null },
      { mood: "it's", moods: null },
    ]);
  });

  test.each(['null', "'public'"])(
    'a default stays where only another column gets another one (schema: %s)',
    async (schema) => {
      await using database = await createDatabase(kind);
      const columns = "(id INTEGER, mood mood DEFAULT 'ok', next mood DEFAULT 'ok')";
      await database.exec([
        'CREATE SCHEMA app',
        "CREATE TYPE mood AS ENUM ('sad', 'ok')",
        `CREATE TABLE people ${columns}`,
        'CREATE TABLE below () INHERITS (people)',
        "ALTER TABLE people ALTER COLUMN mood SET DEFAULT 'sad'",
        `CREATE TABLE others ${columns}`,
        `CREATE TABLE app.people ${columns}`,
      ]);
      await upgrade(database, {
        up: `op.alterEnum('mood', ['ok', 'new'], { existingValues: ['sad', 'ok'] });
           op.alterColumn('people', 'mood', { serverDefault: 'new', existingServerDefault: 'sad', schema: ${schema} });`,
      });
      expect(
        await database.query(
          'SELECT adrelid::regclass::text AS "table", pg_get_expr(adbin, adrelid) AS said FROM pg_attrdef ORDER BY 1, adnum',
        ),
      ).toEqual([
        { table: 'app.people', said: "'ok'::mood" },
        { table: 'app.people', said: "'ok'::mood" },
        { table: 'below', said: "'new'::mood" },
        { table: 'below', said: "'ok'::mood" },
        { table: 'others', said: "'ok'::mood" },
        { table: 'others', said: "'ok'::mood" },
        { table: 'people', said: "'new'::mood" },
        { table: 'people', said: "'ok'::mood" },
      ]);
    },
  );

  test('a value that goes while rows or definitions hold it is named, and nothing has changed', async () => {
    await using database = await createDatabase(kind);
    await database.exec([
      ...people,
      load,
      "CREATE TABLE heirs (moods mood[], CONSTRAINT ck CHECK (mood <> 'sad')) INHERITS (people)",
      "INSERT INTO heirs VALUES (3, NULL, NULL, '{sad,sad,ok}'), (4, 'ok', NULL, '{ok}')",
    ]);
    const before = await database.schema();
    await expect(
      upgrade(database, { up: "op.alterEnum('mood', ['ok'], { existingValues: ['sad', 'ok'] })" }),
    ).rejects.toMatchObject({
      message: expect.stringMatching(/'sad' in people\.mood \(once\), .*replace/s),
      cause: {
        code: 'ENUM_VALUE_IN_USE',
        details: {
          object: 'mood',
          held: [
            "'sad' in people.mood (once)",
            "'sad' in heirs.moods (2 times)",
            "'sad' in the default of heirs.mood",
            "'sad' in the default of people.mood",
            "'sad' in 'ck' of heirs",
          ],
        },
      },
    });
    expect(await database.schema()).toBe(before);
    expect((await moods(database)).map(({ mood }) => mood)).toEqual(['sad', 'ok', null, 'ok']);
  });

  test.each([
    [
      'a later operation of the same step',
      [
        `op.alterEnum('mood', ['sad', 'ok', 'new'], { existingValues: ['sad', 'ok'] });
         op.alterColumn('people', 'mood', { serverDefault: 'new', existingServerDefault: 'sad' });
         op.execute("INSERT INTO people VALUES (3, 'new')");`,
      ],
    ],
    [
      'the same step, after an await',
      [
        `await op.alterEnum('mood', ['sad', 'ok', 'new'], { existingValues: ['sad', 'ok'] });
         await op.getBind().query("INSERT INTO people VALUES (3, 'new')");`,
      ],
    ],
    [
      'a later revision of the same run',
      [
        `op.alterEnum('mood', ['sad', 'ok', 'new'], { existingValues: ['sad', 'ok'] });`,
        `op.execute("INSERT INTO people VALUES (3, 'new')");`,
      ],
    ],
  ])('a value is usable in %s', async (_, ups) => {
    await using database = await createDatabase(kind);
    await database.exec([...people, load]);
    await upgrade(database, ...ups.map((up) => ({ up })));
    expect(await moods(database)).toEqual([{ mood: 'sad' }, { mood: 'ok' }, { mood: 'new' }]);
  });

  test('a table with rows is not rewritten for values that only come', async () => {
    await using database = await createDatabase(kind);
    await database.exec([...people, load]);
    const file = async (): Promise<unknown> =>
      (await database.query("SELECT pg_relation_filenode('people') AS file"))[0];
    const before = await file();
    await upgrade(
      database,
      {
        up: "op.alterEnum('mood', ['sad', 'ok', 'new'], { existingValues: ['sad', 'ok'] }); op.createTable('t', []);",
      },
      { up: 'op.execute("INSERT INTO people VALUES (3, \'ok\')")' },
    );
    expect(await file()).toEqual(before);
  });

  test.each([
    [
      'function',
      'CREATE FUNCTION f(m mood) RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$',
      /function f\(mood\)/,
    ],
    [
      'policy',
      "ALTER TABLE people ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON people USING (mood = 'ok')",
      /policy p on table people/,
    ],
    ['domain', 'CREATE DOMAIN d AS mood', /type d/],
    ['composite type', 'CREATE TYPE c AS (mood mood)', /composite type c/],
    ['partition key', 'CREATE TABLE q (mood mood) PARTITION BY LIST (mood)', /partition key of table q/],
    [
      'generated column of its text',
      'ALTER TABLE people ADD COLUMN g TEXT GENERATED ALWAYS AS (CASE mood WHEN mood THEN note END) STORED',
      /generated column g of table people/,
    ],
    [
      'generated column',
      "ALTER TABLE people ADD COLUMN g BOOLEAN GENERATED ALWAYS AS (mood = 'ok') STORED",
      /generated column g of table people/,
    ],
  ])('a %s on it stands in the way, which is said before anything is done', async (_, ddl, what) => {
    await using database = await createDatabase(kind);
    await database.exec([...people, ddl]);
    const before = await database.schema();
    const failure = await upgrade(database, {
      up: "op.alterEnum('mood', ['ok', 'sad'], { existingValues: ['sad', 'ok'] })",
    }).then(
      () => expect.fail('it should have failed'),
      (error: unknown) => error as { cause?: { code?: string }; message: string },
    );
    expect(failure.message).toMatch(what);
    expect(failure.cause?.code).toBe('BLOCKED_BY_DEPENDENT');
    expect(await database.schema()).toBe(before);
  });
});
