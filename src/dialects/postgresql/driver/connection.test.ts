import { createServer, type Server } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { engineOf } from '../../../../test/postgresql/migrate.ts';
import { createDatabase, describeOn, type TestDatabase } from '../../../../test/support/databases.ts';
import type { Connection } from '../../../dialect/connection.ts';
import { AlembicError } from '../../../errors.ts';
import { postgresqlEngine, postgresqlEngineFrom } from './engine.ts';

const hostile = `p@ss:w/o?r#d%20'"\\ <>&=+é`;

async function failure(promise: Promise<unknown>): Promise<AlembicError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(AlembicError);
  return error as AlembicError;
}

describeOn(['postgresql', 'postgresql-server'], 'a connection over pg', (kind) => {
  let database: TestDatabase;
  let connection: Connection;
  beforeAll(async () => {
    database = await createDatabase(kind);
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    await connection?.close();
    connection = await engineOf(database).connect();
    await connection.exec('drop table if exists t; create table t (a integer primary key)');
    return async () => connection.close();
  });

  test('query takes $1, exec a script', async () => {
    await connection.exec('insert into t values (1); insert into t values (2)');
    const rows = await connection.query<{ a: number }>('select a from t where a > $1', [1]);
    expect(rows).toEqual([{ a: 2 }]);
    const [row] = await connection.query(
      'select $1::text as s, $2::bigint as n, $3::boolean as b, $4::bytea as x, $5::text as z',
      ['ä', 2n ** 60n, true, Uint8Array.of(0, 255), null],
    );
    expect(row).toEqual({ s: 'ä', n: String(2n ** 60n), b: true, x: Buffer.from([0, 255]), z: null });
  });

  test('query of a script gives the rows of its last statement that has any', async () => {
    expect(await connection.query('select 1 as a; select 2 as a; select 3 as a where false')).toEqual([
      { a: 2 },
    ]);
  });

  test('knows whether it is in a transaction, whoever began it, also right after an error', async () => {
    expect(connection.inTransaction).toBe(false);
    await connection.exec('begin');
    expect(connection.inTransaction).toBe(true);
    await failure(connection.exec('select 1/0'));
    expect(connection.inTransaction).toBe(true);
    await connection.rollback();
    expect(connection.inTransaction).toBe(false);
    await failure(connection.exec('begin; select 1/0'));
    expect(connection.inTransaction).toBe(true);
    await connection.rollback();
    await failure(connection.exec('select 1; select 1/0'));
    expect(connection.inTransaction).toBe(false);
  });

  test('a commit that the server turns into a rollback is an error', async () => {
    await connection.begin();
    await connection.exec('insert into t values (1)');
    await failure(connection.exec('insert into t values (1)'));
    const error = await failure(connection.commit());
    expect(error.code).toBe('TRANSACTION_ABORTED');
    expect(await connection.query('select * from t')).toEqual([]);
  });

  test('a savepoint is rolled back alone; without a transaction it is one', async () => {
    await connection.begin();
    await connection.savepoint(() => connection.exec('insert into t values (1)'));
    const thrown = new Error('mine');
    const nested = connection.savepoint(async () => {
      await connection.savepoint(() => connection.exec('insert into t values (2)'));
      await connection.exec('insert into t values (1)').catch(() => {});
      throw thrown;
    });
    await expect(nested).rejects.toBe(thrown);
    await connection.commit();
    expect(await connection.query('select * from t')).toEqual([{ a: 1 }]);

    await connection.savepoint(() => connection.exec('insert into t values (3)'));
    expect(connection.inTransaction).toBe(false);
    expect(await connection.query('select count(*)::int as n from t')).toEqual([{ n: 2 }]);
  });

  test('gives each notice once', async () => {
    await connection.exec(
      `do $$ begin raise notice 'look' using hint = 'here'; raise warning 'mind'; end $$`,
    );
    expect(connection.takeNotices()).toEqual(['NOTICE: look here', 'WARNING: mind']);
    expect(connection.takeNotices()).toEqual([]);
  });

  test.each<[string, string, string]>([
    ['a syntax error', 'select form t', 'SQL_ERROR'],
    ['a broken constraint', 'insert into t values (1), (1)', 'CONSTRAINT_VIOLATION'],
    ['a read-only transaction', 'begin read only; insert into t values (1)', 'READ_ONLY_DATABASE'],
    ['a missing privilege', 'set role pg_monitor; drop table t', 'INSUFFICIENT_PRIVILEGE'],
    ['a time limit', "set statement_timeout = '10ms'; select pg_sleep(5)", 'STATEMENT_CANCELED'],
    ['a statement after a failed one', 'begin; select 1/0', 'SQL_ERROR'],
  ])('%s has its code', async (_, sql, code) => {
    const error = await failure(connection.exec(sql));
    expect(error.code).toBe(code);
    expect(error.details).toMatchObject({
      sql,
      database: connection.display,
      sqlState: expect.stringMatching(/^\w{5}$/),
    });
    if (connection.inTransaction)
      expect((await failure(connection.exec('select 1'))).code).toBe('TRANSACTION_ABORTED');
  });

  test('an error has the place, the detail and the hint of the server', async () => {
    const error = await failure(connection.exec('select b from t'));
    expect(error.details).toMatchObject({ sqlState: '42703', position: 8 });
    expect(error.message).toMatch(/column "b" does not exist \(42703\)\./);
    const violation = await failure(connection.exec('insert into t values (1), (1)'));
    expect(violation.message).toMatch(/t_pkey.*Key \(a\)=\(1\) already exists\./);
    expect(violation.details).toMatchObject({ constraint: 't_pkey', table: 't' });
  });

  test('a lock that is not to be had is told', async () => {
    const other = await engineOf(database).connect();
    try {
      await other.begin();
      await other.exec('lock table t');
      const error = await failure(connection.exec("set lock_timeout = '20ms'; alter table t add b integer"));
      expect(error.code).toBe('DATABASE_LOCKED');
    } finally {
      await other.close();
    }
  });

  test('a session that the server ends is lost, and says so from then on', async () => {
    const [row] = await connection.query<{ pid: number }>('select pg_backend_pid() as pid');
    await connection.begin();
    const waiting = failure(connection.exec('select pg_sleep(30)'));
    await database.exec(`select pg_terminate_backend(${row?.pid})`);
    expect((await waiting).code).toBe('CONNECTION_LOST');
    expect(connection.inTransaction).toBe(false);
    expect((await failure(connection.exec('select 1'))).code).toBe('CONNECTION_LOST');
    await connection.dialect.transactions.rollback(connection);
    await connection.close();
  });

  test('a session that ends between two statements neither ends the process nor hangs', async () => {
    const [row] = await connection.query<{ pid: number }>('select pg_backend_pid() as pid');
    await database.exec(`select pg_terminate_backend(${row?.pid})`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await failure(connection.exec('select 1'))).code).toBe('CONNECTION_LOST');
  });

  test('a closed connection is refused, and closing twice does nothing', async () => {
    await connection.close();
    await connection.close();
    expect((await failure(connection.query('select 1'))).code).toBe('CONNECTION_CLOSED');
    expect(connection.inTransaction).toBe(false);
  });

  test('an engine closes what it opened', async () => {
    const engine = engineOf(database);
    const opened = await engine.connect();
    await engine.dispose();
    expect((await failure(opened.query('select 1'))).code).toBe('CONNECTION_CLOSED');
  });

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

  test('a database name, a user and options with special characters arrive as they are', async () => {
    const name = `alembic ${process.pid}/?#%&+"ä`;
    const quoted = `"${name.replaceAll('"', '""')}"`;
    await database.exec(`create database ${quoted} template template0`);
    try {
      const { hostname, port } = new URL(database.url);
      const target = {
        host: hostname,
        port: Number(port),
        user: 'postgres',
        database: name,
        password: hostile,
      };
      const there = await postgresqlEngine({
        ...target,
        parameters: { application_name: 'a b&c', options: '-c jit=off' },
      }).connect();
      const [row] = await there.query(
        "select current_database() as database, current_setting('application_name') as application, current_setting('jit') as jit",
      );
      expect(row).toEqual({ database: name, application: 'a b&c', jit: 'off' });
      await there.close();
    } finally {
      await database.exec(`drop database ${quoted}`);
    }
  });

  test('a database that is not there says what to do', async () => {
    const { hostname, port } = new URL(database.url);
    const error = await failure(
      postgresqlEngine({
        host: hostname,
        port: Number(port),
        user: 'postgres',
        database: 'no such',
        password: hostile,
      }).connect(),
    );
    expect(error.code).toBe('CANNOT_CONNECT');
    expect(error.message).toMatch(/"no such" does not exist.*Create the database/s);
    expectNoPassword(error);
  });
});

describe('connecting', () => {
  test('nobody listens', async () => {
    const error = await failure(
      postgresqlEngine({
        host: '127.0.0.1',
        port: 1,
        user: 'me',
        database: 'app',
        password: hostile,
      }).connect(),
    );
    expect(error.code).toBe('CANNOT_CONNECT');
    expect(error.message).toMatch(
      /^Can't connect to postgresql:\/\/me@127\.0\.0\.1:1\/app: .*Nothing listens there/,
    );
    expectNoPassword(error);
  });

  test('the password arrives as it is, and is never told', async () => {
    const heard: Buffer[] = [];
    const server = await listen((chunk, reply) => {
      heard.push(chunk);
      // AuthenticationCleartextPassword, then: wrong
      if (heard.length === 1) reply(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]));
      else reply(errorResponse('28P01', 'password authentication failed for user "me"'));
    });
    const { port } = server.address() as { port: number };
    const error = await failure(
      postgresqlEngine({ host: '127.0.0.1', port, user: 'me', password: hostile }).connect(),
    );
    server.close();
    expect(heard[1]?.subarray(5, -1).toString()).toBe(hostile);
    expect(error.code).toBe('CANNOT_CONNECT');
    expect(error.message).toMatch(/authentication failed.*Correct the user or the password/);
    expectNoPassword(error);
  });

  test('a server that says nothing is given up', async () => {
    const server = await listen(() => {});
    const { port } = server.address() as { port: number };
    const target = { host: '127.0.0.1', port, user: 'me', password: hostile };
    const error = await failure(postgresqlEngine(target, { connectTimeout: 100 }).connect());
    server.close();
    expect(error.code).toBe('CANNOT_CONNECT');
    expectNoPassword(error);
  });

  test('an unreadable certificate, and what is neither a pool nor a client, are refused', async () => {
    const target = {
      host: '127.0.0.1',
      password: hostile,
      parameters: { sslmode: 'verify-full', sslrootcert: '/no/such' },
    };
    const error = await failure(postgresqlEngine(target).connect());
    expect(error).toMatchObject({ code: 'CANNOT_CONNECT' });
    expectNoPassword(error);
    expect(() => postgresqlEngineFrom({ query: () => {} })).toThrow(
      expect.objectContaining({ code: 'BAD_ARGUMENT' }),
    );
  });
});

function expectNoPassword(error: AlembicError): void {
  for (let each: unknown = error; each instanceof Error; each = each.cause) {
    const told = JSON.stringify([each.message, each.stack, each, Object.entries(each)]);
    for (const secret of [
      hostile,
      encodeURIComponent(hostile),
      JSON.stringify(hostile).slice(1, -1),
      'p@ss',
      'p%40ss',
    ])
      expect(told).not.toContain(secret);
  }
}

function listen(answer: (chunk: Buffer, reply: (bytes: Buffer) => void) => void): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('data', (chunk) => answer(chunk, (bytes) => socket.write(bytes))).on('error', () => {});
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

function errorResponse(code: string, message: string): Buffer {
  const body = Buffer.from(`SFATAL\0C${code}\0M${message}\0\0`);
  const head = Buffer.from([0x45, 0, 0, 0, 0]);
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
