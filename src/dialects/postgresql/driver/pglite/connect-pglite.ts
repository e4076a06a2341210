import { postgresql } from '../../dialect.ts';
import { PostgresqlConnection } from '../connection.ts';
import { connectError } from '../database-error.ts';
import { loadDriver } from '../load-driver.ts';
import type { Pglite, PgliteModule } from './pglite.ts';
import { PgliteSession } from './pglite-session.ts';

/** @throws DatabaseError `DRIVER_MISSING`, `CANNOT_CONNECT`. */
export async function openPglite(directory: string, display: string): Promise<Pglite> {
  const { module } = await loadDriver(['@electric-sql/pglite']);
  const { PGlite } = module as PgliteModule;
  try {
    const pglite = new PGlite(directory);
    await pglite.waitReady;
    return pglite;
  } catch (error) {
    throw connectError(error, display);
  }
}

/**
 * A connection over an instance; `release` is called when it is closed.
 *
 * @throws DatabaseError `CANNOT_CONNECT`.
 */
export async function usePglite(
  pglite: Pglite,
  display: string,
  release: () => Promise<void> | void,
): Promise<PostgresqlConnection> {
  const session = new PgliteSession(pglite, release);
  try {
    await session.start();
  } catch (error) {
    throw connectError(error, display);
  }
  return new PostgresqlConnection(postgresql, display, session);
}
