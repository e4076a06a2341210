import type { Connection } from '../../../dialect/connection.ts';
import type { QualifiedName } from '../../../schema/names.ts';
import { quoteName } from '../identifiers.ts';
import { literal } from '../literals.ts';

/**
 * Runs a CREATE INDEX CONCURRENTLY. The server keeps what came of one that failed, as an index that it never uses: one of that name is dropped before, and what this
 * one leaves is dropped too.
 */
export async function makeConcurrently(
  connection: Connection,
  sql: string,
  index: QualifiedName,
): Promise<void> {
  await dropInvalid(connection, index);
  try {
    await connection.exec(sql);
  } catch (error) {
    // what failed is told, not that the way back failed too
    await dropInvalid(connection, index).catch(() => {});
    throw error;
  }
}

async function dropInvalid(connection: Connection, index: QualifiedName): Promise<void> {
  const [found] = await connection.query(
    `SELECT FROM pg_index WHERE indexrelid = to_regclass(${literal(quoteName(index))}) AND NOT indisvalid AND NOT EXISTS (
      SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = indexrelid AND p.pid <> pg_backend_pid())`,
  );
  if (found !== undefined) await connection.exec(`DROP INDEX CONCURRENTLY ${quoteName(index)}`);
}
