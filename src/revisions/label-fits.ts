import { symbolWords } from './symbols.ts';

const taken: readonly string[] = [...symbolWords, 'current'];

/** What a new branch label may be, for messages. */
export const fittingLabel = "a name without @ and :, and no symbol such as 'head'";

/**
 * Whether a new branch label can be named in symbols: an `@` ends a label there, a `:` begins the end of a range. History that has such labels, which
 * Alembic doesn't mind, is read all the same.
 */
export function labelFits(label: unknown): boolean {
  return typeof label === 'string' && label !== '' && !/[@:]/.test(label) && !taken.includes(label);
}
