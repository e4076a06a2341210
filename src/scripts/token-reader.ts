import { type Comment, Scanner, type Token, type TokenKind } from './scanner.ts';

/** In a type, a line that ends or begins with one of these goes on. */
const JOINS_TYPE: ReadonlySet<string> = new Set(
  '| & => . ? : < = as satisfies extends keyof typeof infer is readonly unique'.split(' '),
);

/** In an expression, a line that begins with one of these words goes on. */
const JOINS_EXPRESSION: ReadonlySet<string> = new Set(['in', 'instanceof', 'as', 'satisfies']);

/** Words that begin a statement when they begin a line, even where the expression before isn't understood. */
const BEGINS_STATEMENT: ReadonlySet<string> = new Set(
  (
    'export import const let var function class async if for while do switch try throw return ' +
    'type interface declare module exports'
  ).split(' '),
);

/**
 * Reads tokens one ahead, and knows how to pass what the header reader needn't understand: types and
 * expressions.
 */
export class TokenReader {
  readonly #scanner: Scanner;
  #token: Token;
  #before: Token | undefined;

  constructor(source: string) {
    this.#scanner = new Scanner(source);
    this.#token = this.#scanner.next();
  }

  /** the token at hand; at the end of the source one of kind `end`, for ever */
  get token(): Token {
    return this.#token;
  }

  /** the comments before the token at hand */
  get comments(): readonly Comment[] {
    return this.#scanner.comments;
  }

  /** Whether the token at hand is this one. */
  is(text: string, kind: TokenKind = 'punctuator'): boolean {
    return this.#token.text === text && this.#token.kind === kind;
  }

  /** Passes the token at hand and returns it. */
  advance(): Token {
    const passed = this.#token;
    this.#before = passed;
    if (passed.kind !== 'end') this.#token = this.#scanner.next();
    return passed;
  }

  /**
   * Whether a statement may begin here: outside of all brackets, at the start, after `;` or `}`, or on a new
   * line.
   */
  atStatement(): boolean {
    if (this.#token.depth > 0) return false;
    const before = this.#before;
    return before === undefined || this.#token.newline || before.text === ';' || before.text === '}';
  }

  /** Whether an expression among brackets of `depth` is over here. */
  atExpressionEnd(depth: number): boolean {
    const { kind, text, newline } = this.#token;
    if (kind === 'end' || kind === 'close') return true;
    if (kind === 'punctuator') return text === ',' || text === ';' || text === '@';
    if (depth > 0 || !newline) return false;
    if (kind === 'name') return !JOINS_EXPRESSION.has(text);
    return kind === 'number' || (kind === 'open' && text === '{');
  }

  /** Passes `!`, `as T` and `satisfies T`. */
  skipAssertions(depth: number): void {
    while (!this.#token.newline || JOINS_EXPRESSION.has(this.#token.text)) {
      if (this.is('!')) this.advance();
      else if (this.is('as', 'name') || this.is('satisfies', 'name')) {
        this.advance();
        this.skipType(depth);
      } else return;
    }
  }

  /**
   * Passes a type among brackets of `depth`: to `=`, `,`, `;`, an assertion, the closing bracket or the
   * statement's end.
   */
  skipType(depth: number): void {
    let angles = 0;
    for (let first = true; this.#token.kind !== 'end' && this.#token.depth >= depth; first = false) {
      const { text, kind, newline, depth: here } = this.#token;
      if (here === depth && angles === 0) {
        if (kind === 'punctuator' && (text === '=' || text === ',' || text === ';')) return;
        if (kind === 'name' && (text === 'as' || text === 'satisfies') && !first) return;
        if (newline && !first && !JOINS_TYPE.has(text) && !this.#joinsLines()) return;
      }
      if (this.is('<')) angles++;
      if (this.is('>') && angles > 0) angles--;
      this.advance();
    }
  }

  /**
   * Passes an expression: to `,` or `;` among brackets of `depth`, to the bracket that closes them, or to a
   * new statement.
   */
  skipExpression(depth: number): void {
    for (; this.#token.kind !== 'end' && this.#token.depth >= depth; this.advance()) {
      const { kind, text, newline } = this.#token;
      if (this.#token.depth > depth) continue;
      if (kind === 'punctuator' && (text === ',' || text === ';')) return;
      if (depth === 0 && newline && kind === 'name' && BEGINS_STATEMENT.has(text) && !this.#joinsLines())
        return;
    }
  }

  /** Whether the token passed last wants something after it. */
  #joinsLines(): boolean {
    return JOINS_TYPE.has(this.#before?.text ?? '');
  }
}
