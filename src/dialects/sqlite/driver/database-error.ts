import { ArgumentError, DatabaseError, type ErrorCode } from '../../../errors.ts';

export interface ErrorContext {
  /** the database, for people */
  readonly database: string;
  readonly sql?: string;
}

/** SQLite's primary result codes, https://sqlite.org/rescode.html: how each is told. `reason` is SQLite's own message. */
const results: {
  readonly [code: number]: readonly [ErrorCode, (database: string, reason: string) => string];
} = {
  3: [
    'CANNOT_OPEN',
    (database, reason) =>
      `The system doesn't let us open ${database} (${reason}). Check who owns the file and its directory.`,
  ],
  5: [
    'DATABASE_LOCKED',
    (database, reason) =>
      `${database} is locked by another connection (${reason}), and it stayed so for as long as we waited. Nothing was changed by this statement; find out who holds a transaction open, and run again.`,
  ],
  6: [
    'DATABASE_LOCKED',
    (database, reason) =>
      `A table of ${database} is locked by another statement of this connection (${reason}). Finish what reads it first.`,
  ],
  8: [
    'READ_ONLY_DATABASE',
    (database, reason) =>
      `${database} can't be written (${reason}). Check the permissions of the file and of its directory, and whether it was opened read-only.`,
  ],
  11: [
    'NOT_A_DATABASE',
    (database, reason) =>
      `${database} is damaged (${reason}). Restore it from a copy, or let 'sqlite3 FILE .recover' save what can be saved.`,
  ],
  13: [
    'DISK_FULL',
    (database, reason) =>
      `There is no room left to write ${database} (${reason}). The transaction can only be rolled back; make room and run again.`,
  ],
  14: [
    'CANNOT_OPEN',
    (database, reason) =>
      `${database} can't be opened (${reason}). Check that its directory exists and may be written.`,
  ],
  19: ['CONSTRAINT_VIOLATION', (database, reason) => `Rows break a constraint of ${database}: ${reason}.`],
  20: [
    'CONSTRAINT_VIOLATION',
    (database, reason) => `A value doesn't fit its column in ${database}: ${reason}.`,
  ],
  26: [
    'NOT_A_DATABASE',
    (database, reason) =>
      `${database} is not a SQLite database (${reason}). Check the path: the file was left as it is.`,
  ],
};

/** SQLITE_READONLY_DBMOVED: the file was removed or replaced since it was opened. */
const moved = 8 | (4 << 8);

/** Gives a driver's error its code and its context; an error of ours stays as it is. */
export function databaseError(cause: unknown, { database, sql }: ErrorContext): Error {
  if (cause instanceof DatabaseError || cause instanceof ArgumentError) return cause;
  const details = { database, ...(sql === undefined ? {} : { sql }) };
  const { code, errcode, message } = (cause ?? {}) as {
    code?: unknown;
    errcode?: unknown;
    message?: unknown;
  };
  const reason = typeof message === 'string' ? message : String(cause);
  if (errcode === moved) return vanished(database, cause);
  if (code === 'ERR_INVALID_STATE' && /not open|finalized/.test(reason)) {
    return new DatabaseError('CONNECTION_CLOSED', `The connection to ${database} is closed.`, {
      cause,
      details,
    });
  }
  const dependent = /^error in (view|trigger) (.*?)(?: after (?:rename|drop column))?: (.*)$/s.exec(reason);
  if (dependent !== null) {
    return new DatabaseError(
      'BROKEN_DEPENDENT',
      `The ${dependent[1]} '${dependent[2]}' of ${database} doesn't compile (${dependent[3]}), and SQLite refuses to alter a table while that is so. Drop or mend the ${dependent[1]} first.`,
      { cause, details: { ...details, dependent: dependent[2] } },
    );
  }
  const known = typeof errcode === 'number' ? results[errcode & 0xff] : undefined;
  if (known !== undefined) return new DatabaseError(known[0], known[1](database, reason), { cause, details });
  return new DatabaseError(
    reason.startsWith('no such table: ') ? 'NO_SUCH_TABLE' : 'SQL_ERROR',
    `${database} refused a statement: ${reason}.${sql === undefined ? '' : ` The statement: ${sql}`}`,
    { cause, details },
  );
}

export function vanished(database: string, cause?: unknown): DatabaseError {
  return new DatabaseError(
    'CANNOT_OPEN',
    `The file of ${database} was removed or replaced while it was in use: what was written since then is lost. Put the file in its place, and connect again.`,
    { cause, details: { database } },
  );
}

/** Whether waiting may help: SQLITE_BUSY, as the driver reports it. */
export function isBusy(cause: unknown): boolean {
  const errcode = (cause as { errcode?: unknown } | null)?.errcode;
  return typeof errcode === 'number' && (errcode & 0xff) === 5;
}
