import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { readError } from './file-errors.ts';
import { moduleError } from './module-error.ts';
import { hookDirectoryOf, importModule } from './module-hooks.ts';
import { parseExports } from './parse-exports.ts';
import { readGenerated } from './read-header.ts';

/**
 * What a module exports; of a default export that is an object (or `module.exports`) the fields, with named
 * exports over them.
 */
export type ModuleExports = Readonly<Record<string, unknown>>;

/** For each file: what it held when it was imported, and how often it had to be imported anew. */
const imported = new Map<string, { readonly source: string; readonly version: number; failed: boolean }>();

/**
 * Imports `.ts`, `.mts`, `.js`, `.mjs` and `.cjs`, in packages of any `type`, by Node's own type stripping. A
 * file that has changed since, or that failed, is imported anew; else the module is the one that is loaded.
 *
 * @param file absolute path
 * @throws CommandError `FILE_UNREADABLE`, `SCRIPT_SYNTAX`, `TYPESCRIPT_UNSUPPORTED`, `SCRIPT_IMPORT`,
 * `SCRIPT_THREW`
 */
export async function loadModule(file: string): Promise<ModuleExports> {
  let source: string;
  try {
    source = readFileSync(file, 'utf8');
  } catch (error) {
    throw readError(file, error);
  }
  const before = imported.get(file);
  const anew = before !== undefined && (before.failed || before.source !== source);
  const entry =
    before === undefined || anew ? { source, version: (before?.version ?? -1) + 1, failed: false } : before;
  imported.set(file, entry);
  try {
    return isEsm(file, source) ? await importEsm(file, entry.version) : requireCommonJs(file, anew);
  } catch (error) {
    entry.failed = true;
    throw await moduleError(error, file, source);
  }
}

function isEsm(file: string, source: string): boolean {
  const extension = extname(file);
  if (extension === '.mjs' || extension === '.mts') return true;
  return extension !== '.cjs' && (readGenerated(source) !== undefined || parseExports(source).esm);
}

async function importEsm(file: string, version: number): Promise<ModuleExports> {
  // The first import has the plain URL, so that breakpoints and stack traces show the file as it is called.
  return flatten(await importModule(file, version > 0 ? `?alembic-ts=${version}` : ''));
}

function requireCommonJs(file: string, anew: boolean): ModuleExports {
  hookDirectoryOf(file);
  const require = createRequire(file);
  if (anew) delete require.cache[require.resolve(file)];
  return flatten(require(file) as unknown);
}

function flatten(module: unknown): ModuleExports {
  if (!isRecord(module)) return {};
  return isRecord(module.default) ? { ...module.default, ...module } : module;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
