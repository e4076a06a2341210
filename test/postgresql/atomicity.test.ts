// What a preview says beforehand of transactions is what the server says when it comes to it.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AlembicError } from '../../src/errors.ts';
import { flattenBatches } from '../../src/operations/containers.ts';
import type { Operation } from '../../src/operations/operation.ts';
import { LivePlanState } from '../../src/runtime/live-plan-state.ts';
import { anyOperation } from '../generators/any-operation.ts';
import { indexOperation } from '../generators/index-operation.ts';
import { createDatabase, describeOn, type TestDatabase } from '../support/databases.ts';
import { quietLogs } from '../support/history.ts';
import { definitions, withConnection } from './migrate.ts';

quietLogs();

const full = process.env.ALEMBIC_TEST_FULL !== undefined;

describeOn(['postgresql', 'postgresql-server'], 'operations and transactions', (kind) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase(kind);
    // to compile what is asked of the catalogue takes a loaded server seconds
    await database.exec(['create table t (a integer)', 'create index iy on t (a)']);
  });
  afterAll(() => database.drop());

  test('what has to be outside of a transaction is what the server refuses in one', async () => {
    const seen = { autocommit: 0, transaction: 0, commits: 0 };
    await withConnection(database, async (connection) => {
      const { dialect } = connection;
      /** Whether the server refuses the operation for the transaction around it; null where there is nothing to ask. */
      const isRefused = async (operation: Operation): Promise<boolean | null> => {
        await connection.begin();
        try {
          const state = new LivePlanState(definitions, connection, [operation]);
          for (const { sql } of await dialect.plan([operation], state)) await connection.exec(sql);
          return false;
        } catch (error) {
          if (!(error instanceof AlembicError)) throw error;
          return error.details.sqlState === undefined ? null : error.details.sqlState === '25001';
        } finally {
          await connection.rollback();
        }
      };
      await fc.assert(
        fc.asyncProperty(
          fc.oneof({ weight: 3, arbitrary: anyOperation }, { weight: 1, arbitrary: indexOperation }),
          async (operation) => {
            // text of SQL is nobody's but its writer's
            if (flattenBatches([operation]).some(({ kind: each }) => each === 'execute')) return;
            const refused = await isRefused(operation);
            if (refused === null) return;
            const atomicity = definitions.atomicity(operation, dialect);
            seen[atomicity]++;
            expect({ operation, refused }).toEqual({ operation, refused: atomicity === 'autocommit' });
          },
        ),
        { seed: 20261122, numRuns: full ? 3000 : 400 },
      );
    });
    expect(seen.commits).toBe(0);
    expect(seen.autocommit).toBeGreaterThan(20);
    expect(seen.transaction).toBeGreaterThan(100);
  });
});
