import type { QualifiedName } from './names.ts';
import { lowerAscii } from './sql-tokens.ts';

/** What a trigger's definition consists of: the table's place is in its middle. */
export interface TriggerParts {
  /** `BEFORE INSERT OR UPDATE OF a, b` */
  readonly events: string;
  /** the table, where the text names it */
  readonly on: QualifiedName | null;
  /** `FOR EACH ROW …` */
  readonly rest: string;
}

/** Space, or a comment, as a part of a regular expression with the flag `u`. */
export const gap: string = String.raw`(?:\s|--[^\n]*(?:\n|$)|/\*[\s\S]*?\*/)`;
// what begins a name, and what goes on in one
const letter = String.raw`A-Za-z_\u{80}-\u{10ffff}`;
const end = `(?![${letter}0-9$])`;
/** A name, in quotes of any kind or without. */
export const identifier: string =
  '(?:"(?:[^"]|"")*"|`(?:[^`]|``)*`' +
  String.raw`|\[[^\]]*\]|'(?:[^']|'')*'|[${letter}][${letter}0-9$]*${end})`;
const columns = `(?:${gap}+OF${end}${gap}*${identifier}(?:${gap}*,${gap}*${identifier})*)`;
const event = `(?:INSERT|DELETE|TRUNCATE|UPDATE)${end}${columns}?`;
const head = new RegExp(
  `^${gap}*(?:(?:BEFORE|AFTER|INSTEAD${gap}+OF)${gap}+)?${event}(?:${gap}*OR${gap}+${event})*`,
  'iu',
);
const table = new RegExp(
  String.raw`^${gap}*ON${end}${gap}*(?:(?<schema>${identifier})${gap}*\.${gap}*)?(?<name>${identifier})`,
  'iu',
);

/** Takes a definition apart, in PostgreSQL's words or SQLite's; null where it doesn't begin with events. */
export function splitTrigger(text: string): TriggerParts | null {
  const events = head.exec(text)?.[0];
  if (events === undefined) return null;
  const behind = text.slice(events.length);
  const found = table.exec(behind);
  const { schema, name } = found?.groups ?? {};
  return {
    events: events.trim(),
    on:
      name === undefined ? null : { schema: schema === undefined ? null : meant(schema), name: meant(name) },
    rest: behind.slice(found?.[0].length ?? 0).trim(),
  };
}

function meant(written: string): string {
  const quote = written[0] ?? '';
  if (quote === '[') return written.slice(1, -1);
  if (/["'`]/.test(quote)) return written.slice(1, -1).replaceAll(quote + quote, quote);
  return lowerAscii(written);
}
