import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Connection } from '../../src/dialect/connection.ts';
import { sqliteEngineFrom } from '../../src/dialects/sqlite/index.ts';
import type { Batch } from '../../src/operations/batch.ts';
import type { Operation } from '../../src/operations/operation.ts';
import { randomPair } from '../generators/random-pairs.ts';
import { readSqlite } from '../support/read-sqlite.ts';
import { countersOfSqlite } from '../support/rows.ts';
import { everything, lock, planOn, rowsOf, runOn } from './migrate.ts';

const full = process.env.ALEMBIC_TEST_FULL !== undefined;
/** Runs `check` with a database of a random schema, full of rows. */
async function withSchema(
  index: number,
  check: (db: DatabaseSync, connection: Connection) => Promise<void>,
): Promise<void> {
  const pair = randomPair({ dialect: 'sqlite', seed: 20261122, index });
  const db = new DatabaseSync(':memory:');
  for (const sql of [...pair.ddlA, ...pair.load]) db.exec(sql);
  try {
    await check(db, await sqliteEngineFrom(db).connect());
  } finally {
    db.close();
  }
}

const tablesOf = (db: DatabaseSync): string[] =>
  db
    .prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid",
    )
    .all()
    .map(({ name }) => String(name));

const rebuilds = (tables: readonly string[]): Operation[] =>
  tables.map(
    (table): Batch => ({
      kind: 'batch',
      table,
      schema: null,
      operations: [],
      recreate: 'always',
      copyFrom: null,
      partialReordering: null,
      tableArgs: [],
    }),
  );

test('a rebuild without a change leaves schema, rows, row numbers and counters; a second one leaves every letter', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: 100_000 }), async (index) => {
      await withSchema(index, async (db, connection) => {
        const before = [readSqlite(db), rowsOf(db), countersOfSqlite(db)];
        const { transactions } = connection.dialect;
        const rebuild = async (): Promise<void> => {
          await transactions.begin(connection, lock);
          await runOn(connection, rebuilds(tablesOf(db)));
          await transactions.commit(connection);
        };
        await rebuild();
        expect([readSqlite(db), rowsOf(db), countersOfSqlite(db)]).toEqual(before);
        expect(db.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
        expect(db.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
        const once = everything(db);
        await rebuild();
        expect(everything(db)).toEqual(once);
      });
    }),
    { seed: 20261122, numRuns: full ? 2000 : 150 },
  );
});

test('a rebuild that fails at any of its statements leaves everything, to the letter', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: 100_000 }), fc.nat(), async (index, place) => {
      await withSchema(index, async (db, connection) => {
        const before = everything(db);
        const { transactions } = connection.dialect;
        await transactions.begin(connection, lock);
        const statements = await planOn(connection, rebuilds(tablesOf(db)));
        const parts = statements.flatMap(({ sql }) => sql.split(';\n'));
        for (const sql of parts.slice(0, place % parts.length)) await connection.exec(sql).catch(() => {});
        await transactions.rollback(connection);
        expect(everything(db)).toEqual(before);
      });
    }),
    { seed: 20261122, numRuns: full ? 300 : 20 },
  );
});
