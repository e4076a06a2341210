import type { Connection } from '../../../dialect/connection.ts';
import type { InspectOptions } from '../../../dialect/dialect.ts';
import type { SchemaModel } from '../../../schema/schema-model.ts';
import { cutIdentifier } from '../identifiers.ts';
import { literal } from '../literals.ts';
import { serverVersion } from '../server-version.ts';
import { type CatalogueParts, catalogueQuery } from './catalogue-query.ts';
import { readCatalogue } from './read-catalogue.ts';

/**
 * The tables and enums of a database, by one query. A schema is called as it was asked for: null where it is the default schema and wasn't asked for by
 * its name.
 */
export async function inspect(connection: Connection, options: InspectOptions = {}): Promise<SchemaModel> {
  const { tables, relations = 'tables' } = options;
  const schemas =
    options.schemas ?? (tables === undefined ? [null] : [...new Set(tables.map((table) => table.schema))]);
  const parts = await readParts(
    connection,
    tables === undefined ? inSchemas(schemas) : areTables(tables),
    relations,
  );
  const current = parts.server[0][0];
  const byName = new Set(schemas === 'all' || schemas.includes(null) ? [] : schemas);
  return readCatalogue(parts, {
    schemaLabel: (schema) => (schema === current && !byName.has(schema) ? null : schema),
    includesTypes: (schema) =>
      schemas === 'all' || schemas.includes(schema) || (schema === current && schemas.includes(null)),
  });
}

/** The parts of the catalogue about the tables for which a condition over `c` (pg_class) and `n` (its namespace) holds. */
async function readParts(
  connection: Connection,
  condition: string,
  relations: NonNullable<InspectOptions['relations']>,
): Promise<CatalogueParts> {
  const query = catalogueQuery(await serverVersion(connection), condition, relations);
  return parseParts(await connection.readCatalogue(query));
}

export function parseParts(
  rows: readonly { readonly part: string; readonly rows: string }[],
): CatalogueParts {
  return Object.fromEntries(rows.map(({ part, rows: json }) => [part, JSON.parse(json)])) as CatalogueParts;
}

/** The condition on a schema `n` that it is one of those. */
export function inSchemas(schemas: NonNullable<InspectOptions['schemas']>): string {
  if (schemas === 'all') return `n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`;
  if (schemas.length === 0) return 'false';
  return `n.nspname in (${schemas.map(schemaSql).join(', ')})`;
}

function areTables(tables: NonNullable<InspectOptions['tables']>): string {
  if (tables.length === 0) return 'false';
  const names = tables.map(({ schema, name }) => `(${schemaSql(schema)}, ${literal(cutIdentifier(name))})`);
  return `(n.nspname, c.relname) in (${names.join(', ')})`;
}

function schemaSql(schema: string | null): string {
  return schema === null ? 'current_schema()' : `${literal(cutIdentifier(schema))}::name`;
}
