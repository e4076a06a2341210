// What doesn't hold up an application that goes on: indexes made concurrently, constraints whose rows are looked at later.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  Alembic,
  check,
  column,
  foreignKey,
  index,
  integer,
  MetaData,
  type Table,
  table,
} from '../../src/index.ts';
import { converge, isRight } from '../conformance/converge.ts';
import { createDatabase, describeOn, type TestDatabase } from '../support/databases.ts';
import { compare, migrate, reversed, withConnection } from './migrate.ts';

describeOn(['postgresql', 'postgresql-server'], 'online', (kind) => {
  async function withRevision(
    database: TestDatabase,
    up: string,
    use: (alembic: Alembic) => Promise<void>,
    ...models: readonly Table[]
  ): Promise<void> {
    const rootPath = mkdtempSync(join(tmpdir(), 'alembic-online-'));
    try {
      await using alembic = new Alembic(
        { rootPath },
        { engines: database.engine, metadatas: new MetaData(models), commandName: false },
      );
      const header = `export const revision = 'r1';\nexport const downRevision = null;\nexport const branchLabels = null;\nexport const dependsOn = null;\n`;
      writeFileSync(
        join(rootPath, 'migrations', 'r1.mjs'),
        `${header}export async function upgrade(op) { ${up} }\nexport async function downgrade() {}\n`,
      );
      await use(alembic);
    } finally {
      rmSync(rootPath, { recursive: true, force: true });
    }
  }
  const concurrently = (name: string, options = ''): string =>
    `await op.getContext().autocommitBlock(() => op.createIndex('${name}', 't', ['a'], { unique: true, ${options} postgresql: { concurrently: true } }));`;
  const indexes = (database: TestDatabase): Promise<readonly object[]> =>
    database.query(
      "SELECT c.relname::text AS name, i.indisvalid AS valid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = 't'::regclass",
    );

  test('an index that could not be made concurrently leaves nothing behind', async () => {
    await using database = await createDatabase(kind);
    await database.exec(['CREATE TABLE t (a INTEGER)', 'INSERT INTO t VALUES (1), (1)']);
    await withRevision(database, concurrently('ix'), async (alembic) => {
      await expect(alembic.upgrade()).rejects.toThrow(/could not create unique index/);
      expect(await indexes(database)).toEqual([]);
      await database.exec(['DELETE FROM t']);
      await alembic.upgrade();
      expect(await indexes(database)).toEqual([{ name: 'ix', valid: true }]);
    });
  });

  test.each(['', 'ifNotExists: true,'])(
    'what an earlier failure left is taken away first: %s',
    async (options) => {
      await using database = await createDatabase(kind);
      await database.exec(['CREATE TABLE t (a INTEGER)', 'INSERT INTO t VALUES (1), (1)']);
      await expect(database.exec(['CREATE UNIQUE INDEX CONCURRENTLY ix ON t (a)'])).rejects.toThrow();
      expect(await indexes(database)).toEqual([{ name: 'ix', valid: false }]);
      await database.exec(['DELETE FROM t']);
      await withRevision(database, concurrently('ix', options), (alembic) => alembic.upgrade());
      expect(await indexes(database)).toEqual([{ name: 'ix', valid: true }]);
    },
  );

  test('an index that is there and whole stays, whatever the operation says', async () => {
    await using database = await createDatabase(kind);
    await database.exec(['CREATE TABLE t (a INTEGER, b INTEGER)', 'CREATE INDEX ix ON t (b)']);
    const found = (): Promise<readonly object[]> =>
      database.query("SELECT 'ix'::regclass::oid::text AS id, pg_get_indexdef('ix'::regclass) AS definition");
    const before = await found();
    await withRevision(database, concurrently('ix'), async (alembic) => {
      await expect(alembic.upgrade()).rejects.toThrow(/already exists/);
    });
    expect(await found()).toEqual(before);
    await withRevision(database, concurrently('ix', 'ifNotExists: true,'), (alembic) => alembic.upgrade());
    expect(await found()).toEqual(before);
  });

  test('an index that is not used is no index: it is made again', async () => {
    await using database = await createDatabase(kind);
    await database.exec(['CREATE TABLE t (a INTEGER)', 'INSERT INTO t VALUES (1), (1)']);
    await expect(database.exec(['CREATE UNIQUE INDEX CONCURRENTLY ix ON t (a)'])).rejects.toThrow();
    await database.exec(['DELETE FROM t']);
    const rootPath = mkdtempSync(join(tmpdir(), 'alembic-online-'));
    try {
      const models = new MetaData([
        table('t', [column('a', integer()), index('ix', ['a'], { unique: true })]),
      ]);
      await using alembic = new Alembic(
        { rootPath },
        { engines: database.engine, metadatas: models, commandName: false },
      );
      await alembic.revision('again');
      await alembic.upgrade();
      expect(await indexes(database)).toEqual([{ name: 'ix', valid: true }]);
      expect(await alembic.compareMetadata()).toEqual([]);
      await alembic.downgrade();
      expect(await indexes(database)).toEqual([{ name: 'ix', valid: true }]);
    } finally {
      rmSync(rootPath, { recursive: true, force: true });
    }
  });

  const parent = 'CREATE TABLE p (id INTEGER NOT NULL PRIMARY KEY)';
  const child = (end: string): readonly string[] => [
    parent,
    'CREATE TABLE c (id INTEGER)',
    `ALTER TABLE c ADD CONSTRAINT fk FOREIGN KEY (id) REFERENCES p (id)${end}`,
    `ALTER TABLE c ADD CONSTRAINT ck CHECK (id > 0)${end}`,
  ];
  const models = (options: object): readonly Table[] => [
    table('p', [column('id', integer(), { primaryKey: true, autoincrement: false })]),
    table('c', [
      column('id', integer()),
      foreignKey(['id'], 'p', ['id'], { name: 'fk', ...options }),
      check('id > 0', { name: 'ck', ...options }),
    ]),
  ];

  test('constraints whose rows were not looked at are validated, and on the way down are as before', async () => {
    await using database = await createDatabase(kind);
    await using fresh = await createDatabase(kind);
    const load = ['INSERT INTO p VALUES (1)', 'INSERT INTO c VALUES (1)'];
    const outcome = await converge(
      {
        id: 'validate',
        ddlA: child(' NOT VALID'),
        ddlB: child(''),
        models: new MetaData(models({})),
        load,
        move: load,
      },
      database,
      fresh,
    );
    expect(outcome.problem).toBeNull();
    expect(isRight(outcome)).toBe(true);
  });

  test('a way up again after the way down leaves them validated', async () => {
    await using database = await createDatabase(kind);
    await database.exec(child(' NOT VALID'));
    const validated = async (): Promise<readonly unknown[]> =>
      (
        await database.query<{ valid: boolean }>(
          "SELECT convalidated AS valid FROM pg_constraint WHERE conname IN ('ck', 'fk')",
        )
      ).map(({ valid }) => valid);
    await withConnection(database, async (connection) => {
      const up = await compare(connection, new MetaData(models({})));
      await migrate(connection, up);
      expect(await validated()).toEqual([true, true]);
      const down = reversed(up);
      await migrate(connection, down);
      expect(await validated()).toEqual([false, false]);
      // an operation and the reverse of its reverse do the same
      await migrate(connection, reversed(down));
      expect(await validated()).toEqual([true, true]);
    });
  });

  test('a model that says NOT VALID is content with what has been validated since', async () => {
    await using database = await createDatabase(kind);
    await database.exec(child(''));
    const notValid = models({ postgresql: { notValid: true } });
    await withRevision(
      database,
      '',
      async (alembic) => expect(await alembic.compareMetadata()).toEqual([]),
      ...notValid,
    );
    await database.exec([
      'ALTER TABLE c DROP CONSTRAINT ck',
      'ALTER TABLE c ADD CONSTRAINT ck CHECK (id > 0) NOT VALID',
    ]);
    await withRevision(
      database,
      '',
      async (alembic) => expect(await alembic.compareMetadata()).toEqual([]),
      ...notValid,
    );
    await withRevision(
      database,
      '',
      async (alembic) => {
        const found = await alembic.compareMetadata();
        expect(found.map(({ kind: what }) => what)).toEqual(['validateConstraint']);
      },
      ...models({}),
    );
  });
});
