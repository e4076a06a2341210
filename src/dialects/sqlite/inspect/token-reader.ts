import { DatabaseError } from '../../../errors.ts';
import { type Expression, isSymbol, isWord } from './expression.ts';
import { type Token, tokenize, tokenValue } from './tokens.ts';

/** A place in the tokens of one statement. */
export class TokenReader {
  readonly sql: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(sql: string) {
    this.sql = sql;
    this.#tokens = tokenize(sql);
  }

  get peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  /** where the last token that was taken ends */
  get end(): number {
    return this.#tokens[this.#at - 1]?.end ?? 0;
  }

  /** Goes behind the next token; tells it in upper case if it is a word without quotes, else ''. */
  keyword(): string {
    const token = this.#next('a keyword');
    return token.kind === 'word' ? token.text : '';
  }

  /** Goes back before the last token that was taken. */
  back(): void {
    this.#at--;
  }

  /** Goes behind those words and symbols if they are what comes next. */
  take(...texts: readonly string[]): boolean {
    for (let i = 0; i < texts.length; i++) {
      const token = this.#tokens[this.#at + i];
      if (token?.text !== texts[i] || (token?.kind !== 'word' && token?.kind !== 'other')) return false;
    }
    this.#at += texts.length;
    return true;
  }

  expect(...texts: readonly string[]): void {
    if (!this.take(...texts)) this.fail(texts.join(' '));
  }

  /** A name: SQLite takes words, quoted names and strings. */
  name(): string {
    const token = this.#next('a name');
    if (token.kind !== 'word' && token.kind !== 'name' && token.kind !== 'string') this.fail('a name', token);
    return tokenValue(token, this.sql);
  }

  /** The tokens from here while `goesOn`. */
  takeWhile(goesOn: (token: Token) => boolean): Expression {
    const start = this.#at;
    for (let token = this.peek; token !== undefined && goesOn(token); token = this.peek) this.#at++;
    return this.#since(start);
  }

  /** What stands between a pair of parentheses; goes behind them. */
  group(): Expression {
    this.expect('(');
    const tokens = this.#tokens;
    const start = this.#at;
    for (let at = start, depth = 1; at < tokens.length; at++) {
      const token = tokens[at];
      if (isSymbol(token, '(')) depth++;
      else if (isSymbol(token, ')')) depth--;
      if (depth === 0) {
        this.#at = at + 1;
        return { sql: this.sql, tokens: tokens.slice(start, at) };
      }
    }
    this.#at = tokens.length;
    return this.fail(')');
  }

  /** The next `count` tokens. */
  some(count: number): Expression {
    const start = this.#at;
    for (let i = 0; i < count; i++) this.#next('more');
    return this.#since(start);
  }

  isWord(...words: readonly string[]): boolean {
    return isWord(this.peek, ...words);
  }

  /** Whether a column or a constraint of a table ends here. */
  isEnd(): boolean {
    const { peek } = this;
    return peek === undefined || isSymbol(peek, ',') || isSymbol(peek, ')');
  }

  isSymbol(text: string): boolean {
    return isSymbol(this.peek, text);
  }

  fail(wanted: string, token: Token | undefined = this.peek): never {
    const found = token === undefined ? 'its end' : this.sql.slice(token.start, token.end);
    throw new DatabaseError(
      'UNREADABLE_SCHEMA',
      `A statement in the database's schema isn't understood: ${wanted} should stand where ${found} is, in: ${this.sql}`,
      { details: { sql: this.sql } },
    );
  }

  #next(wanted: string): Token {
    const token = this.#tokens[this.#at];
    if (token === undefined) this.fail(wanted);
    this.#at++;
    return token;
  }

  #since(start: number): Expression {
    return { sql: this.sql, tokens: this.#tokens.slice(start, this.#at) };
  }
}
