import type { Readable, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { CommandFailure, Parameter } from '../../../../dialect/connection.ts';
import { DatabaseError } from '../../../../errors.ts';
import { isLost } from '../database-error.ts';
import { parameterText } from '../parameter-text.ts';
import type { Result, Session } from '../session.ts';
import type { PostgresHeld, PostgresQueries, PostgresResult } from './postgres.ts';

/** A session over a reserved connection of postgres.js. `release` gives it back to wherever it came from. */
export class PostgresSession implements Session {
  readonly #sql: PostgresQueries;
  readonly #release: (broken: boolean) => Promise<void> | void;
  readonly #notices: string[];
  #held: PostgresHeld | null = null;
  #onCloseBefore: PostgresHeld['onclose'];
  #inTransaction = false;
  #isSeen = false;
  #broken = false;

  readonly #onClose = (error: unknown): void => {
    this.#broken = true;
    this.#onCloseBefore?.(error);
  };

  /** `notices` is where the connection's notices go: postgres.js tells them to a function that is given when the pool is made. */
  constructor(
    sql: PostgresQueries,
    release: (broken: boolean) => Promise<void> | void,
    notices: string[] = [],
  ) {
    this.#sql = sql;
    this.#release = release;
    this.#notices = notices;
  }

  /**
   * Learns in what state the connection is, and takes hold of it: postgres.js tells nobody but `begin` that a reserved connection broke off, and a query
   * that is sent on one would end the process.
   *
   * @throws DatabaseError `UNSUPPORTED_DRIVER` where columns would come under other names, or the release isn't known.
   */
  async start(): Promise<void> {
    const [row] = await this.#sql.unsafe(transactionState, [], {
      onexecute: (held) => {
        this.#held = held;
        this.#onCloseBefore = held.onclose;
        held.onclose = this.#onClose;
        return true;
      },
    });
    if (this.#held === null)
      throw unsupported('This release of postgres.js is not supported; 3.4.7 to 3.x are.');
    const state = (row as { in_transaction?: unknown } | undefined)?.in_transaction;
    if (typeof state !== 'boolean') {
      throw unsupported(
        'The Sql of postgres.js renames columns or converts values (its options transform and types), so that the catalogue reads as something else. Hand over one without them, or a URL.',
      );
    }
    this.#inTransaction = state;
  }

  get raw(): unknown {
    this.#isSeen = true;
    return this.#sql;
  }

  get inTransaction(): boolean {
    return !this.#broken && this.#inTransaction;
  }

  /** In a transaction only: there the server refuses what comes behind the one that fails. */
  get runAll(): Session['runAll'] {
    return this.inTransaction ? (commands) => this.#runAll(commands) : undefined;
  }

  async run(sql: string, parameters: readonly Parameter[]): Promise<readonly Result[]> {
    this.#refuseBroken();
    const query = this.#sql.unsafe(sql, parameters.map(this.#parameter)).execute();
    // sent right behind it, so that no round trip is added
    const state = this.#isSeen || transactionWord.test(sql) ? this.#askState() : null;
    try {
      return await resultsOf(await query);
    } catch (error) {
      await (state ?? this.#askStateAfter(error));
      throw error;
    } finally {
      await state;
    }
  }

  async #runAll(commands: readonly string[]): Promise<CommandFailure | null> {
    this.#refuseBroken();
    const queries = commands.map((command) => this.#sql.unsafe(command).execute());
    const ends = await Promise.allSettled(queries);
    const index = ends.findIndex(({ status }) => status === 'rejected');
    if (index < 0) return null;
    const error: unknown = (ends[index] as PromiseRejectedResult).reason;
    await this.#askStateAfter(error);
    return { index, error };
  }

  takeNotices(): readonly string[] {
    return this.#notices.splice(0);
  }

  async close(): Promise<void> {
    const held = this.#held;
    if (held?.onclose === this.#onClose) held.onclose = this.#onCloseBefore ?? null;
    await this.#release(this.#broken);
  }

  /** As text, of the type `unknown`: the server takes it for what the place needs, and no serializer of the driver's is asked. */
  readonly #parameter = (value: unknown): unknown => {
    const text = parameterText(value);
    return text === null ? null : this.#sql.typed(text, unknownType);
  };

  /** A query that comes between the failure of a socket and its end is never answered. */
  async #askStateAfter(error: unknown): Promise<void> {
    if (isLost(error as Error)) this.#broken = true;
    else await this.#askState();
  }

  async #askState(): Promise<void> {
    if (this.#broken) return;
    try {
      const [row] = await this.#sql.unsafe(transactionState).execute();
      this.#inTransaction = (row as { in_transaction?: boolean } | undefined)?.in_transaction === true;
    } catch (error) {
      // a transaction in which something failed refuses to answer
      if ((error as { code?: string }).code === '25P02') this.#inTransaction = true;
      else if (isLost(error as Error)) this.#broken = true;
    }
  }

  #refuseBroken(): void {
    if (this.#broken) throw Object.assign(new Error('connection closed'), { code: 'CONNECTION_CLOSED' });
  }
}

const unknownType = 705;

/**
 * postgres.js doesn't hand on the state that the server tells. A transaction began before the statement that asks; where there is none, the statement begins
 * its own.
 */
const transactionState = 'SELECT now() <> statement_timestamp() AS in_transaction';

/** What may begin or end a transaction has one of these words. */
const transactionWord = /\b(?:begin|start|commit|end|rollback|abort|prepare)\b/i;

async function resultsOf(
  result: PostgresResult | readonly PostgresResult[] | Readable | Writable,
): Promise<readonly Result[]> {
  if (!Array.isArray(result)) {
    await endCopy(result as Readable | Writable);
    return [{ command: 'COPY', rows: [] }];
  }
  const all: readonly PostgresResult[] = 'command' in result ? [result as PostgresResult] : result;
  return all.map((each) => ({ command: each.command, rows: each, rowCount: each.count }));
}

/** COPY gives a stream, and the connection waits for its end: what comes out of it is left, and nothing goes in. */
async function endCopy(stream: Readable | Writable): Promise<void> {
  stream.on('error', () => {});
  if ('read' in stream) {
    stream.resume();
    return finished(stream).catch(() => {});
  }
  const error = unsupported('COPY FROM STDIN needs a stream: use getBind().raw, or an INSERT.');
  stream.destroy(error);
  throw error;
}

function unsupported(message: string): DatabaseError {
  return new DatabaseError('UNSUPPORTED_DRIVER', message, { details: { driver: 'postgres' } });
}
