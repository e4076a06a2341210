import type { ServerDefault } from '../../../schema/default.ts';
import { sql } from '../../../schema/sql.ts';
import { readExpression } from '../expressions.ts';

/**
 * A default as the server prints it, as data: a literal where DEFAULT with that literal prints the same text again, else the expression. `cast` is the type
 * to which a constant of the column's own type is cast in print.
 */
export function readDefault(printed: string, cast: string | null): ServerDefault {
  if (printed === 'true' || printed === 'false') return printed === 'true';
  if (/^\d[\d.]*$/.test(printed) && String(Number(printed)) === printed) return Number(printed);
  const constant = /^'((?:[^']|'')*)'::(.+)$/s.exec(printed);
  if (constant !== null) {
    const [, quoted = '', type = ''] = constant;
    const negative = negativeNumber(quoted, type);
    if (negative !== null) return negative;
    if (type === cast) return quoted.replaceAll("''", "'");
  }
  return sql.raw(readExpression(printed));
}

/** `'-1'::integer` is how the server prints -1; as a bigint or a numeric only what is too large for an integer, or has a fraction. */
function negativeNumber(text: string, type: string): number | null {
  const value = Number(text);
  if (!/^-\d[\d.]*$/.test(text) || String(value) !== text) return null;
  const natural = !Number.isInteger(value) ? 'numeric' : value >= -(2 ** 31) ? 'integer' : 'bigint';
  return type === natural ? value : null;
}
