import { copyFileSync, existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Connection, Parameter } from '../../dialect/connection.ts';
import { AlembicError } from '../../errors.ts';
import { sqliteEngine, sqliteEngineFrom } from './index.ts';

let directory: string;
let file: string;
const open: Connection[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'alembic-driver-'));
  file = join(directory, 'app.db');
});

afterEach(async () => {
  for (const connection of open.splice(0)) await connection.close();
  rmSync(directory, { recursive: true, force: true });
});

async function connect(
  options: { readonly file?: string; readonly readOnly?: boolean } = {},
): Promise<Connection> {
  const connection = await sqliteEngine({ file, ...options }).connect();
  open.push(connection);
  return connection;
}

async function failure(promise: Promise<unknown>): Promise<AlembicError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AlembicError);
  return error as AlembicError;
}

describe('opening', () => {
  test('makes the file, as an upgrade of a new application needs it', async () => {
    const connection = await connect();
    expect(existsSync(file)).toBe(true);
    expect(connection.display).toBe(`sqlite:${file}`);
    expect(connection.inTransaction).toBe(false);
  });

  test('a missing directory', async () => {
    const error = await failure(sqliteEngine({ file: join(directory, 'nowhere', 'app.db') }).connect());
    expect(error.code).toBe('CANNOT_OPEN');
    expect(error.message).toContain('nowhere');
    expect(existsSync(join(directory, 'nowhere'))).toBe(false);
  });

  test('a directory in the place of the file', async () => {
    expect((await failure(sqliteEngine({ file: directory }).connect())).code).toBe('CANNOT_OPEN');
  });

  test('a file that is no database stays as it is', async () => {
    writeFileSync(file, 'hello, '.repeat(1000));
    const error = await failure(sqliteEngine({ file }).connect());
    expect(error.code).toBe('NOT_A_DATABASE');
    expect(error.details.database).toBe(`sqlite:${file}`);
  });

  test('in memory: each connection has its own', async () => {
    const [one, other] = [await connect({ file: ':memory:' }), await connect({ file: ':memory:' })];
    await one.exec('CREATE TABLE t (a)');
    expect(await other.query('SELECT name FROM sqlite_schema')).toEqual([]);
  });

  test('read-only', async () => {
    await (await connect()).exec('CREATE TABLE t (a)');
    const error = await failure((await connect({ readOnly: true })).exec('INSERT INTO t VALUES (1)'));
    expect(error.code).toBe('READ_ONLY_DATABASE');
    expect(
      (await failure(sqliteEngine({ file: join(directory, 'other.db'), readOnly: true }).connect())).code,
    ).toBe('CANNOT_OPEN');
  });

  test('foreign keys are on', async () => {
    expect(await (await connect()).query('PRAGMA foreign_keys')).toEqual([{ foreign_keys: 1 }]);
  });
});

describe('query', () => {
  test('integers stay exact, and are numbers where they can be', async () => {
    const connection = await connect({ file: ':memory:' });
    const rows = [{ a: 2 ** 53 - 1, b: 2n ** 63n - 1n, c: -(2n ** 53n), d: 1.5 }];
    expect(
      await connection.query('SELECT 9007199254740991 a, 9223372036854775807 b, -9007199254740992 c, 1.5 d'),
    ).toEqual(rows);
    await connection.exec('CREATE TABLE t (a, b, c, d)');
    const inserted = await connection.query('INSERT INTO t VALUES (?, ?, ?, ?) RETURNING *', [
      2 ** 53 - 1,
      2n ** 63n - 1n,
      -(2n ** 53n),
      1.5,
    ]);
    expect(inserted).toEqual(rows);
    expect(await connection.query('SELECT count(*) AS n FROM t')).toEqual([{ n: 1 }]);
  });

  test('binds everything without loss', async () => {
    const connection = await connect({ file: ':memory:' });
    const told = async (value: unknown): Promise<unknown> => {
      const [row] = await connection.query('SELECT typeof(p) AS type, p AS value FROM (SELECT ? AS p)', [
        value as Parameter,
      ]);
      return row;
    };
    expect(await told(true)).toEqual({ type: 'integer', value: 1 });
    expect(await told(false)).toEqual({ type: 'integer', value: 0 });
    expect(await told(null)).toEqual({ type: 'null', value: null });
    expect(await told('ä"\'')).toEqual({ type: 'text', value: 'ä"\'' });
    expect(await told(new Uint8Array([0, 255]))).toEqual({ type: 'blob', value: new Uint8Array([0, 255]) });
    expect(await told(new Date('2026-11-22T09:30:00.5Z'))).toEqual({
      type: 'text',
      value: '2026-11-22 09:30:00.500000',
    });
  });

  test.each([
    ['undefined', [undefined]],
    ['NaN', [Number.NaN]],
    ['an object', [{ a: 1 }]],
    ['an invalid Date', [new Date('nope')]],
    ['an integer of 65 bits', [2n ** 64n]],
    ['too few', []],
    ['too many', [1, 2]],
  ])('refuses %s', async (_, parameters) => {
    const connection = await connect({ file: ':memory:' });
    expect((await failure(connection.query('SELECT ? AS p', parameters as never))).code).toBe('BAD_ARGUMENT');
  });

  test('placeholders are counted where they are placeholders', async () => {
    const connection = await connect({ file: ':memory:' });
    expect(await connection.query(`SELECT '?' AS "a?", ? AS b -- ?`, [1])).toEqual([{ 'a?': '?', b: 1 }]);
  });

  test('one statement, and no more', async () => {
    const connection = await connect({ file: ':memory:' });
    const error = await failure(connection.query('CREATE TABLE a (x); CREATE TABLE b (x)'));
    expect(error.code).toBe('BAD_ARGUMENT');
    expect(await connection.query('SELECT name FROM sqlite_schema')).toEqual([]);
    expect(await connection.query("SELECT ';' AS a; -- that was all;")).toEqual([{ a: ';' }]);
  });

  test('an error tells the statement and the database', async () => {
    const connection = await connect({ file: ':memory:' });
    const error = await failure(connection.query('SELECT nope'));
    expect(error.code).toBe('SQL_ERROR');
    expect(error.message).toContain('no such column: nope');
    expect(error.details).toEqual({ sql: 'SELECT nope', database: 'sqlite::memory:' });
    expect(error.cause).toBeInstanceOf(Error);
  });
});

describe('exec', () => {
  test('runs every statement, triggers with all their statements', async () => {
    const connection = await connect({ file: ':memory:' });
    await connection.exec(`
      CREATE TABLE t (a);  CREATE TABLE log (a); -- nothing; here
      CREATE TEMP TRIGGER tr AFTER INSERT ON t BEGIN
        INSERT INTO log VALUES (CASE WHEN new.a = 1 THEN 'one' END); INSERT INTO log VALUES (';');
      END;
      INSERT INTO t VALUES (1);;
      /* last */`);
    expect(await connection.query('SELECT a FROM log')).toEqual([{ a: 'one' }, { a: ';' }]);
  });

  test('an error tells which statement', async () => {
    const connection = await connect({ file: ':memory:' });
    const error = await failure(
      connection.exec('CREATE TABLE t (a UNIQUE); INSERT INTO t VALUES (1); INSERT INTO t VALUES (1)'),
    );
    expect(error.code).toBe('CONSTRAINT_VIOLATION');
    expect(error.details.sql).toBe('INSERT INTO t VALUES (1)');
    expect(await connection.query('SELECT count(*) AS n FROM t')).toEqual([{ n: 1 }]);
  });

  test('a full disk', async () => {
    const connection = await connect();
    await connection.exec('PRAGMA max_page_count = 10; CREATE TABLE t (a)');
    const error = await failure(connection.exec('INSERT INTO t VALUES (randomblob(1000000))'));
    expect(error.code).toBe('DISK_FULL');
  });
});

describe('locks', () => {
  test('a statement waits for a lock without holding up the event loop', async () => {
    const [one, other] = [await connect(), await connect()];
    await one.exec('CREATE TABLE t (a)');
    await one.exec('BEGIN IMMEDIATE; INSERT INTO t VALUES (1)');
    // if the wait held up the event loop, this timer would never run
    const inserted = other.exec('INSERT INTO t VALUES (2)');
    setTimeout(() => void one.commit(), 100);
    await inserted;
    expect(await one.query('SELECT a FROM t')).toEqual([{ a: 1 }, { a: 2 }]);
  });

  test('and gives up', async () => {
    const [one, other] = [await connect(), await connect()];
    (other as unknown as { busyTimeout: number }).busyTimeout = 50;
    await one.exec('CREATE TABLE t (a)');
    await one.exec('BEGIN EXCLUSIVE');
    const error = await failure(other.query('SELECT * FROM t'));
    expect(error.code).toBe('DATABASE_LOCKED');
    await one.rollback();
  });
});

describe('a file that goes while it is used', () => {
  test('removed', async () => {
    const connection = await connect();
    await connection.exec('CREATE TABLE t (a)');
    rmSync(file);
    expect((await failure(connection.query('SELECT * FROM t'))).code).toBe('CANNOT_OPEN');
    expect((await failure(connection.exec('INSERT INTO t VALUES (1)'))).message).toContain(
      'removed or replaced',
    );
  });

  test('replaced by another database', async () => {
    const connection = await connect();
    await connection.exec('CREATE TABLE t (a)');
    copyFileSync(file, join(directory, 'copy.db'));
    renameSync(join(directory, 'copy.db'), file);
    expect((await failure(connection.exec('INSERT INTO t VALUES (1)'))).code).toBe('CANNOT_OPEN');
    expect(new DatabaseSync(file).prepare('SELECT * FROM t').all()).toEqual([]);
  });
});

describe('savepoints', () => {
  test('are released, or rolled back, also one in the other', async () => {
    const connection = await connect({ file: ':memory:' });
    await connection.exec('CREATE TABLE t (a)');
    await connection.begin();
    await connection.savepoint(async () => {
      await connection.exec('INSERT INTO t VALUES (1)');
      const failing = connection.savepoint(async () => {
        await connection.exec('INSERT INTO t VALUES (2)');
        throw new Error('no');
      });
      await expect(failing).rejects.toThrow('no');
    });
    await connection.commit();
    expect(await connection.query('SELECT a FROM t')).toEqual([{ a: 1 }]);
  });
});

describe('closing', () => {
  test('a closed connection says so', async () => {
    const connection = await connect();
    await connection.close();
    await connection.close();
    expect((await failure(connection.query('SELECT 1'))).code).toBe('CONNECTION_CLOSED');
    expect(connection.inTransaction).toBe(false);
  });

  test("a database that was handed over stays the user's", async () => {
    const database = new DatabaseSync(file);
    const connection = await sqliteEngineFrom(database).connect();
    await connection.exec('CREATE TABLE t (a)');
    expect(connection.raw).toBe(database);
    await connection.close();
    expect(database.prepare('SELECT count(*) AS n FROM t').all()).toEqual([{ n: 0 }]);
    database.close();
  });

  test('anything else is no database', () => {
    expect(() => sqliteEngineFrom({} as never)).toThrow(expect.objectContaining({ code: 'BAD_ARGUMENT' }));
  });
});
