import type { Connection } from './connection.ts';
import type { Operation } from '../operations/operation.ts';

/** SQL that is ready to run, and what it is for. */
export interface Statement {
  readonly sql: string;
  /** the operations that it carries out, so that a failure can name them */
  readonly operations: readonly Operation[];
  /** must run outside a transaction, such as CREATE INDEX CONCURRENTLY */
  readonly autocommit?: boolean;
  /**
   * How it is run, where sending `sql` isn't enough: SQLite's rebuild asks the database what no plan can know (triggers, views, rows that don't fit) before and
   * after its parts. `sql` is then those parts as one script, for people and for offline mode. A runner calls it instead of sending `sql`.
   */
  readonly run?: (connection: Connection) => Promise<void>;
}

export type { StatementParts } from '../operations/statement.ts';
