import type { AlterColumn } from '../../../objects/column/operations.ts';
import type { Definitions } from '../../../operations/definitions.ts';
import type { Operation } from '../../../operations/operation.ts';
import { SchemaModel } from '../../../schema/schema-model.ts';
import type { Table } from '../../../schema/table.ts';
import { lowerCase } from '../inspect/tokens.ts';
import { applyTo, isRename } from './known-tables.ts';

/** One rebuild as it grows: the table that its rows come from, and which columns of that go over. */
export class RebuildPart {
  /** the table as the database has it when the rebuild begins: renamed columns have their new names, because SQLite renames them before, everywhere */
  old: Table;
  /** columns that keep their rows' values */
  readonly copied: Set<string>;
  readonly operations: Operation[] = [];
  readonly #definitions: Definitions;

  constructor(table: Table, definitions: Definitions) {
    this.old = table;
    this.copied = new Set(table.columns.map((column) => column.name));
    this.#definitions = definitions;
  }

  /** Whether a column that is dropped or renamed later still has the name. */
  isInTheWay({ column, changes }: AlterColumn): boolean {
    const to = lowerCase(changes.name ?? column);
    return (
      this.copied.has(column) &&
      to !== lowerCase(column) &&
      this.old.columns.some(({ name }) => lowerCase(name) === to)
    );
  }

  /** Whether it is SQLite that renames: a column that isn't there yet, it can't. */
  rename(operation: AlterColumn): boolean {
    const { column, changes } = operation;
    if (!this.copied.delete(column)) return false;
    const tables = new SchemaModel([this.old]);
    applyTo(tables, { ...operation, changes: { name: changes.name } } as AlterColumn, this.#definitions);
    this.old = tables.table(this.old) ?? this.old;
    this.copied.add(changes.name ?? column);
    return true;
  }

  follow(operation: Operation, before: Table, after: Table): void {
    const isOnlyRename = isRename(operation) && Object.keys(operation.changes).length === 1;
    if (!isOnlyRename) this.operations.push(operation);
    if (isRename(operation)) return;
    for (const { name } of before.columns)
      if (!after.columns.some((column) => column.name === name)) this.copied.delete(name);
  }
}
