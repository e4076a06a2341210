import { type Batch, isBatch } from '../../operations/batch.ts';
import { isAutocommitBlock } from '../../operations/containers.ts';
import type { Definitions } from '../../operations/definitions.ts';
import { type Operation, targetOf } from '../../operations/operation.ts';
import { keyOf, type QualifiedName } from '../../schema/names.ts';

/** Alembic's `render_as_batch`: operations on one table that stand together become one batch, where their kind has a place in one. */
export function inBatches(operations: readonly Operation[], definitions: Definitions): readonly Operation[] {
  const grouped: { table: QualifiedName | null; operations: Operation[] }[] = [];
  for (const operation of operations) {
    if (isAutocommitBlock(operation)) {
      const inner = inBatches(operation.operations, definitions);
      grouped.push({ table: null, operations: [{ ...operation, operations: inner } as Operation] });
      continue;
    }
    const table = batchTable(operation, definitions);
    const last = grouped.at(-1);
    if (table !== null && last?.table && keyOf(last.table) === keyOf(table)) last.operations.push(operation);
    else grouped.push({ table, operations: [operation] });
  }
  return grouped.flatMap(({ table, operations: group }) => (table === null ? group : [batch(table, group)]));
}

function batchTable(operation: Operation, definitions: Definitions): QualifiedName | null {
  if (isBatch(operation) || operation.kind === 'irreversible') return null;
  return definitions.of(operation).batchCall === null ? null : targetOf(operation);
}

function batch({ schema, name }: QualifiedName, operations: readonly Operation[]): Batch {
  return {
    kind: 'batch',
    table: name,
    schema,
    operations,
    recreate: 'auto',
    copyFrom: null,
    partialReordering: null,
    tableArgs: [],
  };
}
