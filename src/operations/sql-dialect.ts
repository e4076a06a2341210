import type { Atomicity } from './atomicity.ts';
import type { Capabilities } from './capabilities.ts';
import type { Operation } from './operation.ts';
import type { SqlWriter } from './sql-writer.ts';

/** What an operation's wording may know of a database. */
export interface SqlDialect {
  /** `sqlite`, `postgresql`, `mysql`, `mariadb` */
  readonly name: string;
  readonly capabilities: Capabilities;
  readonly writer: SqlWriter;
  /**
   * How an operation stands to the transaction that it is called in, told from the operation alone: a preview says it before anything runs, and a run refuses by it.
   * Absent: as `capabilities.transactionalDdl` says.
   */
  atomicity?(operation: Operation): Atomicity;
}
