import type { Connection } from '../dialect/connection.ts';
import type { LockRequest, StatementLimits } from '../dialect/dialect.ts';
import type { Statement } from '../dialect/statement.ts';
import { DatabaseError, type ErrorCode } from '../errors.ts';
import { SchemaTranslation } from '../schema/schema-translation.ts';
import { type Log, log } from '../util/logging.ts';

/** A statement that failed. */
export class StatementFailure extends Error {
  readonly statement: Statement | null;

  constructor(statement: Statement | null, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.statement = statement;
  }
}

/** Says whether our transaction is still there: a savepoint doesn't outlive its transaction. Only between steps is none of the user's open. */
const renewMarker = 'RELEASE SAVEPOINT alembic_step;\nSAVEPOINT alembic_step';

const sqlLog: Log = log('alembic', 'sql');

/**
 * What runs on one connection: statements, and the transaction around them. Where a script saves round trips, statements that nobody waits for are
 * kept back until something else has to happen.
 */
export class Session {
  readonly connection: Connection;
  readonly limits: StatementLimits;
  /** what plans have to avoid, since a first attempt failed with it */
  readonly avoids: Set<ErrorCode> = new Set();
  /** how the database calls the schemas that operations name */
  readonly schemas: SchemaTranslation;
  #inTransaction = false;
  #isForeign = false;
  /** something ran, or may run, that we didn't see end: the transaction has to be looked for */
  #isTouched = false;
  #isHandedOut = false;
  #kept: Statement[] = [];

  constructor(
    connection: Connection,
    limits: StatementLimits = { lockTimeout: null, statementTimeout: null },
    schemas: SchemaTranslation = new SchemaTranslation(),
  ) {
    this.connection = connection;
    this.schemas = schemas;
    this.limits = limits;
  }

  /** whether a transaction that we began is open, as far as we know */
  get inTransaction(): boolean {
    return this.#inTransaction;
  }

  async begin(lock: LockRequest): Promise<void> {
    // one that the user had begun is not ours to roll back
    this.#isForeign = this.connection.inTransaction;
    await this.connection.dialect.transactions.begin(this.connection, lock);
    this.#inTransaction = true;
    this.#kept = [];
    if (this.#hasMarker) await this.connection.exec('SAVEPOINT alembic_step');
  }

  /** @throws StatementFailure; DatabaseError `TRANSACTION_LOST`, and what the commit itself throws. */
  async commit(): Promise<void> {
    await this.endStep([]);
    await this.connection.dialect.transactions.commit(this.connection);
    this.#inTransaction = false;
  }

  async rollback(): Promise<void> {
    this.#kept = [];
    this.#inTransaction = false;
    if (!this.#isForeign) await this.connection.dialect.transactions.rollback(this.connection);
  }

  /**
   * Runs statements. With `keep` they may run later, together with the next ones.
   *
   * @throws StatementFailure.
   */
  async send(
    statements: readonly Statement[],
    { keep = false }: { readonly keep?: boolean } = {},
  ): Promise<void> {
    this.#kept.push(...statements);
    if (keep && this.#hasMarker && this.connection.runAll !== undefined) return;
    const all = this.discard();
    if (all.length === 0) return;
    try {
      await this.checkTransaction();
    } catch (cause) {
      throw new StatementFailure(null, cause);
    }
    for (const { sql } of all) sqlLog.debug(sql);
    // a savepoint a step costs as much as a small migration
    this.#isTouched ||= all.some(({ sql }) => endsTransaction.test(sql));
    for (let i = 0; i < all.length; ) {
      const plain = this.#plainFrom(all, i);
      if (plain.length > 1) await this.#runTogether(plain);
      else await this.#runOne(all[i]!);
      i += Math.max(plain.length, 1);
    }
  }

  /** Whether statements wait that were sent to be kept. */
  get isPending(): boolean {
    return this.#kept.length > 0;
  }

  /** Lets go of what was kept back, without running it. */
  discard(): readonly Statement[] {
    const kept = this.#kept;
    this.#kept = [];
    return kept;
  }

  /** Runs what was kept back, before something that we don't see through. */
  async touch(): Promise<void> {
    await this.send([]);
    this.#isTouched = true;
  }

  /**
   * Looks whether what somebody else ran left us a transaction, as far as the connection knows.
   *
   * @throws DatabaseError `TRANSACTION_LOST`, or what a connection that broke off says.
   */
  async checkTransaction(): Promise<void> {
    if (!this.#hasMarker) return;
    // of what ran on its own object, not every driver knows before it has asked
    if (this.#isHandedOut) await this.connection.exec('');
    if (this.connection.inTransaction) return;
    await this.connection.query('SELECT 1');
    throw transactionLost(this.connection.display);
  }

  /** Whether the open transaction is the one that we began, and all that ran since can be rolled back; asked after a failure, which it undoes. */
  async isIntact(): Promise<boolean> {
    if (!this.#hasMarker || !this.connection.inTransaction) return false;
    return this.connection.exec('ROLLBACK TO SAVEPOINT alembic_step').then(
      () => true,
      () => false,
    );
  }

  /** The driver's own object is given away: from now on anything may run on it. */
  handOut(): unknown {
    this.#isHandedOut = true;
    return this.connection.raw;
  }

  /**
   * Runs the last statements of a step.
   *
   * @throws StatementFailure; DatabaseError `TRANSACTION_LOST` when the transaction isn't the one that we began.
   */
  async endStep(statements: readonly Statement[]): Promise<void> {
    const isSeen = !(this.#isTouched || this.#isHandedOut);
    await this.send(statements);
    if (!this.#hasMarker || (isSeen && !this.#isTouched)) return;
    this.#isTouched = false;
    try {
      await this.connection.exec(renewMarker);
    } catch (error) {
      if (isConnectionGone(error)) throw error;
      throw transactionLost(this.connection.display, error);
    }
  }

  get #hasMarker(): boolean {
    return this.#inTransaction && this.connection.dialect.capabilities.transactionalDdl;
  }

  /** The statements from one on that can go to the server together. */
  #plainFrom(statements: readonly Statement[], start: number): readonly Statement[] {
    if (!this.#hasMarker || this.connection.runAll === undefined) return [];
    const end = statements.findIndex(({ sql, run }, i) => i >= start && (run !== undefined || !isPlain(sql)));
    return statements.slice(start, end === -1 ? undefined : end);
  }

  async #runOne(statement: Statement): Promise<void> {
    try {
      if (statement.run !== undefined) await statement.run(this.connection);
      else await this.#exec(statement);
    } catch (cause) {
      throw new StatementFailure(statement, cause);
    }
    if (this.#hasMarker && !this.connection.inTransaction) {
      throw new StatementFailure(statement, transactionLost(this.connection.display));
    }
  }

  /** In a transaction, its limits hold already. */
  #exec({ sql }: Statement): Promise<void> {
    const { runLimited } = this.connection.dialect.transactions;
    if (this.#inTransaction || runLimited === undefined) return this.connection.exec(sql);
    return runLimited(this.connection, sql, this.limits);
  }

  async #runTogether(statements: readonly Statement[]): Promise<void> {
    const failure = await this.connection.runAll?.(statements.map(({ sql }) => sql));
    if (failure) throw new StatementFailure(statements[failure.index] ?? null, failure.error);
  }
}

/**
 * One whole command, without a doubt, that leaves our transaction alone: with no quote open at its end, so that it can't swallow the next one, and
 * nothing in it that only the server can read (comments, `$$`, escapes).
 */
function isPlain(sql: string): boolean {
  return plainCommand.test(sql) && !/--|\/\*/.test(sql);
}

const plainCommand =
  /^\s*(?!(?:savepoint|release|commit|rollback|abort|end|begin|start|prepare|call|do|execute|set|reset|discard)\b)[a-z](?:[^'"$;\\]|'[^'\\]*'|"[^"]*")*$/i;

const endsTransaction = /\b(?:commit|rollback|abort|end|begin|start\s+transaction)\b/i;

/** Whether a failure means that the connection is of no use any more. */
export function isConnectionGone(error: unknown): boolean {
  return (
    error instanceof DatabaseError &&
    ['CONNECTION_LOST', 'CONNECTION_CLOSED', 'CANNOT_OPEN'].includes(error.code)
  );
}

function transactionLost(database: string, cause?: unknown): DatabaseError {
  return new DatabaseError(
    'TRANSACTION_LOST',
    `The migration ended the transaction that it runs in, by a COMMIT, a ROLLBACK or a BEGIN of its own or of a library that it called.`,
    { cause, details: { database } },
  );
}
