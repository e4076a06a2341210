import type { CommandEnvironment, PlanFunction } from '../commands/command-environment.ts';
import type { Engine } from '../dialect/connection.ts';
import { Config, type ConfigOptions } from '../environment/config.ts';
import type { ContextOptions } from '../environment/context-options.ts';
import { createEngine } from '../environment/create-engine.ts';
import { EnvironmentContext, type EnvironmentMigrationContext } from '../environment/environment-context.ts';
import { Operations } from '../environment/operations.ts';
import { scriptSource } from '../environment/script-source.ts';
import { CommandError } from '../errors.ts';
import { type RunReport, runMigrations } from '../runtime/run-migrations.ts';
import type { MetaData } from '../schema/metadata.ts';
import { ScriptDirectory } from '../scripts/script-directory.ts';
import { type AlembicOptions, checkAlembicOptions, enginesOf, metadatasOf } from './alembic-options.ts';
import type { App } from './app.ts';

/** What belongs to one application: each part is made when it is first asked for, and kept. */
export class AppState implements CommandEnvironment {
  readonly app: App;
  readonly options: ContextOptions;
  readonly metadatas: ReadonlyMap<string, readonly MetaData[]>;
  readonly config: Config;
  readonly #settings: AlembicOptions;
  readonly #revId: () => string;
  #scripts: ScriptDirectory | null = null;
  #environment: EnvironmentContext | null = null;
  #contexts: ReadonlyMap<string, EnvironmentMigrationContext> | null = null;
  #engines: Engine[] = [];

  /** @throws ArgumentError `UNKNOWN_OPTION`, `BAD_ARGUMENT`; CommandError `NO_ENGINE`, `NO_METADATA`. */
  constructor(app: App, settings: AlembicOptions, revId: () => string) {
    this.app = app;
    const options = (app.config?.alembicContext ?? {}) as ContextOptions;
    const config = (app.config?.alembic ?? {}) as ConfigOptions;
    this.#settings = {
      ...settings,
      config: { ...settings.config, ...config },
      context: { ...settings.context, ...options },
    };
    checkAlembicOptions(this.#settings);
    this.options = this.#settings.context ?? {};
    this.metadatas = withTarget(metadatasOf(this.#settings), this.options);
    this.config = new Config({
      options: this.#settings.config ?? {},
      ...(app.rootPath === undefined ? {} : { rootPath: app.rootPath }),
    });
    this.#revId = revId;
    for (const kind of this.options.objectKinds ?? [])
      for (const each of kind.operations) Operations.registerOperation(each);
  }

  get scripts(): ScriptDirectory {
    return (this.#scripts ??= new ScriptDirectory(
      this.config.scriptConfig([...enginesOf(this.#settings).keys()]),
    ));
  }

  get environment(): EnvironmentContext {
    return (this.#environment ??= new EnvironmentContext(this.config, this.scripts));
  }

  /** @throws CommandError `NO_ENGINE` when there is none; ArgumentError as `createEngine` does. */
  get contexts(): ReadonlyMap<string, EnvironmentMigrationContext> {
    if (this.#contexts !== null) return this.#contexts;
    const inputs = enginesOf(this.#settings);
    if (inputs.size === 0) {
      throw new CommandError(
        'NO_ENGINE',
        "There is no database: give `engines`, a URL such as 'sqlite:app.db' or a driver's own connection.",
      );
    }
    const { environment } = this;
    const engines: Engine[] = [];
    for (const [key, input] of inputs) {
      const engine = createEngine(input);
      engines.push(engine);
      const targetMetadata = this.metadatas.get(key);
      environment.configure({
        ...this.options,
        ...(targetMetadata === undefined ? {} : { targetMetadata }),
        connection: engine,
        key,
      });
    }
    this.#engines = engines;
    this.#contexts = environment.contexts;
    return this.#contexts;
  }

  /** The context with the key `default`, or the only one. */
  get mainContext(): EnvironmentMigrationContext {
    const { contexts } = this;
    const [first, ...others] = contexts.values();
    const main = contexts.get('default') ?? (others.length === 0 ? first : undefined);
    if (main !== undefined) return main;
    throw new CommandError(
      'NO_ENGINE',
      `No database has the key 'default'; there are ${[...contexts.keys()].join(', ')}: use migrationContexts.`,
    );
  }

  get revisionEnvironment(): boolean {
    return this.config.options.revisionEnvironment ?? false;
  }

  revId(): string {
    return this.#revId();
  }

  async run(
    plan: PlanFunction,
    options: { readonly repeatable: boolean; readonly args?: { readonly [name: string]: unknown } },
  ): Promise<ReadonlyMap<string, RunReport>> {
    return runMigrations([...this.contexts.values()], {
      plan,
      repeatable: options.repeatable,
      source: scriptSource(this.scripts),
      args: options.args ?? {},
    });
  }

  /** Closes what was opened; the next use opens it again. */
  async close(): Promise<void> {
    for (const context of this.#contexts?.values() ?? []) await context.close();
    for (const engine of this.#engines) await engine.dispose();
  }
}

/** `targetMetadata` of the context stands for the models of the one database, where none are given otherwise. */
function withTarget(
  metadatas: ReadonlyMap<string, readonly MetaData[]>,
  { targetMetadata }: ContextOptions,
): ReadonlyMap<string, readonly MetaData[]> {
  if (metadatas.size > 0 || targetMetadata === undefined || targetMetadata === null) return metadatas;
  return new Map([['default', [targetMetadata].flat() as readonly MetaData[]]]);
}
