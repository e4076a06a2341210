import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { project, put } from './project.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** Entry points of a package of our name that holds the real `scripts`, and counts its instances. */
const entries = {
  'index.ts':
    "export { ScriptDirectory } from './scripts/script-directory.ts';\nexport const instance: object = {};\n",
  'sub.ts': "export const sub: string = 'running';\n",
};
const manifest = {
  name: 'alembic-ts',
  type: 'module',
  exports: {
    '.': { types: './dist/index.d.ts', default: './dist/index.js' },
    './sub': { default: './dist/sub.js' },
    './package.json': './package.json',
  },
};

/** The package as its repository has it, from `src`. */
function sourcePackage(root: string): void {
  for (const name of ['scripts', 'revisions', 'util', 'errors.ts'])
    cpSync(join(repository, 'src', name), join(root, 'src', name), { recursive: true });
  put(root, {
    'src/index.ts': entries['index.ts'],
    'src/sub.ts': entries['sub.ts'],
    'package.json': JSON.stringify(manifest),
  });
}

/** The package as it is installed: compiled to `dist`. */
function builtPackage(root: string): void {
  const source = project({});
  sourcePackage(source);
  const options = {
    extends: join(repository, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      allowImportingTsExtensions: false,
      rootDir: 'src',
      outDir: join(root, 'dist'),
      noCheck: true,
      types: [],
      declaration: false,
      isolatedDeclarations: false,
    },
    include: ['src'],
    exclude: ['src/**/*.test.ts'],
  };
  writeFileSync(join(source, 'tsconfig.json'), JSON.stringify(options));
  execFileSync(join(repository, 'node_modules/.bin/tsc'), ['-p', source], { encoding: 'utf8' });
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, 'package.json'), JSON.stringify(manifest));
}

const decoy = {
  'node_modules/alembic-ts/package.json': JSON.stringify({
    name: 'alembic-ts',
    type: 'module',
    exports: { '.': './index.js', './sub': './index.js' },
  }),
  'node_modules/alembic-ts/index.js': "export const instance = 'decoy', sub = 'decoy';",
};
const other = {
  'node_modules/other/package.json': '{"name":"other","type":"module","exports":"./index.js"}',
  'node_modules/other/index.js': "export { instance } from 'alembic-ts';",
};

const esm = (revision: string, types: boolean) => `
import { instance } from 'alembic-ts';
import { sub } from 'alembic-ts/sub';
import { instance as others } from 'other';
import { instance as helpers } from './helpers/helper.${types ? 'ts' : 'js'}';
export const revision = '${revision}', downRevision = null;
export async function upgrade(op${types ? ': (...seen: unknown[]) => void' : ''}) {
  const later = await import('alembic-ts');
  op(instance, sub, helpers, later.instance, others);
}
`;
const migrations = {
  'migrations/a.ts': esm('a', true),
  'migrations/b.mts': esm('b', true),
  'migrations/c.js': esm('c', false),
  'migrations/d.mjs': esm('d', false),
  'migrations/e.cjs': `
const { instance } = require('alembic-ts');
exports.revision = 'e';
exports.downRevision = null;
exports.upgrade = async (op) => op(instance, require('alembic-ts/sub').sub, instance, (await import('alembic-ts')).instance, (await import('other')).instance);
`,
  'migrations/helpers/helper.ts': "export { instance } from 'alembic-ts';",
  'migrations/helpers/helper.js': "export { instance } from 'alembic-ts';",
};
const main = (entry: string) => `
import { ScriptDirectory, instance } from ${JSON.stringify(entry)};
import { instance as own } from 'alembic-ts';
const scripts = new ScriptDirectory({ rootPath: import.meta.dirname });
for (const id of scripts.getHeads()) {
  const upgrade = await scripts.getRevision(id).migration('upgrade');
  await upgrade((seen, sub, helpers, later, others) => console.log(id, seen === instance, sub, helpers === instance, later === instance, others), {});
}
console.log(own);
`;
const seen = ['a', 'b', 'c', 'd', 'e'].map((id) => `${id} true running true true decoy\n`).join('');

describe('a revision reaches the package that runs it, and nobody else is led there', () => {
  for (const type of ['module', 'commonjs']) {
    const app = () =>
      project({ 'package.json': JSON.stringify({ type }), ...migrations, ...decoy, ...other });
    const run = (root: string, entry: string) => {
      writeFileSync(join(root, 'main.mjs'), main(entry));
      return execFileSync(process.execPath, [join(root, 'main.mjs')], { encoding: 'utf8', cwd: '/' });
    };

    test(`from src, for an app of type ${type}`, () => {
      const source = project({});
      sourcePackage(source);
      expect(run(app(), join(source, 'src/index.ts'))).toBe(`${seen}decoy\n`);
    });

    test(`from dist in node_modules, for an app of type ${type}`, () => {
      const installed = join(project({}), 'node_modules/alembic-ts');
      builtPackage(installed);
      expect(run(app(), join(installed, 'dist/index.js'))).toBe(`${seen}decoy\n`);
    });
  }
});
