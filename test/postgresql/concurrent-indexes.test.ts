// Indexes that the models want made concurrently, in revisions as they are generated: nobody edits them here.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Rewriter } from '../../src/entries/autogenerate.ts';
import type { CreateIndex, Operation } from '../../src/entries/operations.ts';
import { extension } from '../../src/entries/postgresql.ts';
import {
  Alembic,
  bigInteger,
  type ContextOptions,
  column,
  foreignKey,
  type Index,
  index,
  integer,
  MetaData,
  materializedView,
  sql,
  sqlFunction,
  table,
  text,
  type unique,
} from '../../src/index.ts';
import { type Case, checkCase, type Models, withAlembic } from '../conformance/check-case.ts';
import { createDatabase, describeOn, type TestDatabase } from '../support/databases.ts';

const concurrently = { postgresql: { concurrently: true } };
type Part = ReturnType<typeof column> | Index | ReturnType<typeof unique>;
const t = (...parts: readonly Part[]) => table('t', [column('a', integer()), ...parts]);
const ix = (name: string, columns: readonly string[] = ['a'], options: object = {}) =>
  index(name, columns, { ...options, postgresql: { concurrently: true } });
const tSql = (more = ''): string => `CREATE TABLE t (a INTEGER${more})`;
const load = ['INSERT INTO t (a) SELECT generate_series(1, 50)'];

const cases: { readonly [what: string]: Case } = {
  'an index of a table that is there': {
    a: [tSql()],
    b: [tSql(), 'CREATE INDEX ix ON t (a)'],
    models: [t(ix('ix'))],
    kinds: ['createIndex'],
    load,
  },
  'several, of several tables, beside other changes': {
    a: [tSql(), 'CREATE TABLE u (b TEXT)'],
    b: [
      tSql(', c INTEGER'),
      'CREATE TABLE u (b TEXT NOT NULL)',
      'CREATE UNIQUE INDEX ix ON t (a)',
      'CREATE INDEX ix_c ON t (c, a) WHERE c > 0',
      'CREATE INDEX ix_b ON u (lower(b))',
    ],
    models: [
      t(
        column('c', integer()),
        ix('ix', ['a'], { unique: true }),
        ix('ix_c', ['c', 'a'], { where: sql`c > 0` }),
      ),
      table('u', [column('b', text(), { nullable: false }), index('ix_b', [sql`lower(b)`], concurrently)]),
    ],
    kinds: ['addColumn', 'alterColumn', 'createIndex', 'createIndex', 'createIndex'],
    load,
    survives: [{ table: 't', columns: ['a'] }],
  },
  'an index of a new table': {
    a: [tSql()],
    b: [tSql(), 'CREATE TABLE u (b TEXT)', 'CREATE INDEX ix_b ON u (b)'],
    models: [t(), table('u', [column('b', text()), index('ix_b', ['b'], concurrently)])],
    kinds: ['createTable', 'createIndex'],
  },
  'one that foreign keys stand on': {
    a: [tSql()],
    b: [
      tSql(),
      'CREATE UNIQUE INDEX ix ON t (a)',
      'CREATE TABLE u (b INTEGER, FOREIGN KEY (b) REFERENCES t (a))',
    ],
    models: [
      t(ix('ix', ['a'], { unique: true })),
      table('u', [column('b', integer()), foreignKey(['b'], 't', ['a'])]),
    ],
    kinds: ['createIndex', 'createTable'],
    load,
  },
  'one that is another now': {
    a: [tSql(), 'CREATE INDEX ix ON t (a)'],
    b: [tSql(), 'CREATE INDEX ix ON t (a DESC)'],
    models: [t(index('ix', [{ column: 'a', order: 'DESC' }], concurrently))],
    kinds: ['dropIndex', 'createIndex'],
    load,
  },
  'one that is another now, of a column that is another too': {
    a: [tSql(', b TEXT'), 'CREATE INDEX ix ON t (a)'],
    b: ['CREATE TABLE t (a BIGINT, b TEXT)', 'CREATE INDEX ix ON t (a, b)'],
    models: [table('t', [column('a', bigInteger()), column('b', text()), ix('ix', ['a', 'b'])])],
    kinds: ['dropIndex', 'alterColumn', 'createIndex'],
    load,
  },
  'a unique one that foreign keys stand on, and that is another now': {
    a: [
      tSql(),
      'CREATE UNIQUE INDEX ix ON t (a)',
      'CREATE TABLE u (b INTEGER, FOREIGN KEY (b) REFERENCES t (a))',
    ],
    b: [
      tSql(),
      'CREATE UNIQUE INDEX ix ON t (a) WITH (fillfactor = 70)',
      'CREATE TABLE u (b INTEGER, FOREIGN KEY (b) REFERENCES t (a))',
    ],
    models: [
      t(index('ix', ['a'], { unique: true, postgresql: { concurrently: true, with: { fillfactor: 70 } } })),
      table('u', [column('b', integer()), foreignKey(['b'], 't', ['a'])]),
    ],
    kinds: ['dropIndex', 'createIndex'],
    load: [...load, 'INSERT INTO u VALUES (1)'],
  },
  'one under another name': {
    a: [tSql(), 'CREATE INDEX ix ON t (a)'],
    b: [tSql(), 'CREATE INDEX ix_2 ON t (a)'],
    models: [t(ix('ix_2'))],
    kinds: ['dropIndex', 'createIndex'],
    load,
  },
  'one over a function and an operator class that come too': {
    a: [tSql(', b TEXT')],
    b: [
      'CREATE EXTENSION pg_trgm',
      tSql(', b TEXT'),
      "CREATE FUNCTION shout(word text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT upper(word)'",
      'CREATE INDEX ix ON t USING gin (shout(b) gin_trgm_ops)',
    ],
    models: [
      extension('pg_trgm'),
      t(
        column('b', text()),
        index('ix', [{ expression: sql`shout(b)`, operatorClass: 'gin_trgm_ops' }], {
          postgresql: { concurrently: true, using: 'gin' },
        }),
      ),
      sqlFunction('shout(word text)', sql`RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT upper(word)'`),
    ],
    kinds: ['createExtension', 'createFunction', 'createIndex'],
    load,
  },
  'one of a materialized view': {
    a: [tSql(), 'CREATE MATERIALIZED VIEW m AS SELECT a FROM t', tSql().replace('TABLE t', 'TABLE u')],
    b: [
      tSql(),
      'CREATE MATERIALIZED VIEW m AS SELECT a FROM t',
      'CREATE UNIQUE INDEX ix ON m (a)',
      'CREATE TABLE u (a INTEGER)',
      'CREATE MATERIALIZED VIEW m2 AS SELECT a FROM u',
      'CREATE INDEX ix_2 ON m2 (a)',
    ],
    models: [
      t(),
      table('u', [column('a', integer())]),
      materializedView('m', sql`SELECT a FROM t`, { indexes: [ix('ix', ['a'], { unique: true })] }),
      materializedView('m2', sql`SELECT a FROM u`, { indexes: [ix('ix_2')] }),
    ],
    kinds: ['createIndex', 'createView'],
    load,
  },
};

describeOn(['postgresql', 'postgresql-server'], 'concurrent indexes', (kind) => {
  test.each(Object.entries(cases))('%s', async (_, each) => checkCase(each, kind));

  /** Generates a revision, and gives its text without what is the same in all. */
  async function withRevision(
    database: TestDatabase,
    models: Models,
    use: (alembic: Alembic, source: string) => Promise<void>,
    context: ContextOptions = {},
  ): Promise<void> {
    await withAlembic(
      database,
      models,
      async (alembic) => {
        const [script] = await alembic.revision('way');
        const source = readFileSync(script!.path, 'utf8');
        await use(alembic, source.slice(source.indexOf('export function upgrade')));
      },
      context,
    );
  }
  const columns = async (database: TestDatabase): Promise<readonly unknown[]> =>
    (
      await database.query(
        "SELECT attname::text AS name FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY 1",
      )
    ).map(({ name }) => name);
  const indexes = async (database: TestDatabase): Promise<readonly unknown[]> =>
    (
      await database.query("SELECT indexdef AS it FROM pg_indexes WHERE tablename = 't' ORDER BY indexname")
    ).map(({ it }) => it);

  test('a block comes as early as it can, and only what it stands on before it', async () => {
    await using database = await createDatabase(kind);
    await database.exec(tSql());
    const models = [
      t(column('b', integer()), column('c', integer()), ix('ix_a'), ix('ix_b', ['b'], { unique: true })),
    ];
    await withRevision(database, models, async (_, source) => {
      expect(source).toBe(`export function upgrade(op: Operations): void {
  op.addColumn('t', column('b', integer()), { ifNotExists: true });
  op.getContext().autocommitBlock(() => {
    op.createIndex('ix_a', 't', ['a'], { ifNotExists: true, postgresql: { concurrently: true } });
    op.createIndex('ix_b', 't', ['b'], {
      unique: true,
      ifNotExists: true,
      postgresql: { concurrently: true },
    });
  });
  op.addColumn('t', column('c', integer()));
}

export function downgrade(op: Operations): void {
  op.getContext().autocommitBlock(() => {
    op.dropIndex('ix_a', { table: 't', ifExists: true, postgresql: { concurrently: true } });
  });
  op.dropColumn('t', 'c');
  op.dropIndex('ix_b', { table: 't' });
  op.dropColumn('t', 'b');
}
`);
    });
  });

  test.each([{}, { transactionPerMigration: true }])(
    'what was cut off before the version was written is run again: %j',
    async (context) => {
      await using database = await createDatabase(kind);
      await database.exec([tSql(), ...load]);
      const models = [t(column('b', integer()), column('c', integer()), ix('ix_a'), ix('ix_b', ['b']))];
      await withRevision(
        database,
        models,
        async (alembic) => {
          await database.exec('CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)');
          const cutOff = async (run: () => Promise<unknown>): Promise<void> => {
            await database.exec([
              "CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''cut off''; END'",
              'CREATE TRIGGER cut BEFORE INSERT OR DELETE ON alembic_version FOR EACH ROW EXECUTE FUNCTION cut()',
            ]);
            await expect(run()).rejects.toThrow(/cut off/);
            await database.exec('DROP FUNCTION cut() CASCADE');
          };
          await cutOff(() => alembic.upgrade());
          // the block is done, and what comes after it is not
          expect([await columns(database), (await indexes(database)).length]).toEqual([['a', 'b'], 2]);
          await alembic.upgrade();
          expect(await columns(database)).toEqual(['a', 'b', 'c']);
          expect(await alembic.compareMetadata()).toEqual([]);
          await cutOff(() => alembic.downgrade());
          expect([await columns(database), (await indexes(database)).length]).toEqual([['a', 'b', 'c'], 1]);
          await alembic.downgrade();
          expect([await columns(database), await indexes(database)]).toEqual([['a'], []]);
        },
        context,
      );
    },
  );

  test('a unique index that rows stand against fails, and is made by the same revision once they are gone', async () => {
    await using database = await createDatabase(kind);
    await database.exec([tSql(), 'INSERT INTO t VALUES (1), (1)']);
    const models = [t(column('c', integer()), ix('ix', ['a'], { unique: true }))];
    await withRevision(database, models, async (alembic) => {
      await expect(alembic.upgrade()).rejects.toThrow(/could not create unique index/);
      expect([await columns(database), await indexes(database)]).toEqual([['a'], []]);
      await database.exec('DELETE FROM t');
      await alembic.upgrade();
      expect(await alembic.compareMetadata()).toEqual([]);
    });
  });

  test('several runners at once: the index is whole, and all of them succeed', async () => {
    await using database = await createDatabase(kind);
    await database.exec([tSql(), 'INSERT INTO t SELECT generate_series(1, 200000)']);
    const models = [t(ix('ix'), index('ix_2', [{ column: 'a', order: 'DESC' }], concurrently))];
    await withRevision(database, models, async (alembic) => {
      const rootPath = alembic.app!.rootPath!;
      const others = Array.from(
        { length: 4 },
        () =>
          new Alembic(
            { rootPath },
            { engines: database.url, metadatas: new MetaData(models), commandName: false },
          ),
      );
      await Promise.all(others.map((other) => other.upgrade()));
      await Promise.all(others.map((other) => other.close()));
      expect(await alembic.compareMetadata()).toEqual([]);
      expect(
        await database.query("SELECT indisvalid AS valid FROM pg_index WHERE indrelid = 't'::regclass"),
      ).toEqual([{ valid: true }, { valid: true }]);
    });
  });

  test('in batches', async () => {
    await using database = await createDatabase(kind);
    await database.exec(tSql());
    const models = [t(column('b', integer()), ix('ix'))];
    const batch = async (alembic: Alembic, source: string): Promise<void> => {
      expect(source).toContain(`  op.getContext().autocommitBlock(() => {
    op.batchAlterTable('t', (batch) => {
      batch.createIndex('ix', ['a'], {`);
      await alembic.upgrade();
      expect(await alembic.compareMetadata()).toEqual([]);
      await alembic.downgrade();
      expect([await columns(database), await indexes(database)]).toEqual([['a'], []]);
    };
    await withRevision(database, models, batch, { renderAsBatch: true });
  });

  test('a Rewriter may ask for it, and may take all out of it', async () => {
    await using database = await createDatabase(kind);
    await database.exec(tSql());
    const models = [
      t(index('ix', ['a']), ix('ix_2')),
      table('u', [column('a', integer()), index('ix_u', ['a'])]),
    ];
    const all = new Rewriter().rewrites<CreateIndex>('createIndex', (op) => ({
      ...op,
      index: { ...op.index, options: concurrently },
    }));
    const both = async (alembic: Alembic, source: string): Promise<void> => {
      expect(source.match(/autocommitBlock|createIndex\('\w+'|createTable/g)).toEqual([
        'autocommitBlock',
        "createIndex('ix_2'",
        "createIndex('ix'",
        'createTable',
        "createIndex('ix_u'",
        'autocommitBlock',
      ]);
      await alembic.upgrade();
      expect(await alembic.compareMetadata()).toEqual([]);
    };
    await withRevision(database, models, both, { processRevisionDirectives: all.process });
    const none = new Rewriter().rewrites('createIndex', () => null).rewrites('dropIndex', () => null);
    await database.exec(['DROP TABLE t', 'DROP TABLE u', 'DROP TABLE alembic_version', tSql()]);
    const left = async (_: Alembic, source: string): Promise<void> =>
      expect(source).not.toContain('autocommitBlock');
    await withRevision(database, models, left, { processRevisionDirectives: none.process });
  });

  test('those of a partitioned table are made in the transaction', async () => {
    await using database = await createDatabase(kind);
    await database.exec([
      `${tSql()} PARTITION BY RANGE (a)`,
      'CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM (0) TO (100)',
      ...load,
    ]);
    const options = { postgresql: { partitionBy: 'RANGE (a)' } };
    const models = [table('t', [column('a', integer()), ix('ix')], options)];
    await withRevision(database, models, async (alembic, source) => {
      expect(source).not.toMatch(/concurrently|autocommit/);
      await alembic.upgrade();
      expect(await alembic.compareMetadata()).toEqual([]);
      const refused = { cause: { code: 'UNSUPPORTED_OPERATION' } };
      const dropped = alembic.op.dropIndex('ix', { table: 't', ...concurrently });
      await expect(dropped).rejects.toMatchObject(refused);
      const made = alembic.op.createIndex('ix_2', 't', ['a'], concurrently);
      await expect(made).rejects.toMatchObject(refused);
      await alembic.downgrade();
      expect(await indexes(database)).toEqual([]);
    });
  });

  test('what was compared may be invoked, and run back', async () => {
    await using database = await createDatabase(kind);
    await database.exec([tSql(), ...load]);
    const before = await database.schema();
    await withAlembic(
      database,
      [t(column('b', integer()), column('c', integer()), ix('ix_b', ['b']))],
      async (alembic) => {
        const script = await alembic.produceMigrations();
        const [up, down] = [script.upgradeOpsList[0]!, script.downgradeOpsList[0]!];
        expect(up.ops.map((op: Operation) => op.kind)).toEqual(['addColumn', 'autocommitBlock', 'addColumn']);
        expect([up.reverse().ops, down.reverse().ops]).toEqual([down.ops, up.ops]);
        expect(up.asDiffs().map((diff) => diff.kind)).toEqual(['addColumn', 'createIndex', 'addColumn']);
        for (const operation of up.ops) await alembic.op.invoke(operation);
        expect(await alembic.compareMetadata()).toEqual([]);
        for (const operation of down.ops) alembic.op.invoke(operation);
        await alembic.close();
        expect(await database.schema()).toBe(before);
      },
    );
  });
});

describeOn(['sqlite'], 'concurrent indexes of another database', (kind) => {
  test('a revision says them, and the same file runs there', async () => {
    await using database = await createDatabase(kind);
    await database.exec(tSql());
    const before = await database.schema();
    await withAlembic(database, [t(column('b', integer()), ix('ix', ['b']))], async (alembic) => {
      const [script] = await alembic.revision('way');
      expect(readFileSync(script!.path, 'utf8')).toContain('autocommitBlock');
      await alembic.upgrade();
      expect(await alembic.compareMetadata()).toEqual([]);
      await alembic.downgrade();
      await database.exec('DROP TABLE alembic_version');
      expect(await database.schema()).toBe(before);
    });
  });
});

describeOn(['postgresql'], 'concurrent indexes of several databases', (kind) => {
  test('each has its own block', async () => {
    await using one = await createDatabase(kind);
    await using two = await createDatabase(kind);
    for (const database of [one, two]) await database.exec(tSql());
    const rootPath = mkdtempSync(join(tmpdir(), 'alembic-concurrent-'));
    try {
      await using alembic = new Alembic(
        { rootPath },
        {
          engines: { one: one.url, two: two.url },
          metadatas: { one: new MetaData([t(ix('ix'))]), two: new MetaData([t(ix('ix_2'))]) },
          commandName: false,
        },
      );
      await alembic.revision('both');
      await alembic.upgrade();
      expect(await alembic.compareMetadata()).toEqual([]);
      await alembic.downgrade();
      expect((await alembic.compareMetadata()).map(({ kind: what }) => what)).toEqual([
        'createIndex',
        'createIndex',
      ]);
    } finally {
      rmSync(rootPath, { recursive: true, force: true });
    }
  });
});
