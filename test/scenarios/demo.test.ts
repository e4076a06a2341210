import { cpSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { describeOn, serverUrl } from '../support/databases.ts';
import { type ProgramResult, type UserProject, userProject } from '../support/user-project.ts';

const example = fileURLToPath(new URL('../../examples/chinook', import.meta.url));

describeOn(['sqlite', 'postgresql'], 'the demo', (kind) => {
  const database = async (): Promise<readonly string[]> =>
    kind === 'sqlite' ? [] : ['--postgres', await serverUrl('postgresql')];

  test('takes a store from its models to a merged history and back, with every row', async () => {
    using project = projectWithExample();
    const { status, stdout, stderr } = run(project, await database());
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expectInOrder(stdout, [
      kind === 'sqlite' ? 'on SQLite 3.' : 'on PostgreSQL 1',
      'you $ npx alembic-ts revision "create the store"',
      'wrote migrations/#_create_the_store.ts',
      'you $ node app.ts',
      'Running upgrade  -> #, create the store',
      'Is its database current? Yes.',
      'The models and the database agree.',
      '5442 rows are loaded.',
      '5442 rows in 11 tables',
      'createTable review',
      'wrote migrations/#_reviews_and_newsletter.ts',
      "op.alterColumn('customer', 'phone', { newName: 'phone_number', existingType: string(24) });",
      "op.alterColumn('customer', 'phone_number', { newName: 'phone', existingType: string(24) });",
      'Running upgrade # -> #, reviews and newsletter',
      'All 5442 rows are there',
      'colleague $ npx alembic-ts revision "recording codes"',
      'wrote migrations/#_recording_codes.ts',
      'wrote migrations/#_playlists_have_owners.ts',
      'you $ npx alembic-ts heads',
      'The database is not at all heads.',
      'wrote migrations/#_join_reviews_and_owners.ts',
      '-> # (default) (head) (current) (mergepoint), join reviews and owners',
      '<base> -> # (default) (branchpoint), create the store',
      'All 5442 rows are there',
      'Running downgrade # -> #, reviews and newsletter',
      'All 5442 rows are there',
      'Running upgrade #, # -> #, join reviews and owners',
      'All 5442 rows are there',
      'Done in ',
    ]);
    // at each rest: three times on the way up, after the downgrade, after the second upgrade; and once at the colleague's
    expect(stdout.match(/The models and the database agree\./g)).toHaveLength(6);

    const revisions = globSync('.tmp/chinook/you/migrations/*_*.ts', { cwd: project.directory });
    expect(revisions).toHaveLength(5);
    expect(project.typecheck([...revisions, ...sources(project)])).toBe('');
  });
});

test('the demo fails where a value is lost, and says where [sqlite]', () => {
  using project = projectWithExample();
  const demo = project.read('examples/chinook/demo.ts');
  // without the edit, the old phone numbers go with their column
  project.put({ 'examples/chinook/demo.ts': demo.replace('  rename(you, first);\n', '') });
  const { status, stderr } = run(project, []);
  expect({ status, stderr: stderr.trim() }).toEqual({
    status: 1,
    stderr: 'The demo failed: Rows differ from those loaded, in: customer.',
  });
});

/** The example, where somebody has it who installed the package. */
function projectWithExample(): UserProject {
  const project = userProject();
  cpSync(example, join(project.directory, 'examples/chinook'), { recursive: true });
  return project;
}

function run(project: UserProject, words: readonly string[]): ProgramResult {
  return project.node(['examples/chinook/demo.ts', ...words], { NO_COLOR: '1' });
}

/** What the example's own project consists of. */
function sources(project: UserProject): readonly string[] {
  const patterns = ['{alembic.config,app,rows}.ts', '{,changes/,colleague/}models*.ts'];
  return patterns.flatMap((pattern) => globSync(`examples/chinook/${pattern}`, { cwd: project.directory }));
}

/** `#` stands for a revision's id. */
function expectInOrder(text: string, parts: readonly string[]): void {
  const told = text.replaceAll(/(?<![0-9a-f])[0-9a-f]{12}(?![0-9a-f])/g, '#');
  let from = 0;
  for (const part of parts) {
    const at = told.indexOf(part, from);
    expect(at, `'${part}' should come next in\n${told.slice(from)}`).toBeGreaterThanOrEqual(0);
    from = at + part.length;
  }
}
