import type { ContextOptions } from '../environment/context-options.ts';
import type { EnvironmentMigrationContext } from '../environment/environment-context.ts';
import type { RevisionStep } from '../revisions/index.ts';
import type { MigrationContext } from '../runtime/migration-context.ts';
import type { Preview } from '../runtime/preview/preview.ts';
import type { RunReport } from '../runtime/run-migrations.ts';
import type { MetaData } from '../schema/metadata.ts';
import type { ScriptDirectory } from '../scripts/script-directory.ts';

/** Plans the steps of one database, from the rows of its version table. */
export type PlanFunction = (
  heads: readonly string[],
  context: MigrationContext,
) => readonly RevisionStep[] | PromiseLike<readonly RevisionStep[]>;

export interface PlannedSettings {
  /** the second argument of each `upgrade` and `downgrade` */
  readonly args?: { readonly [name: string]: unknown } | undefined;
  /** for `getTagArgument()` of the environment, and `tag` of the contexts */
  readonly tag?: string | null | undefined;
  /** for `getRevisionArgument()` of the environment */
  readonly destination?: string | readonly string[] | null | undefined;
}

export interface RunSettings extends PlannedSettings {
  /** the plan may be asked again, under the lock */
  readonly repeatable: boolean;
}

export interface PreviewSettings extends PlannedSettings {
  readonly direction: 'upgrade' | 'downgrade';
}

/** What the commands work with: one application's scripts and databases. */
export interface CommandEnvironment {
  readonly scripts: ScriptDirectory;
  readonly options: ContextOptions;
  /** keys of the databases; none where no engine is configured */
  readonly databases: readonly string[];
  /** by the databases' keys */
  readonly contexts: ReadonlyMap<string, EnvironmentMigrationContext>;
  /** the one with the key `default`, or else the first: the one whose revision counts where one is asked for */
  readonly mainContext: EnvironmentMigrationContext;
  readonly metadatas: ReadonlyMap<string, readonly MetaData[]>;
  /** whether `revisionEnvironment` wants the databases even for an empty revision */
  readonly revisionEnvironment: boolean;
  /** runs the steps on every database, as one group */
  run(plan: PlanFunction, settings: RunSettings): Promise<ReadonlyMap<string, RunReport>>;
  /** tells what such a run would do */
  preview(plan: PlanFunction, settings: PreviewSettings): Promise<readonly Preview[]>;
}
