import type { Connection } from '../../dialect/connection.ts';
import type { LockRequest, TransactionControl } from '../../dialect/dialect.ts';
import { ArgumentError, DatabaseError } from '../../errors.ts';
import { acquire } from './driver/mutex.ts';
import { SqliteConnection } from './driver/sqlite-connection.ts';
import { ForeignKeyWatch } from './foreign-key-watch.ts';

/** What `begin` switched, to be restored at the end. */
interface Migration {
  readonly watch: ForeignKeyWatch;
  readonly lockTimeout: number;
  readonly foreignKeys: boolean;
  readonly busyTimeout: number;
  /** in its legacy mode, RENAME doesn't follow a name into views and triggers */
  readonly legacyAlter: boolean;
  readonly release: () => void;
}

const running = new WeakMap<SqliteConnection, Migration>();

/**
 * A savepoint that is opened right after BEGIN: while it is there, the transaction is the one that we began, whatever a library given our connection
 * may have committed and begun anew.
 */
const token = '"alembic_migration"';

/**
 * `BEGIN IMMEDIATE` keeps other runners out, of this process (by a queue for each file) and of others (by SQLite's own lock). Foreign keys are off from
 * before it until after its end, since rebuilding a table with foreign keys on would delete the rows that refer to it; what a migration breaks by that
 * is found before the commit.
 */
export const transactions: TransactionControl & {
  /** Whether the transaction is still the one that `begin` began. */
  isIntact(connection: Connection): Promise<boolean>;
} = {
  async begin(connection, lock) {
    const session = sessionOf(connection);
    const started = performance.now();
    let waited = false;
    const onWait = (): void => {
      if (!waited) lock.onWait?.();
      waited = true;
    };
    const release = await acquire(session.lockKey, { timeout: lock.lockTimeout, onWait });
    if (release === null) throw lockTimeout(session, lock);
    const left = Math.max(0, lock.lockTimeout - (performance.now() - started));
    try {
      running.set(session, await begin(session, lock, { timeout: left, onWait }, release));
    } catch (error) {
      release();
      throw error;
    }
  },

  async commit(connection) {
    const session = sessionOf(connection);
    const migration = running.get(session);
    if (migration === undefined) return session.commit();
    session.assertFileIsThere();
    if (!(await isIntact(session))) {
      throw new DatabaseError(
        'TRANSACTION_LOST',
        `The transaction of ${session.display} was ended by something that the migration called (COMMIT, ROLLBACK, or a library that was given our connection): what ran before that is committed or gone, and what ran after it is not ours to commit. Look at the database's state before you run again; leave BEGIN, COMMIT and ROLLBACK to us, or use autocommitBlock.`,
        { details: { database: session.display } },
      );
    }
    migration.watch.check(session.display);
    await session.exec('COMMIT', { timeout: migration.lockTimeout });
    await finish(session, migration);
  },

  async rollback(connection) {
    const session = sessionOf(connection);
    const migration = running.get(session);
    // some errors, such as a full disk, roll back by themselves; a dead connection has nothing left
    if (session.inTransaction) await session.exec('ROLLBACK').catch(() => {});
    if (migration !== undefined) await finish(session, migration).catch(() => {});
  },

  isIntact: (connection) => isIntact(sessionOf(connection)),
};

async function begin(
  session: SqliteConnection,
  lock: LockRequest,
  wait: { readonly timeout: number; readonly onWait: () => void },
  release: () => void,
): Promise<Migration> {
  if (session.inTransaction) {
    throw new DatabaseError(
      'IN_TRANSACTION',
      `The connection to ${session.display} is in a transaction already, and migrations need one of their own. Nothing was run; commit or roll back first, or hand over another connection.`,
      { details: { database: session.display } },
    );
  }
  const foreignKeys = (await pragma(session, 'foreign_keys')) === 1;
  const busyTimeout = await pragma(session, 'busy_timeout');
  const legacyAlter = (await pragma(session, 'legacy_alter_table')) === 1;
  const watch = new ForeignKeyWatch(session.raw, lock.name);
  const migration = { watch, lockTimeout: lock.lockTimeout, foreignKeys, busyTimeout, legacyAlter, release };
  try {
    // inside a transaction the first of these changes nothing, silently
    if (foreignKeys) await session.exec('PRAGMA foreign_keys = OFF');
    if (busyTimeout !== 0) await session.exec('PRAGMA busy_timeout = 0');
    if (legacyAlter) await session.exec('PRAGMA legacy_alter_table = OFF');
    await session.exec('BEGIN IMMEDIATE', wait);
    await session.exec(`SAVEPOINT ${token}`);
  } catch (error) {
    await restore(session, migration).catch(() => {});
    if (error instanceof DatabaseError && error.code === 'DATABASE_LOCKED') throw lockTimeout(session, lock, error);
    throw error;
  }
  session.watch = watch;
  return migration;
}

async function isIntact(session: SqliteConnection): Promise<boolean> {
  if (!session.inTransaction) return false;
  try {
    await session.exec(`RELEASE ${token}; SAVEPOINT ${token}`);
    return true;
  } catch (error) {
    // RELEASE says "no such savepoint"; anything else is a failure of its own
    if (error instanceof DatabaseError && error.code === 'SQL_ERROR') return false;
    throw error;
  }
}

async function finish(session: SqliteConnection, migration: Migration): Promise<void> {
  session.watch = null;
  running.delete(session);
  try {
    await restore(session, migration);
  } finally {
    migration.release();
  }
}

async function restore(session: SqliteConnection, { foreignKeys, busyTimeout, legacyAlter }: Migration): Promise<void> {
  if (busyTimeout !== 0) await session.exec(`PRAGMA busy_timeout = ${busyTimeout}`);
  if (legacyAlter) await session.exec('PRAGMA legacy_alter_table = ON');
  if (foreignKeys) await session.exec('PRAGMA foreign_keys = ON');
}

async function pragma(session: SqliteConnection, name: string): Promise<number> {
  const [row] = await session.query<Record<string, number>>(`PRAGMA ${name}`);
  return Number(Object.values(row ?? {})[0] ?? 0);
}

function lockTimeout(session: SqliteConnection, lock: LockRequest, cause?: unknown): DatabaseError {
  return new DatabaseError(
    'LOCK_TIMEOUT',
    `Another connection has been writing to ${session.display} for more than ${lock.lockTimeout} ms: another runner of migrations, or an application's open transaction. Nothing was run. Wait for it to end and run again, or allow more time by the option lockTimeout.`,
    { cause, details: { database: session.display, lockTimeout: lock.lockTimeout } },
  );
}

function sessionOf(connection: Connection): SqliteConnection {
  if (connection instanceof SqliteConnection) return connection;
  throw new ArgumentError('BAD_ARGUMENT', "This connection isn't one of SQLite's own engines.");
}
