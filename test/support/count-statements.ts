import { createRequire } from 'node:module';
import { DatabaseSync } from 'node:sqlite';

type Method = (this: unknown, ...args: unknown[]) => unknown;

const sent: string[] = [];

/**
 * Runs `work` and counts what it sends to databases, at the drivers themselves: calls of `prepare` and `exec` of `node:sqlite`, and of `query` of
 * `pg`'s clients.
 *
 * @returns also its time, in milliseconds
 */
export async function countStatements(
  work: () => Promise<unknown>,
): Promise<{ readonly statements: number; readonly time: number }> {
  const before = sent.length;
  const start = performance.now();
  await work();
  return { statements: sent.length - before, time: performance.now() - start };
}

/** Runs `work`, and gives what it sent to databases, one text for each call of a driver. */
export async function statementsOf(work: () => Promise<unknown>): Promise<readonly string[]> {
  const before = sent.length;
  await work();
  return sent.slice(before);
}

/** `pg` takes a text, or an object that has one. */
function textOf(query: unknown): string {
  return String(typeof query === 'object' && query !== null && 'text' in query ? query.text : query);
}

function watch(prototype: object, method: string): void {
  const methods = prototype as Record<string, Method>;
  const original = methods[method] as Method;
  methods[method] = function (...args) {
    sent.push(textOf(args[0]));
    return original.apply(this, args);
  };
}

watch(DatabaseSync.prototype, 'prepare');
watch(DatabaseSync.prototype, 'exec');
const { Client } = createRequire(import.meta.url)('pg') as typeof import('pg');
watch(Client.prototype, 'query');
