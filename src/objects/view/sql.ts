import type { SqlDialect } from '../../operations/sql-dialect.ts';
import type { StatementParts } from '../../operations/statement.ts';
import type { View } from '../../schema/view.ts';
import { indexStatements } from '../index/sql.ts';

/** What makes a view, and what hangs on it. */
export function viewStatements(view: View, dialect: SqlDialect): readonly StatementParts[] {
  return [
    { sql: dialect.writer.createView(view) },
    ...(view.comment === null ? [] : viewComment(view, dialect)),
    ...view.indexes.flatMap((index) => indexStatements(view, index, dialect, false)),
  ];
}

/** What sets or drops the comment; nothing where there are no comments. */
export function viewComment(view: View, { capabilities, writer }: SqlDialect): readonly StatementParts[] {
  if (!capabilities.comments) return [];
  const comment = view.comment === null ? 'NULL' : writer.literal(view.comment);
  return [
    { sql: `COMMENT ON ${view.materialized ? 'MATERIALIZED ' : ''}VIEW ${writer.name(view)} IS ${comment}` },
  ];
}
