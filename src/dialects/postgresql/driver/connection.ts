import type { CommandFailure, Connection, Parameter } from '../../../dialect/connection.ts';
import type { Dialect } from '../../../dialect/dialect.ts';
import { DatabaseError } from '../../../errors.ts';
import { databaseError } from './database-error.ts';
import type { Result, Session } from './session.ts';

/** A connection to PostgreSQL over a driver's session. */
export class PostgresqlConnection implements Connection {
  readonly dialect: Dialect;
  readonly display: string;
  readonly #session: Session;
  #savepoints = 0;
  #changed: number | null = null;
  #closed: Promise<void> | null = null;
  /** called once, when it has been closed */
  onClose: (() => void) | null = null;

  constructor(dialect: Dialect, display: string, session: Session) {
    this.dialect = dialect;
    this.display = display;
    this.#session = session;
  }

  get raw(): unknown {
    return this.#session.raw;
  }

  get inTransaction(): boolean {
    return this.#closed === null && this.#session.inTransaction;
  }

  get changed(): number | null {
    return this.#changed;
  }

  /** Of a script (without parameters), the rows of its last statement that has any. */
  async query<Row = Record<string, unknown>>(
    sql: string,
    parameters: readonly Parameter[] = [],
  ): Promise<Row[]> {
    const results = await this.#run(sql, parameters);
    this.#changed = results.at(-1)?.rowCount ?? null;
    return [...(results.findLast(({ rows }) => rows.length > 0)?.rows ?? [])] as Row[];
  }

  /** The planner takes such a query for a long one, and compiling it takes longer than running it: seconds. In a transaction what is set is taken back. */
  readCatalogue<Row = Record<string, unknown>>(sql: string): Promise<Row[]> {
    const read = `SET LOCAL jit = off; ${sql}`;
    return this.query<Row>(
      this.inTransaction
        ? `SAVEPOINT alembic_read; ${read}; ROLLBACK TO SAVEPOINT alembic_read; RELEASE SAVEPOINT alembic_read`
        : read,
    );
  }

  async exec(script: string): Promise<void> {
    await this.#run(script);
  }

  get runAll(): Connection['runAll'] {
    return this.#session.runAll && ((commands) => this.#runAll(commands));
  }

  async begin(): Promise<void> {
    await this.#run('BEGIN');
  }

  /** @throws DatabaseError `TRANSACTION_ABORTED` when the server rolled back instead, because a statement had failed. */
  async commit(): Promise<void> {
    const [result] = await this.#run('COMMIT');
    if (result?.command !== 'ROLLBACK') return;
    throw new DatabaseError(
      'TRANSACTION_ABORTED',
      'Nothing was committed: a statement of the transaction had failed before, so the server rolled it back.',
      { details: { database: this.display, sql: 'COMMIT' } },
    );
  }

  async rollback(): Promise<void> {
    await this.#run('ROLLBACK');
  }

  /** Where there is no transaction, one is begun for `fn` alone. */
  async savepoint<T>(fn: () => Promise<T>): Promise<T> {
    const name = this.inTransaction ? `alembic_${++this.#savepoints}` : null;
    await this.#run(name === null ? 'BEGIN' : `SAVEPOINT ${name}`);
    let value: T;
    try {
      value = await fn();
    } catch (error) {
      // what failed is told, not that the way back failed too
      await this.#run(
        name === null ? 'ROLLBACK' : `ROLLBACK TO SAVEPOINT ${name}; RELEASE SAVEPOINT ${name}`,
      ).catch(() => {});
      throw error;
    }
    if (name === null) await this.commit();
    else await this.#run(`RELEASE SAVEPOINT ${name}`);
    return value;
  }

  takeNotices(): readonly string[] {
    return this.#session.takeNotices();
  }

  close(): Promise<void> {
    this.#closed ??= this.#session.close().finally(() => this.onClose?.());
    return this.#closed;
  }

  async #runAll(commands: readonly string[]): Promise<CommandFailure | null> {
    this.#refuseClosed(commands[0]);
    const failure = await this.#session.runAll?.(commands);
    if (!failure) return null;
    const { index, error } = failure;
    return { index, error: databaseError(error, this.display, commands[index]) };
  }

  #refuseClosed(sql: string | undefined): void {
    if (this.#closed === null) return;
    throw new DatabaseError('CONNECTION_CLOSED', `The connection to ${this.display} was closed.`, {
      details: { database: this.display, ...(sql !== undefined && { sql }) },
    });
  }

  async #run(sql: string, parameters: readonly Parameter[] = []): Promise<readonly Result[]> {
    this.#refuseClosed(sql);
    try {
      return await this.#session.run(sql, parameters);
    } catch (error) {
      throw databaseError(error, this.display, sql);
    }
  }
}
