import type { PreviewCommit, PreviewNote, PreviewUnit } from './preview.ts';

/** A unit that may still grow. */
interface OpenUnit {
  readonly isTransaction: boolean;
  /** whether it could be run again after a failure: nothing of the revision at hand is committed before it */
  readonly isRepeatable: boolean;
  readonly revisions: Set<string>;
  readonly risks: PreviewNote[];
  isAtomic: boolean;
  isComplete: boolean;
  commit: PreviewCommit | null;
}

/** What may happen if something follows in the same transaction. */
type Risk = (isRepeatable: boolean) => PreviewNote;

/** Where a run's commits fall: the same rules as those of `DatabaseRun`, of what is only recorded. */
export class Units {
  readonly #rollsBack: boolean;
  readonly #all: OpenUnit[] = [];
  #open: OpenUnit | null = null;
  #blocks = 0;
  /** whether a part of a revision is committed since the last revision that was committed whole */
  #isPartial = false;
  #waiting: Risk[] = [];

  /** `rollsBack`: whether a rollback undoes all that is said to be part of a transaction */
  constructor(rollsBack: boolean) {
    this.#rollsBack = rollsBack;
  }

  /** whether what comes is outside of any transaction */
  get isOutside(): boolean {
    return this.#blocks > 0;
  }

  /** An operation or a query: the place of its unit. With `commits`, the database commits before it and after it. */
  add(revision: string, { commits = null }: { readonly commits?: PreviewCommit | null } = {}): number {
    if (commits !== null && this.#open?.isTransaction) this.#commit(commits);
    const place = this.#place(revision, commits === null && !this.isOutside);
    const unit = this.#all[place]!;
    unit.risks.push(...this.#waiting.map((risk) => risk(unit.isRepeatable)));
    this.#waiting = [];
    return place;
  }

  /** What may happen if anything else comes in the unit at hand. */
  addRisk(risk: Risk): void {
    if (this.#open?.isTransaction) this.#waiting.push(risk);
  }

  /** From here on not all is known of the unit at hand. */
  addUnknown(revision: string): void {
    this.#all[this.add(revision)]!.isComplete = false;
  }

  enterBlock(commit: PreviewCommit): void {
    if (this.#blocks++ > 0) return;
    this.#commit(commit);
    this.#isPartial = true;
  }

  leaveBlock(): void {
    if (--this.#blocks === 0) this.#open = null;
  }

  /** A revision's row of the version table: the place of its unit. `commit` where the revision has a transaction of its own. */
  endStep(revision: string, commit: PreviewCommit | null): number {
    const place = this.#place(revision, true);
    if (commit !== null) {
      this.#commit(commit);
      this.#isPartial = false;
    }
    return place;
  }

  finish(): readonly PreviewUnit[] {
    this.#commit({ reason: 'run', revision: null, file: null, line: null });
    return this.#all.map(({ isRepeatable: _, revisions, ...unit }) => ({
      ...unit,
      revisions: [...revisions],
    }));
  }

  #place(revision: string, isTransaction: boolean): number {
    if (this.#open?.isTransaction !== isTransaction) {
      this.#open = {
        isTransaction,
        isRepeatable: !this.#isPartial,
        revisions: new Set(),
        risks: [],
        isAtomic: isTransaction && this.#rollsBack,
        isComplete: true,
        commit: null,
      };
      this.#all.push(this.#open);
    }
    this.#open.revisions.add(revision);
    return this.#all.length - 1;
  }

  /** Nothing was done in a transaction that isn't there yet. */
  #commit(commit: PreviewCommit): void {
    if (this.#open?.isTransaction) this.#open.commit = commit;
    this.#open = null;
    this.#waiting = [];
  }
}
