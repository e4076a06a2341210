import type { DropConstraint } from '../../../objects/constraint/operations.ts';
import { isBatch } from '../../../operations/batch.ts';
import type { Operation } from '../../../operations/operation.ts';
import { type NamingConvention, nameByConvention } from '../../../schema/naming.ts';
import type { Constraint, Table } from '../../../schema/table.ts';

/** The conventions of batches, by the drops of constraints in them that they may tell something of. */
export function namingConventions(
  operations: readonly Operation[],
): ReadonlyMap<Operation, NamingConvention> {
  const found = new Map<Operation, NamingConvention>();
  for (const batch of operations.filter(isBatch)) {
    for (const operation of batch.operations) {
      const isNamed = operation.kind === 'dropConstraint' && (operation as DropConstraint).name !== null;
      if (isNamed && batch.namingConvention !== undefined) found.set(operation, batch.namingConvention);
    }
  }
  return found;
}

/** The constraint without a name that a convention would call so; null where one has the name. */
export function unnamedConstraint(
  table: Table,
  { name, type }: DropConstraint,
  convention: NamingConvention,
): Constraint | null {
  if (table.constraints.some((constraint) => constraint.name === name)) return null;
  const named = (constraint: Constraint): string | null => {
    // a convention for CHECKs most often needs the name that this one doesn't have
    if (constraint.kind === 'check') return null;
    return nameByConvention(constraint, table, convention).name;
  };
  const fits = (constraint: Constraint): boolean =>
    constraint.name === null && (type === null || constraint.kind === type) && named(constraint) === name;
  return table.constraints.find(fits) ?? null;
}
