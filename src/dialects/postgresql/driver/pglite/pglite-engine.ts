import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Engine } from '../../../../dialect/connection.ts';
import { postgresql } from '../../dialect.ts';
import type { Pglite } from './pglite.ts';

/**
 * An engine over PGlite, PostgreSQL within the process. `directory` holds the data; without it, or as `:memory:`, they are in memory. Its connections share
 * one instance: a directory's is closed with the last of them, so that another process can have it; what is in memory stays until the engine is disposed.
 *
 * @throws DatabaseError (from `connect`) `DRIVER_MISSING`, `CANNOT_CONNECT`.
 */
export function pgliteEngine(directory = ':memory:'): Engine {
  const isInMemory = directory === ':memory:' || directory.startsWith('memory://');
  const display = `pglite:${directory}`;
  let opening: Promise<Pglite> | null = null;
  let users = 0;
  const close = async (): Promise<void> => {
    const closing = opening;
    opening = null;
    await (await closing?.catch(() => null))?.close();
  };
  return {
    dialect: postgresql,
    display,
    identity: isInMemory ? null : `pglite:${resolve(directory)}`,
    get isMissing() {
      return !isInMemory && !existsSync(directory);
    },
    async connect() {
      users++;
      const { openPglite, usePglite } = await import('./connect-pglite.ts');
      try {
        opening ??= openPglite(isInMemory ? 'memory://' : directory, display);
        return await usePglite(await opening, display, async () => {
          if (--users === 0 && !isInMemory) await close();
        });
      } catch (error) {
        if (--users === 0) await close();
        throw error;
      }
    },
    dispose: close,
  };
}
