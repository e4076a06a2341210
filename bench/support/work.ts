import { runProcess } from './processes.ts';

/** What a worker of `bench/workers` found out: its last line, which {@link answer} wrote. */
export function work<Answer>(worker: string, words: readonly string[], cwd: string): Answer {
  const stderr = runProcess({ words: [worker, ...words] }, cwd);
  return JSON.parse(/^answer (.*)$/m.exec(stderr)?.[1] ?? 'null') as Answer;
}

/** For workers: gives the answer to whoever called {@link work}. */
export function answer(value: unknown): void {
  process.stderr.write(`answer ${JSON.stringify(value)}\n`);
}
