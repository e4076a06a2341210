import type { Operation } from '../../operations/operation.ts';
import type { SqlFunction } from '../../schema/sql-function.ts';

export interface CreateFunction extends Operation {
  readonly kind: 'createFunction';
  readonly function: SqlFunction;
}

export interface ReplaceFunction extends Operation {
  readonly kind: 'replaceFunction';
  readonly function: SqlFunction;
  /** null where it isn't known: then there is no way back */
  readonly was: SqlFunction | null;
}

export interface DropFunction extends Operation {
  readonly kind: 'dropFunction';
  readonly name: string;
  readonly schema: string | null;
  /** the types of its input arguments */
  readonly qualifier: string;
  readonly procedure: boolean;
  readonly ifExists: boolean;
  readonly was: SqlFunction | null;
}
