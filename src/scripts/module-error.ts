import { readFileSync, realpathSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { CommandError, type ErrorCode } from '../errors.ts';
import { errnoOf } from './file-errors.ts';
import { PARSE_AS_TYPESCRIPT } from './module-hooks.ts';
import { lineAt } from './read-header.ts';

const NOT_FOUND: ReadonlySet<string | undefined> = new Set([
  'ERR_MODULE_NOT_FOUND',
  'MODULE_NOT_FOUND',
  'ERR_PACKAGE_PATH_NOT_EXPORTED',
  'ERR_UNSUPPORTED_DIR_IMPORT',
  'ERR_PACKAGE_IMPORT_NOT_DEFINED',
  'ERR_UNKNOWN_BUILTIN_MODULE',
]);

const NOT_STRIPPABLE: ReadonlySet<string | undefined> = new Set([
  'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX',
  'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING',
  'ERR_UNKNOWN_FILE_EXTENSION',
]);

/**
 * The coded error for what importing `file` threw: with the line, in that file or in the one that it imports.
 */
export async function moduleError(error: unknown, file: string, source: string): Promise<CommandError> {
  const reason = error instanceof Error ? error.message : String(error);
  const fail = (code: ErrorCode, place: Place, message: (at: string) => string) =>
    new CommandError(code, message(place.line === undefined ? place.file : `${place.file}:${place.line}`), {
      cause: error,
      details: place.line === undefined ? { file: place.file } : { file: place.file, line: place.line },
    });
  const places = error instanceof Error ? stackPlaces(error) : [];
  const real = realFile(file);
  const own = places.find((place) => place.file === file || place.file === real);
  const here: Place = { file, line: own?.line };
  const code = errnoOf(error);

  if (NOT_STRIPPABLE.has(code)) {
    return fail(
      'TYPESCRIPT_UNSUPPORTED',
      heading(error) ?? here,
      (at) => `${at}: ${reason}. ${stripAdvice(code)}`,
    );
  }
  if (
    NOT_FOUND.has(code) ||
    (error instanceof SyntaxError && /does not provide an export named/.test(reason))
  ) {
    const place = heading(error) ??
      importer(reason, file) ?? { file, line: own?.line ?? importLine(reason, source) };
    return fail(
      'SCRIPT_IMPORT',
      place,
      (at) => `${at} imports what isn't there: ${reason}.${extensionAdvice(reason)}`,
    );
  }
  if (error instanceof SyntaxError && own === undefined) {
    const place = heading(error) ?? {
      file,
      line: (await syntaxLine(file)) ?? declarationLine(reason, source),
    };
    // of JavaScript that it imports, nobody tells which file it is
    const which = place.line === undefined ? ', or a file that it imports,' : '';
    return fail('SCRIPT_SYNTAX', place, (at) => `${at}${which} can't be parsed: ${reason}.`);
  }
  const thrower = error instanceof Error ? (throwerOf(error, [file, real]) ?? here) : here;
  return fail('SCRIPT_THREW', thrower, (at) => `${at} threw while it was imported: ${reason}`);
}

/**
 * Where the code that threw belongs to the user: in the file itself, or else in one that it imports, where the innermost frame counts that is neither
 * a library's nor ours. Frames behind Node's loader only say who imported it.
 */
function throwerOf(error: Error, files: readonly string[]): Place | undefined {
  const [stack = ''] = (error.stack ?? '').split(/^\s+at .*node:internal\/modules\//m, 1);
  const places = placesIn(stack).filter(
    (each) => !/[\\/]node_modules[\\/]/.test(each.file) && !each.file.startsWith(ourRoot),
  );
  return places.some((each) => files.includes(each.file)) ? undefined : places[0];
}

/** the directory of this package's own code */
const ourRoot = fileURLToPath(new URL('..', import.meta.url));

/** The file that Node says imports what isn't there, where it is another one than `file`. */
function importer(reason: string, file: string): Place | undefined {
  const named = /imported from (.+)$/.exec(reason)?.[1] ?? /\nRequire stack:\n- (.+)/.exec(reason)?.[1];
  if (named === undefined || named === file || named === realFile(file)) return undefined;
  const path = named.startsWith('file:') ? fileURLToPath(named) : named;
  try {
    return { file: path, line: importLine(reason, readFileSync(path, 'utf8')) };
  } catch {
    return undefined;
  }
}

interface Place {
  readonly file: string;
  readonly line: number | undefined;
}

/** Where Node's heading of a stack says that an error is: its first line, `file:///…/a.ts:3`. */
function heading(error: unknown): Place | undefined {
  const found =
    error instanceof Error
      ? /^((?:file:\/\/\/|\/|[A-Za-z]:[\\/]).*?):(\d+)\r?\n/.exec(error.stack ?? '')
      : null;
  return found === null ? undefined : place(found[1] as string, found[2] as string);
}

/** The places that a stack names, innermost first. */
function stackPlaces(error: Error): readonly Place[] {
  return placesIn(error.stack ?? '');
}

function placesIn(stack: string): readonly Place[] {
  const frames = stack.matchAll(/^\s+at (?:.*\()?((?:file:\/\/\/|\/|[A-Za-z]:[\\/]).*?):(\d+):\d+\)?$/gm);
  return [...frames].map((frame) => place(frame[1] as string, frame[2] as string));
}

function place(location: string, line: string): Place {
  const file = location.startsWith('file:') ? fileURLToPath(location.replace(/\?.*$/, '')) : location;
  return { file, line: Number(line) };
}

function realFile(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

/** For JavaScript V8 keeps the place of a syntax error to itself; the parser that strips types tells it. */
async function syntaxLine(file: string): Promise<number | undefined> {
  try {
    await import(pathToFileURL(file).href + PARSE_AS_TYPESCRIPT);
  } catch (error) {
    return heading(error)?.line;
  }
  return undefined;
}

/** What the parser lets pass and V8 doesn't is mostly a name: the line of its last declaration. */
function declarationLine(reason: string, source: string): number | undefined {
  const name = /'([\w$]+)'/.exec(reason)?.[1]?.replaceAll('$', '\\$');
  if (name === undefined) return undefined;
  const found = [
    ...source.matchAll(
      new RegExp(
        `\\b(?:const|let|var|function\\*?|class|import|export)\\b[^;\\n]*?(?<![\\w$])${name}(?![\\w$])`,
        'g',
      ),
    ),
  ];
  const last = found.at(-1);
  return last && lineAt(source, last.index);
}

/** The line of the import that names what a message says is missing. */
function importLine(reason: string, source: string): number | undefined {
  const missing = /'([^']+)'/.exec(reason)?.[1]?.replaceAll('\\', '/').split('/').at(-1);
  if (missing === undefined) return undefined;
  const index = source
    .split('\n')
    .findIndex((line) => /\bimport\b|\bfrom\b|\brequire\b/.test(line) && line.includes(missing));
  return index === -1 ? undefined : index + 1;
}

function stripAdvice(code: string | undefined): string {
  if (code === 'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING') {
    return 'Node strips no types below node_modules: keep revisions outside of it, or ship them as .js.';
  }
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION') {
    return 'This Node was started without type stripping: take that flag away, or write revisions as .js.';
  }
  return 'Node runs a .ts file by taking its types away, so enums, namespaces, parameter properties and decorators have to be written as plain JavaScript (for an enum: a const object).';
}

function extensionAdvice(reason: string): string {
  const missing = /^Cannot find module '([^']+)'/.exec(reason)?.[1];
  return missing !== undefined && /[\\/]/.test(missing) && !/\.\w+$/.test(missing)
    ? ' An import of a file needs its extension, such as ./helper.ts.'
    : '';
}
