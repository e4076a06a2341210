import { setTimeout as sleep } from 'node:timers/promises';
import { AlembicError, DatabaseError, MigrationError } from '../errors.ts';
import type { RevisionStep, StepKind } from '../revisions/index.ts';
import { displayName } from '../schema/names.ts';
import { type Log, log } from '../util/logging.ts';
import type { Context } from './context.ts';
import { migrationInfo } from './migration-info.ts';
import type { MigrationFunction, MigrationSource, RevisionFile } from './migration-source.ts';
import { OperationRunner } from './operation-runner.ts';
import type { ScopeHooks } from './queue-runner.ts';
import type { Session } from './session.ts';
import { loadStep, runCode, stepArguments, stepFacts } from './step-code.ts';

/** What is to be run; the same for every database. */
export interface RunRequest {
  /** Plans from the rows of the version table; may be asked again, of other rows, when `repeatable`. */
  plan(
    heads: readonly string[],
    context: Context,
  ): readonly RevisionStep[] | PromiseLike<readonly RevisionStep[]>;
  /**
   * Whether `plan` is cheap and changes nothing: then it is asked without the lock first, so that a run with nothing to do writes nothing and waits
   * for nobody.
   */
  readonly repeatable: boolean;
  /** where the revisions' functions come from; null where no step runs any */
  readonly source: MigrationSource | null;
  /** the second argument of every `upgrade` and `downgrade` */
  readonly args: Readonly<Record<string, unknown>>;
  /** free text for revisions to read: `op.getContext().tag` */
  readonly tag?: string | null;
  /** whether several databases run together: then `args` tell which one it is */
  readonly isGroup: boolean;
}

const runLog: Log = log('alembic');

/** A run on one database: plans, runs step after step, and knows at every moment what is committed. */
export class DatabaseRun {
  readonly context: Context;
  readonly session: Session;
  readonly #request: RunRequest;
  #steps: readonly RevisionStep[] = [];
  /** rows of the version table as this run has written or read them; null where there is no table */
  #rows: readonly string[] | null = null;
  readonly #functions = new Map<string, MigrationFunction | null>();
  #done = 0;
  /** where the open transaction began, if that was between two steps; null where a part of a step is committed */
  #unit: Unit | null = null;
  #attempt = 0;
  #isStarted = false;
  /** how many of the steps are committed */
  committed = 0;
  /** the revision of which a part is committed, because it has an autocommit block */
  partial: string | null = null;

  constructor(context: Context, session: Session, request: RunRequest) {
    this.context = context;
    this.session = session;
    this.#request = request;
  }

  /** what is planned */
  get steps(): readonly RevisionStep[] {
    return this.#steps;
  }

  /** what has been run: not what another runner did meanwhile */
  readonly ran: RevisionStep[] = [];

  get tag(): string | null {
    return this.#request.tag ?? null;
  }

  /** whether any step of it has begun */
  get isStarted(): boolean {
    return this.#isStarted;
  }

  get heads(): readonly string[] {
    return this.#rows ?? [];
  }

  /** Reads the version rows and plans, without the lock and without a transaction. */
  async look(): Promise<void> {
    this.#rows = await this.context.versionTable.read(this.session.connection);
    await this.#plan();
  }

  /** Imports what will run, so that a broken file is found before anything has been touched. */
  async load(): Promise<void> {
    for (const step of this.#steps) await this.#function(step);
  }

  async #function(step: RevisionStep): Promise<MigrationFunction | null> {
    const { revision, kind } = step;
    const known = this.#functions.get(`${kind} ${revision}`);
    if (known !== undefined) return known;
    const found = await loadStep(this.#request.source, step, this.context.key);
    this.#functions.set(`${kind} ${revision}`, found);
    return found;
  }

  /** Takes the lock, reads again, and plans again where somebody else has been there. */
  async begin(): Promise<void> {
    const seen = this.#steps.length > 0 ? this.heads : null;
    await this.context.beginLocked(this.session);
    await this.#readLocked();
    if (seen === null || !sameRows(seen, this.heads)) await this.#plan();
    this.#beginUnit();
    if (this.#steps.length > 0) await this.#ensureTable();
  }

  async run(): Promise<void> {
    this.#isStarted = this.#steps.length > 0;
    while (this.#done < this.#steps.length) {
      try {
        if (!this.session.inTransaction) await this.#beginAgain();
        const step = this.#steps[this.#done];
        if (step === undefined) break;
        if (!(await this.#runStep(step))) continue;
        this.ran.push(step);
        this.#rows = step.headsAfter;
        this.#done++;
        if (this.context.transactionPerMigration) {
          await this.#commitUnit();
          this.committed = this.#done;
          this.partial = null;
        }
      } catch (error) {
        await this.#retry(error);
      }
    }
  }

  /** Commits what is open. @throws MigrationError `VERSION_CONFLICT`; what the database's commit throws. */
  async commit(): Promise<void> {
    if (!this.session.inTransaction) return;
    if (this.#steps.length === 0) return this.session.commit();
    await this.#commitUnit();
    this.committed = this.#steps.length;
    this.partial = null;
  }

  async rollback(): Promise<void> {
    await this.session.rollback();
  }

  /** Around an autocommit block of the running step: commits what ran before it, and begins anew after it. */
  autocommit<T>(): ScopeHooks<T> {
    const { connection } = this.session;
    let isEntered = false;
    return {
      enter: async () => {
        // one within another
        if (!this.session.inTransaction) return;
        await this.#commitUnit();
        this.committed = this.#done;
        this.partial = this.#steps[this.#done]?.revision ?? null;
        this.#unit = null;
        isEntered = true;
      },
      leave: async (failure) => {
        if (!isEntered || failure !== null) return;
        if (connection.inTransaction) {
          await connection.rollback();
          throw leftOpen(this.context.display);
        }
        await this.#beginAgain();
      },
    };
  }

  /** False where another runner had finished it first. */
  async #runStep(step: RevisionStep): Promise<boolean> {
    const { source, args, isGroup } = this.#request;
    const { revision, kind, versionChanges } = step;
    const revised = revision === null || kind === 'stamp' ? null : (source?.getRevision(revision) ?? null);
    const engineName = isGroup ? this.context.key : null;
    const facts = revised === null ? null : stepFacts(revised, kind, engineName);
    const runner = new OperationRunner(this.session, this.context.definitions, facts);
    const runArgs = stepArguments(args, engineName);
    try {
      if (revised !== null) {
        runLog.info(runningLine(revised, kind, engineName), { revision, kind });
        const migrate = await this.#function(step);
        if (migrate !== null)
          await runCode(this.context, runner, revised.path, (op) => migrate(op as never, runArgs));
      }
      const changes = this.context.versionTable.changes(versionChanges);
      await this.session.endStep(changes.map((sql) => ({ sql, operations: [] })));
      for (const callback of [this.context.opts.onVersionApply ?? []].flat()) {
        const heads = new Set(step.headsAfter);
        const info = migrationInfo(step, revised === null ? [] : downRevisions(revised));
        const applied = { ctx: this.context, step: info, heads, runArgs };
        await runCode(this.context, runner, facts?.file ?? null, () => callback(applied));
      }
      return true;
    } catch (error) {
      if (error instanceof Overtaken) {
        runLog.info(`Another runner was first to finish ${revision}.`, { revision, kind });
        return false;
      }
      throw runner.failure(error);
    }
  }

  async #plan(): Promise<void> {
    const runner = new OperationRunner(this.session, this.context.definitions, null);
    this.#steps = await runCode(this.context, runner, null, () =>
      this.#request.plan(this.heads, this.context),
    );
  }

  async #beginAgain(): Promise<void> {
    await this.context.beginLocked(this.session);
    const expected = this.heads;
    await this.#readLocked();
    if (sameRows(expected, this.heads)) return this.#beginUnit();
    // somebody else had the lock meanwhile; where they went the same way, we go on from where they are
    const reached = this.#steps.findIndex(
      (step, i) => i >= this.#done && sameRows(step.headsAfter, this.heads),
    );
    if (reached < 0) throw this.#conflict(expected, this.heads);
    const isMidway = this.partial !== null;
    this.#done = reached + 1;
    this.committed = this.#done;
    this.partial = null;
    this.#beginUnit();
    if (isMidway) throw new Overtaken();
  }

  #beginUnit(): void {
    this.#unit = this.partial === null ? { done: this.#done, ran: this.ran.length, rows: this.#rows } : null;
  }

  /** Rolls the unit back and begins it again, where it only came too early. @throws what failed, where that can't be or has been tried often enough. */
  async #retry(error: unknown): Promise<void> {
    const { lockRetries = 0 } = this.context.opts;
    const unit = this.#unit;
    if (await this.#canAvoid(error)) {
      await this.session.rollback();
      return this.#repeat();
    }
    if (!isLockFailure(error)) throw error;
    const isRepeatable = unit !== null && this.#attempt < lockRetries && (await this.session.isIntact());
    if (!isRepeatable) throw withAttempts(error, this.#attempt + 1, unit !== null && lockRetries === 0);
    await this.session.rollback();
    const pause = pauseBefore(this.#attempt++);
    const { message } = error.cause instanceof Error ? error.cause : error;
    runLog.warn(
      `${message} Rolled back; trying again in ${(pause / 1000).toFixed(1)} seconds (${this.#attempt} of ${lockRetries}).`,
      { database: this.context.display, attempt: this.#attempt },
    );
    await sleep(pause);
    await this.#repeat();
  }

  /** Whether it failed with what its plans can avoid from now on. */
  async #canAvoid(error: unknown): Promise<boolean> {
    const { avoids, connection } = this.session;
    const cause = error instanceof MigrationError ? error.cause : null;
    if (!(cause instanceof AlembicError) || this.#unit === null || avoids.has(cause.code)) return false;
    const isAvoidable = connection.dialect.avoidable?.[cause.code] !== undefined;
    if (!isAvoidable || !(await this.session.isIntact())) return false;
    avoids.add(cause.code);
    runLog.info(`${cause.message} Rolled back; running it again in another way.`, {
      database: this.context.display,
    });
    return true;
  }

  /** Begins the unit anew, after a rollback. */
  async #repeat(): Promise<void> {
    const unit = this.#unit;
    if (unit === null) return;
    this.#done = unit.done;
    this.ran.length = unit.ran;
    this.#rows = unit.rows;
    await this.#beginAgain();
    await this.#ensureTable();
  }

  async #readLocked(): Promise<void> {
    const { versionTable } = this.context;
    const { connection } = this.session;
    // where the table was there before, no failure has to be reckoned with
    this.#rows =
      this.#rows === null ? await versionTable.read(connection) : await versionTable.readAgain(connection);
  }

  async #ensureTable(): Promise<void> {
    if (this.#rows !== null) return;
    await this.session.send([{ sql: this.context.versionTable.createSql, operations: [] }]);
    this.#rows = [];
  }

  async #commitUnit(): Promise<void> {
    await this.session.endStep([]);
    if (this.#rows !== null) {
      const found = await this.context.versionTable.readAgain(this.session.connection);
      if (!sameRows(found, this.#rows)) throw this.#conflict(this.#rows, found);
    }
    await this.session.commit();
    this.#attempt = 0;
  }

  #conflict(expected: readonly string[], found: readonly string[]): MigrationError {
    const table = displayName(this.context.versionTable.name);
    return new MigrationError(
      'VERSION_CONFLICT',
      `The table '${table}' should hold ${rows(expected)} now, and holds ${rows(found)}: a migration, or somebody who doesn't take our lock, changed it meanwhile.`,
      { details: { database: this.context.display, expected, found } },
    );
  }
}

/** Ends a step in its middle: after its autocommit block it turned out that another runner has done all of it. */
class Overtaken extends Error {}

/** What a transaction would have to do again. */
interface Unit {
  /** how many of the steps were done before it */
  readonly done: number;
  /** how many of those had been run */
  readonly ran: number;
  readonly rows: readonly string[] | null;
}

function isLockFailure(error: unknown): error is MigrationError {
  return error instanceof MigrationError && ['DATABASE_LOCKED', 'DEADLOCK'].includes(error.code);
}

function withAttempts(error: MigrationError, attempts: number, couldRetry: boolean): MigrationError {
  if (attempts === 1 && !couldRetry) return error;
  const more = couldRetry
    ? 'The option lockRetries would have it run again.'
    : `It was tried ${attempts} times.`;
  return new MigrationError(error.code, `${error.message}\n${more}`, {
    cause: error.cause,
    details: { ...error.details, ...(attempts > 1 && { attempts }) },
  });
}

/** In milliseconds: doubled each time, up to 10 seconds, and not the same for runners that began together. */
function pauseBefore(attempt: number): number {
  return Math.min(10_000, 200 * 2 ** attempt) * (0.5 + Math.random() / 2);
}

function leftOpen(database: string): DatabaseError {
  return new DatabaseError(
    'IN_TRANSACTION',
    'An autocommit block left a transaction open; it was rolled back. End what begins in the block within it.',
    { details: { database } },
  );
}

function downRevisions({ downRevision }: RevisionFile): readonly string[] {
  return [downRevision ?? []].flat();
}

function runningLine(file: RevisionFile, kind: StepKind, engineName: string | null): string {
  const below = downRevisions(file).join(', ');
  const way = kind === 'downgrade' ? `${file.revision} -> ${below}` : `${below} -> ${file.revision}`;
  return `Running ${kind} ${way}, ${file.doc}${engineName === null ? '' : ` (${engineName})`}`;
}

function sameRows(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  const left = [...a].sort();
  const right = [...b].sort();
  return left.every((id, i) => id === right[i]);
}

function rows(ids: readonly string[]): string {
  return ids.length === 0 ? 'no row' : ids.map((id) => `'${id}'`).join(', ');
}
