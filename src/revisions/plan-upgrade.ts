import { asCommand } from './failures.ts';
import { sortNewestFirst } from './newest-first.ts';
import type { RevisionMap } from './revision-map.ts';
import { makeSteps, type RevisionStep } from './revision-step.ts';
import { selectUpgrade } from './selections.ts';
import { VersionRows } from './version-rows.ts';

/**
 * The steps of an upgrade, in running order.
 *
 * @param currentHeads the rows of the version table
 * @param target a symbol, or several: `head`, `heads`, an id or a part of it, `label@head`, `+2`, `rev+1` …
 * @throws CommandError with the RevisionError as its cause: `MULTIPLE_HEADS`, `REVISION_NOT_FOUND`,
 * `REVISION_AMBIGUOUS`, `BRANCH_NOT_FOUND`, `NOT_ON_BRANCH`, `RELATIVE_REVISION`, `AMBIGUOUS_WALK`, `REVISIONS_OVERLAP`
 */
export function planUpgrade(
  map: RevisionMap,
  currentHeads: readonly string[],
  target: string | readonly string[],
): RevisionStep[] {
  const { graph, realHeads } = map;
  // most upgrades have nothing to do, and need not walk the history to know it
  const isDone =
    realHeads.length === currentHeads.length && realHeads.every((id) => currentHeads.includes(id));
  if (isDone && target === 'heads') return [];
  return asCommand(() => {
    const { nodes, heads, rows, applied } = selectUpgrade(graph, currentHeads, target);
    const table = new VersionRows(graph, rows, applied);
    const order = sortNewestFirst(graph, nodes, heads).toReversed();
    return makeSteps(
      'upgrade',
      rows.map((row) => graph.ids[row]!),
      order.map((node) => ({ revision: graph.ids[node]!, versionChanges: table.upgrade(node) })),
    );
  });
}
