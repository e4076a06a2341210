import { afterAll, beforeAll, expect, test } from 'vitest';
import { engineOf } from '../../../test/postgresql/migrate.ts';
import { createDatabase, describeOn, type TestDatabase } from '../../../test/support/databases.ts';
import type { Connection } from '../../dialect/connection.ts';
import { transactions } from './transactions.ts';

const lock = { name: { schema: null, name: 'alembic_version' }, lockTimeout: 0 };

describeOn(['postgresql', 'postgresql-server'], 'transactions and their lock', (kind) => {
  let database: TestDatabase;
  let first: Connection;
  let second: Connection;
  beforeAll(async () => {
    database = await createDatabase(kind);
    [first, second] = [await engineOf(database).connect(), await engineOf(database).connect()];
    await database.exec('create schema app; create table t (a integer)');
  });
  afterAll(async () => {
    await Promise.all([first.close(), second.close()]);
    await database.drop();
  });

  test('one runner at a time, by the name of the version table', async () => {
    await transactions.begin(first, lock);
    await expect(transactions.begin(second, lock)).rejects.toMatchObject({ code: 'LOCK_TIMEOUT' });
    expect(second.inTransaction).toBe(false);
    // the default schema is the same lock by either name, another table another one
    const named = { ...lock, name: { schema: 'public', name: 'alembic_version' } };
    await expect(transactions.begin(second, named)).rejects.toMatchObject({ code: 'LOCK_TIMEOUT' });
    for (const name of [
      { schema: 'app', name: 'alembic_version' },
      { schema: null, name: 'other' },
      { schema: null, name: `it's "odd"` },
    ]) {
      await transactions.begin(second, { ...lock, name });
      await transactions.rollback(second);
    }
    await transactions.commit(first);
    await transactions.begin(second, lock);
    await transactions.rollback(second);
  });

  test('waiting says so once, holds no transaction open, and ends when the lock is free', async () => {
    await transactions.begin(first, lock);
    let told = 0;
    const waiting = transactions.begin(second, { ...lock, lockTimeout: 10_000, onWait: () => told++ });
    await new Promise((resolve) => setTimeout(resolve, 150));
    const idle = await database.query(
      "select 1 from pg_stat_activity where datname = current_database() and state = 'idle in transaction' and query ~ 'ROLLBACK'",
    );
    expect(idle).toEqual([]);
    await first.exec('insert into t values (1)');
    await transactions.commit(first);
    await waiting;
    expect(told).toBe(1);
    // what the last holder committed is seen
    expect(await second.query('select a from t')).toEqual([{ a: 1 }]);
    await transactions.rollback(second);
  });

  test('a time limit is kept', async () => {
    await transactions.begin(first, lock);
    const start = performance.now();
    const refused = transactions.begin(second, { ...lock, lockTimeout: 200 });
    await expect(refused).rejects.toThrow(
      /Another runner migrates postgresql:.* within 0\.2 seconds\. Nothing was changed/,
    );
    expect(performance.now() - start).toBeGreaterThanOrEqual(190);
    await transactions.rollback(first);
  });

  test('a connection that is in a transaction is refused', async () => {
    await first.begin();
    await expect(transactions.begin(first, lock)).rejects.toMatchObject({ code: 'IN_TRANSACTION' });
    expect(first.inTransaction).toBe(true);
    await first.rollback();
  });

  test('it is READ COMMITTED whatever the default is', async () => {
    await first.exec("set default_transaction_isolation = 'serializable'");
    await transactions.begin(first, lock);
    expect(await first.query('show transaction_isolation')).toEqual([
      { transaction_isolation: 'read committed' },
    ]);
    await transactions.rollback(first);
  });

  test('a transaction that something in it ended is not committed in silence', async () => {
    await transactions.begin(first, lock);
    await first.exec('commit');
    await expect(transactions.commit(first)).rejects.toMatchObject({ code: 'TRANSACTION_LOST' });
    await transactions.rollback(first);
  });

  test('nothing of the session is left behind', async () => {
    const settings = 'select name, setting from pg_settings where name <> $1 order by name';
    const before = await second.query(settings, ['']);
    await transactions.begin(second, lock);
    await transactions.commit(second);
    expect(await second.query(settings, [''])).toEqual(before);
    const locks = "select 1 from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()";
    expect(await second.query(locks)).toEqual([]);
  });

  test('a broken connection has nothing to roll back', async () => {
    const lost = await engineOf(database).connect();
    const [row] = await lost.query<{ pid: number }>('select pg_backend_pid() as pid');
    await transactions.begin(lost, lock);
    await database.exec(`select pg_terminate_backend(${row?.pid})`);
    await expect(transactions.commit(lost)).rejects.toMatchObject({ code: expect.stringMatching(/LOST$/) });
    await transactions.rollback(lost);
    await lost.close();
    // its lock went with it
    await transactions.begin(first, { ...lock, lockTimeout: 2000 });
    await transactions.rollback(first);
  });
});
