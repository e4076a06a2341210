import {
  type DraftColumn,
  type DraftSchema,
  type DraftTable,
  type Maker,
  mentions,
  plainColumns,
} from './draft.ts';

/** What is known while a pair is changed. */
export interface MutationContext {
  readonly maker: Maker;
  readonly schema: DraftSchema;
  /** names of the tables that were there before */
  readonly original: ReadonlySet<string>;
  /** whether the rows of before shall stay possible */
  readonly friendly: boolean;
}

/** Changes the schema; false where it found nothing to change, and then it changed nothing. */
export type Mutation = (context: MutationContext) => boolean;

export function anyTable({ maker, schema }: MutationContext): DraftTable {
  return maker.random.pick(schema.tables);
}

/** A table and one of its columns that may be changed freely and meets the condition. */
export function anyColumn(
  { maker, schema }: MutationContext,
  condition: (column: DraftColumn, table: DraftTable) => boolean,
): { table: DraftTable; column: DraftColumn } | undefined {
  const found = schema.tables.flatMap((table) =>
    plainColumns(schema, table)
      .filter((column) => condition(column, table))
      .map((column) => ({ table, column })),
  );
  return found.length === 0 ? undefined : maker.random.pick(found);
}

/** Takes a column away with all that mentions it. */
export function removeColumn(table: DraftTable, { name }: DraftColumn): void {
  table.columns = table.columns.filter((column) => column.name !== name);
  table.uniques = table.uniques.filter((each) => !each.columns.includes(name));
  table.checks = table.checks.filter((check) => !mentions(check.expr, name));
  table.indexes = table.indexes.filter((index) => !indexMentions(index, name));
}

function indexMentions(index: DraftTable['indexes'][number], name: string): boolean {
  return (
    (index.where !== undefined && mentions(index.where, name)) ||
    (index.include?.includes(name) ?? false) ||
    index.columns.some((item) =>
      typeof item === 'string'
        ? item === name
        : 'expr' in item
          ? mentions(item.expr, name)
          : item.col === name,
    )
  );
}

/** Whether a constraint or an index is on it. */
export function isUsed(table: DraftTable, name: string): boolean {
  return (
    table.uniques.some((each) => each.columns.includes(name)) ||
    table.checks.some((check) => mentions(check.expr, name)) ||
    table.indexes.some((index) => indexMentions(index, name))
  );
}

/** Takes one item of one table's list away. */
export function dropOne(
  { maker, schema }: MutationContext,
  list: 'indexes' | 'foreignKeys' | 'checks',
): boolean {
  const candidates = schema.tables.filter((table) => table[list].length > 0);
  if (candidates.length === 0) return false;
  const table = maker.random.pick(candidates);
  table[list].splice(maker.random.whole(0, table[list].length - 1), 1);
  return true;
}
