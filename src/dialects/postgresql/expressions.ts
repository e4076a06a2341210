import type { QualifiedName } from '../../schema/names.ts';
import type { Sql } from '../../schema/sql.ts';
import { cutIdentifier } from './identifiers.ts';

/** The text of an expression so that something may follow it: a line comment at its end is ended. */
export function expressionText({ text }: Sql): string {
  return text.includes('--') ? `${text}\n` : text;
}

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

/** The names and keywords of an expression, unquoted ones in lower case, cut as the server cuts them. */
export function wordsOf(expression: string): ReadonlySet<string> {
  const words = expression.matchAll(/'(?:[^']|'')*'|"((?:[^"]|"")*)"|[\p{L}_][\p{L}\p{N}_$]*/gu);
  return new Set(
    [...words]
      .filter(([word]) => !word.startsWith("'"))
      .map(([word, quoted]) => (quoted === undefined ? word.toLowerCase() : quoted.replaceAll('""', '"')))
      .map(cutIdentifier),
  );
}

/** `"users"."age" > 0` as `"age" > 0`: query builders qualify columns with their table, the server prints them without. */
export function withoutQualifiers(expression: string, { schema, name }: QualifiedName): string {
  const spelled = (part: string): string =>
    `(?:"${escaped(part.replaceAll('"', '""'))}"${/^[a-z_][a-z0-9_]*$/.test(part) ? `|${part}` : ''})`;
  const qualifier = `(?<![\\w."$])${schema === null ? '' : `(?:${spelled(schema)}\\.)?`}${spelled(name)}\\.(?=["\\w])`;
  return expression.replaceAll(new RegExp(`'(?:[^']|'')*'|${qualifier}`, 'g'), (found) =>
    found.startsWith("'") ? found : '',
  );
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
