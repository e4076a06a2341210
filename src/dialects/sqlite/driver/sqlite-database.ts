/** A value as `node:sqlite` takes and gives it. */
export type SqliteValue = string | number | bigint | null | Uint8Array;

/** What we use of a prepared statement. */
export interface SqliteStatement {
  all(...parameters: SqliteValue[]): unknown[];
  setReadBigInts(enabled: boolean): void;
}

/** What we use of `DatabaseSync` of `node:sqlite`: what a user may hand over. */
export interface SqliteDatabase {
  exec(sql: string): void;
  prepare(sql: string): SqliteStatement;
  close(): void;
  readonly isTransaction: boolean;
}

/** Whether a value is (or behaves like) a `DatabaseSync`. */
export function isSqliteDatabase(value: unknown): value is SqliteDatabase {
  if (typeof value !== 'object' || value === null) return false;
  const { exec, prepare, isTransaction } = value as Partial<SqliteDatabase>;
  return typeof exec === 'function' && typeof prepare === 'function' && typeof isTransaction === 'boolean';
}
