import { AlembicError, MigrationError } from '../errors.ts';
import type { RevisionStep } from '../revisions/index.ts';
import type { Context } from './context.ts';
import { DatabaseRun, type RunRequest } from './database-run.ts';
import { migrationError, withState } from './migration-error.ts';
import { StatementFailure } from './session.ts';

/** What a run did on one database. */
export interface RunReport {
  /** what was run, in order; empty when there was nothing to do */
  readonly steps: readonly RevisionStep[];
  /** the rows of the version table now */
  readonly heads: readonly string[];
}

/**
 * Runs migrations on several databases as one group: every transaction begins before any step runs, and a failure on one rolls all of them back, as
 * far as they can.
 *
 * @returns by the contexts' keys
 * @throws MigrationError telling what is committed and what isn't; DatabaseError when a database can't be reached or its lock isn't to be had (then
 *   nothing was changed); what `plan` throws.
 */
export async function runMigrations(
  contexts: readonly Context[],
  request: Omit<RunRequest, 'isGroup'>,
): Promise<ReadonlyMap<string, RunReport>> {
  const group = new Set(contexts);
  const releases: (() => Promise<void>)[] = [];
  const runs: DatabaseRun[] = [];
  try {
    for (const context of contexts) releases.push(await context.acquire());
    for (const context of contexts) {
      const run = new DatabaseRun(context, await context.session(), {
        ...request,
        isGroup: contexts.length > 1,
      });
      runs.push(run);
      context.activity = { run, group };
      if (request.repeatable) await run.look();
    }
    const working = request.repeatable ? runs.filter((run) => run.steps.length > 0) : runs;
    if (request.repeatable) for (const run of working) await run.load();
    await runGroup(working);
    return new Map(runs.map((run) => [run.context.key, { steps: run.ran, heads: run.heads }]));
  } catch (error) {
    for (const context of contexts.slice(0, releases.length)) await context.giveUpLost(error);
    throw error;
  } finally {
    for (const context of contexts.slice(0, releases.length)) context.activity = null;
    await Promise.all(releases.map((release) => release()));
  }
}

async function runGroup(runs: readonly DatabaseRun[]): Promise<void> {
  try {
    for (const run of runs) await run.begin();
    for (const run of runs) await run.load();
    for (const run of runs) await run.run();
    for (const run of runs) await run.commit();
  } catch (error) {
    for (const run of runs.toReversed()) await run.rollback().catch(() => {});
    // outside of a step no runner tells a statement's failure
    throw await explain(error instanceof StatementFailure ? error.cause : error, runs);
  }
}

/** A failure with the state of every database behind it: that is what a person has to know before doing anything. */
async function explain(error: unknown, runs: readonly DatabaseRun[]): Promise<unknown> {
  const isClean = runs.every(
    (run) => run.committed === 0 && run.partial === null && run.context.isTransactionalDdl(),
  );
  // before the first step nothing has happened that would need telling
  if (
    isClean &&
    error instanceof AlembicError &&
    !(error instanceof MigrationError) &&
    !runs.some((run) => run.isStarted)
  )
    return error;
  const states: DatabaseState[] = [];
  for (const run of runs) states.push(await stateOf(run, error));
  const told = migrationError(error, {
    step: null,
    database: runs.map((run) => run.context.display).join(', '),
  });
  return withState(told, states.map((state) => state.text).join('\n'), {
    databases: states.map(({ text: _, ...facts }) => facts),
    isRolledBack: states.every((state) => state.isRolledBack),
  });
}

interface DatabaseState {
  readonly engineName: string;
  readonly database: string;
  /** rows of the version table now; null when they can't be read */
  readonly heads: readonly string[] | null;
  readonly isRolledBack: boolean;
  /** revisions of this run that are committed, in order */
  readonly committed: readonly string[];
  readonly partial: string | null;
  readonly text: string;
}

async function stateOf(run: DatabaseRun, error: unknown): Promise<DatabaseState> {
  const { context, partial } = run;
  const heads = await context.versionTable.read(run.session.connection).catch(() => undefined);
  const committed = run.steps.slice(0, run.committed).flatMap(({ revision }) => revision ?? []);
  const isLost = error instanceof MigrationError && error.code === 'TRANSACTION_LOST';
  const isRolledBack =
    committed.length === 0 && partial === null && !isLost && (context.isTransactionalDdl() || !run.isStarted);
  const at =
    heads === undefined
      ? 'Its revision could not be read.'
      : `It is at ${heads === null || heads.length === 0 ? 'base' : heads.join(', ')}.`;
  const sentences = [
    isRolledBack
      ? `Everything was rolled back: ${context.display} is as it was.`
      : `${context.display} was not rolled back as a whole.`,
    ...(committed.length > 0 ? [`Committed: ${committed.join(', ')}.`] : []),
    ...(partial === null
      ? []
      : [
          `Of ${partial}, what comes before and in its autocommit block is committed: finish or undo that by hand.`,
        ]),
    ...(isLost
      ? [
          'What ran before the transaction was ended may be committed: look at the schema before you run it again.',
        ]
      : []),
    ...(context.isTransactionalDdl() || !run.isStarted
      ? []
      : [
          "This database can't roll back changes of the schema: what the failed revision did before it failed is still there.",
        ]),
    at,
    ...(isRolledBack ? ['Mend the cause and run it again.'] : []),
  ];
  const name = { engineName: context.key, database: context.display };
  return {
    ...name,
    heads: heads ?? (heads === null ? [] : null),
    isRolledBack,
    committed,
    partial,
    text: sentences.join(' '),
  };
}
