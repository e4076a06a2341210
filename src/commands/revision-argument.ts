import { CommandError } from '../errors.ts';
import { Revision } from '../revisions/revision.ts';
import type { ScriptDirectory } from '../scripts/script-directory.ts';
import type { RevisionArgument } from './alembic-api.ts';

/** The symbols that an argument names; a `Script` stands for its id, whatever instance it is of. */
export function symbols(argument: RevisionArgument): readonly string[] {
  const list = typeof argument === 'string' || isRevision(argument) ? [argument] : argument;
  if (!Array.isArray(list)) throw notARevision(argument);
  return (list as readonly (string | Revision)[]).map((each) => {
    if (typeof each === 'string') return each;
    if (isRevision(each)) return each.revision;
    throw notARevision(each);
  });
}

/** As {@link symbols}; a number, or a string of digits that is no revision, is a count of steps. */
export function target(
  argument: RevisionArgument | number,
  scripts: ScriptDirectory,
): string | readonly string[] {
  if (typeof argument === 'number') {
    if (!Number.isSafeInteger(argument)) throw notARevision(argument);
    return argument < 0 ? String(argument) : `+${Math.abs(argument)}`;
  }
  const list = symbols(argument);
  const [only = ''] = list;
  if (list.length !== 1) return list;
  return isCount(only, scripts) ? `+${Number(only)}` : only;
}

/** Whether a word is all digits and no revision is called so, nor begins so: then it counts steps. */
export function isCount(word: string, scripts: ScriptDirectory): boolean {
  if (!/^\d+$/.test(word)) return false;
  try {
    scripts.getRevisions(word);
    return false;
  } catch (error) {
    return (error as { code?: unknown }).code === 'REVISION_NOT_FOUND';
  }
}

/** One symbol, where several mean nothing. */
export function single(found: string | readonly string[], command: string): string {
  if (typeof found === 'string') return found;
  throw new CommandError(
    'ONE_REVISION',
    `${command} takes one revision, not ${found.length}: ${found.join(', ') || 'none'}.`,
  );
}

/** Any instance of a revision: the application may hold one that another copy of the package made. */
function isRevision(value: unknown): value is Revision {
  return value instanceof Revision || typeof (value as { revision?: unknown } | null)?.revision === 'string';
}

function notARevision(value: unknown): CommandError {
  return new CommandError(
    'NOT_A_REVISION',
    `A revision is named by its id, a symbol, a Script, or an array of those; not by ${String(value)}.`,
  );
}
