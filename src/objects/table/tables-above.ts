import type { DialectOptions } from '../../schema/dialect-options.ts';
import { mentionedKeys } from '../mentioned-keys.ts';

/** The keys of the tables that a partition or an heir stands on, which its options name in SQL. */
export function tablesAbove(options: DialectOptions, schema: string | null): readonly string[] {
  return Object.values(options)
    .flatMap(({ partitionOf, inherits }) => [partitionOf, inherits].flat())
    .flatMap((parent) => (typeof parent === 'string' ? mentionedKeys(parent, schema, ['table']) : []));
}

/** The keys of the keys that a partition is a part of: whatever refers to its parent refers to it. */
export function keysAbove(options: DialectOptions, schema: string | null): readonly string[] {
  return Object.values(options).flatMap(({ partitionOf }) =>
    typeof partitionOf === 'string' ? mentionedKeys(partitionOf, schema, ['key']) : [],
  );
}
