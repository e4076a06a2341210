import type { Connection } from '../../dialect/connection.ts';
import type { InspectOptions } from '../../dialect/dialect.ts';
import { sql } from '../../schema/sql.ts';
import type { View } from '../../schema/view.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';

/** The views of each schema, one query each: SQLite keeps the text of their CREATE. */
export async function inspectViews(
  connection: Connection,
  options: InspectOptions,
): Promise<readonly View[]> {
  const found: View[] = [];
  for (const schema of await databasesOf(connection, options)) {
    const from = `${connection.dialect.writer.quote(schema ?? 'main')}.sqlite_schema`;
    const rows = await connection.query<{ name: string; sql: string }>(
      `SELECT name, sql FROM ${from} WHERE type = 'view' ORDER BY name`,
    );
    for (const row of rows) found.push(readView(schema, row.name, row.sql));
  }
  return found;
}

/** What SQLite has for schemas: null is `main`. */
export async function databasesOf(
  connection: Connection,
  { schemas = [null] }: InspectOptions,
): Promise<readonly (string | null)[]> {
  if (schemas !== 'all') return schemas;
  const rows = await connection.query<{ name: string }>('SELECT name FROM pragma_database_list');
  return rows.map(({ name }) => (name === 'main' ? null : name)).filter((name) => name !== 'temp');
}

const space = String.raw`(?:\s|--[^\n]*(?:\n|$)|/\*[\s\S]*?\*/)`;
const identifier =
  String.raw`(?:"(?:[^"]|"")*"|` +
  '`(?:[^`]|``)*`' +
  String.raw`|\[[^\]]*\]|'(?:[^']|'')*'|[^\s"'(.\[` +
  '`' +
  String.raw`]+)`;
// SQLite writes the head anew; what comes after the name is as it was typed
const head = new RegExp(
  String.raw`^CREATE${space}+VIEW${space}+(?:${identifier}${space}*\.${space}*)?${identifier}${space}*(?:\((?<columns>(?:${space}*${identifier}${space}*,?)*)\)${space}*)?AS(?![\w$])${space}*`,
  'i',
);

function readView(schema: string | null, name: string, text: string): View {
  const found = head.exec(text);
  const columns = found?.groups?.columns?.match(new RegExp(identifier, 'g')) ?? null;
  return deepFreeze({
    kind: 'view',
    schema,
    name,
    query: sql.raw(found === null ? text : text.slice(found[0].length).trim()),
    columns: columns === null ? null : columns.map(unquoted),
    materialized: false,
    indexes: [],
    comment: null,
    options: {},
  });
}

function unquoted(name: string): string {
  const quote = name[0] ?? '';
  if (quote === '[') return name.slice(1, -1);
  if (!/["'`]/.test(quote)) return name;
  return name.slice(1, -1).replaceAll(quote + quote, quote);
}

/** SQLite knows no form of its own: views are the same whose texts are, but for spaces and comments between words. */
export async function canonicalizeViews(views: readonly View[]): Promise<readonly View[]> {
  return views.map((view) =>
    deepFreeze({ ...view, comment: null, options: {}, query: sql.raw(plainText(view.query.text)) }),
  );
}

/** A text without comments, its spaces made one. */
export function plainText(text: string): string {
  const parts = text.matchAll(
    /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|\s+|'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|./gsu,
  );
  let plain = '';
  for (const [part] of parts) {
    if (!/^(?:--|\/\*|\s)/.test(part)) plain += part;
    else if (!plain.endsWith(' ')) plain += ' ';
  }
  return plain.trim();
}
