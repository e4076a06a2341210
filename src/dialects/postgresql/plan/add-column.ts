import type { StatementParts } from '../../../dialect/statement.ts';
import type { AddColumn } from '../../../objects/column/operations.ts';
import type { Operation } from '../../../operations/operation.ts';
import { tableOf, targetOf } from '../../../operations/operation.ts';
import type { Check } from '../../../schema/check.ts';
import { deepEqual } from '../../../util/deep-equal.ts';
import { columnWithEnumSchema } from '../enum-schemas.ts';
import { quoteName } from '../identifiers.ts';
import { impliedChecks } from '../implied-checks.ts';
import { constraintSql } from '../writer/constraint-sql.ts';
import { changeColumnOptions } from './column-options.ts';
import type { WordingContext } from './wording.ts';

/** ADD COLUMN, and the check that its type asks for, unless a later operation makes that by itself. */
export async function addColumn(
  op: AddColumn,
  { state, dialect, following }: WordingContext,
): Promise<readonly StatementParts[]> {
  const table = tableOf(op);
  const column = columnWithEnumSchema(op.column, op.schema);
  const checks = impliedChecks({ columns: [column] }).filter(
    (check) => !following.some((later) => makes(later, op, check)),
  );
  // a column that is there keeps what it has
  const there = op.ifNotExists && checks.length > 0 ? await state.table(table) : null;
  const isThere = there?.columns.some(({ name }) => name === column.name) ?? false;
  const options = await changeColumnOptions(table, column.name, {}, column.options, state);
  return [
    ...state.definitions.sql({ ...op, column } as AddColumn, dialect),
    ...options.map((sql) => ({ sql })),
    ...(isThere ? [] : checks).map((check) => ({
      sql: `ALTER TABLE ${quoteName(table)} ADD ${constraintSql(check, table)}`,
    })),
  ];
}

function makes(later: Operation, op: AddColumn, check: Check): boolean {
  const { constraint } = later as { readonly constraint?: Check };
  return (
    later.kind === 'createCheckConstraint' &&
    deepEqual(targetOf(later), tableOf(op)) &&
    constraint?.name === check.name
  );
}
