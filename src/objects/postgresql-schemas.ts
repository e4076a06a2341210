import type { InspectOptions } from '../dialect/dialect.ts';
import type { SqlWriter } from '../operations/sql-writer.ts';

/** How a catalogue query of PostgreSQL keeps to the schemas that are asked for, given an alias of pg_namespace. */
export interface SchemasSql {
  /** the condition */
  readonly condition: string;
  /** the schema's name as it was asked for: null where it is the default schema, and wasn't asked for by its name */
  readonly label: string;
}

export function schemasSql(alias: string, options: InspectOptions, writer: SqlWriter): SchemasSql {
  const { schemas = [null] } = options;
  const name = `${alias}.nspname`;
  const nullIfCurrent = `nullif(${name}, current_schema())::text`;
  if (schemas === 'all')
    return { condition: `${name} !~ '^pg_' AND ${name} <> 'information_schema'`, label: nullIfCurrent };
  const asked = schemas.map((schema) =>
    schema === null ? 'current_schema()' : `${writer.literal(schema)}::name`,
  );
  return {
    condition: asked.length === 0 ? 'false' : `${name} IN (${asked.join(', ')})`,
    label: schemas.includes(null) ? nullIfCurrent : `${name}::text`,
  };
}

/** The condition that an object isn't an extension's own: what an extension brings, it takes away. */
export function notOfExtension(catalogue: string, oid: string): string {
  return `NOT EXISTS (SELECT FROM pg_depend x WHERE x.classid = '${catalogue}'::regclass AND x.objid = ${oid} AND x.deptype = 'e')`;
}
