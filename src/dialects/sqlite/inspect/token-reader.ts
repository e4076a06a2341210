import { DatabaseError } from '../../../errors.ts';
import { type Expression, isSymbol, isWord } from './expression.ts';
import { type Token, tokenize, valueOf } from './tokens.ts';

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

  get second(): Token | undefined {
    return this.#tokens[this.#at + 1];
  }

  next(wanted: string): Token {
    const token = this.#tokens[this.#at];
    if (token === undefined) this.fail(wanted);
    this.#at++;
    return token;
  }

  /** Goes behind those words and symbols if they are what comes next. */
  take(...texts: readonly string[]): boolean {
    for (const [i, text] of texts.entries()) {
      const token = this.#tokens[this.#at + i];
      if (token === undefined || token.text !== text || (token.kind !== 'word' && token.kind !== 'other')) return false;
    }
    this.#at += texts.length;
    return true;
  }

  expect(...texts: readonly string[]): void {
    if (!this.take(...texts)) this.fail(texts.join(' '));
  }

  /** A name: SQLite takes words, quoted names and strings. */
  name(): string {
    const token = this.next('a name');
    if (token.kind !== 'word' && token.kind !== 'name' && token.kind !== 'string') this.fail('a name', token);
    return valueOf(token, this.sql);
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
    const start = this.#at;
    for (let depth = 1; ; ) {
      const token = this.next(')');
      if (isSymbol(token, '(')) depth++;
      else if (isSymbol(token, ')') && --depth === 0) break;
    }
    return { sql: this.sql, tokens: this.#tokens.slice(start, this.#at - 1) };
  }

  /** The next `count` tokens. */
  some(count: number): Expression {
    const start = this.#at;
    for (let i = 0; i < count; i++) this.next('more');
    return this.#since(start);
  }

  rest(): Expression {
    const start = this.#at;
    this.#at = this.#tokens.length;
    return this.#since(start);
  }

  isWord(...words: readonly string[]): boolean {
    return isWord(this.peek, ...words);
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

  #since(start: number): Expression {
    return { sql: this.sql, tokens: this.#tokens.slice(start, this.#at) };
  }
}
