import type { PlanState } from '../../../dialect/plan-state.ts';
import type { AlterColumn, DropColumn } from '../../../objects/column/operations.ts';
import type { DropIndex } from '../../../objects/index/operations.ts';
import type { Definitions } from '../../../operations/definitions.ts';
import type { Operation } from '../../../operations/operation.ts';
import { type TableOperation, tableOf, targetOf } from '../../../operations/operation.ts';
import type { DialectOptions } from '../../../schema/dialect-options.ts';
import type { QualifiedName } from '../../../schema/names.ts';
import { SchemaModel } from '../../../schema/schema-model.ts';
import type { Sql } from '../../../schema/sql.ts';
import type { Constraint, Table } from '../../../schema/table.ts';
import type { Index } from '../../../schema/table-index.ts';
import { deepFreeze } from '../../../util/deep-freeze.ts';
import { lowerCase } from '../inspect/tokens.ts';
import { columnsIn, withRenamedColumn } from './expression-columns.ts';

/**
 * The plan's tables as they will be. What an operation does to them beyond the common model is what SQLite itself does: a renamed column is renamed in expressions,
 * and what mentions a dropped column goes with it.
 */
export class KnownTables {
  readonly state: PlanState;
  #tables = new SchemaModel();

  constructor(state: PlanState) {
    this.state = state;
  }

  async table(name: QualifiedName): Promise<Table | null> {
    const known = this.#tables.table(name);
    if (known !== undefined) return known;
    const table = await this.state.table(name);
    if (table !== null) this.#tables.put(table);
    return table;
  }

  /** Takes a table for what it is said to be, rather than what the database says. */
  assume(table: Table): void {
    this.#tables.put(table);
  }

  /** Moves on. Renames have to be followed in expressions from the start; everything else is only moved where it is known. */
  async apply(operation: Operation): Promise<void> {
    const { definitions } = this.state;
    if (definitions.isOpaque(operation)) {
      this.#tables = new SchemaModel();
      return this.state.apply(operation);
    }
    if (isRename(operation)) await this.table(tableOf(operation));
    await this.state.apply(operation);
    const target = targetOf(operation) ?? this.#ownerOfIndex(operation);
    if (target === null || (operation.kind !== 'createTable' && this.#tables.table(target) === undefined))
      return;
    applyTo(this.#tables, operation, definitions);
  }

  /** An index may be dropped without saying whose it is. */
  #ownerOfIndex(operation: Operation): QualifiedName | null {
    if (operation.kind !== 'dropIndex') return null;
    const { name, schema } = operation as DropIndex;
    return (
      this.#tables.tables.find(
        (table) => table.schema === schema && table.indexes.some((index) => index.name === name),
      ) ?? null
    );
  }
}

/** Moves tables on as SQLite does. */
export function applyTo(tables: SchemaModel, operation: Operation, definitions: Definitions): void {
  definitions.apply(operation, tables);
  if (operation.kind === 'dropColumn') changeTable(tables, operation as DropColumn, withoutMentions);
  if (operation.kind === 'alterColumn') changeTable(tables, operation as AlterColumn, withSqliteChanges);
}

export function isRename(operation: Operation): operation is AlterColumn {
  return operation.kind === 'alterColumn' && renamed(operation as AlterColumn);
}

function renamed({ column, changes }: AlterColumn): boolean {
  return changes.name !== undefined && changes.name !== column;
}

function withoutMentions(table: Table, { column }: DropColumn): Table {
  if (table.columns.some((each) => each.name === column)) return table;
  const name = lowerCase(column);
  const mentions = (expression: Sql | null): boolean =>
    expression !== null && columnsIn(expression).has(name);
  return {
    ...table,
    constraints: table.constraints.filter((each) => each.kind !== 'check' || !mentions(each.condition)),
    indexes: table.indexes.filter(
      (each) => !mentions(each.where) && !each.elements.some(({ expression }) => mentions(expression)),
    ),
  };
}

/** What an alteration says of SQLite alone goes into the column's options: a null takes an option away. */
function withSqliteChanges(table: Table, { column, changes, options }: AlterColumn): Table {
  const name = changes.name ?? column;
  const renamed =
    name === column
      ? table
      : mapExpressions(table, (expression) => withRenamedColumn(expression, column, name));
  const own = options.sqlite;
  if (own === undefined) return renamed;
  const merged = (before: DialectOptions): DialectOptions => {
    const kept = Object.entries({ ...before.sqlite, ...own }).filter(([, value]) => value !== null);
    return { ...before, sqlite: Object.fromEntries(kept) };
  };
  return {
    ...renamed,
    columns: renamed.columns.map((each) =>
      each.name === name ? { ...each, options: merged(each.options) } : each,
    ),
  };
}

function changeTable<Op extends TableOperation>(
  tables: SchemaModel,
  operation: Op,
  change: (table: Table, operation: Op) => Table,
): void {
  const table = tables.table(tableOf(operation));
  if (table !== undefined) tables.put(deepFreeze(change(table, operation)));
}

/** The table with each of its expressions over columns changed. */
export function mapExpressions(table: Table, change: (expression: Sql) => Sql): Table {
  return {
    ...table,
    columns: table.columns.map((column) =>
      column.computed === null
        ? column
        : { ...column, computed: { ...column.computed, expression: change(column.computed.expression) } },
    ),
    constraints: table.constraints.map(
      (constraint): Constraint =>
        constraint.kind === 'check' ? { ...constraint, condition: change(constraint.condition) } : constraint,
    ),
    indexes: table.indexes.map(
      (index): Index => ({
        ...index,
        where: index.where && change(index.where),
        elements: index.elements.map((element) => ({
          ...element,
          expression: element.expression && change(element.expression),
        })),
      }),
    ),
  };
}
