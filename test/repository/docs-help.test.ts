import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cliCommands } from '../../src/cli/commands/index.ts';
import { userProject } from '../support/user-project.ts';

const files = {
  'alembic.config.ts': `import { defineConfig } from 'alembic-ts';
import { column, integer, MetaData, table } from 'alembic-ts/schema';

const metadata = new MetaData([table('users', [column('id', integer(), { primaryKey: true })])]);

export default defineConfig({ engines: 'sqlite:app.db', metadatas: metadata });
`,
  // an editor that has nothing to change
  'node_modules/.bin/vi': '#!/bin/sh\ntest -f "$1"\n',
};

/** What has to be there for an example, where it isn't a database at its only head. */
const before: Readonly<Record<string, string>> = {
  init: 'rm -r alembic.config.ts migrations',
  upgrade: 'alembic-ts downgrade',
  merge: 'alembic-ts revision --empty "start shipping" --branch shipping',
};

test('every command has examples in its help, and each of them works', () => {
  using project = userProject();
  const env = { PATH: `${join(project.directory, 'node_modules/.bin')}:${process.env.PATH}` };
  const shell = (line: string): void => {
    const { status, stdout, stderr } = project.shell(line, env);
    expect(status, `${line}\n${stdout}${stderr}`).toBe(0);
  };
  project.put(files);
  shell('chmod +x node_modules/.bin/vi');
  shell('alembic-ts revision "create users" --rev-id 1975ea83b712');
  shell('alembic-ts upgrade');
  shell('alembic-ts revision --empty "move data" --rev-id ae1027a6acf2');
  shell('alembic-ts upgrade');
  shell('alembic-ts revision --empty "start billing" --label billing --rev-id b5cd8e0b7a31');
  shell('alembic-ts upgrade');
  const state = ['alembic.config.ts', 'app.db', 'migrations'];
  for (const name of state)
    cpSync(join(project.directory, name), join(project.directory, 'kept', name), { recursive: true });

  for (const { name } of cliCommands) {
    const { status, stdout } = project.alembic([name, '--help']);
    expect(status).toBe(0);
    const examples = [...stdout.matchAll(/^ {2}\$ (.*alembic-ts .*)$/gm)].map((match) => match[1] ?? '');
    expect(examples.length, `examples in \`${name} --help\``).toBeGreaterThan(0);
    for (const example of examples) {
      expect(example).toContain(`alembic-ts ${name}`);
      for (const each of state) {
        rmSync(join(project.directory, each), { recursive: true, force: true });
        cpSync(join(project.directory, 'kept', each), join(project.directory, each), { recursive: true });
      }
      if (before[name] !== undefined) shell(before[name]);
      shell(example);
    }
  }
});
