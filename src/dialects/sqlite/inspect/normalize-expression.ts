import { isEnclosed, isSymbol } from './expression.ts';
import { lowerCase, type Token, tokenize, tokenValue } from './tokens.ts';

const noNames: ReadonlySet<string> = new Set();

/**
 * One text for the spellings of an expression that SQLite's parser certainly takes for the same: white space, comments, the case of keywords, names and numbers,
 * quotes around a plain name, parentheses around the whole, `==` and `<>`. Two texts are the same expression if their normal forms are equal; if they aren't,
 * nothing is known.
 *
 * `columns` are the names, in lower case, of the columns that the expression may mean: where `"x"` is none of them, an SQLite that still takes double quotes for
 * strings may read it as one, so its spelling stays.
 */
export function normalizeExpression(text: string, columns: ReadonlySet<string> = noNames): string {
  let tokens = tokenize(text);
  while (isEnclosed(tokens)) tokens = tokens.slice(1, -1);
  return tokens.map((token, i) => normalToken(token, tokens, i, text, columns)).join(' ');
}

function normalToken(
  token: Token,
  tokens: readonly Token[],
  i: number,
  text: string,
  columns: ReadonlySet<string>,
): string {
  switch (token.kind) {
    case 'other':
      return token.text === '==' ? '=' : token.text === '!=' ? '<>' : token.text;
    case 'name': {
      const name = tokenValue(token, text);
      const lower = lowerCase(name);
      const qualifies = isSymbol(tokens[i - 1], '.') || isSymbol(tokens[i + 1], '.');
      const isString = token.text[0] === '"' && !columns.has(lower) && !qualifies;
      // a function's name isn't looked up among columns
      if (isString || isSymbol(tokens[i + 1], '(')) return token.text;
      return plainName.test(lower) && !keywords.has(lower) ? lower : `"${lower.replaceAll('"', '""')}"`;
    }
    case 'string':
      return token.text;
    default:
      return lowerCase(token.text);
  }
}

const plainName = /^[a-z_][a-z0-9_]*$/;

/** Words that mean something else, or may in a later version, when they aren't quoted. */
const keywords: ReadonlySet<string> = new Set(
  `abort action add after all alter always analyze and as asc attach autoincrement before begin between by cascade case cast check collate column
  commit conflict constraint create cross current current_date current_time current_timestamp database default deferrable deferred delete desc
  detach distinct do drop each else end escape except exclude exclusive exists explain fail false filter first following for foreign from full
  generated glob group groups having if ignore immediate in index indexed initially inner insert instead intersect into is isnull join key last
  left like limit match materialized natural no not nothing notnull null nulls of offset on or order others outer over partition plan pragma
  preceding primary query raise range recursive references regexp reindex release rename replace restrict returning right rollback row rowid rows
  savepoint select set table temp temporary then ties to transaction trigger true unbounded union unique update using vacuum values view virtual
  when where window with within without`.split(/\s+/),
);
