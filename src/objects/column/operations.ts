export { type AddColumnOptions, addColumn } from './add-column.ts';
export { type AlterColumnOptions, alterColumn } from './alter-column.ts';
export { type DropColumnOptions, dropColumn } from './drop-column.ts';
export type { AddColumn, AlterColumn, ColumnChanges, ColumnFacts, DropColumn } from './shapes.ts';
