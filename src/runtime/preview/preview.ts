import type { ErrorCode } from '../../errors.ts';
import type { Atomicity } from '../../operations/atomicity.ts';
import type { Loss } from '../../operations/loss.ts';
import type { Operation } from '../../operations/operation.ts';

/** What a run would do to one database, as far as that can be told before it: plain data, JSON-safe and frozen. */
export interface Preview {
  /** key of the database; `default` where there is one only */
  readonly engineName: string;
  /** the database, for people: its URL without a password */
  readonly database: string;
  readonly direction: 'upgrade' | 'downgrade';
  /** the rows of the version table now; null where there is no such table: the run makes it */
  readonly heads: readonly string[] | null;
  /** its rows after the run */
  readonly headsAfter: readonly string[];
  /** in the order in which they run; none where there is nothing to do */
  readonly steps: readonly PreviewStep[];
  /** what is committed together, in order */
  readonly units: readonly PreviewUnit[];
  /** what will fail, in order: the run ends at the first of them */
  readonly problems: readonly PreviewNote[];
}

export interface PreviewStep {
  readonly revision: string;
  readonly kind: 'upgrade' | 'downgrade';
  /** the first line of the file's own description */
  readonly doc: string;
  /** absolute path of the revision's file */
  readonly file: string | null;
  readonly operations: readonly PreviewOperation[];
  /** the place in `units` of what writes its row of the version table */
  readonly unit: number;
  /** where it needs the database to go on (`NEEDS_DATABASE`): what comes behind isn't known; null where all is */
  readonly unknownFrom: PreviewNote | null;
}

/** An operation, or SQL that the revision runs on `op.getBind()`. */
export interface PreviewOperation {
  /** null for SQL of `op.getBind()` */
  readonly operation: Operation | null;
  /** of `op.getBind()`: it isn't read; null for an operation */
  readonly sql: string | null;
  /** absolute path of the file that called it, and the line, counted from 1 */
  readonly file: string | null;
  readonly line: number | null;
  /** its place in `units` */
  readonly unit: number;
  readonly atomicity: Atomicity;
  /** the data that it destroys */
  readonly destroys: readonly Loss[];
}

/** What is committed together; or else, outside of any transaction, a stretch in which each operation is committed by itself. */
export interface PreviewUnit {
  readonly isTransaction: boolean;
  /** whether a failure in it undoes all of it; what the units before it did stays in any case */
  readonly isAtomic: boolean;
  /** false where a part of it isn't known (`PreviewStep.unknownFrom`): more may run in it, and commits may fall within */
  readonly isComplete: boolean;
  /** the revisions of which anything is in it */
  readonly revisions: readonly string[];
  /** why its commit falls where it does; null outside of transactions */
  readonly commit: PreviewCommit | null;
  /** what may fail in it, where something in it uses what it made: told with what becomes of the run then */
  readonly risks: readonly PreviewNote[];
}

export interface PreviewCommit {
  /**
   * `run`: everything has run; `migration`: each migration has a transaction of its own; `autocommitBlock`: one begins; `implicit`: the database commits before an
   * operation that it can't hold in a transaction
   */
  readonly reason: 'run' | 'migration' | 'autocommitBlock' | 'implicit';
  /** the revision that it falls in or behind; null at the end of the run */
  readonly revision: string | null;
  /** what it comes before, where it falls within a revision */
  readonly file: string | null;
  readonly line: number | null;
}

export interface PreviewNote {
  /** of a problem, that of the error with which the run fails */
  readonly code: ErrorCode;
  readonly message: string;
  readonly revision: string;
  readonly file: string | null;
  readonly line: number | null;
  /** kind of the operation, where it is one */
  readonly operation: string | null;
}
