/** Any data of JSON. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

/**
 * JSON text that is equal for equal data: keys in order, a line for each leaf, so that a comparison of two texts reads
 * well. A member that is null, `undefined`, `false` or empty says nothing and is left out.
 */
export function canonical(data: Json): string {
  return JSON.stringify(pruned(data), undefined, 1) ?? 'null';
}

/** The items in an order of their own: that of their canonical texts. */
export function sorted<Item extends Json>(items: readonly Item[]): readonly Item[] {
  return items
    .map((item) => [canonical(item), item] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, item]) => item);
}

function pruned(data: Json): Json | undefined {
  if (data === null || typeof data !== 'object') return data;
  if (Array.isArray(data)) return data.map((item) => pruned(item) ?? null);
  const entries = Object.entries(data)
    .filter(([, value]) => value !== undefined && value !== null && value !== false && !isEmpty(value))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, value]) => [key, pruned(value ?? null)]));
}

function isEmpty(value: Json | undefined): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
