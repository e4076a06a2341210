import type { DumpEntry } from '../support/pg-dump-entries.ts';

/*
 * Which objects of a dump the package is about, in pg_dump's words. What it doesn't describe it leaves alone: that is left out of the comparison, and made
 * by the round trip beforehand where tables may stand on it.
 */

/** Left out, and made beforehand where possible: tables may use it. */
const foundations: readonly string[] = [
  'SHELL TYPE',
  'COLLATION',
  'PROCEDURAL LANGUAGE',
  'TEXT SEARCH PARSER',
  'TEXT SEARCH TEMPLATE',
  'TEXT SEARCH DICTIONARY',
  'TEXT SEARCH CONFIGURATION',
  'OPERATOR',
  'OPERATOR CLASS',
  'OPERATOR FAMILY',
  'ACCESS METHOD',
  'AGGREGATE',
  'CAST',
  'TRANSFORM',
  'CONVERSION',
  // of no kind yet
  'EXTENSION',
  'DOMAIN',
  'FUNCTION',
  'PROCEDURE',
];

/** Left out. */
const superstructure: readonly string[] = [
  'ACL',
  'DEFAULT ACL',
  'SECURITY LABEL',
  'POLICY',
  'ROW SECURITY',
  'PUBLICATION',
  'PUBLICATION TABLE',
  'PUBLICATION TABLES IN SCHEMA',
  'SUBSCRIPTION',
  'EVENT TRIGGER',
  'RULE',
  'STATISTICS',
  'FOREIGN DATA WRAPPER',
  'FOREIGN TABLE',
  'SERVER',
  'USER MAPPING',
  // of no kind yet
  'VIEW',
  'MATERIALIZED VIEW',
  'TRIGGER',
];

const leftOutTypes: ReadonlySet<string> = new Set([...foundations, ...superstructure]);

/** The objects that have to come out the same. */
export function inScope(entries: readonly DumpEntry[]): readonly DumpEntry[] {
  const relations = new Set(
    entries.filter(isLeftOut).map(({ type, schema, name }) => `${type === 'TYPE' ? 'TYPE ' : ''}${schema}.${name}`),
  );
  return entries.filter((entry) => {
    if (isLeftOut(entry)) return false;
    if (entry.type === 'INDEX' || entry.type === 'INDEX ATTACH') return !relations.has(ownerOfIndex(entry));
    if (entry.type !== 'COMMENT') return !/^alembic_version\b/.test(entry.name);
    // `COLUMN v.c`, `MATERIALIZED VIEW v`, `TYPE t`
    const type = /^[A-Z]+(?: [A-Z]+)*(?= )/.exec(entry.name)?.[0] ?? '';
    const rest = entry.name.slice(type.length + 1);
    if (leftOutTypes.has(type)) return false;
    if (type === 'TYPE') return !relations.has(`TYPE ${entry.schema}.${rest}`);
    return type !== 'COLUMN' || !relations.has(`${entry.schema}.${rest.slice(0, rest.lastIndexOf('.'))}`);
  });
}

/** What has to be there before tables can be made. */
export function foundationsOf(entries: readonly DumpEntry[]): readonly DumpEntry[] {
  const found = entries.filter((entry) => isLeftOut(entry) && !superstructure.includes(entry.type));
  const schemas = new Set(found.map(({ schema }) => schema));
  const inExtension = new Set(
    found.flatMap(({ type, sql }) => (type === 'EXTENSION' ? /SCHEMA (\S+);/.exec(sql)?.slice(1) ?? [] : [])),
  );
  return [
    ...entries.filter(({ type, name }) => type === 'SCHEMA' && (schemas.has(name) || inExtension.has(name))),
    ...found,
  ];
}

function isLeftOut({ type, sql }: DumpEntry): boolean {
  // enums are described; composite types, ranges and base types aren't
  return type === 'TYPE' ? !/ AS ENUM \(/.test(sql) : leftOutTypes.has(type);
}

function ownerOfIndex({ sql, schema }: DumpEntry): string {
  const [, owner = ''] = / ON (?:ONLY )?(?:\S+?\.)?("(?:[^"]|"")+"|\S+) USING /.exec(sql) ?? [];
  return `${schema}.${owner.startsWith('"') ? owner.slice(1, -1).replaceAll('""', '"') : owner}`;
}
