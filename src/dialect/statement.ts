import type { Operation } from '../operations/operation.ts';

/** SQL that is ready to run, and what it is for. */
export interface Statement {
  readonly sql: string;
  /** the operations that it carries out, so that a failure can name them */
  readonly operations: readonly Operation[];
  /** must run outside a transaction, such as CREATE INDEX CONCURRENTLY */
  readonly autocommit?: boolean;
}

export interface StatementParts {
  readonly sql: string;
  readonly autocommit?: boolean;
}
