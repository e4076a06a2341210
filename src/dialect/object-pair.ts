import type { SchemaObject } from '../schema/metadata.ts';
import type { Table } from '../schema/table.ts';

/** An object of the model and of the database under one name; at least one of them is there. */
export interface ObjectPair<T extends SchemaObject = SchemaObject> {
  /** in the user's words: what operations carry */
  readonly model: T | null;
  /** the same as this database would report it: what is compared */
  readonly canonical: T | null;
  readonly database: T | null;
}

/** Columns, constraints and indexes of `model` and `canonical` correspond by position. */
export type TablePair = ObjectPair<Table>;
