import type { Engine } from '../../../dialect/connection.ts';
import { ArgumentError } from '../../../errors.ts';
import { postgresql } from '../dialect.ts';
import type { PostgresqlConnection } from './connection.ts';
import { defaultConnectTimeout, type EngineOptions } from './engine-options.ts';
import { displayClient, displayPool, isPgClient, isPgPool } from './pg/pg.ts';
import { displayPglite, isPglite } from './pglite/pglite.ts';
import { displayReserved, displaySql, isPostgresSql, isReservedSql } from './postgres/postgres.ts';
import { displayTarget, type PostgresqlTarget } from './target.ts';

// What connects through a driver is loaded with the first connection.
const throughPg = () => import('./pg/connect-pg.ts');
const throughPostgres = () => import('./postgres/connect-postgres.ts');
const throughPglite = () => import('./pglite/connect-pglite.ts');

/**
 * An engine for a server: each connection is a session of its own over the driver, which is loaded at the first one.
 *
 * @throws DatabaseError (from `connect`) `DRIVER_MISSING`, `CANNOT_CONNECT`.
 */
export function postgresqlEngine(target: PostgresqlTarget, options: EngineOptions = {}): Engine {
  const display = displayTarget(target);
  const drivers = options.driver === undefined ? (['pg', 'postgres'] as const) : ([options.driver] as const);
  const connections = new Set<PostgresqlConnection>();
  return {
    dialect: postgresql,
    display,
    async connect() {
      const { loadDriver } = await import('./load-driver.ts');
      const { name, module } = await loadDriver<'pg' | 'postgres'>(drivers);
      const request = { target, options, display };
      const connection = await (name === 'pg'
        ? (await throughPg()).openClient(module, request)
        : (await throughPostgres()).openSql(module, request));
      connections.add(connection);
      connection.onClose = () => connections.delete(connection);
      return connection;
    },
    async dispose() {
      await Promise.all([...connections].map((connection) => connection.close()));
    },
  };
}

/**
 * An engine over what the user has, and which is never closed by us.
 *
 * - `pg`: a `Pool`, of which each connection takes a client and releases it, or a `Client` (a pool's too), which all connections share.
 * - `postgres` (postgres.js): a `Sql`, of which each connection reserves one and releases it, or what `reserve()` gave, which all connections share.
 * - `@electric-sql/pglite`: an instance. It has one session only: what the application runs on it while a migration runs belongs to the migration's
 *   transaction.
 *
 * @throws ArgumentError `BAD_ARGUMENT` for anything else; DatabaseError (from `connect`) `CANNOT_CONNECT`, `POOL_EXHAUSTED`, `UNSUPPORTED_DRIVER`.
 */
export function postgresqlEngineFrom(handed: unknown, options: EngineOptions = {}): Engine {
  const { connectTimeout = defaultConnectTimeout } = options;
  if (isPgPool(handed)) {
    const display = displayPool(handed);
    return {
      ...borrowed(display, async () => (await throughPg()).takeFromPool(handed, display, connectTimeout)),
      isPool: true,
    };
  }
  if (isPgClient(handed)) {
    const display = displayClient(handed);
    return borrowed(display, async () => (await throughPg()).useClient(handed, display));
  }
  if (isPostgresSql(handed)) {
    const display = displaySql(handed);
    return {
      ...borrowed(display, async () =>
        (await throughPostgres()).reserveFrom(handed, display, connectTimeout),
      ),
      isPool: true,
    };
  }
  if (isReservedSql(handed)) {
    return borrowed(displayReserved, async () =>
      (await throughPostgres()).useReserved(handed, displayReserved),
    );
  }
  if (isPglite(handed)) {
    const display = displayPglite(handed);
    return borrowed(display, async () => (await throughPglite()).usePglite(handed, display, () => {}));
  }
  throw new ArgumentError(
    'BAD_ARGUMENT',
    'A Pool or a Client of pg, a Sql of postgres or a PGlite was expected, and got something else.',
  );
}

/** What the connections come from is the user's: it isn't closed. */
function borrowed(display: string, connect: Engine['connect']): Engine {
  return { dialect: postgresql, display, connect, dispose: async () => {} };
}
