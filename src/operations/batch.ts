import type { NamingConvention } from '../schema/naming.ts';
import type { Table } from '../schema/table.ts';
import type { Operation, TableOperation } from './operation.ts';

/** The operations of one `op.batchAlterTable`: on SQLite one rebuild, elsewhere just one after the other. */
export interface Batch extends TableOperation {
  readonly kind: 'batch';
  readonly operations: readonly Operation[];
  /** rebuild the table: where SQLite can't do without (`auto`), or in any case */
  readonly recreate: 'auto' | 'always' | 'never';
  /** the table as it is, where it shouldn't be reflected */
  readonly copyFrom: Table | null;
  /** columns in their new order, each list in a row of its own: Alembic's `partial_reordering` */
  readonly partialReordering: readonly (readonly string[])[] | null;
  /** constraints to add to the reflected table: Alembic's `table_args` */
  readonly tableArgs: readonly Table['constraints'][number][];
  /** finds the constraints without a name that are dropped by the one that it would give them */
  readonly namingConvention?: NamingConvention;
}

export function isBatch(operation: Operation): operation is Batch {
  return operation.kind === 'batch';
}
