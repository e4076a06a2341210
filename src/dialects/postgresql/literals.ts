import { ArgumentError } from '../../errors.ts';

/**
 * A literal of a value: strings, numbers, bigints, booleans, null, bytes, dates (as ISO strings), anything else of JSON as its text. It means the same
 * whatever `standard_conforming_strings` says.
 *
 * @throws ArgumentError `SQL_VALUE` for what the server can't hold, such as a NUL in a string.
 */
export function literal(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return stringLiteral(value);
    case 'number':
      return Number.isFinite(value) ? String(value) : `'${value}'`;
    case 'bigint':
    case 'boolean':
      return String(value);
    case 'object':
      if (value === null) return 'NULL';
      if (value instanceof Uint8Array) return `decode('${Buffer.from(value).toString('hex')}', 'hex')`;
      if (value instanceof Date) return stringLiteral(value.toISOString());
      return stringLiteral(JSON.stringify(value));
    default:
      throw new ArgumentError('SQL_VALUE', `${String(value)} has no spelling in SQL.`);
  }
}

function stringLiteral(text: string): string {
  if (text.includes('\0'))
    throw new ArgumentError('SQL_VALUE', 'PostgreSQL stores no text with a NUL character.');
  const quoted = text.replaceAll("'", "''");
  return quoted.includes('\\') ? `E'${quoted.replaceAll('\\', '\\\\')}'` : `'${quoted}'`;
}
