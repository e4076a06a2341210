import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '../../../dialect/connection.ts';
import type { PlanState } from '../../../dialect/plan-state.ts';
import { ArgumentError, DatabaseError } from '../../../errors.ts';
import { displayName, type QualifiedName } from '../../../schema/names.ts';
import { type Log, log } from '../../../util/logging.ts';
import { quoteName } from '../identifiers.ts';
import { literal } from '../literals.ts';

/** An index that is to be made concurrently. */
export interface Making {
  readonly sql: string;
  readonly table: QualifiedName;
  readonly index: QualifiedName;
}

/** How often it is tried; in milliseconds, how long to wait between two looks at what others do. */
const attempts = 5;
const pause = 100;

const runLog: Log = log('alembic');

/**
 * Runs a CREATE INDEX CONCURRENTLY. The server keeps what came of one that failed, as an index that it never uses: one of that name is dropped before, and what this
 * one leaves is dropped too.
 *
 * No lock of ours is held meanwhile, so that other runners may want the same: two that make indexes of one table at once wait for each other until one is a deadlock's
 * victim, and IF NOT EXISTS is content with an index that another one is still making, or has just failed to. So it is begun when nobody is at it, and looked at in the end.
 */
export async function makeConcurrently(connection: Connection, making: Making): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await untilNobodyMakes(connection, making);
    await dropInvalid(connection, making);
    try {
      await connection.exec(making.sql);
      if (attempt === attempts || (await isWhole(connection, making))) return;
    } catch (error) {
      // what failed is told, not that the way back failed too
      await dropInvalid(connection, making).catch(() => {});
      if (!isDeadlock(error) || attempt === attempts) throw error;
      await sleep(pause * (1 + Math.random()) * attempt);
    }
  }
}

async function untilNobodyMakes(connection: Connection, { table }: Making): Promise<void> {
  for (let told = false; await isBeingMade(connection, table); told = true) {
    if (!told) runLog.info(`Waiting for others who make or drop indexes of '${displayName(table)}'.`);
    await sleep(pause);
  }
}

/** Of what makes an index concurrently this lock is all that can be seen from its first moment to its last. VACUUM has it too, which would be waited for anyway. */
async function isBeingMade(connection: Connection, table: QualifiedName): Promise<boolean> {
  const found = await connection.query(
    `SELECT FROM pg_locks WHERE relation = to_regclass(${literal(quoteName(table))}) AND mode = 'ShareUpdateExclusiveLock' AND granted AND pid <> pg_backend_pid()
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  return found.length > 0;
}

async function isWhole(connection: Connection, { index }: Making): Promise<boolean> {
  const found = await connection.query(`SELECT FROM pg_index WHERE ${isNamed(index)} AND indisvalid`);
  return found.length > 0;
}

async function dropInvalid(connection: Connection, { table, index }: Making): Promise<void> {
  const found = await connection.query(`SELECT FROM pg_index WHERE ${isNamed(index)} AND NOT indisvalid`);
  if (found.length === 0 || (await isBeingMade(connection, table))) return;
  await connection.exec(`DROP INDEX CONCURRENTLY IF EXISTS ${quoteName(index)}`);
}

function isNamed(index: QualifiedName): string {
  return `indexrelid = to_regclass(${literal(quoteName(index))})`;
}

function isDeadlock(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === 'DEADLOCK';
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
