import { ArgumentError } from '../errors.ts';

/**
 * What a constraint says about when it is checked, in upper case; `where` begins the sentence of an error.
 *
 * @throws ArgumentError `BAD_ARGUMENT`.
 */
export function whenChecked(
  where: string,
  value: string | null | undefined,
): 'DEFERRED' | 'IMMEDIATE' | null {
  return oneOf(where, 'initially', value, ['DEFERRED', 'IMMEDIATE']);
}

/**
 * One of some words of SQL, in whatever case and however spaced it is given.
 *
 * @throws ArgumentError `BAD_ARGUMENT`, naming the known ones.
 */
export function oneOf<Word extends string>(
  where: string,
  what: string,
  value: string | null | undefined,
  known: readonly Word[],
): Word | null {
  if (value === undefined || value === null) return null;
  const upper = String(value).trim().replace(/\s+/g, ' ').toUpperCase();
  const found = known.find((each) => each === upper);
  if (found !== undefined) return found;
  throw new ArgumentError(
    'BAD_ARGUMENT',
    `${where}: ${what} must be one of ${known.join(', ')}, not '${value}'.`,
  );
}
