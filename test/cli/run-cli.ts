import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const bin: string = fileURLToPath(new URL('../../src/bin.ts', import.meta.url));

export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
}

/** The environment of a user without a terminal's settings. */
function environment(more: RunOptions['env'] = {}): NodeJS.ProcessEnv {
  const { FORCE_COLOR, NO_COLOR, NODE_OPTIONS, VISUAL, EDITOR, ...rest } = process.env;
  return { ...rest, ...more };
}

/** Runs the executable in a directory, as a user does, and waits for its end. */
export function cli(cwd: string, words: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return runProcess(process.execPath, ['--no-warnings', bin, ...words], cwd, options);
}

/** Runs a program that ends by itself; its failure is an answer too. */
export function runProcess(
  program: string,
  words: readonly string[],
  cwd: string,
  { env, input = '' }: RunOptions = {},
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      words,
      { cwd, env: environment(env), encoding: 'utf8', timeout: 30_000 },
      (error, stdout, stderr) => {
        if (error !== null && typeof error.code !== 'number')
          reject(new Error(`${error.message}\n${stderr}`));
        else resolve({ status: (error?.code as number | undefined) ?? 0, stdout, stderr });
      },
    );
    child.stdin?.end(input);
  });
}

/** Runs several at once that don't disturb one another: starting a process is what takes the time. */
export function all<T>(runs: readonly (() => Promise<T>)[], atOnce = 4): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let i = next++; i < runs.length; i = next++) results[i] = await runs[i]!();
  };
  return Promise.all(Array.from({ length: atOnce }, work)).then(() => results);
}
