import { RevisionError } from '../errors.ts';
import { nearest } from '../util/nearest.ts';
import { inheritLabels } from './branch-labels.ts';
import { sortOldestFirst } from './circles.ts';
import { normalizeDependencies } from './dependencies.ts';
import type { Edges, Graph } from './graph.ts';
import { type Place, Revision, type RevisionSpec, toList } from './revision.ts';

/**
 * Checks the whole history and lays it out as a graph.
 *
 * @param given in load order. An id that is given again replaces the earlier one, in its place in the order
 * @param warn hears of ids given twice
 * @throws RevisionError and its subclasses, with the codes from `REVISION_ID` to `DEPENDENCY_CYCLE`
 */
export function buildGraph(given: Iterable<RevisionSpec | Revision>, warn: (message: string) => void): Graph {
  const { revisions, names } = collect(given, warn);
  const ids = revisions.map((revision) => revision.revision);
  addLabels(revisions, names);
  const dependencies = revisions.map((revision) => dependenciesOf(revision, names));
  const down = revisions.map((revision) => downRevisionsOf(revision, ids, names));

  const next = reverse(down);
  const hasDependencies = dependencies.some((nodes) => nodes.length > 0);
  const allDown = hasDependencies ? join(down, dependencies) : down.map(unique);
  const allNext = hasDependencies ? reverse(allDown) : next;
  const oldestFirst = sortOldestFirst(ids, down, allDown, allNext);
  const work = { visits: ids.length };
  const graph: Graph = {
    revisions,
    ids,
    names,
    down,
    allDown,
    normalizedDown: hasDependencies
      ? join(down, normalizeDependencies(dependencies, down, oldestFirst, work))
      : allDown,
    next,
    allNext,
    labels: inheritLabels(
      revisions.map((revision) => revision.ownBranchLabels),
      down,
      next,
      allNext,
      oldestFirst,
    ),
    oldestFirst,
    heads: nodesWithout(next),
    realHeads: nodesWithout(allNext),
    bases: nodesWithout(down),
    realBases: nodesWithout(allDown),
    visits: work.visits,
  };
  revisions.forEach((revision, node) => {
    revision.place = new NodePlace(graph, node);
  });
  return graph;
}

function collect(
  given: Iterable<RevisionSpec | Revision>,
  warn: (message: string) => void,
): { revisions: Revision[]; names: Map<string, number> } {
  const revisions: Revision[] = [];
  const names = new Map<string, number>();
  for (const spec of given) {
    const revision = spec instanceof Revision ? spec : new Revision(spec);
    const earlier = names.get(revision.revision);
    if (earlier === undefined) {
      names.set(revision.revision, revisions.length);
      revisions.push(revision);
    } else {
      warn(`Revision '${revision.revision}' is there more than once; the last one counts.`);
      revisions[earlier] = revision;
    }
  }
  return { revisions, names };
}

function addLabels(revisions: readonly Revision[], names: Map<string, number>): void {
  revisions.forEach((revision, node) => {
    for (const label of revision.ownBranchLabels) {
      const taken = names.get(label);
      if (taken === undefined) {
        names.set(label, node);
        continue;
      }
      const other = revisions[taken]!.revision;
      throw new RevisionError(
        'LABEL_IN_USE',
        other === label
          ? `Revision '${revision.revision}' gives the branch label '${label}', which is the id of a revision. Choose another label.`
          : `Revision '${revision.revision}' gives the branch label '${label}', which revision '${other}' gives already. Keep it on one of them: descendants inherit it.`,
        { details: { revision: revision.revision, label, other } },
      );
    }
  });
}

const nowhere: readonly number[] = [];

function dependenciesOf(revision: Revision, names: ReadonlyMap<string, number>): readonly number[] {
  if (revision.dependsOn === null) return nowhere;
  const found = toList(revision.dependsOn).map((name) => {
    const node = names.get(name);
    if (node !== undefined) return node;
    throw new RevisionError(
      'DEPENDENCY_MISSING',
      `Revision '${revision.revision}' depends on '${name}', but no revision and no branch label is called that${hint(name, names)}. A dependency takes whole ids or labels.`,
      { details: { revision: revision.revision, missing: name } },
    );
  });
  return unique(found);
}

function downRevisionsOf(
  revision: Revision,
  ids: readonly string[],
  names: ReadonlyMap<string, number>,
): readonly number[] {
  return revision.downRevisions.map((id) => {
    const node = names.get(id);
    if (node !== undefined && ids[node] === id) return node;
    const why =
      node === undefined
        ? `no revision is called that${hint(id, names)}. A file may be missing, or its id may have changed`
        : `that is the branch label of '${ids[node]}', and a down revision is given by its id`;
    throw new RevisionError(
      'DOWN_REVISION_MISSING',
      `Revision '${revision.revision}' names '${id}' as its down revision, but ${why}.`,
      { details: { revision: revision.revision, missing: id } },
    );
  });
}

function hint(name: string, names: ReadonlyMap<string, number>): string {
  const [near] = nearest(name, names.keys());
  return near === undefined ? '' : ` (did you mean '${near}'?)`;
}

/** The edges of two kinds together, each once. */
function join(first: Edges, second: Edges): Edges {
  return first.map((nodes, i) =>
    second[i]!.length === 0 ? unique(nodes) : unique([...nodes, ...second[i]!]),
  );
}

function unique(nodes: readonly number[]): readonly number[] {
  return nodes.length < 2 ? nodes : [...new Set(nodes)];
}

function reverse(edges: Edges): Edges {
  const reversed: (number[] | undefined)[] = edges.map(() => undefined);
  edges.forEach((targets, node) => {
    for (const target of targets) {
      const known = reversed[target];
      // most have one, for which an array that has grown has room for sixteen too many
      if (known === undefined) reversed[target] = [node];
      // a target written twice follows itself
      else if (known.at(-1) !== node) known.push(node);
    }
  });
  return reversed.map((nodes) => nodes ?? nowhere);
}

function nodesWithout(edges: Edges): number[] {
  const found: number[] = [];
  edges.forEach((targets, node) => {
    if (targets.length === 0) found.push(node);
  });
  return found;
}

/** What the graph knows about one node, told in ids when asked. */
class NodePlace implements Place {
  readonly #graph: Graph;
  readonly #node: number;

  constructor(graph: Graph, node: number) {
    this.#graph = graph;
    this.#node = node;
  }

  get nextrev(): ReadonlySet<string> {
    return new Set(this.#idsOf(this.#graph.next));
  }

  get allNextrev(): ReadonlySet<string> {
    return new Set(this.#idsOf(this.#graph.allNext));
  }

  get normalizedDownRevisions(): readonly string[] {
    return this.#idsOf(this.#graph.normalizedDown);
  }

  get branchLabels(): ReadonlySet<string> {
    return this.#graph.labels[this.#node]!;
  }

  #idsOf(edges: Edges): string[] {
    return edges[this.#node]!.map((node) => this.#graph.ids[node]!);
  }
}
