import { setTimeout as sleep } from 'node:timers/promises';
import { configureSync, type LogRecord, reset } from '@logtape/logtape';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { createDatabase, describeOn, type TestDatabase } from '../../test/support/databases.ts';
import { type Migration, type TestContext, TestHistory } from '../../test/support/history.ts';
import { createEngine } from '../environment/create-engine.ts';
import { MigrationError } from '../errors.ts';
import { column, integer } from '../schema/index.ts';
import type { RuntimeOptions } from './context.ts';

const addB: Migration = (op) => op.addColumn('t', column('b', integer()));

/** Waits for something to be so, however long a loaded machine takes. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(10);
}

describeOn(['postgresql', 'postgresql-server', 'postgres.js'], 'limits of a migration', (kind) => {
  let database: TestDatabase;
  const logged: LogRecord[] = [];
  beforeEach(async () => {
    logged.length = 0;
    configureSync({
      reset: true,
      sinks: { list: (record) => void logged.push(record) },
      loggers: [
        { category: 'alembic', lowestLevel: 'warning', sinks: ['list'] },
        { category: ['logtape', 'meta'], lowestLevel: 'fatal', sinks: [] },
      ],
    });
    database = await createDatabase(kind);
    await database.exec('create table t (a integer); create table u (a integer)');
  });
  afterEach(async () => {
    await database.drop();
    await reset();
  });

  function contextOf(history: TestHistory, options: RuntimeOptions): TestContext {
    const context = history.context(database.engine, options);
    onTestFinished(() => context.close());
    return context;
  }

  /** Somebody who reads `t` in a transaction, and doesn't end it by itself. */
  async function reader() {
    const connection = await createEngine(database.engine).connect();
    await connection.exec('begin; select * from t');
    return { end: () => connection.close() };
  }

  /** Whether somebody stands in line for `t`. */
  const isAwaited = async (): Promise<boolean> =>
    (await database.query("select from pg_locks where relation = 't'::regclass and not granted")).length > 0;

  /** `addB`, which gives up soon the first time, and waits for its lock after that. */
  function impatientOnce(ran: string[], name: string): Migration {
    return (op, args) => {
      if (!ran.includes(name)) op.execute("set local lock_timeout = '20ms'");
      ran.push(name);
      return addB(op, args);
    };
  }

  async function failure(promise: Promise<unknown>): Promise<MigrationError> {
    const error = await promise.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(MigrationError);
    return error as MigrationError;
  }

  const columns = async (): Promise<unknown[]> =>
    (
      await database.query<{ name: string }>(
        "select attname as name from pg_attribute where attrelid = 't'::regclass and attnum > 0 order by attnum",
      )
    ).map(({ name }) => name);

  test('lockTimeout: a statement behind a long query gives up, and lets the application pass', async () => {
    const other = await reader();
    const history = new TestHistory({
      r1: (op) => op.createTable('made', [column('a', integer())]),
      r2: addB,
    });
    const context = contextOf(history, { lockTimeout: 3000 });
    const running = failure(history.upgrade(context));
    await until(isAwaited);
    // it stands behind the migration, which stands behind the reader
    const queued = database.query('select * from t');
    expect(await queued).toEqual([]);
    const error = await running;
    expect(error).toMatchObject({
      code: 'DATABASE_LOCKED',
      details: { revision: 'r2', operation: 'addColumn', isRolledBack: true },
      cause: { details: { sqlState: '55P03' } },
    });
    expect(error.details.attempts).toBeUndefined();
    expect(error.message).toMatch(/The option lockRetries would have it run again\./);
    expect(await database.query("select to_regclass('made') as made")).toEqual([{ made: null }]);
    await other.end();
    await history.upgrade(context);
    expect(await columns()).toEqual(['a', 'b']);
  });

  test('lockRetries: the unit is rolled back and run again, until the lock is to be had', async () => {
    const other = await reader();
    const ran: string[] = [];
    const history = new TestHistory({
      r1: (op) => {
        ran.push('r1');
        op.createTable('made', [column('a', integer())]);
      },
      r2: (op, args) => {
        ran.push('r2');
        return addB(op, args);
      },
    });
    const context = contextOf(history, { lockTimeout: 50, lockRetries: 20 });
    const running = history.upgrade(context);
    await until(() => logged.length > 0);
    // between two attempts, nothing of it is there and nothing is held
    await other.end();
    const report = (await running).get('default');
    expect(report).toMatchObject({ heads: ['r2'], steps: [{ revision: 'r1' }, { revision: 'r2' }] });
    expect(ran.length).toBeGreaterThanOrEqual(4);
    expect(ran).toEqual(Array.from({ length: ran.length / 2 }, () => ['r1', 'r2']).flat());
    expect(await columns()).toEqual(['a', 'b']);
    expect(logged.length).toBe(ran.length / 2 - 1);
    expect(logged[0]?.message.join('')).toMatch(
      /lock timeout.* Rolled back; trying again in 0\.[12] seconds \(1 of 20\)\./,
    );
  });

  test('with a limit, which the error tells', async () => {
    const other = await reader();
    const history = new TestHistory({ r1: addB });
    const error = await failure(history.upgrade(contextOf(history, { lockTimeout: 20, lockRetries: 2 })));
    expect(error).toMatchObject({ code: 'DATABASE_LOCKED', details: { attempts: 3, isRolledBack: true } });
    expect(error.message).toMatch(/It was tried 3 times\./);
    expect(logged.length).toBe(2);
    // what is set already isn't recommended
    expect(error.message).not.toMatch(/lockRetries/);
    expect(logged.map(({ message }) => message.join('')).join()).not.toMatch(/lockRetries/);
    await other.end();
  });

  test('transactionPerMigration: only the migration that failed is run again', async () => {
    const other = await reader();
    const ran: string[] = [];
    const history = new TestHistory({
      r1: () => void ran.push('r1'),
      r2: impatientOnce(ran, 'r2'),
      r3: () => void ran.push('r3'),
    });
    const options = { lockRetries: 1, transactionPerMigration: true };
    const running = history.upgrade(contextOf(history, options));
    await until(() => logged.length > 0);
    expect(await database.query('select * from alembic_version')).toEqual([{ version_num: 'r1' }]);
    await other.end();
    await running;
    expect(ran).toEqual(['r1', 'r2', 'r2', 'r3']);
  });

  test('another runner may go ahead meanwhile', async () => {
    const other = await reader();
    const history = new TestHistory({
      r1: impatientOnce([], 'r1'),
      r2: (op) => op.createTable('made', [column('a', integer())]),
    });
    const running = history.upgrade(contextOf(history, { lockRetries: 5 }));
    await until(() => logged.length > 0);
    await other.end();
    const others = [1, 2, 3].map(() => history.upgrade(contextOf(history, { lockRetries: 5 })));
    await Promise.all([running, ...others]);
    expect(await columns()).toEqual(['a', 'b']);
  });

  test('what has an autocommit block behind it is not run again', async () => {
    const other = await reader();
    let ran = 0;
    const history = new TestHistory({
      r1: async (op) => {
        ran++;
        await op.getContext().autocommitBlock(() => op.execute('select 1'));
        op.addColumn('t', column('b', integer()));
      },
    });
    const error = await failure(history.upgrade(contextOf(history, { lockTimeout: 20, lockRetries: 5 })));
    expect(error).toMatchObject({
      code: 'DATABASE_LOCKED',
      details: { isRolledBack: false, databases: [{ partial: 'r1' }] },
    });
    expect(ran).toBe(1);
    await other.end();
  });

  test('nor what has committed behind our back', async () => {
    const other = await reader();
    let ran = 0;
    const history = new TestHistory({
      r1: async (op) => {
        ran++;
        op.execute('insert into u values (1)');
        await op.execute('commit; begin');
        op.execute("set local lock_timeout = '20ms'");
        op.addColumn('t', column('b', integer()));
      },
    });
    await failure(history.upgrade(contextOf(history, { lockTimeout: 20, lockRetries: 5 })));
    expect(ran).toBe(1);
    await other.end();
  });

  test('a deadlock is tried again, too', async () => {
    const other = await createEngine(database.engine).connect();
    let ran = 0;
    const history = new TestHistory({
      r1: async (op) => {
        await op.execute('lock table t');
        if (++ran > 1) return;
        await other.exec("begin; set local deadlock_timeout = '10s'; lock table u");
        void other.exec('lock table t').then(() => other.rollback());
        await until(isAwaited);
        await op.execute("set local deadlock_timeout = '20ms'");
        await op.execute('lock table u');
      },
    });
    await history.upgrade(contextOf(history, { lockRetries: 1 }));
    expect(ran).toBe(2);
    await other.close();
  });

  test('statementTimeout ends a statement that takes too long', async () => {
    const history = new TestHistory({ r1: (op) => void op.execute('select pg_sleep(10)') });
    const error = await failure(history.upgrade(contextOf(history, { statementTimeout: 1000 })));
    expect(error).toMatchObject({
      code: 'STATEMENT_CANCELED',
      details: { isRolledBack: true },
      cause: { details: { sqlState: '57014' } },
    });
    expect(error.message).toMatch(/Raise statementTimeout/);
  });

  test('they hold in transactions, and in autocommit blocks for each statement by itself; the session stays as it is', async () => {
    const name = new URL(database.url).pathname.slice(1);
    await database.exec(`alter database ${name} set statement_timeout = '77s'`);
    const show = `select current_setting('lock_timeout') as lock, current_setting('statement_timeout') as statement`;
    await database.exec('create table shown (n serial, lock text, statement text)');
    const note = `insert into shown (lock, statement) ${show}`;
    const history = new TestHistory({
      r1: async (op) => {
        op.execute(note);
        await op.getContext().autocommitBlock(async () => {
          op.execute(note);
          op.execute('vacuum t');
          op.createIndex('ix_t', 't', ['a'], { postgresql: { concurrently: true } });
          op.execute(`${note}; commit; ${note}`);
        });
        op.execute(note);
      },
    });
    const context = contextOf(history, { lockTimeout: 1500, statementTimeout: Number.POSITIVE_INFINITY });
    const before = await context.connection.query(show);
    expect(before).toEqual([{ lock: '0', statement: '77s' }]);
    await history.upgrade(context);
    const limits = { lock: '1500ms', statement: '0' };
    expect(await database.query('select lock, statement from shown order by n')).toEqual([
      limits,
      limits,
      // what could end the transaction of its script has none of ours
      ...before,
      ...before,
      limits,
    ]);
    expect(await database.query("select 1 from pg_indexes where indexname = 'ix_t'")).toHaveLength(1);
    expect(await context.connection.query(show)).toEqual(before);
  });

  test('in an autocommit block too, a statement gives up, and its error is of what was called', async () => {
    const other = await reader();
    const history = new TestHistory({
      r1: (op) => {
        op.getContext().autocommitBlock(() => {
          op.execute('alter table t add column c integer');
        });
      },
      r2: (op) => {
        op.getContext().autocommitBlock(() => {
          op.execute('select form t');
        });
      },
    });
    const context = contextOf(history, { lockTimeout: 50, lockRetries: 3 });
    const locked = await failure(history.upgrade(context));
    expect(locked).toMatchObject({
      code: 'DATABASE_LOCKED',
      details: { sql: 'alter table t add column c integer', databases: [{ partial: 'r1' }] },
    });
    await other.end();
    const wrong = await failure(history.upgrade(context));
    expect(wrong.cause).toMatchObject({ details: { sql: 'select form t', position: 8 } });
  });

  test('without options, everything is as the session has it; 0 gives up at once', async () => {
    const shown: unknown[] = [];
    const history = new TestHistory({
      r1: async (op) => {
        shown.push(await op.getBind().query("select current_setting('lock_timeout') as lock"));
      },
    });
    await history.upgrade(contextOf(history, {}));
    await history.downgrade(contextOf(history, { lockTimeout: 0 }), 'base');
    await history.upgrade(contextOf(history, { lockTimeout: 0, statementTimeout: null }));
    expect(shown).toEqual([[{ lock: '0' }], [{ lock: '1ms' }]]);
  });
});
