import { ResolutionError, RevisionError } from '../errors.ts';
import {
  ambiguous,
  ambiguousWalk,
  branchNotFound,
  multipleHeads,
  notFound,
  notOnBranch,
} from './failures.ts';
import type { Graph } from './graph.ts';
import type { NodeSet } from './node-set.ts';
import { lineage } from './traversal.ts';

/** A node, or `'base'` (one step below the oldest), or `null` (nothing at all: further down, or the base as a symbol). */
export type Spot = number | 'base' | null;

/** A symbol taken apart: what stands before the `@`, and the ids that the rest means; no ids are the base. */
export interface Resolved {
  readonly ids: readonly string[];
  readonly branch: string | null;
}

const negativeInteger = /^\s*-[0-9]+(_[0-9]+)*\s*$/;

/**
 * Takes a symbol apart. `head` counts down revisions only, `heads` dependencies too (unless it is of a branch).
 *
 * @throws MultipleHeads `MULTIPLE_HEADS`, RevisionError `REVISION` for what is neither text nor null, and what the
 * branch's own resolution throws
 */
export function resolveSymbol(graph: Graph, symbol: string | null): Resolved {
  if (symbol === null) return { ids: [], branch: null };
  if (typeof symbol !== 'string') {
    throw new RevisionError(
      'REVISION',
      `A revision is named by text, not by ${typeof symbol}: check what the database driver returns for the version table.`,
    );
  }
  const at = symbol.indexOf('@');
  const branch = at < 0 ? null : symbol.slice(0, at);
  const name = symbol.slice(at + 1);
  const idsOf = (nodes: readonly number[]): string[] => nodes.map((node) => graph.ids[node]!);
  switch (name) {
    case 'heads':
      return { ids: idsOf(branch ? filterForLineage(graph, graph.heads, branch) : graph.realHeads), branch };
    case 'head': {
      const head = currentHead(graph, branch);
      return { ids: head === null ? [] : idsOf([head]), branch };
    }
    case 'base':
      return { ids: [], branch };
    default:
      return { ids: [name], branch };
  }
}

/**
 * The one head, by down revisions; `null` where there are no revisions.
 *
 * @throws MultipleHeads `MULTIPLE_HEADS`
 */
export function currentHead(graph: Graph, branch: string | null): number | null {
  const heads = branch ? filterForLineage(graph, graph.heads, branch) : graph.heads;
  if (heads.length > 1) throw multipleHeads(graph, heads, branch ? `${branch}@head` : 'head');
  return heads[0] ?? null;
}

/** Every node that a symbol means, in its order. */
export function nodesFor(graph: Graph, symbol: string | null): Spot[] {
  const { ids, branch } = resolveSymbol(graph, symbol);
  if (ids.length === 1 && negativeInteger.test(ids[0]!)) {
    const steps = Number(ids[0]!.replaceAll('_', ''));
    if (steps < 0) {
      const heads = nodesFor(graph, 'heads') as number[];
      const chosen = branch === null ? heads : heads.filter((head) => graph.labels[head]!.has(branch));
      return chosen.map((head) => walkSteps(graph, head, steps));
    }
  }
  const members = branch && ids.length > 0 ? new BranchMembers(graph, branch) : null;
  return ids.map((id) => nodeForId(graph, id, members));
}

/** Every node that several symbols mean, in their order. */
export function nodesForAll(graph: Graph, symbols: readonly (string | null)[]): Spot[] {
  return symbols.flatMap((symbol) => nodesFor(graph, symbol));
}

/**
 * The one node that a symbol means; `null` is the base.
 *
 * @throws MultipleHeads `MULTIPLE_HEADS`, ResolutionError
 */
export function nodeFor(graph: Graph, symbol: string | null): number | null {
  const { ids, branch } = resolveSymbol(graph, symbol);
  if (ids.length > 1) {
    const heads = ids.map((id) => graph.names.get(id)!);
    throw multipleHeads(graph, heads, symbol ?? 'base');
  }
  const members = branch ? new BranchMembers(graph, branch) : null;
  return ids.length === 0 ? null : nodeForId(graph, ids[0]!, members);
}

/** The node that gives a label, or that an id (a partial one, too) means: what may stand before an `@`. */
export function branchNode(graph: Graph, branch: string): number {
  const known = graph.names.get(branch);
  if (known !== undefined) return known;
  try {
    return nodeForId(graph, branch, null);
  } catch (cause) {
    if (!(cause instanceof ResolutionError)) throw cause;
    throw branchNotFound(graph, branch, cause);
  }
}

/** The nodes on the branch that a label or an id names, found when first asked for. */
class BranchMembers {
  readonly name: string;
  readonly node: number;
  readonly #graph: Graph;
  #members: NodeSet | undefined;

  constructor(graph: Graph, name: string) {
    this.#graph = graph;
    this.name = name;
    this.node = branchNode(graph, name);
  }

  has(node: number): boolean {
    this.#members ??= lineage(this.#graph, [this.node], false);
    return this.#members.has(node);
  }
}

/** The node that a name means which is no symbol: a whole id or label, or a part of one. */
export function nodeNamed(graph: Graph, name: string): number {
  return nodeForId(graph, name, null);
}

/** The node of a whole id or label, or of one that begins with `id` and has more than three characters. */
function nodeForId(graph: Graph, id: string, branch: BranchMembers | null): number {
  let node = graph.names.get(id);
  if (node === undefined) {
    const names = id === '' ? [] : beginningWith(graph, id);
    const matches = branch ? namesOnBranch(graph, names, branch.name) : names;
    if (matches.length === 0) throw notFound(graph, id);
    if (matches.length > 1) throw ambiguous(id, matches);
    node = graph.names.get(matches[0]!)!;
  }
  if (branch && !branch.has(node)) {
    throw notOnBranch(graph.ids[node]!, id, branch.name);
  }
  return node;
}

function beginningWith(graph: Graph, start: string): string[] {
  const found: string[] = [];
  for (const name of graph.names.keys()) {
    if (name.startsWith(start) && [...name].length > 3) found.push(name);
  }
  return found;
}

function namesOnBranch(graph: Graph, names: readonly string[], branch: string): string[] {
  const kept = new Set(
    filterForLineage(
      graph,
      names.map((name) => graph.names.get(name)!),
      branch,
    ),
  );
  return names.filter((name) => kept.has(graph.names.get(name)!));
}

/**
 * The nodes that are ancestors or descendants of what `check` names, or are it; all of them where it names nothing
 * (the base).
 */
export function filterForLineage(
  graph: Graph,
  nodes: readonly number[],
  check: string | null,
  includeDependencies = false,
): number[] {
  const resolved = resolveSymbol(graph, check);
  if (nodes.length === 0) return [];
  const related = relatedTo(graph, resolved, includeDependencies);
  return nodes.filter((node) => related?.has(node) ?? true);
}

/** The lineage of what a symbol names; null for the base, to which everything is related. */
function relatedTo(graph: Graph, { ids, branch }: Resolved, includeDependencies: boolean): NodeSet | null {
  const tests = branch ? [branch, ...ids] : ids;
  if (tests.length === 0) return null;
  const nodes = tests.map((test) => nodeForId(graph, test, null));
  return lineage(graph, nodes, includeDependencies);
}

/**
 * Walks up (`steps` > 0) or down from a spot, along down revisions.
 *
 * @param branch where given, the way up keeps to this branch
 * @param stopAtEnd stay where the history ends instead of returning `null`
 * @throws RevisionError `AMBIGUOUS_WALK` where there are several ways
 */
export function walkSteps(
  graph: Graph,
  start: Spot,
  steps: number,
  branch: string | null = null,
  stopAtEnd = false,
): Spot {
  let at = start;
  const kept = steps > 0 && branch ? resolveSymbol(graph, branch) : null;
  let members: NodeSet | null | undefined;
  for (let left = Math.abs(steps); left > 0; left--) {
    let ways: readonly Spot[];
    if (steps < 0) {
      const below = asNamed(graph, at === 'base' ? [] : at === null ? graph.heads : graph.down[at]!);
      ways = below.length === 0 && at !== 'base' ? ['base'] : below;
    } else {
      const above = asNamed(graph, typeof at === 'number' ? graph.next[at]! : graph.bases);
      if (kept && above.length > 0) {
        members ??= relatedTo(graph, kept, false);
        ways = members === null ? above : above.filter((node) => members!.has(node));
      } else {
        ways = above;
      }
    }
    graph.visits++;
    if (ways.length === 0) return stopAtEnd ? at : null;
    if (ways.length > 1)
      throw ambiguousWalk(
        nameOf(graph, at),
        ways.map((way) => nameOf(graph, way)!),
        steps,
      );
    at = ways[0]!;
  }
  return at;
}

/** Words that mean a place in the history; an id of that name can't be written. */
export const symbolWords: readonly string[] = ['head', 'heads', 'base'];

/**
 * What nodes mean by their ids: themselves, but for an id that is a symbol too. A symbol wins over an id of that name
 * wherever one is used, also on the way of a walk, as in Alembic.
 */
function asNamed(graph: Graph, nodes: readonly number[]): readonly number[] {
  if (!symbolWords.some((word) => graph.names.has(word))) return nodes;
  return nodes.flatMap((node) => {
    const id = graph.ids[node]!;
    return symbolWords.includes(id) ? (nodesFor(graph, id) as number[]) : [node];
  });
}

/** The id of a spot, as errors show it. */
function nameOf(graph: Graph, spot: Spot): string | null {
  return typeof spot === 'number' ? graph.ids[spot]! : spot;
}
