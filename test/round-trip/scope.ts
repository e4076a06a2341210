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
];

const leftOutTypes: ReadonlySet<string> = new Set([...foundations, ...superstructure]);

/** The objects that have to come out the same. */
export function inScope(entries: readonly DumpEntry[]): readonly DumpEntry[] {
  const relations = new Set(
    entries
      .filter((entry) => isLeftOut(entry) && ['TYPE', 'FOREIGN TABLE'].includes(entry.type))
      .map(({ type, schema, name }) => `${type === 'TYPE' ? 'TYPE ' : ''}${schema}.${name}`),
  );
  const views = new Set(
    entries.filter(({ type }) => type === 'VIEW').map(({ schema, name }) => `${schema}.${name}`),
  );
  return entries.filter((entry) => {
    // the default of a view's column
    if (entry.type === 'DEFAULT' && views.has(`${entry.schema}.${entry.name.split(' ')[0]}`)) return false;
    // every database has this one, and pg_dump speaks of it where it was made anew
    if (isLeftOut(entry) || (entry.type === 'SCHEMA' && entry.name === 'public')) return false;
    if (entry.type === 'INDEX' || entry.type === 'INDEX ATTACH') return !relations.has(ownerOfIndex(entry));
    if (entry.type !== 'COMMENT') return !/^alembic_version\b/.test(entry.name);
    // `COLUMN v.c`, `MATERIALIZED VIEW v`, `TYPE t`
    const type = /^[A-Z]+(?: [A-Z]+)*(?= )/.exec(entry.name)?.[0] ?? '';
    const rest = entry.name.slice(type.length + 1);
    // an extension says what it is itself, in the words of its version
    if (leftOutTypes.has(type) || type === 'EXTENSION') return false;
    if (type === 'TYPE') return !relations.has(`TYPE ${entry.schema}.${rest}`);
    const owner = `${entry.schema}.${rest.slice(0, rest.lastIndexOf('.'))}`;
    return type !== 'COLUMN' || !(relations.has(owner) || relations.has(`TYPE ${owner}`));
  });
}

/**
 * What has to be there before tables can be made. `lastResort` is described by the package, and made beforehand only where something else stands on it:
 * composite types over enums, aggregates over functions, text search configurations over extensions.
 */
export function foundationsOf(entries: readonly DumpEntry[]): {
  readonly first: readonly DumpEntry[];
  readonly lastResort: readonly DumpEntry[];
} {
  const found = entries.filter((entry) => isLeftOut(entry) && !superstructure.includes(entry.type));
  const schemas = new Set(found.map(({ schema }) => schema));
  const needsSchema = ({ type, name }: DumpEntry): boolean => type === 'SCHEMA' && schemas.has(name);
  const lastResort = ['SCHEMA', 'EXTENSION', 'TYPE', 'DOMAIN', 'FUNCTION'].flatMap((type) =>
    entries.filter((entry) => entry.type === type && !isLeftOut(entry)),
  );
  return { first: [...entries.filter(needsSchema), ...found], lastResort };
}

function isLeftOut({ type, sql }: DumpEntry): boolean {
  // enums are described; composite types, ranges and base types aren't
  return type === 'TYPE' ? !/ AS ENUM \(/.test(sql) : leftOutTypes.has(type);
}

function ownerOfIndex({ sql, schema }: DumpEntry): string {
  const [, owner = ''] = / ON (?:ONLY )?(?:\S+?\.)?("(?:[^"]|"")+"|\S+) USING /.exec(sql) ?? [];
  return `${schema}.${owner.startsWith('"') ? owner.slice(1, -1).replaceAll('""', '"') : owner}`;
}
