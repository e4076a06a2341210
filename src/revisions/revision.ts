import { DependencyLoopDetected, LoopDetected, RevisionError } from '../errors.ts';

/** Nothing, one name or several, as a revision file holds them. */
export type Names = null | string | readonly string[];

/** What a revision file says about its place in the history. */
export interface RevisionSpec {
  /** the id: any text without `@ - + :` */
  readonly revision: string;
  /** ids of the revisions that this one follows; several make a merge, `null` or `[]` a base */
  readonly downRevision: Names;
  /** ids or branch labels that have to be applied before, without being ancestors in the sense of branches */
  readonly dependsOn?: Names | undefined;
  /** labels given here; descendants inherit them */
  readonly branchLabels?: Names | undefined;
  /** the text that describes the revision; its first paragraph is the short form */
  readonly doc?: string | undefined;
}

export interface FormatOptions {
  /** the branch labels, in parentheses; default `false` */
  readonly includeBranches?: boolean;
  /** the first paragraph of the doc text; default `false` */
  readonly includeDoc?: boolean;
  /** down revisions and dependencies before an arrow; default `false` */
  readonly includeParents?: boolean;
  /** `(branchpoint)` and `(mergepoint)`; default `true` */
  readonly treeIndicators?: boolean;
  /** `(head)` and `(effective head)`; default `true` */
  readonly headIndicators?: boolean;
  /** mark the revision as `(current)`; default `false` */
  readonly current?: boolean;
  /** several lines with everything that is known; the options above don't apply, but for `current` */
  readonly verbose?: boolean;
}

/** What only the whole graph knows about a revision. */
export interface Place {
  readonly nextrev: ReadonlySet<string>;
  readonly allNextrev: ReadonlySet<string>;
  readonly normalizedDownRevisions: readonly string[];
  readonly branchLabels: ReadonlySet<string>;
}

const illegalCharacters = /[-+:@]/g;

/**
 * One node of the history. A revision made by hand knows its own spec; once a {@link RevisionMap} holds it, it also
 * knows what follows it. It belongs to the newest map that it was given to.
 */
export class Revision {
  readonly revision: string;
  /** as given, but `[]` is `null` and a list of one is its member */
  readonly downRevision: Names;
  /** as given (ids or labels), simplified like `downRevision` */
  readonly dependsOn: Names;
  /** the labels that this revision's own file gives */
  readonly ownBranchLabels: ReadonlySet<string>;
  /** the whole doc text, without surrounding white space */
  readonly longdoc: string;

  /** Set by the map that holds this revision. @internal */
  place: Place | null = null;

  /**
   * @throws RevisionError `REVISION_ID`, LoopDetected `REVISION_LOOP`, DependencyLoopDetected `DEPENDENCY_LOOP`,
   * RevisionError `LABEL_IN_USE` where a label is given twice
   */
  constructor(spec: RevisionSpec) {
    const { revision } = spec;
    if (typeof revision === 'string') {
      if (toList(spec.downRevision).includes(revision)) {
        throw new LoopDetected(
          'REVISION_LOOP',
          `Revision '${revision}' names itself as its down revision; give it the id of the revision before it.`,
          { details: { revision, revisions: [revision] } },
        );
      }
      if (toList(spec.dependsOn).includes(revision)) {
        throw new DependencyLoopDetected(
          'DEPENDENCY_LOOP',
          `Revision '${revision}' depends on itself; take it out of its dependsOn.`,
          { details: { revision, revisions: [revision] } },
        );
      }
    }
    Revision.verifyId(revision);
    this.revision = revision;
    this.downRevision = simplify(spec.downRevision);
    this.dependsOn = simplify(spec.dependsOn);
    const labels = toList(spec.branchLabels);
    this.ownBranchLabels = labels.length > 0 ? new Set(labels) : none;
    if (this.ownBranchLabels.size < labels.length) {
      throw new RevisionError('LABEL_IN_USE', `Revision '${revision}' gives one branch label twice.`, {
        details: { revision, labels },
      });
    }
    this.longdoc = (spec.doc ?? '').trim();
  }

  /** @throws RevisionError `REVISION_ID` for what symbols could not name */
  static verifyId(id: string): void {
    if (typeof id !== 'string' || id === '') {
      throw new RevisionError(
        'REVISION_ID',
        `A revision id is a text of at least one character, not ${String(id) || "''"}.`,
      );
    }
    const found = id.match(illegalCharacters);
    if (found !== null) {
      throw new RevisionError(
        'REVISION_ID',
        `The revision id '${id}' holds ${[...new Set(found)].sort().join(' ')}, which symbols such as 'label@head' and 'id+1' need for themselves.`,
        { details: { revision: id } },
      );
    }
  }

  /** the first paragraph of {@link longdoc} */
  get doc(): string {
    return this.longdoc.split('\n\n', 1)[0]!;
  }

  /** ids of the revisions whose down revision this is, in load order */
  get nextrev(): ReadonlySet<string> {
    return this.place?.nextrev ?? none;
  }

  /** {@link nextrev}, and the revisions that depend on this one */
  get allNextrev(): ReadonlySet<string> {
    return this.place?.allNextrev ?? none;
  }

  /** the labels given here, and those of the branches that this revision is on */
  get branchLabels(): ReadonlySet<string> {
    return this.place?.branchLabels ?? this.ownBranchLabels;
  }

  /** ids of the down revisions as a list */
  get downRevisions(): readonly string[] {
    return toList(this.downRevision);
  }

  /**
   * ids of the down revisions and of the dependencies, without those dependencies that an ancestor (by down
   * revisions) has too: the rows of the version table that applying this revision replaces
   */
  get normalizedDownRevisions(): readonly string[] {
    return (
      this.place?.normalizedDownRevisions ?? [...new Set([...this.downRevisions, ...toList(this.dependsOn)])]
    );
  }

  get isHead(): boolean {
    return this.nextrev.size === 0;
  }

  /** a head that no other revision depends on either */
  get isRealHead(): boolean {
    return this.allNextrev.size === 0;
  }

  get isBase(): boolean {
    return this.downRevision === null;
  }

  /** a base that depends on nothing either */
  get isRealBase(): boolean {
    return this.downRevision === null && this.dependsOn === null;
  }

  /** more than one revision has this one as its down revision */
  get isBranchPoint(): boolean {
    return this.nextrev.size > 1;
  }

  /** this revision has more than one down revision */
  get isMergePoint(): boolean {
    return this.downRevisions.length > 1;
  }

  /** Where the revision is kept, shown by the verbose form; nowhere, unless a subclass knows. */
  get path(): string | null {
    return null;
  }

  /** The line that `history` and `heads` print, labels in alphabetical order; with `verbose` the paragraph of `show`. */
  format(options: FormatOptions = {}): string {
    return options.verbose ? this.#paragraph(options.current ?? false) : this.#line(options);
  }

  toString(): string {
    return this.format({ includeParents: true, includeDoc: true });
  }

  #line(options: FormatOptions): string {
    const { treeIndicators = true, headIndicators = true } = options;
    let text = this.revision;
    if (options.includeParents) {
      const dependencies = this.dependsOn === null ? '' : ` (${joined(this.dependsOn)})`;
      text = `${this.#parents()}${dependencies} -> ${text}`;
    }
    if (options.includeBranches && this.branchLabels.size > 0)
      text += ` (${joined([...this.branchLabels].sort())})`;
    if (headIndicators || treeIndicators) {
      if (this.isHead) text += this.isRealHead ? ' (head)' : ' (effective head)';
      if (options.current) text += ' (current)';
    }
    if (treeIndicators) {
      if (this.isBranchPoint) text += ' (branchpoint)';
      if (this.isMergePoint) text += ' (mergepoint)';
    }
    return options.includeDoc ? `${text}, ${this.doc}` : text;
  }

  #paragraph(current: boolean): string {
    const marks = [
      this.isHead && 'head',
      this.isBranchPoint && 'branchpoint',
      this.isMergePoint && 'mergepoint',
      current && 'current',
    ].filter((mark) => mark !== false);
    const lines = [`Rev: ${[this.revision, ...marks.map((mark) => `(${mark})`)].join(' ')}`];
    lines.push(`${this.isMergePoint ? 'Merges' : 'Parent'}: ${this.#parents()}`);
    if (this.dependsOn !== null) lines.push(`Also depends on: ${joined(this.dependsOn)}`);
    if (this.isBranchPoint) lines.push(`Branches into: ${joined([...this.nextrev])}`);
    if (this.branchLabels.size > 0) lines.push(`Branch names: ${joined([...this.branchLabels].sort())}`);
    if (this.path !== null) lines.push(`Path: ${this.path}`);
    lines.push('', ...this.longdoc.split('\n').map((line) => `    ${line}`), '');
    return lines.join('\n');
  }

  #parents(): string {
    return this.downRevision === null ? '<base>' : joined(this.downRevision);
  }
}

const none: ReadonlySet<string> = new Set<string>();

function joined(names: string | readonly string[]): string {
  return typeof names === 'string' ? names : names.join(', ');
}

/** One name as a list of one; nothing as an empty list. */
export function toList(names: Names | undefined): readonly string[] {
  if (names === null || names === undefined) return [];
  return typeof names === 'string' ? [names] : names;
}

/** A list of one as its member, an empty list as `null`: the form in which a file holds names. */
export function simplify(names: Names | undefined): Names {
  const list = toList(names);
  if (list.length === 0) return null;
  return list.length === 1 ? list[0]! : [...list];
}
