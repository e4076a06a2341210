import type { SchemaObject } from './metadata.ts';
import { keyOf, type QualifiedName } from './names.ts';
import type { Table } from './table.ts';

/**
 * The state of a whole database's schema as operations move it: objects by kind and name, each frozen; the collection itself changes in place.
 */
export class SchemaModel {
  readonly #kinds = new Map<string, Map<string, SchemaObject>>();

  constructor(objects: Iterable<SchemaObject> = []) {
    for (const object of objects) this.put(object);
  }

  get<T extends SchemaObject>(kind: T['kind'], name: QualifiedName): T | undefined {
    return this.#kinds.get(kind)?.get(keyOf(name)) as T | undefined;
  }

  table(name: QualifiedName): Table | undefined {
    return this.get<Table>('table', name);
  }

  put(object: SchemaObject): void {
    let kind = this.#kinds.get(object.kind);
    if (kind === undefined) this.#kinds.set(object.kind, (kind = new Map()));
    kind.set(keyOf(object), object);
  }

  delete(kind: string, name: QualifiedName): void {
    this.#kinds.get(kind)?.delete(keyOf(name));
  }

  /** The objects of a kind, in the order in which they came. */
  of<T extends SchemaObject>(kind: T['kind']): readonly T[] {
    return [...(this.#kinds.get(kind)?.values() ?? [])] as unknown as readonly T[];
  }

  get tables(): readonly Table[] {
    return this.of<Table>('table');
  }

  get objects(): readonly SchemaObject[] {
    return [...this.#kinds.values()].flatMap((kind) => [...kind.values()]);
  }

  clone(): SchemaModel {
    return new SchemaModel(this.objects);
  }

  /** Drops every object for which `keep` is false. */
  filter(keep: (object: SchemaObject) => boolean): SchemaModel {
    return new SchemaModel(this.objects.filter(keep));
  }
}
