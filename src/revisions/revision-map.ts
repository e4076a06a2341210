import { CommandError } from '../errors.ts';
import { buildGraph } from './build-graph.ts';
import { asCommand } from './failures.ts';
import type { Graph } from './graph.ts';
import { sortNewestFirst } from './newest-first.ts';
import type { Revision, RevisionSpec } from './revision.ts';
import { type Selection, selectRange } from './selections.ts';
import {
  currentHead,
  filterForLineage,
  nodeFor,
  nodesFor,
  nodesForAll,
  resolveSymbol,
  type Spot,
} from './symbols.ts';
import { newestOfBranches } from './targets.ts';

type Symbols = string | null | readonly (string | null)[];

/**
 * A whole history, checked when it is made. It neither reads files nor asks a database.
 *
 * Everything here throws a {@link CommandError}, with the RevisionError as its direct `cause`.
 */
export class RevisionMap<Node extends Revision = Revision> {
  /** what is odd but harmless, such as an id that is given twice */
  readonly warnings: readonly string[];
  /** @internal */
  readonly graph: Graph;

  /**
   * @param given in load order; a {@link Revision} stays the same object, and counts with its own labels only
   * @throws CommandError `REVISION_ID`, `REVISION_LOOP`, `DEPENDENCY_LOOP`, `LABEL_IN_USE`, `DEPENDENCY_MISSING`,
   * `DOWN_REVISION_MISSING`, `REVISION_CYCLE`, `DEPENDENCY_CYCLE`
   */
  constructor(given: Iterable<Node | (Revision extends Node ? RevisionSpec : never)>) {
    const warnings: string[] = [];
    this.graph = asCommand(() => buildGraph(given, (warning) => warnings.push(warning)));
    this.warnings = warnings;
  }

  /** every revision, in load order */
  get revisions(): readonly Node[] {
    return this.graph.revisions as readonly Node[];
  }

  /** ids, in load order, of what is nothing's down revision */
  get heads(): readonly string[] {
    return this.#idsOf(this.graph.heads);
  }

  /** ids, in load order, of what is neither a down revision nor a dependency: the rows after `upgrade heads` */
  get realHeads(): readonly string[] {
    return this.#idsOf(this.graph.realHeads);
  }

  get bases(): readonly string[] {
    return this.#idsOf(this.graph.bases);
  }

  /** bases that depend on nothing */
  get realBases(): readonly string[] {
    return this.#idsOf(this.graph.realBases);
  }

  /** revisions with more than one next revision */
  get branchPoints(): readonly Node[] {
    return this.revisions.filter((revision) => revision.isBranchPoint);
  }

  /** revisions with more than one down revision */
  get mergePoints(): readonly Node[] {
    return this.revisions.filter((revision) => revision.isMergePoint);
  }

  /** whether a revision has exactly this id */
  has(id: string): boolean {
    const node = this.graph.names.get(id);
    return node !== undefined && this.graph.ids[node] === id;
  }

  /**
   * The one revision that a symbol means: `null` is the base.
   *
   * @throws CommandError `MULTIPLE_HEADS`, `REVISION_NOT_FOUND`, `REVISION_AMBIGUOUS`, `BRANCH_NOT_FOUND`, `NOT_ON_BRANCH`
   */
  getRevision(symbol: string | null): Node | null {
    return asCommand(() => this.#revisionAt(nodeFor(this.graph, symbol)));
  }

  /**
   * All revisions that one or several symbols mean. `base` means none; `-1` and `label@-1` count down from the
   * heads, and give `null` where they leave the history.
   *
   * @throws CommandError as {@link getRevision}, and `AMBIGUOUS_WALK`
   */
  getRevisions(symbols: Symbols): (Node | null)[] {
    return asCommand(() => this.#nodesFor(symbols).map((spot) => this.#revisionAt(spot)));
  }

  /**
   * The id of the one head, by down revisions; `null` in an empty history.
   *
   * @throws CommandError `MULTIPLE_HEADS`
   */
  getCurrentHead(branchLabel: string | null = null): string | null {
    return asCommand(() => {
      const head = currentHead(this.graph, branchLabel);
      return head === null ? null : this.graph.ids[head]!;
    });
  }

  /** What stands applied, given the rows of the version table: the newest revision of each branch. */
  getAllCurrent(ids: readonly string[]): Node[] {
    return asCommand(() => {
      const rows = nodesForAll(this.graph, ids).filter((spot) => typeof spot === 'number');
      return newestOfBranches(this.graph, rows).map((node) => this.revisions[node]!);
    });
  }

  /** A symbol as an id: `null` for the base, an array for `heads`, a relative or partial one as it is. */
  asRevisionNumber(symbol: string | null): string | string[] | null {
    return asCommand(() => {
      const { ids } = resolveSymbol(this.graph, symbol);
      if (ids.length === 0) return null;
      return symbol === 'heads' ? [...ids] : ids[0]!;
    });
  }

  /**
   * The revisions from `head` down to `base`, both included, newest first.
   *
   * @throws CommandError `NOT_AN_ANCESTOR`, `REVISIONS_OVERLAP`, `RELATIVE_REVISION`; as {@link getRevisions}
   */
  walk(
    base: string | readonly string[] = 'base',
    head: string | readonly string[] = 'heads',
  ): Iterable<Node> {
    return asCommand(() => this.#sorted(selectRange(this.graph, base, head)));
  }

  /**
   * What `history` shows for a range `start:end`, `start:` or `:end`, newest first. Each end may be any symbol, or
   * `current`.
   *
   * @param currentHeads the rows of the version table, that `current` means
   * @throws CommandError `HISTORY_RANGE`; as {@link walk}
   */
  history(range = ':', currentHeads: readonly string[] = []): Iterable<Node> {
    const ends = range.trim().split(':');
    if (ends.length !== 2) {
      throw new CommandError('HISTORY_RANGE', `'${range}' is no range: write start:end, start: or :end.`, {
        details: { argument: range },
      });
    }
    const [start, end] = ends.map((symbol) => (symbol === 'current' ? currentHeads : symbol)) as [
      string | readonly string[],
      string | readonly string[],
    ];
    if (typeof end !== 'string' && end.length === 0) return [];
    return this.walk(start.length === 0 ? 'base' : start, end === '' ? 'heads' : end);
  }

  /**
   * Those of some revisions that are ancestors or descendants of what a symbol means, or are it; all of them for
   * `base`.
   */
  filterForLineage(
    revisions: readonly Node[],
    symbol: string | null,
    options: { readonly includeDependencies?: boolean } = {},
  ): Node[] {
    return asCommand(() => {
      const nodes = revisions.map((revision) => nodeFor(this.graph, revision.revision)!);
      const kept = new Set(filterForLineage(this.graph, nodes, symbol, options.includeDependencies));
      return revisions.filter((_, i) => kept.has(nodes[i]!));
    });
  }

  [Symbol.iterator](): Iterator<Node> {
    return this.revisions[Symbol.iterator]();
  }

  #nodesFor(symbols: Symbols): Spot[] {
    return symbols === null || typeof symbols === 'string'
      ? nodesFor(this.graph, symbols)
      : nodesForAll(this.graph, symbols);
  }

  #sorted({ nodes, heads }: Selection): Node[] {
    return sortNewestFirst(this.graph, nodes, heads).map((node) => this.revisions[node]!);
  }

  #revisionAt(spot: Spot): Node | null {
    return typeof spot === 'number' ? this.revisions[spot]! : null;
  }

  #idsOf(nodes: readonly number[]): readonly string[] {
    return nodes.map((node) => this.graph.ids[node]!);
  }
}
