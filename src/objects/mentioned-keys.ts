import { mentionedNames } from '../operations/mentioned-names.ts';
import { key } from '../operations/operation.ts';

/** Kinds of object that a text of SQL may speak of. */
export type MentionedKind =
  | 'table'
  | 'key'
  | 'columns'
  | 'view'
  | 'function'
  | 'sequence'
  | 'enum'
  | 'domain';

export const mentionedKinds: readonly MentionedKind[] = [
  'table',
  'columns',
  'view',
  'function',
  'sequence',
  'enum',
  'domain',
];

/**
 * The keys of whatever a text of SQL may need, for `Touches`. Each name in it counts, since which of them are tables only a server knows: a key that nothing
 * provides orders nothing.
 *
 * @param schema of the object that the text is of: names without one may be there
 * @param hidden names that mean something else where no schema stands before them
 */
export function mentionedKeys(
  text: string,
  schema: string | null,
  kinds: readonly MentionedKind[] = mentionedKinds,
  hidden: ReadonlySet<string> = new Set(),
): readonly string[] {
  const keys = new Set<string>();
  for (const name of mentionedNames(text)) {
    if (name.schema === null && hidden.has(name.name)) continue;
    const places = name.schema === null && schema !== null ? [name, { schema, name: name.name }] : [name];
    for (const place of places) for (const kind of kinds) keys.add(key(kind, place));
  }
  return [...keys];
}
