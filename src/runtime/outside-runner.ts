import type { Definitions } from '../operations/definitions.ts';
import type { CallSite } from './call-site.ts';
import { OperationRunner } from './operation-runner.ts';
import type { CallFailure, OperationCall, QueueRunner, ScopeHooks, Work, WorkFacts } from './queue-runner.ts';
import type { Session } from './session.ts';

/** What operations outside of a step stand on. */
export interface OutsideHost {
  readonly definitions: Definitions;
  /** Runs `work` with the open session while nothing else runs on the connection. */
  exclusive<T>(work: (session: Session) => Promise<T>): Promise<T>;
  acquire(): Promise<() => Promise<void>>;
  session(): Promise<Session>;
  begin(session: Session): Promise<void>;
  giveUpLost(error: unknown): Promise<void>;
}

/** Runs what is called on `alembic.op` outside of a step: each operation in a transaction of its own. */
export class OutsideRunner implements QueueRunner {
  readonly #host: OutsideHost;
  /** the session of a stretch that is being run in one go */
  #held: Session | null = null;

  constructor(host: OutsideHost) {
    this.#host = host;
  }

  runOperations(calls: readonly OperationCall[]): Promise<CallFailure | null> {
    return this.#with(async (session) => {
      const runner = new OperationRunner(session, this.#host.definitions, null);
      if (this.#held !== null) return runner.runOperations(calls, true);
      try {
        await this.#host.begin(session);
        const failure = await runner.runOperations(calls, true);
        if (failure === null) await session.commit();
        else await session.rollback();
        return failure;
      } catch (error) {
        await session.rollback();
        return { index: 0, error: runner.failure(error, calls[0]?.site) };
      }
    })
      .catch((error: unknown) => ({ index: 0, error }))
      .then(async (failure) => {
        if (failure !== null) await this.#host.giveUpLost(failure.error);
        return failure;
      });
  }

  runWork<T>(work: Work<T>, site: CallSite, facts: WorkFacts): Promise<T> {
    return this.#with((session) =>
      new OperationRunner(session, this.#host.definitions, null).runWork(work, site, facts),
    );
  }

  /** Nothing is put off outside of a step. */
  async settle(): Promise<void> {}

  /** A transaction around a stretch. */
  transaction<T>(): ScopeHooks<T> {
    return this.#stretch<T>(
      (session) => this.#host.begin(session),
      (session, failed) => (failed ? session.rollback() : session.commit()),
    );
  }

  /** No transaction around a stretch. */
  autocommit<T>(): ScopeHooks<T> {
    return this.#stretch<T>(
      async () => {},
      async () => {},
    );
  }

  #stretch<T>(
    enter: (session: Session) => Promise<void>,
    leave: (session: Session, failed: boolean) => Promise<void>,
  ): ScopeHooks<T> {
    let release: (() => Promise<void>) | null = null;
    const end = async (): Promise<void> => {
      this.#held = null;
      await release?.();
    };
    return {
      enter: async () => {
        release = await this.#host.acquire();
        try {
          const session = await this.#host.session();
          await enter(session);
          this.#held = session;
        } catch (error) {
          await end();
          throw error;
        }
      },
      leave: async (failure) => {
        const session = this.#held;
        try {
          if (session !== null) await leave(session, failure !== null);
        } finally {
          await end();
        }
      },
    };
  }

  #with<T>(work: (session: Session) => Promise<T>): Promise<T> {
    return this.#held === null ? this.#host.exclusive(work) : work(this.#held);
  }
}
