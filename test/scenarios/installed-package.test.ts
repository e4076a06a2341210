import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type ProgramResult, type UserProject, userProject } from '../support/user-project.ts';

// Somebody installs the package, from what `npm pack` makes, and uses the command line.

const models = `import { column, index, integer, MetaData, string, table } from 'alembic-ts/schema';

export const metadata = new MetaData([
  table('users', [
    column('id', integer(), { primaryKey: true }),
    column('email', string(255), { nullable: false }),
    index('ix_users_email', ['email'], { unique: true }),
  ]),
]);
`;

const config = (file: string): string => `import { defineConfig } from 'alembic-ts';
import { metadata } from './${file}';

export default defineConfig({ engines: 'sqlite:app.db', metadatas: metadata });
`;

const requiring = {
  'models.js': `const { column, integer, MetaData, table } = require('alembic-ts');
exports.metadata = new MetaData([table('users', [column('id', integer(), { primaryKey: true })])]);
`,
  'alembic.config.js': `const { defineConfig } = require('alembic-ts');
const { metadata } = require('./models.js');
module.exports = defineConfig({ engines: 'sqlite:app.db', metadatas: metadata });
`,
};

test('every command, as the documentation has them', () => {
  using project = userProject();
  const run = (...words: readonly string[]): string => succeed(project, words);
  expect(run('init')).toBe(
    'wrote alembic.config.ts\nwrote migrations\nwrote migrations/script.ts.template\n',
  );
  expect(project.typecheck(['alembic.config.ts'])).toBe('');
  project.put({ 'models.ts': models, 'alembic.config.ts': config('models.ts') });
  expect(run('heads')).toBe('');
  expect(run('current')).toBe('');

  expect(run('revision', 'create users', '--rev-id', 'aaaa1111')).toBe(
    'wrote migrations/aaaa1111_create_users.ts\n',
  );
  expect(run('upgrade')).toBe('');
  expect(run('check')).toBe('The models and the database agree.\n');
  expect(run('current')).toBe('<base> -> aaaa1111 (default) (head), create users\n');
  expect(run('revision', '--empty', '-m', 'data', '--rev-id', 'bbbb2222')).toBe(
    'wrote migrations/bbbb2222_data.ts\n',
  );
  run('upgrade', '+1');
  expect(run('show', 'head')).toContain('Rev: bbbb2222 (head)\nParent: aaaa1111\nBranch names: default\n');

  // the last ones, and no more than there are
  for (const range of ['-1:', '-2:', '-5:head']) expect(run('history', `-r${range}`)).toBe(run('history'));

  // both ways of asking for one step down, and a number for one up
  run('downgrade', '-1');
  expect(run('current')).toContain('aaaa1111');
  run('downgrade', '1');
  expect(run('current')).toBe('');
  run('upgrade', '1');
  run('upgrade');

  run(
    'revision',
    '--empty',
    'other',
    '--rev-id',
    'cccc3333',
    '--parent',
    'aaaa',
    '--splice',
    '-l',
    'billing',
  );
  expect(run('heads').split('\n').sort()).toEqual([
    '',
    'aaaa1111 -> bbbb2222 (default) (head), data',
    'aaaa1111 -> cccc3333 (billing, default) (head), other',
  ]);
  expect(run('branches')).toContain('aaaa1111 (default) (branchpoint), create users\n    -> ');
  expect(project.alembic(['current', '--check-heads']).status).toBe(1);
  run('merge', 'heads', '-m', 'join', '--rev-id', 'dddd4444');
  run('upgrade', 'billing@head');
  run('upgrade');
  expect(run('current', '--check-heads')).toContain('dddd4444 (billing, default) (head) (mergepoint), join');
  const logged = run('log').trim().split('\n');
  expect(logged.map((line) => line.split(', ').at(-1))).toEqual([
    'create users',
    expect.any(String),
    expect.any(String),
    'join',
  ]);
  expect(run('history', '-i')).toContain('(head) (current) (mergepoint), join\n');
  expect(run('history', '-r', 'bbbb2222:')).toBe(run('history', '--rev-range=bbbb2222:'));
  run('downgrade', 'bbbb2222');
  run('stamp', 'heads');
  expect(run('current')).toContain('dddd4444');
  run('stamp', 'base');
  run('stamp', '--purge', 'dddd');
  run('downgrade', 'base');
  expect(run('current')).toBe('');

  const revisions = readdirSync(join(project.directory, 'migrations')).filter((name) => name.endsWith('.ts'));
  expect(revisions).toHaveLength(4);
  const files = ['models.ts', 'alembic.config.ts', ...revisions.map((name) => `migrations/${name}`)];
  expect(project.typecheck(files)).toBe('');
});

describe('whatever the package and its configuration are written in', () => {
  const projects: readonly [string, 'module' | 'commonjs', Readonly<Record<string, string>>][] = [
    ['TypeScript', 'module', { 'models.ts': models, 'alembic.config.ts': config('models.ts') }],
    ['TypeScript', 'commonjs', { 'models.ts': models, 'alembic.config.ts': config('models.ts') }],
    ['.mts', 'commonjs', { 'models.mts': models, 'alembic.config.mts': config('models.mts') }],
    ['JavaScript', 'module', { 'models.js': models, 'alembic.config.js': config('models.js') }],
    ['JavaScript with require', 'commonjs', requiring],
    ['.mjs', 'commonjs', { 'models.mjs': models, 'alembic.config.mjs': config('models.mjs') }],
  ];
  test.each(projects)('%s in a package of type %s', (_, type, files) => {
    using project = userProject(type);
    project.put(files);
    succeed(project, ['revision', 'create users']);
    succeed(project, ['upgrade']);
    expect(succeed(project, ['check'])).toBe('The models and the database agree.\n');
    // an id may begin with this digit
    succeed(project, ['downgrade', '1']);
    expect(succeed(project, ['current'])).toBe('');
  });

  test('a template of JavaScript decides the files', () => {
    using project = userProject();
    project.put({ 'models.js': models, 'alembic.config.js': config('models.js') });
    succeed(project, ['mkdir']);
    const template = project
      .read('migrations/script.ts.template')
      .replaceAll(/\(op: Operations\): void/g, '(op)');
    project.shell('rm migrations/script.ts.template');
    project.put({ 'migrations/script.js.template': template });
    succeed(project, ['revision', 'create users', '--rev-id', 'aaaa1111']);
    succeed(project, ['upgrade']);
    expect(project.read('migrations/aaaa1111_create_users.js')).not.toContain('Operations');
    expect(succeed(project, ['check'])).toBe('The models and the database agree.\n');
  });
});

describe('what is said, where, and with which exit state', () => {
  const configured = (): UserProject => {
    const project = userProject();
    project.put({ 'models.ts': models, 'alembic.config.ts': config('models.ts') });
    return project;
  };

  test('0 done, 1 found, 2 words that are off, 3 failed', () => {
    using project = configured();
    expect(outcome(project.alembic(['check']))).toEqual([1, 'out', 'err']);
    expect(outcome(project.alembic(['upgrade']))).toEqual([0]);
    expect(outcome(project.alembic(['--help']))).toEqual([0, 'out']);
    for (const words of [
      ['nonsense'],
      ['upgrade', '--nonsense'],
      ['upgrade', 'a', 'b'],
      ['revision'],
      ['show'],
      [],
    ])
      expect(outcome(project.alembic(words)), words.join(' ')).toEqual([2, 'err']);
    for (const words of [['upgrade', 'nowhere'], ['downgrade'], ['--config', 'nowhere.ts', 'heads']])
      expect(outcome(project.alembic(words)), words.join(' ')).toEqual([3, 'err']);
    expect(project.alembic(['upgrade', 'nowhere']).stderr).toMatch(/^error REVISION_NOT_FOUND: .*'nowhere'/);
  });

  test('--json is one document on stdout, or one on stderr where it failed', () => {
    using project = configured();
    succeed(project, ['revision', 'create users', '--rev-id', 'aaaa1111']);
    const heads = project.alembic(['heads', '--json']);
    expect(JSON.parse(heads.stdout)).toMatchObject({
      version: 1,
      data: { revisions: [{ revision: 'aaaa1111', isHead: true }] },
    });
    expect(heads.stderr).toBe('');
    const failed = project.alembic(['show', 'nowhere', '--json']);
    expect([failed.status, failed.stdout]).toEqual([3, '']);
    expect(JSON.parse(failed.stderr)).toMatchObject({ error: { code: 'REVISION_NOT_FOUND' } });
    const off = project.alembic(['heads', '--json', '--nonsense']);
    expect([off.status, off.stdout]).toEqual([2, '']);
    expect(JSON.parse(off.stderr)).toMatchObject({ error: { code: 'USAGE' } });
  });

  test('no colour in a pipe nor with NO_COLOR; a pipe that closes early is no failure', () => {
    using project = configured();
    succeed(project, ['revision', 'create users', '--rev-id', 'aaaa1111']);
    const coloured = '\u001b[33maaaa1111\u001b[39m';
    expect(project.alembic(['heads']).stdout).toContain('<base> -> aaaa1111 ');
    expect(project.alembic(['heads'], { FORCE_COLOR: '1' }).stdout).toContain(coloured);
    // without FORCE_COLOR, which the test's own runner may set
    expect(project.alembic(['heads'], { NO_COLOR: '1', FORCE_COLOR: undefined }).stdout).not.toContain(
      '\u001b',
    );
    const program = 'node node_modules/alembic-ts/dist/bin.js';
    expect(project.shell(`${program} history | true; ${program} upgrade 2>&1 | true`).stderr).toBe('');
    expect(succeed(project, ['current'])).toContain('aaaa1111');
  });

  test('a server that is not there: its address, and no password', () => {
    using project = configured();
    project.put({
      'alembic.config.ts': config('models.ts').replace(
        'sqlite:app.db',
        'postgresql://me:secret@127.0.0.1:1/shop',
      ),
    });
    const { status, stderr } = project.alembic(['upgrade']);
    expect(status).toBe(3);
    expect(stderr).toMatch(/^error CANNOT_CONNECT: Can't connect to postgresql:\/\/me@127\.0\.0\.1:1\/shop/);
    expect(stderr).not.toContain('secret');
  });

  test('a Node that is too old is told so', () => {
    using project = configured();
    project.put({
      'old.mjs':
        "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.19.0' } });\n",
    });
    const { status, stdout, stderr } = project.alembic(['heads'], { NODE_OPTIONS: '--import ./old.mjs' });
    expect({ status, stdout, stderr }).toEqual({
      status: 3,
      stdout: '',
      stderr: 'alembic-ts needs Node 22.18 or later; this is Node 20.19.0.\n',
    });
  });
});

test('the package holds what is built, and nothing else; every entry is there for import and require', () => {
  using project = userProject('commonjs');
  const installed = join(project.directory, 'node_modules/alembic-ts');
  const files = readdirSync(installed, { recursive: true, encoding: 'utf8' });
  expect(files.filter((name) => /\.test\.|(?<!\.d)\.ts$/.test(name))).toEqual([]);
  expect(files.filter((name) => !name.startsWith('dist')).sort()).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'package.json',
  ]);
  const { exports } = JSON.parse(project.read('node_modules/alembic-ts/package.json')) as { exports: object };
  const entries = Object.keys(exports)
    .filter((path) => !path.endsWith('.json'))
    .map((path) => `alembic-ts${path.slice(1)}`);
  project.put({
    'entries.cjs': `(async () => {
  for (const entry of ${JSON.stringify(entries)}) {
    const names = Object.keys(await import(entry));
    if (names.length === 0 || !names.every((name) => name in require(entry))) throw new Error(entry);
  }
})();`,
  });
  expect(outcome(project.node(['entries.cjs']))).toEqual([0]);
});

/** Runs a command that has to end with 0, and gives back its stdout. */
function succeed(project: UserProject, words: readonly string[]): string {
  const { status, stdout, stderr } = project.alembic(words, { NO_COLOR: '1', FORCE_COLOR: undefined });
  expect(status, `${words.join(' ')}\n${stderr}`).toBe(0);
  return stdout;
}

/** The exit state, and which streams were written to. */
function outcome({ status, stdout, stderr }: ProgramResult): readonly unknown[] {
  return [status, ...(stdout === '' ? [] : ['out']), ...(stderr === '' ? [] : ['err'])];
}
