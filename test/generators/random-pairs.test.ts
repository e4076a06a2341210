import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase, type DatabaseKind, describeOn, type TestDatabase } from '../support/databases.ts';
import type { Feature, PairDialect } from './draft.ts';
import { mutationWeights } from './mutations.ts';
import { type RandomPair, randomPair, randomPairs } from './random-pairs.ts';

/** What a database doesn't have, or we don't make for it. */
const absent: Readonly<Record<PairDialect, readonly string[]>> = {
  sqlite: ['comment', 'tableComment', 'identity', 'includeIndex', 'indexMethod', 'nullsNotDistinct'],
  postgresql: [
    ...['computedVirtual', 'collatedIndex', 'collation', 'autoincrement', 'strict', 'withoutRowid'],
    ...['changeCollation', 'toggleAutoincrement', 'toggleStrict', 'toggleWithoutRowid'],
  ],
};

const allFeatures: readonly Feature[] = [
  ...(['hostileName', 'compositeKey', 'noKey', 'textKey', 'namedKey', 'selfReference', 'cycle'] as const),
  ...([
    'compositeForeignKey',
    'foreignKeyToUnique',
    'deferrable',
    'computedVirtual',
    'computedStored',
  ] as const),
  ...(['partialIndex', 'expressionIndex', 'descendingIndex', 'collatedIndex', 'unnamedUnique'] as const),
  ...(['unnamedCheck', 'unnamedForeignKey', 'autoincrement', 'strict', 'withoutRowid', 'collation'] as const),
  ...(['enum', 'comment', 'identity', 'includeIndex', 'indexMethod', 'nullsNotDistinct'] as const),
];

test('a pair depends on its seed and number only', () => {
  const [one, other] = [1, 2].map(() => [...randomPairs({ dialect: 'sqlite', seed: 5, count: 12 })]);
  expect(one).toEqual(other);
  expect(one?.[7]).toEqual(randomPair({ dialect: 'sqlite', seed: 5, index: 7 }));
  expect(randomPair({ dialect: 'sqlite', seed: 6, index: 7 })).not.toEqual(one?.[7]);
});

test('what is excluded is not there', () => {
  const exclude = [
    'hostileName',
    'strict',
    'toggleStrict',
    'castType',
    'deferrable',
    'toggleDeferrable',
  ] as const;
  for (const pair of randomPairs({ dialect: 'sqlite', seed: 3, count: 100, exclude })) {
    for (const name of exclude) expect([...pair.features, ...pair.mutations]).not.toContain(name);
  }
});

test.each<PairDialect>(['sqlite', 'postgresql'])('every feature and every mutation occurs: %s', (dialect) => {
  const pairs = [...randomPairs({ dialect, seed: 1, count: 300 })];
  const missing = [...allFeatures, ...Object.keys(mutationWeights)].filter((name) => {
    const all = pairs.flatMap((pair) => [...pair.features, ...pair.mutations] as string[]);
    return !absent[dialect].includes(name) && all.filter((each) => each === name).length < 3;
  });
  expect(missing).toEqual([]);
});

describeOn(['sqlite', 'postgresql'], 'random pairs', (kind: DatabaseKind) => {
  const dialect = kind === 'sqlite' ? 'sqlite' : 'postgresql';
  const full = process.env.ALEMBIC_TEST_FULL === '1';
  const count = (dialect === 'sqlite' ? 60 : 40) * (full ? 10 : 1);
  let db: TestDatabase;
  beforeAll(async () => {
    db = await createDatabase(kind);
  });
  afterAll(() => db.drop());

  test(`A takes its rows, B differs from A, and most rows fit B: ${count} pairs`, async () => {
    let movable = 0;
    for (const pair of randomPairs({ dialect, seed: 2, count })) {
      const a = await make(pair, pair.ddlA, pair.load);
      const b = await make(pair, pair.ddlB, []);
      expect(b.schema, pair.id).not.toBe(a.schema);
      const moved = await make(pair, pair.ddlB, pair.move).catch(() => undefined);
      if (moved === undefined) continue;
      movable++;
      expect(moved.rows, pair.id).toBe(a.rows);
    }
    expect(movable / count).toBeGreaterThan(0.75);
  }, 600_000);

  async function make(
    pair: RandomPair,
    ddl: readonly string[],
    rows: readonly string[],
  ): Promise<{ schema: string; rows: string }> {
    await db.reset();
    await db.exec(ddl);
    try {
      await db.exec(rows);
    } catch (error) {
      await db.exec('ROLLBACK');
      throw error;
    }
    if (dialect === 'sqlite') expect(await db.query('PRAGMA foreign_key_check'), pair.id).toEqual([]);
    return { schema: await db.schema(), rows: await db.rows(pair.survives) };
  }
});
