import { ArgumentError } from '../errors.ts';
import type { SchemaObject } from '../schema/metadata.ts';
import { displayName, keyOf, type QualifiedName } from '../schema/names.ts';
import type { SchemaModel } from '../schema/schema-model.ts';
import { deepFreeze } from '../util/deep-freeze.ts';

/**
 * Puts an object into the model; with `ifNotExists` one that is there stays.
 *
 * @throws ArgumentError `ALREADY_IN_MODEL`
 */
export function addObject(schema: SchemaModel, object: SchemaObject, ifNotExists = false): void {
  const isThere = schema.get(object.kind, object) !== undefined;
  if (isThere && !ifNotExists) {
    const article = /^[aeiou]/.test(object.kind) ? 'an' : 'a';
    throw new ArgumentError(
      'ALREADY_IN_MODEL',
      `There is ${article} ${object.kind} '${displayName(object)}' already.`,
    );
  }
  if (!isThere) schema.put(object);
}

/**
 * Takes an object out of the model.
 *
 * @throws ArgumentError `NOT_IN_MODEL`, unless `ifExists`
 */
export function dropObject(schema: SchemaModel, kind: string, name: QualifiedName, ifExists = false): void {
  if (!ifExists) knownObject(schema, kind, name);
  schema.delete(kind, name);
}

/**
 * Replaces an object of the model by what `change` makes of it, under another name if that gives it one.
 *
 * @throws ArgumentError `NOT_IN_MODEL`; `ALREADY_IN_MODEL` where there is one of the new name
 */
export function changeObject<T extends SchemaObject>(
  schema: SchemaModel,
  kind: T['kind'],
  name: QualifiedName,
  change: (there: T) => T,
): void {
  const there = knownObject<T>(schema, kind, name);
  const changed = deepFreeze(change(there));
  if (keyOf(changed) === keyOf(there)) schema.put(changed);
  else {
    addObject(schema, changed);
    schema.delete(kind, there);
  }
}

function knownObject<T extends SchemaObject>(schema: SchemaModel, kind: T['kind'], name: QualifiedName): T {
  const there = schema.get<T>(kind, name);
  if (there === undefined)
    throw new ArgumentError('NOT_IN_MODEL', `There is no ${kind} '${displayName(name)}'.`);
  return there;
}
