import type { Column } from '../../../schema/column.ts';
import type { IndexElement } from '../../../schema/table-index.ts';
import { collationName, sqliteColumnOptions } from '../options.ts';
import {
  type Expression,
  isEnclosed,
  isSymbol,
  isWord,
  splitAtCommas,
  toSql,
  withoutParentheses,
} from './expression.ts';
import { lowerCase, type Token, tokenValue } from './tokens.ts';

/** A table's columns by their names in lower case: what an index or a key may mean by a name. */
export type ColumnLookup = ReadonlyMap<string, { readonly name: string; readonly collation: string | null }>;

export function columnLookup(columns: readonly Column[]): ColumnLookup {
  return new Map(
    columns.map(({ name, options }) => [
      lowerCase(name),
      { name, collation: sqliteColumnOptions(name, options).collation },
    ]),
  );
}

/** Reads `a, b COLLATE nocase DESC, lower(c)`: what stands in the parentheses of CREATE INDEX, UNIQUE and PRIMARY KEY. */
export function indexElements(list: Expression, columns: ColumnLookup): readonly IndexElement[] {
  return splitAtCommas(list).map((part) => indexElement(part, columns));
}

/**
 * Reads one element. A collation is held only where it isn't the column's own (BINARY for an expression); ASC never is, as the default.
 */
export function indexElement(part: Expression, columns: ColumnLookup): IndexElement {
  const { sql } = part;
  let { tokens } = part;
  const order = isWord(tokens.at(-1), 'DESC') ? 'DESC' : null;
  if (isWord(tokens.at(-1), 'ASC', 'DESC')) tokens = tokens.slice(0, -1);
  let collation: string | null = null;
  for (;;) {
    if (isEnclosed(tokens)) tokens = tokens.slice(1, -1);
    else if (isWord(tokens.at(-2), 'COLLATE') && isOperand(tokens.slice(0, -2))) {
      collation ??= tokenValue(tokens.at(-1) as Token, sql).toUpperCase();
      tokens = tokens.slice(0, -2);
    } else break;
  }
  const name = tokens.length === 1 ? nameIn(tokens[0] as Token, sql) : null;
  const column = name === null ? undefined : columns.get(lowerCase(name));
  const own = column?.collation ?? 'BINARY';
  return {
    column: column?.name ?? null,
    expression: column === undefined ? toSql(withoutParentheses({ sql, tokens })) : null,
    order,
    nulls: null,
    collation: column === undefined ? collationName(collation) : collation === own ? null : collation,
    operatorClass: null,
    length: null,
  };
}

/** Where an index's column is wanted, SQLite takes strings for names. */
function nameIn(token: Token, sql: string): string | null {
  return token.kind === 'word' || token.kind === 'name' || token.kind === 'string'
    ? tokenValue(token, sql)
    : null;
}

/** Whether COLLATE behind these tokens is of them all, and not of the last operand of an operator: `lower(a)`, but not `a || b`. */
function isOperand(tokens: readonly Token[]): boolean {
  if (tokens.length === 1 || isEnclosed(tokens)) return true;
  if (isWord(tokens.at(-2), 'COLLATE')) return isOperand(tokens.slice(0, -2));
  const [name, open] = tokens;
  const isCall = (name?.kind === 'word' || name?.kind === 'name') && isSymbol(open, '(');
  return isCall && isClosedAtEnd(tokens.slice(1));
}

function isClosedAtEnd(tokens: readonly Token[]): boolean {
  return isEnclosed(tokens) || (tokens.length === 2 && isSymbol(tokens[1], ')'));
}
