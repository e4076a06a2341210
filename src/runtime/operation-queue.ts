import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { ArgumentError } from '../errors.ts';
import type { Operation } from '../operations/operation.ts';
import { type CallSite, noteCall } from './call-site.ts';
import { notRun, type WaitingCall } from './not-run.ts';
import { OperationPromise } from './operation-promise.ts';
import { QueueEntry } from './queue-entry.ts';
import type { OperationCall, QueueRunner, ScopeHooks, Work } from './queue-runner.ts';

export interface QueueOptions {
  readonly runner: QueueRunner;
  /** whose operations these are: a migration context */
  readonly owner: object;
  /**
   * Outside of a step: each entry runs by itself, without being awaited. A failure is over with the entries that were waiting then: they aren't
   * run, and each has an error of its own that says so. Every error that nobody awaits is given to this function.
   */
  readonly onLostFailure?: ((error: unknown) => void) | undefined;
}

/** A queue within a queue, before its place there is known. */
interface Stretch {
  readonly queue: OperationQueue;
  readonly open: () => void;
  entry: QueueEntry<Task> | null;
}

interface Scope {
  readonly queue: OperationQueue;
  readonly site: CallSite;
  readonly body: Promise<unknown>;
  readonly hooks: ScopeHooks<never>;
}

type Task =
  | { readonly kind: 'operation'; readonly call: OperationCall; readonly result: unknown }
  | {
      readonly kind: 'work';
      readonly work: Work<unknown>;
      readonly site: CallSite;
      readonly recovers: boolean;
      readonly answers: boolean;
      readonly sql: string | undefined;
    }
  | { readonly kind: 'scope'; readonly scope: Scope };

/** the innermost queue that the running code's calls go to */
const current = new AsyncLocalStorage<OperationQueue>();

/**
 * The calls of a step, in the order in which they were made. Nothing runs before someone awaits a call, or the step ends; then everything up to
 * there runs, in order. After a failure nothing runs any more.
 */
export class OperationQueue {
  readonly owner: object;
  /** the step's own queue, of which this may be a stretch */
  readonly root: OperationQueue;
  readonly #options: QueueOptions;
  #entries: QueueEntry<Task>[] = [];
  #calls = 0;
  /** everything up to this call has been asked for */
  #target = 0;
  #running: Promise<void> | null = null;
  #failure: { readonly error: unknown } | null = null;
  #closed = false;
  /** someone waited since the last look: code that hasn't run yet may go on calling */
  #awaited = false;
  /** for a stretch: waits until it is its turn */
  #turn: (() => Promise<void>) | null = null;

  constructor(options: QueueOptions, root: OperationQueue | null = null) {
    this.owner = options.owner;
    this.root = root ?? this;
    this.#options = options;
  }

  /** The queue that the running code's calls go to, whichever façade it uses. */
  static get running(): OperationQueue | undefined {
    return current.getStore();
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Where a call of the running code goes: a stretch of this queue, or itself. */
  get here(): OperationQueue {
    const running = current.getStore();
    return running?.root === this ? running : this;
  }

  /** For what asks a database without a place in the order. @throws the runner's refusal, where the running code's calls are only recorded. */
  static refuseInRecording(): void {
    const refusal = current.getStore()?.refusal(noteCall(OperationQueue.refuseInRecording));
    if (refusal !== undefined) throw refusal;
  }

  /** What a runner that runs nothing says to who needs an answer: whatever is called from now on comes after that. */
  refusal(site: CallSite): Error | undefined {
    const refusal = this.#options.runner.refuse?.(site);
    if (refusal !== undefined && !this.#closed)
      this.work(() => Promise.reject(refusal), site).catch(() => {});
    return refusal;
  }

  /** Runs `code`, whose calls belong here. */
  runInside<T>(code: () => T): T {
    return current.run(this, code);
  }

  /**
   * Adds an operation; awaiting it gives `result`.
   *
   * @throws ArgumentError `STEP_ENDED`.
   */
  operation<T>(call: OperationCall, result: T): OperationPromise<T> {
    return this.#add({ kind: 'operation', call, result });
  }

  /**
   * Adds anything else that has its place in the order. With `recovers`, a failure that is awaited is the caller's to mend; `sql` is what it runs; without
   * `answers`, its result says nothing.
   *
   * @throws ArgumentError `STEP_ENDED`.
   */
  work<T>(
    work: Work<T>,
    site: CallSite,
    {
      recovers = false,
      answers = true,
      sql,
    }: { readonly recovers?: boolean; readonly answers?: boolean; readonly sql?: string } = {},
  ): OperationPromise<T> {
    this.#awaited = true;
    return this.#add({ kind: 'work', work, site, recovers, answers, sql });
  }

  /**
   * Calls `callback` at once and adds what it calls as one stretch, which may grow until what `callback` returns has settled; calls after it wait.
   *
   * @throws what `callback` throws at once; ArgumentError `STEP_ENDED`.
   */
  scope<T>(callback: () => T | PromiseLike<T>, hooks: ScopeHooks<T>, site: CallSite): OperationPromise<T> {
    this.#checkOpen();
    const stretch = this.#stretch();
    return this.#addScope(stretch, stretch.queue.runInside(callback), hooks, site);
  }

  /**
   * Calls `callback` at once; the operation that `finish` makes when what it returns has settled runs after what the callback itself called, and
   * calls after it wait.
   *
   * @throws what `callback` throws at once; ArgumentError `STEP_ENDED`.
   */
  batch(
    callback: () => void | PromiseLike<void>,
    finish: () => Operation,
    site: CallSite,
  ): OperationPromise<void> {
    this.#checkOpen();
    const stretch = this.#stretch();
    const returned = stretch.queue.runInside(callback);
    if (!isThenable(returned) && !stretch.queue.isPending) {
      stretch.queue.close();
      return this.operation({ operation: finish(), site }, undefined);
    }
    const leave: ScopeHooks<void>['leave'] = async (failure) => {
      if (failure !== null) return;
      const failed = await this.#options.runner.runOperations([{ operation: finish(), site }], true);
      if (failed !== null) throw failed.error;
    };
    return this.#addScope(stretch, returned, { leave }, site);
  }

  /** Whether calls have been made that haven't run. */
  get isPending(): boolean {
    return this.#entries.length > 0;
  }

  /** Runs all that was called, and what is called while it runs. @throws the first failure. */
  async drain(): Promise<void> {
    do {
      this.#target = Number.MAX_SAFE_INTEGER;
      await this.#start();
      const goOn = this.#awaited;
      this.#awaited = false;
      // lets code go on that waited for one of ours without being awaited itself
      if (goOn) await nextTurn();
    } while (this.#failure === null && (this.#entries.length > 0 || this.#awaited));
    if (this.#failure !== null) throw this.#failure.error;
  }

  /** Waits for what was asked for, whatever becomes of it. */
  async settle(): Promise<void> {
    while (this.#running !== null) await this.#running;
  }

  /** Lets nothing run any more but what is running now, and waits for that. Resolves to the first failure, which may be an earlier one. */
  async abort(error: unknown): Promise<unknown> {
    this.#fail({ error });
    const first = this.#failure === null ? error : this.#failure.error;
    await this.#running;
    return first;
  }

  /** What is called from now on throws. */
  close(): void {
    this.#closed = true;
  }

  /** A queue for calls of its own, that runs when this one has come to its place. */
  #stretch(): Stretch {
    const queue = new OperationQueue({ ...this.#options, onLostFailure: undefined }, this.root);
    const opened = Promise.withResolvers<void>();
    const stretch: Stretch = { queue, open: opened.resolve, entry: null };
    queue.#turn = () => {
      if (stretch.entry !== null) this.#runTo(stretch.entry).catch(() => {});
      return opened.promise;
    };
    return stretch;
  }

  #addScope<T>(
    stretch: Stretch,
    returned: T | PromiseLike<T>,
    hooks: ScopeHooks<T>,
    site: CallSite,
  ): OperationPromise<T> {
    const { queue } = stretch;
    const enter = async (): Promise<void> => {
      try {
        await this.#options.runner.settle?.();
        await hooks.enter?.();
      } catch (error) {
        queue.#fail({ error });
        throw error;
      } finally {
        stretch.open();
      }
    };
    const body = settled(returned);
    const scope: Scope = { queue, site, body, hooks: { ...hooks, enter } as ScopeHooks<never> };
    return this.#add({ kind: 'scope', scope }, stretch);
  }

  #add<T>(task: Task, stretch?: Stretch): OperationPromise<T> {
    this.#checkOpen();
    const entry = new QueueEntry<Task>(task, ++this.#calls);
    if (stretch !== undefined) stretch.entry = entry;
    if (this.#failure !== null) entry.fail(this.#failure.error);
    else this.#entries.push(entry);
    if (this.#options.onLostFailure !== undefined) void this.#runTo(entry).catch(() => {});
    return new OperationPromise<T>({
      start: () => {
        this.#awaited = true;
        if (task.kind === 'work' && task.answers && entry.isSettled && !entry.isAwaited) {
          // it was only recorded, while nobody waited for its result
          const refusal = this.refusal(task.site);
          if (refusal !== undefined) return Promise.reject(refusal);
        }
        entry.isAwaited = true;
        return this.#runTo(entry) as Promise<T>;
      },
    });
  }

  #checkOpen(): void {
    if (!this.#closed) return;
    throw new ArgumentError(
      'STEP_ENDED',
      this.root === this
        ? 'An operation was called after its step had ended, and did not run. Await what calls it: upgrade() has to be async, and must not end before its operations are called.'
        : 'An operation was called after the callback that it belongs to had ended, and did not run. The callback has to be async, and must not end before its operations are called.',
    );
  }

  #runTo(entry: QueueEntry<Task>): Promise<unknown> {
    this.#target = Math.max(this.#target, entry.place);
    if (!entry.isSettled) void this.#start();
    return entry.promise;
  }

  #start(): Promise<void> {
    this.#running ??= this.#run();
    return this.#running;
  }

  async #run(): Promise<void> {
    // awaits that were made together run together
    await null;
    await this.#turn?.();
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      if (next.task.kind === 'operation') await this.#runOperations();
      else await this.#runOther(next);
    }
    this.#running = null;
  }

  #next(): QueueEntry<Task> | undefined {
    const next = this.#entries[0];
    return next !== undefined && next.place <= this.#target ? next : undefined;
  }

  async #runOperations(): Promise<void> {
    const most = this.#options.onLostFailure === undefined ? this.#entries.length : 1;
    const calls: OperationCall[] = [];
    for (const { task, place } of this.#entries.slice(0, most)) {
      if (task.kind !== 'operation' || place > this.#target) break;
      calls.push(task.call);
    }
    const entries = this.#entries.slice(0, calls.length);
    const isAwaited = entries.some((entry) => entry.isAwaited);
    const failure = await this.#options.runner.runOperations(calls, isAwaited);
    const done = failure === null ? entries.length : failure.index;
    for (const entry of this.#entries.splice(0, done)) {
      entry.succeed(entry.task.kind === 'operation' ? entry.task.result : undefined);
    }
    if (failure !== null) this.#fail({ error: failure.error });
  }

  async #runOther(entry: QueueEntry<Task>): Promise<void> {
    const { task } = entry;
    try {
      let value: unknown;
      if (task.kind === 'work') value = await this.#runWork(task, entry.isAwaited);
      else if (task.kind === 'scope') value = await this.#runScope(task.scope);
      this.#remove(entry);
      entry.succeed(value);
    } catch (error) {
      if (recovers(task) && entry.isAwaited) {
        this.#remove(entry);
        entry.fail(error);
      } else this.#fail({ error });
    }
  }

  #runWork({ work, site, sql, answers }: Task & { kind: 'work' }, isAwaited: boolean): Promise<unknown> {
    return this.#options.runner.runWork(work, site, { sql, answers, isAwaited });
  }

  #remove(entry: QueueEntry<Task>): void {
    if (this.#entries[0] === entry) this.#entries.shift();
  }

  #fail(failure: { readonly error: unknown }): void {
    this.#failure ??= failure;
    const { error } = this.#failure;
    const lost = this.#entries.splice(0);
    const { onLostFailure } = this.#options;
    const errors = lost.map(({ task }, i) =>
      onLostFailure === undefined || i === 0 ? error : notRun(waitingCall(task), error),
    );
    for (const [i, { task }] of lost.entries()) {
      if (task.kind === 'scope' && !task.scope.queue.#closed) task.scope.queue.#fail({ error: errors[i] });
    }
    for (const [i, entry] of lost.entries()) entry.fail(errors[i]);
    if (onLostFailure === undefined) return;
    // operations of their own: what is called after this has nothing to do with it
    this.#failure = null;
    void nextTurn().then(() => {
      for (const [i, entry] of lost.entries()) if (!entry.isAwaited) onLostFailure(errors[i]);
    });
  }

  async #runScope({ queue, body, hooks }: Scope): Promise<unknown> {
    let failure: { error: unknown } | null = null;
    try {
      await hooks.enter?.();
    } catch (error) {
      failure = { error };
    }
    let value: unknown;
    try {
      value = await body;
    } catch (error) {
      failure ??= { error };
    }
    // a failed call fails the whole stretch, even where the callback caught it
    failure = await queue.#end(failure);
    await hooks.leave?.(failure, value as never);
    if (failure !== null) throw failure.error;
    return value;
  }

  /** Ends a stretch whose callback has ended; resolves to its first failure. */
  async #end(body: { error: unknown } | null): Promise<{ error: unknown } | null> {
    try {
      if (body !== null) return { error: await this.abort(body.error) };
      await this.drain();
      await this.#options.runner.settle?.();
      return null;
    } catch (error) {
      return { error };
    } finally {
      this.close();
    }
  }
}

function waitingCall(task: Task): WaitingCall {
  if (task.kind === 'work') return { what: 'A query', site: task.site };
  if (task.kind === 'scope') return { what: 'A block of operations', site: task.scope.site };
  const { operation, site } = task.call;
  return { what: operation.kind, site, operation: operation.kind };
}

function recovers(task: Task): boolean {
  if (task.kind === 'scope') return task.scope.hooks.recovers ?? false;
  return task.kind === 'work' && task.recovers;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

/** A promise for what a callback returned, whose rejection is looked at later. */
function settled<T>(value: T | PromiseLike<T>): Promise<T> {
  const promise = Promise.resolve(value);
  promise.catch(() => {});
  return promise;
}
