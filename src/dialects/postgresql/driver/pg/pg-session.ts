import type { CommandFailure, Parameter } from '../../../../dialect/connection.ts';
import { type Notice, noticeText } from '../notice-text.ts';
import type { Result, Session } from '../session.ts';
import type { PgClient } from './pg.ts';

/** A session over a client of `pg`. `release` gives the client back to wherever it came from. */
export class PgSession implements Session {
  readonly raw: PgClient;
  readonly #release: (broken: boolean) => Promise<void> | void;
  #notices: string[] = [];
  #status: string | null = null;
  #broken = false;
  #completed = 0;

  readonly #onNotice = (notice: Notice): void => {
    this.#notices.push(noticeText(notice));
  };
  /** Without a listener, a connection that breaks off between two queries would end the process. */
  readonly #onError = (): void => {
    this.#broken = true;
  };
  readonly #onReady = (message: { readonly status?: string }): void => {
    this.#status = message.status ?? null;
  };

  readonly #onComplete = (): void => {
    this.#completed++;
  };

  constructor(client: PgClient, release: (broken: boolean) => Promise<void> | void) {
    this.raw = client;
    this.#release = release;
    client.on('notice', this.#onNotice);
    client.on('error', this.#onError);
    client.on('end', this.#onError);
    client.connection?.on('commandComplete', this.#onComplete);
    if (client.getTransactionStatus === undefined) client.connection?.on('readyForQuery', this.#onReady);
  }

  /** Learns the state in which the user's client is, where it can't be asked for. */
  async start(): Promise<void> {
    if (this.raw.getTransactionStatus === undefined) await this.raw.query('');
  }

  get inTransaction(): boolean {
    if (this.#broken) return false;
    const status = this.raw.getTransactionStatus?.() ?? this.#status;
    return status === 'T' || status === 'E';
  }

  get runAll(): Session['runAll'] {
    return this.raw.connection && ((commands) => this.#runAll(commands));
  }

  async run(sql: string, parameters: readonly Parameter[]): Promise<readonly Result[]> {
    try {
      const result = await (parameters.length === 0 ? this.raw.query(sql) : this.raw.query(sql, parameters));
      return [result].flat();
    } catch (error) {
      // The driver rejects before the server has said in what state the transaction is now: an empty query waits for that.
      if (!this.#broken) await this.raw.query('').catch(this.#onError);
      throw error;
    }
  }

  async #runAll(commands: readonly string[]): Promise<CommandFailure | null> {
    this.#completed = 0;
    try {
      await this.run(commands.join(separator), []);
      return null;
    } catch (error) {
      return failedCommand(commands, this.#completed, error);
    }
  }

  takeNotices(): readonly string[] {
    const taken = this.#notices;
    this.#notices = [];
    return taken;
  }

  async close(): Promise<void> {
    this.raw.off('notice', this.#onNotice);
    this.raw.connection?.off('commandComplete', this.#onComplete);
    if (this.raw.getTransactionStatus === undefined) this.raw.connection?.off('readyForQuery', this.#onReady);
    await this.#release(this.#broken);
    this.raw.off('error', this.#onError);
    this.raw.off('end', this.#onError);
  }
}

const separator = ';\n';

/**
 * Which command of a script an error is of. The server parses a script as a whole before it runs any of it, so a misspelt command fails before those in
 * front of it have run; the place of an error is counted through the whole script, in characters.
 */
function failedCommand(commands: readonly string[], completed: number, error: unknown): CommandFailure {
  const position = Number((error as { readonly position?: string }).position ?? 0);
  if (!(position > 0)) return { index: completed, error };
  let start = 0;
  for (const [index, command] of commands.entries()) {
    const length = [...command].length;
    if (position <= start + length + 1) {
      (error as { position?: string }).position = String(position - start);
      return { index, error };
    }
    start += length + separator.length;
  }
  return { index: completed, error };
}
