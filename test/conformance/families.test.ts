import { afterAll, beforeAll, expect, test } from 'vitest';
import { MetaData } from '../../src/schema/index.ts';
import { Random, testSeed } from '../generators/random.ts';
import {
  type Family,
  type FamilyMutation,
  familyDdl,
  familyModels,
  familyMutations,
  mutateFamily,
  randomFamily,
} from '../generators/random-families.ts';
import { createDatabase, type DatabaseKind, describeOn, type TestDatabase } from '../support/databases.ts';
import { recordFigures } from '../support/figures.ts';
import { converge, isRight, type Outcome, tally } from './converge.ts';

const full = process.env.ALEMBIC_TEST_FULL === '1';
const counts: { readonly [Kind in DatabaseKind]?: number } = {
  postgresql: full ? 500 : 60,
  'postgresql-server': full ? 200 : 10,
};

describeOn(['postgresql', 'postgresql-server'], 'random families of tables converge', (kind) => {
  const seed = testSeed(11);
  const count = counts[kind] ?? 0;
  let database: TestDatabase;
  let fresh: TestDatabase;
  beforeAll(async () => {
    [database, fresh] = [await createDatabase(kind), await createDatabase(kind)];
  });
  afterAll(() => Promise.all([database.drop(), fresh.drop()]));

  test(`${count} pairs of seed ${seed}`, { timeout: 1_800_000 }, async () => {
    const random = new Random(seed);
    const outcomes: Outcome[] = [];
    const wrong: string[] = [];
    const made = new Map<FamilyMutation, number>();
    while (outcomes.length < count) {
      const a = randomFamily(random);
      let b: Family = a;
      const mutations = new Set<FamilyMutation>();
      for (let i = random.whole(1, 5); i > 0; i--) {
        const [next, mutation] = mutateFamily(b, random);
        b = next;
        if (mutation !== null) mutations.add(mutation);
      }
      const [ddlA, ddlB] = [familyDdl(a), familyDdl(b)];
      if (JSON.stringify(ddlA) === JSON.stringify(ddlB)) continue;
      const repeats = new Map<string, boolean>();
      const repeat = (table: string): boolean => {
        if (!repeats.has(table)) repeats.set(table, random.chance(0.5));
        return repeats.get(table) === true;
      };
      const id = `pair ${outcomes.length}`;
      const outcome = await converge(
        { id, ddlA, ddlB, models: new MetaData(familyModels(b, repeat)) },
        database,
        fresh,
      );
      outcomes.push(outcome);
      for (const each of mutations) made.set(each, (made.get(each) ?? 0) + 1);
      if (!isRight(outcome))
        wrong.push(
          `${id} (${[...mutations].join(', ')}): ${outcome.problem}\n${ddlA.join(';\n')}\n->\n${ddlB.join(';\n')}`,
        );
    }
    recordFigures(`families on ${kind}`, { pairs: outcomes.length, seed, ...tally(outcomes) });
    expect(wrong).toEqual([]);
    const least = Math.floor(count / 100);
    for (const each of familyMutations) expect(made.get(each) ?? 0, each).toBeGreaterThanOrEqual(least);
  });
});
