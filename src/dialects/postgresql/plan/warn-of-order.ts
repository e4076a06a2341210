import type { AddColumn } from '../../../objects/column/operations.ts';
import { type Batch, isBatch } from '../../../operations/batch.ts';
import { flattenBatches } from '../../../operations/containers.ts';
import { type Operation, tableOf } from '../../../operations/operation.ts';
import { displayName } from '../../../schema/names.ts';
import { log } from '../../../util/logging.ts';

/**
 * Says that columns won't stand where they were asked for. PostgreSQL adds them at the end and has no ALTER for their order; a copy of the table in another
 * order, as Alembic makes it with `recreate: 'always'`, would lose what isn't known here (rights, policies, what stands on the table).
 */
export function warnOfOrder(operations: readonly Operation[]): void {
  for (const operation of operations) {
    if (isBatch(operation) && isReordered(operation))
      warn('partialReordering', displayName(tableOf(operation)));
  }
  for (const operation of flattenBatches(operations)) {
    if (operation.kind !== 'addColumn') continue;
    const add = operation as AddColumn;
    const table = displayName(tableOf(add));
    if (add.insertBefore !== null) warn(`insertBefore of column '${add.column.name}'`, table);
    else if (add.insertAfter !== null) warn(`insertAfter of column '${add.column.name}'`, table);
  }
}

function isReordered({ partialReordering }: Batch): boolean {
  return (partialReordering ?? []).length > 0;
}

function warn(what: string, table: string): void {
  log('alembic').warn(
    `Table '${table}': ${what} is left out. PostgreSQL can't change the order of columns, and adds new ones at the end.`,
  );
}
