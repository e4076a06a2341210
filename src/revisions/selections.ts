import { ResolutionError, RevisionError } from '../errors.ts';
import { notAncestor, noWayDown, relativeError } from './failures.ts';
import type { Graph } from './graph.ts';
import { NodeSet } from './node-set.ts';
import { branchNode, nodeFor, nodesForAll, type Spot } from './symbols.ts';
import { downgradeTarget, upgradeTargets } from './targets.ts';
import { ancestors, reach, refuseOverlaps } from './traversal.ts';

/** Nodes that a command concerns, and the nodes from which its walk begins. */
export interface Selection {
  readonly nodes: NodeSet;
  readonly heads: readonly number[];
}

/** A selection that depends on what is applied. */
export interface Plan extends Selection {
  /** the nodes of the version table's rows */
  readonly rows: readonly number[];
  /** the rows and all that they need */
  readonly applied: NodeSet;
}

/**
 * What an upgrade applies: all that the targets need and the current rows don't have.
 *
 * @throws RevisionError `REVISIONS_OVERLAP`; what {@link upgradeTargets} throws
 */
export function selectUpgrade(
  graph: Graph,
  current: readonly string[],
  target: string | readonly string[],
): Plan {
  const heads = upgradeTargets(graph, current, target, false);
  refuseOverlaps(graph, heads, graph.normalizedDown);
  const rows = nodesForRows(graph, current);
  refuseOverlaps(graph, rows, graph.normalizedDown);
  const applied = ancestors(graph, rows);
  return { nodes: missingFrom(graph, heads, applied), heads, rows, applied };
}

/**
 * The nodes of the version table's rows.
 *
 * @throws ResolutionError `REVISION_NOT_FOUND`, `REVISION_AMBIGUOUS`, RevisionError `RELATIVE_REVISION`
 */
export function nodesForRows(graph: Graph, rows: readonly string[]): number[] {
  return rows.flatMap((row) => {
    try {
      return nodesForAll(graph, [row]).map((spot) => asNode(spot, [row]));
    } catch (cause) {
      if (!(cause instanceof ResolutionError) || cause.code !== 'REVISION_NOT_FOUND') throw cause;
      throw new ResolutionError(
        'REVISION_NOT_FOUND',
        `The version table says that '${row}' is applied, but there is no revision of that name. Bring its file back, or stamp what is true with purge.`,
        { cause, details: cause.details },
      );
    }
  });
}

/** The starts and all that they need, as far as it isn't applied. */
function missingFrom(graph: Graph, starts: readonly number[], applied: NodeSet): NodeSet {
  const missing = new NodeSet(graph.ids.length);
  for (const node of starts) if (!applied.has(node)) missing.add(node);
  for (const node of missing) {
    for (const below of graph.normalizedDown[node]!) if (!applied.has(below)) missing.add(below);
  }
  graph.visits += missing.size;
  return missing;
}

/**
 * What a downgrade takes back: whatever is applied and stands on the target, on one branch where one is named.
 *
 * @throws RangeNotAncestorError `NOT_AN_ANCESTOR`, RevisionError; what {@link downgradeTarget} throws
 */
export function selectDowngrade(
  graph: Graph,
  current: readonly string[],
  target: string,
  warn: (message: string) => void,
): Plan {
  const { branch, node } = downgradeTarget(graph, current, target, false, warn);
  const roots = downgradeRoots(graph, branch, node, target);
  const heads = nodesForRows(graph, current);
  const applied = ancestors(graph, heads);
  const above = reachApplied(graph, roots, applied);
  if (node !== null && above.size === 0 && !heads.includes(node)) {
    const dependents = graph.allNext[node]!.filter(
      (up) => applied.has(up) && !graph.next[node]!.includes(up),
    );
    throw noWayDown(
      target,
      current,
      dependents.map((dependent) => graph.ids[dependent]!),
    );
  }
  return { nodes: above, heads, rows: heads, applied };
}

/** The nodes directly above the target, of which everything goes. */
function downgradeRoots(
  graph: Graph,
  branch: string | null,
  node: number | null,
  target: string,
): readonly number[] {
  const roots = node === null ? graph.bases : graph.next[node]!;
  if (branch === null || roots.length < 2) return roots;
  const below = reach(graph, [branchNode(graph, branch)], graph.down);
  const kept = roots.filter((root) => below.has(root));
  if (kept.length > 0) return kept;
  throw new RevisionError(
    'NOT_AN_ANCESTOR',
    `'${target}' is no target for a downgrade: none of the ways up from it leads to '${branch}'.`,
    { details: { target, branch } },
  );
}

function reachApplied(graph: Graph, roots: readonly number[], applied: NodeSet): NodeSet {
  return reach(
    graph,
    roots.filter((root) => applied.has(root)),
    graph.allNext,
    applied,
  );
}

/**
 * What a walk shows: `base` and `head` and all between them.
 *
 * @throws RangeNotAncestorError `NOT_AN_ANCESTOR`, RevisionError `REVISIONS_OVERLAP`; what symbols throw
 */
export function selectRange(
  graph: Graph,
  base: string | readonly string[],
  head: string | readonly string[],
): Selection {
  const bases = typeof base === 'string' ? [base] : base;
  const heads = targetsOnBranchOf(graph, base, upgradeTargets(graph, bases, head, true));
  refuseOverlaps(graph, heads, graph.normalizedDown);
  const required = ancestors(graph, heads);

  const found = nodesForAll(graph, bases);
  if (found.some((spot) => spot === 'base' || (spot !== null && !required.has(spot)))) {
    const [lower, upper] = [String(base), String(head)];
    throw notAncestor(
      lower,
      upper,
      `Of '${lower}' and '${upper}' neither descends from the other, so there is no range between them.`,
    );
  }
  const lowest =
    found[0] === null ? walkedPastBase(graph, bases[0]!, head) : found.map((spot) => asNode(spot, bases));
  refuseOverlaps(graph, lowest, graph.normalizedDown);
  const known = ancestors(graph, lowest);
  const nodes = new NodeSet(graph.ids.length);
  const above = lowest.length === 0 ? null : reach(graph, lowest, graph.next);
  if (lowest.length > 0) refuseOverlaps(graph, lowest, graph.next);
  for (const node of required) if (!known.has(node) && (above?.has(node) ?? true)) nodes.add(node);
  for (const node of lowest) nodes.add(node);
  return { nodes, heads };
}

/** Where the lower end names a branch, as in `label@base`, only heads on it count. */
function targetsOnBranchOf(graph: Graph, base: string | readonly string[], targets: number[]): number[] {
  const at = typeof base === 'string' ? base.indexOf('@') : -1;
  if (at < 0) return targets;
  let branch = (base as string).slice(0, at);
  const node = nodeFor(graph, branch);
  if (node !== null && graph.ids[node] === branch) {
    const labels = [...graph.labels[node]!];
    if (labels.length !== 1) {
      throw new RevisionError(
        'BRANCH_NOT_FOUND',
        `'${branch}' is a revision with ${labels.length === 0 ? 'no' : 'several'} branch labels; name a branch by one label.`,
        { details: { argument: base, branch, labels } },
      );
    }
    branch = labels[0]!;
  }
  return targets.filter((target) => graph.labels[target]!.has(branch));
}

/** A lower end such as `-3` that leads past the base counts from the upper end. */
function walkedPastBase(graph: Graph, base: string, head: string | readonly string[]): number[] {
  const current = typeof head === 'string' ? [head] : head;
  const { node } = downgradeTarget(graph, current, base, true, () => {});
  return node === null ? [] : [node];
}

function asNode(spot: Spot, symbols: readonly string[]): number {
  if (typeof spot === 'number') return spot;
  throw relativeError(symbols.join(', '), 'leads to the base, or out of the history');
}
