import { DatabaseError } from '../errors.ts';

/** The error of an operation that a transaction can't hold, called in one. */
export function needsAutocommit(): DatabaseError {
  return new DatabaseError(
    'NEEDS_AUTOCOMMIT',
    'The operation has to run outside of a transaction. Put it into op.getContext().autocommitBlock(async () => { … }): that commits what ran before it.',
  );
}
