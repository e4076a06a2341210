import { CommandError } from '../errors.ts';
import { nearest } from '../util/nearest.ts';
import { commentSafe, lineAt } from './read-header.ts';
import { Scanner } from './scanner.ts';
import { escapeFor } from './source-literal.ts';

/** A value for a template: as a person reads it (in comments and strings), and as source (in code). */
export interface TemplateValue {
  readonly text: string;
  readonly source: string;
}

/**
 * Puts values in the places of a template that are written `${name}`. What is put in depends on where the
 * place is, so that no value can leave it: in a comment it can't end the comment, in a string or template
 * literal it is escaped, in code it is source. Source of several lines is indented like the place; a line of
 * code on which only an empty value stands is left out, and so are blanks before an empty value at the end of a
 * comment's line.
 *
 * @param file named in errors
 * @throws CommandError `TEMPLATE_INVALID` for a name that doesn't exist; in a template literal such a name
 * belongs to the file's own code
 */
export function renderTemplate(
  template: string,
  values: ReadonlyMap<string, TemplateValue>,
  file: string,
): string {
  const placeOf = places(template);
  let text = '';
  let rest = 0;
  for (const match of template.matchAll(/\$\{\s*([\w.]+)\s*\}/g)) {
    const [all, name] = match as unknown as [string, string];
    const place = placeOf(match.index);
    const value = values.get(name);
    if (value === undefined) {
      if (place === '`') continue;
      throw unknownName(name, values.keys(), file, lineAt(template, match.index));
    }
    text += template.slice(rest, match.index);
    rest = match.index + all.length;
    if (place === '/*' || place === '//') {
      if (value.text === '' && /^[ \t]*(?:\r?\n|$)/.test(template.slice(rest)))
        text = text.replace(/[ \t]+$/, '');
      else text += inComment(value.text, text, place);
    } else if (place !== 'code') text += escapeFor(place, value.text);
    else if (value.source === '' && standsAlone(template, match.index, rest)) {
      text = text.slice(0, text.lastIndexOf('\n') + 1);
      rest = afterLine(template, rest);
    } else text += indented(value.source, /[ \t]*$/.exec(text)?.[0] ?? '');
  }
  return text + template.slice(rest);
}

type Place = 'code' | '/*' | '//' | "'" | '"' | '`';

/** Tells for a position, asked in rising order, what it is part of. */
function places(template: string): (index: number) => Place {
  const scanner = new Scanner(template);
  const ranges: { readonly start: number; readonly end: number; readonly place: Place }[] = [];
  for (let token = scanner.next(); token.kind !== 'end'; token = scanner.next()) {
    const quote = template[token.start];
    if (token.kind === 'string') ranges.push({ start: token.start, end: token.end, place: quote as Place });
    else if (token.kind === 'middle' || (token.kind === 'open' && quote === '`')) {
      ranges.push({ start: token.start, end: token.end, place: '`' });
    }
  }
  for (const { start, end, block } of scanner.comments)
    ranges.push({ start, end, place: block ? '/*' : '//' });
  ranges.sort((a, b) => a.start - b.start);
  let next = 0;
  return (index) => {
    while (next < ranges.length && (ranges[next]?.end as number) <= index) next++;
    const range = ranges[next];
    return range !== undefined && range.start <= index ? range.place : 'code';
  };
}

/**
 * In a block comment the lines after the first begin like the line at hand; in a line comment there is one
 * line.
 */
function inComment(value: string, before: string, place: '/*' | '//'): string {
  if (place === '//') return value.replace(/\s*\n\s*/g, ' ');
  const line = before.slice(before.lastIndexOf('\n') + 1);
  const leader = /^[ \t]*\/\*/.test(line)
    ? `${/^[ \t]*/.exec(line)?.[0]} * `
    : (/^[ \t]*(?:\*[ \t]*)?/.exec(line)?.[0] ?? '');
  return commentSafe(value)
    .split('\n')
    .map((text, i) => (i === 0 ? text : `${leader}${text}`.trimEnd()))
    .join('\n');
}

/**
 * `source` with its lines after the first moved in, except those that begin inside a template literal or a
 * comment's text.
 */
export function indented(source: string, indent: string): string {
  if (indent === '' || !source.includes('\n')) return source;
  const fixed = new Set<number>();
  const keep = (start: number, end: number) => {
    for (let at = source.indexOf('\n', start); at !== -1 && at < end; at = source.indexOf('\n', at + 1))
      fixed.add(at + 1);
  };
  const scanner = new Scanner(source);
  for (let token = scanner.next(); token.kind !== 'end'; token = scanner.next()) keep(token.start, token.end);
  let start = 0;
  return source
    .split('\n')
    .map((line) => {
      const moved = start === 0 || line === '' || fixed.has(start) ? line : indent + line;
      start += line.length + 1;
      return moved;
    })
    .join('\n');
}

/** Whether nothing but blanks stands on the line beside the place. */
function standsAlone(template: string, start: number, end: number): boolean {
  const lineStart = template.lastIndexOf('\n', start - 1) + 1;
  return (
    template.slice(lineStart, start).trim() === '' &&
    template.slice(end, afterLine(template, end)).trim() === ''
  );
}

function afterLine(template: string, index: number): number {
  const lineEnd = template.indexOf('\n', index);
  return lineEnd === -1 ? template.length : lineEnd + 1;
}

function unknownName(name: string, names: Iterable<string>, file: string, line: number): CommandError {
  const known = [...names];
  const [guess] = nearest(name, known);
  return new CommandError(
    'TEMPLATE_INVALID',
    `${file}:${line} has \${${name}}, and nothing is called that. ` +
      (guess === undefined ? `There are: ${known.join(', ')}.` : `Did you mean \${${guess}}?`),
    { details: { file, line } },
  );
}
