import { realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { CommandError } from '../errors.ts';
import type { Names } from '../revisions/revision.ts';
import type { ScriptSettings } from './script-config.ts';

/**
 * The directory for a new revision: the one asked for; else that of its branch; else that of the file it
 * follows; else the script directory.
 *
 * @param versionPath relative to the root path
 * @param labels the branch labels of the new revision
 * @param follows path of the file that it follows
 * @throws CommandError `VERSION_PATH`
 */
export function versionLocation(
  settings: ScriptSettings,
  versionPath: string | undefined,
  labels: Names | undefined,
  follows: string | undefined,
): string {
  const { rootPath, directory, versionLocations, branchLocations, recursive } = settings;
  if (versionPath === undefined) {
    const paired = [labels ?? []].flat().find((label) => branchLocations.has(label));
    if (paired !== undefined) return branchLocations.get(paired) as string;
    const around = versionLocations.filter(
      (location) => follows !== undefined && isInside(follows, location),
    );
    return around.sort((a, b) => b.length - a.length)[0] ?? directory;
  }
  const path = resolve(rootPath, versionPath);
  const real = realPath(path);
  const isRead = versionLocations.some((location) => {
    const known = realPath(location);
    return known === real || (recursive && isInside(real, known));
  });
  if (isRead) return path;
  throw new CommandError(
    'VERSION_PATH',
    `${path} is none of the version locations, so a revision there would not be found: ${versionLocations.join(', ')}. ` +
      'Add it to versionLocations, or choose one of them.',
    { details: { file: path } },
  );
}

function isInside(path: string, directory: string): boolean {
  const way = relative(directory, path);
  return way === '' || (!isAbsolute(way) && way !== '..' && !way.startsWith(`..${sep}`));
}

/** The path without links, as far as it exists. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const above = dirname(path);
    return above === path ? path : join(realPath(above), relative(above, path));
  }
}
