import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Python's own Alembic, running beside the test. */
export interface PythonAlembic {
  /** such as `1.8.1` */
  readonly version: string;
  /** Runs one command line of `alembic`; resolves to what it printed, rejects with what it complained of. */
  run(...words: readonly string[]): Promise<string>;
  stop(): Promise<void>;
}

const script = fileURLToPath(new URL('./python/run_alembic.py', import.meta.url));
const found = findPython();

/** Why Python's Alembic can't be tried here; null where it can. */
export const pythonAlembicIsMissing: string | null =
  found === null ? 'no python3 with alembic and psycopg2 (Debian: alembic python3-psycopg2)' : null;

/** Starts it; `config` is the path of its `alembic.ini`. */
export async function startPythonAlembic(config: string): Promise<PythonAlembic> {
  if (found === null) throw new Error(pythonAlembicIsMissing ?? '');
  const child = spawn(found, ['-B', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<Answer> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`Python ended with status ${child.exitCode}.`);
    return JSON.parse(value) as Answer;
  };
  const { alembic = '' } = await answer();
  return {
    version: alembic,
    async run(...words) {
      child.stdin.write(`${JSON.stringify(['-c', config, ...words])}\n`);
      const { output, error } = await answer();
      if (error !== undefined) throw new Error(`alembic ${words.join(' ')}: ${error}`);
      return output ?? '';
    },
    stop: () => ended(child),
  };
}

interface Answer {
  readonly alembic?: string;
  readonly output?: string;
  readonly error?: string;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exit = once(child, 'exit');
  child.stdin?.end();
  await exit;
}

/** The first Python that has Alembic: the one that `ALEMBIC_TEST_PYTHON` names, the system's, the one on the path. */
function findPython(): string | null {
  const named = process.env.ALEMBIC_TEST_PYTHON || undefined;
  const candidates = named === undefined ? ['/usr/bin/python3', 'python3'] : [named];
  const usable = candidates.find(
    (python) => spawnSync(python, ['-c', 'import alembic, psycopg2']).status === 0,
  );
  if (named !== undefined && usable === undefined)
    throw new Error(`ALEMBIC_TEST_PYTHON names ${named}, which has no alembic and psycopg2.`);
  return usable ?? null;
}
