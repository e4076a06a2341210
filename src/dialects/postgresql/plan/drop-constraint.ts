import type { PlanState } from '../../../dialect/plan-state.ts';
import type { StatementParts } from '../../../dialect/statement.ts';
import type { DropConstraint } from '../../../objects/constraint/operations.ts';
import { tableOf } from '../../../operations/operation.ts';
import { SchemaModel } from '../../../schema/schema-model.ts';
import { primaryKeyOf } from '../../../schema/table.ts';
import { adoptNames } from '../canonicalize/adopt-names.ts';
import { canonicalTable } from '../canonicalize/canonical-table.ts';
import { canonicalize } from '../canonicalize/canonicalize.ts';
import type { WordingContext } from './wording.ts';

/** A constraint without a name is found by what it was: on this server each has a name. */
export async function dropConstraint(
  op: DropConstraint,
  { state, dialect }: WordingContext,
): Promise<readonly StatementParts[]> {
  const name = op.name ?? (await nameOfDropped(op, state));
  return state.definitions.sql({ ...op, name } as DropConstraint, dialect);
}

/** The name that a constraint without one has on the server; null where it isn't found. */
export async function nameOfDropped(op: DropConstraint, state: PlanState): Promise<string | null> {
  const table = await state.table(tableOf(op));
  if (table === null) return null;
  if (op.type === 'primaryKey') return primaryKeyOf(table)?.name ?? null;
  if (op.was === null) return null;
  const wanted = { ...table, constraints: [op.was] };
  const [named] =
    state.connection === null
      ? [adoptNames(canonicalTable(wanted, null), table)]
      : await canonicalize([wanted], new SchemaModel([table]), state.connection);
  return named?.constraints[0]?.name ?? null;
}
