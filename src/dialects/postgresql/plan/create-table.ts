import type { StatementParts } from '../../../dialect/statement.ts';
import type { CreateTable } from '../../../objects/table/operations.ts';
import type { PrimaryKey } from '../../../schema/primary-key.ts';
import type { Constraint } from '../../../schema/table.ts';
import type { Unique } from '../../../schema/unique.ts';
import { deepEqual } from '../../../util/deep-equal.ts';
import { quoteName } from '../identifiers.ts';
import { constraintSql } from '../writer/constraint-sql.ts';
import { newColumnOptions } from './column-options.ts';
import type { WordingContext } from './wording.ts';

/**
 * CREATE TABLE, and statements of their own for keys over the same columns as an earlier one: within one CREATE TABLE the server makes one of the two and
 * forgets the other, or gives the one's name to the other. Likewise for what is NOT VALID: a new table has no rows to doubt, and the server says so;
 * and for what CREATE TABLE has no words for.
 */
export async function createTable(
  op: CreateTable,
  { state, dialect }: WordingContext,
): Promise<readonly StatementParts[]> {
  const { table, ifNotExists } = op;
  const later = table.constraints.filter(
    (each, i) =>
      each.options.postgresql?.notValid === true ||
      (isKey(each) && table.constraints.slice(0, i).some((other) => isKey(other) && merge(each, other))),
  );
  const options = await newColumnOptions(table, state);
  if (later.length + options.length === 0) return state.definitions.sql(op, dialect);
  const rest = { ...table, constraints: table.constraints.filter((each) => !later.includes(each)) };
  const [create, ...others] = state.definitions.sql({ ...op, table: rest } as CreateTable, dialect);
  // a table that is there keeps what it has
  const isThere = ifNotExists && (await state.table(table)) !== null;
  const added = isThere
    ? []
    : [
        ...later.map((each) => `ALTER TABLE ${quoteName(table)} ADD ${constraintSql(each, table)}`),
        ...options,
      ];
  return [...(create === undefined ? [] : [create]), ...added.map((sql) => ({ sql })), ...others];
}

function isKey(constraint: Constraint): constraint is PrimaryKey | Unique {
  return constraint.kind === 'primaryKey' || constraint.kind === 'unique';
}

/** By the server's rule: same columns in the same order, and the same in all that an index holds or when it is checked. */
function merge(a: PrimaryKey | Unique, b: PrimaryKey | Unique): boolean {
  return deepEqual(significant(a), significant(b));
}

function significant({ columns, deferrable, initially, options }: PrimaryKey | Unique): object {
  const { include = [], nullsNotDistinct = false } = options.postgresql ?? {};
  const isDeferred = initially === 'DEFERRED';
  return { columns, isDeferred, isDeferrable: isDeferred || deferrable === true, include, nullsNotDistinct };
}
