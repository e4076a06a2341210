import type { Connection } from '../dialect/connection.ts';
import type { Operation } from '../operations/operation.ts';
import type { CallSite } from './call-site.ts';

/** An operation, and who called it. */
export interface OperationCall {
  readonly operation: Operation;
  readonly site: CallSite;
}

/** The first of several calls that failed, and the error for the one who awaits it. */
export interface CallFailure {
  readonly index: number;
  readonly error: unknown;
}

/** What runs on the connection in its place in the order. */
export type Work<T> = (connection: Connection) => Promise<T>;

/** What is known of a work beside itself. */
export interface WorkFacts {
  /** what it runs, where that is known */
  readonly sql?: string | undefined;
  /** whether the caller may do something with its result; default true */
  readonly answers?: boolean;
  /** whether somebody waits for it by now */
  readonly isAwaited: boolean;
}

/** Carries out what comes out of a queue. */
export interface QueueRunner {
  /** Runs operations that were called one after the other; never rejects. Where nobody waits, they may run together with what follows. */
  runOperations(calls: readonly OperationCall[], isAwaited: boolean): Promise<CallFailure | null>;
  /** Runs something else that has its place in the order, such as a query; what it throws becomes the error for the caller. */
  runWork<T>(work: Work<T>, site: CallSite, facts: WorkFacts): Promise<T>;
  /** Runs what it put off. @throws the error for the caller. */
  settle?(): Promise<void>;
  /** Of a runner that runs nothing: the error for who asks the database for something all the same. */
  refuse?(site: CallSite): Error;
}

/** A stretch of the queue with calls of its own, from a callback that may be async. */
export interface ScopeHooks<T> {
  /** before the first of its own calls */
  enter?(): Promise<void>;
  /** after its own calls have run and the callback has ended; `failure` is null when all went well */
  leave?(failure: { readonly error: unknown } | null, value: T | undefined): Promise<void>;
  /** a failure that the caller awaits leaves the queue able to go on, because `leave` undid everything */
  readonly recovers?: boolean;
}
