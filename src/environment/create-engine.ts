import type { Engine } from '../dialect/connection.ts';
import { postgresqlEngine, postgresqlEngineFrom } from '../dialects/postgresql/index.ts';
import { sqliteEngine, sqliteEngineFrom } from '../dialects/sqlite/index.ts';
import { ArgumentError } from '../errors.ts';
import { checkOptions } from '../schema/check-options.ts';
import { nearest } from '../util/nearest.ts';
import { type EngineUrl, parseEngineUrl } from './engine-url.ts';
import { foreignDriver, isEngine, isPgClient, isPgPool, isSqliteDatabase } from './known-objects.ts';

export interface EngineOptions {
  /** SQLite: open the file for reading only; default false */
  readonly readOnly?: boolean;
  /** PostgreSQL: how long connecting may take, in milliseconds; default 30,000 */
  readonly connectTimeout?: number;
}

/** What can stand for a database: a URL, an engine, or the driver's own connection or pool. */
export type EngineInput = string | URL | Engine | object;

const sqliteSchemes = ['sqlite', 'sqlite3', 'file'];
const postgresqlSchemes = ['postgresql', 'postgres', 'psql'];
const laterSchemes: { readonly [scheme: string]: string } = {
  mysql: 'MySQL',
  mysql2: 'MySQL',
  mariadb: 'MariaDB',
  pglite: 'PGlite',
  libsql: 'libSQL',
  mssql: 'SQL Server',
  sqlserver: 'SQL Server',
  oracle: 'Oracle',
  cockroachdb: 'CockroachDB',
};

/**
 * Makes an engine. Nothing is opened, and no driver is loaded, before its first connection.
 *
 * - URLs of SQLite: `sqlite:app.db`, `sqlite:./app.db`, `sqlite:/srv/app.db`, `sqlite::memory:`, SQLAlchemy's `sqlite:///app.db` (relative),
 *   `sqlite:////srv/app.db`, `sqlite://`, and `file:` URLs; `?mode=ro` opens for reading. Relative paths are relative to the working directory.
 * - URLs of PostgreSQL: `postgresql://`, `postgres://`, SQLAlchemy's `postgresql+psycopg://`. Special characters of a password may be encoded or not.
 * - Objects, which we never close: a `DatabaseSync` of `node:sqlite`, a `Pool` or `Client` of `pg`, an engine of ours (returned as it is).
 *
 * @throws ArgumentError `BAD_URL`, `UNSUPPORTED_DATABASE`, `UNSUPPORTED_DRIVER`, `UNKNOWN_ENGINE`, `UNKNOWN_OPTION`. No message holds a password.
 */
export function createEngine(database: EngineInput, options: EngineOptions = {}): Engine {
  checkOptions('createEngine', options, ['readOnly', 'connectTimeout']);
  if (database instanceof URL) return fromUrl(database.href, options);
  return typeof database === 'string' ? fromUrl(database, options) : fromObject(database, options);
}

function fromUrl(text: string, options: EngineOptions): Engine {
  const scheme = /^\s*([a-z][a-z0-9]+)(?:\+[\w-]+)?:/i.exec(text)?.[1]?.toLowerCase();
  // before the rest is read, which has another form where the scheme is misspelt
  if (scheme !== undefined && ![...sqliteSchemes, ...postgresqlSchemes].includes(scheme))
    throw unsupported(scheme);
  const url = parseEngineUrl(text);
  if (sqliteSchemes.includes(url.scheme)) return fromSqliteUrl(url, options);
  return fromPostgresqlUrl(url, options);
}

function unsupported(scheme: string): ArgumentError {
  const name = laterSchemes[scheme];
  const [guess] = nearest(scheme, [...sqliteSchemes, ...postgresqlSchemes]);
  return new ArgumentError(
    'UNSUPPORTED_DATABASE',
    name === undefined
      ? `No database is known by '${scheme}:'.${guess === undefined ? '' : ` Did you mean '${guess}:'?`} ${supported}`
      : `${name} is not supported yet. ${supported}`,
    { details: { scheme } },
  );
}

const supported =
  'Supported are SQLite (sqlite:app.db, or a DatabaseSync of node:sqlite) and PostgreSQL (postgresql://user@host/database, or a Pool or Client of pg).';

function fromSqliteUrl({ database, parameters, driver }: EngineUrl, options: EngineOptions): Engine {
  refuseDriver('sqlite', driver, ['pysqlite', 'aiosqlite', 'node']);
  const readOnly = options.readOnly ?? (parameters.mode === 'ro' || parameters.immutable === '1');
  const file = parameters.mode === 'memory' ? ':memory:' : (database ?? ':memory:');
  return sqliteEngine({ file, readOnly });
}

function fromPostgresqlUrl(url: EngineUrl, { connectTimeout }: EngineOptions): Engine {
  refuseDriver('postgresql', url.driver, [
    'pg',
    'psycopg',
    'psycopg2',
    'psycopg_async',
    'asyncpg',
    'pg8000',
    'psycopg2cffi',
  ]);
  const { host, port, user, password, parameters } = url;
  // in a URL without a host, it may stand in the query: the directory of a socket
  const { host: socket, database = url.database, ...rest } = parameters;
  const place = host ?? socket;
  const target = {
    ...(place != null && { host: place }),
    ...(port !== null && { port }),
    ...(database !== null && { database }),
    ...(user !== null && { user }),
    ...(password !== null && { password }),
    parameters: rest,
  };
  return postgresqlEngine(target, connectTimeout === undefined ? {} : { connectTimeout });
}

/** Python's drivers name the database only; one of Node's that isn't supported would be another than the one asked for. */
function refuseDriver(scheme: string, driver: string | null, known: readonly string[]): void {
  if (driver === null || known.includes(driver)) return;
  throw new ArgumentError(
    'UNSUPPORTED_DRIVER',
    `'${scheme}+${driver}' names a driver that is not supported; write '${scheme}:'. ${supported}`,
    {
      details: { scheme, driver },
    },
  );
}

function fromObject(object: object, { connectTimeout }: EngineOptions): Engine {
  if (isEngine(object)) return object;
  if (isSqliteDatabase(object)) return sqliteEngineFrom(object);
  if (isPgPool(object) || isPgClient(object)) {
    return postgresqlEngineFrom(object, connectTimeout === undefined ? {} : { connectTimeout });
  }
  const driver = foreignDriver(object);
  if (driver !== null) {
    throw new ArgumentError(
      'UNSUPPORTED_DRIVER',
      `A connection of ${driver} is not supported yet. ${supported}`,
      { details: { driver } },
    );
  }
  throw new ArgumentError(
    'UNKNOWN_ENGINE',
    `${describe(object)} is nothing that we can connect through. ${supported}`,
  );
}

function describe(value: unknown): string {
  if (typeof value !== 'object' || value === null) return value === undefined ? 'undefined' : String(value);
  const { name } = (value.constructor ?? {}) as { name?: string };
  return name === undefined || name === 'Object' ? 'An object' : `An object of class ${name}`;
}
