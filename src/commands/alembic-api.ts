import type { Diff, MigrationScript } from '../autogenerate/migration-script.ts';
import type { Config } from '../environment/config.ts';
import type { Preview } from '../runtime/preview/preview.ts';
import type { Script } from '../scripts/script.ts';
import type { ScriptDirectory } from '../scripts/script-directory.ts';

/** A revision, or several: an id or a symbol, a `Script` (of any instance: it stands for its id), or an array of either. */
export type RevisionArgument = string | Script | readonly (string | Script)[];

export interface RunOptions {
  /** print the SQL instead of running it */
  readonly sql?: boolean;
  /** for the environment's `getTagArgument()` */
  readonly tag?: string | null;
  /** the `-x key=value` of the command line, and whatever else each revision's function gets as its second argument */
  readonly args?: { readonly [name: string]: unknown };
}

export interface PreviewOptions extends Omit<RunOptions, 'sql'> {
  /** which way the run would go (default `upgrade`) */
  readonly direction?: 'upgrade' | 'downgrade';
}

export interface StampArguments {
  /** forget what the version table says before (default false) */
  readonly purge?: boolean;
  /** print the SQL instead of running it */
  readonly sql?: boolean;
  /** for the environment's `getTagArgument()` */
  readonly tag?: string | null;
}

export interface RevisionOptions {
  /** don't compare: write empty functions (default false) */
  readonly empty?: boolean;
  /** name of an independent branch (default `default`) */
  readonly branch?: string;
  /** what the revision follows (default `head`) */
  readonly parent?: RevisionArgument;
  /** allow a parent that isn't a head (default false) */
  readonly splice?: boolean;
  readonly depend?: RevisionArgument | null;
  readonly label?: string | readonly string[] | null;
  /** where to store it, relative to the app's root */
  readonly path?: string | null;
  /** its id, instead of a new one from `revId()` */
  readonly revId?: string;
  /** print the SQL instead of running it */
  readonly sql?: boolean;
}

export interface MergeOptions {
  readonly message?: string | null;
  readonly label?: string | readonly string[] | null;
  readonly revId?: string;
}

export interface HistoryEntry {
  readonly script: Script;
  readonly isCurrent: boolean;
}

/** What the command line needs of the object that joins an application and its migrations: CONTRACT's `Alembic`. */
export interface AlembicApi {
  readonly config: Config;
  readonly scriptDirectory: ScriptDirectory;
  mkdir(): void;
  current(): Promise<Script[]>;
  heads(options?: { readonly resolveDependencies?: boolean }): Promise<Script[]>;
  branches(): Promise<Script[]>;
  log(options?: { readonly start?: RevisionArgument; readonly end?: RevisionArgument }): Promise<Script[]>;
  /** newest first; `range` is Alembic's `a:b` */
  history(options?: { readonly range?: string; readonly indicateCurrent?: boolean }): Promise<HistoryEntry[]>;
  show(revisions: RevisionArgument): Promise<Script[]>;
  stamp(target?: RevisionArgument, options?: StampArguments): Promise<void>;
  upgrade(target?: RevisionArgument | number, options?: RunOptions): Promise<void>;
  downgrade(target?: RevisionArgument | number, options?: RunOptions): Promise<void>;
  preview(target?: RevisionArgument | number, options?: PreviewOptions): Promise<readonly Preview[]>;
  revision(message: string, options?: RevisionOptions): Promise<Script[]>;
  merge(revisions?: RevisionArgument, options?: MergeOptions): Promise<Script>;
  ensureVersion(options?: { readonly sql?: boolean }): Promise<void>;
  produceMigrations(): Promise<MigrationScript>;
  compareMetadata(): Promise<Diff[]>;
  needsUpgrade(): Promise<boolean>;
  needsRevision(): Promise<boolean>;
  close(): Promise<void>;
}

export type { Loss } from '../operations/loss.ts';
export type {
  Preview,
  PreviewCommit,
  PreviewNote,
  PreviewOperation,
  PreviewStep,
  PreviewUnit,
} from '../runtime/preview/preview.ts';
export type { Script } from '../scripts/script.ts';
