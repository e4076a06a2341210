import type { PlanState } from '../../../dialect/plan-state.ts';
import type { StatementParts } from '../../../dialect/statement.ts';
import type { AlterColumn } from '../../../objects/column/operations.ts';
import type { CreateConstraint } from '../../../objects/constraint/create-constraint.ts';
import type { DropConstraint } from '../../../objects/constraint/operations.ts';
import type { CreateIndex, DropIndex } from '../../../objects/index/operations.ts';
import type { Operation } from '../../../operations/operation.ts';
import type { QualifiedName } from '../../../schema/names.ts';
import type { Constraint, Table } from '../../../schema/table.ts';
import type { Index } from '../../../schema/table-index.ts';
import { deepEqual } from '../../../util/deep-equal.ts';
import { canonicalTable } from '../canonicalize/canonical-table.ts';
import { quoteIdentifier, quoteName } from '../identifiers.ts';

/** A drop that is a rename, because what it drops is made again under another name. */
export interface Rename {
  readonly making: Operation;
  readonly statement: StatementParts;
}

/**
 * Finds the operation after a drop that makes the same key, constraint or index again under another name. Renaming it is done at once whatever its size,
 * and other tables' foreign keys may stand on it.
 */
export async function findRename(
  drop: Operation,
  following: readonly Operation[],
  state: PlanState,
): Promise<Rename | null> {
  if (drop.kind === 'dropConstraint') return renamedConstraint(drop as DropConstraint, following, state);
  if (drop.kind === 'dropIndex') return renamedIndex(drop as DropIndex, following, state);
  return null;
}

type AnyCreateConstraint = CreateConstraint<string, Constraint>;

async function renamedConstraint(
  drop: DropConstraint,
  following: readonly Operation[],
  state: PlanState,
): Promise<Rename | null> {
  const owner = { schema: drop.schema, name: drop.table };
  const makings = untilChange(following, owner).filter(
    (op): op is AnyCreateConstraint => 'constraint' in op && isOn(op, owner),
  );
  if (drop.name === null || makings.length === 0) return null;
  const table = await state.table(owner);
  const was = table?.constraints.find((each) => each.name === drop.name);
  if (table === null || was === undefined) return null;
  const isSame = (constraint: Constraint): boolean =>
    deepEqual(unnamed(constraint, table), { ...was, name: null }) && isFree(table, constraint.name);
  const making = makings.find(({ constraint }) => isSame(constraint));
  if (making === undefined || making.constraint.name === null) return null;
  const sql = `ALTER TABLE ${quoteName(owner)} RENAME CONSTRAINT ${quoteIdentifier(drop.name)} TO ${quoteIdentifier(making.constraint.name)}`;
  return { making, statement: { sql } };
}

async function renamedIndex(
  drop: DropIndex,
  following: readonly Operation[],
  state: PlanState,
): Promise<Rename | null> {
  if (drop.table === null) return null;
  const owner = { schema: drop.schema, name: drop.table };
  const makings = untilChange(following, owner).filter(
    (op): op is CreateIndex => op.kind === 'createIndex' && isOn(op, owner),
  );
  if (makings.length === 0) return null;
  const table = await state.table(owner);
  const was = table?.indexes.find((each) => each.name === drop.name);
  if (table === null || was === undefined) return null;
  const making = makings.find(
    ({ index }) => deepEqual(unnamedIndex(index, table), { ...was, name: null }) && isFree(table, index.name),
  );
  if (making === undefined || making.index.name === null) return null;
  return {
    making,
    statement: { sql: `ALTER INDEX ${quoteName(drop)} RENAME TO ${quoteIdentifier(making.index.name)}` },
  };
}

/** The operations before the first that gives a column of the table, or the table, another name or type. */
function untilChange(operations: readonly Operation[], owner: QualifiedName): readonly Operation[] {
  const end = operations.findIndex((op) => {
    if (op.kind === 'execute' || op.kind === 'renameTable') return true;
    if (!isOn(op, owner)) return false;
    if (op.kind === 'dropColumn') return true;
    return (
      op.kind === 'alterColumn' &&
      ((op as AlterColumn).changes.name !== undefined || (op as AlterColumn).changes.type !== undefined)
    );
  });
  return end < 0 ? operations : operations.slice(0, end);
}

function isOn(op: Operation, owner: QualifiedName): boolean {
  const { table, schema } = op as { readonly table?: unknown; readonly schema?: unknown };
  return table === owner.name && schema === owner.schema;
}

function isFree(table: Table, name: string | null): boolean {
  return ![...table.constraints, ...table.indexes].some((each) => each.name === name);
}

function unnamed(constraint: Constraint, table: Table): object {
  const [only] = canonicalTable(
    { ...table, columns: [], constraints: [constraint], indexes: [] },
    null,
  ).constraints;
  return { ...only, name: null };
}

function unnamedIndex(index: Index, table: Table): object {
  const [only] = canonicalTable({ ...table, columns: [], constraints: [], indexes: [index] }, null).indexes;
  return { ...only, name: null };
}
