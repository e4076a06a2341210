/** One call, its place, and its outcome; the promise exists only when someone waits. */
export class QueueEntry<Task> {
  readonly task: Task;
  readonly place: number;
  isAwaited = false;
  #outcome: { readonly value: unknown } | { readonly error: unknown } | null = null;
  #waiting: PromiseWithResolvers<unknown> | null = null;

  constructor(task: Task, place: number) {
    this.task = task;
    this.place = place;
  }

  get isSettled(): boolean {
    return this.#outcome !== null;
  }

  get promise(): Promise<unknown> {
    if (this.#waiting === null) {
      this.#waiting = Promise.withResolvers();
      this.#waiting.promise.catch(() => {});
      this.#tell();
    }
    return this.#waiting.promise;
  }

  succeed(value: unknown): void {
    this.#outcome ??= { value };
    this.#tell();
  }

  fail(error: unknown): void {
    this.#outcome ??= { error };
    this.#tell();
  }

  #tell(): void {
    if (this.#outcome === null || this.#waiting === null) return;
    if ('error' in this.#outcome) this.#waiting.reject(this.#outcome.error);
    else this.#waiting.resolve(this.#outcome.value);
  }
}
