import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { failure } from '../../../../test/postgresql/connecting.ts';
import { createDatabase, describeOn, type TestDatabase } from '../../../../test/support/databases.ts';
import type { Connection } from '../../../dialect/connection.ts';
import { createEngine } from '../../../environment/create-engine.ts';

const timeLimit: [string, string, string] = [
  'a time limit',
  "set statement_timeout = '10ms'; select pg_sleep(5)",
  'STATEMENT_CANCELED',
];

describeOn(['postgresql', 'postgresql-server', 'postgres.js', 'pglite'], 'a connection', (kind) => {
  /** there is more than one session */
  const onServer = test.runIf(kind !== 'pglite');
  let database: TestDatabase;
  let connection: Connection;
  beforeAll(async () => {
    database = await createDatabase(kind);
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    await connection?.close();
    connection = await createEngine(database.engine).connect();
    // PGlite has one session, and what a test left in it
    if (kind === 'pglite') await connection.exec('rollback; reset all; reset role');
    connection.takeNotices();
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
    const isPglite = kind === 'pglite';
    expect(row).toEqual({
      s: 'ä',
      n: isPglite ? 2n ** 60n : String(2n ** 60n),
      b: true,
      x: isPglite ? Uint8Array.of(0, 255) : Buffer.from([0, 255]),
      z: null,
    });
  });

  test('reading the catalogue compiles nothing, and leaves the setting as it is', async () => {
    const jit = async (read: 'query' | 'readCatalogue'): Promise<unknown> =>
      (await connection[read]<{ jit: string }>("select current_setting('jit') as jit"))[0]?.jit;
    await connection.exec('set jit = on');
    expect([await jit('readCatalogue'), await jit('query')]).toEqual(['off', 'on']);
    await connection.begin();
    await connection.exec('insert into t values (1)');
    expect([await jit('readCatalogue'), await jit('query')]).toEqual(['off', 'on']);
    expect(await connection.readCatalogue('select a from t')).toEqual([{ a: 1 }]);
    expect(await connection.readCatalogue('select a from t where a > 1')).toEqual([]);
    await connection.commit();
    expect(await connection.query('select a from t')).toEqual([{ a: 1 }]);
    await connection.exec('reset jit');
  });

  test('a parameter is what its place needs, whatever the driver guesses', async () => {
    const date = new Date(2026, 10, 22, 9, 30, 0, 7);
    const all = [
      '{"a":1}',
      'true',
      '2026-11-22 09:30:00.123456',
      '1e400',
      [1, null, 3],
      [`it's "so"\\`, 'b'],
      date,
      { a: [1] },
      7,
    ] as never[];
    const [row] = await connection.query(
      `select ($1::jsonb ->> 'a') as json, ($2::boolean)::text as yes, ($3::timestamp)::text as moment, ($4::numeric)::text as number,
        ($5::int[])::text as numbers, ($6::text[])[1] as text, $7::timestamptz = to_timestamp(${date.getTime() / 1000}) as instant,
        ($8::jsonb)::text as object, ($9::int + 1)::text as sum`,
      all,
    );
    expect(row).toEqual({
      json: '1',
      yes: 'true',
      moment: '2026-11-22 09:30:00.123456',
      number: `1${'0'.repeat(400)}`,
      numbers: '{1,NULL,3}',
      text: `it's "so"\\`,
      instant: true,
      object: '{"a": [1]}',
      sum: '8',
    });
  });

  test('values come as the driver gives them, which docs/postgresql.md tells', async () => {
    const [row = {}] = await connection.query(
      `select 1.5::numeric as n, 2::float8 as f, '{"a": 1}'::jsonb as j, array['a', 'b'] as t, array[1, 2] as i, 7::bigint as b,
        '2026-11-22'::date as d, '2026-11-22 09:30'::timestamp as l, '2026-11-22 09:30Z'::timestamptz as z`,
    );
    expect(row).toEqual({
      n: '1.5',
      f: 2,
      j: { a: 1 },
      t: ['a', 'b'],
      i: [1, 2],
      b: kind === 'pglite' ? 7 : '7',
      d: kind.startsWith('postgresql') ? new Date(2026, 10, 22) : new Date('2026-11-22'),
      l: new Date(2026, 10, 22, 9, 30),
      z: new Date('2026-11-22T09:30Z'),
    });
  });

  test('what a statement changed is counted', async () => {
    await connection.query('insert into t select generate_series(1, 5)');
    expect(connection.changed).toBe(5);
    await connection.query('delete from t where a < $1', [3]);
    expect(connection.changed).toBe(2);
    await connection.query('update t set a = a where false');
    expect(connection.changed).toBe(0);
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

  const failures: readonly [name: string, sql: string, code: string][] = [
    ['a syntax error', 'select form t', 'SQL_ERROR'],
    ['a broken constraint', 'insert into t values (1), (1)', 'CONSTRAINT_VIOLATION'],
    ['a read-only transaction', 'begin read only; insert into t values (1)', 'READ_ONLY_DATABASE'],
    ['a missing privilege', 'set role pg_monitor; drop table t', 'INSUFFICIENT_PRIVILEGE'],
    // nothing ends a statement in PGlite, which has no other process
    ...(kind === 'pglite' ? [] : [timeLimit]),
    ['a statement after a failed one', 'begin; select 1/0', 'SQL_ERROR'],
  ];
  test.each(failures)('%s has its code', async (_, sql, code) => {
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

  onServer('a lock that is not to be had is told', async () => {
    const other = await createEngine(database.engine).connect();
    try {
      await other.begin();
      await other.exec('lock table t');
      const error = await failure(connection.exec("set lock_timeout = '20ms'; alter table t add b integer"));
      expect(error.code).toBe('DATABASE_LOCKED');
    } finally {
      await other.close();
    }
  });

  onServer('a session that the server ends is lost, and says so from then on', async () => {
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

  onServer('a session that ends between two statements neither ends the process nor hangs', async () => {
    const [row] = await connection.query<{ pid: number }>('select pg_backend_pid() as pid');
    await database.exec(`select pg_terminate_backend(${row?.pid})`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await failure(connection.exec('select 1'))).code).toBe('CONNECTION_LOST');
  });

  test('commands together run up to the one that fails, which is named', async () => {
    if (connection.runAll === undefined) {
      await connection.begin();
      // one that can only tell in a transaction
      if (connection.runAll === undefined) return expect(kind).toBe('pglite');
      await connection.rollback();
    }
    await connection.begin();
    expect(await connection.runAll?.(['insert into t values (1)', 'insert into t values (2)'])).toBeNull();
    const failed = await connection.runAll?.([
      'insert into t values (3)',
      'insert into t values (1)',
      'insert into t values (4)',
    ]);
    expect(failed).toMatchObject({ index: 1, error: { code: 'CONSTRAINT_VIOLATION' } });
    expect(connection.inTransaction).toBe(true);
    await connection.rollback();
    expect(await connection.query('select * from t')).toEqual([]);
  });

  test('a closed connection is refused, and closing twice does nothing', async () => {
    await connection.close();
    await connection.close();
    expect((await failure(connection.query('select 1'))).code).toBe('CONNECTION_CLOSED');
    expect(connection.inTransaction).toBe(false);
  });

  onServer('an engine closes what it opened', async () => {
    const engine = createEngine(database.engine);
    const opened = await engine.connect();
    await engine.dispose();
    expect((await failure(opened.query('select 1'))).code).toBe('CONNECTION_CLOSED');
  });
});
