import { ArgumentError } from '../../../errors.ts';
import { isWord } from './expression.ts';
import { TokenReader } from './token-reader.ts';
import { type Token, tokenValue } from './tokens.ts';

/** Words that no type holds, since they begin a constraint of the column. */
const constraintWords: ReadonlySet<string> = new Set([
  'CONSTRAINT',
  'PRIMARY',
  'NOT',
  'NULL',
  'UNIQUE',
  'CHECK',
  'DEFAULT',
  'COLLATE',
  'REFERENCES',
  'AS',
  'DEFERRABLE',
]);

/**
 * Reads a column's type: any words, then perhaps one or two numbers in parentheses; '' where there is none. White space is brought to one form, `NUMERIC(10, 2)`.
 * Of a type that begins with a quote SQLite takes what is in the quotes, and nothing behind them. GENERATED ALWAYS at its end belongs to AS; SQLite too takes it for a part of the type at first, and cuts it off.
 */
export function readDeclaredType(reader: TokenReader): string {
  const { sql } = reader;
  const words = [...reader.takeWhile(isTypeWord).tokens];
  if (isWord(words.at(-1), 'ALWAYS') && isWord(words.at(-2), 'GENERATED') && reader.isWord('AS'))
    words.length -= 2;
  const [first, last] = [words[0], words.at(-1)];
  if (first === undefined || last === undefined) return '';
  const size = reader.isSymbol('(') ? reader.group() : null;
  const quoted = first.kind === 'word' ? null : tokenValue(first, sql);
  if (quoted !== null && isPlain(quoted)) return quoted;
  const written = sql.slice(first.start, size === null ? last.end : reader.end);
  // a comment inside takes part in SQLite's choice of an affinity
  if (/--|\/\*/.test(written)) return written;
  const name = words.map((word) => sql.slice(word.start, word.end)).join(' ');
  if (size === null) return name;
  return `${name}(${size.tokens.map((token) => (token.text === ',' ? ', ' : sql.slice(token.start, token.end))).join('')})`;
}

/**
 * A type's text, as {@link readDeclaredType} would read it once it stands in a table.
 *
 * @throws ArgumentError `BAD_TYPE` where it holds more than a type.
 */
export function declaredType(text: string): string {
  const reader = new TokenReader(text);
  const type = readDeclaredType(reader);
  if (reader.peek === undefined) return type;
  throw new ArgumentError(
    'BAD_TYPE',
    `On SQLite '${text}' is more than a type; say constraints, defaults and collations of a column by its options.`,
  );
}

/** Whether a type can be written without quotes and stay the same. */
function isPlain(type: string): boolean {
  const reader = new TokenReader(type);
  return reader.peek?.kind === 'word' && readDeclaredType(reader) === type && reader.peek === undefined;
}

function isTypeWord(token: Token): boolean {
  return (
    token.kind === 'name' ||
    token.kind === 'string' ||
    (token.kind === 'word' && !constraintWords.has(token.text))
  );
}
