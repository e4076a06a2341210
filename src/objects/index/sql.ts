import { ArgumentError } from '../../errors.ts';
import type { SqlDialect } from '../../operations/sql-dialect.ts';
import type { StatementParts } from '../../operations/statement.ts';
import { displayName, type QualifiedName } from '../../schema/names.ts';
import type { Index } from '../../schema/table-index.ts';

/** CREATE INDEX in the wording that databases share. */
export function indexStatements(
  table: QualifiedName,
  index: Index,
  dialect: SqlDialect,
  ifNotExists: boolean,
): readonly StatementParts[] {
  const { writer } = dialect;
  if (index.name === null) {
    throw new ArgumentError(
      'BAD_NAME',
      `An index of table '${displayName(table)}' has no name, and no naming convention gives it one.`,
    );
  }
  const unique = index.unique ? 'UNIQUE ' : '';
  const exists = ifNotExists ? 'IF NOT EXISTS ' : '';
  return [
    {
      sql: `CREATE ${unique}INDEX ${exists}${writer.quote(index.name)} ON ${writer.name(table)} ${writer.indexBody(index, table)}`,
    },
  ];
}
