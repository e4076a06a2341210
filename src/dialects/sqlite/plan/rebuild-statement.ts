import type { Statement } from '../../../dialect/statement.ts';
import { ArgumentError } from '../../../errors.ts';
import type { Operation } from '../../../operations/operation.ts';
import { displayName } from '../../../schema/names.ts';
import type { Table } from '../../../schema/table.ts';
import { deepFreeze } from '../../../util/deep-freeze.ts';
import { sqliteTableOptions } from '../options.ts';
import { withoutDoubleQuotedStrings, withoutOwnName } from './expression-columns.ts';
import { mapExpressions } from './known-tables.ts';
import { type Rebuild, rebuildScript, temporaryName } from './rebuild.ts';
import { runRebuild } from './run-rebuild.ts';

/**
 * The statement that carries a rebuild out.
 *
 * @throws ArgumentError `CANNOT_REPRINT` when the table's definition holds what the model doesn't; `BAD_NAME`, `UNSUPPORTED_TYPE`, …, as the writer does.
 */
export function rebuildStatement(rebuild: Rebuild, operations: readonly Operation[]): Statement {
  const name = displayName(rebuild.table);
  const { unprintable } = sqliteTableOptions(`Table '${name}'`, rebuild.old.options);
  if (unprintable.length > 0) {
    throw new ArgumentError(
      'CANNOT_REPRINT',
      `Table '${name}' would have to be rebuilt, and that would lose parts of its definition: ${unprintable.join('; ')}. Nothing was changed. Rebuild it by op.execute, where you can write its CREATE TABLE yourself.`,
      { details: { table: name, unprintable } },
    );
  }
  const printable = { ...rebuild, table: deepFreeze(standard(rebuild.table)) };
  const script = rebuildScript(printable, temporaryName(rebuild.table.name));
  const { create, insert, counter } = script.fill;
  return {
    sql: [create, insert, ...counter, ...script.replace, ...script.indexes].join(';\n'),
    operations,
    run: (connection) => runRebuild(printable, connection),
  };
}

/** The table in words that SQLite takes in a new statement, under another name, too. */
function standard(table: Table): Table {
  const columns = table.columns.map((column) => column.name);
  return mapExpressions(table, (expression) =>
    withoutOwnName(withoutDoubleQuotedStrings(expression, columns), table.name),
  );
}
