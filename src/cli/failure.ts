import { paintError } from './output.ts';

/** Exit states of the command line. */
export const exitStates = {
  done: 0,
  /** a check found something */
  found: 1,
  /** the command's words are off */
  usage: 2,
  failed: 3,
} as const;

/** The words of the command are off: an unknown option, a missing argument, two that exclude each other. */
export class UsageError extends Error {
  readonly code = 'USAGE';
}

/**
 * Says what failed on stderr, for people or as JSON, and gives back the exit state. Judged by shape, not by class: the application may have loaded
 * the package a second time.
 */
export function reportFailure(
  error: unknown,
  options: { readonly json: boolean; readonly debug: boolean },
): number {
  const { code, details } = error as { code?: unknown; details?: unknown };
  const message = error instanceof Error ? error.message : String(error);
  if (options.json) {
    const document = {
      error: {
        code: typeof code === 'string' ? code : 'ERROR',
        message,
        ...(isRecord(details) ? { details } : {}),
      },
    };
    process.stderr.write(`${JSON.stringify(document, null, 2)}\n`);
  } else {
    const label = typeof code === 'string' ? `error ${code}:` : 'error:';
    process.stderr.write(`${paintError('red', label)} ${message}\n`);
    if (options.debug && error instanceof Error) process.stderr.write(`${causes(error)}\n`);
    else if (typeof code !== 'string' && error instanceof Error && error.stack)
      process.stderr.write(`${error.stack}\n`);
  }
  return error instanceof UsageError ? exitStates.usage : exitStates.failed;
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

function causes(error: Error): string {
  const lines = [error.stack ?? error.message];
  for (let cause = error.cause; cause instanceof Error; cause = cause.cause)
    lines.push(`Caused by: ${cause.stack ?? cause.message}`);
  return lines.join('\n');
}
