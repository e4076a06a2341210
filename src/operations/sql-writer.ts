import type { Column } from '../schema/column.ts';
import type { ServerDefault } from '../schema/default.ts';
import type { QualifiedName } from '../schema/names.ts';
import type { Constraint, Table } from '../schema/table.ts';
import type { Index } from '../schema/table-index.ts';
import type { ColumnType } from '../schema/types/column-type.ts';
import type { View } from '../schema/view.ts';

/** A dialect's spelling of the parts from which an operation's SQL is put together. Everything is quoted. */
export interface SqlWriter {
  /** Quotes one identifier, always. Throws `BAD_NAME` for what can't be one. */
  quote(identifier: string): string;
  /** `"schema"."name"` */
  name(object: QualifiedName): string;
  /** a literal of a value: strings, numbers, booleans, null, bytes, dates as strings */
  literal(value: unknown): string;
  /** Throws `UNSUPPORTED_TYPE` for a type that this database doesn't have. */
  type(type: ColumnType): string;
  /** what stands after DEFAULT */
  default(value: ServerDefault, type: ColumnType): string;
  /** a column as in CREATE TABLE or ADD COLUMN; `owner` says what the column's key is */
  column(column: Column, owner: Pick<Table, 'columns' | 'constraints'>): string;
  /** `CONSTRAINT name …`, or without a name */
  constraint(constraint: Constraint, owner: QualifiedName): string;
  /** what stands after CREATE [UNIQUE] INDEX … ON table: method, elements, include, where */
  indexBody(index: Index, owner: QualifiedName): string;
  /** the whole CREATE TABLE, without indexes, and without comments where those are statements of their own */
  createTable(table: Table, options: { readonly ifNotExists: boolean }): string;
  /** the whole CREATE VIEW, without indexes and comments. Throws `UNSUPPORTED_OPERATION` for a view that this database can't have. */
  createView(view: View): string;
  /** the statement that sets or drops (null) a comment; null where comments stand in the table's own DDL, or nowhere */
  tableComment(table: QualifiedName, comment: string | null): string | null;
  columnComment(table: QualifiedName, column: string, comment: string | null): string | null;
}
