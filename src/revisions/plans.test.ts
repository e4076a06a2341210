import { describe, expect, it } from 'vitest';
import { CommandError } from '../errors.ts';
import {
  planDowngrade,
  planRevision,
  planStamp,
  planUpgrade,
  RevisionMap,
  type RevisionStep,
} from './index.ts';

/**
 *          ┌─ left1 ── left2 ─┐
 * root1 ───┤                  ├─ merge1        side1 ── side2, which depends on left1
 *          └─ right1 ─────────┘
 */
const map = new RevisionMap([
  { revision: 'root1', downRevision: null },
  { revision: 'left1', downRevision: 'root1', branchLabels: 'left' },
  { revision: 'left2', downRevision: 'left1' },
  { revision: 'right1', downRevision: 'root1', branchLabels: 'right' },
  { revision: 'merge1', downRevision: ['left2', 'right1'] },
  { revision: 'side1', downRevision: null, branchLabels: 'side' },
  { revision: 'side2', downRevision: 'side1', dependsOn: 'left1' },
]);

function changes(steps: readonly RevisionStep[]): unknown[] {
  return steps.map(({ revision, versionChanges }) => [revision, versionChanges]);
}

function failure(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(CommandError);
    return {
      code: (error as CommandError).code,
      cause: ((error as CommandError).cause as Error | undefined)?.name,
    };
  }
  throw new Error('nothing was thrown');
}

const nothing = { delete: [], insert: [], update: [] };

describe('planUpgrade', () => {
  it('inserts, updates and merges rows', () => {
    const steps = planUpgrade(map, [], 'merge1');
    expect(changes(steps)).toEqual([
      ['root1', { ...nothing, insert: ['root1'] }],
      ['right1', { ...nothing, update: [['root1', 'right1']] }],
      ['left1', { ...nothing, insert: ['left1'] }],
      ['left2', { ...nothing, update: [['left1', 'left2']] }],
      ['merge1', { ...nothing, delete: ['left2'], update: [['right1', 'merge1']] }],
    ]);
    expect(steps.map((step) => step.headsAfter)).toEqual([
      ['root1'],
      ['right1'],
      ['right1', 'left1'],
      ['right1', 'left2'],
      ['merge1'],
    ]);
  });

  it('gives the rows after a step in whatever order they are asked for', () => {
    const steps = planUpgrade(map, [], 'merge1');
    expect(steps[4]!.headsAfter).toEqual(['merge1']);
    expect(steps[0]!.headsAfter).toEqual(['root1']);
    expect(JSON.parse(JSON.stringify(steps[3]))).toEqual({
      revision: 'left2',
      kind: 'upgrade',
      versionChanges: { ...nothing, update: [['left1', 'left2']] },
      headsAfter: ['right1', 'left2'],
    });
  });

  it('lets a revision take the row of what it depends on', () => {
    expect(changes(planUpgrade(map, ['left1'], 'side@head'))).toEqual([
      ['side1', { ...nothing, insert: ['side1'] }],
      ['side2', { ...nothing, delete: ['side1'], update: [['left1', 'side2']] }],
    ]);
  });

  it('understands relative targets and several at once', () => {
    const applied = (rows: string[], target: string | string[]): unknown[] =>
      planUpgrade(map, rows, target).map((step) => step.revision);
    expect(applied(['left1'], '+1')).toEqual(['left2']);
    expect(applied(['root1'], 'right@+1')).toEqual(['right1']);
    expect(applied(['root1'], 'merge1-0')).toEqual(['right1', 'left1', 'left2', 'merge1']);
    expect(applied([], ['left1', 'side1'])).toEqual(['side1', 'root1', 'left1']);
    expect(applied(['merge1'], 'left@base')).toEqual([]);
  });

  it.each([
    [['root1', 'left1'], 'heads', 'REVISIONS_OVERLAP', 'RevisionError'],
    [['gone'], 'heads', 'REVISION_NOT_FOUND', 'ResolutionError'],
    [[], 'head', 'MULTIPLE_HEADS', 'MultipleHeads'],
    [['root1'], '+1', 'AMBIGUOUS_WALK', 'RevisionError'],
    [['left2', 'right1'], '+1', 'AMBIGUOUS_WALK', 'RevisionError'],
    [['merge1'], '+1', 'RELATIVE_REVISION', 'RevisionError'],
    [['merge1'], '-1', 'RELATIVE_REVISION', 'RevisionError'],
    [['merge1'], '+0', 'RELATIVE_REVISION', 'RevisionError'],
    [[], 'root1-1', 'RELATIVE_REVISION', 'RevisionError'],
    [[], 'right@left2', 'NOT_ON_BRANCH', 'ResolutionError'],
  ])('refuses from %j to %s', (rows, target, code, cause) => {
    expect(failure(() => planUpgrade(map, rows, target))).toEqual({ code, cause });
  });
});

describe('a row that no file knows', () => {
  it.each([
    ['upgrade', () => planUpgrade(map, ['gone'], 'heads')],
    ['downgrade', () => planDowngrade(map, ['gone'], 'base')],
    ['stamp', () => planStamp(map, ['gone'], 'left1')],
  ])('is named by the refusal: %s', (_, plan) => {
    expect(plan).toThrow(/^The version table says that 'gone' is applied/);
  });
});

describe('planDowngrade', () => {
  it('splits the row of a merge, and leaves what others need', () => {
    expect(changes(planDowngrade(map, ['merge1', 'side2'], 'root1'))).toEqual([
      ['merge1', { ...nothing, insert: ['left2'], update: [['merge1', 'right1']] }],
      ['left2', { ...nothing, delete: ['left2'] }],
      ['side2', { ...nothing, insert: ['side1'], update: [['side2', 'left1']] }],
      ['left1', { ...nothing, delete: ['left1'] }],
      ['right1', { ...nothing, update: [['right1', 'root1']] }],
    ]);
  });

  it('keeps to the branch that is named', () => {
    const undone = (rows: string[], target: string): unknown[] =>
      planDowngrade(map, rows, target).map((step) => step.revision);
    expect(undone(['left2', 'right1'], 'right@root1')).toEqual(['right1']);
    expect(undone(['left2', 'right1'], 'left@-1')).toEqual(['left2']);
    expect(undone(['left2', 'side1'], 'side@base')).toEqual(['side1']);
    expect(undone(['side2'], '-1')).toEqual(['side2']);
    expect(undone(['left2'], 'left2')).toEqual([]);
  });

  it('warns where -1 counts from the first of several', () => {
    const warnings: string[] = [];
    const steps = planDowngrade(map, ['left2', 'side1'], '-1', { warn: (warning) => warnings.push(warning) });
    expect(steps.map((step) => step.revision)).toEqual(['left2']);
    expect(warnings).toEqual([expect.stringContaining("counts from 'left2'")]);
  });

  it.each([
    [['left1'], 'left2', 'NOT_AN_ANCESTOR', 'RangeNotAncestorError'],
    [[], '-1', 'RELATIVE_REVISION', 'RevisionError'],
    [['root1'], '-2', 'RELATIVE_REVISION', 'RevisionError'],
    [['root1'], '+1', 'RELATIVE_REVISION', 'RevisionError'],
    [['merge1'], '-1', 'AMBIGUOUS_WALK', 'RevisionError'],
    [['left1'], 'side@-1', 'AMBIGUOUS_WALK', 'RevisionError'],
    [['merge1'], 'side@root1', 'NOT_AN_ANCESTOR', 'RevisionError'],
    [['gone'], 'base', 'REVISION_NOT_FOUND', 'ResolutionError'],
  ])('refuses from %j to %s', (rows, target, code, cause) => {
    expect(failure(() => planDowngrade(map, rows, target))).toEqual({ code, cause });
  });

  it('says of a revision that is only depended on why there is no way down to it', () => {
    const depending = new RevisionMap([
      { revision: 'a', downRevision: null },
      { revision: 'a2', downRevision: 'a' },
      { revision: 'b', downRevision: null },
      { revision: 'b2', downRevision: 'b', dependsOn: 'a' },
    ]);
    expect(() => planDowngrade(depending, ['b2'], 'a')).toThrow(
      /'a' is applied because of what depends on it \('b2'\).*To undo 'b2', name what comes before/,
    );
    expect(() => planDowngrade(depending, ['b2'], 'a2')).toThrow(/Nothing that is applied stands on 'a2'/);
    expect(planDowngrade(depending, ['b2'], 'b').map((step) => step.revision)).toEqual(['b2']);
  });
});

describe('planStamp', () => {
  it.each([
    [[], 'left1', [{ ...nothing, insert: ['left1'] }]],
    [['root1'], 'left2', [{ ...nothing, update: [['root1', 'left2']] }]],
    [['merge1'], 'root1', [{ ...nothing, update: [['merge1', 'root1']] }]],
    [['left2', 'right1'], 'root1', [{ ...nothing, delete: ['left2'], update: [['right1', 'root1']] }]],
    [['left2', 'right1'], 'merge1', [{ ...nothing, delete: ['left2'], update: [['right1', 'merge1']] }]],
    [
      ['left2', 'side1'],
      'base',
      [
        { ...nothing, delete: ['left2'] },
        { ...nothing, delete: ['side1'] },
      ],
    ],
    [['left2', 'side1'], 'side@base', [{ ...nothing, delete: ['side1'] }]],
    [['left2'], 'left2', []],
    // Alembic fails on the next two
    [
      ['merge1'],
      ['left2', 'right1'],
      [
        { ...nothing, update: [['merge1', 'left2']] },
        { ...nothing, insert: ['right1'] },
      ],
    ],
    [['root1', 'left2'], 'left1', [{ ...nothing, delete: ['root1'], update: [['left2', 'left1']] }]],
  ])('from %j to %j', (rows, targets, expected) => {
    const steps = planStamp(map, rows, targets);
    expect(steps.map((step) => step.versionChanges)).toEqual(expected);
    expect(steps.every((step) => step.revision === null && step.kind === 'stamp')).toBe(true);
  });

  it('purges rows that no file knows', () => {
    const steps = planStamp(map, ['gone', 'left1'], 'side1', { purge: true });
    expect(steps.map((step) => step.versionChanges)).toEqual([
      { ...nothing, delete: ['gone', 'left1'] },
      { ...nothing, insert: ['side1'] },
    ]);
    expect(steps.at(-1)!.headsAfter).toEqual(['side1']);
    expect(failure(() => planStamp(map, ['gone'], 'side1'))).toEqual({
      code: 'REVISION_NOT_FOUND',
      cause: 'ResolutionError',
    });
  });

  it('refuses targets of which one is an ancestor of the other, where a row would have to be both', () => {
    expect(failure(() => planStamp(map, ['left1'], ['left2', 'root1']))).toEqual({
      code: 'REVISIONS_OVERLAP',
      cause: 'RevisionError',
    });
  });
});

describe('planRevision', () => {
  it('finds each field as the file will hold it', () => {
    const history = new RevisionMap(
      [...map.revisions].map((revision) => ({ ...revision, branchLabels: [...revision.ownBranchLabels] })),
    );
    expect(planRevision(history, { revision: 'new1', head: 'left@head' })).toEqual({
      revision: 'new1',
      downRevision: 'merge1',
      dependsOn: null,
      branchLabels: null,
    });
    expect(
      planRevision(history, {
        revision: 'new1',
        head: ['merge1', 'side@head'],
        dependsOn: ['right', 'left2'],
        branchLabels: 'api',
      }),
    ).toEqual({
      revision: 'new1',
      downRevision: ['merge1', 'side2'],
      dependsOn: ['right', 'left2'],
      branchLabels: ['api'],
    });
    expect(planRevision(history, { revision: 'new1', head: 'base' }).downRevision).toBeNull();
    expect(planRevision(history, { revision: 'new1', head: 'root', splice: true }).downRevision).toBe(
      'root1',
    );
  });

  it.each([
    [{ revision: 'new1' }, 'MULTIPLE_HEADS', 'MultipleHeads'],
    [{ revision: 'new1', head: null }, 'MULTIPLE_HEADS', 'MultipleHeads'],
    [{ revision: 'a@b', head: 'merge1' }, 'REVISION_ID', 'RevisionError'],
    [{ revision: 'head', head: 'merge1' }, 'REVISION_ID', 'RevisionError'],
    [{ revision: 'new1', head: 'root1' }, 'NOT_A_HEAD', undefined],
    [{ revision: 'new1', head: ['merge1', 'merge'] }, 'DUPLICATE_HEADS', undefined],
    [{ revision: 'new1', head: 'merge1', dependsOn: 'base' }, 'REVISION_NOT_FOUND', undefined],
    [{ revision: 'new1', head: 'merge1', dependsOn: 'nosuch' }, 'REVISION_NOT_FOUND', 'ResolutionError'],
    [{ revision: 'root1', head: 'merge1' }, 'REVISION_EXISTS', undefined],
    [{ revision: 'new1', head: 'merge1', branchLabels: 'side' }, 'LABEL_IN_USE', 'RevisionError'],
  ])('refuses %j', (request, code, cause) => {
    expect(failure(() => planRevision(map, request))).toEqual({ code, cause });
  });
});
