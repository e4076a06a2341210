import { AsyncLocalStorage } from 'node:async_hooks';
import { Mutex } from '../runtime/mutex.ts';

const writers = new Map<string, Mutex>();
/** the directories that the running code is writing to */
const held = new AsyncLocalStorage<ReadonlySet<string>>();

/**
 * Runs `work`, which writes new revisions to `directory`, while nothing else in this process does: of two that begin at the same heads, the second sees
 * the first one's file. What `work` itself calls doesn't wait for it.
 */
export async function oneWriter<T>(directory: string, work: () => Promise<T>): Promise<T> {
  const outer = held.getStore();
  if (outer?.has(directory)) return work();
  const mutex = writers.get(directory) ?? new Mutex();
  writers.set(directory, mutex);
  return mutex.run(() => held.run(new Set([...(outer ?? []), directory]), work));
}
