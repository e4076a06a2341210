import { AsyncLocalStorage } from 'node:async_hooks';
import type { Engine } from '../dialect/connection.ts';
import { CommandError } from '../errors.ts';
import type { RevisionStep } from '../revisions/index.ts';
import type { Bind } from '../runtime/bind.ts';
import { MigrationContext } from '../runtime/migration-context.ts';
import type { OperationPromise } from '../runtime/operation-promise.ts';
import { type RunReport, runMigrations } from '../runtime/run-migrations.ts';
import { keyOf } from '../schema/names.ts';
import type { ScriptDirectory } from '../scripts/script-directory.ts';
import type { Config } from './config.ts';
import { type ContextOptions, contextOptions } from './context-options.ts';
import { createEngine, type EngineInput } from './create-engine.ts';
import { Operations } from './operations.ts';
import { scriptSource } from './script-source.ts';

/** A migration context with the core operations. */
export type EnvironmentMigrationContext = MigrationContext<ContextOptions, Operations>;

/** What `configure` takes: every option, and the database. */
export interface ConfigureOptions extends ContextOptions {
  /** a URL, an engine, or a driver's own connection */
  readonly connection?: EngineInput;
  /** the same, under Alembic's other name */
  readonly url?: string;
  /** the database's key where there are several; default `default` */
  readonly key?: string;
}

/** What a command was asked for. */
export interface EnvironmentArguments {
  readonly tag?: string | null;
  readonly startingRev?: string | null;
  readonly destinationRev?: string | readonly string[] | null;
  /** offline mode: SQL is written instead of run */
  readonly asSql?: boolean;
  /** plans the steps to run */
  readonly fn?: (
    heads: readonly string[],
    context: MigrationContext,
  ) => readonly RevisionStep[] | PromiseLike<readonly RevisionStep[]>;
}

/** Joins a configuration, a script directory and databases: Alembic's `EnvironmentContext`. */
export class EnvironmentContext {
  readonly config: Config;
  readonly script: ScriptDirectory;
  readonly #always: EnvironmentArguments;
  /** of the command that the running code belongs to */
  readonly #asked = new AsyncLocalStorage<EnvironmentArguments>();
  readonly #contexts = new Map<string, EnvironmentMigrationContext>();
  readonly #engines = new Map<string, Engine>();
  #current: EnvironmentMigrationContext | null = null;

  constructor(config: Config, script: ScriptDirectory, asked: EnvironmentArguments = {}) {
    this.config = config;
    this.script = script;
    this.#always = asked;
  }

  get #arguments(): EnvironmentArguments {
    return this.#asked.getStore() ?? this.#always;
  }

  /** @internal Runs a command, within which the environment answers with what that was asked for. */
  during<T>(asked: EnvironmentArguments, command: () => T): T {
    return this.#asked.run({ ...this.#always, ...asked }, command);
  }

  /**
   * Makes the migration context of a database, and the current one. Nothing is opened.
   *
   * @throws ArgumentError `UNKNOWN_OPTION`, `BAD_ARGUMENT`, and those of `createEngine`; CommandError `SAME_DATABASE`.
   */
  configure({ connection, url, key = 'default', ...options }: ConfigureOptions): EnvironmentMigrationContext {
    const database = connection ?? url;
    if (database === undefined) {
      throw new CommandError(
        'NOT_CONFIGURED',
        `The database '${key}' has no engine: give 'connection' (a URL, an engine, or a driver's connection).`,
      );
    }
    const engine = createEngine(database);
    const context = new MigrationContext<ContextOptions, Operations>({
      engine,
      key,
      options: contextOptions({
        ...(this.#arguments.tag != null && { tag: this.#arguments.tag }),
        ...options,
      }),
      operations: Operations,
      source: scriptSource(this.script),
    });
    this.#checkAlone(context, engine);
    this.#contexts.set(key, context);
    this.#engines.set(key, engine);
    this.#current = context;
    return context;
  }

  /** Two contexts of one version table would wait for each other's lock, and take each other's tables for superfluous. */
  #checkAlone(context: EnvironmentMigrationContext, engine: Engine): void {
    for (const [key, other] of this.#contexts) {
      if (key === context.key || keyOf(other.versionTable.name) !== keyOf(context.versionTable.name))
        continue;
      const there = this.#engines.get(key);
      if (there !== engine && (engine.identity == null || there?.identity !== engine.identity)) continue;
      throw new CommandError(
        'SAME_DATABASE',
        `The engines '${key}' and '${context.key}' are one database, ${engine.display}, with one version table. Give it one key, with the models of both: metadatas takes an array of them.`,
        { details: { engines: [key, context.key], database: engine.display } },
      );
    }
  }

  /** Every context that was configured, by key. */
  get contexts(): ReadonlyMap<string, EnvironmentMigrationContext> {
    return this.#contexts;
  }

  /** The context configured last. @throws CommandError `NOT_CONFIGURED`. */
  getContext(): EnvironmentMigrationContext {
    if (this.#current !== null) return this.#current;
    throw new CommandError(
      'NOT_CONFIGURED',
      'No database has been configured yet: call configure({ connection, … }) first.',
    );
  }

  getBind(): Bind {
    return this.getContext().bind;
  }

  /** Whether SQL is written instead of run. */
  isOfflineMode(): boolean {
    return this.#arguments.asSql ?? false;
  }

  requiresConnection(): boolean {
    return !this.isOfflineMode();
  }

  isTransactionalDdl(): boolean {
    return this.getContext().isTransactionalDdl();
  }

  /** The id of the one head; null where there are no revisions. @throws CommandError `MULTIPLE_HEADS`. */
  getHeadRevision(): string | null {
    return this.script.getCurrentHead();
  }

  getHeadRevisions(): readonly string[] {
    return this.script.getHeads();
  }

  /** Where offline SQL begins, or the current revision. */
  async getStartingRevisionArgument(): Promise<string | string[] | null> {
    const said = this.#arguments.startingRev ?? this.#current?.opts.startingRev;
    if (said != null) return this.script.asRevisionNumber(said);
    const heads = await this.getContext().getCurrentHeads();
    return heads.length > 1 ? heads : (heads[0] ?? null);
  }

  /** Where the command goes to: an id, the heads' ids, or a relative symbol as it is. */
  getRevisionArgument(): string | readonly string[] | null {
    const asked = this.#arguments.destinationRev ?? null;
    return typeof asked === 'string' || asked === null ? this.script.asRevisionNumber(asked) : asked;
  }

  getTagArgument(): string | null {
    return this.#arguments.tag ?? null;
  }

  /** The words of `-x`, or with `asDictionary` a map of `key=value`. */
  getXArgument(options?: { readonly asDictionary?: false }): readonly string[];
  getXArgument(options: { readonly asDictionary: true }): ReadonlyMap<string, string>;
  getXArgument({
    asDictionary = false,
  }: {
    readonly asDictionary?: boolean;
  } = {}): readonly string[] | ReadonlyMap<string, string> {
    return asDictionary ? this.config.xArguments() : this.config.x;
  }

  /** Runs SQL on the current context. */
  execute(sql: string): OperationPromise<void> {
    return this.getContext().execute(sql);
  }

  /** Runs `fn` in one transaction of the current context. */
  beginTransaction<T>(fn: () => T | PromiseLike<T>): OperationPromise<T> {
    return this.getContext().beginTransaction(fn);
  }

  /** Runs what `fn` of the arguments plans, on every configured database as one group. */
  async runMigrations(args: Readonly<Record<string, unknown>> = {}): Promise<ReadonlyMap<string, RunReport>> {
    const { fn } = this.#arguments;
    if (fn === undefined)
      throw new CommandError(
        'NOT_CONFIGURED',
        'There is nothing to run: no function that plans the steps was given.',
      );
    this.getContext();
    await this.script.load();
    const contexts = [...this.#contexts.values()];
    return runMigrations(contexts, { plan: fn, repeatable: false, source: scriptSource(this.script), args });
  }
}
