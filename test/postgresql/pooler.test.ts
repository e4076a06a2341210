import pg from 'pg';
import postgres from 'postgres';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Connection } from '../../src/dialect/connection.ts';
import {
  Alembic,
  column,
  createEngine,
  type Engine,
  integer,
  MetaData,
  sql,
  string,
  table,
} from '../../src/index.ts';
import { chain, testDatabase } from '../app/workspace.ts';
import { project } from '../scripts/project.ts';
import { describeOn, type TestDatabase } from '../support/databases.ts';
import { quietLogs } from '../support/history.ts';
import { transactionPooler } from './transaction-pooler.ts';

const models = new MetaData([
  table('t_a', [
    column('id', integer(), { primaryKey: true }),
    // asked of the server: by scratch tables
    column('name', string(20), { serverDefault: sql`('x' || 'y')` }),
  ]),
  table('t_b', [column('id', integer(), { primaryKey: true })]),
]);

/** What a session holds beyond its transactions; of its settings, those that aren't as a new session has them. */
async function leftovers(connection: Connection): Promise<unknown> {
  return {
    settings: await connection.query(
      'select name, setting, source from pg_settings where setting is distinct from reset_val or source = $1 order by name',
      ['session'],
    ),
    locks: await connection.query(
      "select locktype, mode, objid::text from pg_locks where pid = pg_backend_pid() and locktype = 'advisory'",
    ),
    temporary: await connection.query(
      'select relname from pg_class where relnamespace = pg_my_temp_schema() order by relname',
    ),
    statements: await connection.query('select name from pg_prepared_statements'),
    channels: await connection.query('select pg_listening_channels() as name'),
    cursors: await connection.query('select name from pg_cursors'),
    role: await connection.query('select current_user = session_user as own'),
    inTransaction: connection.inTransaction,
  };
}

describeOn(['postgresql', 'postgresql-server'], 'a pooler', (kind) => {
  let database: TestDatabase;
  // dropped after the pools of a test have ended
  const setUp = async (): Promise<void> => {
    database = await testDatabase(kind);
  };
  beforeAll(quietLogs);

  const rootPath = (): string =>
    project(
      chain('a', 'b', [
        'c',
        {
          async: true,
          up: `await op.getContext().autocommitBlock(() => op.execute('vacuum t_a'));
            await op.getBind().query('select $1::int as one', [1]);
            await op.getBind().savepoint(() => op.execute('select 1'));`,
          down: "op.execute('select 1');",
        },
      ]),
    );
  const alembicOver = (engine: Engine | object, path: string): Alembic => {
    const context = { lockTimeout: 5000, statementTimeout: 60_000 };
    const alembic = new Alembic(
      { rootPath: path },
      { engines: engine, metadatas: models, context, commandName: false },
    );
    onTestFinished(() => alembic.close());
    return alembic;
  };

  /** All that we do to a database. */
  async function everything(alembic: Alembic): Promise<void> {
    await alembic.upgrade();
    await alembic.compareMetadata();
    await alembic.revision('the models');
    await alembic.upgrade();
    expect(await alembic.compareMetadata()).toEqual([]);
    await expect(Promise.resolve(alembic.op.execute('select wrong'))).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
    });
    await alembic.downgrade('a');
    await alembic.stamp('base', { purge: true });
  }

  test('pg: the client of a pool has nothing of ours when it goes back', async () => {
    await setUp();
    const pool = new pg.Pool({ connectionString: database.url, max: 1 });
    // the database may be dropped before the last client has gone
    pool.on('error', () => {});
    onTestFinished(() => pool.end());
    const asItWas = await createEngine(pool).connect();
    const before = await leftovers(asItWas);
    await asItWas.close();
    const alembic = alembicOver(pool, rootPath());
    await everything(alembic);
    await alembic.close();
    const after = await createEngine(pool).connect();
    expect(await leftovers(after)).toEqual(before);
    await after.close();
    expect(pool.totalCount).toBe(1);
  });

  test('postgres.js: the connection of a Sql has nothing of ours when it goes back', async () => {
    await setUp();
    const pool = postgres(database.url, { max: 1, onnotice: () => {} });
    onTestFinished(() => pool.end());
    const asItWas = await createEngine(pool).connect();
    const before = await leftovers(asItWas);
    await asItWas.close();
    const alembic = alembicOver(pool, rootPath());
    await everything(alembic);
    await alembic.close();
    const after = await createEngine(pool).connect();
    expect(await leftovers(after)).toEqual(before);
    await after.close();
  });

  test.each(['pg', 'postgres'])(
    'in transaction mode (%s): whatever session a transaction has, all goes well, and none keeps anything',
    async (driver) => {
      await setUp();
      const engine = createEngine(database.url.replace('postgresql:', `postgresql+${driver}:`));
      const pooler = await transactionPooler(engine, 3);
      const before = [];
      for (const session of pooler.sessions) before.push(await leftovers(session));
      await everything(alembicOver(pooler, rootPath()));
      const after = [];
      for (const session of pooler.sessions) after.push(await leftovers(session));
      expect(after).toEqual(before);
      await pooler.dispose();
    },
  );

  test('in transaction mode, one runner works at a time', async () => {
    await setUp();
    const pooler = await transactionPooler(createEngine(database.url), 4);
    const path = project(
      chain(['a', { up: `op.execute('select pg_sleep(0.2)'); op.createTable('t_a', []);` }], 'b'),
    );
    const all = [1, 2, 3].map(() => alembicOver(pooler, path));
    await Promise.all(all.map((alembic) => alembic.upgrade()));
    expect(await database.query('select version_num from alembic_version')).toEqual([{ version_num: 'b' }]);
    await pooler.dispose();
  });
});
