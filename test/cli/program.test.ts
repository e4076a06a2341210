import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { cliCommands } from '../../src/cli/commands/index.ts';
import { chain, migration } from '../app/workspace.ts';
import { project, put } from '../scripts/project.ts';
import { all, bin, cli, type Ran, runProcess } from './run-cli.ts';

const index = new URL('../../src/index.ts', import.meta.url).href;
const commander = new URL('../../node_modules/commander/index.js', import.meta.url).href;
const engines = "engines: 'sqlite:app.db'";
const plain = { ...chain('a'), 'alembic.config.mjs': `export default { ${engines} };` };

test('help: a summary of all commands, and examples that run as they stand', async () => {
  const nothing = { up: "op.execute('select 1');", down: "op.execute('select 1');" };
  const files = {
    ...chain(
      ['1975ea83b712', nothing],
      ['bbbb2222', { ...nothing, branchLabels: 'billing' }],
      ['cccc3333', nothing],
    ),
    'alembic.config.ts': `import { defineConfig, MetaData } from 'alembic-ts';\nexport default defineConfig({ ${engines}, metadatas: new MetaData([]) });`,
  };
  const root = project(files);
  // by the name that the examples call it
  const tools = project({ 'bin/x': '' });
  const link = join(tools, 'bin/alembic-ts');
  writeFileSync(link, `#!/bin/sh\nexec "${process.execPath}" --no-warnings "${bin}" "$@"\n`);
  chmodSync(link, 0o755);
  writeFileSync(join(tools, 'bin/vi'), '#!/bin/sh\nexit 0\n');
  chmodSync(join(tools, 'bin/vi'), 0o755);
  const env = { PATH: `${join(tools, 'bin')}${delimiter}${process.env.PATH}` };

  const names = cliCommands.map((command) => command.name);
  expect(names).toEqual(
    'init mkdir revision upgrade downgrade stamp current heads branches log history show merge check edit ensure-version list-templates'.split(
      ' ',
    ),
  );
  const [root_, ...helps] = await all([
    () => cli(root, ['--help']),
    ...names.map((name) => () => cli(root, [name, '--help'])),
  ]);
  expect(root_).toMatchObject({ status: 0, stderr: '' });
  for (const name of names) expect(root_?.stdout).toMatch(new RegExp(`^  ${name}\\b`, 'm'));

  const examples: string[] = [];
  for (const [i, help] of helps.entries()) {
    expect(help).toMatchObject({ status: 0, stderr: '' });
    expect(help.stdout).toContain(`Usage: alembic-ts ${names[i]}`);
    const own = [...help.stdout.matchAll(/^ {2}\$ (.*)$/gm)].map((match) => match[1] ?? '');
    expect([names[i], own.length > 0, own.every((line) => line.includes(`alembic-ts ${names[i]}`))]).toEqual([
      names[i],
      true,
      true,
    ]);
    examples.push(...own);
  }
  const ran = await all(
    examples.map((line) => async () => {
      // init makes a project of its own; to everything else but upgrade, an upgraded one is what it is about
      const place = project(line.includes('alembic-ts init') ? {} : files);
      const second = /ts merge/.test(line) ? 'alembic-ts revision --empty --branch side other && ' : '';
      const first = /ts (?:init|upgrade)/.test(line) ? '' : `alembic-ts upgrade && ${second}`;
      const { status, stderr } = await runProcess('/bin/sh', ['-c', first + line], place, { env });
      return [line, status, stderr.replace(/^INFO .*\n/gm, '')] as const;
    }),
  );
  for (const [line, status, stderr] of ran) {
    expect([line, status]).toEqual([line, 0]);
    expect(stderr).not.toContain('error');
  }
}, 120_000);

test('exit states: 0 done, 1 found, 2 the words are off, 3 failed', async () => {
  const root = project({ ...plain, 'migrations/broken.ts': 'export function upgrade() {}' });
  const good = project(plain);
  const runs: [string, string[], number][] = [
    [good, ['heads'], 0],
    [good, ['--version'], 0],
    [good, ['help'], 0],
    [good, ['help', 'upgrade'], 0],
    [good, ['current', '--check-heads'], 1],
    [good, [], 2],
    [good, ['nothing'], 2],
    [good, ['upgrad'], 2],
    [good, ['upgrade', '--nothing'], 2],
    [good, ['upgrade', 'a', 'b'], 2],
    [good, ['log', '--start'], 2],
    [good, ['show'], 2],
    [good, ['show', 'nowhere'], 3],
    [root, ['heads'], 3],
  ];
  const ran = await all(
    runs.map(
      ([place, words]) =>
        () =>
          cli(place, words),
    ),
  );
  expect(ran.map(({ status }, i) => [runs[i]?.[1], status])).toEqual(
    runs.map(([, words, status]) => [words, status]),
  );
  for (const [i, each] of ran.entries()) {
    const status = runs[i]?.[2];
    if (status === 0) expect(each.stderr).toBe('');
    else if (status !== 1) expect([each.stdout, each.stderr.length > 0]).toEqual(['', true]);
    // no stack where the failure is one of ours
    expect(each.stderr).not.toMatch(/^\s+at /m);
  }
  expect(ran[7]?.stderr).toContain('upgrade');
  const debug = await cli(good, ['show', 'nowhere', '--debug']);
  expect(debug.stderr).toMatch(/^\s+at /m);
  expect(debug.stderr).toContain('Caused by: ResolutionError');
});

test('colour: only where it is wanted, and never in a pipe', async () => {
  const root = project(plain);
  const [piped, forced, no, both, error, errorForced, json] = await all([
    () => cli(root, ['heads']),
    () => cli(root, ['heads'], { env: { FORCE_COLOR: '1' } }),
    () => cli(root, ['heads'], { env: { NO_COLOR: '1' } }),
    () => cli(root, ['show', 'nowhere'], { env: { NO_COLOR: '1', FORCE_COLOR: undefined } }),
    () => cli(root, ['show', 'nowhere']),
    () => cli(root, ['show', 'nowhere'], { env: { FORCE_COLOR: '1' } }),
    () => cli(root, ['heads', '--json'], { env: { FORCE_COLOR: '1' } }),
  ]);
  const colour = '\u001b[';
  expect([piped, forced, no].map((each) => each?.stdout.includes(colour))).toEqual([false, true, false]);
  expect([both, error, errorForced].map((each) => each?.stderr.includes(colour))).toEqual([
    false,
    false,
    true,
  ]);
  expect(JSON.parse(json!.stdout)).toMatchObject({ version: 1 });
});

/** What a configuration may export by default; each has to find the revision and the database beside it. */
const configurations: readonly [string, string, string][] = [
  ['a plain object', 'alembic.config.mjs', `export default { ${engines} };`],
  [
    'defineConfig',
    'alembic.config.ts',
    `import { defineConfig } from 'alembic-ts';\nexport default defineConfig({ ${engines} });`,
  ],
  [
    'an Alembic',
    'alembic.config.mts',
    `import { Alembic, type App } from 'alembic-ts';\nconst app: App = { rootPath: import.meta.dirname };\nexport default new Alembic(app, { ${engines} });`,
  ],
  ['a function', 'alembic.config.js', `export default () => ({ ${engines} });`],
  [
    'an async function',
    'alembic.config.mjs',
    `import { Alembic } from 'alembic-ts';\nexport default async () => new Alembic({ rootPath: import.meta.dirname }, { ${engines} });`,
  ],
  [
    'a promise',
    'alembic.config.ts',
    `import { Alembic } from 'alembic-ts';\nexport default Promise.resolve(new Alembic({ rootPath: import.meta.dirname }, { ${engines} }));`,
  ],
  [
    'an app in defineConfig',
    'alembic.config.ts',
    `import { defineConfig } from 'alembic-ts';\nexport default defineConfig({ app: { name: 'x', rootPath: import.meta.dirname }, ${engines} });`,
  ],
  [
    'an application that is registered',
    'alembic.config.ts',
    `import { Alembic } from 'alembic-ts';\nconst app = { rootPath: import.meta.dirname };\nnew Alembic(app, { ${engines} });\nexport default app;`,
  ],
  [
    'an application that holds its Alembic',
    'alembic.config.ts',
    `import { Alembic } from 'alembic-ts';\nexport default { server: 1, alembic: new Alembic({ rootPath: import.meta.dirname }, { ${engines} }) };`,
  ],
];

test('the configuration: what it may export, in packages of any type', async () => {
  const runs = configurations.flatMap(([name, file, text]) =>
    ['commonjs', 'module', null].map((type) => async (): Promise<[string, Ran]> => {
      if (type === 'commonjs' && file.endsWith('.js'))
        return [name, { status: 0, stdout: '<base> -> a (head), the a\n', stderr: '' }];
      const root = project({
        ...chain('a'),
        [file]: text,
        ...(type !== null && { 'package.json': JSON.stringify({ type }) }),
      });
      return [`${name}, ${type}`, await cli(root, ['heads'])];
    }),
  );
  for (const [name, ran] of await all(runs)) {
    expect([name, ran]).toEqual([name, { status: 0, stdout: '<base> -> a (head), the a\n', stderr: '' }]);
  }
}, 60_000);

test('the configuration is found upwards, and the commands run as from there', async () => {
  const root = project({ ...plain, 'packages/api/src/x.ts': '' });
  const deep = join(root, 'packages/api/src');
  const upgraded = await cli(deep, ['upgrade']);
  expect(upgraded).toMatchObject({ status: 0 });
  const [current, made] = [
    await cli(root, ['current']),
    await cli(deep, ['revision', 'x', '--empty', '--rev-id', 'r1']),
  ];
  expect(current.stdout).toBe('<base> -> a (head), the a\n');
  // a path as it is reached from where the command was called
  expect(made.stdout).toBe('wrote ../../../migrations/r1_x.ts\n');
  // the nearest one counts
  put(deep, { 'alembic.config.mjs': `export default { ${engines} };`, 'migrations/z.ts': migration('z') });
  expect((await cli(deep, ['heads'])).stdout).toBe('<base> -> z (head), the z\n');

  const nowhere = await cli(project({}), ['heads']);
  expect(nowhere).toMatchObject({
    status: 3,
    stderr: expect.stringMatching(/CONFIG_NOT_FOUND.*alembic-ts init.*--config/),
  });
});

test('--config and --app name a file, before or after the command', async () => {
  const root = project({
    ...chain('a'),
    'conf/my.mjs': `export default { ${engines}, app: { rootPath: ${JSON.stringify('.')} } };`,
    'app.ts': `
      import { Alembic } from 'alembic-ts';
      export const app = { rootPath: import.meta.dirname, name: 'shop' };
      export const alembic = new Alembic(app, { ${engines} });
      const functional = Object.assign(() => { throw new Error('called'); }, { alembic });
      export default app;
      export { functional };
      export const make = async () => app;
      export class Nothing {}
      setInterval(() => {}, 1000);`,
  });
  const heads = '<base> -> a (head), the a\n';
  const found = await all(
    [
      ['--config', 'conf/my.mjs', 'heads'],
      ['heads', '--config', 'conf/my.mjs'],
      ['heads', '-c', join(root, 'conf/my.mjs')],
      ['--app', 'app.ts', 'heads'],
      ['heads', '--app', 'app.ts:app'],
      ['heads', '--app', 'app.ts:alembic'],
      ['heads', '--app', 'app.ts:functional'],
      ['heads', '--app', `${root}/app.ts:make`],
    ].map((words) => async () => [words, await cli(root, words)] as const),
  );
  for (const [words, ran] of found)
    expect([words, ran]).toEqual([words, { status: 0, stdout: heads, stderr: '' }]);

  const refused = await all(
    [
      ['heads', '--config', 'nothing.mjs'],
      ['heads', '--app', 'nothing.ts'],
      ['heads', '--app', 'app.ts:nothing'],
      ['heads', '--app', 'app.ts:Nothing'],
    ].map((words) => () => cli(root, words)),
  );
  expect(refused.map(({ status, stderr }) => [status, /error (\w+)/.exec(stderr)?.[1]])).toEqual([
    [3, 'CONFIG_NOT_FOUND'],
    [3, 'CONFIG_NOT_FOUND'],
    [3, 'CONFIG_EXPORT'],
    [3, 'CONFIG_EXPORT'],
  ]);
  expect(refused[2]?.stderr).toContain("'nothing'");
});

test('what a configuration imports is blamed for its own faults', async () => {
  const importing = (name: string): string => `import { x } from './${name}';\nexport default { x };\n`;
  const cases: [string, string, string, RegExp][] = [
    [
      'models.ts',
      "export const x = 1;\n\nthrow new Error('boom');",
      'CONFIG_IMPORT',
      /\/models\.ts:3 threw.*boom/,
    ],
    [
      'models.cjs',
      "exports.x = 1;\nthrow new Error('boom');",
      'CONFIG_IMPORT',
      /\/models\.cjs:2 threw.*boom/,
    ],
    ['models.ts', "\nimport './nowhere.ts';", 'CONFIG_IMPORT', /\/models\.ts:2 imports.*nowhere/],
    [
      'models.cjs',
      "exports.x = 1;\n\nrequire('./nowhere.cjs');",
      'CONFIG_IMPORT',
      /\/models\.cjs:3 imports.*nowhere/,
    ],
    ['models.ts', 'export const x = {;', 'CONFIG_IMPORT', /\/models\.ts:1 can't be parsed/],
    [
      'models.js',
      'export const x = {;',
      'CONFIG_IMPORT',
      /config\.ts, or a file that it imports, can't be parsed/,
    ],
    [
      'models.ts',
      "import { table } from 'alembic-ts/schema';\nexport const x = 1;\ntable('', []);",
      'BAD_NAME',
      /\/models\.ts:3 threw/,
    ],
  ];
  const ran = await all(
    cases.map(
      ([name, text]) =>
        () =>
          cli(project({ 'alembic.config.ts': importing(name), [name]: text }), ['heads']),
    ),
  );
  for (const [i, [, text, code, message]] of cases.entries()) {
    expect([text, ran[i]?.status]).toEqual([text, 3]);
    expect(ran[i]?.stderr).toMatch(new RegExp(`^error ${code}: `));
    expect(ran[i]?.stderr).toMatch(message);
  }
});

test('a configuration that is broken is named with its line', async () => {
  const cases: [string, string, RegExp][] = [
    ["\nthrow new Error('no key');", 'CONFIG_IMPORT', /alembic\.config\.ts:2.*no key/],
    ['export default {\n', 'CONFIG_IMPORT', /alembic\.config\.ts/],
    ["\n\nimport { x } from './nowhere.ts';", 'CONFIG_IMPORT', /alembic\.config\.ts:3.*nowhere/],
    [
      "import { defineConfig } from 'alembic-ts';\n\nexport default defineConfig({ engine: 'sqlite:' } as object);",
      'UNKNOWN_OPTION',
      /alembic\.config\.ts:3.*'engines'/,
    ],
    ["export default { engine: 'sqlite:' };", 'UNKNOWN_OPTION', /'engines'/],
    [
      "export default () => {\n  throw new Error('in it');\n};",
      'CONFIG_IMPORT',
      /alembic\.config\.ts:2.*in it/,
    ],
    ['export const config = {};', 'CONFIG_EXPORT', /default export|as 'default'/],
    ['export default 5;', 'CONFIG_EXPORT', /a number/],
    [
      "export default { engines: 'sqlite:app.db', metadatas: { other: { objects: [] } } };",
      'NO_ENGINE',
      /'other'/,
    ],
  ];
  const ran = await all(
    cases.map(
      ([text]) =>
        () =>
          cli(project({ 'alembic.config.ts': text }), ['heads']),
    ),
  );
  for (const [i, [text, code, message]] of cases.entries()) {
    expect([text, ran[i]?.status, ran[i]?.stderr]).toEqual([
      text,
      3,
      expect.stringContaining(`error ${code}:`),
    ]);
    expect(ran[i]?.stderr).toMatch(message);
  }
});

const host = (body: string): string => `
import { Command } from ${JSON.stringify(commander)};
import { Alembic } from ${JSON.stringify(index)};
const program = new Command('shop');
program.command('serve').action(() => console.log('serving'));
const app = { rootPath: import.meta.dirname, cli: program };
const alembic = new Alembic(null, { ${engines} });
${body}
await program.parseAsync(process.argv);
console.log('exit code', process.exitCode, 'open', alembic.migrationContext.connection.isOpen);
`;

test("the commands under the host's own program", async () => {
  const root = project({
    ...chain('a', 'b'),
    'shop.mjs': host('alembic.initApp(app);'),
    'named.mjs': host("alembic.initApp(app, { commandName: 'migrations' });"),
    'added.mjs': host(
      "alembic.initApp(app, { commandName: false });\nprogram.addCommand(alembic.command('schema'));",
    ),
    'whole.mjs': `import { Alembic } from ${JSON.stringify(index)};\nconst alembic = new Alembic({ rootPath: import.meta.dirname }, { ${engines} });\nawait alembic.command().parseAsync(process.argv);`,
  });
  const run = (file: string, ...words: string[]): Promise<Ran> =>
    runProcess(process.execPath, ['--no-warnings', file, ...words], root);
  expect(await run('shop.mjs', 'serve')).toMatchObject({
    status: 0,
    stdout: 'serving\nexit code undefined open false\n',
  });
  expect(await run('shop.mjs', 'db', 'upgrade')).toMatchObject({
    status: 0,
    stdout: 'exit code undefined open false\n',
  });
  const [current, downgrade] = [
    await run('shop.mjs', 'db', 'current'),
    await run('shop.mjs', 'db', 'downgrade', '-1'),
  ];
  expect(current.stdout).toBe('a -> b (head), the b\nexit code undefined open false\n');
  expect(downgrade).toMatchObject({ status: 0, stderr: expect.stringContaining('Running downgrade b -> a') });
  const rest = await all([
    () => run('shop.mjs', 'db', 'current', '--check-heads'),
    () => run('shop.mjs', 'db', 'show', 'nowhere', '--json'),
    () => run('shop.mjs', 'db', 'upgrade', '--nothing'),
    () => run('shop.mjs', 'db', '--help'),
    () => run('shop.mjs', '--help'),
    () => run('named.mjs', 'migrations', 'heads'),
    () => run('added.mjs', 'schema', 'heads'),
    () => run('whole.mjs', 'heads'),
    () => run('shop.mjs', 'db'),
    () => run('shop.mjs', 'db', 'upgarde'),
    () => run('shop.mjs', 'db', 'show', '--json', '--nothing'),
    () => run('shop.mjs', 'help', 'db'),
    () => run('shop.mjs', 'db', 'help', 'upgrade'),
  ]);
  expect(rest.map(({ status }) => status)).toEqual([1, 3, 2, 0, 0, 0, 0, 0, 2, 2, 2, 0, 0]);
  // words that are off leave the host's program its say
  for (const each of [2, 8, 9, 10]) expect(rest[each]?.stdout).toMatch(/^exit code 2 open false\n$/m);
  for (const each of [3, 12])
    expect(rest[each]?.stdout).toMatch(/^Usage: shop db[\s\S]*^exit code undefined open false\n$/m);
  expect(rest[9]?.stderr).toContain("unknown command 'upgarde'");
  expect(JSON.parse(rest[10]!.stderr)).toMatchObject({ error: { code: 'USAGE' } });
  expect(rest[11]?.stdout).toContain('Usage: shop db');
  expect(rest[0]?.stdout).toBe('<base> -> a, the a\nexit code 1 open false\n');
  expect(JSON.parse(rest[1]!.stderr)).toMatchObject({ error: { code: 'REVISION_NOT_FOUND' } });
  expect(rest[3]?.stdout).toContain('Usage: shop db');
  expect(rest[4]?.stdout).toMatch(/^ {2}db\b/m);
  for (const each of rest.slice(5, 8)) expect(each?.stdout).toContain('a -> b (head), the b\n');
});

test('the executable ends although the application keeps going, with all of its output', async () => {
  const root = project({
    ...Object.fromEntries(
      Array.from({ length: 400 }, (_, i) => [
        `migrations/${i}.ts`,
        migration(`r${i}`, { downRevision: i === 0 ? null : `r${i - 1}` }),
      ]),
    ),
    'alembic.config.mjs': `import { createServer } from 'node:http'; createServer().listen(0); export default { ${engines} };`,
  });
  const ran = await cli(root, ['history', '--json']);
  expect(JSON.parse(ran.stdout).data.revisions).toHaveLength(400);
});

test('a link to the executable works, as package managers make one', async () => {
  const root = project({ ...plain, 'node_modules/.bin/.keep': '' });
  mkdirSync(join(root, 'tools'));
  symlinkSync(bin, join(root, 'tools/alembic-ts.ts'));
  expect(
    await runProcess(process.execPath, ['--no-warnings', 'tools/alembic-ts.ts', 'heads'], root),
  ).toMatchObject({
    status: 0,
    stdout: '<base> -> a (head), the a\n',
  });
});
