/** The statements that a step runs on the version table, in this order: deletions, insertions, updates. */
export interface VersionChanges {
  readonly delete: readonly string[];
  readonly insert: readonly string[];
  readonly update: readonly (readonly [from: string, to: string])[];
}

export type StepKind = 'upgrade' | 'downgrade' | 'stamp';

/** One step of a plan. */
export interface RevisionStep {
  /** the revision whose `upgrade` or `downgrade` runs; null for a stamp, which runs nothing */
  readonly revision: string | null;
  readonly kind: StepKind;
  readonly versionChanges: VersionChanges;
  /** the rows of the version table after this step */
  readonly headsAfter: readonly string[];
}

/**
 * Makes the steps of a plan. `headsAfter` is made when it is asked for, so that a plan with very many heads takes no
 * more room than one with few; asking in running order is cheap.
 *
 * @param rows the rows of the version table before the first step
 */
export function makeSteps(
  kind: StepKind,
  rows: Iterable<string>,
  changes: readonly { readonly revision: string | null; readonly versionChanges: VersionChanges }[],
): RevisionStep[] {
  const history = new RowHistory(
    [...rows],
    changes.map((change) => change.versionChanges),
  );
  return changes.map(({ revision, versionChanges }, place) => ({
    revision,
    kind,
    versionChanges,
    get headsAfter(): readonly string[] {
      return history.after(place);
    },
  }));
}

/** Replays changes up to a place, beginning where it was last asked. */
class RowHistory {
  readonly #start: readonly string[];
  readonly #changes: readonly VersionChanges[];
  #rows: Set<string>;
  #done = 0;

  constructor(start: readonly string[], changes: readonly VersionChanges[]) {
    this.#start = start;
    this.#changes = changes;
    this.#rows = new Set(start);
  }

  after(place: number): readonly string[] {
    if (place < this.#done - 1) {
      this.#rows = new Set(this.#start);
      this.#done = 0;
    }
    for (; this.#done <= place; this.#done++) {
      const change = this.#changes[this.#done]!;
      for (const row of change.delete) this.#rows.delete(row);
      for (const row of change.insert) this.#rows.add(row);
      for (const [from, to] of change.update) {
        this.#rows.delete(from);
        this.#rows.add(to);
      }
    }
    return [...this.#rows];
  }
}
