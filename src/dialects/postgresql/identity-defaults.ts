import type { Identity } from '../../schema/identity.ts';
import { type IntegerType, integerRange } from '../../schema/integer-range.ts';

export { type IntegerType, integerRange };

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
