import type { MetaData } from '../schema/metadata.ts';
import type { MigrationContext } from './migration-context.ts';
import type { MigrationInfo } from './migration-info.ts';
import type { VersionTableOptions } from './version-table.ts';

/** What `onVersionApply` is told, when the rows of a step have been written. */
export interface VersionApplied {
  readonly ctx: MigrationContext;
  readonly step: MigrationInfo;
  /** the rows of the version table after the step */
  readonly heads: ReadonlySet<string>;
  /** what the run passes to each `upgrade` and `downgrade` */
  readonly runArgs: Readonly<Record<string, unknown>>;
}

export type OnVersionApply = (applied: VersionApplied) => void | PromiseLike<void>;

/** The options of a migration context that running migrations reads; those of comparing are in the environment's. */
export interface RuntimeOptions extends VersionTableOptions {
  /** the application's schema: one, or several that together are it */
  readonly targetMetadata?: MetaData | readonly MetaData[] | null;
  /** whether each migration has a transaction of its own; default false: all together */
  readonly transactionPerMigration?: boolean;
  /** whether DDL can be rolled back; default: what the database can */
  readonly transactionalDdl?: boolean | null;
  /** how long to wait for another runner, in milliseconds; default 60,000; 0 fails at once */
  readonly lockTimeout?: number;
  readonly onVersionApply?: OnVersionApply | readonly OnVersionApply[] | null;
  /** free text for `upgrade` and `downgrade` to read, as given by `--tag` */
  readonly tag?: string | null;
}
