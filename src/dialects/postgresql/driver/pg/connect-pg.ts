import { postgresql } from '../../dialect.ts';
import { PostgresqlConnection } from '../connection.ts';
import { connectError } from '../database-error.ts';
import { defaultConnectTimeout, type OpenRequest } from '../engine-options.ts';
import { exhausted, fromPool } from '../from-pool.ts';
import type { PgClient, PgModule, PgPool } from './pg.ts';
import { PgSession } from './pg-session.ts';

/** A connection of its own. */
export function openClient(module: unknown, request: OpenRequest): Promise<PostgresqlConnection> {
  const client = newClient(module as PgModule, request);
  return connectTo(client, request.display, async () => {
    await client.end().catch(() => {});
  });
}

/** A client of a user's pool, which is released when the connection is closed. */
export async function takeFromPool(
  pool: PgPool,
  display: string,
  timeout: number,
): Promise<PostgresqlConnection> {
  const client = await takeClient(pool, display, timeout);
  const session = new PgSession(client, async (broken) => {
    if (!broken && session.inTransaction) await client.query('ROLLBACK').catch(() => {});
    client.release?.(broken);
  });
  await session.start();
  return new PostgresqlConnection(postgresql, display, session);
}

/** A user's client, which stays open. */
export function useClient(client: PgClient, display: string): Promise<PostgresqlConnection> {
  return connectTo(client, display, () => {});
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

async function takeClient(pool: PgPool, display: string, timeout: number): Promise<PgClient> {
  const giveBack = (client: PgClient): void => client.release?.();
  try {
    return await fromPool({ taken: pool.connect(), giveBack, display, timeout });
  } catch (error) {
    throw /timeout exceeded when trying to connect/.test((error as Error).message) && pool.waitingCount > 0
      ? exhausted(display, timeout, error)
      : connectError(error, display);
  }
}

/**
 * A client for a target. The parameters of a URL mean what `pg` makes of them in a URL. All values are encoded anew, so that no spelling of a password
 * can break the parse; the database's name is set by itself, since a path can't hold every character of one.
 */
function newClient({ Client }: PgModule, { target, options, display }: OpenRequest): PgClient {
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
