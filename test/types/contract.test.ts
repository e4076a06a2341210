import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { userProject } from '../support/user-project.ts';

const entries: Readonly<Record<string, string>> = {
  '../../src/index.ts': 'alembic-ts',
  '../../src/schema/index.ts': 'alembic-ts/schema',
  '../../src/entries/autogenerate.ts': 'alembic-ts/autogenerate',
  '../../src/entries/operations.ts': 'alembic-ts/operations',
  '../../src/entries/sqlite.ts': 'alembic-ts/sqlite',
  '../../src/entries/postgresql.ts': 'alembic-ts/postgresql',
};

/** contract.ts, as somebody writes it who installed the package. */
function contract(): string {
  const source = readFileSync(fileURLToPath(new URL('contract.ts', import.meta.url)), 'utf8');
  return source.replaceAll(/(?<=from ')\.[^']+/g, (path) => entries[path] ?? path);
}

test("every public name of the contract is there, with its signature, in the installed package's declarations", () => {
  using project = userProject();
  const source = contract();
  project.put({ 'contract.ts': source, 'broken.ts': source.replaceAll('needsRevision', 'needsReversion') });
  expect(project.typecheck(['contract.ts'])).toBe('');
  expect(project.typecheck(['broken.ts'])).toContain("'needsReversion' does not exist");
});

test('and at run time', () => {
  using project = userProject();
  project.put({ 'contract.ts': contract() });
  const loaded = project.node(['--no-warnings', 'contract.ts']);
  expect(loaded).toMatchObject({ status: 0, stdout: '', stderr: '' });
});
