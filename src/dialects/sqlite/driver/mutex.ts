import type { Wait } from './retry.ts';

/** The ends of the queues, by what is locked: a file's real path, or a database object. */
const tails = new Map<unknown, Promise<void>>();

/** The longest time that a timer can wait. */
const longest = 2 ** 31 - 1;

/**
 * One holder at a time in this process, in the order of the calls. Resolves to the function that lets go, or to null when it wasn't to be had in time.
 */
export async function acquire(key: unknown, { timeout, onWait }: Wait): Promise<(() => void) | null> {
  const before = tails.get(key);
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  const tail = before === undefined ? held : before.then(() => held);
  const forget = (): void => {
    if (tails.get(key) === tail) tails.delete(key);
  };
  const letGo = (): void => {
    forget();
    release();
  };
  tails.set(key, tail);
  if (before === undefined) return letGo;
  onWait?.();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, Math.min(timeout, longest), 'late');
  });
  const first = await Promise.race([before, late]);
  clearTimeout(timer);
  if (first !== 'late') return letGo;
  // the place in the queue stays until those before it are done
  release();
  tail.then(forget);
  return null;
}
