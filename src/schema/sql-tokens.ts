/** A piece of SQL in PostgreSQL's spelling; all of them together are the text again. */
export interface Token {
  /** `name` stands in double quotes, `text` in single ones or between dollars */
  readonly kind: 'space' | 'word' | 'name' | 'text' | 'number' | 'symbol';
  readonly text: string;
}

const letter = String.raw`A-Za-z_\u{80}-\u{10ffff}`;
const token = new RegExp(
  [
    String.raw`(?<space>\s+|--[^\n]*|/\*[\s\S]*?\*/)`,
    '(?<name>"(?:[^"]|"")*")',
    String.raw`(?<text>[eE]'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|\$(?<tag>(?:[${letter}][${letter}0-9]*)?)\$[\s\S]*?\$\k<tag>\$)`,
    `(?<word>[${letter}][${letter}0-9$]*)`,
    String.raw`(?<number>\d+(?:\.\d*)?)`,
    String.raw`(?<symbol>[\s\S])`,
  ].join('|'),
  'gu',
);

export function tokensOf(sql: string): readonly Token[] {
  return [...sql.matchAll(token)].map(({ 0: text, groups = {} }) => {
    const kind = (['space', 'name', 'text', 'word', 'number'] as const).find(
      (each) => groups[each] !== undefined,
    );
    return { kind: kind ?? 'symbol', text };
  });
}

/** Without spaces and comments. */
export function significant(tokens: readonly Token[]): readonly Token[] {
  return tokens.filter(({ kind }) => kind !== 'space');
}

/** What a name means: without its quotes, or in lower case. */
export function unquotedName({ kind, text }: Token): string {
  return kind === 'name' ? text.slice(1, -1).replaceAll('""', '"') : lowerAscii(text);
}

/** The server folds nothing but ASCII. */
export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
