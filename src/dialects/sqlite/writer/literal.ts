import { ArgumentError } from '../../../errors.ts';
import { dateText } from '../date-text.ts';

/**
 * A value as SQL: dates by {@link dateText}, objects and arrays as JSON text.
 *
 * @throws ArgumentError `SQL_VALUE` for what SQLite can't hold.
 */
export function literal(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return text(value);
    case 'boolean':
      return value ? '1' : '0';
    case 'bigint':
      if (BigInt.asIntN(64, value) === value) return integer(value);
      break;
    case 'number':
      if (Number.isNaN(value)) break;
      if (!Number.isFinite(value)) return value > 0 ? '9e999' : '-9e999';
      // an integer too large for a number's exactness would be read as one, and a real is what it is
      return Number.isInteger(value) && !Number.isSafeInteger(value) ? value.toExponential() : String(value);
    case 'object':
      if (value === null) return 'NULL';
      if (value instanceof Uint8Array) return `X'${Buffer.from(value).toString('hex')}'`;
      if (value instanceof Date && !Number.isNaN(value.getTime())) return `'${dateText(value)}'`;
      if (
        Array.isArray(value) ||
        Object.getPrototypeOf(value) === Object.prototype ||
        Object.getPrototypeOf(value) === null
      ) {
        return text(JSON.stringify(value));
      }
  }
  throw new ArgumentError(
    'SQL_VALUE',
    `${String(value)} (${typeof value}) is no value that SQLite can hold.`,
  );
}

function text(value: string): string {
  // a NUL would end the statement
  if (value.includes('\0')) return `CAST(X'${Buffer.from(value).toString('hex')}' AS TEXT)`;
  return `'${value.replaceAll("'", "''")}'`;
}

/** The smallest integer has no literal of its own: 9223372036854775808 is a real. */
function integer(value: bigint): string {
  return value === -(2n ** 63n) ? `(${value + 1n} - 1)` : String(value);
}
