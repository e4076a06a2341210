import { symlinkSync } from 'node:fs';
import { relative } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import {
  Alembic,
  column,
  createEngine,
  type Diff,
  integer,
  MetaData,
  planUpgrade,
  type RevisionStep,
  table,
} from '../../src/index.ts';
import { project } from '../scripts/project.ts';
import { describeOn, type TestDatabase } from '../support/databases.ts';
import { quietLogs } from '../support/history.ts';
import { kinds } from './kinds.ts';
import {
  closed,
  contents,
  failure,
  ids,
  migration,
  revisionFiles,
  tables,
  testDatabase,
  tree,
  versions,
} from './workspace.ts';

quietLogs();

const models = (...names: string[]): MetaData =>
  new MetaData(names.map((name) => table(name, [column('id', integer(), { primaryKey: true })])));

/** Maps of functions: each creates a table of the database's key. */
function mapped(
  revision: string,
  downRevision: string | null,
  up: Record<string, string>,
  down = up,
): string {
  const map = (name: string, bodies: Record<string, string>): string =>
    `export const ${name} = {\n${Object.entries(bodies)
      .map(([key, body]) => `  '${key}'(op: any, args: any) { ${body} },`)
      .join('\n')}\n};`;
  return [
    migration(revision, { downRevision, up: '', down: '' }),
    map('upgrades', up),
    map('downgrades', down),
  ].join('\n');
}

interface Group {
  readonly root: string;
  readonly databases: { readonly [key: string]: TestDatabase };
  readonly alembic: Alembic;
}

async function group(
  kind: Parameters<typeof testDatabase>[0],
  keys: readonly string[],
  files: Record<string, string> = {},
  metadatas?: Record<string, MetaData | MetaData[]>,
): Promise<Group> {
  const root = project(files);
  const databases: Record<string, TestDatabase> = {};
  for (const key of keys) databases[key] = await testDatabase(kind);
  const engines = Object.fromEntries(keys.map((key) => [key, databases[key]!.url]));
  const options = metadatas === undefined ? { engines } : { engines, metadatas };
  const alembic = closed(new Alembic({ rootPath: root }, { ...options, context: { lockTimeout: 2000 } }));
  return { root, databases, alembic };
}

const all = async <T>({ databases }: Group, read: (database: TestDatabase) => Promise<T>): Promise<T[]> =>
  Promise.all(Object.values(databases).map((database) => read(database)));

describeOn(kinds, 'several databases', (kind) => {
  test('there is a context and an op for each; the one called default is the main one', async () => {
    const { alembic } = await group(kind, ['auth', 'default']);
    expect([...alembic.migrationContexts.keys()]).toEqual(['auth', 'default']);
    expect([...alembic.ops.keys()]).toEqual(['auth', 'default']);
    expect(alembic.migrationContext).toBe(alembic.migrationContexts.get('default'));
    expect(alembic.op).toBe(alembic.ops.get('default'));
    await alembic.ops.get('auth')?.execute('create table only_auth (id integer)');
    expect(await alembic.op.getBind().inspect()).toEqual(await alembic.migrationContext.bind.inspect());
  });

  test('where none is called default, the main one has to be named', async () => {
    const { alembic } = await group(kind, ['a', 'b'], {
      'migrations/r.ts': mapped('r', null, { a: '', b: '' }),
    });
    const error = await failure(() => alembic.migrationContext, 'NO_ENGINE');
    expect(error.message).toMatch(/'default'.*a, b.*migrationContexts/);
    await failure(() => alembic.op, 'NO_ENGINE');
    // what needs none works: the group is at one revision
    await alembic.upgrade();
    expect(ids(await alembic.current())).toEqual(['r']);
    expect((await alembic.history({ indicateCurrent: true })).map((entry) => entry.isCurrent)).toEqual([
      true,
    ]);
  });

  test('current is that of the database called default, whatever their order', async () => {
    const files = { 'migrations/r.ts': mapped('r', null, { a: '', default: '' }) };
    const opened = await group(kind, ['a', 'default'], files);
    await opened.alembic.upgrade();
    await opened.databases.a!.exec('delete from alembic_version');
    expect(ids(await opened.alembic.current())).toEqual(['r']);
    expect(await opened.alembic.needsUpgrade()).toBe(true);
  });

  test('one function gets the key as engineName, beside the arguments of the run', async () => {
    const up = 'op.execute(`create table ${args.prefix}_${args.engineName} (id integer)`);';
    const opened = await group(kind, ['a', 'b'], { 'migrations/r.ts': migration('r', { up }) });
    await opened.alembic.upgrade('heads', { args: { prefix: 'p' } });
    expect(await all(opened, tables)).toEqual([['p_a'], ['p_b']]);
  });

  test('with one database there is no engineName', async () => {
    const up = "op.execute(`create table t_${'engineName' in args} (id integer)`);";
    const opened = await group(kind, ['only'], { 'migrations/r.ts': migration('r', { up }) });
    await opened.alembic.upgrade();
    expect(await all(opened, tables)).toEqual([['t_false']]);
  });

  test('a map has a function for each database, and one that is missing has nothing to do', async () => {
    const create = (name: string): string => `op.execute('create table ${name} (id integer)');`;
    const opened = await group(kind, ['a', 'b'], {
      'migrations/r.ts': mapped(
        'r',
        null,
        { a: create('in_a'), b: create('in_b') },
        { a: "op.dropTable('in_a');", b: "op.dropTable('in_b');" },
      ),
      'migrations/s.ts': mapped('s', 'r', { b: create('more') }, { b: "op.dropTable('more');" }),
    });
    await opened.alembic.upgrade();
    expect(await all(opened, tables)).toEqual([['in_a'], ['in_b', 'more']]);
    expect(await all(opened, versions)).toEqual([['s'], ['s']]);
    await opened.alembic.downgrade();
    expect(await all(opened, tables)).toEqual([['in_a'], ['in_b']]);
    await opened.alembic.downgrade('base');
    expect(await all(opened, tables)).toEqual([[], []]);
  });

  test('all or nothing: what fails on one is rolled back on all', async () => {
    const opened = await group(kind, ['a', 'b', 'c'], {
      'migrations/r.ts': mapped('r', null, { a: '', b: '', c: '' }),
      'migrations/s.ts': mapped('s', 'r', {
        a: "op.execute('create table one (id integer)');",
        b: "op.execute('create table two (id integer)');",
        c: "op.execute('create table two (id integer)'); op.execute('insert into nowhere values (1)');",
      }),
    });
    await opened.alembic.upgrade('r');
    const before = await all(opened, contents);
    const error = await failure(() => opened.alembic.upgrade(), 'MIGRATION_FAILED');
    expect(await all(opened, contents)).toEqual(before);
    expect(error.details).toMatchObject({ revision: 's', engineName: 'c', isRolledBack: true });
    expect(error.message).toContain('nowhere');
    // the locks are free: what is mended runs
    await opened.alembic.upgrade('r');
  });

  if (kind === 'sqlite') {
    test('every transaction begins before any step runs: one that can not keeps all as they are', async () => {
      const opened = await group(kind, ['a', 'b'], {
        'migrations/r.ts': mapped('r', null, { a: "op.execute('create table one (id integer)');", b: '' }),
      });
      await opened.alembic.ensureVersion();
      const before = await all(opened, contents);
      await opened.databases.b!.exec('begin immediate');
      await failure(() => opened.alembic.upgrade(), 'LOCK_TIMEOUT');
      await opened.databases.b!.exec('rollback');
      expect(await all(opened, contents)).toEqual(before);
    });
  }

  test('runMigrations plans once per database, each with its own context and heads', async () => {
    const opened = await group(kind, ['a', 'b'], { 'migrations/r.ts': mapped('r', null, { a: '', b: '' }) });
    const { alembic } = opened;
    const asked: unknown[] = [];
    const plan = (heads: readonly string[], context: { key: string }): RevisionStep[] => {
      asked.push([context.key, heads]);
      return planUpgrade(alembic.scriptDirectory.revisionMap, heads, 'heads');
    };
    await alembic.runMigrations(plan);
    await opened.databases.b!.exec('delete from alembic_version');
    await alembic.runMigrations(plan);
    expect(asked).toEqual([
      ['a', []],
      ['b', []],
      ['a', ['r']],
      ['b', []],
    ]);
    expect(await all(opened, versions)).toEqual([['r'], ['r']]);
  });

  test('stamp and downgrade are for all of them', async () => {
    const opened = await group(kind, ['a', 'b'], { 'migrations/r.ts': mapped('r', null, { a: '', b: '' }) });
    await opened.alembic.stamp();
    expect(await all(opened, versions)).toEqual([['r'], ['r']]);
    await opened.alembic.downgrade('base');
    expect(await all(opened, versions)).toEqual([[], []]);
  });

  test('a step may not use the other database of its run', async () => {
    const opened = await group(kind, ['a', 'b'], { 'migrations/r.ts': mapped('r', null, { a: '', b: '' }) });
    const { alembic } = opened;
    await alembic.runMigrations(() => []);
    const before = await all(opened, contents);
    await expect(
      alembic.runMigrations(async (_, context) => {
        if (context.key === 'b') await alembic.ops.get('a')?.execute('create table x (id integer)');
        return [];
      }),
    ).rejects.toMatchObject({ code: 'CONTEXT_BUSY' });
    expect(await all(opened, contents)).toEqual(before);
  });

  test('revision writes maps, that upgrade to the models of each', async () => {
    const metadatas = { default: models('users'), auth: [models('logins'), models('tokens')] };
    const opened = await group(kind, ['default', 'auth'], {}, metadatas);
    const { alembic, root } = opened;
    expect(await alembic.needsRevision()).toBe(true);
    const diffs: Diff[] = await alembic.compareMetadata();
    expect(diffs.map((diff) => [diff.kind, diff.engineName])).toEqual([
      ['createTable', 'default'],
      ['createTable', 'auth'],
      ['createTable', 'auth'],
    ]);
    const produced = await alembic.produceMigrations();
    expect([produced.upgradeOps, produced.downgradeOps]).toEqual([
      produced.upgradeOpsList,
      produced.downgradeOpsList,
    ]);
    expect(produced.upgradeOpsList.map((list) => [list.engineName, list.isEmpty()])).toEqual([
      ['default', false],
      ['auth', false],
    ]);

    const [script] = await alembic.revision('first');
    const [file] = revisionFiles(root);
    const text = String(tree(root)[`migrations/${file}`]);
    expect(text).toContain('export const upgrades = {\n  default(op: Operations): void {');
    expect(text).toContain('  auth(op: Operations): void {');
    await alembic.upgrade();
    expect(await all(opened, tables)).toEqual([['users'], ['logins', 'tokens']]);
    expect(await alembic.compareMetadata()).toEqual([]);
    expect(await alembic.needsRevision()).toBe(false);
    await alembic.downgrade('base');
    expect(await all(opened, tables)).toEqual([[], []]);
    expect(script?.downRevision).toBeNull();
  });

  test('where some have models, those that have none are left alone', async () => {
    const opened = await group(kind, ['default', 'legacy'], {}, { default: models('users') });
    await opened.databases.legacy!.exec('create table old (id integer)');
    await opened.alembic.revision('first');
    await opened.alembic.upgrade();
    expect(await all(opened, tables)).toEqual([['users'], ['old']]);
    expect(await all(opened, versions)).toEqual([[expect.any(String)], null]);
    expect([...opened.alembic.migrationContexts.keys()]).toEqual(['default']);
    expect(await opened.alembic.compareMetadata()).toEqual([]);
  });

  test('a revision is refused while any of them is behind, which is named', async () => {
    const opened = await group(
      kind,
      ['default', 'auth'],
      { 'migrations/r.ts': mapped('r', null, {}) },
      { default: models(), auth: models('x') },
    );
    await opened.alembic.upgrade();
    await opened.databases.auth!.exec('delete from alembic_version');
    const error = await failure(() => opened.alembic.revision('x'), 'DATABASE_BEHIND');
    expect(error.message).toMatch(/'auth'.*r /);
    expect(revisionFiles(opened.root)).toEqual(['r.ts']);
  });

  test('two keys of one database are a clear error, not a wait', async () => {
    const database = await testDatabase(kind);
    const rootPath = project({ 'migrations/r.ts': mapped('r', null, { a: '', b: '' }) });
    const engines = { a: database.url, b: database.url };
    const alembic = closed(new Alembic({ rootPath }, { engines }));
    for (const use of [() => alembic.upgrade(), () => alembic.current(), () => alembic.needsUpgrade()]) {
      const { message } = await failure(use, 'SAME_DATABASE');
      expect(message).toContain("'a' and 'b' are one database");
    }
    expect(await versions(database)).toBeNull();
  });

  test('one engine under two keys is one database, whatever spells it', async () => {
    const { url } = await testDatabase(kind);
    const one = createEngine(url);
    const same = new Alembic({ rootPath: project({}) }, { engines: { a: one, b: one } });
    await failure(() => same.migrationContexts, 'SAME_DATABASE');
    if (kind !== 'sqlite') {
      const tenants = { a: url, b: `${url}?options=-csearch_path%3Dother` };
      expect(
        closed(new Alembic({ rootPath: project({}) }, { engines: tenants })).migrationContexts.size,
      ).toBe(2);
      return;
    }
    const file = url.slice('sqlite:'.length);
    symlinkSync(file, `${file}-link`);
    using open = new DatabaseSync(file);
    for (const other of [`sqlite:${relative('.', file)}`, `sqlite:///${file}-link`, open]) {
      const alembic = new Alembic({ rootPath: project({}) }, { engines: { a: url, b: other } });
      await failure(() => alembic.migrationContexts, 'SAME_DATABASE');
    }
    using inMemory = new DatabaseSync(':memory:');
    const twice = new Alembic({ rootPath: project({}) }, { engines: { a: inMemory, b: inMemory } });
    await failure(() => twice.migrationContexts, 'SAME_DATABASE');
    const memory = { a: 'sqlite::memory:', b: 'sqlite::memory:' };
    expect(closed(new Alembic({ rootPath: project({}) }, { engines: memory })).migrationContexts.size).toBe(
      2,
    );
  });

  test('another version table makes it another database', async () => {
    const { url } = await testDatabase(kind);
    const { environmentContext } = new Alembic({ rootPath: project({}) }, { engines: url });
    expect(() => environmentContext.configure({ key: 'b', url })).toThrow(
      expect.objectContaining({ code: 'SAME_DATABASE' }),
    );
    environmentContext.configure({ key: 'b', url, versionTable: 'other' });
    environmentContext.configure({ url });
    expect([...environmentContext.contexts.keys()]).toEqual(['default', 'b']);
  });
});
