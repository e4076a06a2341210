import type { Connection } from '../../../dialect/connection.ts';
import type { PlanState } from '../../../dialect/plan-state.ts';
import { ArgumentError } from '../../../errors.ts';
import { displayName, type QualifiedName } from '../../../schema/names.ts';
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

/** @throws ArgumentError `UNSUPPORTED_OPERATION` for an index of a partitioned table: the server makes and drops none of those concurrently. */
export async function refusePartitioned(
  table: QualifiedName,
  index: string,
  state: PlanState,
): Promise<void> {
  const found = await state.table(table);
  if (found?.options.postgresql?.partitionBy === undefined) return;
  throw new ArgumentError(
    'UNSUPPORTED_OPERATION',
    `The index '${index}' of '${displayName(table)}' can't be made or dropped concurrently: PostgreSQL doesn't know that for partitioned tables. Leave 'concurrently' out; to have nobody wait for long, make an index like it on each partition before, concurrently.`,
  );
}
