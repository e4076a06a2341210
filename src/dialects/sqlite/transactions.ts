import type { Connection } from '../../dialect/connection.ts';
import type { LockRequest, TransactionControl } from '../../dialect/dialect.ts';
import { ArgumentError, DatabaseError } from '../../errors.ts';
import { acquire } from './driver/mutex.ts';
import { SqliteConnection } from './driver/sqlite-connection.ts';
import { leadingWords, type ScriptStatement } from './driver/statements.ts';
import { ForeignKeyWatch } from './foreign-key-watch.ts';

/** A migration's transaction: what `begin` switched, to be restored at the end, and what was seen since. */
interface Migration {
  readonly foreignKeyWatch: ForeignKeyWatch;
  readonly lockTimeout: number;
  readonly foreignKeys: boolean;
  readonly busyTimeout: number;
  /** in its legacy mode, RENAME doesn't follow a name into views and triggers */
  readonly legacyAlter: boolean;
  readonly release: () => void;
  /** somebody else ended it, and may have begun another */
  wasEnded: boolean;
}

const running = new WeakMap<SqliteConnection, Migration>();

/**
 * `BEGIN IMMEDIATE` keeps other runners out, of this process (by a queue for each file) and of others (by SQLite's own lock). Foreign keys are off from
 * before it until after its end, since rebuilding a table with foreign keys on would delete the rows that refer to it; what a migration breaks by that
 * is found before the commit.
 */
export const transactions: TransactionControl = {
  async begin(connection, lock) {
    const session = sessionOf(connection);
    const started = performance.now();
    let waited = false;
    const onWait = (): void => {
      if (!waited) lock.onWait?.();
      waited = true;
    };
    const release = await acquire(session.lockKey, { timeout: lock.lockTimeout, onWait });
    if (release === null) throw lockTimedOut(session, lock);
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
    if (migration.wasEnded || !session.inTransaction) {
      throw new DatabaseError(
        'TRANSACTION_LOST',
        `The transaction of ${session.display} was ended by something that the migration called (COMMIT, ROLLBACK, or a library that was given our connection): what ran before that is committed or gone, and what ran after it is not ours to commit. Look at the database's state before you run again; leave BEGIN, COMMIT and ROLLBACK to us, or use autocommitBlock.`,
        { details: { database: session.display } },
      );
    }
    migration.foreignKeyWatch.check(session.display);
    session.watch = null;
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
  const foreignKeyWatch = new ForeignKeyWatch(session.raw, lock.name);
  const { lockTimeout } = lock;
  const migration: Migration = {
    foreignKeyWatch,
    lockTimeout,
    foreignKeys,
    busyTimeout,
    legacyAlter,
    release,
    wasEnded: false,
  };
  try {
    // inside a transaction the first of these changes nothing, silently
    if (foreignKeys) await session.exec('PRAGMA foreign_keys = OFF');
    if (busyTimeout !== 0) await session.exec('PRAGMA busy_timeout = 0');
    if (legacyAlter) await session.exec('PRAGMA legacy_alter_table = OFF');
    await session.exec('BEGIN IMMEDIATE', wait);
  } catch (error) {
    await restore(session, migration).catch(() => {});
    if (error instanceof DatabaseError && error.code === 'DATABASE_LOCKED')
      throw lockTimedOut(session, lock, error);
    throw error;
  }
  session.watch = {
    before: (statement) => {
      if (endsTransaction(statement)) migration.wasEnded = true;
      foreignKeyWatch.before(statement);
    },
    beforeUnseen: () => foreignKeyWatch.beforeUnseen(),
  };
  return migration;
}

/** COMMIT, END or ROLLBACK, but not ROLLBACK TO a savepoint. */
function endsTransaction({ tokens }: ScriptStatement): boolean {
  const [first] = leadingWords(tokens);
  if (first === 'COMMIT' || first === 'END') return true;
  return first === 'ROLLBACK' && !tokens.some((token) => token.kind === 'word' && token.text === 'TO');
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

async function restore(
  session: SqliteConnection,
  { foreignKeys, busyTimeout, legacyAlter }: Migration,
): Promise<void> {
  if (busyTimeout !== 0) await session.exec(`PRAGMA busy_timeout = ${busyTimeout}`);
  if (legacyAlter) await session.exec('PRAGMA legacy_alter_table = ON');
  if (foreignKeys) await session.exec('PRAGMA foreign_keys = ON');
}

async function pragma(session: SqliteConnection, name: string): Promise<number> {
  const [row] = await session.query<Record<string, number>>(`PRAGMA ${name}`);
  return Number(Object.values(row ?? {})[0] ?? 0);
}

function lockTimedOut(session: SqliteConnection, lock: LockRequest, cause?: unknown): DatabaseError {
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
