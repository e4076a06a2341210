import { CommandError } from '../errors.ts';
import type { RevisionStep, StepKind } from '../revisions/index.ts';
import type { Context } from './context.ts';
import type { StepFacts } from './migration-error.ts';
import type { MigrationFunction, MigrationSource, RevisionFile } from './migration-source.ts';
import { OperationQueue } from './operation-queue.ts';
import type { QueueRunner } from './queue-runner.ts';

/** The function of a step, imported; null where it has none for that database. @throws CommandError as `MigrationSource.load` does; `NOT_CONFIGURED`. */
export async function loadStep(
  source: MigrationSource | null,
  { revision, kind }: RevisionStep,
  engineName: string,
): Promise<MigrationFunction | null> {
  if (revision === null || kind === 'stamp') return null;
  if (source !== null) return source.load(revision, kind, engineName);
  throw new CommandError(
    'NOT_CONFIGURED',
    `Revision '${revision}' was to run, and the context has no script directory to take it from.`,
  );
}

/** Runs somebody else's code, whose operations and queries go to `runner`, until all that it called has run. */
export async function runCode<T>(
  context: Context,
  runner: QueueRunner,
  file: string | null,
  code: (op: unknown) => T | PromiseLike<T>,
): Promise<T> {
  const queue = new OperationQueue({ runner, owner: context });
  const op = context.operationsOn(queue, file);
  try {
    const value = await queue.runInside(async () => code(op));
    await queue.drain();
    return value;
  } catch (error) {
    // of what is only recorded, all that came before it is told
    if (runner.refuse !== undefined) await queue.settle();
    throw await queue.abort(error);
  } finally {
    queue.close();
  }
}

/** `engineName` where several databases run together. */
export function stepFacts(
  { revision, path }: RevisionFile,
  kind: StepKind,
  engineName: string | null,
): StepFacts {
  return { revision, direction: kind === 'downgrade' ? 'downgrade' : 'upgrade', file: path, engineName };
}

/** The second argument of a step's function. */
export function stepArguments(
  args: Readonly<Record<string, unknown>>,
  engineName: string | null,
): Readonly<Record<string, unknown>> {
  return Object.freeze(engineName === null ? { ...args } : { ...args, engineName });
}
