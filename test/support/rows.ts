import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Client } from 'pg';
import { canonical } from './canonical.ts';

/** Which rows to read: columns of a table, in the order of the text. */
export interface TableColumns {
  readonly table: string;
  /** PostgreSQL only; default: `public` */
  readonly schema?: string;
  readonly columns: readonly string[];
}

/**
 * All rows as canonical text, sorted in each table, so that two databases compare whatever order they keep. Without
 * `tables`: every table but `alembic_version`, every column that isn't hidden. The text tells the storage class from the
 * value: `1`, `1.0`, `'1'` and `x'31'` differ.
 */
export function rowsOfSqlite(db: DatabaseSync, tables: readonly TableColumns[] = sqliteColumns(db)): string {
  const read: Record<string, string[]> = {};
  for (const { table, columns } of tables) {
    const list = columns.map((name) => `typeof(${quoted(name)}), quote(${quoted(name)})`);
    const statement = db.prepare(`select ${list.join(', ') || '1'} from ${quoted(table)}`);
    statement.setReturnArrays(true);
    const rows = statement.all() as unknown as string[][];
    read[table] = rows
      .map((row) => row.filter((_, at) => at % 2 === 1 || row[at] === 'real').join(' '))
      .sort();
  }
  return canonical(read);
}

/** The same for PostgreSQL, where the text is the type's own output. */
export async function rowsOfPostgres(client: Client, tables?: readonly TableColumns[]): Promise<string> {
  const read: Record<string, string[]> = {};
  for (const { table, schema = 'public', columns } of tables ?? (await postgresColumns(client))) {
    const list = columns.map((column) => `coalesce(quote_literal(${quoted(column)}::text), 'NULL')`);
    const { rows } = await client.query<{ row: string }>(
      `select concat_ws(' ', ${["''", ...list].join(', ')}) as row from ${quoted(schema)}.${quoted(table)}`,
    );
    read[schema === 'public' ? table : `${schema}.${table}`] = rows.map(({ row }) => row.trimStart()).sort();
  }
  return canonical(read);
}

/** The `AUTOINCREMENT` counters, by table. */
export function countersOfSqlite(db: DatabaseSync): Readonly<Record<string, number>> {
  if (db.prepare(`select 1 from sqlite_schema where name = 'sqlite_sequence'`).get() === undefined) return {};
  const rows = db.prepare('select name, seq from sqlite_sequence order by name').all();
  return Object.fromEntries(rows.map((row) => [String(row.name), Number(row.seq)]));
}

/** A short text that stands for a long one. */
export function checksum(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function sqliteColumns(db: DatabaseSync): readonly TableColumns[] {
  const rows = db
    .prepare(
      `select s.name as "table", c.name as "column" from sqlite_schema s, pragma_table_xinfo(s.name) c
       where s.type = 'table' and s.name not like 'sqlite~_%' escape '~' and s.name <> 'alembic_version' order by s.name, c.cid`,
    )
    .all() as unknown as ColumnRow[];
  return grouped(rows);
}

async function postgresColumns(client: Client): Promise<readonly TableColumns[]> {
  const { rows } = await client.query<ColumnRow>(
    `select n.nspname as schema, c.relname as "table", a.attname as "column"
     from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
     where c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped and c.relname <> 'alembic_version'
       and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' order by 1, 2, 3`,
  );
  return grouped(rows);
}

interface ColumnRow {
  readonly schema?: string;
  readonly table: string;
  readonly column: string;
}

function grouped(rows: readonly ColumnRow[]): readonly TableColumns[] {
  const groups = Map.groupBy(rows, (row) => JSON.stringify([row.schema, row.table]));
  return [...groups.values()].map((group) => {
    const { schema, table } = group[0] as ColumnRow;
    return { table, ...(schema === undefined ? {} : { schema }), columns: group.map((row) => row.column) };
  });
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
