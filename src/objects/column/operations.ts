export { type AddColumn, type AddColumnOptions, addColumn } from './add-column.ts';
export {
  type AlterColumn,
  type AlterColumnOptions,
  alterColumn,
  type ColumnChanges,
  type ColumnFacts,
} from './alter-column.ts';
export { type DropColumn, type DropColumnOptions, dropColumn } from './drop-column.ts';
