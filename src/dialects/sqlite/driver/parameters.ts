import { ArgumentError } from '../../../errors.ts';
import { dateText } from '../date-text.ts';
import { tokenize } from '../inspect/tokens.ts';
import type { SqliteValue } from './sqlite-database.ts';

/**
 * Parameters as `node:sqlite` binds them without losing anything: booleans as 0 and 1, dates by {@link dateText}.
 *
 * @throws ArgumentError `BAD_ARGUMENT` for what it would bind as NULL or can't bind (undefined, NaN, objects, integers of more than 64 bits), and for
 *   too few or too many: a placeholder without a parameter would be NULL.
 */
export function bindable(sql: string, parameters: readonly unknown[]): SqliteValue[] {
  const expected = placeholders(sql);
  if (expected !== null && expected !== parameters.length) {
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `The statement has ${expected} placeholders and was given ${parameters.length} parameters: ${sql}`,
      { details: { sql } },
    );
  }
  return parameters.map((value, i) => {
    if (typeof value === 'string' || value === null || value instanceof Uint8Array) return value;
    if (typeof value === 'boolean') return value ? 1n : 0n;
    // node:sqlite binds every number as a real, which a column without an affinity keeps
    if (Number.isSafeInteger(value)) return BigInt(value as number);
    if (typeof value === 'number' && !Number.isNaN(value)) return value;
    if (typeof value === 'bigint' && BigInt.asIntN(64, value) === value) return value;
    if (value instanceof Date && !Number.isNaN(value.getTime())) return dateText(value);
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `Parameter ${i + 1} is ${describe(value)}, which SQLite can't hold. Give a string, a number, a bigint of 64 bits, a boolean, null, a Date or a Uint8Array.`,
      { details: { sql } },
    );
  });
}

/** How many plain `?` a statement has; null where placeholders have numbers or names, which SQLite counts in its own way. */
function placeholders(sql: string): number | null {
  if (!/[?:@$#]/.test(sql)) return 0;
  let count = 0;
  for (const { kind, text, end } of tokenize(sql)) {
    if (kind !== 'other') continue;
    if (text === '?' && !/\d/.test(sql[end] ?? '')) count++;
    else if ('?:@$#'.includes(text)) return null;
  }
  return count;
}

function describe(value: unknown): string {
  if (value instanceof Date) return 'an invalid Date';
  if (typeof value === 'bigint') return `the integer ${value}`;
  if (typeof value === 'object') return `an object (${Object.prototype.toString.call(value)})`;
  return typeof value === 'number' ? String(value) : typeof value;
}
