import { expect, test } from 'vitest';
import { Script } from '../../src/index.ts';
import { describeOn } from '../support/databases.ts';
import { quietLogs } from '../support/history.ts';
import { kinds } from './kinds.ts';
import { chain, failure, ids, migration, type Workspace, workspace } from './workspace.ts';

quietLogs();

/**
 * ```
 * a ── b ─┬─ c ──── e (heads: e, and x on a branch of its own that depends on c)
 *         └─ d ─┘
 * x
 * ```
 */
const history = {
  'migrations/a.ts': migration('a', { branchLabels: 'main' }),
  'migrations/b.ts': migration('b', { downRevision: 'a' }),
  'migrations/c.ts': migration('c', { downRevision: 'b' }),
  'migrations/d.ts': migration('d', { downRevision: 'b' }),
  'migrations/e.ts': migration('e', { downRevision: ['c', 'd'] }),
  'migrations/x.ts': migration('x', { branchLabels: 'side', dependsOn: 'c' }),
  'migrations/readme.md': 'not a revision',
  'migrations/helper.ts': 'export const helper = 1;\n',
};

describeOn(kinds, 'what a history is', (kind) => {
  const open = (): Promise<Workspace> => workspace(kind, history);

  test('current: the revisions that the database is at', async () => {
    const alembic = (await open()).alembic();
    expect(await alembic.current()).toEqual([]);
    await alembic.upgrade('c');
    const [script, ...others] = await alembic.current();
    expect(others).toEqual([]);
    expect(script).toBeInstanceOf(Script);
    expect(script).toMatchObject({
      revision: 'c',
      downRevision: 'b',
      doc: 'the c',
      isHead: false,
      isBase: false,
    });
    await alembic.upgrade('d');
    expect(ids(await alembic.current()).sort()).toEqual(['c', 'd']);
    await alembic.upgrade('heads');
    expect(ids(await alembic.current()).sort()).toEqual(['e', 'x']);
  });

  test('heads: the revisions that nothing follows', async () => {
    const alembic = (await open()).alembic();
    expect(ids(await alembic.heads()).sort()).toEqual(['e', 'x']);
    expect(ids(await alembic.heads({ resolveDependencies: true })).sort()).toEqual(['e', 'x']);
    const other = (
      await workspace(kind, {
        'migrations/a.ts': migration('a'),
        'migrations/b.ts': migration('b', { dependsOn: 'a' }),
      })
    ).alembic();
    expect(ids(await other.heads()).sort()).toEqual(['a', 'b']);
    expect(ids(await other.heads({ resolveDependencies: false })).sort()).toEqual(['a', 'b']);
    expect(ids(await other.heads({ resolveDependencies: true }))).toEqual(['b']);
  });

  test('branches: the revisions with more than one next revision', async () => {
    const alembic = (await open()).alembic();
    const [b, ...others] = await alembic.branches();
    expect(others).toEqual([]);
    expect(b).toMatchObject({ revision: 'b', isBranchPoint: true });
    expect([...(b?.nextrev ?? [])].sort()).toEqual(['c', 'd']);
  });

  test('log: in the order in which they run, both ends included', async () => {
    const alembic = (await open()).alembic();
    const all = ids(await alembic.log());
    expect([...all].sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'x']);
    const before = (one: string, other: string): boolean => all.indexOf(one) < all.indexOf(other);
    expect([before('a', 'b'), before('b', 'c'), before('c', 'e'), before('d', 'e')]).toEqual([
      true,
      true,
      true,
      true,
    ]);

    expect(ids(await alembic.log({ start: 'b', end: 'c' }))).toEqual(['b', 'c']);
    expect(ids(await alembic.log({ end: 'b' }))).toEqual(['a', 'b']);
    expect(ids(await alembic.log({ start: 'b', end: ['c', 'd'] })).sort()).toEqual(['b', 'c', 'd']);
    expect(ids(await alembic.log({ start: 'a', end: 'main@head' })).slice(0, 2)).toEqual(['a', 'b']);
  });

  test("log: 'current' for either end, where the database is nowhere too", async () => {
    const alembic = (await open()).alembic();
    expect(await alembic.log({ end: 'current' })).toEqual([]);
    expect(ids(await alembic.log({ start: 'current', end: 'b' }))).toEqual(['a', 'b']);
    await alembic.upgrade('b');
    expect(ids(await alembic.log({ end: 'current' }))).toEqual(['a', 'b']);
    expect(ids(await alembic.log({ start: 'current', end: 'e' })).at(0)).toBe('b');
    expect(ids(await alembic.log({ start: 'current', end: 'current' }))).toEqual(['b']);
    await alembic.upgrade('c');
    await alembic.upgrade('d');
    expect(ids(await alembic.log({ end: 'current' })).sort()).toEqual(['a', 'b', 'c', 'd']);
    expect(ids(await alembic.log({ start: ['b'], end: ['current'] })).sort()).toEqual(['b', 'c', 'd']);
  });

  test('log, show and stamp take a Script of any instance, and arrays', async () => {
    const alembic = (await open()).alembic();
    const elsewhere = (await open()).alembic();
    const [b, c] = await elsewhere.show(['b', 'c']);
    expect(ids(await alembic.log({ start: b!, end: c! }))).toEqual(['b', 'c']);
    expect(ids(await alembic.log({ start: b!, end: [c!, 'd'] })).sort()).toEqual(['b', 'c', 'd']);
    expect(ids(await alembic.show(c!))).toEqual(['c']);
    await alembic.stamp(c);
    expect(ids(await alembic.current())).toEqual(['c']);
    // a copy of the package makes objects of classes that aren't ours
    expect(ids(await alembic.show({ revision: 'd' } as never))).toEqual(['d']);
  });

  test('history: newest first, of a range, with what is current', async () => {
    const alembic = (await open()).alembic();
    await alembic.upgrade('b');
    const entries = await alembic.history({ range: 'a:c', indicateCurrent: true });
    expect(entries.map(({ script, isCurrent }) => [script.revision, isCurrent])).toEqual([
      ['c', false],
      ['b', true],
      ['a', false],
    ]);
    expect((await alembic.history()).map(({ script }) => script.revision).at(-1)).toBeDefined();
    expect((await alembic.history({ range: ':current' })).map(({ script }) => script.revision)).toEqual([
      'b',
      'a',
    ]);
    expect((await alembic.history({ range: 'current:e' })).map(({ script }) => script.revision).at(-1)).toBe(
      'b',
    );
    await alembic.downgrade('base');
    expect(await alembic.history({ range: ':current' })).toEqual([]);
    const line = (await workspace(kind, chain('one', 'two', 'three'))).alembic();
    expect((await line.history({ range: '-1:' })).map(({ script }) => script.revision)).toEqual([
      'three',
      'two',
    ]);
    await failure(() => alembic.history({ range: 'abc' }), 'HISTORY_RANGE');
  });

  test('a script loads its module', async () => {
    const alembic = (await open()).alembic();
    const [script] = await alembic.show('b');
    expect(script?.path).toBe(`${alembic.scriptDirectory.directory}/b.ts`);
    const module = await script?.load();
    expect(module).toMatchObject({ revision: 'b', downRevision: 'a', upgrade: expect.any(Function) });
  });

  test.each<[string, (alembic: ReturnType<Workspace['alembic']>) => Promise<unknown>, string]>([
    ['what is no revision', (alembic) => alembic.show('nowhere'), 'REVISION_NOT_FOUND'],
    ['the start of a log', (alembic) => alembic.log({ start: 'nowhere' }), 'REVISION_NOT_FOUND'],
    ['a range the wrong way round', (alembic) => alembic.log({ start: 'c', end: 'd' }), 'NOT_AN_ANCESTOR'],
    ['a number', (alembic) => alembic.show(5 as never), 'NOT_A_REVISION'],
    ['an array of others', (alembic) => alembic.show([null] as never), 'NOT_A_REVISION'],
    [
      'an option of heads',
      (alembic) => alembic.heads({ resolveDependency: true } as never),
      'UNKNOWN_OPTION',
    ],
    ['an option of log', (alembic) => alembic.log({ from: 'a' } as never), 'UNKNOWN_OPTION'],
    ['no options of log', (alembic) => alembic.log('a' as never), 'BAD_ARGUMENT'],
    ['an option of history', (alembic) => alembic.history({ revRange: 'a:b' } as never), 'UNKNOWN_OPTION'],
  ])('refuses %s', async (_, ask, code) => {
    await failure(() => open().then((opened) => ask(opened.alembic())), code as 'NOT_A_REVISION');
  });

  test('an empty history has nothing', async () => {
    const alembic = (await workspace(kind)).alembic();
    expect(
      await Promise.all([
        alembic.current(),
        alembic.heads(),
        alembic.branches(),
        alembic.log(),
        alembic.history(),
      ]),
    ).toEqual([[], [], [], [], []]);
    await alembic.upgrade();
    await alembic.stamp();
    expect(await alembic.needsUpgrade()).toBe(false);
  });

  test('what a new file says is seen without a new object', async () => {
    const opened = await workspace(kind, chain('a'));
    const alembic = opened.alembic();
    expect(ids(await alembic.heads())).toEqual(['a']);
    const { put } = await import('../scripts/project.ts');
    put(opened.root, { 'migrations/b.ts': migration('b', { downRevision: 'a' }) });
    expect(ids(await alembic.heads())).toEqual(['b']);
  });
});
