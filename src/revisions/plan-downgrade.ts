import { asCommand } from './failures.ts';
import { sortNewestFirst } from './newest-first.ts';
import type { RevisionMap } from './revision-map.ts';
import { makeSteps, type RevisionStep } from './revision-step.ts';
import { selectDowngrade } from './selections.ts';
import { VersionRows } from './version-rows.ts';

/**
 * The steps of a downgrade, in running order.
 *
 * @param currentHeads the rows of the version table
 * @param target the symbol that stays: `base`, an id or a part of it, `-1`, `rev-2`, `label@base` …
 * @param options `warn` hears where `-1` counts from the first of several current revisions
 * @throws CommandError with the RevisionError as its cause: as {@link planUpgrade}, and `NOT_AN_ANCESTOR`
 */
export function planDowngrade(
  map: RevisionMap,
  currentHeads: readonly string[],
  target: string,
  options: { readonly warn?: (message: string) => void } = {},
): RevisionStep[] {
  const { graph } = map;
  return asCommand(() => {
    const { nodes, heads, rows, applied } = selectDowngrade(
      graph,
      currentHeads,
      target,
      options.warn ?? (() => {}),
    );
    const table = new VersionRows(graph, rows, applied);
    const order = sortNewestFirst(graph, nodes, heads);
    return makeSteps(
      'downgrade',
      rows.map((row) => graph.ids[row]!),
      order.map((node) => ({ revision: graph.ids[node]!, versionChanges: table.downgrade(node) })),
    );
  });
}
