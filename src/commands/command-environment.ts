import type { ContextOptions } from '../environment/context-options.ts';
import type { EnvironmentMigrationContext } from '../environment/environment-context.ts';
import type { RevisionStep } from '../revisions/index.ts';
import type { MigrationContext } from '../runtime/migration-context.ts';
import type { RunReport } from '../runtime/run-migrations.ts';
import type { MetaData } from '../schema/metadata.ts';
import type { ScriptDirectory } from '../scripts/script-directory.ts';

/** Plans the steps of one database, from the rows of its version table. */
export type PlanFunction = (
  heads: readonly string[],
  context: MigrationContext,
) => readonly RevisionStep[] | PromiseLike<readonly RevisionStep[]>;

/** What the commands work with: one application's scripts and databases. */
export interface CommandEnvironment {
  readonly scripts: ScriptDirectory;
  readonly options: ContextOptions;
  /** by the databases' keys; the first one is the main one */
  readonly contexts: ReadonlyMap<string, EnvironmentMigrationContext>;
  readonly metadatas: ReadonlyMap<string, readonly MetaData[]>;
  /** a new revision's id, checked */
  revId(): string;
  /** whether `revisionEnvironment` wants the databases even for an empty revision */
  readonly revisionEnvironment: boolean;
  /** runs the steps on every database, as one group; `repeatable`: the plan may be asked again under the lock */
  run(
    plan: PlanFunction,
    options: { readonly repeatable: boolean; readonly args?: { readonly [name: string]: unknown } },
  ): Promise<ReadonlyMap<string, RunReport>>;
}
