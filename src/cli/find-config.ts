import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { CommandError } from '../errors.ts';

const names = ['ts', 'mts', 'js', 'mjs'].map((extension) => `alembic.config.${extension}`);

/**
 * The configuration file: the one given, or the nearest upwards from the working directory.
 *
 * @throws CommandError `CONFIG_NOT_FOUND`.
 */
export function findConfig(given: string | undefined): string {
  if (given !== undefined) {
    const file = resolve(given);
    if (existsSync(file)) return file;
    throw new CommandError('CONFIG_NOT_FOUND', `There is no file ${file}.`, { details: { file } });
  }
  for (let directory = resolve('.'); ; directory = dirname(directory)) {
    const found = names.map((name) => join(directory, name)).find((file) => existsSync(file));
    if (found !== undefined) return found;
    if (dirname(directory) === directory) break;
  }
  throw new CommandError(
    'CONFIG_NOT_FOUND',
    `There is no alembic.config.ts (or .mts, .js, .mjs) in ${resolve('.')} or above it. Make one with \`alembic-ts init\`, or name it with --config FILE or --app FILE.`,
  );
}

/** `FILE:export` as Windows paths allow it too: `C:\app.ts:alembic`. */
export function splitExport(given: string): { file: string; name: string } {
  const at = given.lastIndexOf(':');
  if (at <= 1 || /[\\/.]/.test(given.slice(at + 1))) return { file: resolve(given), name: 'default' };
  return { file: resolve(given.slice(0, at)), name: given.slice(at + 1) };
}
