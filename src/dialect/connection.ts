import type { Dialect } from './dialect.ts';

/** A value that every driver can bind. */
export type Parameter = string | number | bigint | boolean | null | Uint8Array;

/**
 * One pinned session of a database, over whatever driver. Failures are `DatabaseError`s whose `cause` is the driver's own error.
 */
export interface Connection {
  readonly dialect: Dialect;
  /** the driver's own object, to hand to a library */
  readonly raw: unknown;
  /** the database, for people: its URL without a password */
  readonly display: string;
  /** whether this session is in a transaction, as the server sees it, whoever began it */
  readonly inTransaction: boolean;
  /** Runs one statement; placeholders are the driver's own (`?` on SQLite and MySQL, `$1` on PostgreSQL). */
  query<Row = Record<string, unknown>>(sql: string, parameters?: readonly Parameter[]): Promise<Row[]>;
  /** how many rows the last `query` inserted, updated or deleted; null, or absent, where the driver doesn't say */
  readonly changed?: number | null;
  /** Runs a script of any number of statements, without results, in one round trip where the driver can. */
  exec(script: string): Promise<void>;
  begin(): Promise<void>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
  /** Runs `fn` in a savepoint: released when it resolves, rolled back when it rejects. */
  savepoint<T>(fn: () => Promise<T>): Promise<T>;
  /** Notices and warnings of the server since the last call. */
  takeNotices(): readonly string[];
  /** Gives the session back. What the user handed over is not closed by us. */
  close(): Promise<void>;
}

/** Where connections come from: a URL, or what the user handed over. */
export interface Engine {
  readonly dialect: Dialect;
  /** the database, for people: its URL without a password */
  readonly display: string;
  connect(): Promise<Connection>;
  /** Closes what the engine itself opened. */
  dispose(): Promise<void>;
}
