import { displayName } from '../../../schema/names.ts';
import type { Table } from '../../../schema/table.ts';
import { withEnumSchemas } from '../enum-schemas.ts';
import { plainOrQuoted, quoteIdentifier, quoteName } from '../identifiers.ts';
import { impliedChecks } from '../implied-checks.ts';
import { isInherited } from '../inheritance/above.ts';
import { type TableOptions, tableOptions } from '../options.ts';
import { columnSql } from './column-sql.ts';
import { constraintSql } from './constraint-sql.ts';
import { storageSql } from './index-sql.ts';

/** The whole CREATE TABLE; indexes and comments are statements of their own. A partition has its columns from the table that it is one of, and the constraints that aren't its own. */
export function createTableSql(given: Table, { ifNotExists }: { readonly ifNotExists: boolean }): string {
  const table = withEnumSchemas(given);
  const options = tableOptions(`Table '${displayName(table)}'`, table.options);
  const isPartition = options.partitionOf !== undefined;
  // what comes from the table above isn't said again: then it would belong to this one as well
  const columns = isPartition ? [] : table.columns.filter((column) => !isInherited(column));
  const lines = [
    ...columns.map((column) => columnSql(column, table)),
    ...[...table.constraints.filter((each) => !isInherited(each)), ...impliedChecks(table)].map(
      (constraint) => constraintSql(constraint, table),
    ),
  ];
  const list = `(\n  ${lines.join(',\n  ')}\n)`;
  const kind = `CREATE ${options.unlogged ? 'UNLOGGED ' : ''}TABLE ${ifNotExists ? 'IF NOT EXISTS ' : ''}`;
  if (isPartition) {
    const own = lines.length === 0 ? '' : ` ${list}`;
    const partition = `PARTITION OF ${options.partitionOf}${own} ${options.partitionBound ?? 'DEFAULT'}`;
    return [`${kind}${quoteName(table)} ${partition}`, ...tail(options)].join(' ');
  }
  const body = lines.length === 0 ? '()' : list;
  return [`${kind}${quoteName(table)} ${body}`, ...tail(options)].join(' ');
}

function tail(options: TableOptions): readonly string[] {
  return [
    options.inherits && `INHERITS (${options.inherits.join(', ')})`,
    options.partitionBy && `PARTITION BY ${options.partitionBy}`,
    options.using && `USING ${plainOrQuoted(options.using)}`,
    options.with && `WITH (${storageSql(options.with)})`,
    options.tablespace && `TABLESPACE ${quoteIdentifier(options.tablespace)}`,
  ].filter((part): part is string => part !== undefined && part !== '');
}
