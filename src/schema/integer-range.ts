/** The types that count, as PostgreSQL's format_type prints them. */
export type IntegerType = 'smallint' | 'integer' | 'bigint';

const largest: { readonly [type in IntegerType]: bigint } = {
  smallint: 2n ** 15n - 1n,
  integer: 2n ** 31n - 1n,
  bigint: 2n ** 63n - 1n,
};

/** The bounds of a sequence that says none: upwards from 1, downwards from -1. */
export function integerRange(
  type: IntegerType,
  increment: number | bigint,
): { readonly minimum: bigint; readonly maximum: bigint } {
  const limit = largest[type];
  return increment < 0 ? { minimum: -limit - 1n, maximum: -1n } : { minimum: 1n, maximum: limit };
}
