import type { RevisionStep } from '../../revisions/index.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';
import type { CallSite } from '../call-site.ts';
import type { Activity, Context } from '../context.ts';
import type { RunRequest } from '../database-run.ts';
import type { MigrationFunction, MigrationSource } from '../migration-source.ts';
import type { ScopeHooks } from '../queue-runner.ts';
import { loadStep, runCode, stepArguments, stepFacts } from '../step-code.ts';
import type { Preview, PreviewNote, PreviewStep } from './preview.ts';
import { Recorder } from './recorder.ts';
import { Units } from './units.ts';

export interface PreviewRequest extends Omit<RunRequest, 'isGroup' | 'repeatable' | 'source'> {
  readonly source: MigrationSource;
  readonly direction: 'upgrade' | 'downgrade';
}

/**
 * What running migrations would do to several databases as one group. Reads the rows of each version table, without the lock, and nothing else; the revisions'
 * functions are called, and what they call is only recorded.
 *
 * @throws what planning throws, and importing the files; DatabaseError when a database can't be reached.
 */
export async function previewMigrations(
  contexts: readonly Context[],
  request: PreviewRequest,
): Promise<readonly Preview[]> {
  const group = new Set(contexts);
  const releases: (() => Promise<void>)[] = [];
  try {
    for (const context of contexts) releases.push(await context.acquire());
    const all = contexts.map((context) => new DatabasePreview(context, request, contexts.length > 1));
    for (const each of all) await each.look(group);
    for (const each of all) await each.load();
    const previews: Preview[] = [];
    for (const each of all) previews.push(await each.record());
    return deepFreeze(previews);
  } catch (error) {
    for (const context of contexts.slice(0, releases.length)) await context.giveUpLost(error);
    throw error;
  } finally {
    for (const context of contexts.slice(0, releases.length)) context.activity = null;
    await Promise.all(releases.map((release) => release()));
  }
}

/** The preview of one database. */
class DatabasePreview implements Required<Activity['run']> {
  readonly #context: Context;
  readonly #request: PreviewRequest;
  /** the database's key, where there are several */
  readonly #engineName: string | null;
  readonly #functions = new Map<RevisionStep, MigrationFunction | null>();
  #rows: readonly string[] | null = null;
  #steps: readonly RevisionStep[] = [];
  #recorder: Recorder | null = null;

  constructor(context: Context, request: PreviewRequest, isGroup: boolean) {
    this.#context = context;
    this.#request = request;
    this.#engineName = isGroup ? context.key : null;
  }

  get tag(): string | null {
    return this.#request.tag ?? null;
  }

  autocommit<T>(site: CallSite): ScopeHooks<T> {
    return this.#recorder?.autocommit(site) ?? {};
  }

  savepoint<T>(): ScopeHooks<T> {
    return this.#recorder?.savepoint() ?? {};
  }

  async look(group: ReadonlySet<object>): Promise<void> {
    this.#context.activity = { run: this, group };
    // to connect would make it
    if (!this.#context.connection.isMissing) {
      const { connection } = await this.#context.session();
      this.#rows = await this.#context.versionTable.read(connection);
    }
    this.#steps = await this.#request.plan(this.#rows ?? [], this.#context);
  }

  async load(): Promise<void> {
    for (const step of this.#steps)
      this.#functions.set(step, await loadStep(this.#request.source, step, this.#context.key));
  }

  async record(): Promise<Preview> {
    const { capabilities } = this.#context.dialect;
    // where the database itself can't, what it can't is in no transaction; else the user knows that it can't
    const units = new Units(this.#context.isTransactionalDdl() || !capabilities.transactionalDdl);
    const problems: PreviewNote[] = [];
    const steps: PreviewStep[] = [];
    for (const step of this.#steps) steps.push(await this.#recordStep(step, units, problems));
    const { key, display } = this.#context;
    return {
      engineName: key,
      database: display,
      direction: this.#request.direction,
      heads: this.#rows,
      headsAfter: this.#steps.at(-1)?.headsAfter ?? this.#rows ?? [],
      steps,
      units: units.finish(),
      problems,
    };
  }

  async #recordStep(step: RevisionStep, units: Units, problems: PreviewNote[]): Promise<PreviewStep> {
    const { source, args } = this.#request;
    const script = source.getRevision(step.revision!);
    const { revision, doc, path: file } = script;
    const recorder = new Recorder(this.#context, stepFacts(script, step.kind, this.#engineName), units);
    this.#recorder = recorder;
    const migrate = this.#functions.get(step) ?? null;
    try {
      const runArgs = stepArguments(args, this.#engineName);
      if (migrate !== null)
        await runCode(this.#context, recorder, file, (op) => migrate(op as never, runArgs));
    } catch (error) {
      recorder.failed(error);
    }
    this.#recorder = null;
    problems.push(...recorder.problems);
    const { operations, unknownFrom } = recorder;
    const isAlone = this.#context.transactionPerMigration;
    const end = isAlone ? ({ reason: 'migration', revision, file: null, line: null } as const) : null;
    const unit = units.endStep(revision, end);
    return { revision, kind: this.#request.direction, doc, file, operations, unit, unknownFrom };
  }
}
