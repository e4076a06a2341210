import type { Parameter } from '../../../../dialect/connection.ts';
import { noticeText } from '../notice-text.ts';
import { parameterText } from '../parameter-text.ts';
import type { Result, Session } from '../session.ts';
import type { Pglite } from './pglite.ts';

/** What the server said last of its transaction: `I`dle, in one (`T`), or in one that has failed (`E`). There is one session only, whoever uses it. */
const states = new WeakMap<Pglite, string>();

/** The one session of a PGlite. `release` is called where it isn't used any more. */
export class PgliteSession implements Session {
  readonly raw: Pglite;
  readonly #release: () => Promise<void> | void;
  readonly #notices: string[] = [];

  constructor(pglite: Pglite, release: () => Promise<void> | void) {
    this.raw = pglite;
    this.#release = release;
  }

  async start(): Promise<void> {
    await this.raw.waitReady;
    await this.#askState();
  }

  get inTransaction(): boolean {
    const state = states.get(this.raw);
    return !this.raw.closed && (state === 'T' || state === 'E');
  }

  async run(sql: string, parameters: readonly Parameter[]): Promise<readonly Result[]> {
    const hadFailed = states.get(this.raw) === 'E';
    const options = {
      onNotice: (notice: object) => this.#notices.push(noticeText(notice)),
      serializers: asTheyAre,
    };
    try {
      const results =
        parameters.length === 0
          ? await this.raw.exec(sql, options)
          : [await this.raw.query(sql, parameters.map(parameterText), options)];
      await this.#askState();
      const wasRolledBack = hadFailed && !this.inTransaction;
      return results.map(({ rows, command = '', affectedRows = null, rowCount = affectedRows }) => ({
        command: wasRolledBack ? 'ROLLBACK' : command,
        rows,
        rowCount,
      }));
    } catch (error) {
      if (!this.raw.closed) await this.#askState();
      throw error;
    }
  }

  takeNotices(): readonly string[] {
    return this.#notices.splice(0);
  }

  async close(): Promise<void> {
    await this.#release();
  }

  async #askState(): Promise<void> {
    const { messages } = await this.raw.runExclusive(() => this.raw.execProtocol(syncMessage, {}));
    const status = messages.findLast(({ name }) => name === 'readyForQuery')?.status;
    if (status !== undefined) states.set(this.raw, status);
  }
}

/** `Sync` of the protocol: it changes nothing, and is answered by the state. */
const syncMessage = Uint8Array.of(0x53, 0, 0, 0, 4);

/** Parameters are text already, of whatever type. */
const asTheyAre: { readonly [type: number]: (value: string) => string } = new Proxy(
  {},
  { get: () => (value: string) => value },
);
