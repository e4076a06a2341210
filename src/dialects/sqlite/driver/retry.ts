import { setTimeout as sleep } from 'node:timers/promises';
import { isBusy } from './database-error.ts';

/** How long to wait for another connection's lock. */
export interface Wait {
  /** in milliseconds; 0 doesn't wait */
  readonly timeout: number;
  /** called once, when it has to be waited for */
  readonly onWait?: (() => void) | undefined;
}

/** In milliseconds, as SQLite's own busy handler waits; the last one again and again. */
const delays = [1, 2, 5, 10, 15, 20, 25, 25, 25, 50, 50, 100];

/** Calls `attempt` until it doesn't fail for a lock of someone else; the event loop goes on meanwhile. */
export async function retryWhileBusy<T>(attempt: () => T, { timeout, onWait }: Wait): Promise<T> {
  const end = performance.now() + timeout;
  for (let i = 0; ; i++) {
    try {
      return attempt();
    } catch (error) {
      const left = end - performance.now();
      if (!isBusy(error) || left <= 0) throw error;
      if (i === 0) onWait?.();
      await sleep(Math.min(delays[Math.min(i, delays.length - 1)] ?? 0, Math.max(left, 1)));
    }
  }
}
