import type { ServerDefault } from '../../../schema/default.ts';
import { type Expression, isSymbol, isWord, toSql, withoutParentheses } from './expression.ts';
import type { TokenReader } from './token-reader.ts';
import { TokenReader as Reader } from './token-reader.ts';
import { valueOf } from './tokens.ts';

/** Reads what follows DEFAULT: a literal, a signed number, a bare word (which SQLite takes for a string), or an expression in parentheses. */
export function readDefault(reader: TokenReader): ServerDefault {
  if (reader.isSymbol('(')) return defaultValue({ sql: reader.sql, tokens: reader.group().tokens });
  if (reader.isSymbol('+') || reader.isSymbol('-')) return defaultValue(reader.some(2));
  const word = reader.some(1);
  const token = word.tokens[0];
  const isName = token?.kind === 'name' || (token?.kind === 'word' && !isWord(token, ...keywordValues));
  return isName ? valueOf(token, reader.sql) : defaultValue(word);
}

/** The same for a text by itself. */
export function parseDefault(text: string): ServerDefault {
  const reader = new Reader(text);
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
    if (first.kind === 'string') return valueOf(first, bare.sql);
    if (isWord(first, 'TRUE', 'FALSE')) return first.text === 'TRUE';
    if (first.kind === 'number') return numberValue(valueOf(first, bare.sql)) ?? toSql(bare);
  }
  if (isSymbol(first, '-') && second?.kind === 'number' && third === undefined) {
    return numberValue(`-${valueOf(second, bare.sql)}`) ?? toSql(bare);
  }
  return toSql(bare);
}

function numberValue(text: string): number | null {
  const value = Number(text);
  return String(value) === text && value !== 0 ? value : text === '0' ? 0 : null;
}
