import type { Connection } from '../../dialect/connection.ts';

/** The schema that unqualified names mean: the first of the search path that is there; null where none is. */
export async function defaultSchema(connection: Connection): Promise<string | null> {
  const [row] = await connection.query<{ schema: string | null }>('select current_schema() as schema');
  return row?.schema ?? null;
}
