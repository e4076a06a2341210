import { AsyncLocalStorage } from 'node:async_hooks';
import type { Command } from 'commander';
import type { Diff, MigrationScript } from '../autogenerate/migration-script.ts';
import type {
  AlembicApi,
  HistoryEntry,
  MergeOptions,
  Preview,
  PreviewOptions,
  RevisionArgument,
  RevisionOptions,
  RunOptions,
  StampArguments,
} from '../commands/alembic-api.ts';
import type { PlanFunction } from '../commands/command-environment.ts';
import * as running from '../commands/run-steps.ts';
import * as showing from '../commands/show-revisions.ts';
import type { Config } from '../environment/config.ts';
import type { EnvironmentContext, EnvironmentMigrationContext } from '../environment/environment-context.ts';
import type { Operations } from '../environment/operations.ts';
import { CommandError } from '../errors.ts';
import type { RevisionStep } from '../revisions/index.ts';
import { Revision } from '../revisions/revision.ts';
import { checkOptions } from '../schema/check-options.ts';
import type { Script } from '../scripts/script.ts';
import type { ScriptDirectory } from '../scripts/script-directory.ts';
import { type AlembicOptions, checkAlembicOptions, mergeOptions } from './alembic-options.ts';
import { type App, checkApp } from './app.ts';
import { AppState } from './app-state.ts';
import { loadProgram } from './load-program.ts';
import { registerAlembic } from './registry.ts';

/** What all views of one `Alembic` share. */
interface Shared {
  readonly options: AlembicOptions;
  readonly states: Map<App, AppState>;
  readonly current: AsyncLocalStorage<App>;
  /** the object itself, of which all others are views */
  readonly alembic: Pick<Alembic, 'revId'>;
}

/**
 * Joins an application and its migrations: everything that the command line does, in-process. Methods return data and print nothing.
 *
 * ```ts
 * const alembic = new Alembic(app, { engines: 'sqlite:app.db', metadatas: metadata });
 * await alembic.upgrade();
 * ```
 *
 * Shaped after Flask-Alembic's class of the same name.
 */
export class Alembic<A extends App = App> implements AlembicApi {
  // plain properties, since forApp makes views that inherit from this object
  /** @internal */ readonly shared: Shared;
  /** @internal */ readonly boundApp: App | null = null;

  /**
   * Checks the options and, with `app`, registers it: see {@link initApp}.
   *
   * @throws ArgumentError `UNKNOWN_OPTION`, `BAD_ARGUMENT`, and those of `createEngine`; CommandError `NO_ENGINE`, `NO_METADATA`, and those of
   * {@link mkdir}.
   */
  constructor(app: A | null = null, options: AlembicOptions = {}) {
    checkAlembicOptions(options);
    this.shared = {
      options: mergeOptions({ runMkdir: true, commandName: 'db' }, options),
      states: new Map(),
      current: new AsyncLocalStorage(),
      alembic: this,
    };
    if (app !== null) this.initApp(app);
  }

  /**
   * Registers an application: makes its migration directory (unless `runMkdir` is false), hangs the command under its program (unless `commandName` is
   * false), and closes its connections when it shuts down. `options` go over those of the constructor.
   *
   * @throws as the constructor; CommandError `NO_APP`, `APP_REGISTERED`, `COMMAND_TAKEN`. Then the application isn't registered.
   */
  initApp(app: A, options: AlembicOptions = {}): void {
    checkApp(app);
    checkAlembicOptions(options);
    const { states } = this.shared;
    if (states.has(app)) {
      throw new CommandError(
        'APP_REGISTERED',
        `The application ${nameOf(app)}is registered with this Alembic already; initApp takes each application once.`,
      );
    }
    const merged = mergeOptions(this.shared.options, options);
    const state = new AppState(app, merged);
    states.set(app, state);
    try {
      if (merged.runMkdir === true) state.scripts.mkdir();
      if (app.cli !== undefined && merged.commandName)
        addCommand(app.cli, this.forApp(app), merged.commandName);
      app.onClose?.(() => state.close());
    } catch (error) {
      states.delete(app);
      throw error;
    }
    registerAlembic(app, this);
  }

  /** The current application: the one of {@link withApp} or {@link forApp}, or the only one. @throws CommandError `NO_APP`, `AMBIGUOUS_APP`. */
  get app(): A {
    return stateFor(this).app as A;
  }

  /** The same API, bound to one application. @throws CommandError `UNKNOWN_APP`. */
  forApp(app: A): this {
    stateOf(this, app);
    return Object.create(this, { boundApp: { value: app } }) as this;
  }

  /** Runs `fn` with `app` as the current application, in everything that it calls and awaits. @throws CommandError `UNKNOWN_APP`. */
  withApp<T>(app: A, fn: () => T): T {
    stateOf(this, app);
    return this.shared.current.run(app, fn);
  }

  /** A new revision's id: 12 hexadecimal digits from a random UUID. Override it in a subclass, or assign a function; what it returns is checked. */
  revId(): string {
    // not node:crypto, whose import takes as long as all of ours
    return crypto.randomUUID().replaceAll('-', '').slice(-12);
  }

  get config(): Config {
    return stateFor(this).config;
  }

  get scriptDirectory(): ScriptDirectory {
    return stateFor(this).scripts;
  }

  get environmentContext(): EnvironmentContext {
    const state = stateFor(this);
    // an environment without its databases would answer for none
    void state.contexts;
    return state.environment;
  }

  /** The context of the database with the key `default`, or of the only one. Its connection opens at its first use. */
  get migrationContext(): EnvironmentMigrationContext {
    return stateFor(this).onlyContext;
  }

  /** A context for each configured database. */
  get migrationContexts(): ReadonlyMap<string, EnvironmentMigrationContext> {
    return stateFor(this).contexts;
  }

  /** Operations outside of a revision: each in a transaction of its own, in call order. */
  get op(): Operations {
    return this.migrationContext.op;
  }

  get ops(): ReadonlyMap<string, Operations> {
    return new Map([...this.migrationContexts].map(([key, context]) => [key, context.op]));
  }

  /**
   * Runs the steps that `fn` plans, once per database; every database in one group: all transactions begin before any step runs, and a failure rolls
   * back what each database can. `kwargs` reach each `upgrade` and `downgrade` as the second argument; `engineName` is reserved in them.
   *
   * @throws MigrationError, DatabaseError; CommandError `BAD_ARGUMENT`; what `fn` throws.
   */
  async runMigrations(fn: PlanFunction, kwargs: { readonly [name: string]: unknown } = {}): Promise<void> {
    const state = stateFor(this);
    if (typeof fn !== 'function')
      throw new CommandError('BAD_ARGUMENT', `runMigrations takes a function, not ${String(fn)}.`);
    await state.scripts.load();
    await state.run(checkedPlan(fn), { repeatable: false, args: kwargs });
  }

  /** Makes the script directory, the version directories and the template; what exists is left alone. */
  mkdir(): void {
    stateFor(this).scripts.mkdir();
  }

  /** The revisions that the database is at. @throws CommandError `REVISION_NOT_FOUND` for a row that no file knows. */
  async current(): Promise<Script[]> {
    return showing.current(stateFor(this));
  }

  async heads(options: { readonly resolveDependencies?: boolean } = {}): Promise<Script[]> {
    checkOptions('heads', options, ['resolveDependencies']);
    return showing.heads(stateFor(this), options.resolveDependencies ?? false);
  }

  /** The revisions with more than one next revision. */
  async branches(): Promise<Script[]> {
    return showing.branches(stateFor(this));
  }

  /** The revisions from `start` to `end`, both included, in the order in which they run. */
  async log(
    options: { readonly start?: RevisionArgument; readonly end?: RevisionArgument } = {},
  ): Promise<Script[]> {
    checkOptions('log', options, ['start', 'end']);
    const { start = 'base', end = 'heads' } = options;
    return showing.log(stateFor(this), start, end);
  }

  /** The revisions of a range `a:b`, newest first. */
  async history(
    options: { readonly range?: string; readonly indicateCurrent?: boolean } = {},
  ): Promise<HistoryEntry[]> {
    checkOptions('history', options, ['range', 'indicateCurrent']);
    return showing.history(stateFor(this), options.range, options.indicateCurrent ?? false);
  }

  /** The revisions that symbols name. */
  async show(revisions: RevisionArgument): Promise<Script[]> {
    return showing.show(stateFor(this), revisions);
  }

  /** Writes to the version table that `target` is applied, without running anything. */
  async stamp(target: RevisionArgument = 'heads', options: StampArguments = {}): Promise<void> {
    await running.stamp(stateFor(this), target, options);
  }

  /** Runs the migrations that lead up to `target`. A number counts steps: `1` is `+1`. @throws MigrationError, DatabaseError, CommandError. */
  async upgrade(target: RevisionArgument | number = 'heads', options: RunOptions = {}): Promise<void> {
    await running.upgrade(stateFor(this), target, options);
  }

  /** Undoes the migrations above `target`. @throws CommandError `POSITIVE_DOWNGRADE`; MigrationError, DatabaseError. */
  async downgrade(target: RevisionArgument | number = -1, options: RunOptions = {}): Promise<void> {
    await running.downgrade(stateFor(this), target, options);
  }

  /**
   * What `upgrade(target)` would do, or with `direction: 'downgrade'` `downgrade(target)`, a preview for each database: the steps and their operations, what is
   * committed together and where commits fall, what destroys data, and what will fail. Only the rows of the version tables are read. The revisions' functions are
   * called, and what they call on `op` is recorded instead of run; where one needs an answer of the database, it says so and goes on with the next.
   *
   * @throws as `upgrade` and `downgrade` do before their first step.
   */
  async preview(
    target?: RevisionArgument | number,
    options: PreviewOptions = {},
  ): Promise<readonly Preview[]> {
    return running.preview(stateFor(this), target, options);
  }

  /**
   * Writes a new revision, by comparing the models with the databases unless `empty`. Several, or none, where `processRevisionDirectives` says so.
   *
   * @throws CommandError `DATABASE_BEHIND`, `NO_METADATA`, and those of planning and writing a revision.
   */
  async revision(message: string, options: RevisionOptions = {}): Promise<Script[]> {
    const { revision } = await import('../commands/revision.ts');
    return revision(stateFor(this), message, options, () => checkedRevId(this));
  }

  /** Writes a revision that joins `revisions`. */
  async merge(revisions: RevisionArgument = 'heads', options: MergeOptions = {}): Promise<Script> {
    const { merge } = await import('../commands/revision.ts');
    return merge(stateFor(this), revisions, options, () => checkedRevId(this));
  }

  /** Makes the version table of every database, where there is none. */
  async ensureVersion(options: { readonly sql?: boolean } = {}): Promise<void> {
    await running.ensureVersion(stateFor(this), options);
  }

  /** What `revision` would write, as data. */
  async produceMigrations(): Promise<MigrationScript> {
    const { produceMigrations } = await import('../commands/compare.ts');
    return produceMigrations(stateFor(this));
  }

  /** The differences between the models and the databases, as frozen operations. */
  async compareMetadata(): Promise<Diff[]> {
    const { compareMetadata } = await import('../commands/compare.ts');
    return compareMetadata(stateFor(this));
  }

  /** Whether a database isn't at the heads. */
  async needsUpgrade(): Promise<boolean> {
    return running.needsUpgrade(stateFor(this));
  }

  /** Whether the models and a database differ. */
  async needsRevision(): Promise<boolean> {
    const { needsRevision } = await import('../commands/compare.ts');
    return needsRevision(stateFor(this));
  }

  /** The commands as one Commander `Command`, to hang under the host's own program. */
  command(name?: string): Command {
    return loadProgram()(name ?? (this.shared.options.commandName || 'db'), async () => this);
  }

  /** Closes the connections that were opened, of the bound application or of all. The next use opens new ones. */
  async close(): Promise<void> {
    const bound = this.boundApp ?? this.shared.current.getStore();
    const states =
      bound === undefined || bound === null ? [...this.shared.states.values()] : [stateOf(this, bound)];
    const results = await Promise.allSettled(states.map((state) => state.close()));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

type View = Pick<Alembic, 'shared' | 'boundApp'>;

/** The state of the current application. Functions, not private members: a view made by `forApp` has none of those. */
function stateFor(view: View): AppState {
  const app = view.boundApp ?? view.shared.current.getStore();
  if (app !== undefined) return stateOf(view, app);
  const [first, ...others] = view.shared.states.values();
  if (first === undefined) {
    throw new CommandError(
      'NO_APP',
      'No application is registered: give one to the constructor, or call initApp(app).',
    );
  }
  if (others.length === 0) return first;
  throw new CommandError(
    'AMBIGUOUS_APP',
    `${others.length + 1} applications are registered: say which one with forApp(app), or withApp(app, fn).`,
  );
}

function stateOf(view: View, app: App): AppState {
  const state = view.shared.states.get(app);
  if (state !== undefined) return state;
  throw new CommandError(
    'UNKNOWN_APP',
    `The application ${nameOf(app)}is not registered: call initApp(app) first.`,
  );
}

function nameOf(app: App | null | undefined): string {
  return typeof app?.name === 'string' ? `'${app.name}' ` : '';
}

/** @throws CommandError `COMMAND_TAKEN`. */
function addCommand(cli: Command, alembic: Alembic, name: string): void {
  if (cli.commands.some((command) => command.name() === name || command.aliases().includes(name))) {
    throw new CommandError(
      'COMMAND_TAKEN',
      `The application's program has a command '${name}' already: give another one as commandName, or false.`,
    );
  }
  cli.addCommand(alembic.command(name));
}

/** A plan of the user's own, whose steps are looked at before any runs. */
function checkedPlan(fn: PlanFunction): PlanFunction {
  return async (heads, context) => {
    const steps: unknown = await fn(heads, context);
    if (Array.isArray(steps) && steps.every(isStep)) return steps;
    throw new CommandError(
      'BAD_ARGUMENT',
      'runMigrations: the function has to return an array of RevisionStep, as planUpgrade and planDowngrade make them; an empty one runs nothing.',
    );
  };
}

function isStep(value: unknown): value is RevisionStep {
  const { kind, versionChanges, headsAfter } = (value ?? {}) as Partial<RevisionStep>;
  return typeof kind === 'string' && typeof versionChanges === 'object' && Array.isArray(headsAfter);
}

/** A subclass's private members are those of the object itself: only for a function that was assigned to a view is the view `this`. */
function revIdHolder(view: View & Pick<Alembic, 'revId'>): Pick<Alembic, 'revId'> {
  const { alembic } = view.shared;
  for (let holder = view; holder !== alembic; holder = Object.getPrototypeOf(holder) as typeof view)
    if (Object.hasOwn(holder, 'revId')) return holder;
  return alembic;
}

function checkedRevId(view: View & Pick<Alembic, 'revId'>): string {
  const id: unknown = revIdHolder(view).revId();
  const unfit = (why: string, cause?: unknown): CommandError =>
    new CommandError('REVISION_ID_UNFIT', `revId() returned ${JSON.stringify(id) ?? String(id)}, ${why}`, {
      cause,
    });
  if (typeof id !== 'string' || id === '') throw unfit('which is not a string of at least one character.');
  if (/\s/.test(id)) throw unfit('which holds white space.');
  if (id.length > 32) throw unfit('which is longer than the 32 characters that the version table holds.');
  try {
    Revision.verifyId(id);
  } catch (cause) {
    throw unfit(`which is no id: ${(cause as Error).message}`, cause);
  }
  return id;
}
