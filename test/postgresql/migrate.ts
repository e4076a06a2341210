import { compareToDatabase } from '../../src/autogenerate/compare.ts';
import type { CompareOptions } from '../../src/autogenerate/compare-options.ts';
import type { Connection, Engine } from '../../src/dialect/connection.ts';
import { readTarget } from '../../src/dialects/postgresql/driver/target.ts';
import { postgresqlEngine, postgresqlEngineFrom } from '../../src/dialects/postgresql/index.ts';
import { coreKinds } from '../../src/objects/core.ts';
import { coreDefinitions } from '../../src/objects/definitions.ts';
import { flattenBatches } from '../../src/operations/containers.ts';
import { Definitions } from '../../src/operations/definitions.ts';
import type { Operation } from '../../src/operations/operation.ts';
import { LivePlanState } from '../../src/runtime/live-plan-state.ts';
import type { MetaData } from '../../src/schema/index.ts';
import type { TestDatabase } from '../support/databases.ts';

export const definitions: Definitions = new Definitions(Object.values(coreDefinitions));
export const op: typeof coreDefinitions = coreDefinitions;

/** An engine with sessions of its own. */
export function engineOf(database: Pick<TestDatabase, 'url'>): Engine {
  return postgresqlEngine(readTarget(database.url));
}

/** Runs `use` with a connection over the test database's own client, which stays open. */
export async function withConnection<T>(
  database: Pick<TestDatabase, 'postgres'>,
  use: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await postgresqlEngineFrom(database.postgres).connect();
  try {
    return await use(connection);
  } finally {
    await connection.close();
  }
}

/** What takes the database to the models. */
export function compare(
  connection: Connection,
  metadata: MetaData,
  options: CompareOptions = {},
): Promise<readonly Operation[]> {
  return compareToDatabase([metadata], { connection, kinds: coreKinds, definitions, options });
}

/** The SQL of operations, planned against what is there now. */
export async function planned(
  connection: Connection,
  operations: readonly Operation[],
): Promise<readonly string[]> {
  const state = new LivePlanState(definitions, connection, operations);
  return (await connection.dialect.plan(operations, state)).map(({ sql }) => sql);
}

/** Runs operations in one transaction, planned in stretches that end at an opaque one. Returns the SQL. */
export async function migrate(
  connection: Connection,
  operations: readonly Operation[],
): Promise<readonly string[]> {
  return connection.savepoint(async () => {
    const ran: string[] = [];
    for (let rest = operations; rest.length > 0; ) {
      const opaque = rest.findIndex((each) =>
        flattenBatches([each]).some((inner) => definitions.isOpaque(inner)),
      );
      const stretch = opaque < 0 ? rest : rest.slice(0, opaque + 1);
      rest = rest.slice(stretch.length);
      for (const sql of await planned(connection, stretch)) {
        ran.push(sql);
        await connection.exec(sql);
      }
    }
    return ran;
  });
}

export function reversed(operations: readonly Operation[]): readonly Operation[] {
  return operations.toReversed().map((operation) => definitions.reverse(operation));
}
