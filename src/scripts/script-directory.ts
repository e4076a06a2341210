import { realpathSync, statSync } from 'node:fs';
import { CommandError, RevisionError } from '../errors.ts';
import type { Revision, RevisionSpec } from '../revisions/revision.ts';
import { RevisionMap } from '../revisions/revision-map.ts';
import type { NewRevision } from './generate-revision.ts';
import type { PostWriteHook } from './post-write-hooks.ts';
import { RevisionFiles } from './revision-files.ts';
import { Script } from './script.ts';
import { type ScriptConfig, type ScriptSettings, scriptSettings } from './script-config.ts';
import { makeScriptDirectory, type ScaffoldOptions } from './template-file.ts';

type Symbols = string | null | readonly (string | null)[];

/** How closely to look for changes. */
export interface RefreshOptions {
  /** also look at each file of a directory of more than 1,000; default `false` */
  readonly force?: boolean | undefined;
}

/**
 * The directory of revision files: reads their headers into a {@link RevisionMap} of {@link Script}s and
 * writes new ones.
 *
 * Nothing is read before it is needed, and then once; {@link load} and {@link refresh} look for changes. All
 * methods that answer from the map throw what {@link refresh} throws.
 */
export class ScriptDirectory {
  readonly #settings: ScriptSettings;
  readonly #files: RevisionFiles;
  #map: RevisionMap<Script> | undefined;
  #writing: Promise<unknown> = Promise.resolve();
  #scripts: ReadonlyMap<RevisionSpec, Script> = new Map();

  /** @throws CommandError `FILE_TEMPLATE`, `TIMEZONE`; the disk isn't looked at */
  constructor(config: ScriptConfig = {}) {
    this.#settings = scriptSettings(config);
    this.#files = new RevisionFiles(this.#settings.versionLocations, this.#settings.recursive);
  }

  /** absolute path of `scriptLocation` */
  get directory(): string {
    return this.#settings.directory;
  }

  /** absolute paths of all directories with revisions: `scriptLocation` first, then `versionLocations` */
  get versionLocations(): readonly string[] {
    return this.#settings.versionLocations;
  }

  /** absolute path of the directory for new revisions that nothing places elsewhere */
  get versions(): string {
    return this.#settings.directory;
  }

  /** what runs on each new file */
  get postWriteHooks(): readonly PostWriteHook[] {
    return this.#settings.postWriteHooks;
  }

  /** The absolute path of the directory that `versionLocations` pairs with a branch. */
  branchLocation(branch: string): string | undefined {
    return this.#settings.branchLocations.get(branch);
  }

  /**
   * Makes the script directory, the version locations and the template. What exists is left alone.
   *
   * @returns what it made, as absolute paths
   * @throws CommandError `NOT_WRITABLE`, `DISK_FULL`, `WRITE_FAILED`
   */
  mkdir(options: ScaffoldOptions = {}): readonly string[] {
    const { directory, versionLocations, databases } = this.#settings;
    return makeScriptDirectory(directory, versionLocations, {
      severalDatabases: databases.length > 1,
      ...options,
    });
  }

  /** The history, as of the last reading. */
  get revisionMap(): RevisionMap<Script> {
    return this.#map ?? this.refresh();
  }

  /**
   * Reads what is new or changed since the last reading, without importing any file.
   *
   * @throws CommandError `SCRIPT_LOCATION_MISSING`, `DIRECTORY_UNREADABLE`, `FILE_UNREADABLE`,
   * `REVISION_EXPORT_MISSING`, `HEADER_INVALID`, `HEADER_NOT_LITERAL`, `DUPLICATE_REVISION`, and those of
   * {@link RevisionMap}'s constructor
   */
  refresh(options: RefreshOptions = {}): RevisionMap<Script> {
    this.#read(options);
    const [computed] = this.#files.computed;
    if (computed !== undefined) {
      throw new CommandError(
        'HEADER_NOT_LITERAL',
        `${computed} computes its revision, downRevision, branchLabels or dependsOn, so it has to be imported first: ` +
          'write them as literals, or `await scriptDirectory.load()` before asking.',
        { details: { file: computed } },
      );
    }
    return (this.#map ??= this.#build());
  }

  /**
   * As {@link refresh}, and imports the few files whose header isn't literal. Whoever can wait calls this.
   *
   * @throws CommandError as {@link refresh}, without `HEADER_NOT_LITERAL`; `SCRIPT_SYNTAX`,
   * `TYPESCRIPT_UNSUPPORTED`, `SCRIPT_IMPORT`, `SCRIPT_THREW`
   */
  async load(options: RefreshOptions = {}): Promise<RevisionMap<Script>> {
    this.#read(options);
    if (await this.#files.importComputed()) this.#map = undefined;
    return (this.#map ??= this.#build());
  }

  /** @throws CommandError as {@link RevisionMap.getRevision} */
  getRevision(symbol: string | null): Script | null {
    return this.revisionMap.getRevision(symbol);
  }

  /** @throws CommandError as {@link RevisionMap.getRevisions} */
  getRevisions(symbols: Symbols): (Script | null)[] {
    return this.revisionMap.getRevisions(symbols);
  }

  /** The newest applied revision of each branch, given the rows of the version table. */
  getAllCurrent(ids: readonly string[]): Script[] {
    return this.revisionMap.getAllCurrent(ids);
  }

  asRevisionNumber(symbol: string | null): string | string[] | null {
    return this.revisionMap.asRevisionNumber(symbol);
  }

  /** The id of the one head; `null` in an empty history. @throws CommandError `MULTIPLE_HEADS` */
  getCurrentHead(): string | null {
    return this.revisionMap.getCurrentHead();
  }

  /** The ids of the heads; with `considerDependsOn` without those that another revision depends on. */
  getHeads({ considerDependsOn = false }: { readonly considerDependsOn?: boolean } = {}): readonly string[] {
    return considerDependsOn ? this.revisionMap.realHeads : this.revisionMap.heads;
  }

  /** The id of the one base; `null` in an empty history. @throws CommandError `MULTIPLE_BASES` */
  getBase(): string | null {
    const bases = this.getBases();
    if (bases.length > 1) {
      throw new CommandError(
        'MULTIPLE_BASES',
        `The history begins in several places: ${bases.join(', ')}. Ask getBases() for all.`,
        {
          details: { bases },
        },
      );
    }
    return bases[0] ?? null;
  }

  getBases(): readonly string[] {
    return this.revisionMap.bases;
  }

  /** The revisions from `head` down to `base`, both included, newest first. */
  walkRevisions(
    base: string | readonly string[] = 'base',
    head: string | readonly string[] = 'heads',
  ): Iterable<Script> {
    return this.revisionMap.walk(base, head);
  }

  /** The revisions from `upper` down to `lower`, newest first; `lower` itself only if `inclusive`. */
  *iterateRevisions(
    upper: string | readonly string[],
    lower: string | readonly string[],
    { inclusive = false }: { readonly inclusive?: boolean } = {},
  ): Iterable<Script> {
    const left = inclusive ? new Set<Revision | null>() : new Set<Revision | null>(this.getRevisions(lower));
    for (const script of this.walkRevisions(lower, upper)) if (!left.has(script)) yield script;
  }

  /**
   * Writes a new revision file by the template, whole or not at all, and runs the post-write hooks on it. All
   * that can be wrong with the request is found before.
   *
   * @param message its first paragraph becomes the doc line, its words the file's name
   * @throws CommandError as {@link load} and {@link planRevision}; `TEMPLATE_MISSING`, `TEMPLATE_AMBIGUOUS`,
   * `TEMPLATE_INVALID`, `VERSION_PATH`, `FILE_EXISTS`, `NOT_WRITABLE`, `DISK_FULL`, `WRITE_FAILED`;
   * `WRITE_HOOK`, when the file is written already
   */
  async generateRevision(
    revision: string,
    message: string | null,
    options: NewRevision = {},
  ): Promise<Script> {
    // One after the other: of two that are asked for at once, the second follows the first.
    const turn = this.#writing.then(() => this.#generate(revision, message, options));
    this.#writing = turn.catch(() => undefined);
    return turn;
  }

  async #generate(revision: string, message: string | null, options: NewRevision): Promise<Script> {
    const { writeRevision } = await import('./generate-revision.ts');
    const map = await this.load();
    const file = await writeRevision(this.#settings, map, revision, message, options);
    const written = (await this.load()).has(revision) ? this.getRevision(revision) : null;
    if (written?.path === file) return written;
    throw new CommandError(
      'WRITE_HOOK',
      `After the post-write hooks ${file} no longer holds revision '${revision}'. The file stays.`,
      { details: { file, revision } },
    );
  }

  #read({ force = false }: RefreshOptions): void {
    const { directory } = this.#settings;
    if (isMissing(directory)) {
      this.#map = undefined;
      throw new CommandError(
        'SCRIPT_LOCATION_MISSING',
        `There is no script directory ${directory}. Make it with mkdir() or the command init, or set scriptLocation to where revisions are.`,
        { details: { file: directory } },
      );
    }
    try {
      if (this.#files.refresh(force)) this.#map = undefined;
    } catch (error) {
      this.#map = undefined;
      throw error;
    }
  }

  /** Scripts that didn't change stay the same objects. */
  #build(): RevisionMap<Script> {
    const scripts = new Map<RevisionSpec, Script>();
    const fileOf = new Map<string, string>();
    for (const { file, spec } of this.#files.revisions()) {
      const other = fileOf.get(spec.revision);
      if (other !== undefined) {
        // One file under two names is one revision.
        if (realpathSync(other) === realpathSync(file)) continue;
        throw new CommandError(
          'DUPLICATE_REVISION',
          `Revision '${spec.revision}' is in two files, ${other} and ${file}. Give one of them another id, or delete it.`,
          { details: { revision: spec.revision, file, otherFile: other } },
        );
      }
      fileOf.set(spec.revision, file);
      scripts.set(spec, this.#scripts.get(spec) ?? scriptOf(file, spec));
    }
    const map = new RevisionMap<Script>(scripts.values());
    this.#scripts = scripts;
    return map;
  }
}

/** @throws CommandError with the revision error as its cause */
function scriptOf(file: string, spec: RevisionSpec): Script {
  try {
    return new Script(spec, file);
  } catch (cause) {
    if (!(cause instanceof RevisionError)) throw cause;
    throw new CommandError(cause.code, `${file}: ${cause.message}`, {
      cause,
      details: { ...cause.details, file },
    });
  }
}

/** Whether nothing is there; what can't be looked at is something. */
function isMissing(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}
