import {
  CommandError,
  type ErrorCode,
  MultipleHeads,
  RangeNotAncestorError,
  ResolutionError,
  RevisionError,
} from '../errors.ts';
import { nearest } from '../util/nearest.ts';
import type { Graph } from './graph.ts';

/** Names for people: at most three, quoted, with a sign that there are more. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 3).map((name) => `'${name}'`);
  return shown.join(', ') + (names.length > 3 ? `, … (${names.length} in all)` : '');
}

export function notFound(graph: Graph, argument: string): ResolutionError {
  const suggestions = nearest(argument, graph.names.keys(), 3);
  const partial =
    [...argument].length < 4
      ? ' A part of an id is understood where the id has at least four characters.'
      : '';
  const near = suggestions.length > 0 ? ` Is it ${listed(suggestions).replaceAll(', ', ' or ')}?` : '';
  return new ResolutionError(
    'REVISION_NOT_FOUND',
    `There is no revision and no branch label '${argument}'.${near || partial}`,
    { details: { argument, suggestions } },
  );
}

export function ambiguous(argument: string, matches: readonly string[]): ResolutionError {
  return new ResolutionError(
    'REVISION_AMBIGUOUS',
    `'${argument}' begins several revisions or labels: ${listed(matches)}. Write more of it.`,
    { details: { argument, suggestions: matches } },
  );
}

export function branchNotFound(graph: Graph, argument: string, cause: unknown): ResolutionError {
  const suggestions = nearest(argument, graph.names.keys(), 3);
  const near = suggestions.length > 0 ? ` Is it ${listed(suggestions).replaceAll(', ', ' or ')}?` : '';
  return new ResolutionError('BRANCH_NOT_FOUND', `There is no branch '${argument}'.${near}`, {
    cause,
    details: { argument, suggestions },
  });
}

export function notOnBranch(revision: string, argument: string, branch: string): ResolutionError {
  return new ResolutionError('NOT_ON_BRANCH', `Revision '${revision}' is not on the branch '${branch}'.`, {
    details: { argument, branch },
  });
}

export function multipleHeads(graph: Graph, heads: readonly number[], argument: string): MultipleHeads {
  const ids = heads.map((head) => graph.ids[head]!);
  return new MultipleHeads(
    'MULTIPLE_HEADS',
    `'${argument}' means one revision, but there are several heads: ${listed(ids)}. Name one of them, a branch as in 'label@head', or all of them by 'heads'; or merge them.`,
    { details: { heads: ids, argument } },
  );
}

export function ambiguousWalk(from: string | null, ways: readonly string[], steps: number): RevisionError {
  const place = from === null ? `the ${steps < 0 ? 'heads' : 'base'}` : `'${from}'`;
  return new RevisionError(
    'AMBIGUOUS_WALK',
    `${steps < 0 ? 'Down' : 'Up'} from ${place} there are several ways: ${listed(ways)}. Name the revision that is meant${steps > 0 ? ", or a branch as in 'label@+1'" : ''}.`,
    { details: { from, ways } },
  );
}

export function relativeError(argument: string, why: string): RevisionError {
  return new RevisionError('RELATIVE_REVISION', `The relative revision '${argument}' ${why}.`, {
    details: { argument },
  });
}

export function notAncestor(lower: string, upper: string, message: string): RangeNotAncestorError {
  return new RangeNotAncestorError('NOT_AN_ANCESTOR', message, { details: { lower, upper } });
}

/** A downgrade that would undo nothing; `dependents` are applied, and depend on the target, which may be all that it is applied for. */
export function noWayDown(
  target: string,
  current: readonly string[],
  dependents: readonly string[],
): RangeNotAncestorError {
  const from = current.length === 0 ? 'the base' : listed(current);
  const needed = listed(dependents);
  return notAncestor(
    target,
    current.join(', '),
    dependents.length === 0
      ? `Nothing that is applied stands on '${target}', so there is no way down to it from ${from}.`
      : `'${target}' is applied because of what depends on it (${needed}); no revision that is applied follows it, so there is no way down to it from ${from}. To undo ${needed}, name what comes before on that branch.`,
  );
}

/**
 * Runs `work`; a {@link RevisionError} of it leaves as the `cause` of a {@link CommandError} with the same code,
 * message and details.
 */
export function asCommand<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof RevisionError)) throw cause;
    throw new CommandError(cause.code, cause.message, { cause, details: cause.details });
  }
}

/** A command's own refusal, which Alembic raises without a revision error behind it. */
export function refusal(code: ErrorCode, message: string, details: Record<string, unknown>): CommandError {
  return new CommandError(code, message, { details });
}
