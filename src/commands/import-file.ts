import { existsSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { CommandError, type ErrorCode, errorCodes } from '../errors.ts';
import { moduleError } from '../scripts/module-error.ts';
import { hookDirectoryOf } from '../scripts/module-hooks.ts';

/**
 * Imports a configuration or an application's file as revisions are imported: with `import` and `export` it is an ES module whatever the package's
 * `type`, and its `alembic-ts` is the package that is running.
 *
 * @throws CommandError `CONFIG_NOT_FOUND`; the code of an error of ours that the file threw; `CONFIG_IMPORT` for any other. Both with the file and,
 * where it is known, the line.
 */
export async function importFile(file: string): Promise<Readonly<Record<string, unknown>>> {
  if (!existsSync(file))
    throw new CommandError('CONFIG_NOT_FOUND', `There is no file ${file}.`, { details: { file } });
  hookDirectoryOf(file);
  try {
    return (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    throw await importError(file, cause);
  }
}

/** The error for what a file threw, while it was imported or called. */
export async function importError(file: string, cause: unknown): Promise<CommandError> {
  const source = await Promise.resolve()
    .then(() => readFileSync(file, 'utf8'))
    .catch(() => '');
  const { code, message, details } = await moduleError(cause, file, source);
  const own = (cause as { code?: unknown } | null)?.code;
  const isOurs = code === 'SCRIPT_THREW' && typeof own === 'string' && Object.hasOwn(errorCodes, own);
  return new CommandError(isOurs ? (own as ErrorCode) : 'CONFIG_IMPORT', message, { cause, details });
}
