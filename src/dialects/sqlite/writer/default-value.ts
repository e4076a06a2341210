import type { ServerDefault } from '../../../schema/default.ts';
import { isEnclosed } from '../inspect/expression.ts';
import { type Token, tokenize } from '../inspect/tokens.ts';
import { enclosed } from './enclosed.ts';
import { literal } from './literal.ts';

/**
 * What stands after DEFAULT. SQLite takes literals, signed numbers and a few keywords as they are and wants parentheses around everything else; around those
 * few it must not have them everywhere: `ADD COLUMN … DEFAULT (5)` is refused.
 */
export function defaultValue(value: ServerDefault): string {
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (typeof value !== 'object') return literal(value);
  const tokens = tokenize(value.text);
  return isBare(tokens) || isEnclosed(tokens) ? value.text : enclosed(value.text);
}

/** Whether a default is one value for all rows, whenever they are made: what ADD COLUMN can do. */
export function isConstantDefault(value: ServerDefault): boolean {
  if (typeof value !== 'object') return true;
  const tokens = tokenize(value.text);
  return isBare(tokens) && !(tokens[0]?.kind === 'word' && tokens[0].text.startsWith('CURRENT_'));
}

/** Whether a default is NULL, which is the same as none. */
export function isNullDefault(value: ServerDefault): boolean {
  return typeof value === 'object' && value.text.trim().toUpperCase() === 'NULL';
}

const keywords = ['NULL', 'TRUE', 'FALSE', 'CURRENT_TIMESTAMP', 'CURRENT_DATE', 'CURRENT_TIME'];

function isBare(tokens: readonly Token[]): boolean {
  const [first, second, third] = tokens;
  if (first === undefined || third !== undefined) return false;
  if (second !== undefined)
    return second.kind === 'number' && first.kind === 'other' && '+-'.includes(first.text);
  return (
    first.kind === 'number' ||
    first.kind === 'string' ||
    first.kind === 'blob' ||
    (first.kind === 'word' && keywords.includes(first.text))
  );
}
