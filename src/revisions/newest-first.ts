import { CursorFinder } from './cursor-finder.ts';
import { Cursors } from './cursors.ts';
import type { Graph } from './graph.ts';
import type { Membership, NodeSet } from './node-set.ts';
import { nodeFor, symbolWords } from './symbols.ts';
import { descendants, reach } from './traversal.ts';

/**
 * Sorts chosen nodes so that each comes before all that it needs, in the very order of Alembic: so a database goes the
 * same way, whichever of the two tools upgrades it.
 *
 * That order is made by cursors, at first one on each head, in load order. The current cursor yields its node and
 * moves to the node's first down revision; for each further one a new cursor joins at the end. A cursor with nowhere
 * to go vanishes, and the one before it goes on. Where another cursor is still above the current one's node, the
 * first such cursor becomes the current one.
 *
 * Alembic finds that cursor by ancestor sets that it makes anew at each step; here {@link CursorFinder} does.
 *
 * @param heads where the walk begins; those that are not chosen don't count
 */
export function sortNewestFirst(graph: Graph, chosen: NodeSet, heads: readonly number[]): readonly number[] {
  const region = new Region(graph, chosen, heads);
  const cursors = new Cursors(graph.ids.length);
  for (const head of region.heads) cursors.append(head);
  const finder = new CursorFinder(graph, region, cursors);

  const sorted: number[] = [];
  let at = cursors.first;
  while (at !== null) {
    const node = cursors.nodeOf(at);
    graph.visits++;
    if (region.isBlocked(node)) {
      at = finder.firstAbove(node);
      continue;
    }
    sorted.push(node);
    const ways = graph.normalizedDown[node]!.filter(
      (below) => chosen.has(below) && cursors.at(below) === null,
    );
    const freed = region.remove(node);
    if (ways.length === 0) {
      at = cursors.remove(at);
    } else {
      cursors.move(at, ways[0]!);
      for (const way of ways.slice(1)) cursors.append(way);
      for (const way of ways) finder.cursorCame(way);
    }
    // what only a node that was not chosen led to has no cursor yet
    for (const lost of freed.filter((node) => cursors.at(node) === null)) {
      cursors.append(lost);
      finder.cursorCame(lost);
    }
    at ??= cursors.first;
  }
  // a symbol wins over an id of that name, here as in Alembic
  if (!symbolWords.some((word) => graph.names.has(word))) return sorted;
  return sorted.map(
    (node) => (symbolWords.includes(graph.ids[node]!) ? nodeFor(graph, graph.ids[node]!) : null) ?? node,
  );
}

/** The chosen nodes and those between them, as far as they are not yet yielded. */
class Region implements Membership {
  readonly heads: readonly number[];
  readonly #graph: Graph;
  readonly #chosen: NodeSet;
  /** for each node that is still there the number of nodes directly above it that are; -1 for the others */
  readonly #waiting: Int32Array;

  constructor(graph: Graph, chosen: NodeSet, heads: readonly number[]) {
    this.#graph = graph;
    this.#chosen = chosen;
    this.#waiting = new Int32Array(graph.ids.length).fill(-1);
    const { heads: starts, members } = layOut(graph, chosen, heads);
    this.heads = starts;
    for (const node of members) this.#waiting[node] = 0;
    for (const node of members) {
      for (const below of graph.normalizedDown[node]!) if (this.has(below)) this.#waiting[below]!++;
    }
    graph.visits += members.size;
  }

  has(node: number): boolean {
    return this.#waiting[node]! >= 0;
  }

  isBlocked(node: number): boolean {
    return this.#waiting[node]! > 0;
  }

  /** Takes a node away, and what is between nodes but no longer below any. @returns the chosen nodes thereby freed */
  remove(node: number): number[] {
    const freed: number[] = [];
    const todo = [node];
    for (let gone = todo.pop(); gone !== undefined; gone = todo.pop()) {
      this.#waiting[gone] = -1;
      for (const below of this.#graph.normalizedDown[gone]!) {
        if (!this.has(below)) continue;
        this.#waiting[below]!--;
        if (this.#waiting[below] !== 0) continue;
        if (!this.#chosen.has(below)) todo.push(below);
        else if (gone !== node) freed.push(below);
      }
    }
    return freed;
  }
}

/** The chosen heads in load order, and every node on a way from them to a chosen one. */
function layOut(
  graph: Graph,
  chosen: NodeSet,
  heads: readonly number[],
): { heads: number[]; members: NodeSet } {
  const above = descendants(graph, chosen);
  const starts = [...new Set(heads)].filter((head) => chosen.has(head)).sort((a, b) => a - b);
  const members = reach(graph, starts, graph.normalizedDown, above);
  // chosen nodes that no head leads to: Alembic fails on them; here the newest of them count as heads
  const left = [...chosen].filter((node) => !members.has(node));
  if (left.length === 0) return { heads: starts, members };
  const belowLeft = reach(
    graph,
    left.flatMap((node) => graph.normalizedDown[node]!),
    graph.normalizedDown,
    above,
  );
  starts.push(...left.filter((node) => !belowLeft.has(node)).sort((a, b) => a - b));
  return { heads: starts, members: reach(graph, starts, graph.normalizedDown, above) };
}
