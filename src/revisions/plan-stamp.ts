import { RevisionError } from '../errors.ts';
import { asCommand } from './failures.ts';
import type { Graph } from './graph.ts';
import type { NodeSet } from './node-set.ts';
import type { RevisionMap } from './revision-map.ts';
import { makeSteps, type RevisionStep, type VersionChanges } from './revision-step.ts';
import { nodesForRows } from './selections.ts';
import { filterForLineage, nodesForAll } from './symbols.ts';
import { ancestors, descendants, lineage } from './traversal.ts';

export interface StampOptions {
  /** delete every row first, whatever it says; default `false` */
  readonly purge?: boolean;
}

/**
 * The steps that make the version table say that targets are applied, without running anything. A target replaces
 * the rows of its own lineage and leaves other branches alone; `base` deletes the rows of its lineage.
 *
 * Alembic decides for every target by the rows as they were at the start, and fails where an earlier target has
 * moved such a row. Here the target is added then, unless it overlaps with what is there.
 *
 * @param currentHeads the rows of the version table; with `purge` they may be ids that no file knows
 * @throws CommandError with the RevisionError as its cause: `MULTIPLE_HEADS`, `REVISION_NOT_FOUND`,
 * `REVISION_AMBIGUOUS`, `BRANCH_NOT_FOUND`, `NOT_ON_BRANCH`, `REVISIONS_OVERLAP`
 */
export function planStamp(
  map: RevisionMap,
  currentHeads: readonly string[],
  targets: string | readonly string[],
  { purge = false }: StampOptions = {},
): RevisionStep[] {
  const symbols = typeof targets === 'string' ? [targets] : targets;
  return asCommand(() => {
    const changes: VersionChanges[] = [];
    if (purge && currentHeads.length > 0)
      changes.push({ delete: [...new Set(currentHeads)], insert: [], update: [] });
    changes.push(
      ...stampChanges(map.graph, purge ? [] : currentHeads, symbols.length > 0 ? symbols : ['base']),
    );
    return makeSteps(
      'stamp',
      currentHeads,
      changes.map((versionChanges) => ({ revision: null, versionChanges })),
    );
  });
}

function stampChanges(
  graph: Graph,
  currentHeads: readonly string[],
  symbols: readonly string[],
): VersionChanges[] {
  const start = nodesForRows(graph, currentHeads);
  const related = new Set(
    symbols.flatMap((symbol) => (symbol ? filterForLineage(graph, start, symbol, true) : [])),
  );
  const spots = nodesForAll(graph, symbols);
  const table = new StampedRows(graph, start, related);
  return (spots.length > 0 ? spots : [null]).flatMap((spot) =>
    typeof spot === 'number' ? table.stamp(spot) : table.clear(),
  );
}

/** The version table while targets are stamped one after the other. */
class StampedRows {
  readonly #graph: Graph;
  readonly #rows: Set<number>;
  /** the rows, as they were at the start, that are in the lineage of any target */
  readonly #related: ReadonlySet<number>;
  /** what the related rows need, and what needs one of them; both with the rows */
  readonly #below: NodeSet;
  readonly #above: NodeSet;

  constructor(graph: Graph, start: readonly number[], related: ReadonlySet<number>) {
    this.#graph = graph;
    this.#rows = new Set(start);
    this.#related = related;
    this.#below = ancestors(graph, related);
    this.#above = descendants(graph, related);
  }

  /** Deletes the related rows, a step each. */
  clear(): VersionChanges[] {
    return this.#here().map((row) => this.#replace([row], null));
  }

  stamp(target: number): VersionChanges[] {
    if (this.#related.has(target)) return [];
    const isUp = !this.#below.has(target);
    const isNewBranch = isUp && !this.#above.has(target);
    if (isNewBranch) return this.#rows.has(target) ? [] : [this.#replace([], target)];

    const here = this.#here();
    if (this.#rows.has(target)) return here.length > 0 ? [this.#replace(here, null)] : [];
    if (here.length === this.#related.size) return [this.#replace(here, target)];
    // an earlier target has moved a row that this one would replace: it joins that target
    if (isUp) return [this.#replace([], target)];
    this.#refuseOverlap(target, here);
    return [this.#replace(here, target)];
  }

  #here(): number[] {
    return [...this.#related].filter((row) => this.#rows.has(row));
  }

  #replace(rows: readonly number[], target: number | null): VersionChanges {
    for (const row of rows) this.#rows.delete(row);
    if (target !== null) this.#rows.add(target);
    const ids = rows.map((row) => this.#graph.ids[row]!);
    if (target === null) return { delete: ids, insert: [], update: [] };
    const id = this.#graph.ids[target]!;
    const last = ids.pop();
    return last === undefined
      ? { delete: [], insert: [id], update: [] }
      : { delete: ids, insert: [], update: [[last, id]] };
  }

  #refuseOverlap(target: number, replaced: readonly number[]): void {
    const related = lineage(this.#graph, [target], true);
    const other = [...this.#rows].find((row) => !replaced.includes(row) && related.has(row));
    if (other === undefined) return;
    const [id, otherId] = [this.#graph.ids[target]!, this.#graph.ids[other]!];
    throw new RevisionError(
      'REVISIONS_OVERLAP',
      `'${id}' and '${otherId}' can't both be stamped: one is an ancestor of the other. Stamp only the newer one.`,
      { details: { revisions: [id, otherId] } },
    );
  }
}
