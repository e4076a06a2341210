import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { Alembic, createEngine, type Engine } from '../../src/index.ts';
import { project } from '../scripts/project.ts';
import { describeOn } from '../support/databases.ts';
import { quietLogs } from '../support/history.ts';
import { kinds } from './kinds.ts';
import { chain, failure, ids, tables, testDatabase, workspace } from './workspace.ts';

quietLogs();

/** An engine that counts what is opened and closed of it. */
function counting(engine: Engine): Engine & { opened: number; closed: number; disposed: number } {
  const counts = {
    ...engine,
    opened: 0,
    closed: 0,
    disposed: 0,
    connect: async () => {
      const connection = await engine.connect();
      counts.opened++;
      const { close } = connection;
      connection.close = async () => {
        counts.closed++;
        await close.call(connection);
      };
      return connection;
    },
    dispose: async () => {
      counts.disposed++;
      await engine.dispose();
    },
  };
  return counts;
}

describeOn(kinds, 'connections', (kind) => {
  test('the context is there at once, its connection with the first use, and is used again', async () => {
    const { root, database } = await workspace(kind, chain('a'));
    const engine = counting(createEngine(database.url));
    const alembic = new Alembic({ rootPath: root }, { engines: engine });
    const context = alembic.migrationContext;
    expect(context.dialect.name).toBe(kind === 'sqlite' ? 'sqlite' : 'postgresql');
    expect(context.connection.isOpen).toBe(false);
    await alembic.heads();
    await alembic.branches();
    await alembic.log();
    expect(engine.opened).toBe(0);

    expect(await alembic.current()).toEqual([]);
    expect([engine.opened, context.connection.isOpen]).toEqual([1, true]);
    await alembic.upgrade();
    await alembic.op.execute('create table direct (id integer)');
    expect(ids(await alembic.current())).toEqual(['a']);
    expect(engine.opened).toBe(1);
    expect(alembic.migrationContext).toBe(context);
    await alembic.close();
    expect([engine.opened, engine.closed]).toEqual([1, 1]);
  });

  test('after a close of the connection, of the object or of the application the next use opens a new one', async () => {
    const { root, database } = await workspace(kind, chain('a'));
    const engine = counting(createEngine(database.url));
    let hook: (() => Promise<void>) | undefined;
    const app = { rootPath: root, onClose: (close: () => Promise<void>) => void (hook = close) };
    const alembic = new Alembic(app, { engines: engine });
    const closes = [
      () => alembic.migrationContext.connection.close(),
      () => alembic.migrationContext.close(),
      () => alembic.close(),
      () => alembic.forApp(app).close(),
      () => hook?.(),
      () => alembic[Symbol.asyncDispose](),
    ];
    let count = 0;
    for (const close of closes) {
      await alembic.upgrade();
      expect(ids(await alembic.current())).toEqual(['a']);
      expect([engine.opened, engine.closed]).toEqual([count + 1, count]);
      await close();
      count++;
      expect([engine.opened, engine.closed]).toEqual([count, count]);
      // a second close is nothing
      await close();
      expect(engine.closed).toBe(count);
    }
    // an engine that was handed over is its owner's
    expect(engine.disposed).toBe(0);
  });

  test('await using closes at the end of the block', async () => {
    const { root, database } = await workspace(kind, chain('a'));
    const engine = counting(createEngine(database.url));
    {
      await using alembic = new Alembic({ rootPath: root }, { engines: engine });
      await alembic.upgrade();
      expect(engine.closed).toBe(0);
    }
    expect([engine.opened, engine.closed]).toEqual([1, 1]);
    expect(await tables(database)).toEqual(['t_a']);
  });

  test("close of a view closes that application's connections, close of the object all", async () => {
    const apps = [{ rootPath: project({}) }, { rootPath: project({}) }];
    const engines: ReturnType<typeof counting>[] = [];
    const alembic = new Alembic();
    for (const app of apps) {
      const engine = counting(createEngine((await testDatabase(kind)).url));
      engines.push(engine);
      alembic.initApp(app, { engines: engine });
      await alembic.forApp(app).current();
    }
    await alembic.forApp(apps[0]!).close();
    expect(engines.map((engine) => engine.closed)).toEqual([1, 0]);
    await alembic.forApp(apps[0]!).current();
    await alembic.withApp(apps[1]!, () => alembic.close());
    expect(engines.map((engine) => engine.closed)).toEqual([1, 1]);
    await alembic.close();
    expect(engines.map((engine) => engine.closed)).toEqual([2, 1]);
  });

  test('what was called on op without being awaited has run when close is done', async () => {
    const { database, alembic } = await workspace(kind);
    const migrations = alembic();
    migrations.op.execute('create table late (id integer)');
    await migrations.close();
    expect(await tables(database)).toEqual(['late']);
  });

  test('op and ops run each operation in a transaction of its own, in call order', async () => {
    const { database, alembic } = await workspace(kind);
    const { op, ops, migrationContext } = alembic();
    expect(ops.get('default')).toBe(op);
    expect([...ops.keys()]).toEqual(['default']);
    op.execute('create table one (id integer)');
    const broken = op.execute('create table one (id integer)');
    await expect(Promise.resolve(broken)).rejects.toMatchObject({ code: 'MIGRATION_FAILED' });
    op.execute('create table two (id integer)');
    await op.execute('insert into two values (5)');
    expect(await op.getBind().query('select id from two')).toEqual([{ id: 5 }]);
    expect(await tables(database)).toEqual(['one', 'two']);
    expect(op.getContext()).toBe(migrationContext);
  });

  test('a connection that can not be opened is tried again at the next use', async () => {
    const { root, database } = await workspace(kind, chain('a'));
    const engine = createEngine(database.url);
    let isDown = true;
    const flaky: Engine = {
      ...engine,
      connect: () => (isDown ? Promise.reject(new Error('down')) : engine.connect()),
    };
    await using alembic = new Alembic({ rootPath: root }, { engines: flaky });
    await expect(alembic.upgrade()).rejects.toThrow('down');
    isDown = false;
    await alembic.upgrade();
    expect(await tables(database)).toEqual(['t_a']);
  });
});

test("a driver's own connection is used and left open", async () => {
  const rootPath = project(chain('a'));
  const database = new DatabaseSync(':memory:');
  const alembic = new Alembic({ rootPath }, { engines: database });
  await alembic.upgrade();
  await alembic.close();
  expect(database.prepare('select version_num from alembic_version').all()).toEqual([{ version_num: 'a' }]);
  await alembic.downgrade();
  database.close();
  await failure(() => alembic.current(), 'CONNECTION_CLOSED');
});
