import { describe, expect, it } from 'vitest';
import { DependencyCycleDetected, DependencyLoopDetected, LoopDetected, RevisionError } from '../errors.ts';
import { Revision } from './revision.ts';
import { RevisionMap } from './revision-map.ts';

describe('Revision', () => {
  it('holds names as a file would', () => {
    const revision = new Revision({
      revision: 'r2',
      downRevision: ['r1'],
      dependsOn: [],
      branchLabels: ['api', 'v2'],
    });
    expect(revision).toMatchObject({
      downRevision: 'r1',
      dependsOn: null,
      isBase: false,
      isMergePoint: false,
    });
    expect([...revision.ownBranchLabels]).toEqual(['api', 'v2']);
    expect(new Revision({ revision: 'r3', downRevision: ['r1', 'r2'] })).toMatchObject({
      downRevision: ['r1', 'r2'],
      isMergePoint: true,
    });
  });

  it('is a head with its own labels as long as no map holds it', () => {
    const revision = new Revision({ revision: 'r1', downRevision: null, branchLabels: 'api' });
    expect(revision).toMatchObject({ isHead: true, isRealHead: true, isBase: true, isRealBase: true });
    expect([...revision.branchLabels]).toEqual(['api']);
    expect([...revision.nextrev]).toEqual([]);
  });

  it.each(['a@b', 'a-b', 'a+b', 'a:b', ''])('refuses the id %j', (id) => {
    expect(() => new Revision({ revision: id, downRevision: null })).toThrow(
      expect.objectContaining({ code: 'REVISION_ID', name: 'RevisionError' }),
    );
  });

  it('refuses an id that is no text', () => {
    expect(() => new Revision({ revision: 7 as unknown as string, downRevision: null })).toThrow(
      expect.objectContaining({ code: 'REVISION_ID' }),
    );
  });

  it('refuses to stand on itself', () => {
    const own = catchError(() => new Revision({ revision: 'r1', downRevision: ['r0', 'r1'] }));
    expect(own).toBeInstanceOf(LoopDetected);
    expect(own).not.toBeInstanceOf(DependencyLoopDetected);
    expect(own).toMatchObject({ code: 'REVISION_LOOP', details: { revision: 'r1' } });

    const dependency = catchError(
      () => new Revision({ revision: 'r1', downRevision: null, dependsOn: 'r1' }),
    );
    expect(dependency).toMatchObject({ code: 'DEPENDENCY_LOOP', name: 'DependencyLoopDetected' });
    // a loop of either kind, as in Alembic
    for (const Kind of [DependencyLoopDetected, DependencyCycleDetected, LoopDetected, RevisionError]) {
      expect(dependency).toBeInstanceOf(Kind);
    }
  });

  it('takes the first paragraph of its text as its short form', () => {
    const revision = new Revision({
      revision: 'r1',
      downRevision: null,
      doc: '\nadd users\nand roles\n\nBecause.\n',
    });
    expect(revision.doc).toBe('add users\nand roles');
    expect(revision.longdoc).toBe('add users\nand roles\n\nBecause.');
  });
});

describe('Revision.format', () => {
  const map = new RevisionMap([
    { revision: 'base1', downRevision: null, doc: 'begin' },
    { revision: 'left1', downRevision: 'base1', branchLabels: ['zoo', 'ant'], doc: 'left' },
    { revision: 'right1', downRevision: 'base1', doc: 'right' },
    { revision: 'merge1', downRevision: ['left1', 'right1'], dependsOn: 'side1', doc: 'both\n\nAt last.' },
    { revision: 'side1', downRevision: null, doc: 'side' },
  ]);
  const format = (id: string, options = {}): string => map.getRevision(id)!.format(options);

  it('tells heads, branch points and merge points', () => {
    expect(format('base1')).toBe('base1 (branchpoint)');
    expect(format('merge1')).toBe('merge1 (head) (mergepoint)');
    expect(format('side1')).toBe('side1 (effective head)');
    expect(format('merge1', { treeIndicators: false })).toBe('merge1 (head)');
    expect(format('merge1', { treeIndicators: false, headIndicators: false, current: true })).toBe('merge1');
    expect(format('left1', { current: true })).toBe('left1 (current)');
  });

  it('tells parents, labels in alphabetical order, and the doc text', () => {
    const all = { includeParents: true, includeBranches: true, includeDoc: true };
    expect(format('base1', all)).toBe('<base> -> base1 (branchpoint), begin');
    expect(format('left1', all)).toBe('base1 -> left1 (ant, zoo), left');
    expect(format('merge1', all)).toBe(
      'left1, right1 (side1) -> merge1 (ant, zoo) (head) (mergepoint), both',
    );
    expect(String(map.getRevision('right1'))).toBe('base1 -> right1, right');
  });

  it('tells everything in the verbose form', () => {
    expect(format('merge1', { verbose: true })).toBe(
      [
        'Rev: merge1 (head) (mergepoint)',
        'Merges: left1, right1',
        'Also depends on: side1',
        'Branch names: ant, zoo',
        '',
        '    both',
        '    ',
        '    At last.',
        '',
      ].join('\n'),
    );
    expect(format('base1', { verbose: true, current: true })).toContain(
      'Rev: base1 (branchpoint) (current)\nParent: <base>\nBranches into: left1, right1\n',
    );
  });
});

function catchError(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
