import type { Dialect } from '../dialect/dialect.ts';
import type { OperationQueue } from './operation-queue.ts';
import type { ScopeHooks } from './queue-runner.ts';
import type { Session } from './session.ts';

/** What a bind stands on. */
export interface BindHost {
  readonly dialect: Dialect;
  queue(): OperationQueue;
  /** the open session; null where the connection isn't open */
  readonly session: Session | null;
  /** what happens around `savepoint` */
  savepoint(): ScopeHooks<unknown>;
  /** path of the running revision's file, from where packages are looked for */
  readonly file: string | null;
}
