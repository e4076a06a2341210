import type { Dialect } from '../dialect/dialect.ts';
import type { Definitions } from '../operations/definitions.ts';
import type { MetaData } from '../schema/metadata.ts';
import type { CallSite } from './call-site.ts';
import type { LazyConnection } from './lazy-connection.ts';
import type { MigrationInfo } from './migration-info.ts';
import type { OperationPromise } from './operation-promise.ts';
import type { OperationQueue } from './operation-queue.ts';
import type { ScopeHooks } from './queue-runner.ts';
import type { Session } from './session.ts';
import type { VersionTable, VersionTableOptions } from './version-table.ts';

/** What `onVersionApply` is told, when the rows of a step have been written. */
export interface VersionApplied {
  readonly ctx: Context;
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
  /**
   * How long to wait for a lock, in milliseconds; 0 fails at once. For another runner's: default 60,000. For what other sessions do with the tables of a
   * migration: each statement, and default as the server has it (PostgreSQL: `lock_timeout`). A migration that waits behind a long query holds up everybody
   * behind it: a second or two, with `lockRetries`, lets them pass.
   */
  readonly lockTimeout?: number;
  /**
   * How often a unit (a migration with `transactionPerMigration`, or else all of them) that waited for a lock in vain, or lost it to a deadlock, is rolled back
   * and run again, after a pause that grows; default 0. What it does outside of the database it does again. Not where a part of it is committed.
   */
  readonly lockRetries?: number;
  /**
   * How long a statement of a migration may take, in milliseconds (PostgreSQL: `statement_timeout`); default as the server has it; Infinity is no limit. Neither
   * this nor `lockTimeout` holds for what can't be in a transaction (CREATE INDEX CONCURRENTLY), nor for queries of `getBind()` in an autocommit block: a setting
   * of the session would stay there for others, behind a pooler.
   */
  readonly statementTimeout?: number | null;
  readonly onVersionApply?: OnVersionApply | readonly OnVersionApply[] | null;
  /** free text for `upgrade` and `downgrade` to read, as given by `--tag` */
  readonly tag?: string | null;
}

/** What a context is doing. */
export interface Activity {
  /** the run of this context */
  readonly run: {
    readonly tag: string | null;
    autocommit<T>(site: CallSite): ScopeHooks<T>;
    /** what stands for a savepoint where nothing is run */
    savepoint?<T>(): ScopeHooks<T>;
  };
  /** the contexts of the same run */
  readonly group: ReadonlySet<object>;
}

/** A `MigrationContext` as runs and façades see it. */
export interface Context {
  /** the database's key; `default` where there is one only */
  readonly key: string;
  readonly dialect: Dialect;
  readonly connection: LazyConnection;
  readonly opts: RuntimeOptions;
  readonly versionTable: VersionTable;
  /** the database, for people: its URL without a password */
  readonly display: string;
  readonly tag: string | null;
  readonly transactionPerMigration: boolean;
  isTransactionalDdl(): boolean;
  getCurrentHeads(): Promise<string[]>;
  getCurrentRevision(): Promise<string | null>;
  autocommitBlock<T>(fn: () => T | PromiseLike<T>): OperationPromise<T>;
  beginTransaction<T>(fn: () => T | PromiseLike<T>): OperationPromise<T>;
  execute(sql: string): OperationPromise<void>;
  /** @internal */
  readonly definitions: Definitions;
  /** @internal what is running on it */
  activity: Activity | null;
  /** @internal Nothing else runs on the connection until the result is called. */
  acquire(): Promise<() => Promise<void>>;
  /** @internal */
  session(): Promise<Session>;
  /** @internal Opens anew after a failure that means that the connection is gone. */
  giveUpLost(error: unknown): Promise<void>;
  /** @internal Begins a transaction with the lock. */
  beginLocked(session: Session): Promise<void>;
  /** @internal The façade `op` of a step. */
  operationsOn(queue: OperationQueue, file: string | null): unknown;
}
