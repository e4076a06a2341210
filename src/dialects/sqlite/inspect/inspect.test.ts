import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, test } from 'vitest';
import type { Connection } from '../../../dialect/connection.ts';
import { sqliteEngineFrom } from '../engine.ts';
import { inspect } from './inspect.ts';

const directory = mkdtempSync(join(tmpdir(), 'alembic-inspect-'));
afterAll(() => rmSync(directory, { recursive: true }));

async function connectionTo(...statements: readonly string[]): Promise<Connection> {
  const db = new DatabaseSync(':memory:', { enableForeignKeyConstraints: false });
  for (const statement of statements) db.exec(statement);
  return sqliteEngineFrom(db).connect();
}

/** The same connection, and how often it is asked. */
function counted(connection: Connection): { readonly connection: Connection; readonly asked: string[] } {
  const asked: string[] = [];
  const query: Connection['query'] = (sql, parameters) => {
    asked.push(sql);
    return connection.query(sql, parameters);
  };
  return {
    asked,
    connection: new Proxy(connection, {
      get: (target, key) => (key === 'query' ? query : Reflect.get(target, key)),
    }),
  };
}

function many(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => [
    `CREATE TABLE t${i} (id INTEGER PRIMARY KEY, name VARCHAR(50) NOT NULL DEFAULT 'x', parent INTEGER REFERENCES t${i}, CHECK (name <> ''))`,
    `CREATE UNIQUE INDEX i${i} ON t${i} (lower(name)) WHERE parent IS NOT NULL`,
  ]).flat();
}

describe('inspect', () => {
  test('takes one query, however many tables there are', async () => {
    for (const count of [0, 1, 300]) {
      const { connection, asked } = counted(await connectionTo(...many(count)));
      expect((await inspect(connection)).tables).toHaveLength(count);
      expect(asked).toHaveLength(1);
    }
  });

  test('tells tables with their indexes in the order in which they were made', async () => {
    const connection = await connectionTo(
      'CREATE TABLE b(x, y UNIQUE, PRIMARY KEY (x))',
      'CREATE INDEX z ON b(y)',
      'CREATE TABLE a(x)',
      'CREATE INDEX A2 ON a(x)',
      'CREATE INDEX a1 ON B(x)',
      'CREATE VIEW v AS SELECT 1',
      'CREATE TRIGGER tr AFTER INSERT ON a BEGIN SELECT 1; END',
    );
    const { tables, objects } = await inspect(connection);
    expect(tables.map(({ name, indexes }) => [name, indexes.map((index) => index.name)])).toEqual([
      ['b', ['z', 'a1']],
      ['a', ['A2']],
    ]);
    expect(objects).toHaveLength(2);
  });

  test('leaves out the tables of SQLite and of virtual tables, but not those named almost like them', async () => {
    const connection = await connectionTo(
      'CREATE TABLE counted(id INTEGER PRIMARY KEY AUTOINCREMENT)',
      'CREATE INDEX i ON counted(id)',
      'ANALYZE',
      'CREATE VIRTUAL TABLE texts USING fts5(body)',
      'CREATE VIRTUAL TABLE places USING rtree(id, x0, x1)',
      'CREATE TABLE texts_mine(a)',
      'CREATE TABLE sqlitex(a)',
    );
    expect((await inspect(connection)).tables.map((table) => table.name)).toEqual([
      'counted',
      'texts_mine',
      'sqlitex',
    ]);
  });

  test('gives a foreign key the names that its parent has, and the key that it implies', async () => {
    const connection = await connectionTo(
      'CREATE TABLE child(a REFERENCES parent, b REFERENCES PARENT (other), c REFERENCES missing, d REFERENCES two, e REFERENCES Child (A))',
      'CREATE TABLE Parent(Id INTEGER PRIMARY KEY, Other UNIQUE)',
      'CREATE TABLE two(x, y, PRIMARY KEY (x, y))',
    );
    const [child] = (await inspect(connection)).tables;
    expect(
      child?.constraints.map((key) => key.kind === 'foreignKey' && [key.referredTable, key.referredColumns]),
    ).toEqual([
      ['Parent', ['Id']],
      ['Parent', ['Other']],
      ['missing', []],
      ['two', []],
      ['child', ['a']],
    ]);
  });

  test('only these tables, in any case; a parent outside is looked up all the same', async () => {
    const connection = await connectionTo(
      'CREATE TABLE p(id INTEGER PRIMARY KEY)',
      'CREATE TABLE c(p REFERENCES p)',
      'CREATE TABLE d(x)',
    );
    const tables = [
      { schema: null, name: 'C' },
      { schema: 'other', name: 'd' },
      { schema: null, name: 'missing' },
    ];
    const { tables: found } = await inspect(connection, { tables });
    expect(found.map((table) => table.name)).toEqual(['c']);
    expect(found[0]?.constraints[0]).toMatchObject({ referredColumns: ['id'] });
  });

  test('attached databases have their schema, the temporary one only when it is named', async () => {
    const connection = await connectionTo(
      'ATTACH \':memory:\' AS "a ""x"',
      'CREATE TABLE t(m)',
      'CREATE TABLE "a ""x".t(id INTEGER PRIMARY KEY, o REFERENCES T)',
      'CREATE INDEX "a ""x".i ON t(o)',
      'CREATE VIRTUAL TABLE "a ""x".f USING fts5(y)',
      'CREATE TEMP TABLE temporary(y)',
    );
    const names = async (schemas?: readonly (string | null)[] | 'all'): Promise<unknown> =>
      (await inspect(connection, schemas === undefined ? {} : { schemas })).tables.map(({ schema, name }) => [
        schema,
        name,
      ]);
    expect(await names()).toEqual([[null, 't']]);
    expect(await names('all')).toEqual([
      [null, 't'],
      ['a "x', 't'],
    ]);
    expect(await names(['a "x', null, null])).toEqual([
      ['a "x', 't'],
      [null, 't'],
    ]);
    expect(await names(['main'])).toEqual([['main', 't']]);
    expect(await names(['temp'])).toEqual([['temp', 'temporary']]);
    expect(await names([])).toEqual([]);
    const [t] = (await inspect(connection, { schemas: ['a "x'] })).tables;
    expect(t?.indexes).toHaveLength(1);
    expect(t?.constraints[1]).toMatchObject({ referredSchema: 'a "x', referredColumns: ['id'] });
    await expect(inspect(connection, { schemas: ['nowhere'] })).rejects.toMatchObject({
      name: 'DatabaseError',
    });
  });

  test('everything is frozen', async () => {
    const frozen = (value: unknown): boolean =>
      typeof value !== 'object' ||
      value === null ||
      (Object.isFrozen(value) && Object.values(value).every(frozen));
    const { tables } = await inspect(await connectionTo(...many(2)));
    expect(tables.every(frozen)).toBe(true);
  });

  test('a statement that nobody can read is named', async () => {
    const file = join(directory, 'broken.db');
    const db = new DatabaseSync(file);
    db.enableDefensive?.(false);
    db.exec('CREATE TABLE t(a); PRAGMA writable_schema = ON');
    db.exec("UPDATE sqlite_schema SET sql = 'CREATE TABLE t(a CHECK)'");
    const connection = await sqliteEngineFrom(db).connect();
    await expect(inspect(connection)).rejects.toMatchObject({
      code: 'UNREADABLE_SCHEMA',
      message: expect.stringContaining('CREATE TABLE t(a CHECK)'),
    });
    db.close();
  });
});
