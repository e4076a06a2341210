import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Times } from './statistics.ts';

/** A process to start: Node's words, and the variables of its environment that matter. */
export interface Run {
  readonly words: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** called after each run, outside of its time */
  readonly after?: () => void;
}

/** The whole time of each process, started in turns `rounds` times. */
export function timeProcesses<Name extends string>(
  runs: Readonly<Record<Name, Run>>,
  rounds: number,
  cwd: string,
): Readonly<Record<Name, Times>> {
  const entries = Object.entries<Run>(runs);
  const times = new Map(entries.map(([name]) => [name, [] as number[]]));
  // the first time fills the compile cache, and the system's cache of files
  for (let round = -1; round < rounds; round++) {
    for (const [name, run] of entries) {
      const start = performance.now();
      runProcess(run, cwd);
      const time = performance.now() - start;
      if (round >= 0) times.get(name)?.push(time);
      run.after?.();
    }
  }
  return Object.fromEntries(times) as unknown as Record<Name, Times>;
}

/** The most memory that a process had at once, in bytes: the least of several runs. */
export function peakMemory({ words, env = {}, after }: Run, cwd: string): number {
  const hook = fileURLToPath(new URL('./peak-memory.cjs', import.meta.url));
  const peaks = [0, 1, 2].map(() => {
    const stderr = runProcess({ words: ['--require', hook, ...words], env }, cwd);
    after?.();
    return Number(/peak memory: (\d+)/.exec(stderr)?.[1]);
  });
  return Math.min(...peaks);
}

/** Runs a process to its end and gives what it wrote to stderr. */
export function runProcess({ words, env = {} }: Run, cwd: string): string {
  const { status, stderr, error } = spawnSync(process.execPath, words, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 1e9,
  });
  if (status !== 0) throw new Error(`node ${words.join(' ')} failed: ${error?.message ?? stderr}`);
  return stderr;
}
