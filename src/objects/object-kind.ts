import type { ObjectKind } from '../dialect/object-kind.ts';
import type { SchemaObject } from '../schema/metadata.ts';

/** Plugs in a new kind of database object. */
export function defineObjectKind<T extends SchemaObject>(kind: ObjectKind<T>): ObjectKind<T> {
  return Object.freeze(kind);
}
