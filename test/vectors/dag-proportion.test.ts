import { describe, expect, it } from 'vitest';
import { planDowngrade, planUpgrade, RevisionMap, type RevisionSpec } from '../../src/revisions/index.ts';
import { shapes } from './dag-histories.ts';

/** Nodes looked at when a history is loaded, upgraded from nothing, walked, and downgraded again. */
function visits(specs: readonly RevisionSpec[]): number {
  const map = new RevisionMap(specs);
  const steps = planUpgrade(map, [], 'heads');
  expect(steps).toHaveLength(specs.length);
  expect([...map.walk()]).toHaveLength(specs.length);
  expect(planDowngrade(map, steps.at(-1)!.headsAfter, 'base')).toHaveLength(specs.length);
  return map.graph.visits;
}

describe('work on the graph of revisions', () => {
  it.each(Object.entries(shapes))('stays in proportion: %s', (_, make) => {
    const [once, twice] = [visits(make(3_000)), visits(make(6_000))];
    expect(once).toBeGreaterThan(3_000);
    expect(twice / once).toBeLessThan(2.3);
  });

  it('is about what changes, not about what is long done', () => {
    const map = new RevisionMap(shapes.line!(20_000));
    const loading = map.graph.visits;
    planUpgrade(map, ['rev19998'], 'heads');
    // what is applied is looked at once to see that nothing of it is missing, and once as what the target needs
    expect(map.graph.visits - loading).toBeLessThan(3 * 20_000);
  });

  it.each([
    ['a line of 100,000', shapes.line!(100_000)],
    ['5,000 merges one above the other', shapes['ladder of merges']!(15_000)],
  ])('needs no deep stack: %s', (_, specs) => {
    const map = new RevisionMap(specs);
    const steps = planUpgrade(map, [], 'head');
    expect(steps).toHaveLength(specs.length);
    expect(steps.at(-1)!.headsAfter).toEqual(map.heads);
    expect(map.getRevision(`${map.bases[0]}@head`)!.revision).toBe(map.heads[0]);
    expect(planDowngrade(map, map.heads, map.bases[0]!)).toHaveLength(specs.length - map.bases.length);
  });
});
