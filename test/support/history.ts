import { configureSync, getConfig } from '@logtape/logtape';
import { createEngine, type EngineInput } from '../../src/environment/create-engine.ts';
import { Operations } from '../../src/environment/operations.ts';
import {
  planDowngrade,
  planUpgrade,
  RevisionMap,
  type RevisionSpec,
  type RevisionStep,
} from '../../src/revisions/index.ts';
import type { RuntimeOptions } from '../../src/runtime/context.ts';
import { MigrationContext } from '../../src/runtime/migration-context.ts';
import type { MigrationSource } from '../../src/runtime/migration-source.ts';
import { type RunReport, runMigrations } from '../../src/runtime/run-migrations.ts';

export type Migration = (op: Operations, args: Readonly<Record<string, unknown>>) => unknown;

/** A revision whose functions stand in the test itself. */
export interface TestRevision extends Partial<Omit<RevisionSpec, 'revision'>> {
  readonly upgrade?: Migration | { readonly [engineName: string]: Migration };
  readonly downgrade?: Migration | { readonly [engineName: string]: Migration };
}

/** Keeps the lines of runs away from the report; a test of logging configures it anew. */
export function quietLogs(): void {
  if (getConfig() === null) {
    configureSync({
      sinks: {},
      loggers: [{ category: ['logtape', 'meta'], lowestLevel: 'fatal', sinks: [] }],
    });
  }
}

/** A history of revisions that are no files; each follows the one before unless it says otherwise. */
export class TestHistory {
  readonly revisionMap: RevisionMap;
  readonly source: MigrationSource;

  constructor(revisions: { readonly [id: string]: TestRevision | Migration }, path: string | null = null) {
    const all = Object.entries(revisions).map(
      ([id, given]) => [id, typeof given === 'function' ? { upgrade: given } : given] as const,
    );
    const specs = all.map(
      ([revision, { downRevision, dependsOn = null, branchLabels = null, doc = `the ${revision}` }], i) => ({
        revision,
        downRevision: downRevision === undefined ? (all[i - 1]?.[0] ?? null) : downRevision,
        dependsOn,
        branchLabels,
        doc,
      }),
    );
    this.revisionMap = new RevisionMap(specs);
    const byId = new Map(all);
    this.source = {
      getRevision: (id) => ({ ...specs.find(({ revision }) => revision === id)!, path }),
      load: async (id, direction, engineName) => {
        const found = byId.get(id)?.[direction] ?? (() => {});
        return ((typeof found === 'function' ? found : found[engineName]) ?? null) as never;
      },
    };
  }

  context(database: EngineInput, options: RuntimeOptions = {}, key = 'default'): TestContext {
    return new MigrationContext({
      engine: createEngine(database),
      key,
      options,
      operations: Operations,
      source: this.source,
    });
  }

  upgrade(
    contexts: TestContext | readonly TestContext[],
    target = 'heads',
    args = {},
  ): Promise<ReadonlyMap<string, RunReport>> {
    return this.#run(contexts, (heads) => planUpgrade(this.revisionMap, heads, target), args);
  }

  downgrade(
    contexts: TestContext | readonly TestContext[],
    target: string,
    args = {},
  ): Promise<ReadonlyMap<string, RunReport>> {
    return this.#run(contexts, (heads) => planDowngrade(this.revisionMap, heads, target), args);
  }

  #run(
    contexts: TestContext | readonly TestContext[],
    plan: (heads: readonly string[]) => readonly RevisionStep[],
    args: Readonly<Record<string, unknown>>,
  ): Promise<ReadonlyMap<string, RunReport>> {
    return runMigrations([contexts].flat(), { plan, repeatable: true, source: this.source, args });
  }
}

export type TestContext = MigrationContext<RuntimeOptions, Operations>;
