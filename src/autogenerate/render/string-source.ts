import { quoteFor } from '../../util/quote-for.ts';

/** The source of a string, in single quotes unless double ones leave less to escape. */
export function stringSource(text: string): string {
  const quote = quoteFor(text);
  return `${quote}${escaped(text, quote)}${quote}`;
}

/** The source of a text as a template literal, behind a tag if there is one: what the tag reads, cooked, is the text. Its lines stay lines. */
export function templateSource(text: string, tag = ''): string {
  return `${tag}\`${escaped(text, '`')}\``;
}

/** A text for a comment of one line. */
export function commentSource(text: string): string {
  return `// ${escaped(text, null)}`;
}

/** How many characters of a text are escaped in a string (`stringSource`), or in a template literal. */
export function countEscapes(text: string, as: 'string' | 'template'): number {
  const inString = quoteFor(text) === '"' ? /["\\\n]/g : /['\\\n]/g;
  return text.match(as === 'string' ? inString : /[`\\]|\$(?=\{)/g)?.length ?? 0;
}

// What ends a literal, what no file should hold, and what is invisible: a direction mark could make source look like other source.
const special = /[\p{Cc}\p{Cs}\p{Cf}\u2028\u2029\\'"`]|\$(?=\{)/gu;
const short: { readonly [character: string]: string } = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\\': '\\\\',
};

function escaped(text: string, quote: "'" | '"' | '`' | null): string {
  return text.replace(special, (character) => {
    switch (character) {
      case "'":
      case '"':
      case '`':
        return character === quote ? `\\${character}` : character;
      case '$':
        return quote === '`' ? '\\$' : '$';
      case '\\':
        return quote === null ? '\\' : '\\\\';
      case '\n':
      case '\t':
        return quote === '`' ? character : (short[character] ?? '');
      // joiners: parts of letters and of emoji
      case '\u200c':
      case '\u200d':
        return character;
      default:
        return short[character] ?? codePoint(character);
    }
  });
}

function codePoint(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
}
