import type { ServerDefault } from '../../../schema/default.ts';
import { type Expression, isSymbol, isWord, toSql, withoutParentheses } from './expression.ts';
import { TokenReader } from './token-reader.ts';
import { tokenValue } from './tokens.ts';

/** Reads what follows DEFAULT: a literal, a signed number, a bare word (which SQLite takes for a string), or an expression in parentheses. */
export function readDefault(reader: TokenReader): ServerDefault {
  if (reader.isSymbol('(')) return defaultValue({ sql: reader.sql, tokens: reader.group().tokens });
  if (reader.isSymbol('+') || reader.isSymbol('-')) return defaultValue(reader.some(2));
  const word = reader.some(1);
  const token = word.tokens[0];
  const isName = token?.kind === 'name' || (token?.kind === 'word' && !isWord(token, ...keywordValues));
  return isName ? tokenValue(token, reader.sql) : defaultValue(word);
}

/** The same for a text by itself. */
export function parseDefault(text: string): ServerDefault {
  const reader = new TokenReader(text);
  const value = readDefault(reader);
  if (reader.peek !== undefined) reader.fail('the end');
  return value;
}

const keywordValues = ['NULL', 'TRUE', 'FALSE', 'CURRENT_TIMESTAMP', 'CURRENT_DATE', 'CURRENT_TIME'];

/** A literal only where its text is the one that it is printed with again; everything else is an expression. */
function defaultValue(expression: Expression): ServerDefault {
  const bare = withoutParentheses(expression);
  const [first, second, third] = bare.tokens;
  if (first !== undefined && second === undefined) {
    if (first.kind === 'string') return tokenValue(first, bare.sql);
    if (isWord(first, 'TRUE', 'FALSE')) return first.text === 'TRUE';
    if (first.kind === 'number') return numberValue(tokenValue(first, bare.sql)) ?? toSql(bare);
  }
  if (isSymbol(first, '-') && second?.kind === 'number' && third === undefined) {
    return numberValue(`-${tokenValue(second, bare.sql)}`) ?? toSql(bare);
  }
  return toSql(bare);
}

/** Null for what a number of JavaScript can't hold, or is written with differently. */
function numberValue(text: string): number | null {
  const value = Number(text);
  const isExact = Number.isInteger(value)
    ? Number.isSafeInteger(value) && !Object.is(value, -0)
    : Number.isFinite(value);
  return isExact && String(value) === text ? value : null;
}
