import { RevisionError } from '../errors.ts';
import { listed, notFound, relativeError } from './failures.ts';
import type { Graph } from './graph.ts';
import { filterForLineage, nodeFor, nodeNamed, nodesForAll, type Spot, walkSteps } from './symbols.ts';
import { ancestors } from './traversal.ts';

/** A symbol such as `label@rev+2` taken apart; what follows the number is ignored, as Alembic does. */
interface Relative {
  readonly branch: string | null;
  readonly symbol: string | null;
  readonly steps: number;
  readonly signed: string;
}

const relativePattern = /^(?:(.+?)@)?([\p{L}\p{N}_]+)?([+-]\d+)/u;

function parseRelative(target: string): Relative | null {
  const match = relativePattern.exec(target);
  if (match === null) return null;
  const signed = match[3]!;
  return { branch: match[1] ?? null, symbol: match[2] ?? null, steps: Number(signed), signed };
}

function didNotProduce(relative: Relative): RevisionError {
  const count = Math.abs(relative.steps);
  return relativeError(
    relative.signed,
    count === 0
      ? 'asks for no step at all'
      : `asks for ${count} step${count === 1 ? '' : 's'}, but there are not as many`,
  );
}

function startOf(graph: Graph, { branch, symbol }: Relative): number | null {
  return nodeFor(graph, branch === null ? symbol : `${branch}@${symbol}`);
}

/**
 * The nodes that an upgrade, or the upper end of a walk, leads to.
 *
 * @param current the rows of the version table, or the symbol at the lower end of a walk: where `+2` counts from
 * @param stopAtEnd let a relative target end where the history does
 * @throws RevisionError `RELATIVE_REVISION`, `AMBIGUOUS_WALK`; what symbols throw
 */
export function upgradeTargets(
  graph: Graph,
  current: readonly string[],
  target: string | readonly string[],
  stopAtEnd: boolean,
): number[] {
  const relative = typeof target === 'string' ? parseRelative(target) : null;
  const spots = relative
    ? [relativeUpgradeTarget(graph, current, relative, stopAtEnd)]
    : nodesForAll(graph, typeof target === 'string' ? [target] : target);
  return spots.map((spot) => {
    if (typeof spot === 'number') return spot;
    throw relativeError(
      String(target),
      spot === 'base' ? 'leads to the base, which is no revision' : 'leads out of the history',
    );
  });
}

function relativeUpgradeTarget(
  graph: Graph,
  current: readonly string[],
  relative: Relative,
  stopAtEnd: boolean,
): Spot {
  const { branch, symbol, steps } = relative;
  if (steps <= 0) {
    if (symbol === null) throw didNotProduce(relative);
    return walkSteps(graph, startOf(graph, relative), steps, null, stopAtEnd);
  }
  if (symbol !== null) return walkSteps(graph, nodeFor(graph, symbol), steps, branch, stopAtEnd);

  const start = upgradeStart(graph, current, branch);
  const target = walkSteps(graph, start, steps, branch, stopAtEnd);
  if (target === null) throw didNotProduce(relative);
  return target;
}

/** Where `+1` counts from: the one current revision, or the newest applied ones of the branch. */
function upgradeStart(graph: Graph, current: readonly string[], branch: string | null): Spot {
  if (branch === null) {
    if (current.length > 1) throw severalStarts(current);
    return current.length === 0 ? null : nodeFor(graph, current[0]!);
  }
  const rows = nodesForAll(graph, current).map((spot) => {
    if (typeof spot === 'number') return spot;
    throw notFound(graph, spot ?? current.join(', '));
  });
  let starts = filterForLineage(graph, rows, branch);
  if (starts.length === 0) {
    const active = filterForLineage(graph, [...ancestors(graph, rows)], branch);
    const below = new Set(active.flatMap((node) => graph.normalizedDown[node]!));
    starts = active.filter((node) => !below.has(node));
  }
  if (starts.length > 1) throw severalStarts(starts.map((node) => graph.ids[node]!));
  return starts[0] ?? null;
}

function severalStarts(ids: readonly string[]): RevisionError {
  return new RevisionError(
    'AMBIGUOUS_WALK',
    `A step up could begin on several current revisions: ${listed(ids)}. Name one as in 'id+1', or its branch as in 'label@+1'.`,
    { details: { revisions: ids } },
  );
}

export interface DowngradeTarget {
  /** what to keep to where there are several ways, or null */
  readonly branch: string | null;
  /** the node that stays; null for the base */
  readonly node: number | null;
}

/**
 * The node that a downgrade leads to.
 *
 * @param warn hears where `-1` counts from the first of several current revisions
 * @throws RevisionError `RELATIVE_REVISION`, `AMBIGUOUS_WALK`; what symbols throw
 */
export function downgradeTarget(
  graph: Graph,
  current: readonly string[],
  target: string,
  stopAtEnd: boolean,
  warn: (message: string) => void,
): DowngradeTarget {
  const relative = parseRelative(target);
  if (relative === null) {
    const at = target.lastIndexOf('@');
    return { branch: target.slice(0, Math.max(at, 0)) || null, node: nodeFor(graph, target.slice(at + 1)) };
  }
  const { symbol, steps } = relative;
  if (symbol === null) return relativeDowngradeTarget(graph, current, relative, stopAtEnd, warn);
  const spot =
    steps >= 0
      ? walkSteps(graph, nodeFor(graph, symbol), steps, relative.branch, stopAtEnd)
      : walkSteps(graph, startOf(graph, relative), steps, null, stopAtEnd);
  if (spot === null) throw relativeError(target, 'leads out of the history');
  return { branch: relative.branch, node: spot === 'base' ? null : spot };
}

function relativeDowngradeTarget(
  graph: Graph,
  current: readonly string[],
  relative: Relative,
  stopAtEnd: boolean,
  warn: (message: string) => void,
): DowngradeTarget {
  if (relative.steps >= 0) throw didNotProduce(relative);
  let { branch } = relative;
  let start: number | null;
  if (branch !== null) {
    start = appliedOnBranch(graph, current, branch);
  } else {
    if (current.length === 0) throw didNotProduce(relative);
    if (new Set(current).size > 1) {
      warn(
        `There are several current revisions; ${relative.signed} counts from '${current[0]}', the first. Name the branch that is meant.`,
      );
    }
    // keep to the branch of this row where the way down leaves several
    branch = current[0]!;
    start = nodeFor(graph, `${branch}@${branch}`);
  }
  const spot = walkSteps(graph, start, relative.steps, null, stopAtEnd);
  if (spot === null) throw didNotProduce(relative);
  return { branch, node: spot === 'base' ? null : spot };
}

/** The one current revision on a branch, or the newest applied one where others depend on the branch. */
function appliedOnBranch(graph: Graph, current: readonly string[], branch: string): number {
  const rows = current.map((id) => nodeNamed(graph, id));
  let starts = filterForLineage(graph, rows, branch);
  if (starts.length === 0) starts = filterForLineage(graph, newestOfBranches(graph, rows), branch);
  if (starts.length === 1) return starts[0]!;
  throw new RevisionError(
    'AMBIGUOUS_WALK',
    starts.length === 0
      ? `Nothing of the branch '${branch}' is applied, so there is no step down on it.`
      : `A step down could begin on several current revisions: ${listed(starts.map((node) => graph.ids[node]!))}. Name one as in 'id-1'.`,
    { details: { branch, revisions: starts.map((node) => graph.ids[node]!) } },
  );
}

/** All that rows stand for, less what has a next revision (by down revisions) among it. */
export function newestOfBranches(graph: Graph, rows: readonly number[]): number[] {
  const applied = ancestors(graph, rows);
  return [...applied].filter((node) => !graph.next[node]!.some((above) => applied.has(above)));
}
