import type { Connection } from '../../../dialect/connection.ts';
import type { InspectOptions } from '../../../dialect/dialect.ts';
import { keyOf } from '../../../schema/names.ts';
import { SchemaModel } from '../../../schema/schema-model.ts';
import { type Constraint, primaryKeyOf, type Table } from '../../../schema/table.ts';
import { deepFreeze } from '../../../util/deep-freeze.ts';
import { parseCreateIndex } from './create-index.ts';
import { parseCreateTable } from './create-table.ts';
import { columnLookup } from './index-elements.ts';
import { lowerCase } from './tokens.ts';

interface SchemaRow {
  /** position in the list of schemas */
  readonly place: number;
  readonly type: 'table' | 'index';
  readonly name: string;
  readonly tbl_name: string;
  readonly sql: string;
}

/**
 * The tables and their indexes as they are, in the order in which they were made: one query, and one more where there are virtual tables. Everything is read from the
 * CREATE statements that SQLite keeps, because its pragmas leave much of it out.
 *
 * Left out: SQLite's own tables (`sqlite_…`), virtual tables and the shadow tables in which those keep their data; and of `schemas: 'all'` the temporary tables.
 *
 * @throws DatabaseError `UNREADABLE_SCHEMA` where a statement isn't understood, and what the connection throws.
 */
export async function inspect(connection: Connection, options: InspectOptions = {}): Promise<SchemaModel> {
  const schemas =
    options.schemas === 'all' ? await allSchemas(connection) : [...new Set(options.schemas ?? [null])];
  const rows =
    schemas.length === 0
      ? []
      : await connection.query<SchemaRow>(schemas.map(schemaQuery).join(' UNION ALL '));
  const shadows = rows.some(isVirtual) ? await shadowTables(connection) : new Set<string>();
  const wanted =
    options.tables &&
    new Set(options.tables.map(({ schema, name }) => keyOf({ schema, name: lowerCase(name) })));
  const found = schemas.flatMap((schema, place) => {
    const tables = new SchemaTables(
      schema,
      rows.filter((row) => row.place === place),
    );
    return tables.names
      .filter((name) => !shadows.has(keyOf({ schema: schema ?? 'main', name })))
      .filter((name) => wanted === undefined || wanted.has(keyOf({ schema, name: lowerCase(name) })))
      .map((name) => tables.complete(name));
  });
  return new SchemaModel(found);
}

function schemaQuery(schema: string | null, place: number): string {
  const quoted = `"${(schema ?? 'main').replaceAll('"', '""')}"`;
  return `SELECT ${place} AS place, type, name, tbl_name, sql FROM ${quoted}.sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL`;
}

async function allSchemas(connection: Connection): Promise<readonly (string | null)[]> {
  const rows = await connection.query<{ readonly name: string }>(
    'SELECT name FROM pragma_database_list ORDER BY seq',
  );
  return rows.map(({ name }) => (name === 'main' ? null : name)).filter((name) => name !== 'temp');
}

async function shadowTables(connection: Connection): Promise<ReadonlySet<string>> {
  const rows = await connection.query<{ readonly schema: string; readonly name: string }>(
    "SELECT schema, name FROM pragma_table_list WHERE type = 'shadow'",
  );
  return new Set(rows.map(keyOf));
}

function isVirtual(row: SchemaRow): boolean {
  return row.type === 'table' && /^CREATE\s+VIRTUAL\s/i.test(row.sql);
}

/** The tables of one schema, each read when it is asked for. */
class SchemaTables {
  readonly names: readonly string[];
  readonly #schema: string | null;
  /** by the table's name in lower case */
  readonly #rows = new Map<string, SchemaRow>();
  readonly #indexes: ReadonlyMap<string, readonly SchemaRow[]>;
  readonly #parsed = new Map<string, Table>();

  constructor(schema: string | null, rows: readonly SchemaRow[]) {
    this.#schema = schema;
    const tables = rows.filter(
      (row) => row.type === 'table' && !isVirtual(row) && !/^sqlite_/i.test(row.name),
    );
    for (const row of tables) this.#rows.set(lowerCase(row.name), row);
    this.#indexes = Map.groupBy(
      rows.filter((row) => row.type === 'index'),
      (row) => lowerCase(row.tbl_name),
    );
    this.names = tables.map((row) => row.name);
  }

  complete(name: string): Table {
    const table = this.#table(name) as Table;
    const rows = this.#indexes.get(lowerCase(name)) ?? [];
    const columns = rows.length === 0 ? new Map() : columnLookup(table.columns);
    return deepFreeze({
      ...table,
      indexes: rows.map((row) => parseCreateIndex(row.sql, columns)),
      constraints: table.constraints.map((constraint) => this.#resolve(constraint)),
    });
  }

  #table(name: string): Table | undefined {
    const key = lowerCase(name);
    const row = this.#rows.get(key);
    if (row === undefined) return undefined;
    let table = this.#parsed.get(key);
    if (table === undefined)
      this.#parsed.set(key, (table = { ...parseCreateTable(row.sql, this.#schema), name: row.name }));
    return table;
  }

  /** A foreign key with the names that its parent really has: SQLite heeds no case, and takes the parent's key where no columns are named. */
  #resolve(constraint: Constraint): Constraint {
    if (constraint.kind !== 'foreignKey') return constraint;
    const parent = this.#table(constraint.referredTable);
    if (parent === undefined) return constraint;
    const key = primaryKeyOf(parent)?.columns ?? [];
    const given = constraint.referredColumns;
    const implied = given.length === 0 && key.length === constraint.columns.length ? key : given;
    const real = (name: string): string =>
      parent.columns.find((column) => lowerCase(column.name) === lowerCase(name))?.name ?? name;
    return { ...constraint, referredTable: parent.name, referredColumns: implied.map(real) };
  }
}
