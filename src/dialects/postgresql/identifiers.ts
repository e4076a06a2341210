import { ArgumentError } from '../../errors.ts';
import type { QualifiedName } from '../../schema/names.ts';

/** NAMEDATALEN - 1, in bytes of UTF-8. */
export const maxIdentifierLength = 63;

/** The name as the server keeps it: what is longer than 63 bytes is cut, between two characters. */
export function cutIdentifier(name: string): string {
  const bytes = Buffer.from(name);
  if (bytes.length <= maxIdentifierLength) return name;
  let end = maxIdentifierLength;
  // a byte 10xxxxxx continues a character
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}

/**
 * One identifier, always quoted, cut as the server would cut it.
 *
 * @throws ArgumentError `BAD_NAME` for an empty one, one with a NUL or half a surrogate pair: no database holds it.
 */
export function quoteIdentifier(name: string): string {
  if (typeof name !== 'string' || name === '' || name.includes('\0') || !name.isWellFormed()) {
    throw new ArgumentError('BAD_NAME', `${JSON.stringify(name)} can't be a name on PostgreSQL.`);
  }
  return `"${cutIdentifier(name).replaceAll('"', '""')}"`;
}

export function quoteName({ schema, name }: QualifiedName): string {
  return schema === null ? quoteIdentifier(name) : `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

/** `"a", "b"` */
export function quoteList(names: readonly string[]): string {
  return names.map(quoteIdentifier).join(', ');
}

/** For names that are mostly words of PostgreSQL's own, such as those of index methods: quoted only where they have to be. */
export function plainOrQuoted(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : quoteIdentifier(name);
}
