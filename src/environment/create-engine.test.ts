import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { createDatabase, describeOn } from '../../test/support/databases.ts';
import { createEngine } from './create-engine.ts';

const refused = (input: unknown) => {
  try {
    createEngine(input as string);
  } catch (error) {
    return error as Error & { code: string };
  }
  return expect.fail(`createEngine(${String(input)}) should have thrown`);
};

describe('createEngine', () => {
  test.each([
    ['sqlite:app.db', 'sqlite', 'sqlite:app.db'],
    ['sqlite:///app.db', 'sqlite', 'sqlite:app.db'],
    ['sqlite://', 'sqlite', 'sqlite::memory:'],
    [
      'postgresql://me:hush@db.example:5433/app?sslmode=require',
      'postgresql',
      'postgresql://me@db.example:5433/app',
    ],
    ['postgres://me:hu%40sh@db.example/app', 'postgresql', 'postgresql://me@db.example/app'],
    ['postgresql+psycopg://db.example/app', 'postgresql', 'postgresql://db.example/app'],
    ['postgresql+postgres://me:hush@db.example/app', 'postgresql', 'postgresql://me@db.example/app'],
    ['postgresql+postgresjs://me:hush@[::1]:1/app', 'postgresql', 'postgresql://me@[::1]:1/app'],
    ['pglite:', 'postgresql', 'pglite::memory:'],
    ['pglite::memory:', 'postgresql', 'pglite::memory:'],
    ['pglite:memory://', 'postgresql', 'pglite:memory://'],
    ['pglite:./my%20data', 'postgresql', 'pglite:./my data'],
    ['pglite:///data', 'postgresql', 'pglite:data'],
    ['pglite:////srv/data', 'postgresql', 'pglite:/srv/data'],
  ])('%s is shown without its password', (url, dialect, display) => {
    const engine = createEngine(url);
    expect([engine.dialect.name, engine.display]).toEqual([dialect, display]);
    expect(JSON.stringify(engine)).not.toContain('hush');
  });

  test.each([
    ['mysql://me:hush@host/app', 'UNSUPPORTED_DATABASE', /MySQL is not supported yet/],
    ['mariadb+pymysql://me:hush@host/app', 'UNSUPPORTED_DATABASE', /MariaDB/],
    ['pglite+socket:data', 'UNSUPPORTED_DRIVER', /write 'pglite:'/],
    ['postgress://me:hush@host/app', 'UNSUPPORTED_DATABASE', /Did you mean 'postgres:'/],
    ['nosuch://me:hush@host/app', 'UNSUPPORTED_DATABASE', /SQLite .* PostgreSQL/],
    ['postgresql+slonik://me:hush@host/app', 'UNSUPPORTED_DRIVER', /write 'postgresql:'/],
    ['sqlite+libsql:app.db', 'UNSUPPORTED_DRIVER', /node:sqlite/],
    ['no url at all', 'BAD_URL', /scheme/],
    [{}, 'UNKNOWN_ENGINE', /An object is nothing/],
    [new Map(), 'UNKNOWN_ENGINE', /class Map/],
    [undefined, 'UNKNOWN_ENGINE', /undefined/],
    [null, 'UNKNOWN_ENGINE', /null/],
    [{ prepare() {}, pragma() {}, loadExtension() {} }, 'UNSUPPORTED_DRIVER', /better-sqlite3/],
    [Object.assign(() => {}, { unsafe() {} }), 'UNKNOWN_ENGINE', /function|=>/],
  ])('%s is refused', (input, code, message) => {
    const error = refused(input);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain('hush');
  });

  test('an unknown option is refused', () => {
    expect(() => createEngine('sqlite:', { readonly: true } as object)).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_OPTION', message: expect.stringContaining("'readOnly'") }),
    );
  });

  test('an engine is itself', () => {
    const engine = createEngine('sqlite:');
    expect(createEngine(engine)).toBe(engine);
  });

  test('mode=ro and readOnly open for reading', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'alembic-engine-'));
    const file = join(directory, 'a.db');
    new DatabaseSync(file).close();
    for (const engine of [
      createEngine(`sqlite:${file}?mode=ro`),
      createEngine(`sqlite:${file}`, { readOnly: true }),
    ]) {
      const connection = await engine.connect();
      await expect(connection.exec('CREATE TABLE t (a)')).rejects.toMatchObject({
        code: 'READ_ONLY_DATABASE',
      });
      await connection.close();
    }
    rmSync(directory, { recursive: true });
  });

  test("a DatabaseSync of the user's is used, and never closed", async () => {
    const database = new DatabaseSync(':memory:');
    const connection = await createEngine(database).connect();
    expect(connection.raw).toBe(database);
    await connection.close();
    expect(database.isOpen).toBe(true);
  });
});

describeOn(['postgresql', 'postgresql-server'], 'createEngine', (kind) => {
  test("a URL, and the user's Pool and Client, which are never closed", async () => {
    await using database = await createDatabase(kind);
    const pool = new pg.Pool({ connectionString: database.url, max: 1 });
    // its idle session ends with the database
    pool.on('error', () => {});
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    for (const input of [database.url, pool, client]) {
      const connection = await createEngine(input).connect();
      expect(await connection.query('SELECT current_database() AS name')).toEqual([
        { name: new URL(database.url).pathname.slice(1) },
      ]);
      await connection.close();
    }
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await pool.end();
    await client.end();
  });
});
