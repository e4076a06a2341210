import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Alembic, type App } from '../../src/index.ts';
import { project } from '../scripts/project.ts';
import { describeOn } from '../support/databases.ts';
import { quietLogs } from '../support/history.ts';
import { kinds } from './kinds.ts';
import {
  chain,
  closed,
  failure,
  ids,
  migration,
  revisionFiles,
  tables,
  testDatabase,
  versions,
} from './workspace.ts';

quietLogs();

test('with one application, that is the current one', () => {
  const app = { rootPath: project({}) };
  const alembic = new Alembic();
  alembic.initApp(app);
  expect(alembic.app).toBe(app);
  expect(alembic.forApp(app).app).toBe(app);
  expect(alembic.withApp(app, () => alembic.app)).toBe(app);
});

test('without one, every member says so', async () => {
  const alembic = new Alembic(null, { engines: 'sqlite::memory:' });
  for (const read of [
    () => alembic.app,
    () => alembic.config,
    () => alembic.scriptDirectory,
    () => alembic.environmentContext,
    () => alembic.migrationContext,
    () => alembic.migrationContexts,
    () => alembic.op,
    () => alembic.ops,
    () => alembic.mkdir(),
    () => alembic.current(),
    () => alembic.heads(),
    () => alembic.branches(),
    () => alembic.log(),
    () => alembic.stamp(),
    () => alembic.upgrade(),
    () => alembic.downgrade(),
    () => alembic.revision('x'),
    () => alembic.merge(),
    () => alembic.produceMigrations(),
    () => alembic.compareMetadata(),
    () => alembic.needsUpgrade(),
    () => alembic.needsRevision(),
    () => alembic.runMigrations(() => []),
  ]) {
    expect((await failure(read, 'NO_APP')).message).toContain('initApp');
  }
  await alembic.close();
});

test('with several, which one is meant has to be said', async () => {
  const [a, b] = [{ rootPath: project({}) }, { rootPath: project({}) }];
  const alembic = new Alembic(a);
  alembic.initApp(b);
  const error = await failure(() => alembic.app, 'AMBIGUOUS_APP');
  expect(error.message).toMatch(/2 applications.*forApp.*withApp/);
  await failure(() => alembic.upgrade(), 'AMBIGUOUS_APP');
  expect(alembic.forApp(b).app).toBe(b);
  expect(alembic.withApp(a, () => alembic.app)).toBe(a);
});

test('an application that is not registered is refused', async () => {
  const alembic: Alembic = new Alembic({ rootPath: project({}) });
  const stranger: App = { name: 'billing' };
  expect((await failure(() => alembic.forApp(stranger), 'UNKNOWN_APP')).message).toContain("'billing'");
  await failure(() => alembic.withApp(stranger, () => 1), 'UNKNOWN_APP');
});

test('withApp holds in everything that is called and awaited, and not beside it', async () => {
  const [a, b] = [{ rootPath: project({}) }, { rootPath: project({}) }];
  const alembic = new Alembic(a);
  alembic.initApp(b);
  const seen = async (): Promise<unknown> => {
    await turn();
    return alembic.app;
  };
  expect(await Promise.all([alembic.withApp(a, seen), alembic.withApp(b, seen)])).toEqual([a, b]);
  expect(alembic.withApp(a, () => [alembic.app, alembic.withApp(b, () => alembic.app), alembic.app])).toEqual(
    [a, b, a],
  );
  // what is bound stays bound
  expect(alembic.withApp(a, () => alembic.forApp(b).app)).toBe(b);
  expect(() => alembic.app).toThrow(expect.objectContaining({ code: 'AMBIGUOUS_APP' }));
  expect(() =>
    alembic.withApp(a, () => {
      throw new Error('mine');
    }),
  ).toThrow('mine');
});

test('config, scriptDirectory, environmentContext and the contexts are per application, and kept', async () => {
  const [a, b] = [{ rootPath: project({}) }, { rootPath: project({}) }];
  const alembic = new Alembic(a, { engines: 'sqlite::memory:' });
  alembic.initApp(b);
  const [one, two] = [alembic.forApp(a), alembic.forApp(b)];
  for (const member of [
    'config',
    'scriptDirectory',
    'environmentContext',
    'migrationContext',
    'migrationContexts',
    'op',
  ] as const) {
    expect(one[member]).toBe(alembic.withApp(a, () => alembic[member]));
    expect(one[member]).not.toBe(two[member]);
  }
  expect(one.config.rootPath).toBe(a.rootPath);
  expect(one.environmentContext.config).toBe(one.config);
  expect(one.environmentContext.script).toBe(one.scriptDirectory);
  expect(one.environmentContext.getContext()).toBe(one.migrationContext);
  expect(one.migrationContext.op).toBe(one.op);
  await alembic.close();
});

test('a view has the subclass and what is assigned', () => {
  class Mine extends Alembic {
    greeting(): string {
      return `at ${this.config.rootPath}`;
    }
  }
  const app = { rootPath: project({}) };
  const view = new Mine(app).forApp(app);
  expect(view).toBeInstanceOf(Mine);
  expect(view.greeting()).toBe(`at ${app.rootPath}`);
});

describeOn(kinds, 'several applications', (kind) => {
  test('each has its own directory and its own database', async () => {
    const databases = [await testDatabase(kind), await testDatabase(kind)];
    const apps = [chain('a1', 'a2'), chain('b1')].map((files) => ({ rootPath: project(files) }));
    const alembic = closed(new Alembic());
    apps.forEach((app, i) => {
      alembic.initApp(app, { engines: databases[i]!.url });
    });
    await Promise.all(apps.map((app) => alembic.forApp(app).upgrade()));
    expect(await Promise.all(databases.map(tables))).toEqual([['t_a1', 't_a2'], ['t_b1']]);
    expect(ids(await alembic.withApp(apps[1]!, () => alembic.current()))).toEqual(['b1']);
    await alembic.withApp(apps[0]!, async () => {
      await turn();
      await alembic.downgrade();
    });
    expect(await Promise.all(databases.map((each) => versions(each)))).toEqual([['a1'], ['b1']]);
  });
});

test('revId gives 12 hexadecimal digits, each time others', () => {
  const alembic = new Alembic();
  const found = Array.from({ length: 100 }, () => alembic.revId());
  expect(new Set(found).size).toBe(100);
  for (const id of found) expect(id).toMatch(/^[0-9a-f]{12}$/);
});

test('revId is overridden by a subclass, in views too, whose private members it may use', async () => {
  class Counting extends Alembic {
    #count = 0;
    override revId(): string {
      return `r${++this.#count}`;
    }
  }
  const [a, b] = [{ rootPath: project({}) }, { rootPath: project({}) }];
  const alembic = new Counting(a);
  alembic.initApp(b);
  expect(ids(await alembic.forApp(a).revision('one', { empty: true }))).toEqual(['r1']);
  expect(ids(await alembic.forApp(b).revision('two', { empty: true }))).toEqual(['r2']);
  expect(ids(await alembic.withApp(b, () => alembic.revision('three', { empty: true })))).toEqual(['r3']);
  expect(revisionFiles(b.rootPath)).toEqual(['r2_two.ts', 'r3_three.ts']);
});

test('revId is overridden by assignment, to the object or to one view', async () => {
  const [a, b] = [{ rootPath: project({}) }, { rootPath: project({}) }];
  const alembic = new Alembic(a);
  alembic.initApp(b);
  const view = alembic.forApp(b);
  alembic.revId = () => 'all';
  expect(ids(await alembic.forApp(a).revision('one', { empty: true }))).toEqual(['all']);
  view.revId = () => 'only_b';
  expect(ids(await view.revision('two', { empty: true }))).toEqual(['only_b']);
  expect(ids(await alembic.forApp(b).revision('three', { empty: true }))).toEqual(['all']);
  await failure(() => view.forApp(b).revision('four', { empty: true }), 'REVISION_EXISTS');
});

test.each<[string, unknown, RegExp]>([
  ['nothing', undefined, /undefined/],
  ['a number', 1975, /1975/],
  ['an empty string', '', /""/],
  ['white space', 'a b', /"a b".*white space/],
  ['a line', 'ab\n', /white space/],
  ['an @', 'a@b', /@/],
  ['a -', 'a-b', /-/],
  ['a +', 'a+b', /\+/],
  ['a :', 'a:b', /:/],
  ['33 characters', 'x'.repeat(33), /32 characters/],
  ['a promise', Promise.resolve('abc'), /string/],
])('what revId returns is checked: %s', async (_, id, message) => {
  const rootPath = project({});
  const alembic = new Alembic({ rootPath });
  alembic.revId = () => id as string;
  const error = await failure(() => alembic.revision('x', { empty: true }), 'REVISION_ID_UNFIT');
  expect(error.message).toMatch(message);
  expect(revisionFiles(rootPath)).toEqual([]);
});

test('an id of 32 characters is taken, and one that is there already is not', async () => {
  const rootPath = project({ 'migrations/a.ts': migration('x'.repeat(32)) });
  const alembic = new Alembic({ rootPath });
  alembic.revId = () => 'x'.repeat(32);
  const error = await failure(() => alembic.revision('x', { empty: true }), 'REVISION_EXISTS');
  expect(error.message).toContain('x'.repeat(32));
});
