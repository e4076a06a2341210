import { ArgumentError } from '../errors.ts';
import type { Definitions } from '../operations/definitions.ts';
import type { Operation } from '../operations/operation.ts';

/** Stands in a way down for an operation that can't be reversed. It is never run: its source is an error and a remark where the statement belongs. */
export interface Irreversible extends Operation {
  readonly kind: 'irreversible';
  /** what can't be reversed */
  readonly operation: Operation;
  /** what happened, and what to do, for people */
  readonly reason: string;
}

export function isIrreversible(operation: Operation): operation is Irreversible {
  return operation.kind === 'irreversible';
}

/** The operations that undo `operations`, last first, with {@link Irreversible} for what can't be undone. */
export function reverseOperations(
  operations: readonly Operation[],
  definitions: Definitions,
): readonly Operation[] {
  return operations.map((operation) => reverseOne(operation, definitions)).reverse();
}

function reverseOne(operation: Operation, definitions: Definitions): Operation {
  try {
    return definitions.reverse(operation);
  } catch (error) {
    if (!(error instanceof ArgumentError) || error.code !== 'IRREVERSIBLE') throw error;
    return Object.freeze<Irreversible>({ kind: 'irreversible', operation, reason: error.message });
  }
}
