import { type Check, check } from '../../schema/check.ts';
import { sql } from '../../schema/sql.ts';
import type { Table } from '../../schema/table.ts';
import type { ColumnType } from '../../schema/types/column-type.ts';
import { typeFor } from '../../schema/types/generic.ts';
import { normalizeExpression } from './inspect/normalize-expression.ts';
import { lowerCase } from './inspect/tokens.ts';

/**
 * The CHECKs that the types of a table's columns ask for by `createConstraint` (SQLAlchemy's `create_constraint`), in the order of the columns:
 * `"state" IN ('on', 'off')`, named as the enum is. The writer prints them behind the table's own constraints. One that the table has already isn't asked for
 * again.
 */
export function impliedChecks(table: Pick<Table, 'columns' | 'constraints'>): readonly Check[] {
  const asking = table.columns.filter((column) => typeFor(column.type, 'sqlite').createConstraint === true);
  if (asking.length === 0) return [];
  const names = new Set(table.columns.map((column) => lowerCase(column.name)));
  const same = (a: Check, b: Check): boolean =>
    a.name === b.name &&
    normalizeExpression(a.condition.text, names) === normalizeExpression(b.condition.text, names);
  const own = table.constraints.filter((constraint) => constraint.kind === 'check');
  return asking
    .flatMap((column) => impliedCheck(column.name, typeFor(column.type, 'sqlite')) ?? [])
    .filter((asked) => !own.some((other) => same(asked, other)));
}

function impliedCheck(column: string, type: ColumnType): Check | null {
  if (type.createConstraint !== true) return null;
  const values =
    type.name === 'boolean' ? ['0', '1'] : type.values?.map((value) => `'${value.replaceAll("'", "''")}'`);
  if (values === undefined) return null;
  const condition = `"${column.replaceAll('"', '""')}" IN (${values.join(', ')})`;
  return check(sql.raw(condition), { name: type.typeName ?? null });
}
