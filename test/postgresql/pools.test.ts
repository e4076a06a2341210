import pg from 'pg';
import postgres from 'postgres';
import { describe, expect, onTestFinished, test } from 'vitest';
import { column, integer, MetaData, table } from '../../src/schema/index.ts';
import { chain, failure, ids, migration, workspace } from '../app/workspace.ts';
import { describeOn } from '../support/databases.ts';
import { quietLogs } from '../support/history.ts';

quietLogs();

/** Pools of one connection each: a query of the application's waits until we let go of it. */
const pools = {
  pg: (url: string) => {
    const pool = new pg.Pool({ connectionString: url, max: 1, connectionTimeoutMillis: 2000 });
    onTestFinished(() => pool.end());
    return { pool, ask: async (sql: string) => (await pool.query(sql)).rows as unknown[] };
  },
  postgres: (url: string) => {
    const pool = postgres(url, { max: 1, onnotice: () => {} });
    onTestFinished(() => pool.end({ timeout: 1 }));
    return { pool, ask: async (sql: string) => [...(await pool.unsafe(sql))] as unknown[] };
  },
};

describeOn(['postgresql', 'postgresql-server'], 'a pool that was handed over', (kind) => {
  describe.each(['pg', 'postgres'] as const)('of %s', (driver) => {
    async function setUp(files: Parameters<typeof workspace>[1]) {
      const space = await workspace(kind, files);
      const { pool, ask } = pools[driver](space.database.url);
      const metadatas = new MetaData([table('models', [column('id', integer(), { primaryKey: true })])]);
      return { ask, pool, space, alembic: space.alembic({ engines: pool, metadatas }) };
    }

    test('has its connection back after each command', async () => {
      const { alembic, ask } = await setUp(chain('a', 'b'));
      const isFree = async (): Promise<void> => expect(await ask('select 1 as a')).toEqual([{ a: 1 }]);
      await alembic.upgrade('a');
      await isFree();
      expect(ids(await alembic.current())).toEqual(['a']);
      await isFree();
      expect(await alembic.compareMetadata()).not.toEqual([]);
      await isFree();
      await alembic.preview();
      await isFree();
      await alembic.op.execute('create table direct (id integer)');
      await isFree();
      await alembic.migrationContext.beginTransaction(() => alembic.op.execute('drop table direct'));
      await isFree();
      await alembic.upgrade();
      await alembic.upgrade();
      await isFree();
      await alembic.migrationContext.getCurrentHeads();
      await isFree();
      await alembic.close();
      await isFree();
    });

    test('and after one that failed', async () => {
      const { alembic, ask } = await setUp({
        'migrations/a.ts': migration('a', { up: "op.execute('select 1 / 0');" }),
      });
      await failure(alembic.upgrade(), 'MIGRATION_FAILED');
      expect(await ask('select 1 as a')).toEqual([{ a: 1 }]);
    });

    test('what was opened by hand, or has a transaction, stays', async () => {
      const { alembic, ask } = await setUp(chain('a'));
      const { connection } = alembic.migrationContext;
      await connection.exec("set my.own = 'kept'");
      await alembic.upgrade();
      expect(await connection.query("select current_setting('my.own') as own")).toEqual([{ own: 'kept' }]);
      await connection.close();
      expect(await ask('select 1 as a')).toEqual([{ a: 1 }]);
      const bind = alembic.op.getBind();
      await bind.exec('begin');
      await bind.exec('create table in_transaction (id integer)');
      await bind.exec('rollback');
      expect(await ask("select to_regclass('in_transaction')::text as name")).toEqual([{ name: null }]);
    });
  });
});
