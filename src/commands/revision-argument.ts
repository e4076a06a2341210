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
    return argument > 0 ? `+${argument}` : String(argument);
  }
  const list = symbols(argument);
  const [only = ''] = list;
  if (list.length !== 1) return list;
  if (!/^\d+$/.test(only) || isKnown(scripts, only)) return only;
  return `+${Number(only)}`;
}

/** One symbol, where several mean nothing. */
export function single(found: string | readonly string[], command: string): string {
  if (typeof found === 'string') return found;
  throw new CommandError(
    'ONE_REVISION',
    `${command} takes one revision, not ${found.length}: ${found.join(', ') || 'none'}.`,
  );
}

function isKnown(scripts: ScriptDirectory, word: string): boolean {
  try {
    return scripts.getRevisions(word).length > 0;
  } catch {
    return false;
  }
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
