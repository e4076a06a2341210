import type { Connection, Parameter } from '../../../dialect/connection.ts';
import type { Dialect } from '../../../dialect/dialect.ts';
import { ArgumentError } from '../../../errors.ts';
import { databaseError, vanished } from './database-error.ts';
import { bindable } from './parameters.ts';
import { retryWhileBusy, type Wait } from './retry.ts';
import type { SqliteDatabase } from './sqlite-database.ts';
import { type ScriptStatement, statementsOf } from './statements.ts';
import type { WatchedFile } from './watched-file.ts';

export interface SqliteConnectionOptions {
  readonly dialect: Dialect;
  readonly database: SqliteDatabase;
  readonly display: string;
  /** null for a database in memory */
  readonly file: WatchedFile | null;
  /** whether `close` closes the database: not where the user handed it over */
  readonly owned: boolean;
}

/** Sees each statement before it runs: see `foreign-key-watch.ts`. */
export interface StatementWatch {
  before(statement: ScriptStatement): void;
  /** somebody else runs statements that we don't see */
  beforeUnseen(): void;
}

/** A connection over `node:sqlite`. It never blocks the event loop to wait for a lock. */
export class SqliteConnection implements Connection {
  readonly dialect: Dialect;
  readonly display: string;
  /** null for a database in memory */
  readonly file: WatchedFile | null;
  /** in milliseconds: how long a statement waits for other connections' locks */
  busyTimeout = 5000;
  watch: StatementWatch | null = null;
  readonly #database: SqliteDatabase;
  readonly #owned: boolean;
  #closed = false;
  #savepoints = 0;

  constructor({ dialect, database, display, file, owned }: SqliteConnectionOptions) {
    this.dialect = dialect;
    this.display = display;
    this.file = file;
    this.#database = database;
    this.#owned = owned;
  }

  /** The `DatabaseSync`. What runs on it directly isn't seen by us. */
  get raw(): SqliteDatabase {
    this.watch?.beforeUnseen();
    return this.#database;
  }

  /** what is one for all connections to the same database of this process */
  get lockKey(): unknown {
    return this.file?.path ?? this.#database;
  }

  get inTransaction(): boolean {
    if (this.#closed) return false;
    try {
      return this.#database.isTransaction;
    } catch {
      // closed by its owner, who handed it over
      return false;
    }
  }

  /**
   * @throws ArgumentError `BAD_ARGUMENT` for several statements, or parameters that can't be bound.
   * @throws DatabaseError as {@link databaseError} says.
   */
  async query<Row = Record<string, unknown>>(
    sql: string,
    parameters: readonly Parameter[] = [],
  ): Promise<Row[]> {
    const statements = sql.includes(';') || this.watch !== null ? statementsOf(sql) : null;
    if (statements !== null && statements.length > 1) {
      throw new ArgumentError(
        'BAD_ARGUMENT',
        `query runs one statement, and was given ${statements.length}; use exec for a script: ${sql}`,
        {
          details: { sql },
        },
      );
    }
    const values = bindable(sql, parameters);
    return this.#run(sql, { timeout: this.busyTimeout }, () => {
      if (statements?.[0] !== undefined) this.watch?.before(statements[0]);
      return this.#all(sql, values) as Row[];
    });
  }

  readCatalogue<Row = Record<string, unknown>>(sql: string): Promise<Row[]> {
    return this.query<Row>(sql);
  }

  /** Runs the statements of a script one after the other. */
  async exec(script: string, wait?: Wait): Promise<void> {
    for (const statement of statementsOf(script)) {
      await this.#run(statement.sql, wait ?? { timeout: this.busyTimeout }, () => {
        this.watch?.before(statement);
        this.#database.exec(statement.sql);
      });
    }
  }

  async begin(): Promise<void> {
    await this.exec('BEGIN');
  }

  async commit(): Promise<void> {
    await this.exec('COMMIT');
  }

  async rollback(): Promise<void> {
    await this.exec('ROLLBACK');
  }

  async savepoint<T>(fn: () => Promise<T>): Promise<T> {
    const name = `"alembic_${++this.#savepoints}"`;
    await this.exec(`SAVEPOINT ${name}`);
    let result: T;
    try {
      result = await fn();
    } catch (error) {
      // an error such as a full disk rolls everything back by itself: then the savepoint is gone too
      if (this.inTransaction) await this.exec(`ROLLBACK TO ${name}; RELEASE ${name}`).catch(() => {});
      throw error;
    }
    await this.exec(`RELEASE ${name}`);
    return result;
  }

  /** SQLite has none. */
  takeNotices(): readonly string[] {
    return [];
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#owned) this.#database.close();
  }

  /** @throws DatabaseError `CANNOT_OPEN` when the file was removed or replaced since it was opened. */
  assertFileIsThere(): void {
    if (this.file !== null && !this.file.isThere) throw vanished(this.display);
  }

  async #run<T>(sql: string, wait: Wait, attempt: () => T): Promise<T> {
    if (this.#closed)
      throw databaseError(
        { code: 'ERR_INVALID_STATE', message: 'not open' },
        { database: this.display, sql },
      );
    if (!this.inTransaction) this.assertFileIsThere();
    try {
      return await retryWhileBusy(attempt, wait);
    } catch (error) {
      throw databaseError(error, { database: this.display, sql });
    }
  }

  #all(sql: string, values: Parameters<ReturnType<SqliteDatabase['prepare']>['all']>): unknown[] {
    const statement = this.#database.prepare(sql);
    const reads = onlyReads.test(sql);
    // Bigints cost as much as the rows themselves: only where a second run is no harm, and most often isn't needed, are they tried without.
    if (reads) {
      try {
        return statement.all(...values);
      } catch (error) {
        if ((error as { code?: unknown }).code !== 'ERR_OUT_OF_RANGE') throw error;
      }
    }
    statement.setReadBigInts(true);
    const rows = statement.all(...values) as Record<string, unknown>[];
    for (const row of rows) for (const [name, value] of Object.entries(row)) row[name] = safe(value);
    return rows;
  }
}

const onlyReads = /^\s*(?:SELECT|PRAGMA|VALUES|EXPLAIN)\b/i;

/** An integer as a number where that is exact. */
function safe(value: unknown): unknown {
  if (typeof value !== 'bigint') return value;
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}
