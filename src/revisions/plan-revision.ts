import { RevisionError } from '../errors.ts';
import { asCommand, listed, refusal } from './failures.ts';
import type { Graph } from './graph.ts';
import { type Names, Revision, simplify, toList } from './revision.ts';
import type { RevisionMap } from './revision-map.ts';
import { nodeFor, nodesForAll, symbolWords } from './symbols.ts';

export interface RevisionRequest {
  /** the id that the new revision will have */
  readonly revision: string;
  /** what it follows: a symbol or several; `null` means `head`. Default `head` */
  readonly head?: Names | undefined;
  /** let it follow a revision that is no head; default `false` */
  readonly splice?: boolean | undefined;
  /** ids (partial ones too), labels or symbols */
  readonly dependsOn?: Names | undefined;
  readonly branchLabels?: Names | undefined;
}

/** A new revision with each field as its file will hold it. */
export interface PlannedRevision {
  readonly revision: string;
  readonly downRevision: Names;
  readonly dependsOn: Names;
  readonly branchLabels: readonly string[] | null;
}

/**
 * Finds out what a new revision's file will say, and whether it may.
 *
 * @throws CommandError `NOT_A_HEAD`, `DUPLICATE_HEADS`, `REVISION_EXISTS`; with a RevisionError as its cause
 * `REVISION_ID`, `MULTIPLE_HEADS`, `REVISION_NOT_FOUND`, `REVISION_AMBIGUOUS`, `BRANCH_NOT_FOUND`, `NOT_ON_BRANCH`,
 * `AMBIGUOUS_WALK`, `LABEL_IN_USE`
 */
export function planRevision(map: RevisionMap, request: RevisionRequest): PlannedRevision {
  const { graph } = map;
  const { revision, splice = false } = request;
  return asCommand(() => {
    Revision.verifyId(revision);
    if (symbolWords.includes(revision)) {
      throw new RevisionError(
        'REVISION_ID',
        `'${revision}' is a symbol, so no revision could be called by it.`,
        {
          details: { revision },
        },
      );
    }
    const heads = nodesForAll(graph, toList(request.head ?? 'head')).filter(
      (spot) => typeof spot === 'number',
    );
    checkHeads(graph, heads, splice);
    const dependencies = toList(request.dependsOn).map((name) => dependencyName(graph, name));
    const labels = toList(request.branchLabels);
    checkNames(graph, revision, labels);
    return {
      revision,
      downRevision: simplify(heads.map((head) => graph.ids[head]!)),
      dependsOn: simplify(dependencies),
      branchLabels: labels.length > 0 ? labels : null,
    };
  });
}

function checkNames(graph: Graph, revision: string, labels: readonly string[]): void {
  if (graph.names.has(revision)) {
    throw refusal(
      'REVISION_EXISTS',
      `'${revision}' is the id or a label of a revision already; choose another id.`,
      {
        revision,
      },
    );
  }
  const taken = labels.find(
    (label, i) => graph.names.has(label) || label === revision || labels.indexOf(label) < i,
  );
  if (taken === undefined) return;
  throw new RevisionError(
    'LABEL_IN_USE',
    `The branch label '${taken}' is taken already. To go on with that branch, begin at '${taken}@head': its label is inherited.`,
    { details: { revision, label: taken } },
  );
}

function checkHeads(graph: Graph, heads: readonly number[], splice: boolean): void {
  const ids = heads.map((head) => graph.ids[head]!);
  if (new Set(heads).size < heads.length) {
    throw refusal('DUPLICATE_HEADS', `A revision can't follow one revision twice: ${listed(ids)}.`, {
      heads: ids,
    });
  }
  const passed = splice ? undefined : heads.find((head) => graph.next[head]!.length > 0);
  if (passed !== undefined) {
    throw refusal(
      'NOT_A_HEAD',
      `Revision '${graph.ids[passed]}' is no head: ${listed(graph.next[passed]!.map((node) => graph.ids[node]!))} follows it. To begin a new branch there, ask for splice.`,
      { revision: graph.ids[passed]! },
    );
  }
}

/** A label stays one, for it may come to mean more; all else becomes a whole id. */
function dependencyName(graph: Graph, name: string): string {
  const node = nodeFor(graph, name);
  if (node === null) {
    throw refusal('REVISION_NOT_FOUND', `A revision can't depend on the base: '${name}'.`, {
      argument: name,
    });
  }
  return graph.labels[node]!.has(name) ? name : graph.ids[node]!;
}
