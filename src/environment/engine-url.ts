import { fileURLToPath } from 'node:url';
import { ArgumentError } from '../errors.ts';

/** A database's URL in parts. Nothing in it is encoded any more. */
export interface EngineUrl {
  /** before the `:`, without a driver: `postgresql` */
  readonly scheme: string;
  /** after a `+`: `psycopg` */
  readonly driver: string | null;
  readonly user: string | null;
  readonly password: string | null;
  readonly host: string | null;
  readonly port: number | null;
  /** the name of a database, or a file's path */
  readonly database: string | null;
  readonly parameters: { readonly [name: string]: string };
}

/**
 * Reads a database's URL in the spellings of Node and of SQLAlchemy. Unlike the URL class it takes passwords with any character, encoded or not: the
 * last `@` before the path ends them, and a `%` that encodes nothing is itself.
 *
 * @throws ArgumentError `BAD_URL`; its message never holds the URL's password.
 */
export function parseEngineUrl(url: string): EngineUrl {
  const match = /^([a-z][a-z0-9]*)(?:\+([a-z0-9_-]+))?:(.*)$/is.exec(url.trim());
  const scheme = match?.[1];
  if (match === null || scheme === undefined)
    throw badUrl('it begins with no scheme, such as postgresql: or sqlite:');
  // a drive's letter is a path
  if (scheme.length === 1) throw badUrl(`to open a file, write 'sqlite:' before its path`);
  const head = { scheme: scheme.toLowerCase(), driver: match[2]?.toLowerCase() ?? null };
  const rest = match[3] ?? '';
  return isFileScheme(head.scheme) ? { ...head, ...readFile(rest, url) } : { ...head, ...readServer(rest) };
}

function isFileScheme(scheme: string): boolean {
  return ['sqlite', 'sqlite3', 'file', 'pglite'].includes(scheme);
}

const nowhere = { user: null, password: null, host: null, port: null };

/** `app.db`, `./app.db`, `/abs/app.db`, `:memory:`; SQLAlchemy's `///app.db` (relative), `////abs/app.db`, `///C:\app.db`, `//` (in memory). */
function readFile(rest: string, url: string): Omit<EngineUrl, 'scheme' | 'driver'> {
  if (/^file:/i.test(url.trim())) return { ...nowhere, ...readFileUrl(url.trim()) };
  const { path, parameters } = splitQuery(rest);
  const database = unescapePath(path);
  return { ...nowhere, database: database === '' ? ':memory:' : database, parameters };
}

function unescapePath(path: string): string {
  const said = path.startsWith('//') && !path.startsWith('//./') ? sqlalchemyPath(path) : path;
  return decode(said);
}

function sqlalchemyPath(path: string): string {
  if (path === '//' || path === '///') return '';
  if (path.startsWith('///')) return path.slice(3);
  throw badUrl(
    `a file's path follows three slashes (sqlite:///app.db), four where it is absolute, or none (sqlite:app.db)`,
  );
}

function readFileUrl(url: string): Pick<EngineUrl, 'database' | 'parameters'> {
  const { path, parameters } = splitQuery(url);
  if (!path.startsWith('file://')) return { database: decode(path.slice('file:'.length)), parameters };
  try {
    return { database: fileURLToPath(path), parameters };
  } catch {
    throw badUrl(`a file: URL holds an absolute path: file:///srv/app.db`);
  }
}

/** `//user:password@host:port/database?name=value` */
function readServer(rest: string): Omit<EngineUrl, 'scheme' | 'driver'> {
  if (!rest.startsWith('//'))
    throw badUrl(`'//' follows the scheme: postgresql://user:password@host:5432/database`);
  const { path, parameters } = splitQuery(rest.slice(2), (left) => endOfUser(left) >= 0 || isPlace(left));
  const at = endOfUser(path);
  const [user, password] = splitOnce(at < 0 ? '' : path.slice(0, at), ':');
  const [address, database] = splitOnce(path.slice(at + 1), '/');
  const { host, port } = readAddress(address);
  return {
    user: user === '' ? null : decode(user),
    password: password === null ? null : decode(password),
    host,
    port,
    database: database === null || database === '' ? null : decode(database),
    parameters,
  };
}

/** A password may hold `@` and `/`: what follows the last `@` has to look like an address and a name. */
function endOfUser(path: string): number {
  for (let at = path.lastIndexOf('@'); at >= 0; at = path.lastIndexOf('@', at - 1)) {
    if (isPlace(path.slice(at + 1))) return at;
    if (at === 0) break;
  }
  return -1;
}

/** `host:port/database` */
function isPlace(text: string): boolean {
  return /^(?:\[[^\]]*\]|[^\s/:@]*)(?::\d*)?(?:\/|$)/.test(text);
}

function readAddress(address: string): Pick<EngineUrl, 'host' | 'port'> {
  const match = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d*))?$/.exec(address);
  if (match === null)
    throw badUrl(
      'what follows the user is no host:port; encode special characters of the password (encodeURIComponent)',
    );
  const host = decode(match[1] ?? match[2] ?? '');
  const port = match[3] ? Number(match[3]) : null;
  if (port !== null && port > 65_535) throw badUrl(`${port} is no port`);
  return { host: host === '' ? null : host, port };
}

/** Splits at the query: the first `?` that `name=value` follows, and before which all is well; a password or a path may hold others. */
function splitQuery(
  text: string,
  isWell: (left: string) => boolean = () => true,
): { readonly path: string; readonly parameters: { readonly [name: string]: string } } {
  for (let mark = text.indexOf('?'); mark >= 0; mark = text.indexOf('?', mark + 1)) {
    const [path, query] = [text.slice(0, mark), text.slice(mark + 1)];
    if (!/^(?:[\w.-]+=|$)/.test(query) || !isWell(path)) continue;
    return { path, parameters: Object.fromEntries(new URLSearchParams(query)) };
  }
  return { path: text, parameters: {} };
}

function splitOnce(text: string, separator: string): readonly [string, string | null] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
}

/** Percent-decodes what is encoded, and leaves every other `%` as it is. */
function decode(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (encoded) => {
    try {
      return decodeURIComponent(encoded);
    } catch {
      return encoded;
    }
  });
}

function badUrl(why: string): ArgumentError {
  return new ArgumentError('BAD_URL', `The URL of the database can't be read: ${why}.`);
}
