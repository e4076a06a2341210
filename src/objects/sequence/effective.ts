import { ArgumentError } from '../../errors.ts';
import { type IntegerType, integerRange } from '../../schema/integer-range.ts';
import type { SequenceFacts } from '../../schema/sequence.ts';
import type { ColumnType } from '../../schema/types/column-type.ts';
import { typeFor } from '../../schema/types/generic.ts';

/** The facts that depend on each other, with every default said. */
export interface Effective {
  readonly type: IntegerType;
  readonly increment: bigint;
  readonly minValue: bigint;
  readonly maxValue: bigint;
  readonly start: bigint;
  readonly cache: bigint;
}

const integers: { readonly [name: string]: IntegerType } = {
  smallInteger: 'smallint',
  integer: 'integer',
  bigInteger: 'bigint',
};

/** What a type counts in, where null is a sequence's own; undefined for one that doesn't count. */
export function integerTypeOf(type: ColumnType | null, dialect: string): IntegerType | undefined {
  return type === null ? 'bigint' : integers[typeFor(type, dialect).name];
}

/**
 * What a sequence does. What isn't known of it counts as its default.
 *
 * @throws ArgumentError `BAD_TYPE` for a type that doesn't count.
 */
export function effective(facts: Partial<SequenceFacts>, dialect: string): Effective {
  const type = integerTypeOf(facts.type ?? null, dialect);
  if (type === undefined)
    throw new ArgumentError(
      'BAD_TYPE',
      `A sequence is of type smallInteger(), integer() or bigInteger(), not ${facts.type?.name}.`,
    );
  const increment = BigInt(facts.increment ?? 1);
  const usual = integerRange(type, increment);
  const minValue = BigInt(facts.minValue ?? usual.minimum);
  const maxValue = BigInt(facts.maxValue ?? usual.maximum);
  const start = BigInt(facts.start ?? (increment < 0n ? maxValue : minValue));
  return { type, increment, minValue, maxValue, start, cache: BigInt(facts.cache ?? 1) };
}

/** The facts with null for what the server does without being told. */
export function withoutDefaults<T extends SequenceFacts>(facts: T, dialect: string): T {
  const real = effective(facts, dialect);
  const usual = effective(
    { ...facts, start: null, minValue: null, maxValue: null, increment: facts.increment },
    dialect,
  );
  const start = effective({ ...facts, start: null }, dialect).start;
  const unless = (value: bigint, unsaid: bigint): string | null =>
    value === unsaid ? null : value.toString();
  return {
    ...facts,
    type: real.type === 'bigint' ? null : facts.type,
    increment: unless(real.increment, 1n),
    minValue: unless(real.minValue, usual.minValue),
    maxValue: unless(real.maxValue, usual.maxValue),
    start: unless(real.start, start),
    cache: unless(real.cache, 1n),
  };
}
