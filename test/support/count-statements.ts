import { createRequire } from 'node:module';
import { DatabaseSync } from 'node:sqlite';

type Method = (this: unknown, ...args: unknown[]) => unknown;

let count = 0;

/**
 * Runs `work` and counts what it sends to databases, at the drivers themselves: calls of `prepare` and `exec` of `node:sqlite`, and of `query` of
 * `pg`'s clients.
 *
 * @returns also its time, in milliseconds
 */
export async function countStatements(
  work: () => Promise<unknown>,
): Promise<{ readonly statements: number; readonly time: number }> {
  const before = count;
  const start = performance.now();
  await work();
  return { statements: count - before, time: performance.now() - start };
}

function watch(prototype: object, method: string): void {
  const methods = prototype as Record<string, Method>;
  const original = methods[method] as Method;
  methods[method] = function (...args) {
    count++;
    return original.apply(this, args);
  };
}

watch(DatabaseSync.prototype, 'prepare');
watch(DatabaseSync.prototype, 'exec');
const { Client } = createRequire(import.meta.url)('pg') as typeof import('pg');
watch(Client.prototype, 'query');
