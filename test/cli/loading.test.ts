import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { chain } from '../app/workspace.ts';
import { project } from '../scripts/project.ts';
import { bin } from './run-cli.ts';

const hooks = fileURLToPath(new URL('../support/print-loads.ts', import.meta.url));

/** The modules that a command loads, in alphabetical order: ours without `src/`, packages by their names. */
function loaded(directory: string, ...words: string[]): string[] {
  const { stderr, status } = spawnSync(process.execPath, ['--import', hooks, bin, ...words], {
    cwd: directory,
    encoding: 'utf8',
  });
  expect({ status, stderr }).toMatchObject({ status: 0 });
  const urls = Array.from(stderr.matchAll(/^loaded (.*)$/gm), (match) => match[1] as string);
  const names = urls.map(
    (url) => /\/src\/(.*)\.ts$/.exec(url)?.[1] ?? /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1],
  );
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

test('help loads the command line and nothing below it', () => {
  const layers = loaded(project({}), '--help').map((name) => name.split('/')[0]);
  expect([...new Set(layers)]).toEqual(['app', 'bin', 'cli', 'commander', 'errors', 'main', 'util']);
});

test('an upgrade with nothing to do loads nothing that compares, plans, inspects, renders, logs or imports revisions', () => {
  const directory = project({
    'alembic.config.ts':
      "import { defineConfig } from 'alembic-ts';\nexport default defineConfig({ engines: 'sqlite:app.db' });\n",
    ...chain('a', 'b'),
  });
  loaded(directory, 'stamp', 'heads');
  const modules = loaded(directory, 'upgrade');
  expect(modules).toContain('runtime/database-run');
  const needless = modules.filter((name) =>
    /\/kind$|\/plan\/|\/inspect\/inspect|\/canonicalize|\/render\/|compare|produce|load-module|generate-revision|^@logtape|^pg$/.test(
      name,
    ),
  );
  expect(needless).toEqual([]);
});
