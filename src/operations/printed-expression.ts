/** `(a + b)` as `a + b`: without the pairs of parentheses that enclose all of it. */
export function withoutParentheses(text: string): string {
  let inner = text.trim();
  while (inner.startsWith('(') && closing(inner) === inner.length - 1) inner = inner.slice(1, -1).trim();
  return inner;
}

/** The index of the parenthesis that closes the one at the start; -1 where none does. */
function closing(text: string): number {
  let depth = 0;
  for (const match of text.matchAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|[()]/g)) {
    if (match[0] === '(') depth++;
    else if (match[0] === ')' && --depth === 0) return match.index;
  }
  return -1;
}

/**
 * An expression as the server prints it, as this package holds it: without the parentheses around it, and with `x IN ('a', 'b')` for what the server makes
 * of that where x is a varchar, since its own text for it comes out differently when it is read again.
 */
export function readExpression(printed: string): string {
  return withoutParentheses(
    printed.replaceAll(stringOrList, (whole, column, operator, items) => {
      if (column === undefined) return whole;
      return `(${column} ${operator === '= ANY' ? 'IN' : 'NOT IN'} (${items.replaceAll(varcharItem, '$1')}))`;
    }),
  );
}

const item = "'(?:[^']|'')*'::character varying";
const varcharItem = /('(?:[^']|'')*')::character varying/g;
/** Strings and quoted names are matched so that nothing inside them is. */
const stringOrList = new RegExp(
  String.raw`'(?:[^']|'')*'|\(\(("(?:[^"]|"")*"|[\w$]+)\)::text (= ANY|<> ALL) \(\(ARRAY\[(${item}(?:, ${item})*)\]\)::text\[\]\)\)|"(?:[^"]|"")*"`,
  'g',
);
