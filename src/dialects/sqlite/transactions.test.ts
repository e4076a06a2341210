import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Connection } from '../../dialect/connection.ts';
import { AlembicError } from '../../errors.ts';
import { sqlite, sqliteEngine, sqliteEngineFrom } from './index.ts';

const { transactions } = sqlite;
let directory: string;
let file: string;
const open: Connection[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'alembic-transactions-'));
  file = join(directory, 'app.db');
});

afterEach(async () => {
  for (const connection of open.splice(0)) {
    await transactions.rollback(connection);
    await connection.close();
  }
  rmSync(directory, { recursive: true, force: true });
});

async function connect(): Promise<Connection> {
  const connection = await sqliteEngine({ file }).connect();
  open.push(connection);
  return connection;
}

function request(lockTimeout = 2000, onWait?: () => void): Parameters<typeof transactions.begin>[1] {
  return { name: { schema: null, name: 'alembic_version' }, lockTimeout, ...(onWait && { onWait }) };
}

async function failure(promise: Promise<unknown>): Promise<AlembicError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AlembicError);
  return error as AlembicError;
}

const pragma = async (connection: Connection, name: string): Promise<unknown> =>
  Object.values((await connection.query(`PRAGMA ${name}`))[0] ?? {})[0];

describe('what is switched, and switched back', () => {
  test.each(['commit', 'rollback'] as const)('by %s', async (end) => {
    const database = new DatabaseSync(file, { timeout: 1234 });
    database.exec('PRAGMA legacy_alter_table = ON');
    const connection = await sqliteEngineFrom(database).connect();
    open.push(connection);
    const settings = async (): Promise<unknown[]> => [
      await pragma(connection, 'foreign_keys'),
      await pragma(connection, 'busy_timeout'),
      await pragma(connection, 'legacy_alter_table'),
      connection.inTransaction,
    ];
    await transactions.begin(connection, request());
    expect(await settings()).toEqual([0, 0, 0, true]);
    await transactions[end](connection);
    expect(await settings()).toEqual([1, 1234, 1, false]);
  });

  test('what was off stays off', async () => {
    const connection = await connect();
    await connection.exec('PRAGMA foreign_keys = OFF');
    await transactions.begin(connection, request());
    await transactions.commit(connection);
    expect(await pragma(connection, 'foreign_keys')).toBe(0);
  });
});

describe('one at a time', () => {
  test('in one process: the second waits for the first, in order, without blocking', async () => {
    const [one, other, third] = [await connect(), await connect(), await connect()];
    const order: string[] = [];
    await one.exec('CREATE TABLE t (a)');
    await transactions.begin(one, request());
    const others = [other, third].map(async (connection, i) => {
      await transactions.begin(
        connection,
        request(5000, () => order.push(`${i} waits`)),
      );
      order.push(`${i} has it`);
      await connection.exec('INSERT INTO t VALUES (1)');
      await transactions.commit(connection);
    });
    await new Promise((resolve) => setTimeout(resolve, 30));
    order.push('the first lets go');
    await transactions.commit(one);
    await Promise.all(others);
    expect(order).toEqual(['0 waits', '1 waits', 'the first lets go', '0 has it', '1 has it']);
  });

  test('another process, or any writer, by the lock of the database', async () => {
    const connection = await connect();
    const writer = new DatabaseSync(file);
    writer.exec('BEGIN IMMEDIATE');
    let waits = 0;
    const begun = transactions.begin(
      connection,
      request(5000, () => waits++),
    );
    setTimeout(() => writer.exec('COMMIT'), 60);
    await begun;
    expect(waits).toBe(1);
    writer.close();
  });

  test.each(['in one process', 'elsewhere'])('waiting has an end: %s', async (where) => {
    const [one, other] = [await connect(), await connect()];
    if (where === 'elsewhere') await one.exec('BEGIN IMMEDIATE');
    else await transactions.begin(one, request());
    const error = await failure(transactions.begin(other, request(40)));
    expect(error.code).toBe('LOCK_TIMEOUT');
    expect(error.message).toContain('40 ms');
    expect(await pragma(other, 'foreign_keys')).toBe(1);
    await transactions.rollback(one);
    await transactions.begin(other, request(40));
  });

  test('who gave up while waiting leaves the others their place', async () => {
    const [one, other, third] = [await connect(), await connect(), await connect()];
    await transactions.begin(one, request());
    expect((await failure(transactions.begin(other, request(20)))).code).toBe('LOCK_TIMEOUT');
    const error = await failure(transactions.begin(third, request(20)));
    expect(error.code).toBe('LOCK_TIMEOUT');
    await transactions.commit(one);
    await transactions.begin(third, request(20));
  });

  test("a borrowed connection in the user's transaction", async () => {
    const connection = await connect();
    await connection.begin();
    expect((await failure(transactions.begin(connection, request()))).code).toBe('IN_TRANSACTION');
    expect(connection.inTransaction).toBe(true);
    await connection.rollback();
    await transactions.begin(connection, request(0));
  });
});

describe('a transaction that is lost', () => {
  test.each([
    ['COMMIT', 'ours'],
    ['ROLLBACK', 'ours'],
    ['COMMIT; BEGIN', 'ours'],
    ['end transaction; begin', 'ours'],
    ['ROLLBACK TRANSACTION; BEGIN IMMEDIATE; CREATE TABLE x (a)', 'ours'],
    ['COMMIT', 'raw'],
    ['ROLLBACK', 'raw'],
  ])('by %s on %s', async (script, which) => {
    const connection = await connect();
    await transactions.begin(connection, request());
    await connection.exec('CREATE TABLE t (a)');
    if (which === 'raw') (connection.raw as DatabaseSync).exec(script);
    else await connection.exec(script);
    expect((await failure(transactions.commit(connection))).code).toBe('TRANSACTION_LOST');
    await transactions.rollback(connection);
    expect(connection.inTransaction).toBe(false);
    expect(await connection.query("SELECT name FROM sqlite_schema WHERE name = 'x'")).toEqual([]);
  });

  test('savepoints of a library are none of it', async () => {
    const connection = await connect();
    await transactions.begin(connection, request());
    await connection.exec(
      'SAVEPOINT a; CREATE TABLE t (a); SAVEPOINT b; ROLLBACK TO b; RELEASE a; SAVEPOINT left_open',
    );
    await transactions.commit(connection);
    expect(await connection.query('SELECT name FROM sqlite_schema')).toEqual([{ name: 't' }]);
  });

  test('a file that is gone at the commit', async () => {
    const connection = await connect();
    await transactions.begin(connection, request());
    await connection.exec('CREATE TABLE t (a)');
    rmSync(file);
    expect((await failure(transactions.commit(connection))).code).toBe('CANNOT_OPEN');
    await transactions.rollback(connection);
  });

  test('a connection that was closed', async () => {
    const connection = await connect();
    await transactions.begin(connection, request());
    await connection.close();
    await transactions.rollback(connection);
    await transactions.begin(await connect(), request(50));
  });
});

describe('foreign keys', () => {
  const schema = `
    CREATE TABLE parent (id INTEGER PRIMARY KEY, code TEXT);
    CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parent (id) ON DELETE CASCADE);
    INSERT INTO parent VALUES (1, 'a'), (2, 'b');
    INSERT INTO child VALUES (10, 1), (11, 2), (12, 2);
    PRAGMA foreign_keys = OFF; INSERT INTO child VALUES (13, 99); PRAGMA foreign_keys = ON;`;

  async function migration(...scripts: readonly string[]): Promise<Connection> {
    const connection = await connect();
    await connection.exec(schema);
    await transactions.begin(connection, request());
    for (const script of scripts) await connection.exec(script);
    return connection;
  }

  test('what a migration breaks fails it, and names the rows', async () => {
    const connection = await migration('DELETE FROM parent WHERE id = 2');
    const error = await failure(transactions.commit(connection));
    expect(error.code).toBe('FOREIGN_KEY_VIOLATION');
    expect(error.message).toContain("2 rows of table 'child' (rowid 11, 12)");
    expect(error.details).toMatchObject({ count: 2 });
    await transactions.rollback(connection);
    expect(await connection.query('SELECT count(*) AS n FROM parent')).toEqual([{ n: 2 }]);
  });

  test.each([
    ['nothing', ''],
    ['what it mends', "INSERT INTO parent VALUES (99, 'c')"],
    ['harmless changes', "UPDATE parent SET code = 'x'; CREATE TABLE other (a)"],
    [
      'a parent that goes and comes',
      "DELETE FROM parent WHERE id = 1; INSERT INTO parent VALUES (1, 'again')",
    ],
    [
      'a child by another name',
      'DELETE FROM parent WHERE id = 1; DELETE FROM child WHERE id = 10; ALTER TABLE child RENAME TO kid',
    ],
    ['a parent by another name', "UPDATE parent SET code = 'x'; ALTER TABLE parent RENAME TO mother"],
  ])('what was broken before is no matter: %s', async (_, script) => {
    const connection = await migration(script);
    await transactions.commit(connection);
    expect(await connection.query('SELECT count(*) AS n FROM sqlite_schema')).not.toEqual([]);
  });

  test('a row that was broken before may not be joined by another', async () => {
    const connection = await migration('INSERT INTO child VALUES (14, 99)');
    expect((await failure(transactions.commit(connection))).message).toContain('rowid 14');
  });

  test('a table that is dropped under its children', async () => {
    const connection = await migration('DROP TABLE parent');
    expect((await failure(transactions.commit(connection))).code).toBe('FOREIGN_KEY_VIOLATION');
  });

  test('what a library does on the raw connection counts', async () => {
    const connection = await migration();
    (connection.raw as DatabaseSync).exec('DELETE FROM parent WHERE id = 2');
    expect((await failure(transactions.commit(connection))).code).toBe('FOREIGN_KEY_VIOLATION');
  });

  test('a foreign key without a key behind it hides no other', async () => {
    const connection = await migration(
      'CREATE TABLE odd (code TEXT REFERENCES parent (code))',
      "INSERT INTO odd VALUES ('a')",
      'DELETE FROM parent WHERE id = 2',
    );
    expect((await failure(transactions.commit(connection))).message).toContain('rowid 11, 12');
  });

  test.each([
    [
      0,
      'makes tables, and notes its version',
      "CREATE TABLE a (x REFERENCES a (x)); CREATE INDEX i ON a (x); ALTER TABLE a ADD COLUMN y; INSERT INTO alembic_version VALUES ('1'); UPDATE main.\"alembic_version\" SET v = '2'; DELETE FROM alembic_version",
    ],
    [2, 'changes rows', 'CREATE TABLE a (x); INSERT OR IGNORE INTO a VALUES (1); DELETE FROM a'],
    [2, 'drops a table', 'CREATE TABLE a (x); DROP TABLE a'],
    [
      2,
      'changes rows in a common table expression',
      'CREATE TABLE a (x); WITH n AS (SELECT 1) INSERT INTO a SELECT * FROM n',
    ],
  ])('the whole database is looked through %i times where a migration %s', async (times, _, script) => {
    const database = new DatabaseSync(file);
    database.exec('CREATE TABLE alembic_version (v)');
    let looks = 0;
    const watched = new Proxy(database, {
      get(target, name) {
        const value = Reflect.get(target, name, target) as unknown;
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          if (String(args[0]).includes('foreign_key_check')) looks++;
          return value.apply(target, args) as unknown;
        };
      },
    });
    const connection = await sqliteEngineFrom(watched).connect();
    await transactions.begin(connection, request());
    await connection.exec(script);
    await transactions.commit(connection);
    expect(looks).toBe(times);
    database.close();
  });

  test('tables without a rowid are told by their number', async () => {
    const connection = await migration(
      'CREATE TABLE w (k TEXT PRIMARY KEY, p INTEGER REFERENCES parent (id)) WITHOUT ROWID',
      "INSERT INTO w VALUES ('x', 77), ('y', 78)",
    );
    const error = await failure(transactions.commit(connection));
    expect(error.message).toContain("2 rows of table 'w' would refer");
  });
});
