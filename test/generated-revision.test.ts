import { expect, test } from 'vitest';
import type { RenderContext } from '../src/autogenerate/render/render-context.ts';
import { type RenderableMigration, renderMigration } from '../src/autogenerate/render/render-migration.ts';
import { coreDefinitions as op } from '../src/objects/definitions.ts';
import { Definitions } from '../src/operations/definitions.ts';
import { check, column, integer, sql, string, withVariant } from '../src/schema/index.ts';
import { genericTypes, makeType } from '../src/schema/types/generic.ts';
import { defaultTemplate, type ScriptExtension } from '../src/scripts/default-templates.ts';
import { revisionSource } from '../src/scripts/revision-source.ts';

const definitions = new Definitions(Object.values(op));
const context: RenderContext = {
  definitions,
  dialect: { name: 'sqlite', module: 'alembic-ts/sqlite', types: genericTypes },
};
const jsonb = { name: 'jsonb', positional: [], options: {} };
const postgresql: RenderContext = {
  definitions,
  dialect: { name: 'postgresql', module: 'alembic-ts/postgresql', types: [...genericTypes, jsonb] },
};

function revision(
  migration: RenderableMigration,
  own: Parameters<typeof renderMigration>[1] = context,
  extension: ScriptExtension = 'ts',
): string {
  const { imports, importNames, upgrades, downgrades } = renderMigration(migration, own);
  const typed = extension === 'ts';
  return revisionSource(
    { file: `script.${extension}.template`, text: defaultTemplate(extension), extension },
    {
      revision: '1975ea83b712',
      downRevision: 'ae1027a6acf2',
      branchLabels: null,
      dependsOn: null,
      message: 'add users',
      createDate: '2026-11-22 09:30:00.000000',
      imports: typed ? imports : importNames,
      upgrades,
      downgrades,
    },
  );
}

const users = op.createTable.create('users', [column('id', integer(), { primaryKey: true })]);

test('a revision file is the one of CONTRACT, section 4', () => {
  const migration = {
    upgradeOps: { ops: [users] },
    downgradeOps: { ops: [definitions.reverse(users)] },
  };
  expect(revision(migration)).toBe(`\
/** add users
 *
 * Revision ID: 1975ea83b712
 * Revises: ae1027a6acf2
 * Create Date: 2026-11-22 09:30:00.000000
 */
import { column, integer, type Operations } from 'alembic-ts';

export const revision = '1975ea83b712';
export const downRevision = 'ae1027a6acf2';
export const branchLabels = null;
export const dependsOn = null;

export function upgrade(op: Operations): void {
  op.createTable('users', [column('id', integer(), { primaryKey: true })]);
}

export function downgrade(op: Operations): void {
  op.dropTable('users');
}
`);
});

test('without operations it imports the type alone, and says that there is nothing to do', () => {
  const source = revision({ upgradeOps: { ops: [] }, downgradeOps: { ops: [] } });
  expect(source).toContain("import type { Operations } from 'alembic-ts';\n");
  expect(source).toContain('export function upgrade(op: Operations): void {\n  // nothing to do\n}\n');
});

test('lines of the script’s own go below the imports', () => {
  const migration = {
    upgradeOps: { ops: [users] },
    downgradeOps: { ops: [] },
    imports: ["import { x } from './x.ts';"],
  };
  expect(revision(migration)).toContain(
    "import { column, integer, type Operations } from 'alembic-ts';\nimport { x } from './x.ts';\n\n",
  );
});

test('several databases have a function each, with types of their own, and the text of their SQL stays as it is', () => {
  const script = op.execute.create('UPDATE users\n  SET id = 1\nWHERE true');
  const added = op.addColumn.create('users', column('data', makeType('jsonb')));
  const checked = op.createTable.create('a_rather_long_name_of_a_table', [
    column('name', withVariant(string(10), { postgresql: makeType('jsonb') }), { nullable: false }),
    check(sql`length(name) > 3`, { name: 'ck' }),
  ]);
  const source = revision(
    {
      upgradeOps: [
        { engineName: 'default', ops: [script] },
        { engineName: 'other-db', ops: [checked, added] },
      ],
      downgradeOps: [
        { engineName: 'default', ops: [] },
        { engineName: 'other-db', ops: [definitions.reverse(added), definitions.reverse(checked)] },
      ],
    },
    (engineName) => (engineName === 'default' ? context : postgresql),
  );
  expect(source.slice(source.indexOf('import'))).toBe(`\
import { check, column, type Operations, sql, string, withVariant } from 'alembic-ts';
import { jsonb } from 'alembic-ts/postgresql';

export const revision = '1975ea83b712';
export const downRevision = 'ae1027a6acf2';
export const branchLabels = null;
export const dependsOn = null;

export const upgrades = {
  default(op: Operations): void {
    op.execute(\`UPDATE users
  SET id = 1
WHERE true\`);
  },
  ['other-db'](op: Operations): void {
    op.createTable('a_rather_long_name_of_a_table', [
      column('name', withVariant(string(10), { postgresql: jsonb() }), { nullable: false }),
      check(sql\`length(name) > 3\`, { name: 'ck' }),
    ]);
    op.addColumn('users', column('data', jsonb()));
  },
};

export const downgrades = {
  default(op: Operations): void {
    // nothing to do
  },
  ['other-db'](op: Operations): void {
    op.dropColumn('users', 'data');
    op.dropTable('a_rather_long_name_of_a_table');
  },
};
`);
});

test('no line is longer than 100 columns where a person could break it', () => {
  const columns = Array.from({ length: 40 }, (_, i) =>
    column(`column_${'x'.repeat(i)}`, string(100 + i), { nullable: i % 2 === 0, comment: 'c'.repeat(i) }),
  );
  const ops = [
    op.createTable.create('wide', columns),
    ...columns.map((each) => op.addColumn.create('wide', each)),
  ];
  const lists = [
    { engineName: 'a', ops },
    { engineName: 'b', ops },
  ];
  for (const upgradeOps of [{ ops }, lists]) {
    const lengths = revision({ upgradeOps, downgradeOps: upgradeOps })
      .split('\n')
      .map((line) => line.length);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(100);
    expect(Math.max(...lengths)).toBeGreaterThan(95);
  }
});

test('a CommonJS file requires the same names', () => {
  const source = revision({ upgradeOps: { ops: [users] }, downgradeOps: { ops: [] } }, context, 'cjs');
  expect(source).toContain("const { column, integer } = require('alembic-ts');\n");
  expect(source).not.toContain('Operations');
});
