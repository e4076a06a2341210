import { readFileSync, realpathSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseExports } from './parse-exports.ts';

/**
 * How modules resolve for revision files and what lies beside them, and for nobody else; `file` is one of them:
 *
 * - `alembic-ts` and its subpaths are the package that is running, wherever it is installed, so there is
 *   never a second one;
 * - a `.ts` or `.js` with `import` or `export` is an ES module, whatever the `type` of the package around it.
 */
export function hookDirectoryOf(file: string): void {
  hook(dirname(realpathSync.native(file)));
}

function hook(directory: string): void {
  if (directories.has(directory)) return;
  // Registered with the first directory and never taken away: a revision may import something only when it runs.
  if (directories.size === 0) registerHooks({ resolve });
  directories.set(directory, `${pathToFileURL(directory).href}/`);
}

/**
 * Imports an ES module that is known to be there, hooked as above. How modules of its directory and extension are
 * loaded is found out with the first of them: to find each anew, Node looks at the disk a dozen times.
 *
 * @param query of its URL, to import it anew
 */
export async function importModule(file: string, query: string): Promise<unknown> {
  // Node names a module by the file that a link leads to.
  const path = realpathSync.native(file);
  hook(dirname(path));
  const url = `${pathToFileURL(path).href}${query}`;
  importing.add(url);
  try {
    return await import(url);
  } finally {
    importing.delete(url);
  }
}

/** On the URL of a file with a syntax error: have it parsed as TypeScript, whose parser tells the line. */
export const PARSE_AS_TYPESCRIPT = '?alembic-ts-syntax';

const PACKAGE = 'alembic-ts';

/** the URLs of hooked directories, with a slash at the end, by their real paths */
const directories = new Map<string, string>();

/** URLs of modules that {@link importModule} imports just now */
const importing = new Set<string>();

/** the formats of modules, by the URL of a directory and an extension: `file:///app/migrations/.ts` */
const formats = new Map<string, string>();

type Resolve = NonNullable<Parameters<typeof registerHooks>[0]['resolve']>;

const resolve: Resolve = (specifier, context, nextResolve) => {
  if (!importing.has(specifier)) return find(specifier, context, nextResolve);
  const place = specifier.replace(/[^/]*(\.\w+)(?:\?.*)?$/, '$1');
  const format = formats.get(place);
  if (format !== undefined) return { url: specifier, format, shortCircuit: true };
  const found = find(specifier, context, nextResolve);
  if (found.url === specifier && found.format) formats.set(place, found.format);
  return found;
};

const find: Resolve = (specifier, context, nextResolve) => {
  const ours = specifier === PACKAGE || specifier.startsWith(`${PACKAGE}/`);
  if (ours && context.parentURL !== undefined && isHooked(context.parentURL)) {
    const url = runningModule(specifier);
    if (url !== undefined) return { url, shortCircuit: true };
  }
  const result = nextResolve(specifier, context);
  if (!isHooked(result.url)) return result;
  if (result.url.endsWith(PARSE_AS_TYPESCRIPT)) return { ...result, format: 'module-typescript' };
  const extension = /\.([tj]s)(?:\?|$)/.exec(result.url)?.[1];
  if (extension === undefined || result.format?.startsWith('module') || !hasModuleSyntax(result.url))
    return result;
  return { ...result, format: extension === 'ts' ? 'module-typescript' : 'module' };
};

function isHooked(url: string): boolean {
  for (const directory of directories.values()) {
    if (url.startsWith(directory) && !url.includes('/node_modules/', directory.length - 1)) return true;
  }
  return false;
}

function hasModuleSyntax(url: string): boolean {
  try {
    return parseExports(readFileSync(fileURLToPath(url), 'utf8')).esm;
  } catch {
    return false; // Node says what is wrong when it reads the file.
  }
}

type ExportsTable = Readonly<Record<string, string | { readonly default?: string }>>;

let table: ExportsTable | undefined;

/** The URL of a subpath of this package, as its own `exports` name it; from `src` when it runs from there. */
function runningModule(specifier: string): string | undefined {
  const root = new URL('../../', import.meta.url);
  table ??= readExports(new URL('package.json', root));
  const entry = table[`.${specifier.slice(PACKAGE.length)}`];
  const target = typeof entry === 'string' ? entry : entry?.default;
  if (target === undefined) return undefined;
  const fromSource = import.meta.url.endsWith('.ts');
  const path = fromSource ? target.replace(/^\.\/dist\/(.*)\.js$/, './src/$1.ts') : target;
  return new URL(path, root).href;
}

function readExports(file: URL): ExportsTable {
  try {
    const { name, exports } = JSON.parse(readFileSync(file, 'utf8')) as {
      name?: string;
      exports?: ExportsTable;
    };
    return (name === PACKAGE && exports) || {};
  } catch {
    return {}; // Bundled into something else: then resolution goes its ordinary way.
  }
}
