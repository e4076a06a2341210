/** What a run has to know of a revision's file; a `Script` is one. */
export interface RevisionFile {
  readonly revision: string;
  readonly downRevision: null | string | readonly string[];
  readonly doc: string;
  readonly path: string | null;
}

/** `upgrade` or `downgrade` of a revision. */
export type MigrationFunction = (op: never, args: Readonly<Record<string, unknown>>) => unknown;

/** Where migrations come from. */
export interface MigrationSource {
  /** @throws CommandError for an id that no file has. */
  getRevision(id: string): RevisionFile;
  /**
   * The function to run, imported now; null where the file has nothing for that database.
   *
   * @throws CommandError when the file can't be imported or has no such function.
   */
  load(id: string, direction: 'upgrade' | 'downgrade', engineName: string): Promise<MigrationFunction | null>;
}
