import type { Identity } from '../../schema/identity.ts';

/** The types that count, as format_type prints them. */
export type IntegerType = 'smallint' | 'integer' | 'bigint';

const largest: { readonly [type in IntegerType]: bigint } = {
  smallint: 2n ** 15n - 1n,
  integer: 2n ** 31n - 1n,
  bigint: 2n ** 63n - 1n,
};

/** The bounds of a sequence that says none: upwards from 1, downwards from -1. */
export function integerRange(
  type: IntegerType,
  increment: number,
): { readonly minimum: bigint; readonly maximum: bigint } {
  const limit = largest[type];
  return increment < 0 ? { minimum: -limit - 1n, maximum: -1n } : { minimum: 1n, maximum: limit };
}

/** The identity with null for what the server does without being told; `type` is the column's. */
export function withoutDefaults(identity: Identity, type: IntegerType): Identity {
  const increment = identity.increment ?? 1;
  const range = integerRange(type, increment);
  const unlessDefault = (value: number | null, usual: bigint): number | null =>
    value === null || BigInt(value) === usual ? null : value;
  const minValue = unlessDefault(identity.minValue, range.minimum);
  const maxValue = unlessDefault(identity.maxValue, range.maximum);
  const first = increment > 0 ? (minValue ?? Number(range.minimum)) : (maxValue ?? Number(range.maximum));
  return {
    always: identity.always,
    start: unlessDefault(identity.start, BigInt(first)),
    increment: unlessDefault(identity.increment, 1n),
    minValue,
    maxValue,
    cache: unlessDefault(identity.cache, 1n),
    cycle: identity.cycle,
  };
}
