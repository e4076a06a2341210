import type {
  CommandEnvironment,
  PlanFunction,
  PlannedSettings,
  PreviewSettings,
  RunSettings,
} from '../commands/command-environment.ts';
import type { Engine } from '../dialect/connection.ts';
import { Config, type ConfigOptions } from '../environment/config.ts';
import type { ContextOptions } from '../environment/context-options.ts';
import { createEngine, type EngineInput } from '../environment/create-engine.ts';
import { EnvironmentContext, type EnvironmentMigrationContext } from '../environment/environment-context.ts';
import { Operations } from '../environment/operations.ts';
import { scriptSource } from '../environment/script-source.ts';
import { CommandError } from '../errors.ts';
import type { MigrationSource } from '../runtime/migration-source.ts';
import type { Preview } from '../runtime/preview/preview.ts';
import { type RunReport, runMigrations } from '../runtime/run-migrations.ts';
import type { MetaData } from '../schema/metadata.ts';
import { ScriptDirectory } from '../scripts/script-directory.ts';
import {
  type AlembicOptions,
  checkAlembicOptions,
  enginesOf,
  mergeOptions,
  metadatasOf,
} from './alembic-options.ts';
import type { App } from './app.ts';

/** What belongs to one application: each part is made when it is first asked for, and kept. */
export class AppState implements CommandEnvironment {
  readonly app: App;
  readonly options: ContextOptions;
  readonly metadatas: ReadonlyMap<string, readonly MetaData[]>;
  readonly config: Config;
  readonly #settings: AlembicOptions;
  #scripts: ScriptDirectory | null = null;
  #environment: EnvironmentContext | null = null;
  #contexts: ReadonlyMap<string, EnvironmentMigrationContext> | null = null;
  /** those that we made, from URLs: an engine that was handed over is its owner's */
  #engines: Engine[] = [];

  /** @throws ArgumentError `UNKNOWN_OPTION`, `BAD_ARGUMENT`; CommandError `NO_ENGINE`, `NO_METADATA`. */
  constructor(app: App, settings: AlembicOptions) {
    this.app = app;
    const options = (app.config?.alembicContext ?? {}) as ContextOptions;
    const config = (app.config?.alembic ?? {}) as ConfigOptions;
    this.#settings = mergeOptions(settings, { config, context: options });
    checkAlembicOptions(this.#settings, { isComplete: true });
    this.options = this.#settings.context ?? {};
    this.metadatas = withTarget(metadatasOf(this.#settings), this.options);
    this.config = new Config({
      options: this.#settings.config ?? {},
      ...(app.rootPath === undefined ? {} : { rootPath: app.rootPath }),
    });
    for (const kind of this.options.objectKinds ?? [])
      for (const each of kind.operations) Operations.registerOperation(each);
  }

  get scripts(): ScriptDirectory {
    return (this.#scripts ??= new ScriptDirectory(this.config.scriptConfig(this.databases)));
  }

  get databases(): readonly string[] {
    return [...this.#inputs().keys()];
  }

  get environment(): EnvironmentContext {
    return (this.#environment ??= new EnvironmentContext(this.config, this.scripts));
  }

  /** @throws CommandError `NO_ENGINE` when there is none, `SAME_DATABASE`; ArgumentError as `createEngine` does. */
  get contexts(): ReadonlyMap<string, EnvironmentMigrationContext> {
    if (this.#contexts !== null) return this.#contexts;
    const inputs = this.#inputs();
    if (inputs.size === 0) throw noEngine();
    const { environment } = this;
    const engines = new Set<Engine>();
    // one object that was handed over is one engine, under whatever keys
    const handed = new Map<EngineInput, Engine>();
    for (const [key, input] of inputs) {
      const engine = handed.get(input) ?? createEngine(input);
      if (typeof input === 'object') handed.set(input, engine);
      if (engine !== input) engines.add(engine);
      const targetMetadata = this.metadatas.get(key);
      environment.configure({
        ...this.options,
        ...(targetMetadata === undefined ? {} : { targetMetadata }),
        connection: engine,
        key,
      });
    }
    this.#engines = [...engines];
    this.#contexts = environment.contexts;
    return this.#contexts;
  }

  /** The databases that have models, as in Flask-Alembic; where there are no models at all, every one. */
  #inputs(): ReadonlyMap<string, EngineInput> {
    const all = enginesOf(this.#settings);
    return this.metadatas.size === 0 ? all : new Map([...all].filter(([key]) => this.metadatas.has(key)));
  }

  get mainContext(): EnvironmentMigrationContext {
    const main = this.contexts.get('default') ?? [...this.contexts.values()][0];
    if (main !== undefined) return main;
    throw noEngine();
  }

  /** The context with the key `default`, or the only one. @throws CommandError `NO_ENGINE`. */
  get onlyContext(): EnvironmentMigrationContext {
    const { contexts } = this;
    if (contexts.size === 1 || contexts.has('default')) return this.mainContext;
    throw new CommandError(
      'NO_ENGINE',
      `No database has the key 'default'; there are ${[...contexts.keys()].join(', ')}: use migrationContexts.`,
    );
  }

  get revisionEnvironment(): boolean {
    return this.config.options.revisionEnvironment ?? false;
  }

  /** @throws CommandError `BAD_ARGUMENT` for an argument named `engineName`; MigrationError, DatabaseError; what `plan` throws. */
  async run(plan: PlanFunction, settings: RunSettings): Promise<ReadonlyMap<string, RunReport>> {
    const { repeatable } = settings;
    return this.#during(settings, (asked) =>
      runMigrations([...this.contexts.values()], { ...asked, plan, repeatable }),
    );
  }

  /** @throws as {@link run} does before its first step. */
  async preview(plan: PlanFunction, settings: PreviewSettings): Promise<readonly Preview[]> {
    const { direction } = settings;
    const { previewMigrations } = await import('../runtime/preview/preview-migrations.ts');
    return this.#during(settings, (asked) =>
      previewMigrations([...this.contexts.values()], { ...asked, plan, direction }),
    );
  }

  #during<T>(
    { args = {}, tag = null, destination = null }: PlannedSettings,
    command: (asked: {
      args: Readonly<Record<string, unknown>>;
      tag: string | null;
      source: MigrationSource;
    }) => Promise<T>,
  ): Promise<T> {
    if (typeof args !== 'object' || args === null)
      throw new CommandError('BAD_ARGUMENT', `The arguments of a run are an object, not ${String(args)}.`);
    if ('engineName' in args) {
      throw new CommandError(
        'BAD_ARGUMENT',
        "An argument of a run can't be called 'engineName': by that name a revision is told which database it runs on.",
      );
    }
    // made before the environment answers for a command
    void this.contexts;
    const source = scriptSource(this.scripts);
    return this.environment.during({ tag, destinationRev: destination }, () =>
      command({ args, tag, source }),
    );
  }

  /** Closes what was opened; the next use opens it again. */
  async close(): Promise<void> {
    const closing = [...(this.#contexts?.values() ?? [])].map((context) => context.close());
    const results = await Promise.allSettled(closing);
    results.push(...(await Promise.allSettled(this.#engines.map((engine) => engine.dispose()))));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }
}

function noEngine(): CommandError {
  return new CommandError(
    'NO_ENGINE',
    "There is no database: give `engines`, a URL such as 'sqlite:app.db' or a driver's own connection.",
  );
}

/** `targetMetadata` of the context stands for the models of the one database, where none are given otherwise. */
function withTarget(
  metadatas: ReadonlyMap<string, readonly MetaData[]>,
  { targetMetadata }: ContextOptions,
): ReadonlyMap<string, readonly MetaData[]> {
  if (metadatas.size > 0 || targetMetadata === undefined || targetMetadata === null) return metadatas;
  return new Map([['default', [targetMetadata].flat() as readonly MetaData[]]]);
}
