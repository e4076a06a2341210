import type { Capabilities } from './capabilities.ts';
import type { SqlWriter } from './sql-writer.ts';

/** What an operation's wording may know of a database. */
export interface SqlDialect {
  /** `sqlite`, `postgresql`, `mysql`, `mariadb` */
  readonly name: string;
  readonly capabilities: Capabilities;
  readonly writer: SqlWriter;
}
