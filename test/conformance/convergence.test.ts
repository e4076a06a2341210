import { afterAll, beforeAll, expect, test } from 'vitest';
import { testSeed } from '../generators/random.ts';
import { type Feature, type MutationName, randomPairs } from '../generators/random-pairs.ts';
import {
  createDatabase,
  type DatabaseKind,
  describeOn,
  driverKinds,
  type TestDatabase,
} from '../support/databases.ts';
import { recordFigures } from '../support/figures.ts';
import { metadataOf } from '../support/vector-model.ts';
import { converge, isRight, type Outcome, tally } from './converge.ts';

const full = process.env.ALEMBIC_TEST_FULL === '1';
/** how many pairs each database gets */
const counts: { readonly [Kind in DatabaseKind]: number } = {
  sqlite: full ? 2000 : 250,
  postgresql: full ? 2000 : 100,
  'postgresql-server': full ? 400 : 20,
  'postgres.js': full ? 400 : 20,
  pglite: full ? 400 : 20,
};
const chunk = 50;

describeOn(driverKinds, 'random pairs of schemas converge', (kind) => {
  const seed = testSeed(kind === 'sqlite' ? 20_261_122 : 8);
  const outcomes: Outcome[] = [];
  const mutations = new Map<MutationName, number>();
  const features = new Map<Feature, number>();
  let database: TestDatabase;
  let fresh: TestDatabase;

  beforeAll(async () => {
    [database, fresh] = [await createDatabase(kind), await createDatabase(kind)];
  });
  afterAll(async () => {
    recordFigures(`convergence on ${kind}`, { pairs: outcomes.length, seed, ...tally(outcomes) });
    await Promise.all([database.drop(), fresh.drop()]);
  });

  const pairs = randomPairs({
    dialect: kind === 'sqlite' ? 'sqlite' : 'postgresql',
    seed,
    count: counts[kind],
  });
  for (let from = 0; from < counts[kind]; from += chunk) {
    const count = Math.min(chunk, counts[kind] - from);
    test(`pairs ${from} to ${from + count - 1} of seed ${seed}`, { timeout: 600_000 }, async () => {
      const wrong: string[] = [];
      for (let i = 0; i < count; i++) {
        const { value: pair } = pairs.next();
        if (pair === undefined) break;
        const outcome = await converge({ ...pair, models: metadataOf(pair.B) }, database, fresh);
        outcomes.push(outcome);
        for (const each of new Set(pair.mutations)) mutations.set(each, (mutations.get(each) ?? 0) + 1);
        for (const each of pair.features) features.set(each, (features.get(each) ?? 0) + 1);
        if (!isRight(outcome)) wrong.push(`${pair.id} (${pair.mutations.join(', ')}): ${outcome.problem}`);
      }
      expect(wrong).toEqual([]);
    });
  }

  test('every pair was tried, and every kind of change with them', () => {
    expect(outcomes.length).toBe(counts[kind]);
    const least = Math.max(3, Math.floor(counts[kind] / 150));
    const wanted: readonly MutationName[] = [
      'addTable',
      'dropTable',
      'dropTableWithRefs',
      'addColumn',
      'dropColumn',
      'renameColumn',
      'toggleNullable',
      'changeType',
      'setDefault',
      'dropDefault',
      'changeDefault',
      'addUnique',
      'dropUnique',
      'addIndex',
      'dropIndex',
      'changeIndex',
      'addFk',
      'dropFk',
      'changeFkAction',
      'addCheck',
      'dropCheck',
      'changeCheck',
    ];
    if (counts[kind] >= 50)
      for (const each of wanted) expect(mutations.get(each) ?? 0, each).toBeGreaterThanOrEqual(least);
    expect(features.size).toBeGreaterThan(10);
    expect(outcomes.filter((each) => each.rowsKept !== null).length).toBeGreaterThan(counts[kind] * 0.8);
  });
});
