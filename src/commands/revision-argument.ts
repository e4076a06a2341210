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
  command: string,
): string | readonly string[] {
  if (typeof argument === 'number') {
    if (!Number.isSafeInteger(argument)) throw notARevision(argument);
    return argument < 0 ? String(argument) : `+${Math.abs(argument)}`;
  }
  const list = someSymbols(argument, command);
  const [only = ''] = list;
  if (list.length !== 1) return list;
  return isCount(only, scripts) ? `+${Number(only)}` : only;
}

/**
 * Whether a word is all digits and names no revision: then it counts steps. Below four digits only a whole id or label is a name: generated ids are
 * hexadecimal, so one of sixteen begins with a 1, and `downgrade 1` must not lead there.
 */
export function isCount(word: string, scripts: ScriptDirectory): boolean {
  if (!/^\d+$/.test(word)) return false;
  try {
    const named = scripts.getRevisions(word);
    return (
      word.length < 4 &&
      !named.some((script) => script?.revision === word || script?.branchLabels.has(word) === true)
    );
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    return code === 'REVISION_NOT_FOUND' || (code === 'REVISION_AMBIGUOUS' && word.length < 4);
  }
}

/** As {@link symbols}, at least one. @throws CommandError `ONE_REVISION`. */
export function someSymbols(argument: RevisionArgument, command: string): readonly string[] {
  const found = symbols(argument);
  if (found.length > 0) return found;
  throw new CommandError('ONE_REVISION', `${command} was given an empty list of revisions.`);
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
