import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { userProject } from '../support/user-project.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** The rows of README.md's table of names: the code of the Python side and that of ours. */
const rows = readme
  .slice(readme.indexOf('| Python | here |'))
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) =>
    line.split(' | ').map((cell) => [...cell.matchAll(/(`+) ?(.+?) ?\1/g)].map((match) => match[2] ?? '')),
  );

/** What stands for names that the table takes for granted. */
const preamble = `import { Alembic, column, defineConfig, integer, sql } from 'alembic-ts';
import type { App, ConfigOptions, ContextOptions, MetaData, Operations } from 'alembic-ts';
import { Rewriter } from 'alembic-ts/autogenerate';
declare const op: Operations, app: App, runMkdir: boolean, commandName: string;
declare const engines: string, metadatas: MetaData, config: ConfigOptions, context: ContextOptions & { processRevisionDirectives: Rewriter };
declare const compareType: NonNullable<ContextOptions['compareType']>, includeObject: NonNullable<ContextOptions['includeObject']>;
declare const alembic: Alembic, fn: Parameters<Alembic['runMigrations']>[0];
`;

test('every name of ours in the table of names exists, with those arguments', () => {
  using project = userProject();
  const statements = rows.flatMap(([python = [], ours = []]): readonly string[] => {
    if (ours.length === 0) return (python[0] ?? '').split(' ').map((name) => `alembic.${name}`);
    return ours.flatMap((code) =>
      statementsOf(code, /alembic\.(?!ini)|init_app|^produce_/.test(python.join())),
    );
  });
  expect(statements.length).toBeGreaterThan(30);
  project.put({
    'names.ts': preamble + statements.map((each) => `${each};\n`).join(''),
  });
  expect(project.typecheck(['names.ts'])).toBe('');
});

/** One cell's code as statements; a bare word is a member of \`Alembic\` in some rows, and a name that is imported or declared in others. */
function statementsOf(code: string, ofAlembic: boolean): readonly string[] {
  if (/\.(ts|template)$|^\$/.test(code)) return [];
  if (/^\w+: \{/.test(code)) return [`defineConfig({ ${code} })`];
  const member = /^(\w+?)(\(s\)|\(.*\))?$/.exec(code);
  if (!ofAlembic || member === null)
    return [code === 'processRevisionDirectives' ? `context.${code}` : code.replaceAll('…', '')];
  return member[2] === '(s)' ? [`alembic.${member[1]}`, `alembic.${member[1]}s`] : [`alembic.${code}`];
}
