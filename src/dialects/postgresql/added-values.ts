import type { AlterEnum } from '../../objects/enum/operations.ts';
import type { Operation } from '../../operations/operation.ts';

/** The new values of an enum in their order; null where an old one went or moved. */
export function additions(existing: readonly string[], values: readonly string[]): readonly string[] | null {
  const kept = values.filter((value) => existing.includes(value));
  const isSame = kept.length === existing.length && kept.every((value, i) => value === existing[i]);
  return isSame ? values.filter((value) => !existing.includes(value)) : null;
}

/** Whether an operation adds values to an enum in place, or may: the server lets nobody use them in the same transaction. */
export function mayAddValues(operation: Operation): boolean {
  if (operation.kind !== 'alterEnum') return false;
  const { existingValues, values, replace } = operation as AlterEnum;
  if (replace !== null) return false;
  return existingValues === null || (additions(existingValues, values) ?? []).length > 0;
}
