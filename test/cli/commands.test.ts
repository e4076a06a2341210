import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { chain, migration, revisionFiles, tables, testDatabase, tree, versions } from '../app/workspace.ts';
import { project, put } from '../scripts/project.ts';
import { describeOn, type TestDatabase } from '../support/databases.ts';
import { all, cli, type Ran } from './run-cli.ts';

/** What differs between databases lies below the command line. */
const kinds = ['sqlite'] as const;

const config = (models = "column('name', string(20))"): string => `
import { defineConfig } from 'alembic-ts';
import { column, integer, MetaData, string, table } from 'alembic-ts/schema';
const users = table('users', [column('id', integer(), { primaryKey: true }), ${models}]);
export default defineConfig({ engines: process.env.TEST_URL ?? 'sqlite:app.db', metadatas: new MetaData([users]), context: { lockTimeout: 2000 } });
`;

/** What documents hold, by command. */
interface Data {
  readonly revisions: readonly { readonly revision: string }[];
  readonly differences: readonly { readonly kind: string; readonly table: unknown }[];
  readonly templates: readonly { readonly name: string }[];
}

interface Project {
  readonly root: string;
  readonly database: TestDatabase;
  run(...words: string[]): Promise<Ran>;
  /** what a `--json` command says, which has to be one document and nothing else */
  json(...words: string[]): Promise<Data>;
}

async function open(
  kind: Parameters<typeof testDatabase>[0],
  files: Record<string, string> = {},
): Promise<Project> {
  const root = project({ 'alembic.config.ts': config(), ...files });
  const database = await testDatabase(kind);
  const run = (...words: string[]): Promise<Ran> => cli(root, words, { env: { TEST_URL: database.url } });
  const json = async (...words: string[]): Promise<Data> => {
    const { stdout } = await run(...words, '--json');
    const document = JSON.parse(stdout) as { version: number; data: Data };
    expect(Object.keys(document)).toEqual(['version', 'data']);
    expect(document.version).toBe(1);
    return document.data;
  };
  return { root, database, run, json };
}

const wrote = /^wrote migrations\/([0-9a-f]{12})_(\w+)\.ts\n$/;

describeOn(kinds, 'the commands', (kind) => {
  test('revision, upgrade, current, check, downgrade: from models to a database and back', async () => {
    const { root, database, run } = await open(kind);
    const made = await run('revision', 'add users');
    expect(made).toMatchObject({ status: 0, stdout: expect.stringMatching(wrote), stderr: '' });
    const [, id = ''] = wrote.exec(made.stdout) ?? [];
    expect(readFileSync(join(root, `migrations/${id}_add_users.ts`), 'utf8')).toContain(
      "op.createTable('users'",
    );

    expect(await run('upgrade')).toEqual({
      status: 0,
      stdout: '',
      stderr: `INFO  [alembic] Running upgrade  -> ${id}, add users\n`,
    });
    expect(await tables(database)).toEqual(['users']);
    expect(await run('upgrade')).toEqual({ status: 0, stdout: '', stderr: '' });
    const [current, clean, atHeads] = await all([
      () => run('current'),
      () => run('check'),
      () => run('current', '--check-heads'),
    ]);
    expect(current).toEqual({
      status: 0,
      stdout: `<base> -> ${id} (default) (head), add users\n`,
      stderr: '',
    });
    expect(clean).toMatchObject({ status: 0, stderr: '' });
    expect(atHeads).toMatchObject({ status: 0 });

    put(root, { 'alembic.config.ts': config("column('name', string(20)), column('age', integer())") });
    const check = await run('check');
    expect(check).toMatchObject({ status: 1, stdout: 'addColumn users.age\n' });
    expect(check.stderr).toContain('one operation');
    const downgrade = await run('downgrade', '-1');
    expect(downgrade).toEqual({
      status: 0,
      stdout: '',
      stderr: `INFO  [alembic] Running downgrade ${id} -> , add users\n`,
    });
    expect(await tables(database)).toEqual([]);
  });

  test('upgrade and downgrade: revisions, counts, symbols', async () => {
    const { database, run } = await open(kind, chain('a', 'b', 'c', 'd', '1975'));
    const steps: [string[], string[]][] = [
      [['upgrade', '+2'], ['b']],
      [['upgrade', '2'], ['d']],
      [['upgrade', '1975'], ['1975']],
      [['downgrade', '-1'], ['d']],
      [['downgrade', '1'], ['c']],
      [['downgrade'], ['b']],
      [['upgrade', 'heads'], ['1975']],
      [['downgrade', '--', '-2'], ['c']],
      [['downgrade', 'a'], ['a']],
      [['upgrade', 'head'], ['1975']],
      [['downgrade', '1975-2'], ['c']],
      [['downgrade', 'base'], []],
    ];
    for (const [words, at] of steps) {
      expect(await run(...words)).toMatchObject({ status: 0 });
      expect([words, await versions(database)]).toEqual([words, at]);
    }
  });

  test('what is asked of upgrade and downgrade and can not be', async () => {
    const { database, run } = await open(kind, chain('a', 'b'));
    await run('upgrade', 'a');
    const failed = await all(
      [
        ['upgrade', 'nowhere'],
        ['upgrade', '5'],
        ['downgrade', '+1'],
        ['downgrade', '5'],
        ['upgrade', 'a:b'],
        ['upgrade', '--sql'],
        ['downgrade', '--sql'],
        ['stamp', '--sql', 'b'],
        ['ensure-version', '--sql'],
        ['revision', '--sql', 'x'],
        ['upgrade', '-x', 'engineName=x'],
      ].map((words) => () => run(...words)),
    );
    expect(
      failed.map(({ status, stdout, stderr }) => [status, stdout, /^error ([A-Z_]+): ./.exec(stderr)?.[1]]),
    ).toEqual(
      [
        'REVISION_NOT_FOUND',
        'RELATIVE_REVISION',
        'POSITIVE_DOWNGRADE',
        'RELATIVE_REVISION',
        'HISTORY_RANGE',
        'OFFLINE_UNSUPPORTED',
        'OFFLINE_UNSUPPORTED',
        'OFFLINE_UNSUPPORTED',
        'OFFLINE_UNSUPPORTED',
        'OFFLINE_UNSUPPORTED',
        'BAD_ARGUMENT',
      ].map((code) => [3, '', code]),
    );
    expect(await versions(database)).toEqual(['a']);
  });

  test('upgrade and downgrade with --preview say what would run, and run nothing', async () => {
    const up = [
      'op.dropColumn("t_a", "x");',
      'op.getContext().autocommitBlock(() => { op.execute(`VACUUM\n  analyze`); });',
      'op.renameTable("t_a", "t");',
      'op.getBind().exec("script");',
    ].join('\n  ');
    const { database, run, json } = await open(kind, {
      ...chain('a', ['b', { up, down: 'throw new Error("no way back");' }]),
      'migrations/c.ts': migration('c', {
        downRevision: 'b',
        async: true,
        up: 'await op.getBind().query("select 1");',
      }),
    });
    const preview = await run('upgrade', 'b', '--preview', '-x', 'tenant=acme');
    expect(preview).toEqual({
      status: 0,
      stderr: '',
      stdout: `${database.url} is at base, without a version table; afterwards at b:

a the a (migrations/a.ts)
    createTable t_a

b the b (migrations/b.ts)
    dropColumn t_a.x  -- destroys column 'x' of table 't_a' and its values
-- commits here: autocommit block, migrations/b.ts:10
-- outside of a transaction: each operation is committed by itself
    execute VACUUM analyze  -- may destroy what its SQL says, which isn't read
-- a transaction begins
    renameTable t_a -> t
    SQL: script  -- may destroy what its SQL says, which isn't read
-- commits here: everything has run
`,
    });
    expect((await run('upgrade', '--preview')).stdout).toContain(
      '-- not known from here on: NEEDS_DATABASE, migrations/c.ts:9: The revision asks',
    );
    expect(await versions(database)).toBeNull();
    await run('stamp', 'b');
    expect(await run('upgrade', 'b', '--preview')).toEqual({
      status: 0,
      stderr: '',
      stdout: `${database.url} is at b: there is nothing to upgrade.\n`,
    });
    for (const target of [['2'], ['base'], ['--', '-2']])
      expect(await run('downgrade', '--preview', ...target)).toMatchObject({
        status: 1,
        stderr: '',
        stdout: expect.stringMatching(
          /-- fails: MIGRATION_FAILED, migrations\/b\.ts:16: no way back\n[\s\S]*dropTable t_a {2}-- destroys[\s\S]*The run fails:\n/,
        ),
      });
    const data = (await json('downgrade', '--preview')) as unknown as {
      databases: { steps: { revision: string }[] }[];
    };
    expect(data.databases).toMatchObject([
      { direction: 'downgrade', heads: ['b'], steps: [{ revision: 'b' }] },
    ]);
    expect(await versions(database)).toEqual(['b']);
    const wrong = await all(
      [
        ['upgrade', '--json'],
        ['upgrade', '--preview', '--sql'],
        ['downgrade', '--json'],
        ['downgrade', '--preview', '--sql'],
      ].map((words) => () => run(...words)),
    );
    expect(wrong.map(({ status, stdout }) => [status, stdout])).toEqual(wrong.map(() => [2, '']));
    expect(await versions(database)).toEqual(['b']);
  });

  test('stamp, with and without purge; ensure-version', async () => {
    const { database, run } = await open(kind, { ...chain('a', 'b'), 'migrations/x.ts': migration('x') });
    expect(await run('ensure-version')).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(await versions(database)).toEqual([]);
    expect(await run('stamp')).toMatchObject({ status: 0, stdout: '' });
    expect(await versions(database)).toEqual(['b', 'x']);
    await run('stamp', 'a');
    expect(await versions(database)).toEqual(['a', 'x']);
    await run('stamp', 'base');
    await run('stamp', 'a', 'x');
    expect(await versions(database)).toEqual(['a', 'x']);
    await run('stamp', '--purge', 'b', '--tag', 'note');
    expect(await versions(database)).toEqual(['b']);
    await database.exec("update alembic_version set version_num = 'gone'");
    expect(await run('stamp', 'a')).toMatchObject({ status: 3, stderr: expect.stringContaining("'gone'") });
    expect(await run('stamp', '--purge', 'heads')).toMatchObject({ status: 0 });
    expect(await tables(database)).toEqual([]);
  });

  test('what shows the history, for people', async () => {
    const { run } = await open(kind, {
      'migrations/a.ts': migration('a', { branchLabels: 'main', doc: 'first\n *\n * With more.' }),
      'migrations/b.ts': migration('b', { downRevision: 'a' }),
      'migrations/c.ts': migration('c', { downRevision: 'a' }),
      'migrations/x.ts': migration('x', { dependsOn: 'b' }),
    });
    await run('upgrade', 'b');
    const shown = await all(
      [
        ['heads'],
        ['heads', '--resolve-dependencies'],
        ['branches'],
        ['log', '--start', 'a', '--end', 'b'],
        ['log', '--start', 'current', '--end', 'current'],
        ['history', '-r', 'a:b'],
        ['history', '-ra:b', '-i'],
        ['history', '--rev-range', 'a:current', '--indicate-current'],
        ['show', 'a'],
        ['show', 'b', 'c'],
        ['current', '-v'],
        ['branches', '--verbose'],
        ['log', '-v', '--end', 'a'],
        ['history', '--verbose', '-r', ':a'],
        ['heads', '--verbose'],
      ].map((words) => () => run(...words)),
    );
    for (const each of shown) expect(each).toMatchObject({ status: 0, stderr: '' });
    const [heads, real, branches, log, here, history, last, marked, show, two, verbose] = shown.map(
      ({ stdout }) => stdout,
    );
    const lines = (text = ''): string[] => text.trimEnd().split('\n').sort();
    expect(lines(heads)).toEqual(
      [
        '<base> (b) -> x (head), the x',
        'a -> b (main) (effective head), the b',
        'a -> c (main) (head), the c',
      ].sort(),
    );
    expect(lines(real)).toEqual(['<base> (b) -> x (head), the x', 'a -> c (main) (head), the c'].sort());
    expect(lines(branches)).toEqual([
      '    -> b (main) (effective head), the b',
      '    -> c (main) (head), the c',
      '<base> -> a (main) (branchpoint), first',
    ]);
    expect(log).toBe('<base> -> a (main) (branchpoint), first\na -> b (main) (effective head), the b\n');
    expect(here).toContain('-> b');
    expect(history?.split('\n').map((line) => / -> (\w)/.exec(line)?.[1])).toEqual(['b', 'a', undefined]);
    expect(last).toContain('(current)');
    expect(marked).toMatch(/-> b .*\(current\)/);
    expect(show).toContain('Rev: a');
    expect(show).toContain('With more.');
    expect(show).toContain('migrations/a.ts');
    expect(two?.match(/^Rev: /gm)).toHaveLength(2);
    expect(verbose).toContain('Rev: b');
  });

  test('--json: one document on stdout', async () => {
    const { root, run, json } = await open(kind, {
      ...chain('a', ['b', { branchLabels: 'x' }]),
      'migrations/c.ts': migration('c', { downRevision: 'a', dependsOn: 'b' }),
    });
    await run('upgrade', 'b');
    const a = {
      revision: 'a',
      downRevision: null,
      dependsOn: null,
      branchLabels: [],
      doc: 'the a',
      path: join(root, 'migrations/a.ts'),
      isHead: false,
      isBase: true,
      isBranchPoint: true,
      isMergePoint: false,
    };
    const [current, check, heads, branches, log, history, show, differences, templates] = await all([
      () => json('current', '--check-heads'),
      () => json('current'),
      () => json('heads'),
      () => json('branches'),
      () => json('log', '--end', 'a'),
      () => json('history', '-i', '-r', 'a:b'),
      () => json('show', 'a', 'b'),
      () => json('check'),
      () => json('list-templates'),
    ]);
    expect(current).toMatchObject({ atHeads: false, revisions: [{ revision: 'b', branchLabels: ['x'] }] });
    expect(check).toEqual({ revisions: current?.revisions });
    expect(heads?.revisions.map((each: { revision: string }) => each.revision).sort()).toEqual(['b', 'c']);
    expect(branches?.revisions).toMatchObject([{ ...a, nextRevisions: expect.arrayContaining(['b', 'c']) }]);
    expect(log?.revisions).toMatchObject([a]);
    expect(history?.revisions).toMatchObject([
      { revision: 'b', isCurrent: true },
      { revision: 'a', isCurrent: false },
    ]);
    expect(show?.revisions).toMatchObject([a, { revision: 'b' }]);
    const found = differences?.differences.map(({ kind: what, table }: { kind: string; table: unknown }) => [
      what,
      table,
    ]);
    expect(found).toContainEqual(['createTable', expect.objectContaining({ name: 'users' })]);
    expect(found).toContainEqual(['dropTable', 't_a']);
    expect(templates?.templates.map((each: { name: string }) => each.name)).toEqual(['generic', 'multidb']);
    // a check that found something is still 1
    expect(await run('check', '--json')).toMatchObject({ status: 1, stderr: expect.any(String) });
    expect(await run('current', '--check-heads', '--json')).toMatchObject({ status: 1 });

    const revision = await json('revision', '--empty', 'd', '-p', 'c');
    expect(revision.revisions).toMatchObject([{ doc: 'd', downRevision: 'c', isHead: true }]);
    put(root, { 'migrations/z.ts': migration('z') });
    const merged = await json('merge', '-m', 'join');
    expect(merged.revisions).toMatchObject([{ doc: 'join', isMergePoint: true }]);
  });

  test('an error under --json is a document on stderr, of a failure and of words that are off', async () => {
    const { run } = await open(kind, chain('a'));
    const [failed, option, missing, unknown] = await all([
      () => run('show', 'nowhere', '--json'),
      () => run('heads', '--json', '--nothing'),
      () => run('show', '--json'),
      () => run('nothing', '--json'),
    ]);
    expect(failed).toMatchObject({ status: 3, stdout: '' });
    expect(JSON.parse(failed!.stderr)).toEqual({
      error: {
        code: 'REVISION_NOT_FOUND',
        message: expect.stringContaining("'nowhere'"),
        details: expect.objectContaining({ argument: 'nowhere' }),
      },
    });
    for (const each of [option, missing, unknown]) {
      expect(each).toMatchObject({ status: 2, stdout: '' });
      expect(JSON.parse(each!.stderr)).toEqual({
        error: { code: 'USAGE', message: expect.stringMatching(/\S/) },
      });
    }
  });

  test('revision: every option', async () => {
    const { root, run } = await open(kind, { ...chain('a'), 'migrations/other/.keep': '' });
    put(root, {
      'alembic.config.ts': config().replace(
        'context:',
        "config: { versionLocations: ['migrations/other', ['billing', 'billing']] }, context:",
      ),
    });
    await run('upgrade');
    const runs: string[][] = [
      ['--empty', '-m', 'by option', '--rev-id', 'r1'],
      ['second', '--empty', '--parent', 'r1', '--label', 'one', '--label', 'two', '--rev-id', 'r2'],
      ['third', '--empty', '--head', 'r1', '--splice', '--branch-label', 'three', '--rev-id', 'r3'],
      [
        'fourth',
        '--empty',
        '-p',
        'r2',
        '-p',
        'r3',
        '-d',
        'a',
        '--depends-on',
        'r1',
        '--rev-id',
        'r4',
        '--path',
        'migrations/other',
      ],
      ['fifth', '--empty', '-b', 'billing', '--rev-id', 'r5'],
      ['sixth', '--empty', '--branch', 'billing', '--version-path', 'billing', '--rev-id', 'r6', '-l', 'six'],
    ];
    for (const words of runs)
      expect([words, await run('revision', ...words)]).toEqual([
        words,
        expect.objectContaining({ status: 0, stderr: '' }),
      ]);
    const { stdout } = await run('log', '--json');
    const byId = Object.fromEntries(
      (JSON.parse(stdout).data.revisions as { revision: string; path: string }[]).map((each) => [
        each.revision,
        each,
      ]),
    );
    expect(byId).toMatchObject({
      r1: { downRevision: 'a', doc: 'by option' },
      r2: { downRevision: 'r1', branchLabels: expect.arrayContaining(['one', 'two']) },
      r3: { downRevision: 'r1', branchLabels: expect.arrayContaining(['three']) },
      r4: {
        downRevision: ['r2', 'r3'],
        dependsOn: ['a', 'r1'],
        path: join(root, 'migrations/other/r4_fourth.ts'),
      },
      r5: {
        downRevision: null,
        branchLabels: expect.arrayContaining(['billing', 'six']),
        path: join(root, 'billing/r5_fifth.ts'),
      },
      r6: { downRevision: 'r5' },
    });

    const before = revisionFiles(root);
    const refused = await all([
      () => run('revision'),
      () => run('revision', 'x', '-m', 'y'),
      () => run('revision', 'x', '--empty', '--autogenerate'),
      () => run('revision', 'x', 'y'),
      () => run('revision', 'x'),
      () => run('revision', '--autogenerate', 'x', '--rev-id', 'a@b'),
      () => run('revision', 'x', '--empty', '--rev-id', 'r1'),
    ]);
    expect(refused.map(({ status }) => status)).toEqual([2, 2, 2, 2, 3, 3, 3]);
    expect(refused[4]?.stderr).toContain('DATABASE_BEHIND');
    expect(revisionFiles(root)).toEqual(before);
  });

  test('merge, with and without words', async () => {
    const { root, run } = await open(kind, {
      ...chain('a'),
      'migrations/b.ts': migration('b'),
      'migrations/c.ts': migration('c'),
    });
    const one = await run('merge', 'a', 'b', '-m', 'join two', '-l', 'joined', '--rev-id', 'm1');
    expect(one).toEqual({ status: 0, stdout: 'wrote migrations/m1_join_two.ts\n', stderr: '' });
    const two = await run('merge', '--message', 'the rest', '--branch-label', 'whole', '--rev-id', 'm2');
    expect(two.stdout).toBe('wrote migrations/m2_the_rest.ts\n');
    expect(readFileSync(join(root, 'migrations/m2_the_rest.ts'), 'utf8')).toMatch(
      /downRevision = \['(c', 'm1|m1', 'c)'\];\nexport const branchLabels = 'whole';/,
    );
    expect((await run('merge', 'a')).status).toBe(3);
  });

  test('-x reaches revisions, as arguments, and the environment', async () => {
    const up = 'op.execute(`create table ${args.tenant}_${args.flag === ""} (n integer)`);';
    const { database, run, root } = await open(kind, chain(['a', { up }]));
    put(root, {
      'alembic.config.ts': `
        import { Alembic } from 'alembic-ts';
        const alembic = new Alembic({ rootPath: import.meta.dirname }, { engines: process.env.TEST_URL, context: { onVersionApply: () => {
          const { environmentContext: env } = alembic;
          console.log(JSON.stringify([env.getXArgument(), [...env.getXArgument({ asDictionary: true })], env.getTagArgument()]));
        } } });
        export default alembic;`,
    });
    const ran = await run('upgrade', '-x', 'tenant=acme', '-x', 'flag', '--tag', 'note');
    expect(ran).toMatchObject({ status: 0 });
    expect(JSON.parse(ran.stdout)).toEqual([
      ['tenant=acme', 'flag'],
      [
        ['tenant', 'acme'],
        ['flag', ''],
      ],
      'note',
    ]);
    expect(await tables(database)).toEqual(['acme_true']);
    expect(await run('downgrade', '-x', '=x')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('key=value'),
    });
  });
});

test('init, mkdir, list-templates and what follows', async () => {
  const root = project({});
  const made = await cli(root, ['init']);
  expect(made).toMatchObject({
    status: 0,
    stdout: 'wrote alembic.config.ts\nwrote migrations\nwrote migrations/script.ts.template\n',
  });
  expect(made.stderr).toContain('alembic-ts revision');
  const before = tree(root);
  const again = await cli(root, ['init', '--template', 'multidb', 'other']);
  expect(again).toMatchObject({ status: 3, stdout: '', stderr: expect.stringContaining('CONFIG_EXISTS') });
  expect(tree(root)).toEqual(before);

  // what init wrote works as it is
  const [revision] = [await cli(root, ['revision', 'first'])];
  expect(revision).toMatchObject({ status: 0, stdout: expect.stringMatching(wrote) });
  expect(await cli(root, ['upgrade'])).toMatchObject({ status: 0 });
  expect(existsSync(join(root, 'app.db'))).toBe(true);
  expect(await cli(root, ['check'])).toMatchObject({ status: 0 });
  expect(await cli(root, ['mkdir'])).toMatchObject({ status: 0, stdout: 'migrations is there.\n' });

  const several = project({});
  const runs = await all([
    () => cli(several, ['init', 'db/migrations', '-t', 'multidb']),
    () => cli(project({}), ['init', '-t', 'nothing']),
    () => cli(several, ['list-templates']),
    () => cli(project({}), ['init', "it's"]),
  ]);
  expect(runs[0]?.stdout).toContain('wrote db/migrations/script.ts.template');
  expect(runs[1]).toMatchObject({
    status: 3,
    stderr: expect.stringMatching(/INIT_TEMPLATE.*generic, multidb/),
  });
  expect(runs[2]?.stdout).toMatch(/^generic +one database\nmultidb +several databases\n$/);
  expect(runs[3]).toMatchObject({ status: 0 });
  expect(readFileSync(join(several, 'alembic.config.ts'), 'utf8')).toContain(
    "scriptLocation: 'db/migrations'",
  );
  expect(readFileSync(join(several, 'db/migrations/script.ts.template'), 'utf8')).toContain('upgrades');
  const [first] = [await cli(several, ['revision', 'first'])];
  expect(first).toMatchObject({ status: 0 });
  expect(await cli(several, ['upgrade'])).toMatchObject({ status: 0 });
  expect([existsSync(join(several, 'app.db')), existsSync(join(several, 'other.db'))]).toEqual([true, true]);
});

test('edit opens the files in an editor, whose words count', async () => {
  const root = project({
    ...chain('a', 'b'),
    'alembic.config.mjs': "export default { engines: 'sqlite:app.db' };",
    'editor.mjs':
      "import { appendFileSync } from 'node:fs'; console.log(process.argv.slice(2).join('|')); appendFileSync(process.argv.at(-1), '// edited'); process.exit(Number(process.env.END ?? 0));",
    'my editor.sh': '#!/bin/sh\necho "spaced: $1"\n',
  });
  const node = `"${process.execPath}" editor.mjs`;
  const runs = await all([
    () => cli(root, ['edit'], { env: { EDITOR: `${node} --wait` } }),
    () => cli(root, ['edit', 'a'], { env: { EDITOR: 'nothing', VISUAL: node } }),
    () => cli(root, ['edit', 'a'], { env: { EDITOR: node, END: '4' } }),
    () => cli(root, ['edit', 'a'], { env: { EDITOR: '/no/such/editor' } }),
    () => cli(root, ['edit', 'a']),
    () => cli(root, ['edit', 'nowhere'], { env: { EDITOR: node } }),
  ]);
  expect(runs[0]).toMatchObject({ status: 0, stdout: `--wait|${join(root, 'migrations/b.ts')}\n` });
  expect(runs[1]).toMatchObject({ status: 0, stdout: `${join(root, 'migrations/a.ts')}\n` });
  expect(runs[2]).toMatchObject({ status: 3, stderr: expect.stringMatching(/EDITOR.*ended with 4/) });
  expect(runs[3]).toMatchObject({ status: 3, stderr: expect.stringMatching(/EDITOR.*\/no\/such\/editor/) });
  expect(runs[4]).toMatchObject({ status: 3, stderr: expect.stringMatching(/EDITOR.*VISUAL/) });
  expect(runs[5]).toMatchObject({ status: 3, stderr: expect.stringContaining('REVISION_NOT_FOUND') });
});
