import { ArgumentError } from '../../../errors.ts';
import { displayName } from '../../../schema/names.ts';
import type { View } from '../../../schema/view.ts';
import { qualified, quote } from './names.ts';

/** @throws ArgumentError `UNSUPPORTED_OPERATION` for a materialized view. */
export function createViewSql(view: View): string {
  if (view.materialized) {
    throw new ArgumentError(
      'UNSUPPORTED_OPERATION',
      `'${displayName(view)}' is a materialized view, which SQLite doesn't have: make a table, and fill it.`,
    );
  }
  const names = view.columns === null ? '' : ` (${view.columns.map(quote).join(', ')})`;
  return `CREATE VIEW ${qualified(view)}${names} AS ${view.query.text}`;
}
