/** What a queue needs to know of someone who waits. */
export interface Awaited<T> {
  /** Asks for the result: only then is anything done for it. */
  start(): Promise<T>;
}

/**
 * What calling an operation returns: a promise that begins its work when it is awaited, and that nobody has to await. A failure that nobody
 * awaited is no unhandled rejection; it fails the step.
 */
export class OperationPromise<T> implements Promise<T> {
  readonly #work: Awaited<T>;

  constructor(work: Awaited<T>) {
    this.#work = work;
  }

  get [Symbol.toStringTag](): string {
    return 'OperationPromise';
  }

  then<A = T, B = never>(
    onDone?: ((value: T) => A | PromiseLike<A>) | null,
    onFailed?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    const result = this.#work.start();
    const next = result.then(onDone, onFailed);
    // the step fails with it in any case, so a chain without a catch hides nothing
    if (!onFailed) result.catch(() => next.catch(() => {}));
    return next;
  }

  catch<B = never>(onFailed?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<T | B> {
    return this.then(null, onFailed);
  }

  finally(onSettled?: (() => void) | null): Promise<T> {
    const result = this.#work.start();
    const next = result.finally(onSettled);
    result.catch(() => next.catch(() => {}));
    return next;
  }
}
