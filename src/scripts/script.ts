import { readFileSync } from 'node:fs';
import { CommandError } from '../errors.ts';
import { Revision, type RevisionSpec } from '../revisions/revision.ts';
import { exportLine } from './read-header.ts';
import {
  checkMigrations,
  type Direction,
  type MigrationFunction,
  migrationFor,
  type RevisionModule,
} from './revision-module.ts';

let loading: typeof import('./load-module.ts') | undefined;

/** A revision and the file that it is kept in. The file is imported by {@link load}, not before. */
export class Script extends Revision {
  readonly #path: string;

  constructor(spec: RevisionSpec, path: string) {
    super(spec);
    this.#path = path;
  }

  /** absolute path of the file */
  override get path(): string {
    return this.#path;
  }

  /**
   * The 1-based line on which the file exports its `revision`; `undefined` where it can't be told. Reads the
   * file.
   */
  get line(): number | undefined {
    try {
      return exportLine(readFileSync(this.#path, 'utf8'), 'revision');
    } catch {
      return undefined;
    }
  }

  /**
   * Imports the file, or takes the module that is imported when the file didn't change since.
   *
   * @throws CommandError `FILE_UNREADABLE`, `SCRIPT_SYNTAX`, `TYPESCRIPT_UNSUPPORTED`, `SCRIPT_IMPORT`,
   * `SCRIPT_THREW`, `SCRIPT_CHANGED`, `UPGRADE_MISSING`, `MIGRATION_AMBIGUOUS`, `MIGRATION_INVALID`;
   * `details` hold the file and, where it is known, the line
   */
  async load(): Promise<RevisionModule> {
    // Not before it is needed, for most runs import no revision at all; nor again, for an import that is done takes its time too.
    loading ??= await import('./load-module.ts');
    const module = await loading.loadModule(this.#path);
    if (module.revision !== this.revision) {
      throw new CommandError(
        'SCRIPT_CHANGED',
        `${this.#path} held revision '${this.revision}' when the directory was read, and holds ${typeof module.revision === 'string' ? `'${module.revision}'` : 'none'} now. Nothing of it ran; run the command again.`,
        { details: { file: this.#path, revision: this.revision } },
      );
    }
    return checkMigrations(module, this.#path);
  }

  /**
   * The function that runs in one direction on one database; `null` where the file has a map of functions
   * without that database.
   *
   * @throws CommandError as {@link load}; `DOWNGRADE_MISSING`
   */
  async migration(direction: Direction, engineName = 'default'): Promise<MigrationFunction | null> {
    return migrationFor(await this.load(), direction, engineName, this.#path);
  }
}
