import { existsSync, realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Connection, Engine } from '../../dialect/connection.ts';
import { ArgumentError } from '../../errors.ts';
import { sqlite } from './dialect.ts';
import { databaseError } from './driver/database-error.ts';
import { SqliteConnection } from './driver/sqlite-connection.ts';
import { isSqliteDatabase, type SqliteDatabase } from './driver/sqlite-database.ts';
import { WatchedFile } from './driver/watched-file.ts';

export interface SqliteEngineOptions {
  /** a path, relative to the working directory; `:memory:` is a new database for each connection */
  readonly file: string;
  /** default: false. A file that isn't there is made, but for a read-only engine. */
  readonly readOnly?: boolean;
  /** the database, for people; default: `sqlite:<file>` */
  readonly display?: string;
}

/**
 * An engine over `node:sqlite`, which is loaded at the first `connect`. A connection fails with a DatabaseError: `CANNOT_OPEN` when the directory is
 * missing or isn't ours to read, `NOT_A_DATABASE`, `DATABASE_LOCKED`.
 */
export function sqliteEngine({
  file,
  readOnly = false,
  display = `sqlite:${file}`,
}: SqliteEngineOptions): Engine {
  return {
    dialect: sqlite,
    display,
    get identity() {
      return file === ':memory:' || file === '' ? null : identityOf(file);
    },
    get isMissing() {
      if (file === ':memory:' || file === '' || readOnly) return false;
      return !existsSync(file) && existsSync(dirname(resolve(file)));
    },
    connect: async () => {
      const { DatabaseSync: Database } = loadDriver();
      let database: DatabaseSync;
      try {
        // a busy wait of SQLite's own would block the event loop, and with it whoever is to let go of the lock
        database = new Database(file, { timeout: 0, readOnly });
      } catch (error) {
        throw databaseError(error, { database: display });
      }
      const watched =
        file === ':memory:' || file === '' ? null : new WatchedFile(database.location() ?? file);
      const connection = new SqliteConnection({
        dialect: sqlite,
        database,
        display,
        file: watched,
        owned: true,
      });
      try {
        // opening reads nothing: only this tells whether the file is a database
        await connection.query('PRAGMA schema_version');
      } catch (error) {
        await connection.close();
        throw error;
      }
      return connection;
    },
    dispose: async () => {},
  };
}

/**
 * An engine over a `DatabaseSync` that the user opened. We never close it, and leave its settings as they are; while a migration runs in it, its
 * busy timeout and its foreign keys are off.
 *
 * @throws ArgumentError `BAD_ARGUMENT` for anything else.
 */
export function sqliteEngineFrom(
  database: SqliteDatabase,
  options: { readonly display?: string } = {},
): Engine {
  if (!isSqliteDatabase(database)) {
    throw new ArgumentError('BAD_ARGUMENT', 'sqliteEngineFrom takes an open DatabaseSync of node:sqlite.');
  }
  return {
    dialect: sqlite,
    display: options.display ?? 'sqlite:',
    get identity() {
      try {
        const file = mainFile(database);
        return file === null ? null : identityOf(file);
      } catch {
        // one that is closed can't be asked
        return null;
      }
    },
    connect: async (): Promise<Connection> => {
      let file: string | null;
      try {
        file = mainFile(database);
      } catch (error) {
        throw databaseError(error, { database: options.display ?? 'sqlite:' });
      }
      return new SqliteConnection({
        dialect: sqlite,
        database,
        display: options.display ?? `sqlite:${file ?? ':memory:'}`,
        file: file === null ? null : new WatchedFile(file),
        owned: false,
      });
    },
    dispose: async () => {},
  };
}

/** A file by its real path: links may lead to it, and it need not be there yet. */
function identityOf(file: string): string {
  const path = resolve(file);
  try {
    return `sqlite:${realpathSync(path)}`;
  } catch {
    return `sqlite:${path}`;
  }
}

function mainFile(database: SqliteDatabase): string | null {
  const rows = database.prepare('PRAGMA database_list').all() as { name: string; file: string | null }[];
  return rows.find((row) => row.name === 'main')?.file || null;
}

/** Some versions of Node warn that `node:sqlite` is experimental; that isn't our users' concern. */
function loadDriver(): typeof import('node:sqlite') {
  const { emitWarning } = process;
  process.emitWarning = ((warning: string | Error, ...rest: unknown[]) => {
    if (String(warning).startsWith('SQLite is an experimental feature')) return;
    (emitWarning as (...parameters: unknown[]) => void).call(process, warning, ...rest);
  }) as typeof process.emitWarning;
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
}
