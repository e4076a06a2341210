import { describe, expect, it } from 'vitest';
import { CommandError } from '../errors.ts';
import { Revision, type RevisionSpec } from './revision.ts';
import { RevisionMap } from './revision-map.ts';

/** `'b < a'` follows a, `'c < a b'` merges, `'d'` is a base, `'e < a ~ d'` depends on d, `'f < a #api'` is labelled. */
function specs(...lines: string[]): RevisionSpec[] {
  return lines.map((line) => {
    const part = (sign: string): string[] => {
      const [, rest = ''] = line.split(sign);
      return rest.split(/[<~#]/, 1)[0]!.split(' ').filter(Boolean);
    };
    return {
      revision: line.split(' ', 1)[0]!,
      downRevision: part('<'),
      dependsOn: part('~'),
      branchLabels: part('#'),
    };
  });
}

function mapOf(...lines: string[]): RevisionMap {
  return new RevisionMap(specs(...lines));
}

/** The CommandError that comes, with the class of its direct cause. */
function failure(work: () => unknown): { code: string; cause: string; message: string; details: unknown } {
  try {
    work();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const { code, message, details } = error;
    return { code, cause: (error.cause as Error | undefined)?.name ?? '', message, details };
  }
  throw new Error('nothing was thrown');
}

describe('loading a history', () => {
  it.each([
    ['an id with a sign', ['a@b'], 'REVISION_ID', 'RevisionError', "'a@b'"],
    ['a revision that follows itself', ['a1 < a1'], 'REVISION_LOOP', 'LoopDetected', "'a1'"],
    ['a revision that depends on itself', ['a1 ~ a1'], 'DEPENDENCY_LOOP', 'DependencyLoopDetected', "'a1'"],
    [
      'a label given by two',
      ['a1 #x', 'b1 #x'],
      'LABEL_IN_USE',
      'RevisionError',
      "revision 'a1' gives already",
    ],
    ['a label given twice', ['a1 #x x'], 'LABEL_IN_USE', 'RevisionError', "'a1'"],
    ['a label that is an id', ['a1', 'b1 #a1'], 'LABEL_IN_USE', 'RevisionError', 'is the id of a revision'],
    [
      'a missing down revision',
      ['base1', 'b1 < base2'],
      'DOWN_REVISION_MISSING',
      'RevisionError',
      "did you mean 'base1'",
    ],
    [
      'a label as down revision',
      ['a1 #api', 'b1 < api'],
      'DOWN_REVISION_MISSING',
      'RevisionError',
      "branch label of 'a1'",
    ],
    [
      'a missing dependency',
      ['abcd1234 ~ abcd'],
      'DEPENDENCY_MISSING',
      'RevisionError',
      'whole ids or labels',
    ],
    [
      'a circle',
      ['a1 < c1', 'b1 < a1', 'c1 < b1', 'd1'],
      'REVISION_CYCLE',
      'CycleDetected',
      "'a1' -> 'c1' -> 'b1' -> 'a1'",
    ],
    [
      'a circle between head and base',
      ['a1', 'b1 < a1 c1', 'c1 < b1', 'd1 < c1'],
      'REVISION_CYCLE',
      'CycleDetected',
      "'b1' -> 'c1' -> 'b1'",
    ],
    [
      'a circle by dependencies',
      ['a1 ~ b1', 'b1 < a1'],
      'DEPENDENCY_CYCLE',
      'DependencyCycleDetected',
      "'a1' -> 'b1' -> 'a1'",
    ],
  ])('refuses %s', (_, lines, code, cause, message) => {
    const error = failure(() => mapOf(...lines));
    expect(error).toMatchObject({ code, cause });
    expect(error.message).toContain(message);
  });

  it('shows a long circle in part, and holds it in whole', () => {
    const lines = Array.from({ length: 40 }, (_, i) => `r${i} < r${(i + 1) % 40}`);
    const error = failure(() => mapOf(...lines));
    expect(error.message.length).toBeLessThan(250);
    expect((error.details as { revisions: string[] }).revisions).toHaveLength(40);
  });

  it('lists an id that is given twice once, in its first place; the last one wins', () => {
    const map = mapOf('a1', 'b1 < a1 #old', 'c1 < a1', 'b1 < c1 #new');
    expect(map.warnings).toEqual([expect.stringContaining("'b1'")]);
    expect(map.revisions.map((revision) => revision.revision)).toEqual(['a1', 'b1', 'c1']);
    expect(map.heads).toEqual(['b1']);
    expect(map.getRevision('b1')!.downRevision).toBe('c1');
    expect(map.getRevision('new')!.revision).toBe('b1');
    expect(failure(() => map.getRevision('old')).code).toBe('REVISION_NOT_FOUND');
  });

  it('keeps Revision objects, of which only the own labels count', () => {
    class Page extends Revision {
      readonly title = `page ${this.revision}`;
    }
    const pages = specs('a1 #api', 'b1 < a1').map((spec) => new Page(spec));
    const first = new RevisionMap<Page>(pages);
    expect(first.getRevision('head')).toBe(pages[1]);
    expect(first.getRevision('head')!.title).toBe('page b1');
    expect([...pages[1]!.branchLabels]).toEqual(['api']);

    const third = new Page({ revision: 'c1', downRevision: 'b1' });
    const second = new RevisionMap<Page>([...pages, third]);
    expect(second.heads).toEqual(['c1']);
    expect([...third.branchLabels]).toEqual(['api']);
    expect([...pages[1]!.nextrev]).toEqual(['c1']);
    expect([...pages[1]!.ownBranchLabels]).toEqual([]);
    // the first map plans on, by what it was given
    expect(first.heads).toEqual(['b1']);
  });

  it('has no trouble with ids that are names in JavaScript, or not ASCII', () => {
    const ids = ['__proto__', 'constructor', 'toString', "o'clock", '数据', '🙂🙂🙂🙂', 'a b'];
    const map = new RevisionMap(
      ids.map((revision, i) => ({ revision, downRevision: ids[i - 1] ?? null, branchLabels: [`l${i}`] })),
    );
    expect(map.heads).toEqual(['a b']);
    expect(map.getRevision('__proto__')!.revision).toBe('__proto__');
    expect(map.getRevision('cons')!.revision).toBe('constructor');
    expect(failure(() => map.getRevision('hasOwnProperty')).code).toBe('REVISION_NOT_FOUND');
    expect([...map.walk('toString', '数据')].map((revision) => revision.revision)).toEqual([
      '数据',
      "o'clock",
      'toString',
    ]);
  });
});

describe('what a map knows', () => {
  const map = mapOf('a1', 'b1 < a1', 'c1 < a1 #api', 'd1 < b1 c1', 'e1 ~ b1', 'f1 ~ e1');

  it('lists heads and bases, with and without dependencies, in load order', () => {
    expect(map.heads).toEqual(['d1', 'e1', 'f1']);
    expect(map.realHeads).toEqual(['d1', 'f1']);
    expect(map.bases).toEqual(['a1', 'e1', 'f1']);
    expect(map.realBases).toEqual(['a1']);
    expect(map.branchPoints.map(String)).toEqual(['<base> -> a1 (branchpoint), ']);
    expect(map.mergePoints.map((revision) => revision.revision)).toEqual(['d1']);
    expect(map.has('a1')).toBe(true);
    expect(map.has('api')).toBe(false);
    expect([...map]).toHaveLength(6);
  });

  it('leaves out dependencies that an ancestor has too', () => {
    const other = mapOf('a1', 'x1', 'y1', 'b1 < a1 ~ x1', 'c1 < b1 ~ x1 y1', 'd1 < c1 ~ y1', 'e1 ~ x1');
    const normalized = (id: string): readonly string[] => other.getRevision(id)!.normalizedDownRevisions;
    expect(normalized('b1')).toEqual(['a1', 'x1']);
    expect(normalized('c1')).toEqual(['b1', 'y1']);
    expect(normalized('d1')).toEqual(['c1']);
    expect(normalized('e1')).toEqual(['x1']);
  });

  it('tells what is current on each branch', () => {
    const current = (...rows: string[]): string[] =>
      map
        .getAllCurrent(rows)
        .map((revision) => revision.revision)
        .sort();
    expect(current('f1')).toEqual(['b1', 'e1', 'f1']);
    expect(current('d1', 'e1')).toEqual(['d1', 'e1']);
    expect(current()).toEqual([]);
  });
});

describe('branch labels', () => {
  const labels = (map: RevisionMap, id: string): string[] => [...map.getRevision(id)!.branchLabels].sort();

  it('flow up through merges, and down on the last straight stretch', () => {
    const map = mapOf('a1', 'b1 < a1', 'c1 < b1', 'd1 < c1 #api', 'e1 < d1', 'x1 < a1 #side', 'y1 < x1');
    expect(labels(map, 'e1')).toEqual(['api']);
    expect(labels(map, 'b1')).toEqual(['api']);
    expect(labels(map, 'a1')).toEqual([]);
    expect(labels(map, 'y1')).toEqual(['side']);

    const merged = mapOf('a1', 'b1 < a1 #left', 'c1 < a1 #right', 'm1 < b1 c1', 'n1 < m1 #top');
    expect(labels(merged, 'm1')).toEqual(['left', 'right']);
    expect(labels(merged, 'n1')).toEqual(['left', 'right', 'top']);
    expect(labels(merged, 'c1')).toEqual(['right']);
  });
});

describe('symbols', () => {
  const map = mapOf(
    'ab12cd',
    'ab34cd < ab12cd #api',
    'ab56cd < ab34cd',
    'xy12 < ab12cd #web',
    'xy34 < xy12',
    'abc',
  );
  const ids = (symbol: string | string[]): (string | undefined)[] =>
    map.getRevisions(symbol).map((revision) => revision?.revision);

  it('mean what they say', () => {
    expect(ids('heads')).toEqual(['ab56cd', 'xy34', 'abc']);
    expect(ids('base')).toEqual([]);
    expect(map.getRevision('base')).toBeNull();
    expect(map.getRevision(null)).toBeNull();
    expect(ids('api@head')).toEqual(['ab56cd']);
    expect(ids('xy12@heads')).toEqual(['xy34']);
    expect(ids('web')).toEqual(['xy12']);
    expect(ids('ab34')).toEqual(['ab34cd']);
    expect(ids(['ab34', 'api@head'])).toEqual(['ab34cd', 'ab56cd']);
    expect(ids('api@-1')).toEqual(['ab34cd']);
    expect(ids('web@ab12')).toEqual(['ab12cd']);
    expect(map.asRevisionNumber('heads')).toEqual(['ab56cd', 'xy34', 'abc']);
    expect(map.asRevisionNumber('api@head')).toBe('ab56cd');
    expect(map.asRevisionNumber('base')).toBeNull();
    expect(map.asRevisionNumber('ab34+1')).toBe('ab34+1');
  });

  it.each([
    ['head', 'MULTIPLE_HEADS', 'MultipleHeads', "'ab56cd', 'xy34', 'abc'"],
    ['ab1', 'REVISION_NOT_FOUND', 'ResolutionError', 'abc'],
    ['ab', 'REVISION_AMBIGUOUS', 'ResolutionError', "'ab12cd', 'ab34cd', 'ab56cd'"],
    ['xz34', 'REVISION_NOT_FOUND', 'ResolutionError', "Is it 'xy34'"],
    ['zz', 'REVISION_NOT_FOUND', 'ResolutionError', ''],
    ['wob@head', 'REVISION_NOT_FOUND', 'ResolutionError', "Is it 'web'"],
    ['wob@ab12', 'BRANCH_NOT_FOUND', 'ResolutionError', "Is it 'web'"],
    ['web@ab34cd', 'NOT_ON_BRANCH', 'ResolutionError', "'web'"],
    ['', 'REVISION_NOT_FOUND', 'ResolutionError', ''],
  ])('refuse: %j', (symbol, code, cause, message) => {
    const error = failure(() => map.getRevision(symbol));
    expect(error).toMatchObject({ code, cause });
    expect(error.message).toContain(message);
  });

  it('refuse what is no text', () => {
    expect(failure(() => map.getRevision(12 as unknown as string))).toMatchObject({
      code: 'REVISION',
      cause: 'RevisionError',
    });
  });

  it('get the one head, of all or of a branch', () => {
    expect(map.getCurrentHead('api')).toBe('ab56cd');
    expect(failure(() => map.getCurrentHead())).toMatchObject({
      code: 'MULTIPLE_HEADS',
      cause: 'MultipleHeads',
    });
    expect(new RevisionMap([]).getCurrentHead()).toBeNull();
  });

  it('filter by lineage', () => {
    const all = map.revisions;
    const kept = map.filterForLineage(all, 'web').map((revision) => revision.revision);
    expect(kept).toEqual(['ab12cd', 'xy12', 'xy34']);
    expect(map.filterForLineage(all, 'base')).toEqual(all);
  });
});

describe('ranges', () => {
  const map = mapOf('a1', 'b1 < a1', 'c1 < b1 #api', 'd1 < c1', 'x1');
  const history = (range?: string, rows?: string[]): string[] =>
    [...map.history(range, rows)].map((revision) => revision.revision);

  it('are walked newest first, with both ends', () => {
    expect(history()).toEqual(['d1', 'c1', 'b1', 'a1', 'x1']);
    expect(history('b1:d1')).toEqual(['d1', 'c1', 'b1']);
    expect(history('c1:')).toEqual(['d1', 'c1']);
    expect(history(':b1')).toEqual(['b1', 'a1']);
    expect(history('b1:b1+1')).toEqual(['c1', 'b1']);
    expect(history('a1:api@head')).toEqual(['d1', 'c1', 'b1', 'a1']);
    expect([...map.walk('b1', 'd1')].map((revision) => revision.revision)).toEqual(['d1', 'c1', 'b1']);
  });

  it('may begin and end with what is current', () => {
    expect(history('current:', ['c1'])).toEqual(['d1', 'c1']);
    expect(history(':current', ['b1', 'x1'])).toEqual(['b1', 'a1', 'x1']);
    expect(history('current:current', ['b1'])).toEqual(['b1']);
    expect(history(':current', [])).toEqual([]);
    expect(history('current:', [])).toEqual(['d1', 'c1', 'b1', 'a1', 'x1']);
  });

  it.each([
    ['b1', 'HISTORY_RANGE', ''],
    ['a1:b1:c1', 'HISTORY_RANGE', ''],
    ['d1:b1', 'NOT_AN_ANCESTOR', 'RangeNotAncestorError'],
    ['x1:d1', 'NOT_AN_ANCESTOR', 'RangeNotAncestorError'],
    [':nosuch', 'REVISION_NOT_FOUND', 'ResolutionError'],
    ['base:head', 'MULTIPLE_HEADS', 'MultipleHeads'],
  ])('are refused: %s', (range, code, cause) => {
    expect(failure(() => map.history(range))).toMatchObject({ code, cause });
  });
});
