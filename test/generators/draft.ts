import { tokens } from '../support/sqlite-tokens.ts';
import type { VectorColumn, VectorTable, VectorType } from '../support/vector-schema.ts';
import { typeObject } from '../support/vector-schema.ts';
import type { Random } from './random.ts';

/** The same data, to be changed while it is made. */
export type Draft<T> = T extends readonly (infer Item)[]
  ? Draft<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Draft<T[Key]> }
    : T;

/** A table whose lists are all there. */
export type DraftTable = Draft<
  VectorTable & Required<Pick<VectorTable, 'foreignKeys' | 'uniques' | 'checks' | 'indexes'>>
>;
export type DraftColumn = Draft<VectorColumn>;
export type DraftType = DraftColumn['type'];
export interface DraftSchema {
  tables: DraftTable[];
}

export type PairDialect = 'sqlite' | 'postgresql';

/** What a pair holds beyond the plain; the generator leaves out those that it is told to. */
export type Feature =
  | 'hostileName'
  | 'compositeKey'
  | 'noKey'
  | 'textKey'
  | 'namedKey'
  | 'selfReference'
  | 'cycle'
  | 'compositeForeignKey'
  | 'foreignKeyToUnique'
  | 'deferrable'
  | 'computedVirtual'
  | 'computedStored'
  | 'partialIndex'
  | 'expressionIndex'
  | 'descendingIndex'
  | 'collatedIndex'
  | 'unnamedUnique'
  | 'unnamedCheck'
  | 'unnamedForeignKey'
  | 'autoincrement'
  | 'strict'
  | 'withoutRowid'
  | 'collation'
  | 'enum'
  | 'comment'
  | 'identity'
  | 'includeIndex'
  | 'indexMethod'
  | 'nullsNotDistinct';

/** What is needed to make a pair. */
export interface Maker {
  readonly random: Random;
  readonly dialect: PairDialect;
  /** Whether a feature is allowed, and chosen this time. */
  wants(feature: Feature, probability: number): boolean;
  /** A new number, for names. */
  next(): number;
}

/** A name as it stands in an expression: quoted only where it has to be. */
export function inExpression(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !reserved.has(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

const reserved = new Set(['order', 'select', 'group', 'table', 'user', 'default', 'check', 'end', 'values']);

/** Whether an expression uses a column. */
export function mentions(expression: string, column: string): boolean {
  return tokens(expression).some((token) => token.value.toLowerCase() === column.toLowerCase());
}

export type Family = 'integer' | 'decimal' | 'float' | 'text' | 'binary' | 'time' | 'boolean' | 'other';

/** What values of a type look like. */
export function family(type: VectorType): Family {
  switch (typeObject(type).t) {
    case 'integer':
    case 'smallint':
    case 'bigint':
      return 'integer';
    case 'numeric':
      return 'decimal';
    case 'float':
    case 'double':
    case 'real':
      return 'float';
    case 'string':
    case 'text':
    case 'char':
      return 'text';
    case 'binary':
      return 'binary';
    case 'date':
    case 'datetime':
      return 'time';
    case 'boolean':
      return 'boolean';
    default:
      return 'other';
  }
}

/** Whether there are enough different values for each row to have its own. */
export function isDistinct(type: VectorType): boolean {
  return !['boolean', 'enum'].includes(typeObject(type).t);
}

export function columnOf(table: DraftTable, name: string): DraftColumn | undefined {
  return table.columns.find((column) => column.name === name);
}

export function keyOf(table: DraftTable): string[] {
  return (
    table.primaryKey?.columns ??
    table.columns.filter((column) => column.primaryKey).map((column) => column.name)
  );
}

export function isNullable(table: DraftTable, column: DraftColumn): boolean {
  return !keyOf(table).includes(column.name) && column.nullable !== false && column.identity === undefined;
}

/** The columns that may be changed freely: not in the key, in no foreign key, not computed, read by no computed one. */
export function plainColumns(schema: DraftSchema, table: DraftTable): DraftColumn[] {
  const key = keyOf(table);
  return table.columns.filter(
    (column) =>
      !key.includes(column.name) &&
      column.computed === undefined &&
      column.identity === undefined &&
      !table.foreignKeys.some((each) => each.columns.includes(column.name)) &&
      !references(schema, table).some(({ foreignKey }) => foreignKey.refColumns.includes(column.name)) &&
      !table.columns.some(
        (other) => other.computed !== undefined && mentions(other.computed.expr, column.name),
      ),
  );
}

/** The foreign keys to a table. */
export function references(
  schema: DraftSchema,
  table: DraftTable,
): { from: DraftTable; foreignKey: DraftTable['foreignKeys'][number] }[] {
  return schema.tables.flatMap((from) =>
    from.foreignKeys
      .filter((foreignKey) => foreignKey.refTable === table.name)
      .map((foreignKey) => ({ from, foreignKey })),
  );
}

export function copyOf(schema: DraftSchema): DraftSchema {
  return structuredClone(schema);
}
