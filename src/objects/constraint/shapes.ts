import type { TableOperation } from '../../operations/operation.ts';
import type { Constraint } from '../../schema/table.ts';

export interface DropConstraint extends TableOperation {
  readonly kind: 'dropConstraint';
  /** null for a constraint that has no name: then `was` or the type tells which */
  readonly name: string | null;
  readonly type: Constraint['kind'] | null;
  readonly ifExists: boolean;
  readonly was: Constraint | null;
}
