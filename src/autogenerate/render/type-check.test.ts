import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyOperation, dialectTypes } from '../../../test/generators/any-operation.ts';
import { coreDefinitions } from '../../objects/definitions.ts';
import { Definitions } from '../../operations/definitions.ts';
import type { Operation } from '../../operations/operation.ts';
import { genericTypes } from '../../schema/types/generic.ts';
import type { RenderContext } from './render-context.ts';
import { renderMigration } from './render-migration.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const context: RenderContext = {
  definitions: new Definitions(Object.values(coreDefinitions)),
  dialect: { name: 'postgresql', module: 'alembic-ts/postgresql', types: [...genericTypes, ...dialectTypes] },
};
const modules = process.env.ALEMBIC_TEST_FULL ? 1000 : 150;

/** What tsc says of files in one directory, under the repository's options and what it takes to see an unused import. */
function typeCheck(files: Readonly<Record<string, string>>): readonly string[] {
  mkdirSync(join(root, '.tmp'), { recursive: true });
  const directory = mkdtempSync(join(root, '.tmp/rendered-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
    const entry = existsSync(join(root, 'src/index.ts'))
      ? "export * from '../../src/index.ts';\n"
      : "export * from '../../src/schema/index.ts';\nexport type { Operations } from '../../src/environment/operations.ts';\n";
    writeFileSync(join(directory, 'alembic-ts.ts'), entry);
    writeFileSync(
      join(directory, 'postgresql.ts'),
      "import { dialectBuilders } from '../../test/generators/any-operation.ts';\n" +
        "export { exclude } from '../../src/objects/exclude/operations.ts';\n" +
        'const { jsonb, array, bit, integer } = dialectBuilders;\nexport { jsonb, array, bit, integer };\n',
    );
    writeFileSync(
      join(directory, 'tsconfig.json'),
      JSON.stringify({
        extends: '../../tsconfig.json',
        compilerOptions: {
          isolatedDeclarations: false,
          declaration: false,
          noUnusedLocals: true,
          paths: { 'alembic-ts': ['./alembic-ts.ts'], 'alembic-ts/postgresql': ['./postgresql.ts'] },
        },
        include: ['.'],
      }),
    );
    const { stdout } = spawnSync(
      join(root, 'node_modules/.bin/tsc'),
      ['-p', directory, '--pretty', 'false'],
      {
        encoding: 'utf8',
        cwd: directory,
      },
    );
    // others' files are others' business
    return stdout
      .split('\n')
      .filter((line) => Object.keys(files).some((name) => line.startsWith(`${name}(`)));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function revision(operations: readonly Operation[]): string {
  const list = { ops: operations };
  const { imports, upgrades } = renderMigration({ upgradeOps: list, downgradeOps: { ops: [] } }, context);
  return `${imports}\n\nexport function upgrade(op: Operations): void {\n${upgrades}\n}\n`;
}

test('generated source type-checks under strict, and imports exactly what it uses', () => {
  const samples = fc.sample(fc.array(anyOperation, { minLength: 1, maxLength: 6 }), {
    seed: 7,
    numRuns: modules,
  });
  const files = Object.fromEntries(samples.map((operations, i) => [`revision${i}.ts`, revision(operations)]));
  expect(typeCheck(files)).toEqual([]);
});

test('the check above would see an unused import, a missing one and a wrong argument', () => {
  const found = typeCheck({
    'unused.ts':
      "import { column, type Operations } from 'alembic-ts';\nexport function upgrade(op: Operations): void {\n  op.dropTable('t');\n}\n",
    'missing.ts':
      "import { type Operations } from 'alembic-ts';\nexport function upgrade(op: Operations): void {\n  op.addColumn('t', column('a'));\n}\n",
    'wrong.ts':
      "import type { Operations } from 'alembic-ts';\nexport function upgrade(op: Operations): void {\n  op.dropTable(1);\n}\n",
  });
  expect(found.map((line) => line.split('(')[0]).sort()).toEqual(['missing.ts', 'unused.ts', 'wrong.ts']);
});
