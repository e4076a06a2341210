import type { Parameter } from '../../../dialect/connection.ts';
import type { PgClient, PgNotice } from './pg.ts';
import type { Result, Session } from './session.ts';

/** A session over a client of `pg`. `release` gives the client back to wherever it came from. */
export class PgSession implements Session {
  readonly raw: PgClient;
  readonly #release: (broken: boolean) => Promise<void> | void;
  #notices: string[] = [];
  #status: string | null = null;
  #broken = false;

  readonly #onNotice = (notice: PgNotice): void => {
    const { severity = 'NOTICE', message = '', detail, hint } = notice;
    this.#notices.push([`${severity}: ${message}`, detail, hint].filter(Boolean).join(' '));
  };
  /** Without a listener, a connection that breaks off between two queries would end the process. */
  readonly #onError = (): void => {
    this.#broken = true;
  };
  readonly #onReady = (message: { readonly status?: string }): void => {
    this.#status = message.status ?? null;
  };

  constructor(client: PgClient, release: (broken: boolean) => Promise<void> | void) {
    this.raw = client;
    this.#release = release;
    client.on('notice', this.#onNotice);
    client.on('error', this.#onError);
    client.on('end', this.#onError);
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

  takeNotices(): readonly string[] {
    const taken = this.#notices;
    this.#notices = [];
    return taken;
  }

  async close(): Promise<void> {
    this.raw.off('notice', this.#onNotice);
    if (this.raw.getTransactionStatus === undefined) this.raw.connection?.off('readyForQuery', this.#onReady);
    await this.#release(this.#broken);
    this.raw.off('error', this.#onError);
    this.raw.off('end', this.#onError);
  }
}
