import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { failure } from '../../../../../test/postgresql/connecting.ts';
import {
  createDatabase,
  describeOn,
  serverUrl,
  type TestDatabase,
} from '../../../../../test/support/databases.ts';
import { createEngine } from '../../../../environment/create-engine.ts';
import { postgresqlEngineFrom } from '../engine.ts';

describeOn(['postgresql', 'postgresql-server'], "a user's objects of postgres.js", (kind) => {
  let database: TestDatabase;
  const opened: postgres.Sql[] = [];
  beforeAll(async () => {
    database = await createDatabase(kind);
  });
  afterEach(async () => {
    for (const sql of opened.splice(0)) await sql.end({ timeout: 1 });
  });
  afterAll(() => database.drop());

  function open(options: postgres.Options<Record<string, postgres.PostgresType>> = {}): postgres.Sql {
    const sql = postgres(database.url, { max: 1, onnotice: () => {}, ...options });
    opened.push(sql);
    return sql;
  }

  test('a Sql lends a connection, gets it back, and stays open', async () => {
    const sql = open();
    const engine = createEngine(sql, { connectTimeout: 200 });
    expect(engine.display).toBe(database.url.replace('postgres@', 'postgres@'));
    const first = await engine.connect();
    await first.begin();
    const [{ pid } = {}] = await first.query<{ pid: number }>('select pg_backend_pid() as pid');
    expect((await failure(engine.connect())).code).toBe('POOL_EXHAUSTED');
    await first.rollback();
    await first.close();
    await engine.dispose();
    // the one that was asked for too late went back as well
    expect(await sql`select pg_backend_pid() as pid`).toEqual([{ pid }]);
  });

  test('one that is given back in a transaction is rolled back first', async () => {
    const sql = open();
    const connection = await createEngine(sql).connect();
    await connection.exec('begin; create table left_behind (a integer)');
    await connection.close();
    expect(await sql`select to_regclass('left_behind') as name`).toEqual([{ name: null }]);
  });

  test('one that broke off is not given back: the pool makes another one', async () => {
    const sql = open({ backoff: () => 0 });
    const connection = await createEngine(sql).connect();
    const [{ pid } = {}] = await connection.query<{ pid: number }>('select pg_backend_pid() as pid');
    await database.exec(`select pg_terminate_backend(${pid})`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    // the pool connects anew meanwhile, with the same object
    expect(await sql`select 1 as a`).toEqual([{ a: 1 }]);
    expect((await failure(connection.exec('create table elsewhere (a integer)'))).code).toBe(
      'CONNECTION_LOST',
    );
    await connection.close();
    expect(await sql`select to_regclass('elsewhere') as name`).toEqual([{ name: null }]);
  });

  test('a reserved one is used as it is, and stays reserved', async () => {
    const sql = open();
    const reserved = await sql.reserve();
    const connection = await postgresqlEngineFrom(reserved).connect();
    expect(connection.raw).toBe(reserved);
    await connection.begin();
    await connection.close();
    expect(await reserved`select 1 as a`).toEqual([{ a: 1 }]);
    const again = await postgresqlEngineFrom(reserved).connect();
    expect(again.inTransaction).toBe(true);
    await again.rollback();
    await again.close();
    reserved.release();
    expect(await sql`select 2 as a`).toEqual([{ a: 2 }]);
  });

  test('what begin calls back with is in a transaction already', async () => {
    const sql = open();
    await sql.begin(async (transaction) => {
      const connection = await postgresqlEngineFrom(transaction).connect();
      const lock = { name: { schema: null, name: 'alembic_version' }, lockTimeout: 0 };
      const begun = failure(connection.dialect.transactions.begin(connection, lock));
      expect((await begun).code).toBe('IN_TRANSACTION');
      await connection.close();
    });
  });

  test.each([
    ['transform.column', { transform: postgres.camel }],
    ['transform.row', { transform: { row: (row: object) => Object.values(row) } }],
    ['transform.value', { transform: { value: (value: unknown) => [value] } }],
  ])('a Sql with %s is refused, for it would misread the catalogue', async (_, options) => {
    const error = await failure(createEngine(open(options as object)).connect());
    expect(error).toMatchObject({ code: 'UNSUPPORTED_DRIVER', message: expect.stringMatching(/transform/) });
  });

  test('transform.undefined, serializers and parsers of types change nothing', async () => {
    const sql = open({
      transform: { undefined: null },
      types: {
        text: { to: 25, from: [25], serialize: (text: string) => `${text}!`, parse: (text: string) => text },
        json: { to: 3802, from: [114, 3802], serialize: () => 'wrong', parse: (text: string) => text },
      },
    });
    const connection = await createEngine(sql).connect();
    expect(await connection.query(`select $1::text as a, $2::jsonb as b`, ['x', '{"a": 1}'])).toEqual([
      { a: 'x', b: '{"a": 1}' },
    ]);
    await connection.close();
  });

  test('COPY from the client is refused, to it is thrown away; both leave the connection fit', async () => {
    const connection = await createEngine(open()).connect();
    await connection.exec('create temp table copied (a integer)');
    expect((await failure(connection.exec('copy copied from stdin'))).code).toBe('UNSUPPORTED_DRIVER');
    expect(await connection.query('select count(*)::int as n from copied')).toEqual([{ n: 0 }]);
    await connection.exec('copy (select generate_series(1, 10000)) to stdout');
    expect(await connection.query('select 1 as a')).toEqual([{ a: 1 }]);
    await connection.close();
  });
});

describeOn(['postgres.js'], 'a connection of its own', (kind) => {
  test('leaves no statement prepared, which a pooler might give to another client', async () => {
    const url = (await serverUrl(kind as 'postgresql')).replace(/^[^:]*/, 'postgresql+postgresjs');
    const connection = await createEngine(url).connect();
    await connection.query('select $1::int as a', [1]);
    expect(await connection.query('select name from pg_prepared_statements')).toEqual([]);
    await connection.close();
  });
});
