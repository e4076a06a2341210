import { ArgumentError } from '../errors.ts';
import { isSql } from './sql.ts';

/** The text of a definition, without what ends a statement. */
export function definitionText(builder: string, name: string, definition: unknown): string {
  const text = isSql(definition) ? definition.text : definition;
  const kept = typeof text === 'string' ? text.trim().replace(/(?:\s*;)+$/, '') : '';
  if (kept !== '' && !kept.includes('\0')) return kept;
  throw new ArgumentError(
    'BAD_ARGUMENT',
    `${builder}: the definition of '${name}' is a text of SQL, or sql\`…\`.`,
  );
}
