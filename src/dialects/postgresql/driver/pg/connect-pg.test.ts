import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { failure } from '../../../../../test/postgresql/connecting.ts';
import { createDatabase, describeOn, type TestDatabase } from '../../../../../test/support/databases.ts';
import { postgresqlEngineFrom } from '../engine.ts';

describeOn(['postgresql', 'postgresql-server'], "a user's objects of pg", (kind) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase(kind);
  });
  afterAll(() => database.drop());

  test("a user's client stays open and keeps its listeners", async () => {
    const client = new pg.Client({ connectionString: database.url });
    const listeners = (): number[] => ['notice', 'error', 'end'].map((event) => client.listenerCount(event));
    const before = listeners();
    const borrowed = await postgresqlEngineFrom(client).connect();
    expect(borrowed.raw).toBe(client);
    await borrowed.begin();
    await borrowed.close();
    expect(listeners()).toEqual(before);
    expect(client.getTransactionStatus()).toBe('T');
    expect((await client.query('select 1 as a')).rows).toEqual([{ a: 1 }]);
    await client.end();
  });

  test('a client of an older pg tells by its messages whether it is in a transaction', async () => {
    const client = new pg.Client({ connectionString: database.url });
    Object.assign(client, { getTransactionStatus: undefined });
    await client.connect();
    await client.query('begin');
    const borrowed = await postgresqlEngineFrom(client).connect();
    expect(borrowed.inTransaction).toBe(true);
    await failure(borrowed.exec('commit; begin; select 1/0'));
    expect(borrowed.inTransaction).toBe(true);
    await borrowed.rollback();
    expect(borrowed.inTransaction).toBe(false);
    await borrowed.close();
    await client.end();
  });

  test("a pool's client goes back to the pool", async () => {
    const pool = new pg.Pool({ connectionString: database.url, max: 1 });
    // the database may be dropped before the last client has gone
    pool.on('error', () => {});
    const engine = postgresqlEngineFrom(pool, { connectTimeout: 100 });
    const first = await engine.connect();
    const error = await failure(engine.connect());
    expect(error.code).toBe('POOL_EXHAUSTED');
    await first.close();
    await engine.dispose();
    // the client that the second one asked for came late, and went back too
    expect((await pool.query('select 1 as a')).rows).toEqual([{ a: 1 }]);
    expect(pool.idleCount).toBe(1);
    await pool.end();
  });

  test('one that is given back in a transaction is rolled back first', async () => {
    const pool = new pg.Pool({ connectionString: database.url, max: 1 });
    // the database may be dropped before the last client has gone
    pool.on('error', () => {});
    const connection = await postgresqlEngineFrom(pool).connect();
    await connection.exec('begin; create table left_behind (a integer)');
    await connection.close();
    const { rows } = await pool.query("select to_regclass('left_behind') as name");
    expect(rows).toEqual([{ name: null }]);
    await pool.end();
  });
});
