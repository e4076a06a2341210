import type { QualifiedName } from '../schema/names.ts';

/**
 * Every name in a text of SQL, as it is written and in lower case where it isn't quoted; `a.b` also as name `b` of schema `a`. Text in quotes counts
 * where it could be a name: `nextval('app.ids')`.
 */
export function mentionedNames(text: string): readonly QualifiedName[] {
  const found = new Map<string, QualifiedName>();
  const add = (schema: string | null, name: string): void => {
    found.set(`${schema ?? ''}\0${name}`, { schema, name });
  };
  for (const chain of chains(text)) {
    for (const [i, spellings] of chain.entries()) {
      for (const name of spellings) {
        add(null, name);
        for (const schema of chain[i - 1] ?? []) add(schema, name);
      }
    }
  }
  return [...found.values()];
}

/** A text of SQL with other schemas in front of names, as SQL, where `schemaFor` gives one. */
export function withOtherSchemas(
  text: string,
  schemaFor: (schema: string, name: string) => string | null,
): string {
  return text.replace(token, (whole: string, _, dotted?: string) => {
    const [schema = '', name] = dotted?.match(partOnly) ?? [];
    if (dotted === undefined || name === undefined) return whole;
    const other = schemaFor(identifierOf(schema), identifierOf(name));
    return other === null ? whole : `${other}${dotted.slice(schema.length)}`;
  });
}

function identifierOf(written: string): string {
  return written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written.toLowerCase();
}

const names = String.raw`"(?:[^"]|"")*"|` + '`(?:[^`]|``)*`' + String.raw`|[\p{L}_][\p{L}\p{N}_$]*`;
const part = `(?:${names})`;
const partOrBracketed = String.raw`(?:${names}|\[[^\]]*\])`;
const tokenOf = (each: string): RegExp =>
  new RegExp(String.raw`--[^\n]*|/\*[\s\S]*?\*/|'((?:[^']|'')*)'|(${each}(?:\s*\.\s*${each})*)`, 'gu');
const token = tokenOf(part);
const tokenOrBracketed = tokenOf(partOrBracketed);
const partOnly = new RegExp(partOrBracketed, 'gu');
const couldBeName = new RegExp(String.raw`^${partOrBracketed}(?:\.${partOrBracketed})*$`, 'u');

/** Dotted names, each part with its spellings. Brackets quote a name in one dialect and hold an array in another: both readings count. */
function* chains(text: string): Iterable<readonly (readonly string[])[]> {
  for (const reading of text.includes('[') ? [tokenOrBracketed, token] : [token])
    for (const [, quoted, dotted] of text.matchAll(reading)) {
      if (dotted !== undefined) yield parts(dotted);
      else if (quoted !== undefined && couldBeName.test(quoted)) yield parts(quoted);
    }
}

function parts(dotted: string): readonly (readonly string[])[] {
  return (dotted.match(partOnly) ?? []).map((each) => {
    const quote = each[0] ?? '';
    if (quote === '"' || quote === '`') return [each.slice(1, -1).replaceAll(quote + quote, quote)];
    if (quote === '[') return [each.slice(1, -1)];
    const lower = each.toLowerCase();
    return lower === each ? [each] : [each, lower];
  });
}
