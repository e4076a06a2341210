import { type Dirent, readdirSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { CommandError } from '../errors.ts';
import { errnoOf } from './file-errors.ts';

/** The files of the version locations, and the directories that were read for it. */
export interface FileListing {
  /**
   * absolute paths in load order: location by location, in each by name, a directory before those inside it
   */
  readonly files: readonly string[];
  /** for each directory when its content last changed; `undefined` when it wasn't there */
  readonly directories: ReadonlyMap<string, number | undefined>;
  /** when the directories were read */
  readonly readAt: number;
}

/**
 * How long a clock may stand still: a change within this time of another can go without a trace in a
 * directory's time stamp.
 */
const CLOCK_GRAIN = 2000;

/** What could be a revision; not `x.d.ts`, and nothing hidden (editors lock files that way). */
const SCRIPT_FILE = /^[^.].*(?<!\.d)\.(?:ts|mts|js|mjs|cjs)$/s;

/**
 * Lists what could be revision files. A location that isn't there has none.
 *
 * @throws CommandError `DIRECTORY_UNREADABLE`
 */
export function listFiles(locations: readonly string[], recursive: boolean): FileListing {
  const readAt = Date.now();
  const files: string[] = [];
  const directories = new Map<string, number | undefined>();
  const seen = new Set<string>();
  const waiting = [...locations].reverse();
  for (let directory = waiting.pop(); directory !== undefined; directory = waiting.pop()) {
    directories.set(directory, changedAt(directory));
    const content = readDirectory(directory, recursive);
    if (content === undefined) continue;
    // Two locations may lead to one directory, by a link or one inside the other.
    const real = realpathSync.native(directory);
    if (seen.has(real)) continue;
    seen.add(real);
    for (const name of content.files.filter((name) => SCRIPT_FILE.test(name)).sort())
      files.push(directory + sep + name);
    for (const name of content.directories.sort().reverse()) waiting.push(join(directory, name));
  }
  return { files, directories, readAt };
}

/** Whether listing again could give something else, or the files of a directory may have been exchanged. */
export function mayHaveChanged({ directories, readAt }: FileListing): boolean {
  for (const [directory, time] of directories) {
    if (changedAt(directory) !== time || (time !== undefined && readAt - time < CLOCK_GRAIN)) return true;
  }
  return false;
}

function changedAt(directory: string): number | undefined {
  try {
    return statSync(directory, { throwIfNoEntry: false })?.mtimeMs;
  } catch {
    return undefined; // Reading it says why.
  }
}

/** The names in a directory; which of them are directories is only asked when they are to be read too. */
function readDirectory(
  directory: string,
  recursive: boolean,
): { files: string[]; directories: string[] } | undefined {
  try {
    if (!recursive) return { files: readdirSync(directory), directories: [] };
    const entries = readdirSync(directory, { withFileTypes: true });
    const names = (kept: Dirent[]) => kept.map((entry) => entry.name);
    const inside = entries.filter((entry) => entry.isDirectory() && !/^\.|^node_modules$/.test(entry.name));
    return { files: names(entries.filter((entry) => !entry.isDirectory())), directories: names(inside) };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandError(
      'DIRECTORY_UNREADABLE',
      `Can't read the directory of revisions ${directory}: ${reason}.`,
      {
        cause: error,
        details: { file: directory },
      },
    );
  }
}
