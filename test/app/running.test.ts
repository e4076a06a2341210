import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { planDowngrade, planUpgrade, type RevisionStep } from '../../src/index.ts';
import { describeOn } from '../support/databases.ts';
import { quietLogs } from '../support/history.ts';
import { kinds } from './kinds.ts';
import { chain, contents, failure, ids, migration, tables, versions, workspace } from './workspace.ts';

quietLogs();

const line = chain('a', 'b', 'c', 'd');

describeOn(kinds, 'upgrade and downgrade', (kind) => {
  test('upgrade runs everything, downgrade one step, by default', async () => {
    const { database, alembic } = await workspace(kind, line);
    const migrations = alembic();
    expect(await migrations.upgrade()).toBeUndefined();
    expect(await tables(database)).toEqual(['t_a', 't_b', 't_c', 't_d']);
    expect(await versions(database)).toEqual(['d']);
    expect(await migrations.downgrade()).toBeUndefined();
    expect(await tables(database)).toEqual(['t_a', 't_b', 't_c']);
    expect(await versions(database)).toEqual(['c']);
  });

  test('a target is a string, a number, a Script or an array', async () => {
    const { database, alembic } = await workspace(kind, line);
    const migrations = alembic();
    const script = async (id: string): Promise<never> => (await migrations.show(id))[0] as never;
    const up: [unknown, string][] = [
      [1, 'a'],
      ['+1', 'b'],
      [['c'], 'c'],
      [await script('d'), 'd'],
      ['heads', 'd'],
    ];
    for (const [target, at] of up) {
      await migrations.upgrade(target as string);
      expect(await versions(database)).toEqual([at]);
    }
    const down: [unknown, string[]][] = [
      [-1, ['c']],
      ['-1', ['b']],
      [await script('a'), ['a']],
      ['base', []],
    ];
    for (const [target, at] of down) {
      await migrations.downgrade(target as string);
      expect(await versions(database)).toEqual(at);
    }
    await migrations.upgrade(3);
    expect(await versions(database)).toEqual(['c']);
    await migrations.downgrade(-2);
    expect(await versions(database)).toEqual(['a']);
    await migrations.upgrade('2');
    expect(await versions(database)).toEqual(['c']);
    await migrations.downgrade(['a']);
    expect(await versions(database)).toEqual(['a']);
  });

  test('a string of digits is a revision first, a count second', async () => {
    const files = chain('1', '2', '33', '20260101', '20260202');
    const { database, alembic } = await workspace(kind, files);
    const migrations = alembic();
    await migrations.upgrade('2');
    expect(await versions(database)).toEqual(['2']);
    await migrations.upgrade('3');
    expect(await versions(database)).toEqual(['20260202']);
    await migrations.downgrade('1');
    expect(await versions(database)).toEqual(['1']);
    // a part of an id is a revision too
    await migrations.upgrade('202601');
    expect(await versions(database)).toEqual(['20260101']);
    await migrations.downgrade('33');
    expect(await versions(database)).toEqual(['33']);
    // a part of several is no count of two million steps
    await failure(() => migrations.upgrade('2026'), 'REVISION_AMBIGUOUS');
    expect(await versions(database)).toEqual(['33']);
    // a number counts, whatever the revisions are called
    await migrations.downgrade(-2);
    expect(await versions(database)).toEqual(['1']);
    await migrations.upgrade(1);
    expect(await versions(database)).toEqual(['2']);
  });

  test('numbers and strings that lead nowhere', async () => {
    const { database, alembic } = await workspace(kind, chain('0', 'a'));
    const migrations = alembic();
    await migrations.upgrade('0');
    const before = await contents(database);
    for (const [ask, code] of [
      [() => migrations.downgrade(1), 'POSITIVE_DOWNGRADE'],
      [() => migrations.downgrade('+1'), 'POSITIVE_DOWNGRADE'],
      [() => migrations.downgrade('1'), 'POSITIVE_DOWNGRADE'],
      [() => migrations.downgrade(0), 'POSITIVE_DOWNGRADE'],
      [() => migrations.downgrade(-2), 'RELATIVE_REVISION'],
      [() => migrations.downgrade('a'), 'NOT_AN_ANCESTOR'],
      [() => migrations.downgrade(['0', 'a']), 'ONE_REVISION'],
      [() => migrations.downgrade([]), 'ONE_REVISION'],
      [() => migrations.upgrade(0), 'RELATIVE_REVISION'],
      [() => migrations.upgrade(-1), 'RELATIVE_REVISION'],
      [() => migrations.upgrade(2), 'RELATIVE_REVISION'],
      [() => migrations.upgrade(1.5), 'NOT_A_REVISION'],
      [() => migrations.upgrade(Number.NaN), 'NOT_A_REVISION'],
      [() => migrations.upgrade('nowhere'), 'REVISION_NOT_FOUND'],
      [() => migrations.upgrade([]), 'ONE_REVISION'],
      [() => migrations.upgrade('0:a'), 'HISTORY_RANGE'],
      [() => migrations.upgrade(null as never), 'NOT_A_REVISION'],
      [() => migrations.upgrade({} as never), 'NOT_A_REVISION'],
      [() => migrations.stamp([]), 'ONE_REVISION'],
      [() => migrations.stamp(1 as never), 'NOT_A_REVISION'],
      [() => migrations.stamp('nowhere'), 'REVISION_NOT_FOUND'],
    ] as const) {
      await failure(ask, code);
      expect(await contents(database)).toEqual(before);
    }
    expect((await failure(() => migrations.downgrade(2), 'POSITIVE_DOWNGRADE')).message).toContain('-2');
  });

  test('labels, partial ids and relative symbols', async () => {
    const { database, alembic } = await workspace(kind, {
      'migrations/a.ts': migration('aaaa1111', { branchLabels: 'shop' }),
      'migrations/b.ts': migration('bbbb2222', { downRevision: 'aaaa1111' }),
      'migrations/x.ts': migration('xxxx3333', { branchLabels: ['billing'] }),
      'migrations/y.ts': migration('yyyy4444', { downRevision: 'xxxx3333' }),
    });
    const migrations = alembic();
    await migrations.upgrade('shop@head');
    expect(await versions(database)).toEqual(['bbbb2222']);
    await migrations.upgrade('billing@+1');
    expect(await versions(database)).toEqual(['bbbb2222', 'xxxx3333']);
    await migrations.upgrade('yyyy');
    await migrations.downgrade('billing@-1');
    expect(await versions(database)).toEqual(['bbbb2222', 'xxxx3333']);
    await migrations.downgrade('billing@base');
    expect(await versions(database)).toEqual(['bbbb2222']);
    await failure(() => migrations.upgrade('head'), 'MULTIPLE_HEADS');
  });

  test('args are the second argument of each function, and tag is what the environment and the context say', async () => {
    const up =
      'op.execute(`create table ${args.name} (id integer)`); op.execute(`create table ${op.getContext().tag} (id integer)`);';
    const down = 'op.execute(`drop table ${args.name}`);';
    const { database, alembic } = await workspace(kind, chain(['a', { up, down }]));
    const seen: unknown[] = [];
    const migrations = alembic({
      context: { onVersionApply: () => void seen.push(migrations.environmentContext.getTagArgument()) },
    });
    await migrations.upgrade('heads', { args: { name: 'acme' }, tag: 'tagged' });
    expect(await tables(database)).toEqual(['acme', 'tagged']);
    await migrations.downgrade(-1, { args: { name: 'acme' } });
    expect(await tables(database)).toEqual(['tagged']);
    expect(seen).toEqual(['tagged', null]);
    expect(migrations.environmentContext.getTagArgument()).toBeNull();
    const error = await failure(
      () => migrations.upgrade('heads', { args: { engineName: 'x' } }),
      'BAD_ARGUMENT',
    );
    expect(error.message).toContain('engineName');
  });

  test('offline mode and unknown options are clear errors', async () => {
    const { database, alembic } = await workspace(kind, line);
    const migrations = alembic();
    for (const ask of [
      () => migrations.upgrade('heads', { sql: true }),
      () => migrations.downgrade(-1, { sql: true }),
      () => migrations.stamp('heads', { sql: true }),
      () => migrations.ensureVersion({ sql: true }),
    ])
      await failure(ask, 'OFFLINE_UNSUPPORTED');
    for (const [ask, code] of [
      [() => migrations.upgrade('heads', { arg: {} } as never), 'UNKNOWN_OPTION'],
      [() => migrations.downgrade(-1, { tags: 'x' } as never), 'UNKNOWN_OPTION'],
      [() => migrations.stamp('heads', { purged: true } as never), 'UNKNOWN_OPTION'],
      [() => migrations.upgrade('heads', true as never), 'BAD_ARGUMENT'],
    ] as const)
      await failure(ask, code);
    expect(await versions(database)).toBeNull();
  });

  test('ensureVersion makes the version table and nothing else', async () => {
    const { database, alembic } = await workspace(kind, line);
    const migrations = alembic();
    await migrations.ensureVersion();
    expect([await tables(database), await versions(database)]).toEqual([[], []]);
    await migrations.upgrade('a');
    await migrations.ensureVersion();
    expect(await versions(database)).toEqual(['a']);
  });

  test('needsUpgrade: whether the database is at every head', async () => {
    const { alembic } = await workspace(kind, {
      ...line,
      'migrations/x.ts': migration('x', { dependsOn: 'b' }),
    });
    const migrations = alembic();
    expect(await migrations.needsUpgrade()).toBe(true);
    await migrations.upgrade('d');
    expect(await migrations.needsUpgrade()).toBe(true);
    await migrations.upgrade('x');
    expect(await migrations.needsUpgrade()).toBe(false);
    await migrations.downgrade('b');
    expect(await migrations.needsUpgrade()).toBe(true);
  });

  test("needsUpgrade: the start of a head's id is at that head", async () => {
    const { alembic, database } = await workspace(kind, chain('abcdef123456'));
    const migrations = alembic();
    await migrations.upgrade();
    await database.exec("update alembic_version set version_num = 'abcdef'");
    expect(await migrations.needsUpgrade()).toBe(false);
  });
});

describeOn(kinds, 'stamp', (kind) => {
  test('says that revisions are applied, without running anything', async () => {
    const { database, alembic } = await workspace(kind, line);
    const migrations = alembic();
    expect(await migrations.stamp()).toBeUndefined();
    expect([await tables(database), await versions(database)]).toEqual([[], ['d']]);
    await migrations.stamp('b');
    expect(await versions(database)).toEqual(['b']);
    await migrations.stamp((await migrations.show('c'))[0]);
    expect(await versions(database)).toEqual(['c']);
    await migrations.stamp('base');
    expect(await versions(database)).toEqual([]);
  });

  test('takes arrays, and purge forgets what was there', async () => {
    const { database, alembic } = await workspace(kind, {
      ...line,
      'migrations/x.ts': migration('x', { branchLabels: 'side' }),
    });
    const migrations = alembic();
    await migrations.stamp(['b', 'x']);
    expect(await versions(database)).toEqual(['b', 'x']);
    await migrations.stamp('c');
    expect(await versions(database)).toEqual(['c', 'x']);
    await database.exec("insert into alembic_version values ('gone')");
    await failure(() => migrations.stamp('d'), 'REVISION_NOT_FOUND');
    await migrations.stamp('d', { purge: true });
    expect(await versions(database)).toEqual(['d']);
    expect(await tables(database)).toEqual([]);
  });
});

describeOn(kinds, 'runMigrations', (kind) => {
  test('runs the steps that fn plans from the current heads, with kwargs for each', async () => {
    const up = 'op.execute(`create table ${args.prefix}_a (id integer)`);';
    const { database, alembic } = await workspace(kind, chain(['a', { up }], 'b', 'c'));
    const migrations = alembic();
    const asked: unknown[] = [];
    const plan = (heads: readonly string[], context: unknown): RevisionStep[] => {
      asked.push([heads, context]);
      return planUpgrade(migrations.scriptDirectory.revisionMap, heads, '+2');
    };
    expect(await migrations.runMigrations(plan, { prefix: 'p' })).toBeUndefined();
    expect(asked).toEqual([[[], migrations.migrationContext]]);
    expect(await tables(database)).toEqual(['p_a', 't_b']);
    expect(await versions(database)).toEqual(['b']);

    // as it may be async, it may ask the database, and it may have nothing to do
    await migrations.runMigrations(async (heads, context) => {
      const rows = await context.bind.query('select 1 as one');
      expect(rows).toEqual([{ one: 1 }]);
      return planDowngrade(migrations.scriptDirectory.revisionMap, heads, 'a');
    });
    expect(await versions(database)).toEqual(['a']);
    await migrations.runMigrations(() => []);
    expect(await versions(database)).toEqual(['a']);
  });

  test('runs nothing where fn fails, or kwargs hold the reserved name', async () => {
    const { database, alembic } = await workspace(kind, line);
    const migrations = alembic();
    await migrations.upgrade('a');
    const before = await contents(database);
    await expect(
      migrations.runMigrations(() => {
        throw new Error('my plan');
      }),
    ).rejects.toThrow('my plan');
    await expect(migrations.runMigrations(async () => Promise.reject(new Error('my plan')))).rejects.toThrow(
      'my plan',
    );
    for (const ask of [
      () => migrations.runMigrations(5 as never),
      () => migrations.runMigrations((() => undefined) as never),
      () => migrations.runMigrations((() => [{}]) as never),
      () => migrations.runMigrations(() => [], null as never),
      () => migrations.upgrade('heads', { args: 'x' } as never),
    ])
      await failure(ask, 'BAD_ARGUMENT');
    const error = await failure(
      () => migrations.runMigrations(() => [], { engineName: 'x' }),
      'BAD_ARGUMENT',
    );
    expect(error.message).toContain("'engineName'");
    expect(await contents(database)).toEqual(before);
    // and the lock is free
    await migrations.upgrade();
    expect(await versions(database)).toEqual(['d']);
  });

  test('an app upgrades at its start, and answers whether it is current', async () => {
    const { root, alembic } = await workspace(kind, line);
    const migrations = alembic();
    await migrations.upgrade();
    expect(await migrations.needsUpgrade()).toBe(false);
    writeFileSync(join(root, 'migrations/e.ts'), migration('e', { downRevision: 'd' }));
    expect(await migrations.needsUpgrade()).toBe(true);
    await migrations.upgrade();
    expect(ids(await migrations.current())).toEqual(['e']);
  });
});
