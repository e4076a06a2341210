import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { Alembic, column, integer, MetaData, Script, string, table } from '../../src/index.ts';
import { project } from '../scripts/project.ts';
import { describeOn } from '../support/databases.ts';
import { quietLogs } from '../support/history.ts';
import { kinds } from './kinds.ts';
import {
  chain,
  contents,
  failure,
  ids,
  migration,
  revisionFiles,
  tables,
  tree,
  versions,
  workspace,
} from './workspace.ts';

quietLogs();

const users = table('users', [
  column('id', integer(), { primaryKey: true }),
  column('name', string(40), { nullable: false }),
]);
const metadatas = new MetaData([users]);

/** An `Alembic` whose revisions are called r1, r2, … */
function counted(alembic: Alembic): Alembic {
  let count = 0;
  alembic.revId = () => `r${++count}`;
  return alembic;
}

describeOn(kinds, 'revision', (kind) => {
  test('autogenerates: from the models, by way of a file, to a database that agrees with them', async () => {
    const { root, database, alembic } = await workspace(kind);
    const migrations = counted(alembic({ metadatas }));
    const made = await migrations.revision('add users');
    expect(made).toHaveLength(1);
    expect(made[0]).toBeInstanceOf(Script);
    expect(made[0]).toMatchObject({
      revision: 'r1',
      downRevision: null,
      doc: 'add users',
      path: join(root, 'migrations/r1_add_users.ts'),
      isHead: true,
    });
    expect(readFileSync(made[0]!.path, 'utf8')).toMatch(
      /^\/\*\* add users\n \*\n \* Revision ID: r1\n \* Revises:\n \* Create Date: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}\n \*\/\nimport \{ column, integer, type Operations, string \} from 'alembic-ts';\n/,
    );
    expect(await tables(database)).toEqual([]);
    await migrations.upgrade();
    expect(await tables(database)).toEqual(['users']);
    expect(await migrations.compareMetadata()).toEqual([]);
    await migrations.downgrade();
    expect(await tables(database)).toEqual([]);
  });

  test('writes an empty one where nothing differs, and where it is asked for', async () => {
    const { alembic, root } = await workspace(kind);
    const migrations = counted(alembic({ metadatas }));
    await migrations.revision('first');
    await migrations.upgrade();
    await migrations.revision('nothing');
    await migrations.revision('by hand', { empty: true });
    for (const name of ['r2_nothing.ts', 'r3_by_hand.ts']) {
      const text = readFileSync(join(root, 'migrations', name), 'utf8');
      expect(text).not.toContain('op.');
      expect(text).toContain('export function upgrade(op: Operations): void {');
    }
    await migrations.upgrade();
    await migrations.downgrade('base');
  });

  test('is refused while the database is behind its heads, unless it is empty', async () => {
    const { alembic, root } = await workspace(kind, chain('a', 'b'));
    const migrations = alembic({ metadatas });
    const behind = await failure(() => migrations.revision('x'), 'DATABASE_BEHIND');
    expect(behind.message).toMatch(/2 revisions, from a on/);
    expect(behind.message).toContain('upgrade');
    await migrations.upgrade('a');
    expect((await failure(() => migrations.revision('x'), 'DATABASE_BEHIND')).message).toContain(
      'b is not applied',
    );
    expect(revisionFiles(root)).toEqual(['a.ts', 'b.ts']);

    // what only looks doesn't refuse
    expect((await migrations.compareMetadata()).length).toBeGreaterThan(0);
    expect((await migrations.produceMigrations()).isEmpty()).toBe(false);
    expect(await migrations.needsRevision()).toBe(true);
    expect(ids(await migrations.revision('x', { empty: true }))).toHaveLength(1);
  });

  test('needs models to compare with, and a message', async () => {
    const { alembic, root } = await workspace(kind);
    const migrations = alembic();
    expect((await failure(() => migrations.revision('x'), 'NO_METADATA')).message).toContain('metadatas');
    await failure(() => migrations.compareMetadata(), 'NO_METADATA');
    await failure(() => migrations.produceMigrations(), 'NO_METADATA');
    await failure(() => migrations.needsRevision(), 'NO_METADATA');
    await failure(() => migrations.revision(undefined as never, { empty: true }), 'NOT_A_REVISION');
    expect(revisionFiles(root)).toEqual([]);
  });

  test('targetMetadata of the context stands for the models', async () => {
    const { alembic } = await workspace(kind);
    const migrations = alembic({ context: { targetMetadata: metadatas } });
    expect((await migrations.compareMetadata()).map((diff) => diff.kind)).toEqual(['createTable']);
  });

  test('several MetaData of one database are compared together', async () => {
    const { alembic, database } = await workspace(kind);
    const more = new MetaData([table('orgs', [column('id', integer(), { primaryKey: true })])]);
    const migrations = alembic({ metadatas: [metadatas, more] });
    await migrations.revision('both');
    await migrations.upgrade();
    expect(await tables(database)).toEqual(['orgs', 'users']);
    expect(await migrations.needsRevision()).toBe(false);
  });

  test('revId of the options is the id', async () => {
    const { alembic, root } = await workspace(kind);
    await alembic().revision('x', { empty: true, revId: 'mine' });
    expect(revisionFiles(root)).toEqual(['mine_x.ts']);
    for (const revId of ['a@b', '', 'mine'])
      await alembic()
        .revision('y', { empty: true, revId })
        .then(
          () => expect.fail(`'${revId}' was taken`),
          (error) => expect(error.code).toMatch(/^REVISION/),
        );
    expect(revisionFiles(root)).toEqual(['mine_x.ts']);
  });
});

// from here on nothing but files is touched
function files(given: Record<string, string> = {}, options: object = {}): { root: string; alembic: Alembic } {
  const root = project(given);
  return { root, alembic: counted(new Alembic({ rootPath: root }, options)) };
}

const empty = { empty: true } as const;

test('an empty revision needs no database', async () => {
  const { root, alembic } = files();
  await alembic.revision('one', empty);
  await alembic.revision('two', empty);
  expect(revisionFiles(root)).toEqual(['r1_one.ts', 'r2_two.ts']);
  expect((await alembic.log()).map(({ revision, downRevision }) => [revision, downRevision])).toEqual([
    ['r1', null],
    ['r2', 'r1'],
  ]);
});

test('the first revision is labelled with the branch, default unless it says otherwise', async () => {
  const { alembic } = files();
  const [first] = await alembic.revision('one', empty);
  expect([...first!.branchLabels]).toEqual(['default']);
  const [second] = await alembic.revision('two', empty);
  expect([second!.downRevision, [...second!.branchLabels]]).toEqual(['r1', ['default']]);
  const text = readFileSync(second!.path, 'utf8');
  expect(text).toContain('export const branchLabels = null;');
});

test('branch: a new one begins at the base with its label, a known one is continued, each in its directory', async () => {
  const { root, alembic } = files(
    {},
    { config: { versionLocations: ['elsewhere', ['users', 'users/migrations'], ['posts', 'posts']] } },
  );
  await alembic.revision('one', empty);
  const [u1] = await alembic.revision('create user model', { ...empty, branch: 'users' });
  expect(u1).toMatchObject({ revision: 'r2', downRevision: null });
  expect([...u1!.branchLabels]).toEqual(['users']);
  const [u2] = await alembic.revision('more', { ...empty, branch: 'users' });
  expect(u2).toMatchObject({ revision: 'r3', downRevision: 'r2' });
  const [again] = await alembic.revision('main', empty);
  expect(again).toMatchObject({ revision: 'r4', downRevision: 'r1' });
  const [free] = await alembic.revision('free', { ...empty, branch: 'billing' });
  expect(free).toMatchObject({ downRevision: null });
  expect(revisionFiles(root)).toEqual(['r1_one.ts', 'r4_main.ts', 'r5_free.ts']);
  expect(revisionFiles(root, 'users/migrations')).toEqual(['r2_create_user_model.ts', 'r3_more.ts']);
  expect(ids(await alembic.heads()).sort()).toEqual(['r3', 'r4', 'r5']);
});

test('where revisions exist and none carries default, the default means plain head', async () => {
  const { alembic } = files(chain('a', 'b'));
  const [made] = await alembic.revision('x', empty);
  expect(made).toMatchObject({ downRevision: 'b' });
  expect([...made!.branchLabels]).toEqual([]);
  const several = files({ ...chain('a'), 'migrations/x.ts': migration('x') });
  const error = await failure(() => several.alembic.revision('x', empty), 'MULTIPLE_HEADS');
  expect(error.cause).toMatchObject({ name: 'MultipleHeads' });
  expect(revisionFiles(several.root)).toEqual(['a.ts', 'x.ts']);
});

test('parent: a Script, an id or arrays of them; merging by several', async () => {
  const { alembic } = files({ ...chain('a', 'b'), 'migrations/x.ts': migration('x') });
  const [b] = await alembic.show('b');
  expect((await alembic.revision('one', { ...empty, parent: b! }))[0]).toMatchObject({ downRevision: 'b' });
  expect((await alembic.revision('two', { ...empty, parent: 'x' }))[0]).toMatchObject({ downRevision: 'x' });
  const merged = await alembic.revision('three', {
    ...empty,
    parent: ['r1', (await alembic.show('r2'))[0]!],
  });
  expect(merged[0]).toMatchObject({ downRevision: ['r1', 'r2'], isMergePoint: true });
  expect((await alembic.revision('four', { ...empty, parent: 'base' }))[0]).toMatchObject({
    downRevision: null,
  });
});

test('splice: a parent that has a next revision already', async () => {
  const { alembic, root } = files(chain('a', 'b'));
  const error = await failure(() => alembic.revision('x', { ...empty, parent: 'a' }), 'NOT_A_HEAD');
  expect(error.message).toMatch(/splice/);
  expect(revisionFiles(root)).toEqual(['a.ts', 'b.ts']);
  const [made] = await alembic.revision('x', { ...empty, parent: 'a', splice: true });
  expect(made).toMatchObject({ downRevision: 'a' });
  expect(ids(await alembic.branches())).toEqual(['a']);
});

test('depend: a Script, an id, a label or arrays of them', async () => {
  const { alembic } = files({
    'migrations/a.ts': migration('a', { branchLabels: 'default' }),
    'migrations/x.ts': migration('x', { branchLabels: 'side' }),
    'migrations/y.ts': migration('y'),
  });
  const [x, y] = await alembic.show(['x', 'y']);
  expect((await alembic.revision('1', { ...empty, depend: x! }))[0]).toMatchObject({ dependsOn: 'x' });
  expect((await alembic.revision('2', { ...empty, depend: 'y' }))[0]).toMatchObject({ dependsOn: 'y' });
  expect((await alembic.revision('3', { ...empty, depend: [x!, y!] }))[0]).toMatchObject({
    dependsOn: ['x', 'y'],
  });
  expect((await alembic.revision('4', { ...empty, depend: 'side' }))[0]?.dependsOn).toMatch(/^(side|x)$/);
  await failure(() => alembic.revision('5', { ...empty, depend: 'nowhere' }), 'REVISION_NOT_FOUND');
});

test('label: a string or an array, beside that of a new branch', async () => {
  const { alembic } = files(chain('a'));
  expect([...(await alembic.revision('1', { ...empty, label: 'one' }))[0]!.branchLabels]).toEqual(['one']);
  const [made] = await alembic.revision('2', { ...empty, branch: 'side', label: ['x', 'y'] });
  expect([...made!.branchLabels].sort()).toEqual(['side', 'x', 'y']);
  const taken = { ...empty, parent: 'r1', label: 'x' };
  expect((await failure(() => alembic.revision('3', taken), 'LABEL_IN_USE')).message).toContain("'x'");
  for (const unfit of [5 as never, '', 'a:b', 'a@b', 'head', 'heads', 'base', 'current']) {
    await failure(() => alembic.revision('4', { ...empty, label: ['fits', unfit] }), 'BAD_ARGUMENT');
    if (unfit !== '') await failure(() => alembic.revision('4', { ...empty, branch: unfit }), 'BAD_ARGUMENT');
    await failure(() => alembic.merge('heads', { label: unfit }), 'BAD_ARGUMENT');
    await failure(
      () => alembic.scriptDirectory.generateRevision('r4', 'x', { branchLabels: unfit }),
      'BAD_ARGUMENT',
    );
  }
});

test("path is relative to the application's root, and has to be one of the version locations", async () => {
  const { root, alembic } = files({}, { config: { versionLocations: ['more/old'] } });
  const [made] = await alembic.revision('x', { ...empty, path: 'more/old' });
  expect(relative(root, made!.path)).toBe('more/old/r1_x.ts');
  const error = await failure(() => alembic.revision('y', { ...empty, path: 'outside' }), 'VERSION_PATH');
  expect(error.message).toContain('versionLocations');
  expect(tree(root)).not.toHaveProperty('outside');
  const absolute = await alembic.revision('z', { ...empty, path: join(root, 'migrations') });
  expect(relative(root, absolute[0]!.path)).toMatch(/^migrations\/r\d_z\.ts$/);
});

test.each<[string, object, string]>([
  ['an unknown option', { emtpy: true }, 'UNKNOWN_OPTION'],
  ['an option in another spelling', { depends_on: 'a' }, 'UNKNOWN_OPTION'],
  ['a branch of another type', { empty: true, branch: 5 }, 'BAD_ARGUMENT'],
  ['a path of another type', { empty: true, path: 5 }, 'BAD_ARGUMENT'],
  ['a parent of another type', { empty: true, parent: 5 }, 'NOT_A_REVISION'],
  ['a parent that is not there', { empty: true, parent: 'nowhere' }, 'REVISION_NOT_FOUND'],
  ['no parent', { empty: true, parent: [] }, 'ONE_REVISION'],
  ['the same parent twice', { empty: true, parent: ['a', 'a'] }, 'DUPLICATE_HEADS'],
  ['offline mode', { empty: true, sql: true }, 'OFFLINE_UNSUPPORTED'],
])('refuses %s, and writes nothing', async (_, options, code) => {
  const { root, alembic } = files(chain('a'));
  const before = tree(root);
  await failure(() => alembic.revision('x', options), code as 'BAD_ARGUMENT');
  expect(tree(root)).toEqual(before);
});

test('fileTemplate, truncateSlugLength, timezone and the template decide what is written', async () => {
  const { root, alembic } = files(
    {
      'migrations/script.mjs.template':
        '/** ${message} (${team}) */\n${imports}\nexport const revision = ${revision};\nexport const downRevision = ${downRevision};\nexport const branchLabels = ${branchLabels};\nexport const dependsOn = ${dependsOn};\nexport const made = ${createDate};\nexport const upgrade = (op) => {\n  ${upgrades}\n};\n',
    },
    {
      config: { fileTemplate: '%(slug)s-%(rev)s', truncateSlugLength: 10, timezone: 'UTC' },
      context: { templateArgs: { team: 'shop' } },
    },
  );
  await alembic.revision('a rather long message', empty);
  const [name] = revisionFiles(root);
  expect(name).toMatch(/^a_rather_?-r1\.mjs$/);
  expect(readFileSync(join(root, 'migrations', name!), 'utf8')).toMatch(
    /^\/\*\* a rather long message \(shop\) \*\/\n[\s\S]*export const made = '\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+\+00:00';/,
  );
});

test('a post-write hook runs on the new file', async () => {
  const ran: string[] = [];
  const { alembic } = files({}, { config: { postWriteHooks: [(file: string) => void ran.push(file)] } });
  const [made] = await alembic.revision('x', empty);
  expect(ran).toEqual([made!.path]);
});

test('two at once follow one another', async () => {
  const { alembic } = files(chain('a'));
  const [[one], [two]] = await Promise.all([
    alembic.revision('one', empty),
    alembic.revision('two', { ...empty, parent: 'head' }),
  ]);
  const pairs = (await alembic.log()).map(({ revision, downRevision }) => [revision, downRevision]);
  expect(pairs).toEqual([
    ['a', null],
    [one!.revision, 'a'],
    [two!.revision, one!.revision],
  ]);
});

describeOn(kinds, 'revisionEnvironment', (kind) => {
  test('has the databases asked even for an empty revision', async () => {
    const { root, database } = await workspace(kind);
    const seen: unknown[] = [];
    const options = {
      engines: database.url,
      context: { processRevisionDirectives: (_: unknown, rows: readonly string[]) => void seen.push(rows) },
    };
    await using alembic = new Alembic(
      { rootPath: root },
      { ...options, config: { revisionEnvironment: true } },
    );
    await alembic.revision('x', empty);
    expect(seen).toEqual([[]]);
    expect(alembic.migrationContext.connection.isOpen).toBe(true);
  });
});

test('calls at once are written one after the other, each upon the one before', async () => {
  const { root, alembic } = await workspace('sqlite');
  const [one, another] = [alembic(), alembic()];
  const made = await Promise.all([
    one.revision('first', empty),
    one.revision('second', empty),
    another.revision('third', empty),
    one.revision('side', { ...empty, branch: 'side' }),
  ]);
  const [first, second, third, side] = made.map(([script]) => script!);
  expect([first, second, third, side].map((script) => script?.downRevision)).toEqual([
    null,
    first?.revision,
    second?.revision,
    null,
  ]);
  const merges = await Promise.allSettled([one.merge(), one.merge()]);
  expect(merges).toMatchObject([
    // in the order of their files
    { status: 'fulfilled', value: { downRevision: [third?.revision, side?.revision].toSorted() } },
    { status: 'rejected', reason: { code: 'NOTHING_TO_MERGE' } },
  ]);
  // one that failed lets the next one in, and what a hook calls doesn't wait for itself
  const nested = alembic({
    context: {
      processRevisionDirectives: async (_, __, directives) => {
        if (directives[0]?.message === 'outer') await nested.revision('inner', empty);
      },
    },
  });
  const [outer] = await nested.revision('outer', { ...empty, parent: 'base', branch: 'outer' });
  expect(outer?.doc).toBe('outer');
  expect(revisionFiles(root)).toHaveLength(7);
});

test('merge joins the heads, and says so', async () => {
  const { root, alembic } = files({
    ...chain('a', 'b'),
    'migrations/c.ts': migration('c', { downRevision: 'a' }),
  });
  const made = await alembic.merge();
  expect(made).toBeInstanceOf(Script);
  expect(made).toMatchObject({ revision: 'r1', doc: 'merge heads', isMergePoint: true });
  expect([...(made.downRevision as string[])].sort()).toEqual(['b', 'c']);
  expect(revisionFiles(root)).toContain('r1_merge_heads.ts');
  expect(ids(await alembic.heads())).toEqual(['r1']);
});

test('merge takes revisions, a message and labels', async () => {
  const { alembic } = files({
    ...chain('a'),
    'migrations/b.ts': migration('b'),
    'migrations/c.ts': migration('c', { branchLabels: 'side' }),
  });
  const [a] = await alembic.show('a');
  const made = await alembic.merge([a!, 'b'], { message: 'join', label: 'joined' });
  expect(made).toMatchObject({ doc: 'join', downRevision: ['a', 'b'] });
  expect([...made.branchLabels]).toEqual(['joined']);
  const other = await alembic.merge([made, 'side@head']);
  expect(other).toMatchObject({ doc: 'merge r1, side@head', downRevision: ['r1', 'c'] });
  for (const [ask, code] of [
    [() => alembic.merge('nowhere'), 'REVISION_NOT_FOUND'],
    [() => alembic.merge(['a', 'a']), 'DUPLICATE_HEADS'],
    [() => alembic.merge([]), 'ONE_REVISION'],
    [() => alembic.merge('heads', { labels: 'x' } as never), 'UNKNOWN_OPTION'],
    [() => alembic.merge(other), 'NOTHING_TO_MERGE'],
    [() => alembic.merge('heads'), 'NOTHING_TO_MERGE'],
    [() => alembic.merge('base'), 'NOTHING_TO_MERGE'],
  ] as const)
    await failure(ask, code);
});

describeOn(kinds, 'a merge', (kind) => {
  test('is applied, undone and applied again', async () => {
    const { root, database, alembic } = await workspace(kind, {
      ...chain('a', 'b'),
      'migrations/c.ts': migration('c', { downRevision: 'a' }),
    });
    const migrations = counted(alembic());
    await migrations.upgrade('heads');
    expect(await versions(database)).toEqual(['b', 'c']);
    await migrations.merge();
    await migrations.upgrade();
    expect(await versions(database)).toEqual(['r1']);
    const before = await contents(database);
    await migrations.downgrade('b');
    expect(await tables(database)).toEqual(['t_a', 't_b', 't_c']);
    await migrations.upgrade('head');
    expect(await contents(database)).toEqual(before);
    writeFileSync(join(root, 'migrations/z.ts'), migration('z', { downRevision: 'r1' }));
    await migrations.upgrade('head');
    expect(await versions(database)).toEqual(['z']);
  });
});
