import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { checkLayers } from '../../scripts/check-layers.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The violations in a tree of these files. */
function check(files: Readonly<Record<string, string>>): readonly string[] {
  const directory = mkdtempSync(join(tmpdir(), 'alembic-layers-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, 'src', path)), { recursive: true });
      writeFileSync(join(directory, 'src', path), text);
    }
    return checkLayers(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

test('src keeps to the layers and has no circles', () => {
  expect(checkLayers(root)).toEqual([]);
});

const a = { 'schema/a.ts': 'export const a = 1; export type A = 1;', 'util/u.ts': '', 'errors.ts': '' };

test.each<[string, Record<string, string>, string]>([
  [
    'a layer above',
    { 'revisions/b.ts': "// first\nimport { a } from '../schema/a.ts';" },
    'src/revisions/b.ts:2: revisions may not import schema',
  ],
  [
    'by its types too',
    { 'revisions/b.ts': "import type { A } from '../schema/a.ts';" },
    'src/revisions/b.ts:1: revisions may not import schema',
  ],
  ['by a re-export', { 'revisions/b.ts': "export * from '../schema/a.ts';" }, 'src/revisions/b.ts:1:'],
  ['by import()', { 'revisions/b.ts': "const b = await import('../schema/a.ts');" }, 'src/revisions/b.ts:1:'],
  ['for its effects', { 'revisions/b.ts': "import '../schema/a.ts';" }, 'src/revisions/b.ts:1:'],
  [
    'over several lines',
    { 'revisions/b.ts': "import {\n  a,\n  type A,\n} from '../schema/a.ts';" },
    'src/revisions/b.ts:1:',
  ],
  [
    'a value where only types may go',
    { 'operations/o.ts': 'export const o = 1;', 'dialect/d.ts': "import { o } from '../operations/o.ts';" },
    'src/dialect/d.ts:1: dialect may import only types of operations',
  ],
  [
    'eagerly what has to be lazy',
    { 'cli/c.ts': 'export const c = 1;', 'app/x.ts': "import { c } from '../cli/c.ts';" },
    'src/app/x.ts:1: app may import cli only by import()',
  ],
  [
    'a framework as a value',
    { 'integrations/express.ts': "import express from 'express';" },
    'src/integrations/express.ts:1: integrations imports express as a value',
  ],
  [
    'an entry point',
    { 'index.ts': '', 'app/x.ts': "import '../index.ts';" },
    'src/app/x.ts:1: app imports an entry point',
  ],
  [
    'a file that is missing',
    { 'schema/b.ts': "import './none.ts';" },
    "src/schema/b.ts:1: ./none.ts doesn't name a file",
  ],
  ['from nowhere', { 'other/b.ts': '' }, 'src/other/b.ts:1: lies in no layer'],
  ['errors from util', { 'util/b.ts': "import '../errors.ts';" }, 'src/util/b.ts:1: util imports errors'],
  [
    'a circle',
    { 'schema/b.ts': "import './c.ts';", 'schema/c.ts': "import './b.ts';" },
    'src/schema/b.ts:1: a circle of imports: src/schema/b.ts → src/schema/c.ts',
  ],
  [
    'a circle of types',
    { 'schema/b.ts': "import type { C } from './c.ts';", 'schema/c.ts': "import { type B } from './b.ts';" },
    'src/schema/b.ts:1: a circle of imports (types only)',
  ],
])('is found: %s', (_, files, expected) => {
  const found = check({ ...a, ...files });
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(expected);
});

test('what is allowed, and what only looks like an import, is none', () => {
  const files = {
    ...a,
    'operations/o.ts':
      "import { a } from '../schema/a.ts';\nimport type { U } from '../util/u.ts';\nimport { join } from 'node:path';\nimport '../errors.ts';",
    'dialect/d.ts':
      "import type { O } from '../operations/o.ts';\nimport { type O } from '../operations/o.ts';",
    'revisions/b.ts':
      "// import { a } from '../schema/a.ts';\n/* import '../schema/a.ts' */ const t = `import '../schema/a.ts';`;",
    'revisions/b.test.ts': "import { a } from '../schema/a.ts';",
    'cli/c.ts': '',
    'app/x.ts': "const c = () => import('../cli/c.ts');",
    'index.ts': "export * from './schema/a.ts';\nexport * from './cli/c.ts';",
  };
  expect(check(files)).toEqual([]);
});
