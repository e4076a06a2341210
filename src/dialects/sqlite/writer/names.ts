import { ArgumentError } from '../../../errors.ts';
import type { QualifiedName } from '../../../schema/names.ts';

/** Quotes an identifier; anything but NUL may be in one. */
export function quote(identifier: string): string {
  if (identifier === '' || identifier.includes('\0')) {
    throw new ArgumentError('BAD_NAME', `${JSON.stringify(identifier)} can't be a name in SQLite.`);
  }
  return `"${identifier.replaceAll('"', '""')}"`;
}

export function qualified({ schema, name }: QualifiedName): string {
  return schema === null ? quote(name) : `${quote(schema)}.${quote(name)}`;
}

export function quoteAll(identifiers: readonly string[]): string {
  return identifiers.map(quote).join(', ');
}
