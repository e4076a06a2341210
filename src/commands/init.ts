import { existsSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { CommandError } from '../errors.ts';
import { makeScriptDirectory } from '../scripts/template-file.ts';
import { type InitTemplate, templates } from './init-templates.ts';

/**
 * Sets a project up in the working directory: `alembic.config.ts`, and the migration directory with its template.
 *
 * @returns what was made, as absolute paths
 * @throws CommandError `INIT_TEMPLATE`, `CONFIG_EXISTS` (nothing was written), and those of making the directory
 */
export function init(directory = 'migrations', template = 'generic'): readonly string[] {
  const chosen: InitTemplate | undefined = templates.find(({ name }) => name === template);
  if (chosen === undefined) {
    throw new CommandError(
      'INIT_TEMPLATE',
      `There is no template '${template}'; there are ${templates.map(({ name }) => name).join(', ')}.`,
    );
  }
  const file = resolve('alembic.config.ts');
  if (existsSync(file)) {
    throw new CommandError(
      'CONFIG_EXISTS',
      `${file} is there already; nothing was written. Make the directory alone with mkdir.`,
      { details: { file } },
    );
  }
  const location = relative('.', resolve(directory)).replaceAll('\\', '/') || '.';
  const made = makeScriptDirectory(resolve(directory), [], { severalDatabases: template === 'multidb' });
  const quoted = `'${location.replace(/['\\]/g, '\\$&')}'`;
  writeFileSync(
    file,
    chosen.config.replace("'migrations'", () => quoted),
    { flag: 'wx' },
  );
  return [file, ...made];
}
