/**
 * A token of SQLite's SQL, as https://sqlite.org/src/file/src/tokenize.c cuts it; white space and comments lie between tokens.
 * - `word`: a keyword or a name without quotes · `name`: in "…", […] or `…` · `string`: '…', which SQLite also takes for a name
 * - `other`: operators, punctuation, variables, and what is no token at all
 */
export interface Token {
  readonly kind: 'word' | 'name' | 'string' | 'blob' | 'number' | 'other';
  /** of its first character in the SQL, and of the first behind it */
  readonly start: number;
  readonly end: number;
  /** as it is written; of words and numbers in upper case */
  readonly text: string;
}

/** What the characters below 128 begin. */
const space = 1;
const letter = 2;
const digit = 3;
const classes = new Uint8Array(128);
for (const character of ' \t\n\f\r') classes[character.charCodeAt(0)] = space;
for (let code = 0; code < 128; code++) {
  const character = String.fromCharCode(code);
  if (/[A-Za-z_]/.test(character)) classes[code] = letter;
  else if (/[0-9]/.test(character)) classes[code] = digit;
}

/** Operators of more than one character, by the first. */
const operators: ReadonlyMap<string, readonly string[]> = new Map([
  ['-', ['->>', '->']],
  ['|', ['||']],
  ['<', ['<=', '<>', '<<']],
  ['>', ['>=', '>>']],
  ['!', ['!=']],
  ['=', ['==']],
]);

/** Cuts SQL into tokens; it never fails. */
export function tokenize(sql: string): readonly Token[] {
  const tokens: Token[] = [];
  const { length } = sql;
  for (let at = 0; at < length; ) {
    const code = sql.charCodeAt(at);
    const kind = classOf(code);
    if (kind === space) {
      at++;
      continue;
    }
    const start = at;
    if (kind === letter) {
      if ((code === 88 || code === 120) && sql.charCodeAt(at + 1) === 39) {
        at = quotedEnd(sql, at + 1, "'");
        tokens.push({ kind: 'blob', start, end: at, text: sql.slice(start, at) });
        continue;
      }
      at = wordEnd(sql, at + 1);
      tokens.push({ kind: 'word', start, end: at, text: upperCase(sql.slice(start, at)) });
      continue;
    }
    if (kind === digit || (code === 46 && classOf(sql.charCodeAt(at + 1)) === digit)) {
      at = numberEnd(sql, at);
      tokens.push({ kind: 'number', start, end: at, text: upperCase(sql.slice(start, at)) });
      continue;
    }
    switch (sql[at]) {
      case '-':
      case '/': {
        const comment = commentEnd(sql, at);
        if (comment > at) {
          at = comment;
          continue;
        }
        break;
      }
      case "'":
        at = quotedEnd(sql, at, "'");
        tokens.push({ kind: 'string', start, end: at, text: sql.slice(start, at) });
        continue;
      case '"':
      case '`':
        at = quotedEnd(sql, at, sql[at] as string);
        tokens.push({ kind: 'name', start, end: at, text: sql.slice(start, at) });
        continue;
      case '[': {
        const close = sql.indexOf(']', at);
        at = close < 0 ? length : close + 1;
        tokens.push({ kind: 'name', start, end: at, text: sql.slice(start, at) });
        continue;
      }
    }
    const text = operatorAt(sql, at);
    at += text.length;
    tokens.push({ kind: 'other', start, end: at, text });
  }
  return tokens;
}

/** What a token means as a name or as a string: without its quotes, in the case in which it was written. */
export function tokenValue(token: Token, sql: string): string {
  const inner = sql.slice(token.start + 1, token.end - 1);
  if (token.kind === 'word' || token.kind === 'number') return sql.slice(token.start, token.end);
  const quote = token.text[0] as string;
  return quote === '[' || !inner.includes(quote) ? inner : inner.replaceAll(quote + quote, quote);
}

/** In upper case as SQLite does it: ASCII only, so that no name changes its length or its other letters. */
function upperCase(text: string): string {
  return isPlain(text) ? text.toUpperCase() : text.replace(/[a-z]+/g, (part) => part.toUpperCase());
}

/** In lower case as SQLite does it. */
export function lowerCase(text: string): string {
  return isPlain(text) ? text.toLowerCase() : text.replace(/[A-Z]+/g, (part) => part.toLowerCase());
}

function isPlain(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 127) return false;
  return true;
}

function classOf(code: number): number | undefined {
  if (code < 128) return classes[code];
  return code === 0xfeff ? space : letter;
}

function wordEnd(sql: string, from: number): number {
  let at = from;
  for (; at < sql.length; at++) {
    const code = sql.charCodeAt(at);
    const kind = code > 127 ? letter : classes[code];
    if (kind !== letter && kind !== digit && code !== 36) break;
  }
  return at;
}

const numberPattern =
  /0[xX][0-9A-Fa-f_]+|(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9][0-9_]*)?/y;

function numberEnd(sql: string, at: number): number {
  numberPattern.lastIndex = at;
  const end = at + (numberPattern.exec(sql)?.[0].length ?? 1);
  // 1abc is one token, and an error
  return wordEnd(sql, end);
}

function operatorAt(sql: string, at: number): string {
  const first = sql[at] as string;
  return operators.get(first)?.find((operator) => sql.startsWith(operator, at)) ?? first;
}

/** Behind the quote that closes the one at `at`; doubled quotes stand for themselves. */
function quotedEnd(sql: string, at: number, quote: string): number {
  for (let close = sql.indexOf(quote, at + 1); close >= 0; close = sql.indexOf(quote, close + 2)) {
    if (sql[close + 1] !== quote) return close + 1;
  }
  return sql.length;
}

/** Behind the comment at `at`, or `at` where none is. */
function commentEnd(sql: string, at: number): number {
  if (sql.startsWith('--', at)) {
    const line = sql.indexOf('\n', at);
    return line < 0 ? sql.length : line;
  }
  // SQLite doesn't take a slash and a star at the very end for a comment
  if (sql.startsWith('/*', at) && at + 2 < sql.length) {
    const close = sql.indexOf('*/', at + 2);
    return close < 0 ? sql.length : close + 2;
  }
  return at;
}
