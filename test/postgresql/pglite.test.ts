import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { array, jsonb } from '../../src/entries/postgresql.ts';
import {
  Alembic,
  type Column,
  column,
  dateTime,
  enumType,
  foreignKey,
  index,
  integer,
  MetaData,
  sql,
  string,
  table,
  unique,
} from '../../src/index.ts';
import { project } from '../scripts/project.ts';
import { createDatabase, describeOn, type TestDatabase } from '../support/databases.ts';
import { type Migration, quietLogs, TestHistory } from '../support/history.ts';

// The whole way on PGlite, of which the conformance suites try a part only.
describeOn(['pglite'], 'PGlite', (kind) => {
  let database: TestDatabase;
  beforeAll(async () => {
    quietLogs();
    database = await createDatabase(kind);
  });
  beforeEach(() => database.reset());
  afterAll(() => database.drop());

  const id = (): Column => column('id', integer(), { primaryKey: true });
  const albums = [
    id(),
    column('title', string(80), { nullable: false, comment: 'as on the sleeve' }),
    column('kind', enumType(['lp', 'ep'], { name: 'album_kind' })),
    column('tags', array(string(20)), { serverDefault: sql`'{}'` }),
    column('facts', jsonb()),
    column('made', dateTime({ timezone: true }), { serverDefault: sql`now()` }),
    index('ix_title', [sql`lower(title)`], { where: sql`title <> ''` }),
  ];

  test('revision, upgrade, check, downgrade: by the models', async () => {
    const first = new MetaData([table('albums', albums)]);
    const rootPath = project({});
    const before = await database.schema();
    const open = (metadatas: MetaData): Alembic => {
      const alembic = new Alembic({ rootPath }, { engines: database.engine, metadatas, commandName: false });
      onTestFinished(() => alembic.close());
      return alembic;
    };
    await open(first).revision('albums');
    await open(first).upgrade();
    expect(await open(first).compareMetadata()).toEqual([]);
    await database.exec("insert into albums (id, title, kind) values (1, 'Blue', 'lp')");
    const made = [await database.schema(), await database.rows()];

    const second = new MetaData([
      table('albums', [...albums, unique(['title'], { name: 'uq_title' })]),
      table('songs', [
        id(),
        column('album_id', integer(), { nullable: false }),
        foreignKey(['album_id'], 'albums', ['id'], { name: 'fk_album', onDelete: 'cascade' }),
      ]),
    ]);
    const alembic = open(second);
    await alembic.revision('songs');
    await alembic.upgrade();
    expect(await alembic.compareMetadata()).toEqual([]);
    expect(await alembic.needsUpgrade()).toBe(false);
    await alembic.downgrade();
    expect([await database.schema(), await database.rows()]).toEqual(made);
    await alembic.downgrade('base');
    expect(await database.schema()).toBe(before);
  });

  const run = async (upgrade: Migration): Promise<unknown> => {
    const history = new TestHistory({
      r1: (op) => op.createTable('t1', [id()]),
      r2: upgrade,
    });
    const context = history.context(database.engine);
    onTestFinished(() => context.close());
    return history.upgrade(context).then(
      () => null,
      (error: unknown) => error,
    );
  };

  test('a failure rolls everything back', async () => {
    const error = await run((op) => {
      op.createTable('t2', [id()]);
      op.execute('select wrong');
    });
    expect(error).toMatchObject({ details: { sql: 'select wrong', isRolledBack: true } });
    expect(await database.query("select 1 from pg_tables where schemaname = 'public'")).toEqual([]);
  });

  test.each<[string, Migration]>([
    ['by execute', (op) => void op.execute('commit')],
    ['by execute, with a new one', (op) => void op.execute('commit; begin')],
    [
      'by raw',
      async (op) => void (await (op.getBind().raw as { exec(sql: string): unknown }).exec('rollback')),
    ],
  ])('a migration that ends our transaction behind our back is found out: %s', async (_, ending) => {
    expect(await run(ending)).toMatchObject({ code: 'TRANSACTION_LOST' });
  });

  test('autocommitBlock and savepoint', async () => {
    const error = await run(async (op) => {
      const caught = op.getBind().savepoint(() => op.execute('select wrong'));
      await caught.catch(() => {});
      op.getContext().autocommitBlock(() => {
        op.createIndex('ix', 't1', ['id'], { postgresql: { concurrently: true } });
      });
    });
    expect(error).toBeNull();
    expect(await database.query("select 1 from pg_indexes where indexname = 'ix'")).toHaveLength(1);
  });

  test("a user's open transaction is refused, and left as it is", async () => {
    await database.exec('begin; create table mine (a integer)');
    expect(await run(() => {})).toMatchObject({ code: 'IN_TRANSACTION' });
    await database.exec('commit');
    expect(await database.query('select * from mine')).toEqual([]);
  });
});
