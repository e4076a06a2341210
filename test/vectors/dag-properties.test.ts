import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  planDowngrade,
  planRevision,
  planStamp,
  planUpgrade,
  RevisionMap,
  type RevisionSpec,
} from '../../src/revisions/index.ts';
import { applyChanges, DagModel } from './dag-model.ts';

/** Ids that would hurt whoever put them into an object, a regular expression or SQL, and plain ones. */
const idText = fc.oneof(
  { weight: 4, arbitrary: fc.stringMatching(/^[0-9a-f]{4,12}$/) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '__proto__',
      'constructor',
      "o'clock",
      '"',
      'ünï',
      '数据',
      '.*',
      '🙂 a',
      '%s',
      'a\nb',
    ),
  },
);

/** Histories without a fault: each revision needs only earlier ones, but the load order is any. */
const history: fc.Arbitrary<RevisionSpec[]> = fc
  .uniqueArray(idText, { minLength: 1, maxLength: 25 })
  .chain((ids) =>
    fc.tuple(
      ...ids.map((revision, i) => {
        const older = fc.subarray(ids.slice(0, i), { maxLength: Math.min(3, i) });
        const some = fc.oneof(
          { weight: 3, arbitrary: older.map((names) => names.slice(0, 1)) },
          { weight: 1, arbitrary: older },
        );
        const labels = fc.oneof(
          { weight: 5, arbitrary: fc.constant(null) },
          { weight: 1, arbitrary: fc.constant([`label ${i}`]) },
        );
        const none = fc.constant<string[]>([]);
        return fc.record({
          revision: fc.constant(revision),
          downRevision: some,
          dependsOn: fc.oneof({ weight: 3, arbitrary: none }, { weight: 1, arbitrary: older }),
          branchLabels: labels,
        });
      }),
    ),
  )
  .chain((specs) => fc.shuffledSubarray(specs, { minLength: specs.length, maxLength: specs.length }));

/** A history, and rows that its version table may hold. */
const state: fc.Arbitrary<{ specs: RevisionSpec[]; rows: string[] }> = history.chain((specs) =>
  fc.subarray(specs.map((spec) => spec.revision)).map((ids) => {
    const model = new DagModel(specs);
    return { specs, rows: model.rowsOf(model.closure(ids)) };
  }),
);

describe('plans on histories at random', () => {
  it('upgrade to the heads applies all that is missing, each after what it needs, with right rows at every step', () => {
    fc.assert(
      fc.property(state, ({ specs, rows }) => {
        const map = new RevisionMap(specs);
        const steps = planUpgrade(map, rows, 'heads');
        expect(new DagModel(specs).faultOf(steps, rows)).toBeNull();
        const after = steps.at(-1)?.headsAfter ?? rows;
        expect([...after].sort()).toEqual([...map.realHeads].sort());
      }),
      { numRuns: 500 },
    );
  });

  it('upgrade to any revision applies exactly what it needs', () => {
    fc.assert(
      fc.property(state, fc.nat(), ({ specs, rows }, pick) => {
        const target = specs[pick % specs.length]!.revision;
        const model = new DagModel(specs);
        const steps = planUpgrade(new RevisionMap(specs), rows, target);
        const applied = model.closure(rows);
        const missing = [...model.closure([target])].filter((id) => !applied.has(id));
        expect(steps.map((step) => step.revision).sort()).toEqual(missing.sort());
        expect(model.faultOf(steps, rows)).toBeNull();
      }),
      { numRuns: 500 },
    );
  });

  it('downgrade to the base takes everything back, each before what it needs', () => {
    fc.assert(
      fc.property(state, ({ specs, rows }) => {
        const steps = planDowngrade(new RevisionMap(specs), rows, 'base');
        expect(new DagModel(specs).faultOf(steps, rows)).toBeNull();
        expect(steps.at(-1)?.headsAfter ?? []).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('downgrade takes back what stands on the target, and an upgrade to the old rows brings it back', () => {
    fc.assert(
      fc.property(state, fc.nat(), ({ specs, rows }, pick) => {
        const model = new DagModel(specs);
        const applied = model.closure(rows);
        // what only dependencies stand on is no target for a downgrade
        const followed = new Set(
          specs.filter((spec) => applied.has(spec.revision)).flatMap((spec) => spec.downRevision),
        );
        const targets = [...applied].filter((id) => rows.includes(id) || followed.has(id));
        fc.pre(targets.length > 0);
        const target = targets[pick % targets.length]!;
        const map = new RevisionMap(specs);
        const down = planDowngrade(map, rows, target);
        expect(model.faultOf(down, rows)).toBeNull();

        const low = down.at(-1)?.headsAfter ?? rows;
        const back = planUpgrade(map, low, rows);
        expect(model.faultOf(back, low)).toBeNull();
        expect([...(back.at(-1)?.headsAfter ?? low)].sort()).toEqual([...rows].sort());
        expect(back.map((step) => step.revision).sort()).toEqual(down.map((step) => step.revision).sort());
      }),
      { numRuns: 500 },
    );
  });

  it('stamp of the heads ends where an upgrade does, and purge forgets what was there', () => {
    fc.assert(
      fc.property(state, ({ specs, rows }) => {
        const map = new RevisionMap(specs);
        const expected = [...map.realHeads].sort();
        const purged = planStamp(map, [...rows, 'an id that no file knows'], 'heads', { purge: true });
        expect([...purged.at(-1)!.headsAfter].sort()).toEqual(expected);
        const table = new Set([...rows, 'an id that no file knows']);
        for (const step of purged) expect(applyChanges(table, step.versionChanges)).toBeNull();
        expect([...table].sort()).toEqual(expected);
        const cleared = planStamp(map, rows, 'base');
        expect(cleared.at(-1)?.headsAfter ?? []).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('a new revision on the heads is the one head of the history that it joins', () => {
    fc.assert(
      fc.property(history, (specs) => {
        const planned = planRevision(new RevisionMap(specs), {
          revision: 'brand new',
          head: 'heads',
          splice: true,
        });
        const map = new RevisionMap([...specs, planned]);
        expect(map.realHeads).toEqual(['brand new']);
      }),
      { numRuns: 200 },
    );
  });

  it('a walk over everything is an upgrade backwards', () => {
    fc.assert(
      fc.property(history, (specs) => {
        const map = new RevisionMap(specs);
        const upgrade = planUpgrade(map, [], 'heads').map((step) => step.revision);
        expect([...map.walk()].map((revision) => revision.revision)).toEqual(upgrade.reverse());
      }),
      { numRuns: 200 },
    );
  });
});
