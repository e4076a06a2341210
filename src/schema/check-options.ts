import { ArgumentError } from '../errors.ts';
import { nearest } from '../util/nearest.ts';

/**
 * Refuses an options object that holds a key that nobody reads.
 *
 * @throws ArgumentError `UNKNOWN_OPTION`, naming the nearest known key.
 */
export function checkOptions(where: string, options: object, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new ArgumentError('BAD_ARGUMENT', `${where}: the options must be an object.`);
  }
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue;
    const [guess] = nearest(key, known);
    throw new ArgumentError(
      'UNKNOWN_OPTION',
      `${where} has no option '${key}'.${guess === undefined ? '' : ` Did you mean '${guess}'?`} It takes: ${known.join(', ')}.`,
    );
  }
}

/** @throws ArgumentError `BAD_NAME` unless `name` can be an identifier (a string, not empty, without NUL). */
export function checkName(what: string, name: unknown): string {
  if (typeof name === 'string' && name !== '' && !name.includes('\0')) return name;
  throw new ArgumentError(
    'BAD_NAME',
    `${what} must be a string that isn't empty and holds no NUL character, not ${typeof name === 'string' ? JSON.stringify(name) : String(name)}.`,
  );
}
