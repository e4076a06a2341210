import { readFileSync, statSync } from 'node:fs';
import type { RevisionSpec } from '../revisions/revision.ts';
import { checkHeader, checkHeaderValues } from './check-header.ts';
import { errnoOf, readError } from './file-errors.ts';
import { type FileListing, listFiles, mayHaveChanged } from './list-files.ts';
import { type HeaderName, headerNames, readGenerated, readHeader } from './read-header.ts';

/** What is known of one file. */
interface Entry {
  /** `null`: no revision; `'computed'`: has to be imported first */
  spec: RevisionSpec | 'computed' | null;
  /** what `stat` said before it was read; absent until it is looked at for the second time */
  stamp: string | undefined;
}

/**
 * Up to so many files, a refresh looks at each one's time stamp; beyond, only at those of the directories.
 */
const FEW = 1000;

/**
 * The revision files of a script directory and their headers. Read once, without importing and without asking
 * for time stamps; what didn't change isn't read again.
 */
export class RevisionFiles {
  readonly #locations: readonly string[];
  readonly #recursive: boolean;
  #listing: FileListing | undefined;
  #entries = new Map<string, Entry>();

  constructor(locations: readonly string[], recursive: boolean) {
    this.#locations = locations;
    this.#recursive = recursive;
  }

  /**
   * Reads what is new or changed. Files that were edited in place in a directory of more than 1,000 are only
   * noticed with `force`.
   *
   * @returns whether any header differs from before
   * @throws CommandError `DIRECTORY_UNREADABLE`, `FILE_UNREADABLE`, `REVISION_EXPORT_MISSING`,
   * `HEADER_INVALID`
   */
  refresh(force: boolean): boolean {
    const first = this.#listing === undefined;
    const changed = first || mayHaveChanged(this.#listing as FileListing);
    if (!changed && !force && this.#entries.size > FEW) return false;
    const listing =
      changed || force ? listFiles(this.#locations, this.#recursive) : (this.#listing as FileListing);
    const entries = new Map<string, Entry>();
    let different = false;
    for (const file of listing.files) {
      const before = this.#entries.get(file);
      const entry = first ? { spec: readSpec(file), stamp: undefined } : checkedEntry(file, before);
      if (entry === undefined) continue;
      entries.set(file, entry);
      if (entry === before) continue;
      // Read again, but with the same header: the same object stands for the same revision.
      if (before !== undefined && JSON.stringify(entry.spec) === JSON.stringify(before.spec)) {
        entry.spec = before.spec;
      } else different = true;
    }
    different ||= entries.size !== this.#entries.size;
    // Only now: a failure leaves everything as it was, to be read again.
    this.#listing = listing;
    this.#entries = entries;
    return different;
  }

  /** Imports the files that have to be. @returns whether there were any */
  async importComputed(): Promise<boolean> {
    let any = false;
    for (const [file, entry] of this.#entries) {
      if (entry.spec !== 'computed') continue;
      entry.spec = await importedSpec(file);
      any = true;
    }
    return any;
  }

  /** The files that are revisions, in load order. */
  *revisions(): Iterable<{ readonly file: string; readonly spec: RevisionSpec }> {
    for (const [file, { spec }] of this.#entries)
      if (spec !== null && spec !== 'computed') yield { file, spec };
  }

  /** The files whose revision isn't known before they are imported. */
  get computed(): readonly string[] {
    return [...this.#entries].filter(([, entry]) => entry.spec === 'computed').map(([file]) => file);
  }
}

/** The entry as it was if the file's time stamp is; else a new one; `undefined` for a file that is gone. */
function checkedEntry(file: string, before: Entry | undefined): Entry | undefined {
  let stamp: string | undefined;
  try {
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat === undefined) return undefined;
    stamp = `${stat.mtimeMs} ${stat.ctimeMs} ${stat.size} ${stat.ino}`;
  } catch (error) {
    throw readError(file, error);
  }
  return before?.stamp === stamp ? before : { spec: readSpec(file), stamp };
}

function readSpec(file: string): Entry['spec'] {
  const source = readSource(file);
  if (source === undefined) return null;
  return readGenerated(source) ?? checkHeader(file, source, readHeader(source));
}

/** `undefined` for what isn't a file. */
function readSource(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'EISDIR') return undefined;
    throw readError(file, error);
  }
}

async function importedSpec(file: string): Promise<RevisionSpec> {
  const source = readSource(file) ?? '';
  const { loadModule } = await import('./load-module.ts');
  const module = await loadModule(file);
  const values: Partial<Record<HeaderName, unknown>> = {};
  for (const name of headerNames) values[name] = module[name];
  return checkHeaderValues(file, source, values, readHeader(source).longdoc);
}
