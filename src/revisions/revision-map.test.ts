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
    ['a revision that follows itself', ['a01 < a01'], 'REVISION_LOOP', 'LoopDetected', "'a01'"],
    [
      'a revision that depends on itself',
      ['a01 ~ a01'],
      'DEPENDENCY_LOOP',
      'DependencyLoopDetected',
      "'a01'",
    ],
    [
      'a label given by two',
      ['a01 #x', 'b01 #x'],
      'LABEL_IN_USE',
      'RevisionError',
      "revision 'a01' gives already",
    ],
    ['a label given twice', ['a01 #x x'], 'LABEL_IN_USE', 'RevisionError', "'a01'"],
    [
      'a label that is an id',
      ['a01', 'b01 #a01'],
      'LABEL_IN_USE',
      'RevisionError',
      'is the id of a revision',
    ],
    [
      'a missing down revision',
      ['base1', 'b01 < base2'],
      'DOWN_REVISION_MISSING',
      'RevisionError',
      "did you mean 'base1'",
    ],
    [
      'a label as down revision',
      ['a01 #api', 'b01 < api'],
      'DOWN_REVISION_MISSING',
      'RevisionError',
      "branch label of 'a01'",
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
      ['a01 < c01', 'b01 < a01', 'c01 < b01', 'd01'],
      'REVISION_CYCLE',
      'CycleDetected',
      "'a01' -> 'c01' -> 'b01' -> 'a01'",
    ],
    [
      'a circle between head and base',
      ['a01', 'b01 < a01 c01', 'c01 < b01', 'd01 < c01'],
      'REVISION_CYCLE',
      'CycleDetected',
      "'b01' -> 'c01' -> 'b01'",
    ],
    [
      'a circle by dependencies',
      ['a01 ~ b01', 'b01 < a01'],
      'DEPENDENCY_CYCLE',
      'DependencyCycleDetected',
      "'a01' -> 'b01' -> 'a01'",
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
    const map = mapOf('a01', 'b01 < a01 #old', 'c01 < a01', 'b01 < c01 #new');
    expect(map.warnings).toEqual([expect.stringContaining("'b01'")]);
    expect(map.revisions.map((revision) => revision.revision)).toEqual(['a01', 'b01', 'c01']);
    expect(map.heads).toEqual(['b01']);
    expect(map.getRevision('b01')!.downRevision).toBe('c01');
    expect(map.getRevision('new')!.revision).toBe('b01');
    expect(failure(() => map.getRevision('old')).code).toBe('REVISION_NOT_FOUND');
  });

  it('keeps Revision objects, of which only the own labels count', () => {
    class Page extends Revision {
      readonly title = `page ${this.revision}`;
    }
    const pages = specs('a01 #api', 'b01 < a01').map((spec) => new Page(spec));
    const first = new RevisionMap<Page>(pages);
    expect(first.getRevision('head')).toBe(pages[1]);
    expect(first.getRevision('head')!.title).toBe('page b01');
    expect([...pages[1]!.branchLabels]).toEqual(['api']);

    const third = new Page({ revision: 'c01', downRevision: 'b01' });
    const second = new RevisionMap<Page>([...pages, third]);
    expect(second.heads).toEqual(['c01']);
    expect([...third.branchLabels]).toEqual(['api']);
    expect([...pages[1]!.nextrev]).toEqual(['c01']);
    expect([...pages[1]!.ownBranchLabels]).toEqual([]);
    // the first map plans on, by what it was given
    expect(first.heads).toEqual(['b01']);
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
  const map = mapOf('a01', 'b01 < a01', 'c01 < a01 #api', 'd01 < b01 c01', 'e01 ~ b01', 'f01 ~ e01');

  it('lists heads and bases, with and without dependencies, in load order', () => {
    expect(map.heads).toEqual(['d01', 'e01', 'f01']);
    expect(map.realHeads).toEqual(['d01', 'f01']);
    expect(map.bases).toEqual(['a01', 'e01', 'f01']);
    expect(map.realBases).toEqual(['a01']);
    expect(map.branchPoints.map(String)).toEqual(['<base> -> a01 (branchpoint), ']);
    expect(map.mergePoints.map((revision) => revision.revision)).toEqual(['d01']);
    expect(map.has('a01')).toBe(true);
    expect(map.has('api')).toBe(false);
    expect([...map]).toHaveLength(6);
  });

  it('leaves out dependencies that an ancestor has too', () => {
    const other = mapOf(
      'a01',
      'x01',
      'y01',
      'b01 < a01 ~ x01',
      'c01 < b01 ~ x01 y01',
      'd01 < c01 ~ y01',
      'e01 ~ x01',
    );
    const normalized = (id: string): readonly string[] => other.getRevision(id)!.normalizedDownRevisions;
    expect(normalized('b01')).toEqual(['a01', 'x01']);
    expect(normalized('c01')).toEqual(['b01', 'y01']);
    expect(normalized('d01')).toEqual(['c01']);
    expect(normalized('e01')).toEqual(['x01']);
  });

  it('tells what is current on each branch', () => {
    const current = (...rows: string[]): string[] =>
      map
        .getAllCurrent(rows)
        .map((revision) => revision.revision)
        .sort();
    expect(current('f01')).toEqual(['b01', 'e01', 'f01']);
    expect(current('d01', 'e01')).toEqual(['d01', 'e01']);
    expect(current()).toEqual([]);
  });
});

describe('branch labels', () => {
  const labels = (map: RevisionMap, id: string): string[] => [...map.getRevision(id)!.branchLabels].sort();

  it('flow up through merges, and down on the last straight stretch', () => {
    const map = mapOf(
      'a01',
      'b01 < a01',
      'c01 < b01',
      'd01 < c01 #api',
      'e01 < d01',
      'x01 < a01 #side',
      'y01 < x01',
    );
    expect(labels(map, 'e01')).toEqual(['api']);
    expect(labels(map, 'b01')).toEqual(['api']);
    expect(labels(map, 'a01')).toEqual([]);
    expect(labels(map, 'y01')).toEqual(['side']);

    const merged = mapOf('a01', 'b01 < a01 #left', 'c01 < a01 #right', 'm01 < b01 c01', 'n01 < m01 #top');
    expect(labels(merged, 'm01')).toEqual(['left', 'right']);
    expect(labels(merged, 'n01')).toEqual(['left', 'right', 'top']);
    expect(labels(merged, 'c01')).toEqual(['right']);
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
    ['abd', 'REVISION_NOT_FOUND', 'ResolutionError', "Is it 'abc'"],
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
  const map = mapOf('a01', 'b01 < a01', 'c01 < b01 #api', 'd01 < c01', 'x01');
  const history = (range?: string, rows?: string[]): string[] =>
    [...map.history(range, rows)].map((revision) => revision.revision);

  it('are walked newest first, with both ends', () => {
    expect(history()).toEqual(['d01', 'c01', 'b01', 'a01', 'x01']);
    expect(history('b01:d01')).toEqual(['d01', 'c01', 'b01']);
    expect(history('c01:')).toEqual(['d01', 'c01']);
    expect(history(':b01')).toEqual(['b01', 'a01']);
    expect(history('b01:b01+1')).toEqual(['c01', 'b01']);
    expect(history('a01:api@head')).toEqual(['d01', 'c01', 'b01', 'a01']);
    expect([...map.walk('b01', 'd01')].map((revision) => revision.revision)).toEqual(['d01', 'c01', 'b01']);
  });

  it('keep to a branch that the lower end names', () => {
    const branches = mapOf('a01', 'b01 < a01 #left', 'c01 < a01 #right', 'd01 < c01', 'e01');
    const walk = (base: string, head: string): string[] =>
      [...branches.walk(base, head)].map(({ revision }) => revision);
    expect(walk('left@base', 'heads')).toEqual(['b01', 'a01']);
    expect(walk('c01@base', 'heads')).toEqual(['d01', 'c01', 'a01']);
    expect(walk('right@-1', 'heads')).toEqual(['d01', 'c01']);
    expect(failure(() => walk('e01@base', 'heads'))).toMatchObject({
      code: 'BRANCH_NOT_FOUND',
      cause: 'RevisionError',
    });
    expect(failure(() => walk('left@base', 'd01-9'))).toMatchObject({ code: 'RELATIVE_REVISION' });
  });

  it('hold what only a dependency through another branch joins, where Alembic fails', () => {
    const woven = mapOf('c01', 'z01 < c01', 'w01 ~ z01', 't01 < w01', 'u01 < c01 ~ w01');
    const walk = (head: string): string[] => [...woven.walk('c01', head)].map(({ revision }) => revision);
    expect(walk('t01')).toEqual(['z01', 'c01']);
    expect(walk('u01')).toEqual(['u01', 'z01', 'c01']);
  });

  it('count a lower end that leads past the base from the upper end', () => {
    const line = mapOf('a01 #x', 'b01 < a01', 'c01 < b01');
    const walk = (base: string, head: string): string[] =>
      [...line.walk(base, head)].map(({ revision }) => revision);
    expect(walk('x@-9', 'b01')).toEqual(['b01', 'a01']);
    expect(failure(() => walk('-9', 'x@b01'))).toMatchObject({ code: 'REVISION_NOT_FOUND' });
  });

  it('may begin and end with what is current', () => {
    expect(history('current:', ['c01'])).toEqual(['d01', 'c01']);
    expect(history(':current', ['b01', 'x01'])).toEqual(['b01', 'a01', 'x01']);
    expect(history('current:current', ['b01'])).toEqual(['b01']);
    expect(history(':current', [])).toEqual([]);
    expect(history('current:', [])).toEqual(['d01', 'c01', 'b01', 'a01', 'x01']);
  });

  it.each([
    ['b01', 'HISTORY_RANGE', ''],
    ['a01:b01:c01', 'HISTORY_RANGE', ''],
    ['d01:b01', 'NOT_AN_ANCESTOR', 'RangeNotAncestorError'],
    ['x01:d01', 'NOT_AN_ANCESTOR', 'RangeNotAncestorError'],
    [':nosuch', 'REVISION_NOT_FOUND', 'ResolutionError'],
    ['base:head', 'MULTIPLE_HEADS', 'MultipleHeads'],
  ])('are refused: %s', (range, code, cause) => {
    expect(failure(() => map.history(range))).toMatchObject({ code, cause });
  });
});
