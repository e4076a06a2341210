import { type Batch, isBatch } from './batch.ts';
import type { Operation } from './operation.ts';

/** Operations that run outside of a transaction: those of one `op.getContext().autocommitBlock(…)`. What ran before it is committed. */
export interface AutocommitBlock extends Operation {
  readonly kind: 'autocommitBlock';
  readonly operations: readonly Operation[];
}

/** Operations that hold others. */
export type Container = Batch | AutocommitBlock;

export function isAutocommitBlock(operation: Operation): operation is AutocommitBlock {
  return operation.kind === 'autocommitBlock';
}

export function isContainer(operation: Operation): operation is Container {
  return isBatch(operation) || isAutocommitBlock(operation);
}

/** Operations with the containers among them opened. */
export function flattenBatches(operations: readonly Operation[]): readonly Operation[] {
  return operations.flatMap((operation) =>
    isContainer(operation) ? flattenBatches(operation.operations) : [operation],
  );
}
