import type { Connection, Engine } from '../../../dialect/connection.ts';
import { ArgumentError, DatabaseError } from '../../../errors.ts';
import { postgresql } from '../dialect.ts';
import { PostgresqlConnection } from './connection.ts';
import { connectError } from './database-error.ts';
import { isPgClient, isPgPool, loadPg, type PgClient, type PgModule, type PgPool } from './pg.ts';
import { PgSession } from './pg-session.ts';
import { displayTarget, type PostgresqlTarget, readTarget } from './target.ts';

/** How long a connection may take to come about, in milliseconds, unless `connect_timeout` says something else. */
const defaultConnectTimeout = 30_000;

export interface EngineOptions {
  /** in milliseconds, of one attempt or of waiting for a pool; default 30 seconds */
  readonly connectTimeout?: number;
}

/**
 * An engine for a server: each connection is a session of its own over `pg`, which is loaded at the first one.
 *
 * @throws DatabaseError (from `connect`) `DRIVER_MISSING`, `CANNOT_CONNECT`.
 */
export function postgresqlEngine(target: PostgresqlTarget, options: EngineOptions = {}): Engine {
  const display = displayTarget(target);
  const open = new Set<Connection>();
  return {
    dialect: postgresql,
    display,
    async connect() {
      const client = newClient(await loadPg(), target, options, display);
      // released before it is there, where connecting fails
      let connection: Connection | undefined;
      connection = await connectTo(client, display, async () => {
        if (connection !== undefined) open.delete(connection);
        await client.end().catch(() => {});
      });
      open.add(connection);
      return connection;
    },
    async dispose() {
      await Promise.all([...open].map((connection) => connection.close()));
    },
  };
}

/**
 * An engine over what the user has: a `Pool`, of which each connection takes a client and releases it, or a `Client` (a pool's too), which all connections
 * share. Neither is ever closed by us.
 *
 * @throws ArgumentError `BAD_ARGUMENT` for anything else; DatabaseError (from `connect`) `CANNOT_CONNECT`, `POOL_EXHAUSTED`.
 */
export function postgresqlEngineFrom(handed: unknown, options: EngineOptions = {}): Engine {
  if (isPgPool(handed)) return poolEngine(handed, options);
  if (isPgClient(handed)) return clientEngine(handed);
  throw new ArgumentError('BAD_ARGUMENT', 'A Pool or a Client of pg was expected, and got something else.');
}

function poolEngine(pool: PgPool, options: EngineOptions): Engine {
  const { connectionString, ...parts } = pool.options;
  const display = displayTarget({ ...parts, ...(connectionString && readTarget(connectionString)) });
  return {
    dialect: postgresql,
    display,
    async connect() {
      const client = await fromPool(pool, display, options.connectTimeout ?? defaultConnectTimeout);
      const session = new PgSession(client, (broken) => client.release?.(broken));
      await session.start();
      return new PostgresqlConnection(postgresql, display, session);
    },
    // the pool is the user's
    async dispose() {},
  };
}

function clientEngine(client: PgClient): Engine {
  const { user, host, port, database } = client;
  const display = displayTarget({
    ...(user && { user }),
    ...(host && { host }),
    ...(port && { port }),
    ...(database && { database }),
  });
  return {
    dialect: postgresql,
    display,
    connect: () => connectTo(client, display, () => {}),
    async dispose() {},
  };
}

/** A user's client may be connected already. */
async function connectTo(
  client: PgClient,
  display: string,
  release: () => Promise<void> | void,
): Promise<PostgresqlConnection> {
  const session = new PgSession(client, release);
  try {
    if (client.processID === null) await client.connect();
    await session.start();
  } catch (error) {
    await session.close();
    throw connectError(error, display);
  }
  return new PostgresqlConnection(postgresql, display, session);
}

async function fromPool(pool: PgPool, display: string, timeout: number): Promise<PgClient> {
  let late = false;
  const taken = pool.connect();
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      late = true;
      reject(exhausted(display, timeout));
    }, timeout);
  });
  // a client that comes after all goes back
  taken.then(
    (client) => late && client.release?.(),
    () => {},
  );
  try {
    return await Promise.race([taken, limit]);
  } catch (error) {
    throw /timeout exceeded when trying to connect/.test((error as Error).message) && pool.waitingCount > 0
      ? exhausted(display, timeout, error)
      : connectError(error, display);
  } finally {
    clearTimeout(timer);
  }
}

function exhausted(display: string, timeout: number, cause?: unknown): DatabaseError {
  return new DatabaseError(
    'POOL_EXHAUSTED',
    `The pool for ${display} gave no connection within ${timeout / 1000} seconds: all of them are in use. Release some, or raise the pool's size.`,
    { cause, details: { database: display } },
  );
}

/**
 * A client for a target. The parameters of a URL mean what `pg` makes of them in a URL. All values are encoded anew, so that no spelling of a password
 * can break the parse; the database's name is set by itself, since a path can't hold every character of one.
 */
function newClient(
  { Client }: PgModule,
  target: PostgresqlTarget,
  options: EngineOptions,
  display: string,
): PgClient {
  const { host, port, database, user, password, parameters = {} } = target;
  const { connect_timeout: seconds, ...rest } = parameters;
  const said = {
    ...rest,
    ...(host && { host }),
    ...(port && { port: String(port) }),
    ...(user && { user }),
    ...(password && { password }),
  };
  const limit =
    seconds === undefined ? (options.connectTimeout ?? defaultConnectTimeout) : Number(seconds) * 1000;
  let client: PgClient;
  try {
    client = new Client({
      connectionString: `postgresql:///?${new URLSearchParams(said)}`,
      connectionTimeoutMillis: limit,
      keepAlive: true,
    });
  } catch (error) {
    // a certificate that can't be read, an option with an impossible value
    throw connectError(error, display);
  }
  if (database !== undefined) client.connectionParameters.database = client.database = database;
  return client;
}
