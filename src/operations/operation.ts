import type { QualifiedName } from '../schema/names.ts';

/** An operation is frozen, JSON-safe data; all that is known about its kind is in one definition. */
export interface Operation {
  readonly kind: string;
}

/** The tables' part of most operations: which table, in which schema (null: the connection's default). */
export interface TableOperation extends Operation {
  readonly table: string;
  readonly schema: string | null;
}

/**
 * What an operation does to the objects of a schema, as keys from {@link key}: autogenerate sorts by it. An operation runs after those that make or
 * change what it requires, a removal after those that let go of what it removes, and a making after the removal of the same key.
 */
export interface Touches {
  readonly requires?: readonly string[];
  readonly provides?: readonly string[];
  readonly changes?: readonly string[];
  /** what the dropped object stood on */
  readonly releases?: readonly string[];
  readonly removes?: readonly string[];
  /** its place among what no key orders: before or behind everything else */
  readonly place?: 'first' | 'last';
}

/** A key for {@link Touches}: `key('column', table, 'email')`. */
export function key(kind: string, owner: QualifiedName, ...parts: readonly string[]): string {
  return JSON.stringify([kind, owner.schema, owner.name, ...parts]);
}

/** The table that an operation names. */
export function tableOf(operation: TableOperation): QualifiedName {
  return { schema: operation.schema, name: operation.table };
}

/** The table that an operation is about, or null where it is about none in particular. */
export function targetOf(operation: Operation): QualifiedName | null {
  const { table, schema } = operation as { table?: unknown; schema?: unknown };
  if (typeof table === 'string') return { schema: typeof schema === 'string' ? schema : null, name: table };
  if (typeof table === 'object' && table !== null) return table as QualifiedName;
  return null;
}
