import { ArgumentError } from '../errors.ts';
import type { SqlDialect } from '../operations/sql-dialect.ts';

/** @throws ArgumentError `UNSUPPORTED_OPERATION` on any database but PostgreSQL. `what` begins the sentence: `createSequence of 'ids'`. */
export function onlyPostgresql(what: string, dialect: SqlDialect): void {
  if (dialect.name === 'postgresql') return;
  throw new ArgumentError(
    'UNSUPPORTED_OPERATION',
    `${what} isn't possible on ${dialect.name}: only PostgreSQL has that.`,
  );
}
