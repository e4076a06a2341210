import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '../../dialect/connection.ts';
import type { LockRequest, StatementLimits, TransactionControl } from '../../dialect/dialect.ts';
import { DatabaseError } from '../../errors.ts';
import { displayName } from '../../schema/names.ts';
import { cutIdentifier } from './identifiers.ts';
import { literal } from './literals.ts';
import { checkedVersion } from './server-version.ts';

/** How long to wait between two tries for the lock, in milliseconds: grows up to the second. */
const waits = { first: 20, most: 250 } as const;

/**
 * A transaction with a transaction-level advisory lock: nothing of it outlives the transaction, so that it works behind a pooler that gives each
 * transaction another session. The lock is tried for, not waited for: who waits inside a statement holds up CREATE INDEX CONCURRENTLY of who has it.
 */
export const transactions: TransactionControl = {
  async begin(connection, lock) {
    if (connection.inTransaction) {
      throw new DatabaseError(
        'IN_TRANSACTION',
        `The connection to ${connection.display} is in a transaction already. Commit it or roll it back, or hand over another connection.`,
        { details: { database: connection.display } },
      );
    }
    const giveUp = performance.now() + lock.lockTimeout;
    for (let wait: number = waits.first, told = false; !(await tryToBegin(connection, lock)); wait *= 1.5) {
      if (!told) lock.onWait?.();
      told = true;
      const left = giveUp - performance.now();
      if (left <= 0) throw lockTimeout(connection, lock);
      await sleep(Math.min(wait, waits.most, left));
    }
  },

  async commit(connection) {
    if (!connection.inTransaction) {
      throw new DatabaseError(
        'TRANSACTION_LOST',
        `The transaction on ${connection.display} was ended by something that ran in it, by a COMMIT or ROLLBACK of its own.`,
        { details: { database: connection.display } },
      );
    }
    await connection.commit();
  },

  async rollback(connection) {
    if (!connection.inTransaction) return;
    // a connection that is gone has rolled back
    await connection.rollback().catch(() => {});
  },

  async runLimited(connection, script, limits) {
    const head = limitsSql(limits);
    if (head === '' || endsTransaction.test(script)) return connection.exec(script);
    try {
      // one script is one transaction, even where nobody began it
      await connection.exec(head + script);
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      // nothing of it has run: it has to be alone
      if (alone.includes(String(error.details.sqlState))) return connection.exec(script);
      throw withoutHead(error, script, head);
    }
  },
};

/** What could end the transaction of a script in the middle of it. */
const endsTransaction = /\b(?:commit|end|rollback|abort|prepare)\b/i;

/** The states of what can't be in a transaction: `active_sql_transaction`, and a procedure that ends its own. */
const alone: readonly string[] = ['25001', '2D000'];

function withoutHead(error: DatabaseError, sql: string, head: string): DatabaseError {
  const { position } = error.details;
  return new DatabaseError(error.code, error.message, {
    cause: error.cause,
    details: {
      ...error.details,
      sql,
      ...(typeof position === 'number' && { position: position - head.length }),
    },
  });
}

/** READ COMMITTED, so that what is read after the lock is what its last holder committed. */
async function tryToBegin(connection: Connection, lock: LockRequest): Promise<boolean> {
  let isLocked = false;
  try {
    const [row] = await connection.query<{ locked: boolean; version: string }>(
      `BEGIN ISOLATION LEVEL READ COMMITTED; ${limitsSql(lock.limits)}SELECT pg_try_advisory_xact_lock(${lockKey(lock)}) AS locked, current_setting('server_version_num') AS version`,
    );
    checkedVersion(connection, row?.version);
    isLocked = row?.locked === true;
  } finally {
    if (!isLocked) await transactions.rollback(connection);
  }
  return isLocked;
}

/** Of the transaction only: a session's settings would stay behind a pooler for its next client. */
function limitsSql(limits: StatementLimits | undefined): string {
  if (limits === undefined) return '';
  return settings(limits)
    .map(({ name, value }) => `SET LOCAL ${name} = ${value}; `)
    .join('');
}

interface Setting {
  readonly name: string;
  /** in milliseconds; 0 is no limit */
  readonly value: number;
}

/** A limit of nothing at all is a millisecond. */
function settings({ lockTimeout, statementTimeout }: StatementLimits): readonly Setting[] {
  const given = [
    ['lock_timeout', lockTimeout],
    ['statement_timeout', statementTimeout],
  ] as const;
  return given.flatMap(([name, limit]) => {
    if (limit === null) return [];
    return { name, value: limit > mostMilliseconds ? 0 : Math.max(1, Math.ceil(limit)) };
  });
}

/** what the server can take: 24 days */
const mostMilliseconds = 2 ** 31 - 1;

/** 64 bits of the version table's qualified name; advisory locks are the database's own, so its name isn't needed. */
function lockKey({ name }: LockRequest): string {
  const schema = name.schema === null ? 'current_schema()::text' : literal(cutIdentifier(name.schema));
  return `hashtextextended('alembic ' || quote_ident(${schema}) || '.' || quote_ident(${literal(cutIdentifier(name.name))}), 0)`;
}

function lockTimeout(connection: Connection, { name, lockTimeout: limit }: LockRequest): DatabaseError {
  return new DatabaseError(
    'LOCK_TIMEOUT',
    `Another runner migrates ${connection.display} (its lock is on ${displayName(name)}) and didn't finish within ${limit / 1000} seconds. Nothing was changed. Wait for it, or raise lockTimeout.`,
    { details: { database: connection.display } },
  );
}
