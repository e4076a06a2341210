import { quoteFor } from '../util/quote-for.ts';

/** The source of a string, in single quotes unless double ones leave less to escape. */
export function stringLiteral(text: string): string {
  const quote = quoteFor(text);
  return `${quote}${escapeFor(quote, text)}${quote}`;
}

/** The source of `null`, a string or a list of strings. */
export function sourceLiteral(value: null | string | readonly string[]): string {
  if (value === null) return 'null';
  return typeof value === 'string' ? stringLiteral(value) : `[${value.map(stringLiteral).join(', ')}]`;
}

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' };

/** `text` as it has to stand between two of `quote`: `'`, `"`, or a backtick, where `${` is escaped too. */
export function escapeFor(quote: string, text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\u2028\u2029\ufeff\\'"`]|\$(?=\{)/gu, (character) => {
    if (character === "'" || character === '"' || character === '`')
      return character === quote ? `\\${character}` : character;
    if (character === '$') return quote === '`' ? '\\$' : '$';
    return ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
