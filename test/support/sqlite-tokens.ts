/** A token of SQLite's SQL. `value` is what a name or string says, without its quotes. */
export interface Token {
  /** `word` is unquoted: a keyword or a name; `name` is quoted: never a keyword. */
  readonly kind: 'word' | 'name' | 'string' | 'blob' | 'number' | 'operator';
  readonly text: string;
  readonly value: string;
}

const pattern = new RegExp(
  [
    /(?<space>\s+|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))/,
    /(?<blob>[xX]'[0-9A-Fa-f]*')/,
    /(?<string>'(?:[^']|'')*')/,
    /(?<name>"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\])/,
    /(?<number>0[xX][0-9A-Fa-f_]+|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?)/,
    /(?<word>[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)/,
    /(?<operator>->>|->|\|\||<<|>>|<=|>=|<>|!=|==|[^\s])/,
  ]
    .map((part) => part.source)
    .join('|'),
  'gy',
);

export function tokens(sql: string): readonly Token[] {
  const found: Token[] = [];
  for (const match of sql.matchAll(pattern)) {
    const groups = match.groups ?? {};
    const kind = (Object.keys(groups) as (Token['kind'] | 'space')[]).find(
      (key) => groups[key] !== undefined,
    );
    if (kind === undefined || kind === 'space') continue;
    const text = match[0];
    found.push({ kind, text, value: kind === 'name' || kind === 'string' ? unquoted(text) : text });
  }
  return found;
}

function unquoted(text: string): string {
  const quote = text[0] ?? '';
  const inner = text.slice(1, -1);
  return quote === '[' ? inner : inner.replaceAll(quote + quote, quote);
}

/** True for the unquoted word, in either case. */
export function isWord(token: Token | undefined, ...words: readonly string[]): boolean {
  return token?.kind === 'word' && words.includes(token.text.toUpperCase());
}

/**
 * One text for all spellings of an expression that mean the same to SQLite's parser: white space, comments, the case of
 * words, quotes around a plain name, one pair of parentheses around the whole, `==` and `!=`. Nothing else is equated.
 */
export function normalExpression(
  expression: readonly Token[],
  names: ReadonlySet<string> = new Set(),
): string {
  let list = expression;
  while (isEnclosed(list)) list = list.slice(1, -1);
  return list.map((token) => normalToken(token, names)).join(' ');
}

function normalToken(token: Token, names: ReadonlySet<string>): string {
  const lower = token.value.toLowerCase();
  if (token.kind === 'string') return `'${token.value.replaceAll("'", "''")}'`;
  if (token.kind === 'operator') return token.text === '==' ? '=' : token.text === '!=' ? '<>' : token.text;
  if (token.kind !== 'name') return lower;
  const known = names.has(lower) || /^[a-z_]\w*$/.test(token.value);
  const plain = /^[a-z_]\w*$/.test(lower) && !keywords.has(lower);
  return known ? (plain ? lower : `"${lower}"`) : `"${token.value}"`;
}

function isEnclosed(list: readonly Token[]): boolean {
  if (list.length < 3 || list[0]?.text !== '(') return false;
  let depth = 0;
  for (const [index, { kind, text }] of list.entries()) {
    if (kind !== 'operator') continue;
    if (text === '(') depth++;
    if (text === ')' && --depth === 0) return index === list.length - 1;
  }
  return false;
}

/** Words that mean something else without quotes. */
const keywords: ReadonlySet<string> = new Set(
  `abort action add after all alter always analyze and as asc attach autoincrement before begin between by cascade case
  cast check collate column commit conflict constraint create cross current current_date current_time
  current_timestamp database default deferrable deferred delete desc detach distinct do drop each else end escape except
  exclude exclusive exists explain fail false filter first following for foreign from full generated glob group groups
  having if ignore immediate in index indexed initially inner insert instead intersect into is isnull join key last left
  like limit match materialized natural no not nothing notnull null nulls of offset on or order others outer over
  partition plan pragma preceding primary query raise range recursive references regexp reindex release rename replace
  restrict returning right rollback row rows savepoint select set table temp temporary then ties to transaction trigger
  true unbounded union unique update using vacuum values view virtual when where window with without`.split(
    /\s+/,
  ),
);
