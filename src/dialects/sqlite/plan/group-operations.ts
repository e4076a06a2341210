import type { AddColumn } from '../../../objects/column/operations.ts';
import type { CreateIndex, DropIndex } from '../../../objects/index/operations.ts';
import type { CreateTable } from '../../../objects/table/operations.ts';
import { type Batch, isBatch } from '../../../operations/batch.ts';
import { type Operation, targetOf } from '../../../operations/operation.ts';
import { keyOf, type QualifiedName } from '../../../schema/names.ts';
import { isRename } from './known-tables.ts';

/** Operations on one table that may become one rebuild. */
export interface TableGroup {
  readonly table: QualifiedName;
  readonly operations: readonly Operation[];
  /** the batch with wishes of its own from which they are */
  readonly batch: Batch | null;
}

/** What is planned by itself: a group, or an operation that everything else stays before or behind. */
export type PlanStep = TableGroup | Operation;

export function isGroup(step: PlanStep): step is TableGroup {
  return 'operations' in step && !('kind' in step);
}

/** The kinds whose operations can be joined: all that they change is their table. */
const joining = new Set([
  'createTable',
  'addColumn',
  'dropColumn',
  'alterColumn',
  'createIndex',
  'dropIndex',
  'createPrimaryKey',
  'createForeignKey',
  'createUniqueConstraint',
  'createCheckConstraint',
  'createExcludeConstraint',
  'dropConstraint',
  'createTableComment',
  'dropTableComment',
  'alterTableOptions',
]);

interface OpenGroup extends TableGroup {
  readonly operations: Operation[];
  readonly place: number;
}

/**
 * Joins the operations on each table at the place of the first of them. They stay apart where something between them may depend on the order: SQL that we don't
 * read, rows, tables that come, go or get another name, kinds that we don't know, a renamed column (which other tables' operations may name), and an index whose name
 * another table has to give up first.
 */
export function groupOperations(operations: readonly Operation[]): readonly PlanStep[] {
  const steps: PlanStep[] = [];
  const open = new Map<string, OpenGroup>();
  /** name of an index → place of the group that drops it */
  const dropped = new Map<string, number>();

  const join = (operation: Operation, table: QualifiedName): void => {
    const key = keyOf(table);
    let group = open.get(key);
    const isLate =
      group !== undefined &&
      indexesMadeBy(operation).some((name) => (dropped.get(name) ?? -1) > (group?.place ?? 0));
    if (group === undefined || isLate || operation.kind === 'createTable') {
      group = { table, operations: [], batch: null, place: steps.length };
      steps.push(group);
      open.set(key, group);
    }
    group.operations.push(operation);
    if (operation.kind === 'dropIndex') dropped.set((operation as DropIndex).name, group.place);
    if (isRename(operation)) for (const other of open.keys()) if (other !== key) open.delete(other);
  };

  const alone = (step: PlanStep): void => {
    steps.push(step);
    open.clear();
    dropped.clear();
  };

  const add = (operation: Operation): void => {
    const table = targetOf(operation);
    if (isBatch(operation)) {
      if (isPlain(operation)) operation.operations.forEach(add);
      else alone({ table: table as QualifiedName, operations: operation.operations, batch: operation });
    } else if (table !== null && joining.has(operation.kind)) join(operation, table);
    else if (operation.kind === 'bulkInsert' && table !== null) {
      steps.push(operation);
      open.delete(keyOf(table));
    } else alone(operation);
  };

  operations.forEach(add);
  return steps;
}

/** Whether a batch asks for nothing but that its operations go together, which they do anyway. */
function isPlain({ recreate, copyFrom, partialReordering, tableArgs }: Batch): boolean {
  return (
    recreate === 'auto' &&
    copyFrom === null &&
    (partialReordering ?? []).length === 0 &&
    tableArgs.length === 0
  );
}

function indexesMadeBy(operation: Operation): readonly string[] {
  const made = {
    createIndex: () => [(operation as CreateIndex).index],
    addColumn: () => (operation as AddColumn).indexes,
    createTable: () => (operation as CreateTable).table.indexes,
  }[operation.kind];
  return (made?.() ?? []).map(({ name }) => name ?? '');
}
