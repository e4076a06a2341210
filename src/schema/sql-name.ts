import type { QualifiedName } from './names.ts';

const part = String.raw`("(?:[^"]|"")+"|[^\s".]+)`;
const name = new RegExp(String.raw`^\s*(?:${part}\s*\.\s*)?${part}\s*$`);

/** A name as SQL writes it (`parent`, `"app"."Events"`), as data: in lower case where it isn't quoted; null for what isn't a name. */
export function parseSqlName(sql: string): QualifiedName | null {
  const match = name.exec(sql);
  if (match === null) return null;
  const [schema = null, own = ''] = match
    .slice(1)
    .map((each) => (each?.startsWith('"') ? each.slice(1, -1).replaceAll('""', '"') : each?.toLowerCase()));
  return { schema, name: own };
}
