// Types, and operator classes, of extensions whose schema the search path doesn't lead to.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { array, citext, domain, extension, hstore, ltree } from '../../src/entries/postgresql.ts';
import { column, index, integer, materializedView, sql, sqlType, table, text } from '../../src/index.ts';
import { createDatabase, describeOn } from '../support/databases.ts';
import { type Case, checkCase, differences, type Models, withAlembic } from './check-case.ts';

const inEx = (...names: readonly string[]) => names.map((name) => extension(name, { schema: 'ex' }));
const made = (...names: readonly string[]): readonly string[] => [
  'CREATE SCHEMA ex',
  ...names.map((name) => `CREATE EXTENSION ${name} SCHEMA ex`),
];
const tSql = 'CREATE TABLE t (id INTEGER, a ex.citext)';
const moved = [
  'CREATE EXTENSION citext',
  'CREATE EXTENSION hstore',
  "CREATE TABLE t (id INTEGER, a citext DEFAULT 'x', b hstore[], c TEXT)",
  'CREATE INDEX ix ON t (a)',
];
const movedTo = [
  ...made('citext', 'hstore'),
  "CREATE TABLE t (id INTEGER, a ex.citext DEFAULT 'x', b ex.hstore[], c TEXT)",
  'CREATE INDEX ix ON t (a)',
];
const bare: Models = [
  ...inEx('citext', 'hstore'),
  table('t', [
    column('id', integer()),
    column('a', citext(), { serverDefault: 'x' }),
    column('b', array(hstore())),
    column('c', text()),
    index('ix', ['a']),
  ]),
];
const load = [`INSERT INTO t VALUES (1, 'Aa', ARRAY['a=>1'::hstore], 'c')`];
const loadInEx = [`INSERT INTO t VALUES (1, 'Aa', ARRAY['a=>1'::ex.hstore], 'c')`];

const cases: { readonly [what: string]: Case } = {
  'of extensions that come with them': {
    a: ['CREATE TABLE other (id INTEGER)'],
    b: [
      ...made('citext', 'hstore', 'ltree', 'cube', 'pg_trgm'),
      'CREATE DOMAIN label AS ex.citext',
      'CREATE TABLE t (a ex.citext, b ex.hstore[], c ex.ltree, d ex.cube, e ex.cube, f label, g TEXT, h ex.lquery[])',
      'CREATE INDEX ix ON t USING gin (g ex.gin_trgm_ops)',
      'CREATE INDEX ix_c ON t USING gist (c, g ex.gist_trgm_ops (siglen = 32))',
      'CREATE TABLE other (id INTEGER, a ex.citext)',
    ],
    models: [
      ...inEx('citext', 'hstore', 'ltree', 'cube', 'pg_trgm'),
      table('t', [
        column('a', citext()),
        column('b', array(hstore())),
        column('c', ltree()),
        column('d', sqlType('cube')),
        column('e', sqlType('ex.cube')),
        column('f', domain('label', citext())),
        column('g', text()),
        column('h', sqlType('lquery[]')),
        index('ix', [{ column: 'g', operatorClass: 'gin_trgm_ops' }], { postgresql: { using: 'gin' } }),
        index('ix_c', ['c', 'g'], {
          postgresql: { using: 'gist', ops: { g: 'gist_trgm_ops (siglen = 32)' } },
        }),
      ]),
      table('other', [column('id', integer()), column('a', sqlType('ex.citext'))]),
    ],
    kinds: [
      'createSchema',
      'createExtension',
      'createExtension',
      'createExtension',
      'createExtension',
      'createExtension',
      'createDomain',
      'createTable',
      'addColumn',
      'createIndex',
      'createIndex',
    ],
  },
  'in a schema of any name': {
    a: ['CREATE TABLE t (id INTEGER, g TEXT)'],
    b: [
      'CREATE SCHEMA "E""x.y"',
      'CREATE EXTENSION citext SCHEMA "E""x.y"',
      'CREATE EXTENSION pg_trgm SCHEMA "E""x.y"',
      'CREATE TABLE t (id INTEGER, g TEXT, a "E""x.y".citext, b "E""x.y".citext[], c "E""x.y".citext)',
      'CREATE INDEX ix ON t USING gin (g "E""x.y".gin_trgm_ops)',
    ],
    models: [
      extension('citext', { schema: 'E"x.y' }),
      extension('pg_trgm', { schema: 'E"x.y' }),
      table('t', [
        column('id', integer()),
        column('g', text()),
        column('a', citext()),
        column('b', array(citext())),
        column('c', sqlType('Citext')),
        index('ix', [{ column: 'g', operatorClass: 'gin_trgm_ops' }], { postgresql: { using: 'gin' } }),
      ]),
    ],
    kinds: [
      'createSchema',
      'createExtension',
      'createExtension',
      'addColumn',
      'addColumn',
      'addColumn',
      'createIndex',
    ],
    load: ["INSERT INTO t VALUES (1, 'g')"],
    survives: [{ table: 't', columns: ['id', 'g'] }],
  },
  'of one that is there, and that no model speaks of': {
    a: [...made('citext'), 'CREATE TABLE t (id INTEGER)'],
    b: [...made('citext'), tSql],
    models: [table('t', [column('id', integer()), column('a', citext())])],
    kinds: ['addColumn'],
    load: ['INSERT INTO t VALUES (1)'],
    survives: [{ table: 't', columns: ['id'] }],
  },
  'of a column that is of another type now': {
    a: [...made('citext'), 'CREATE TABLE t (id INTEGER, a TEXT)', 'CREATE INDEX ix ON t (a)'],
    b: [...made('citext'), tSql, 'CREATE INDEX ix ON t (a)'],
    models: [
      ...inEx('citext'),
      table('t', [column('id', integer()), column('a', citext()), index('ix', ['a'])]),
    ],
    kinds: ['alterColumn'],
    load: ["INSERT INTO t VALUES (1, 'Aa')"],
  },
  'of extensions that move': {
    a: moved,
    b: movedTo,
    models: bare,
    kinds: ['createSchema', 'alterExtension', 'alterExtension'],
    load,
    move: loadInEx,
  },
  'of extensions that move, where the models say so': {
    a: moved,
    b: movedTo,
    models: [
      ...inEx('citext', 'hstore'),
      table('t', [
        column('id', integer()),
        column('a', sqlType('ex.citext'), { serverDefault: 'x' }),
        column('b', sqlType('ex.hstore[]')),
        column('c', text()),
        index('ix', ['a']),
      ]),
    ],
    kinds: ['createSchema', 'alterExtension', 'alterExtension'],
  },
  'of extensions that move back to where the search path leads': {
    a: movedTo,
    b: ['CREATE SCHEMA ex', ...moved],
    models: [
      extension('citext', { schema: 'public' }),
      extension('hstore', { schema: 'public' }),
      ...bare.filter((each) => 'columns' in each),
    ],
    kinds: ['alterExtension', 'alterExtension'],
    load: loadInEx,
    move: load,
  },
  'of extensions that move, while columns come and go and change': {
    a: moved,
    b: [
      ...made('citext', 'hstore'),
      'CREATE TABLE t (id INTEGER, b ex.hstore[], c ex.citext, d ex.hstore, e ex.citext)',
    ],
    models: [
      ...inEx('citext', 'hstore'),
      table('t', [
        column('id', integer()),
        column('b', array(hstore())),
        column('c', citext()),
        column('d', hstore()),
        column('e', sqlType('ex.citext')),
      ]),
    ],
    kinds: [
      'createSchema',
      'alterExtension',
      'alterExtension',
      'alterColumn',
      'dropIndex',
      'dropColumn',
      'addColumn',
      'addColumn',
    ],
    load,
    move: ["INSERT INTO t VALUES (1, ARRAY['a=>1'::ex.hstore], 'c')"],
    survives: [{ table: 't', columns: ['id', 'c'] }],
  },
  'of domains, and of the columns of a materialized view': {
    a: [
      ...made('citext', 'pg_trgm'),
      'CREATE DOMAIN label AS TEXT',
      'CREATE TABLE t (id INTEGER, a label, g TEXT)',
      'CREATE MATERIALIZED VIEW m AS SELECT id, g FROM t',
    ],
    b: [
      ...made('citext', 'pg_trgm'),
      'CREATE DOMAIN label AS ex.citext',
      'CREATE TABLE t (id INTEGER, a label, g TEXT)',
      'CREATE MATERIALIZED VIEW m AS SELECT id, g FROM t',
      'CREATE INDEX ix ON m USING gin (g ex.gin_trgm_ops)',
    ],
    models: [
      table('t', [column('id', integer()), column('a', domain('label', citext())), column('g', text())]),
      materializedView('m', sql`SELECT id, g FROM t`, {
        indexes: [
          index('ix', [{ column: 'g', operatorClass: 'gin_trgm_ops' }], { postgresql: { using: 'gin' } }),
        ],
      }),
    ],
    kinds: ['alterDomain', 'createIndex'],
    load: ["INSERT INTO t VALUES (1, 'Aa', 'g')"],
  },
};

describeOn(['postgresql', 'postgresql-server'], 'types of extensions off the search path', (kind) => {
  test.each(Object.entries(cases))('%s', async (_, each) => checkCase(each, kind));

  test('are written with their schema', async () => {
    await using database = await createDatabase(kind);
    await database.exec(made('citext'));
    const models = [
      table('t', [
        column('a', citext({ collation: 'C' })),
        column('b', array(citext())),
        column('c', sqlType('citext')),
      ]),
    ];
    await withAlembic(database, models, async (alembic) => {
      const [script] = await alembic.revision('way');
      expect(readFileSync(script!.path, 'utf8')).toContain(`op.createTable('t', [
    column('a', citext({ schema: 'ex', collation: 'C' })),
    column('b', array(citext({ schema: 'ex' }))),
    column('c', sqlType('ex.citext')),
  ]);`);
    });
  });

  test('and without it where the search path leads there', async () => {
    await using database = await createDatabase(kind);
    await database.exec([
      ...made('citext'),
      tSql,
      `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = public, ex', current_database()); END $$`,
    ]);
    for (const type of [citext(), citext({ schema: 'ex' }), sqlType('citext'), sqlType('ex.citext')]) {
      const models = [...inEx('citext'), table('t', [column('id', integer()), column('a', type)])];
      expect(await differences(database, models)).toEqual([]);
    }
  });

  test('in the schemas of tenants', async () => {
    await using database = await createDatabase(kind);
    await database.exec([...made('citext'), 'CREATE SCHEMA tenant', 'CREATE TABLE tenant.t (id INTEGER)']);
    const models = [
      ...inEx('citext'),
      table('t', [column('id', integer()), column('a', citext())]),
      table('u', [column('a', sqlType('ex.citext'))]),
    ];
    const context = { schemaTranslateMap: { null: 'tenant' } };
    await withAlembic(
      database,
      models,
      async (alembic) => {
        await alembic.revision('way');
        await alembic.upgrade();
        expect(await alembic.compareMetadata()).toEqual([]);
        await alembic.downgrade();
        expect((await alembic.compareMetadata()).map(({ kind: what }) => what)).toEqual([
          'createTable',
          'addColumn',
        ]);
      },
      context,
    );
  });

  test('where the extension cannot be tried, all else is compared nevertheless', async () => {
    await using database = await createDatabase(kind);
    const models = [...inEx('alembic_nonesuch'), table('t', [column('a', citext({ schema: 'ex' }))])];
    expect(await differences(database, models)).toEqual(['createSchema', 'createExtension', 'createTable']);
    expect(await database.query("SELECT FROM pg_namespace WHERE nspname = 'ex'")).toEqual([]);
  });

  test('a type of the same name that the search path leads to is meant before it', async () => {
    await using database = await createDatabase(kind);
    await database.exec([
      ...made('cube'),
      'CREATE DOMAIN cube AS TEXT',
      'CREATE TABLE t (a cube, b ex.cube)',
    ]);
    const models = [table('t', [column('a', sqlType('cube')), column('b', sqlType('ex.cube'))])];
    expect(await differences(database, models)).toEqual([]);
  });
});
