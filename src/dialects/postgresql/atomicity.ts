import type { CreateIndex, DropIndex } from '../../objects/index/operations.ts';
import type { Atomicity } from '../../operations/atomicity.ts';
import type { Operation } from '../../operations/operation.ts';

/** All that PostgreSQL does is part of a transaction, but what says `concurrently`. */
export function atomicity(operation: Operation): Atomicity {
  const isAlone =
    (operation.kind === 'createIndex' && isMadeConcurrently(operation as CreateIndex)) ||
    (operation.kind === 'dropIndex' && isDroppedConcurrently(operation as DropIndex));
  return isAlone ? 'autocommit' : 'transaction';
}

/** One that the server gives a name couldn't be found again where it fails. */
export function isMadeConcurrently({ index }: CreateIndex): boolean {
  return index.options.postgresql?.concurrently === true && index.name !== null;
}

export function isDroppedConcurrently({ options }: DropIndex): boolean {
  return options.postgresql?.concurrently === true;
}
