/**
 * Cuts JavaScript or TypeScript into tokens, far enough to know what is code and what is a comment, a string,
 * a template or a regular expression. It never fails: what makes no sense becomes some token, and Node says
 * what is wrong when it loads the file.
 */

export type TokenKind =
  | 'name'
  | 'string'
  | 'number'
  | 'regexp'
  | 'open'
  | 'close'
  | 'middle'
  | 'punctuator'
  | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** The source, except for a string (and a template without substitutions): its decoded value. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /**
   * How many brackets and template substitutions are open around it; an opening and its closing one have the
   * same.
   */
  readonly depth: number;
  /** Whether a line break stands between the token before and this one. */
  readonly newline: boolean;
}

export interface Comment {
  readonly start: number;
  readonly end: number;
  /** Block (`/*`) or line (`//`, and `#!` at the start of the file). */
  readonly block: boolean;
  readonly depth: number;
}

/** Reads a source token by token. */
export class Scanner {
  readonly source: string;
  /** The comments passed so far. */
  readonly comments: Comment[] = [];
  #position = 0;
  #newline = false;
  #previous: Token | undefined;
  /**
   * For each open bracket: which one, and whether a `/` after its closing one begins a regular expression.
   */
  readonly #open: { readonly text: string; readonly regexpAfter: boolean }[] = [];
  #regexpAfterClose = false;

  constructor(source: string) {
    this.source = source;
    if (source.charCodeAt(0) === 0xfeff) this.#position = 1;
    if (source.startsWith('#!', this.#position)) this.#lineComment();
  }

  next(): Token {
    const token = this.#scan();
    this.#previous = token;
    return token;
  }

  #scan(): Token {
    this.#newline = false;
    this.#skipBlanks();
    const { source } = this;
    const start = this.#position;
    if (start >= source.length) return this.#token('end', start, start);
    const char = source[start] as string;
    switch (char) {
      case '"':
      case "'":
        return this.#string(start, char);
      case '`':
        return this.#template(start, 'open');
      case '(':
      case '[':
      case '{': {
        const token = this.#token('open', start, start + 1);
        this.#open.push({ text: char, regexpAfter: this.#regexpAfter(char) });
        return token;
      }
      case ')':
      case ']':
      case '}': {
        const opened = this.#open.at(-1);
        if (char === '}' && opened?.text === '`') return this.#template(start, 'middle');
        this.#open.pop();
        this.#regexpAfterClose = opened?.regexpAfter ?? false;
        return this.#token('close', start, start + 1);
      }
      case '/':
        if (this.#regexpAllowed()) {
          const end = match(REGEXP, source, start);
          if (end > start) return this.#token('regexp', start, end);
        }
    }
    let end = nameEnd(source, start);
    if (end > start) return this.#token('name', start, end);
    end = match(NUMBER, source, start);
    if (end > start) return this.#token('number', start, end);
    return this.#token('punctuator', start, match(PUNCTUATOR, source, start));
  }

  #token(kind: TokenKind, start: number, end: number, text: string = this.source.slice(start, end)): Token {
    this.#position = end;
    return { kind, text, start, end, depth: this.#open.length, newline: this.#newline };
  }

  #skipBlanks(): void {
    const { source } = this;
    for (;;) {
      const char = source.charCodeAt(this.#position);
      if (char === 32 || char === 9) this.#position++;
      else if (char === 10 || char === 13 || char === 0x2028 || char === 0x2029) {
        this.#newline = true;
        this.#position++;
      } else if (char === 47 && source.charCodeAt(this.#position + 1) === 47) this.#lineComment();
      else if (char === 47 && source.charCodeAt(this.#position + 1) === 42) this.#blockComment();
      else {
        const end = char < 128 && char > 13 ? this.#position : match(BLANK, source, this.#position);
        if (end === this.#position) return;
        this.#position = end;
      }
    }
  }

  #lineComment(): void {
    const start = this.#position;
    this.#position = match(REST_OF_LINE, this.source, start);
    this.comments.push({ start, end: this.#position, block: false, depth: this.#open.length });
  }

  #blockComment(): void {
    const start = this.#position;
    const close = this.source.indexOf('*/', start + 2);
    const end = close === -1 ? this.source.length : close + 2;
    if (/[\n\r\u2028\u2029]/.test(this.source.slice(start, end))) this.#newline = true;
    this.#position = end;
    this.comments.push({ start, end, block: true, depth: this.#open.length });
  }

  #string(start: number, quote: string): Token {
    const { source } = this;
    let end = start + 1;
    while (end < source.length) {
      const char = source[end];
      if (char === quote)
        return this.#token('string', start, end + 1, decodeString(source.slice(start + 1, end)));
      if (char === '\n' || char === '\r') break;
      end += char === '\\' ? (source.startsWith('\r\n', end + 1) ? 3 : 2) : 1;
    }
    // An unterminated string: a punctuator is never taken for a literal.
    return this.#token('punctuator', start, Math.min(end, source.length));
  }

  /** From a backtick, or from the `}` that ends a substitution, to the next `${` or the closing backtick. */
  #template(start: number, kind: 'open' | 'middle'): Token {
    const { source } = this;
    let end = start + 1;
    while (end < source.length) {
      const char = source[end];
      if (char === '`') {
        if (kind === 'open')
          return this.#token('string', start, end + 1, decodeString(source.slice(start + 1, end)));
        this.#open.pop();
        this.#regexpAfterClose = false;
        return this.#token('close', start, end + 1);
      }
      if (char === '$' && source[end + 1] === '{') {
        if (kind === 'middle')
          return { ...this.#token('middle', start, end + 2), depth: this.#open.length - 1 };
        const token = this.#token('open', start, end + 2);
        this.#open.push({ text: '`', regexpAfter: false });
        return token;
      }
      end += char === '\\' ? 2 : 1;
    }
    return this.#token('punctuator', start, source.length);
  }

  /** Whether a `/` here begins a regular expression; else it divides. */
  #regexpAllowed(): boolean {
    const previous = this.#previous;
    if (previous === undefined) return true;
    switch (previous.kind) {
      case 'name':
        return BEFORE_EXPRESSION.has(previous.text);
      case 'close':
        return this.#regexpAfterClose;
      case 'punctuator':
        return previous.text !== '++' && previous.text !== '--';
      default:
        return previous.kind === 'open' || previous.kind === 'middle';
    }
  }

  /** Whether a `/` after the bracket that now opens, once closed, begins a regular expression. */
  #regexpAfter(open: string): boolean {
    const previous = this.#previous;
    if (open === '[') return false;
    if (open === '(') return previous?.kind === 'name' && /^(?:if|while|for|with)$/.test(previous.text);
    // A brace: after a block a statement begins, after an object literal an expression goes on.
    if (previous === undefined || previous.kind === 'close') return true;
    if (previous.kind === 'name')
      return !BEFORE_EXPRESSION.has(previous.text) || /^(?:do|else)$/.test(previous.text);
    return previous.text === ';' || previous.text === '{' || previous.text === '=>';
  }
}

/** The words after which an expression begins. */
const BEFORE_EXPRESSION: ReadonlySet<string> = new Set(
  'return typeof instanceof in of new delete void throw case do else await yield default'.split(' '),
);

const BLANK = /\s+/y;
const REST_OF_LINE = /[^\n\r\u2028\u2029]*/y;
const NAME = /[\p{ID_Start}$_#\\](?:[\p{ID_Continue}$\\\u200c]|\u200d)*/uy;
const NUMBER = /\.?\d(?:[eE][+-]|[\w.])*/y;
// `>` always stands alone, for it may close a type argument.
const PUNCTUATOR = /\.\.\.|=>|===?|!==?|\*\*=?|\?\?=?|\?\.(?!\d)|&&=?|\|\|=?|<<=?|\+\+|--|[-+*/%&|^<]=|./suy;
const REGEXP =
  /\/(?![*/])(?:[^\\/[\n\r\u2028\u2029]|\\[^\n\r]|\[(?:[^\]\\\n\r]|\\[^\n\r])*\])+\/[\p{ID_Continue}$]*/uy;

/**
 * Where the name that begins at `start` ends; `start` itself when none does. Names are mostly ASCII letters:
 * those need no expression.
 */
function nameEnd(source: string, start: number): number {
  let end = start;
  for (;;) {
    const char = source.charCodeAt(end);
    if ((char >= 97 && char <= 122) || (char >= 65 && char <= 90) || char === 95 || char === 36) end++;
    else if (char >= 48 && char <= 57 && end > start) end++;
    else return char === 35 || char === 92 || char > 127 ? match(NAME, source, start) : end;
  }
}

/** Where `pattern` (sticky), tried at `start`, ends; `start` itself when it doesn't match. */
function match(pattern: RegExp, source: string, start: number): number {
  pattern.lastIndex = start;
  return pattern.test(source) ? pattern.lastIndex : start;
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  '0': '\0',
  '\n': '',
  '\r': '',
  '\r\n': '',
  '\u2028': '',
  '\u2029': '',
};

/** The value of a string literal or template from what stands between its quotes. */
function decodeString(raw: string): string {
  if (!raw.includes('\\')) return raw;
  return raw.replace(
    /\\(?:u\{([\da-fA-F]{1,6})\}|u([\da-fA-F]{4})|x([\da-fA-F]{2})|(\r\n|.))/gsu,
    (_, point?: string, unit?: string, byte?: string, char?: string) => {
      if (char !== undefined) return SIMPLE_ESCAPES[char] ?? char;
      const code = Number.parseInt((point ?? unit ?? byte) as string, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
    },
  );
}
