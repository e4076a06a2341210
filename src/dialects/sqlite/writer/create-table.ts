import { displayName } from '../../../schema/names.ts';
import type { Table } from '../../../schema/table.ts';
import { impliedChecks } from '../implied-checks.ts';
import { sqliteTableOptions } from '../options.ts';
import { columnSql, inlineKey } from './column.ts';
import { constraintSql } from './constraint.ts';
import { qualified } from './names.ts';

/** The whole CREATE TABLE but for its indexes. `name` is another one for the table itself, while what it says of itself stays. */
export function createTableSql(
  table: Table,
  { ifNotExists = false, name = table.name }: { readonly ifNotExists?: boolean; readonly name?: string },
): string {
  const { strict, withoutRowid } = sqliteTableOptions(`Table '${displayName(table)}'`, table.options);
  const keyIsInline = table.columns.some((column) => inlineKey(column, table) !== null);
  const parts = [
    ...table.columns.map((column) => columnSql(column, table)),
    ...[...table.constraints, ...impliedChecks(table)]
      .filter((constraint) => !(keyIsInline && constraint.kind === 'primaryKey'))
      .map((constraint) => constraintSql(constraint, table)),
  ];
  const options = [strict ? 'STRICT' : '', withoutRowid ? 'WITHOUT ROWID' : ''].filter(
    (option) => option !== '',
  );
  const head = `CREATE TABLE ${ifNotExists ? 'IF NOT EXISTS ' : ''}${qualified({ schema: table.schema, name })}`;
  return `${head} (\n  ${parts.join(',\n  ')}\n)${options.length === 0 ? '' : ` ${options.join(', ')}`}`;
}
