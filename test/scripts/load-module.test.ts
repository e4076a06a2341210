import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AlembicError } from '../../src/errors.ts';
import { loadModule } from '../../src/scripts/load-module.ts';
import { Script } from '../../src/scripts/script.ts';
import { project, put, revisionFile } from './project.ts';

const typed = `import { strict as assert } from 'node:assert';
export const revision: string = 'a', downRevision: string | null = null;
export function upgrade(op: { run(what: string): void }): void {
  assert(op);
  op.run('up' satisfies string);
}
`;
const plain = typed.replaceAll(/: (?:string(?: \| null)?|void|\{.*?\})(?=[ =,;){])| satisfies string/g, '');
const commonJs = `const assert = require('node:assert');
exports.revision = 'a';
exports.downRevision = null;
exports.upgrade = function (op) {
  assert(op);
  op.run('up');
};
`;

async function runs(file: string): Promise<void> {
  const script = new Script({ revision: 'a', downRevision: null }, file);
  const done: string[] = [];
  const upgrade = await script.migration('upgrade');
  await upgrade?.({ run: (what: string) => done.push(what) }, {});
  expect(done).toEqual(['up']);
}

describe('every extension in every package', () => {
  const packages: Record<string, string> = {
    'type module': '{"type":"module"}',
    'type commonjs': '{"type":"commonjs"}',
    'no type': '{}',
  };
  const files: Record<string, string> = {
    'a.ts': typed,
    'a.mts': typed,
    'a.js': plain,
    'a.mjs': plain,
    'a.cjs': commonJs,
  };
  for (const [kind, manifest] of Object.entries(packages)) {
    test.each(Object.entries(files))(`${kind}: %s`, async (name, source) => {
      await runs(
        join(project({ 'package.json': manifest, [`migrations/${name}`]: source }), 'migrations', name),
      );
    });
  }

  test.each(['a.js', 'a.ts'])('CommonJS without a type: %s', async (name) => {
    await runs(
      join(
        project({ 'package.json': '{"type":"commonjs"}', [`migrations/${name}`]: commonJs }),
        'migrations',
        name,
      ),
    );
  });

  test('a helper beside it is a module too', async () => {
    const root = project({
      'package.json': '{"type":"commonjs"}',
      'migrations/a.ts': `import { up } from './helpers/up.ts';\n${typed.replace("'up'", 'up')}`,
      'migrations/helpers/up.ts': "export const up: string = 'up';",
    });
    await runs(join(root, 'migrations/a.ts'));
  });

  test('through a link to a package of another type', async () => {
    const root = project({
      'package.json': '{"type":"module"}',
      'other/package.json': '{"type":"commonjs"}',
      'other/real.ts': typed,
      migrations: null,
    });
    symlinkSync(join(root, 'other/real.ts'), join(root, 'migrations/a.ts'));
    await runs(join(root, 'migrations/a.ts'));
  });

  test('a name that a URL has to escape', async () => {
    const root = project({ 'migrations/a # b? %20 ü.ts': typed });
    await runs(join(root, 'migrations/a # b? %20 ü.ts'));
  });
});

describe('what is exported', () => {
  test.each([
    [
      'default export',
      "export default { revision: 'a', downRevision: null, upgrade(op) { op.run(this.word); }, word: 'up' };",
      'a.mjs',
    ],
    [
      'module.exports',
      "module.exports = { revision: 'a', downRevision: null, upgrade(op) { op.run('up'); } };",
      'a.cjs',
    ],
    [
      'transpiled',
      "exports.__esModule = true; exports.default = { revision: 'a', upgrade(op) { op.run('up'); } };",
      'a.cjs',
    ],
    [
      'default and named',
      "export const revision = 'a'; export default { revision: 'b', upgrade(op) { op.run('up'); } };",
      'a.mts',
    ],
  ])('%s', async (_, source, name) => {
    await runs(join(project({ [name]: source }), name));
  });

  test('a map by database', async () => {
    const file = join(
      project({ 'a.ts': revisionFile('a', {}, 'export const upgrades = { users() { return 1; } };') }),
      'a.ts',
    );
    const script = new Script({ revision: 'a', downRevision: null }, file);
    expect((await script.migration('upgrade', 'users'))?.(null, {})).toBe(1);
    expect(await script.migration('upgrade', 'other')).toBeNull();
    expect(await script.migration('upgrade', 'toString')).toBeNull();
    await expect(script.migration('downgrade', 'users')).rejects.toMatchObject({
      code: 'DOWNGRADE_MISSING',
      details: { file, line: 2 },
    });
  });

  test.each([
    ['no upgrade', 'export const other = 1;', 'UPGRADE_MISSING', 2],
    ['upgrade is null', 'export const upgrade = null;', 'UPGRADE_MISSING', 2],
    ['both', 'export function upgrade() {}\nexport const upgrades = {};', 'MIGRATION_AMBIGUOUS', 8],
    [
      'both downgrades',
      'export function upgrade() {}\nexport function downgrade() {}\nexport const downgrades = {};',
      'MIGRATION_AMBIGUOUS',
      9,
    ],
    ['a text', "export const upgrade = 'x';", 'MIGRATION_INVALID', 7],
    ['a list', 'export const upgrades = [];', 'MIGRATION_INVALID', 7],
    ['a map of texts', "export const upgrades = { a: 'x' };", 'MIGRATION_INVALID', 7],
    [
      'a downgrade that is no function',
      'export function upgrade() {}\nexport const downgrade = 1;',
      'MIGRATION_INVALID',
      8,
    ],
    ['another id', 'export function upgrade() {}', 'SCRIPT_CHANGED', undefined],
  ])('%s', async (what, source, code, line) => {
    const file = join(project({ 'a.ts': revisionFile('a', {}, source) }), 'a.ts');
    const script = new Script({ revision: what === 'another id' ? 'b' : 'a', downRevision: null }, file);
    await expect(script.load()).rejects.toMatchObject({
      code,
      details: line === undefined ? { file } : { file, line },
    });
  });
});

describe('what changed is imported anew', () => {
  test.each(['a.ts', 'a.mjs', 'a.js', 'a.cjs'])('%s', async (name) => {
    const source = (value: number) =>
      name === 'a.cjs' ? `exports.value = ${value};` : `export const value = ${value};`;
    const root = project({ [name]: source(1) });
    const file = join(root, name);
    const first = await loadModule(file);
    expect(first.value).toBe(1);
    expect((await loadModule(file)).value).toBe(1);
    put(root, { [name]: source(2) });
    expect((await loadModule(file)).value).toBe(2);
    put(root, { [name]: source(1) });
    expect((await loadModule(file)).value).toBe(1);
  });

  test('what did not change runs once', async () => {
    const root = project({ 'a.ts': 'export const made = {};' });
    const [a, b] = await Promise.all([loadModule(join(root, 'a.ts')), loadModule(join(root, 'a.ts'))]);
    expect(a.made).toBe(b.made);
    expect((await loadModule(join(root, 'a.ts'))).made).toBe(a.made);
  });

  test('what failed is tried again', async () => {
    const root = project({
      'a.ts': "if (process.env.ALEMBIC_SCRIPTS_FAIL) throw new Error('env');\nexport const ok = true;",
    });
    process.env.ALEMBIC_SCRIPTS_FAIL = '1';
    await expect(loadModule(join(root, 'a.ts'))).rejects.toMatchObject({ code: 'SCRIPT_THREW' });
    delete process.env.ALEMBIC_SCRIPTS_FAIL;
    expect((await loadModule(join(root, 'a.ts'))).ok).toBe(true);
  });
});

describe('failures have a code, a file and a line', () => {
  const head = "export const revision = 'a';\n\n";
  const cases: [
    what: string,
    name: string,
    source: string,
    code: string,
    line: number | undefined,
    message?: RegExp,
  ][] = [
    ['TypeScript that does not parse', 'a.ts', `${head}export function upgrade( {\n`, 'SCRIPT_SYNTAX', 3],
    ['JavaScript that does not parse', 'a.mjs', `${head}const a = 1;;\nlet b = = 2;\n`, 'SCRIPT_SYNTAX', 4],
    ['JavaScript in a package', 'a.js', `${head}const a = 1;;\nlet b = = 2;\n`, 'SCRIPT_SYNTAX', 4],
    [
      'CommonJS that does not parse',
      'a.cjs',
      "exports.revision = 'a';\n\nlet b = = 2;\n",
      'SCRIPT_SYNTAX',
      3,
    ],
    [
      'a name declared twice',
      'a.ts',
      `${head}export function upgrade() {}\nexport function upgrade() {}\n`,
      'SCRIPT_SYNTAX',
      4,
      /upgrade/,
    ],
    ['a constant declared twice', 'a.mjs', `${head}const $a = 1;\n\nconst $a = 2;\n`, 'SCRIPT_SYNTAX', 5],
    ['an export of nothing', 'a.mts', `${head}export { nothing };\n`, 'SCRIPT_SYNTAX', 3],
    ['an enum', 'a.ts', `${head}enum Kind { a }\n`, 'TYPESCRIPT_UNSUPPORTED', 3, /enum.*const object/s],
    ['a namespace', 'a.ts', `${head}\nnamespace A { export const b = 1; }\n`, 'TYPESCRIPT_UNSUPPORTED', 4],
    [
      'a parameter property',
      'a.ts',
      `${head}class A { constructor(private b: string) {} }\n`,
      'TYPESCRIPT_UNSUPPORTED',
      3,
    ],
    [
      'a missing package',
      'a.ts',
      `${head}import { x } from 'alembic-no-such-package';\nx();`,
      'SCRIPT_IMPORT',
      3,
      /alembic-no-such-package/,
    ],
    [
      'a missing package in CommonJS',
      'a.cjs',
      "\nconst x = require('alembic-no-such-package');",
      'SCRIPT_IMPORT',
      2,
    ],
    ['a missing file', 'a.ts', `${head}import './helper';\n`, 'SCRIPT_IMPORT', 3, /extension/],
    [
      'a missing export',
      'a.ts',
      `${head}import { nope } from 'node:fs';\nnope();`,
      'SCRIPT_IMPORT',
      3,
      /nope/,
    ],
    [
      'a throw',
      'a.ts',
      `${head}function f(): never {\n  throw new TypeError('inside');\n}\nf();\n`,
      'SCRIPT_THREW',
      4,
      /inside/,
    ],
    ['a throw in CommonJS', 'a.cjs', "\n\nthrow new Error('inside');", 'SCRIPT_THREW', 3, /inside/],
    [
      'a rejection',
      'a.mts',
      `${head}await Promise.reject(new Error('later'));\n`,
      'SCRIPT_THREW',
      3,
      /later/,
    ],
    ['a syntax error at run time', 'a.ts', `${head}JSON.parse('{');\n`, 'SCRIPT_THREW', 3],
    ['a thrown text', 'a.ts', `${head}throw 'just text';\n`, 'SCRIPT_THREW', undefined, /just text/],
    ['a throw in a helper', 'a.ts', `${head}import { f } from './helper.ts';\n\nf();\n`, 'SCRIPT_THREW', 5],
    ['a broken helper', 'a.ts', `${head}import { f } from './broken.ts';\n`, 'SCRIPT_SYNTAX', 2],
  ];
  for (const manifest of ['{"type":"module"}', '{"type":"commonjs"}']) {
    test.each(cases)(`%s (${manifest})`, async (what, name, source, code, line, message) => {
      const root = project({
        'package.json': manifest,
        [name]: source,
        'helper.ts': "export function f(): void {\n  throw new Error('helper');\n}\n",
        'broken.ts': 'export function f(): void {}\nexport let a = = 1;\n',
      });
      const file = join(root, what === 'a broken helper' ? 'broken.ts' : name);
      const error = await loadModule(join(root, name)).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(AlembicError);
      expect(error).toMatchObject({ code, details: { file } });
      expect((error as AlembicError).details.line).toBe(line);
      expect((error as AlembicError).message).toContain(line === undefined ? file : `${file}:${line}`);
      expect((error as AlembicError).cause).toBeDefined();
      if (message !== undefined) expect((error as AlembicError).message).toMatch(message);
    });
  }

  test('the same again after it was changed', async () => {
    const root = project({ 'a.ts': "export const a = 1;\nthrow new Error('first');" });
    await expect(loadModule(join(root, 'a.ts'))).rejects.toMatchObject({ details: { line: 2 } });
    put(root, { 'a.ts': "export const a = 1;\n\n\nthrow new Error('second');" });
    await expect(loadModule(join(root, 'a.ts'))).rejects.toMatchObject({
      details: { line: 4, file: join(root, 'a.ts') },
    });
  });

  test('below node_modules', async () => {
    const root = project({
      'node_modules/x/package.json': '{"type":"module"}',
      'node_modules/x/a.ts': 'export const a: number = 1;',
    });
    await expect(loadModule(join(root, 'node_modules/x/a.ts'))).rejects.toMatchObject({
      code: 'TYPESCRIPT_UNSUPPORTED',
      message: expect.stringMatching(/node_modules/),
    });
  });

  test('a file that is gone', async () => {
    const root = project({});
    await expect(loadModule(join(root, 'a.ts'))).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      details: { file: join(root, 'a.ts') },
    });
  });
});

test('a stack trace in upgrade names the line of the file', async () => {
  const file = join(
    project({
      'a.ts': revisionFile('a', {}, 'export function upgrade(): void {\n  throw new Error("x");\n}'),
    }),
    'a.ts',
  );
  const upgrade = await new Script({ revision: 'a', downRevision: null }, file).migration('upgrade');
  let stack = '';
  try {
    upgrade?.(null, {});
  } catch (error) {
    stack = (error as Error).stack ?? '';
  }
  expect(stack).toContain(`${file}:8:`);
  expect(readFileSync(file, 'utf8').split('\n')[7]).toContain('throw');
});
