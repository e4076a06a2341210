import { ArgumentError } from '../errors.ts';

/** An SQL expression as text, in the words of the database that it is meant for. Made by {@link sql}. */
export interface Sql {
  readonly kind: 'sql';
  readonly text: string;
}

/** What may stand in `${…}` of a `sql` template: another expression as it is, anything else as a literal. */
export type SqlValue = Sql | string | number | bigint | boolean | null;

/**
 * Makes an expression: `` sql`lower(email)` ``. An interpolated `sql` is embedded as it is; a string, number, boolean or null
 * becomes a standard SQL literal. `sql.raw(text)` makes one from a string.
 *
 * @throws ArgumentError `SQL_VALUE` for a value with no safe spelling on every database (a backslash, a NUL, NaN, an object).
 */
export const sql: {
  (strings: TemplateStringsArray, ...values: readonly SqlValue[]): Sql;
  raw(text: string): Sql;
} = Object.assign(
  (strings: TemplateStringsArray, ...values: readonly SqlValue[]): Sql => {
    let text = strings[0] ?? '';
    for (const [i, value] of values.entries()) text += spell(value) + (strings[i + 1] ?? '');
    return raw(text);
  },
  { raw },
);

export function isSql(value: unknown): value is Sql {
  return typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'sql';
}

function raw(text: string): Sql {
  if (typeof text !== 'string') {
    throw new ArgumentError('SQL_VALUE', `sql.raw takes a string of SQL, not ${typeof text}.`);
  }
  return Object.freeze({ kind: 'sql', text });
}

function spell(value: SqlValue): string {
  if (isSql(value)) return value.text;
  if (value === null) return 'NULL';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value === 'string' && !/[\\\0]/.test(value)) return `'${value.replaceAll("'", "''")}'`;
  throw new ArgumentError(
    'SQL_VALUE',
    `${typeof value === 'string' ? JSON.stringify(value) : String(value)} has no spelling that is safe on every database; write it with sql.raw.`,
  );
}
