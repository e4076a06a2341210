import { type Sql, sql as sqlTag } from '../../../schema/sql.ts';
import type { Token } from './tokens.ts';

/** The tokens of an expression, and the SQL that they were cut from. */
export interface Expression {
  readonly sql: string;
  readonly tokens: readonly Token[];
}

/** The expression as it is written, comments and white space inside it included. */
function textOf({ sql, tokens }: Expression): string {
  const [first, last] = [tokens[0], tokens.at(-1)];
  return first === undefined || last === undefined ? '' : sql.slice(first.start, last.end);
}

export function toSql(expression: Expression): Sql {
  return sqlTag.raw(textOf(expression));
}

/** Without the parentheses around the whole, however many there are. */
export function withoutParentheses(expression: Expression): Expression {
  let { tokens } = expression;
  while (isEnclosed(tokens)) tokens = tokens.slice(1, -1);
  return tokens === expression.tokens ? expression : { sql: expression.sql, tokens };
}

/** Cuts at the commas that no parentheses enclose. */
export function splitAtCommas({ sql, tokens }: Expression): readonly Expression[] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.kind === 'other') {
      if (token.text === '(') depth++;
      else if (token.text === ')') depth--;
      else if (token.text === ',' && depth === 0) {
        parts.push([]);
        continue;
      }
    }
    parts.at(-1)?.push(token);
  }
  return parts.map((part) => ({ sql, tokens: part }));
}

/** Whether the first token is a parenthesis that the last one closes, with something in between. */
export function isEnclosed(tokens: readonly Token[]): boolean {
  if (tokens.length < 3 || !isSymbol(tokens[0], '(')) return false;
  let depth = 0;
  for (const [i, token] of tokens.entries()) {
    if (isSymbol(token, '(')) depth++;
    else if (isSymbol(token, ')') && --depth === 0) return i === tokens.length - 1;
  }
  return false;
}

export function isSymbol(token: Token | undefined, text: string): boolean {
  return token?.kind === 'other' && token.text === text;
}

/** Whether it is that word without quotes, in either case; `words` are in upper case. */
export function isWord(token: Token | undefined, ...words: readonly string[]): boolean {
  return token?.kind === 'word' && words.includes(token.text);
}
