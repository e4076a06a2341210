import { createHash } from 'node:crypto';
import { storeRows } from '../rows.ts';

/** What a table holds, in the columns of the first models. */
export interface TableReading {
  readonly table: string;
  readonly rows: number;
  /** of all values and their types, in an order that doesn't depend on the database's */
  readonly checksum: string;
}

/**
 * Reads what was loaded, through the driver alone: nothing of alembic-ts takes part in judging what it did. `renamed` maps the columns of the first models
 * to the names that they have by now.
 */
export async function readStore(
  url: string,
  renamed: Readonly<Record<string, string>> = {},
): Promise<readonly TableReading[]> {
  const queries = [...storeRows()].map(([table, rows]) => {
    const columns = Object.keys(rows[0] ?? {}).map((name) => renamed[`${table}.${name}`] ?? name);
    return { table, columns };
  });
  const values = url.startsWith('postgres') ? await askPostgres(url, queries) : await askSqlite(url, queries);
  return queries.map(({ table }, at) => {
    const rows = (values[at] ?? []).map((row) => JSON.stringify(row)).sort();
    const checksum = createHash('sha256').update(rows.join('\n')).digest('hex').slice(0, 12);
    return { table, rows: rows.length, checksum };
  });
}

interface Query {
  readonly table: string;
  readonly columns: readonly string[];
}

type Values = readonly (readonly (readonly unknown[])[])[];

async function askSqlite(url: string, queries: readonly Query[]): Promise<Values> {
  const { DatabaseSync } = await import('node:sqlite');
  const db = new DatabaseSync(url.replace(/^sqlite:/, ''), { readOnly: true });
  try {
    return queries.map(({ table, columns }) => {
      const list = columns.map((name) => `typeof("${name}") || ' ' || quote("${name}") as "${name}"`);
      return db
        .prepare(`select ${list.join(', ')} from "${table}"`)
        .all()
        .map(Object.values);
    });
  } finally {
    db.close();
  }
}

async function askPostgres(url: string, queries: readonly Query[]): Promise<Values> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const values: unknown[][][] = [];
    for (const { table, columns } of queries) {
      const list = columns.map((name) => `"${name}"::text`);
      const text = `select ${list.join(', ')} from "${table}"`;
      values.push((await client.query<unknown[]>({ text, rowMode: 'array' })).rows);
    }
    return values;
  } finally {
    await client.end();
  }
}
