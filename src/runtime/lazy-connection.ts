import type { Connection, Engine, Parameter } from '../dialect/connection.ts';
import type { Dialect } from '../dialect/dialect.ts';
import { OperationQueue } from './operation-queue.ts';

/**
 * A connection that is opened when it is first used, and again when it is used after `close`. Code that is only recorded gets nothing from it
 * (`NEEDS_DATABASE`).
 */
export class LazyConnection implements Connection {
  readonly #engine: Engine;
  #opening: Promise<Connection> | null = null;
  #open: Connection | null = null;
  /** whether its user has used it himself since it was opened */
  #isKept = false;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** The connection itself. It stays open until `close`. @throws DatabaseError when it can't be opened; the next use tries again. */
  open(): Promise<Connection> {
    OperationQueue.refuseInRecording();
    this.#isKept = true;
    return this.take();
  }

  /** @internal The connection itself, for as long as it is used: {@link giveBack}. */
  take(): Promise<Connection> {
    OperationQueue.refuseInRecording();
    this.#opening ??= this.#engine.connect().then(
      (connection) => (this.#open = connection),
      (error: unknown) => {
        this.#opening = null;
        throw error;
      },
    );
    return this.#opening;
  }

  get isOpen(): boolean {
    return this.#open !== null;
  }

  /** whether opening it makes the database, since it isn't there yet */
  get isMissing(): boolean {
    return this.#open === null && this.#engine.isMissing === true;
  }

  get dialect(): Dialect {
    return this.#engine.dialect;
  }

  get display(): string {
    return this.#open?.display ?? this.#engine.display;
  }

  /** null while it isn't open */
  get raw(): unknown {
    OperationQueue.refuseInRecording();
    return this.#open?.raw ?? null;
  }

  get inTransaction(): boolean {
    OperationQueue.refuseInRecording();
    return this.#open?.inTransaction ?? false;
  }

  async query<Row = Record<string, unknown>>(sql: string, parameters?: readonly Parameter[]): Promise<Row[]> {
    return (await this.open()).query<Row>(sql, parameters);
  }

  async readCatalogue<Row = Record<string, unknown>>(sql: string): Promise<Row[]> {
    return (await this.open()).readCatalogue<Row>(sql);
  }

  async exec(script: string): Promise<void> {
    return (await this.open()).exec(script);
  }

  async begin(): Promise<void> {
    return (await this.open()).begin();
  }

  async commit(): Promise<void> {
    return (await this.open()).commit();
  }

  async rollback(): Promise<void> {
    OperationQueue.refuseInRecording();
    await this.#open?.rollback();
  }

  async savepoint<T>(fn: () => Promise<T>): Promise<T> {
    return (await this.open()).savepoint(fn);
  }

  takeNotices(): readonly string[] {
    OperationQueue.refuseInRecording();
    return this.#open?.takeNotices() ?? [];
  }

  /** @internal To be called when nothing of ours uses it any more: what was taken from a pool goes back, but where its user has opened it or a transaction is open. */
  async giveBack(): Promise<void> {
    if (this.#engine.isPool === true && !this.#isKept && this.#open?.inTransaction === false)
      await this.close();
  }

  /** Gives the session back; the next use opens a new one. */
  async close(): Promise<void> {
    OperationQueue.refuseInRecording();
    const opening = this.#opening;
    this.#opening = null;
    this.#open = null;
    this.#isKept = false;
    await (await opening?.catch(() => null))?.close();
  }
}
