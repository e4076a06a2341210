import type { AlterColumn } from '../../../objects/column/operations.ts';
import type { AlterEnum } from '../../../objects/enum/operations.ts';
import { type Operation, targetOf } from '../../../operations/operation.ts';
import { keyOf } from '../../../schema/names.ts';
import { isSql } from '../../../schema/sql.ts';

/**
 * A default can't say a value that its enum doesn't have yet: where a later operation brings the value, the default comes after it. On the way down of a revision that
 * changed both, that is so.
 */
export function valuesBeforeDefaults(operations: readonly Operation[]): readonly Operation[] {
  if (!operations.some(({ kind }) => kind === 'alterEnum')) return operations;
  const sorted = [...operations];
  for (let i = sorted.length - 1; i >= 0; i--) {
    const operation = sorted[i]!;
    const end = isNewDefault(operation) ? bringsValue(operation, sorted, i) : -1;
    if (end === -1) continue;
    sorted.splice(end + 1, 0, operation);
    sorted.splice(i, 1);
  }
  return sorted;
}

function isNewDefault(operation: Operation): operation is AlterColumn {
  if (operation.kind !== 'alterColumn') return false;
  const { serverDefault, ...rest } = (operation as AlterColumn).changes;
  // what else can wait as well
  const canWait = Object.keys(rest).every((each) => each === 'nullable' || each === 'comment');
  return canWait && (typeof serverDefault === 'string' || isSql(serverDefault));
}

/** Where the value comes, with nothing before it that is about the same column; -1 where nothing brings it. */
function bringsValue(op: AlterColumn, operations: readonly Operation[], from: number): number {
  const { serverDefault } = op.changes;
  // a part of an expression or of an array, too: one too many only comes later
  const text = isSql(serverDefault) ? serverDefault.text : String(serverDefault);
  for (let i = from + 1; i < operations.length; i++) {
    const each = operations[i]!;
    if (isAboutColumn(each, op)) return -1;
    if (each.kind !== 'alterEnum') continue;
    const { values, existingValues } = each as AlterEnum;
    if (values.some((value) => existingValues?.includes(value) === false && text.includes(value))) return i;
  }
  return -1;
}

/** Whether an operation is about a column, or takes it or its table away. */
function isAboutColumn(operation: Operation, { table, schema, column }: AlterColumn): boolean {
  const target = targetOf(operation);
  if (target === null || keyOf(target) !== keyOf({ schema, name: table })) return false;
  if (operation.kind === 'dropTable' || operation.kind === 'renameTable') return true;
  return (operation as Partial<AlterColumn>).column === column;
}
