import { readExpression, withoutParentheses } from '../../operations/printed-expression.ts';
import type { QualifiedName } from '../../schema/names.ts';
import type { Sql } from '../../schema/sql.ts';
import { cutIdentifier } from './identifiers.ts';

export { readExpression, withoutParentheses };

/** The text of an expression so that something may follow it: a line comment at its end is ended. */
export function expressionText({ text }: Sql): string {
  return text.includes('--') ? `${text}\n` : text;
}

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
