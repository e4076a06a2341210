import { ArgumentError } from '../errors.ts';
import { deepFreeze } from '../util/deep-freeze.ts';
import { checkName } from './check-options.ts';
import type { SchemaObject } from './metadata.ts';

/** A database's own enum type. */
export interface EnumObject extends SchemaObject {
  readonly kind: 'enum';
  readonly values: readonly string[];
  /** of one that a database has: what stands on it there */
  readonly holders?: readonly SchemaObject[];
}

export function enumObject(name: string, values: readonly string[], schema: string | null): EnumObject {
  checkName('The name of an enum', name);
  if (!Array.isArray(values) || values.some((value) => typeof value !== 'string')) {
    throw new ArgumentError('BAD_ARGUMENT', `The enum '${name}' takes an array of strings.`);
  }
  return deepFreeze({ kind: 'enum', name, schema, values: [...values] });
}
