import { env } from 'node:process';
import type { Engine } from '../dialect/connection.ts';
import { pgliteEngine, postgresqlEngine, postgresqlEngineFrom } from '../dialects/postgresql/index.ts';
import { sqliteEngine, sqliteEngineFrom } from '../dialects/sqlite/index.ts';
import { ArgumentError } from '../errors.ts';
import { checkOptions } from '../schema/check-options.ts';
import { nearest } from '../util/nearest.ts';
import { type EngineUrl, parseEngineUrl } from './engine-url.ts';
import { foreignDriver, isEngine, isPostgresqlObject, isSqliteDatabase } from './known-objects.ts';

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
const schemes: readonly string[] = [...sqliteSchemes, ...postgresqlSchemes, 'pglite'];
const laterSchemes: { readonly [scheme: string]: string } = {
  mysql: 'MySQL',
  mysql2: 'MySQL',
  mariadb: 'MariaDB',
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
 * - URLs of PostgreSQL: `postgresql://`, `postgres://`, SQLAlchemy's `postgresql+psycopg://`. Special characters of a password may be encoded or not. They
 *   connect through `pg`, or through `postgres` (postgres.js) where `pg` isn't installed; `postgresql+pg://` and `postgresql+postgres://` choose.
 * - URLs of PGlite: `pglite:directory`, `pglite:` (in memory).
 * - Objects, which we never close: a `DatabaseSync` of `node:sqlite`, a `Pool` or `Client` of `pg`, a `Sql` of `postgres` or what its `reserve()` gave, a
 *   `PGlite`, an engine of ours (returned as it is).
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
  if (scheme !== undefined && !schemes.includes(scheme)) throw unsupported(scheme);
  const url = parseEngineUrl(text);
  if (sqliteSchemes.includes(url.scheme)) return fromSqliteUrl(url, options);
  return url.scheme === 'pglite' ? fromPgliteUrl(url) : fromPostgresqlUrl(url, options);
}

function fromPgliteUrl({ database, driver }: EngineUrl): Engine {
  refuseDriver('pglite', driver, []);
  return pgliteEngine(database ?? ':memory:');
}

function unsupported(scheme: string): ArgumentError {
  const name = laterSchemes[scheme];
  const [guess] = nearest(scheme, schemes);
  return new ArgumentError(
    'UNSUPPORTED_DATABASE',
    name === undefined
      ? `No database is known by '${scheme}:'.${guess === undefined ? '' : ` Did you mean '${guess}:'?`} ${supported}`
      : `${name} is not supported yet. ${supported}`,
    { details: { scheme } },
  );
}

const supported =
  'Supported are SQLite (sqlite:app.db, or a DatabaseSync of node:sqlite) and PostgreSQL (postgresql://user@host/database, a Pool or Client of pg, a Sql of postgres, or pglite:directory and a PGlite).';

function fromSqliteUrl({ database, parameters, driver }: EngineUrl, options: EngineOptions): Engine {
  refuseDriver('sqlite', driver, ['pysqlite', 'aiosqlite', 'node']);
  const readOnly = options.readOnly ?? (parameters.mode === 'ro' || parameters.immutable === '1');
  const file = parameters.mode === 'memory' ? ':memory:' : (database ?? ':memory:');
  return sqliteEngine({ file, readOnly });
}

function fromPostgresqlUrl(url: EngineUrl, { connectTimeout }: EngineOptions): Engine {
  const isPostgresJs = ['postgres', 'postgresjs'].includes(url.driver ?? '');
  refuseDriver('postgresql', url.driver, [
    'pg',
    'postgres',
    'postgresjs',
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
  const engine = postgresqlEngine(target, {
    ...(connectTimeout !== undefined && { connectTimeout }),
    ...(url.driver === 'pg' && { driver: 'pg' }),
    ...(isPostgresJs && { driver: 'postgres' }),
  });
  // as another user, or with other settings, the same names may mean other schemas
  const { host: at = env.PGHOST ?? 'localhost', port: by = Number(env.PGPORT ?? 5432) } = target;
  const identity = ['postgresql', at, by, database ?? env.PGDATABASE, user ?? env.PGUSER, rest.options];
  return { ...engine, identity: JSON.stringify(identity) };
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
  if (isPostgresqlObject(object)) {
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
