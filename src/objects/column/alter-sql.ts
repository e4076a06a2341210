import { ArgumentError } from '../../errors.ts';
import { tableOf } from '../../operations/operation.ts';
import type { SqlDialect } from '../../operations/sql-dialect.ts';
import type { StatementParts } from '../../operations/statement.ts';
import type { AlterColumn } from './shapes.ts';

/** Standard SQL's wording, one statement a change, the new name last. Dialects that restate a column or want another order override it. */
export function alterColumnStatements(
  op: AlterColumn,
  { writer, name: dialect }: SqlDialect,
): readonly StatementParts[] {
  const table = writer.name(tableOf(op));
  const column = writer.quote(op.column);
  const { type, nullable, serverDefault, name, comment } = op.changes;
  for (const fact of ['computed', 'identity', 'autoincrement', 'options'] as const) {
    if (fact in op.changes) {
      throw new ArgumentError(
        'UNSUPPORTED_OPERATION',
        `alterColumn can't change '${fact}' of column '${op.column}' of table '${op.table}' on ${dialect}.`,
      );
    }
  }
  const alter = (what: string): StatementParts => ({
    sql: `ALTER TABLE ${table} ALTER COLUMN ${column} ${what}`,
  });
  const statements: StatementParts[] = [];
  if (type !== undefined) statements.push(alter(`TYPE ${writer.type(type)}`));
  if (serverDefault === null) statements.push(alter('DROP DEFAULT'));
  else if (serverDefault !== undefined) {
    const target = type ?? op.existing.type;
    statements.push(
      alter(
        `SET DEFAULT ${writer.default(serverDefault, target ?? { kind: 'type', name: 'sqlType', text: '' })}`,
      ),
    );
  }
  if (nullable !== undefined) statements.push(alter(nullable ? 'DROP NOT NULL' : 'SET NOT NULL'));
  if (comment !== undefined) {
    const sql = writer.columnComment(tableOf(op), op.column, comment);
    if (sql !== null) statements.push({ sql });
  }
  if (name !== undefined)
    statements.push({ sql: `ALTER TABLE ${table} RENAME COLUMN ${column} TO ${writer.quote(name)}` });
  return statements;
}
