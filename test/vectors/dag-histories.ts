import type { RevisionSpec } from '../../src/revisions/index.ts';

/** Histories of about `size` revisions, by shape: each is hard in its own way. */
export const shapes: Readonly<Record<string, (size: number) => RevisionSpec[]>> = {
  /** one after the other */
  line: (size) => range(size).map((i) => spec(i, i === 0 ? [] : [i - 1])),

  /** the newest file first */
  'line, loaded backwards': (size) => shapes.line!(size).reverse(),

  /** two revisions, then their merge, again and again */
  'ladder of merges': (size) =>
    range(size).map((i) => spec(i, i % 3 === 2 ? [i - 1, i - 2] : i < 3 ? [] : [i - (i % 3) - 1])),

  /** very many heads on one base */
  star: (size) => range(size).map((i) => spec(i, i === 0 ? [] : [0])),

  /** very many branches, merged by one revision */
  'star and its merge': (size) => [
    ...shapes.star!(size - 1),
    spec(
      size - 1,
      range(size - 2).map((i) => i + 1),
    ),
  ],

  /** long branches on one base */
  comb: (size) => {
    const length = Math.floor(Math.sqrt(size));
    return range(size).map((i) => spec(i, i === 0 ? [] : i <= length ? [0] : [i - length]));
  },

  /** each revision has two next ones */
  tree: (size) => range(size).map((i) => spec(i, i === 0 ? [] : [(i - 1) >> 1])),

  /** two branches, each revision of one depends on one of the other */
  'two branches, bound together': (size) =>
    range(size).map((i) => spec(i, i < 2 ? [] : [i - 2], i % 2 === 0 ? [] : [i - 1])),

  /** two branches, where a dependency is shared by revisions far apart */
  'shared dependencies': (size) => {
    const quarter = Math.max(1, Math.floor(size / 4));
    return range(size).map((i) =>
      spec(i, i < 2 ? [] : [i - 2], i % 2 === 0 ? [] : [((i - 1) % quarter) & ~1]),
    );
  },

  /** one line, every tenth revision with a label of its own branch at the side */
  'labelled branches': (size) =>
    range(size).map((i) => ({
      ...spec(i, i === 0 ? [] : i % 1000 === 999 ? [] : [i - 1]),
      branchLabels: i % 1000 === 999 ? `label${i}` : null,
    })),

  /** merges and dependencies at random, among the newest fifty */
  'random, narrow': (size) => random(size, 50),

  /** merges and dependencies at random, among all */
  'random, wide': (size) => random(size, size),
};

function range(size: number): number[] {
  return Array.from({ length: size }, (_, i) => i);
}

function spec(number: number, down: readonly number[], dependsOn: readonly number[] = []): RevisionSpec {
  const id = (i: number): string => `rev${i}`;
  return { revision: id(number), downRevision: down.map(id), dependsOn: dependsOn.map(id) };
}

function random(size: number, reach: number): RevisionSpec[] {
  let seed = 12345;
  const next = (below: number): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    return Math.floor((seed / 0x80000000) * below);
  };
  return range(size).map((i) => {
    const older = (): number => i - 1 - next(Math.min(i, reach));
    if (i === 0 || next(100) < 2) return spec(i, []);
    const down = [...new Set(next(10) < 3 ? [older(), older()] : [older()])];
    return spec(i, down, next(10) < 1 ? [older()] : []);
  });
}
