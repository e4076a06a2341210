import { type Sql, sql } from '../../../schema/sql.ts';
import { isSymbol, isWord } from '../inspect/expression.ts';
import { lowerCase, type Token, tokenize, tokenValue } from '../inspect/tokens.ts';
import { quote } from '../writer/names.ts';

/** Words that mean themselves where they stand without quotes, even when a column is called so. */
const reserved = [
  'NULL',
  'CURRENT_DATE',
  'CURRENT_TIME',
  'CURRENT_TIMESTAMP',
  'AND',
  'OR',
  'NOT',
  'IN',
  'IS',
  'CASE',
  'WHEN',
  'THEN',
  'ELSE',
  'AS',
  'COLLATE',
];

/** The names of columns, in lower case, that an expression over one table (a CHECK, a generated column, an index) may mean. */
export function columnsIn({ text }: Sql): ReadonlySet<string> {
  const tokens = tokenize(text);
  return new Set(
    tokens.filter((_, i) => mayBeColumn(tokens, i)).map((token) => lowerCase(tokenValue(token, text))),
  );
}

/** The expression after a column got another name. */
export function withRenamedColumn(expression: Sql, from: string, to: string): Sql {
  const { text } = expression;
  const tokens = tokenize(text);
  let written = '';
  let end = 0;
  for (const [i, token] of tokens.entries()) {
    if (!mayBeColumn(tokens, i) || lowerCase(tokenValue(token, text)) !== lowerCase(from)) continue;
    written += text.slice(end, token.start) + quote(to);
    end = token.end;
  }
  return end === 0 ? expression : sql.raw(written + text.slice(end));
}

/**
 * The expression with "…" turned into '…' where it is no column: SQLite takes it for a string when it reads a schema that it has stored, and refuses it in
 * a new statement.
 */
export function withoutDoubleQuotedStrings(expression: Sql, columns: readonly string[]): Sql {
  const { text } = expression;
  if (!text.includes('"')) return expression;
  const known = new Set([...columns, 'rowid', 'oid', '_rowid_'].map(lowerCase));
  const tokens = tokenize(text);
  let written = '';
  let end = 0;
  for (const [i, token] of tokens.entries()) {
    if (token.text[0] !== '"' || !mayBeColumn(tokens, i) || isSymbol(tokens[i - 1], '.')) continue;
    const value = tokenValue(token, text);
    if (known.has(lowerCase(value))) continue;
    written += `${text.slice(end, token.start)}'${value.replaceAll("'", "''")}'`;
    end = token.end;
  }
  return end === 0 ? expression : sql.raw(written + text.slice(end));
}

/** The expression without the table's own name before its columns (`t.a`): while it is made, the table is called otherwise. */
export function withoutOwnName(expression: Sql, table: string): Sql {
  const { text } = expression;
  if (!text.includes('.')) return expression;
  const tokens = tokenize(text);
  let written = '';
  let end = 0;
  for (const [i, token] of tokens.entries()) {
    const isName = token.kind === 'word' || token.kind === 'name';
    if (!isName || !isSymbol(tokens[i + 1], '.') || lowerCase(tokenValue(token, text)) !== lowerCase(table))
      continue;
    const start = isSymbol(tokens[i - 1], '.') ? tokens[i - 2] : token;
    written += text.slice(end, start?.start);
    end = tokens[i + 1]?.end ?? end;
  }
  return end === 0 ? expression : sql.raw(written + text.slice(end));
}

function mayBeColumn(tokens: readonly Token[], i: number): boolean {
  const token = tokens[i] as Token;
  if (token.kind !== 'name' && (token.kind !== 'word' || reserved.includes(token.text))) return false;
  const [before, after] = [tokens[i - 1], tokens[i + 1]];
  const isFunction = isSymbol(after, '(') && !isWord(token, 'IN');
  const isTable = isSymbol(after, '.');
  return !isFunction && !isTable && !isWord(before, 'COLLATE', 'AS');
}
