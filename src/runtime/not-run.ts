import { MigrationError } from '../errors.ts';
import type { CallSite } from './call-site.ts';

/** A call outside of a step that waited behind one that failed. */
export interface WaitingCall {
  /** kind of the operation; what else it was, in words */
  readonly what: string;
  readonly site: CallSite;
  /** kind of the operation, where it is one */
  readonly operation?: string | undefined;
}

/** The error of a call that isn't run, because one before it failed with `cause`. Code `NOT_RUN`. */
export function notRun({ what, site, operation }: WaitingCall, cause: unknown): MigrationError {
  const line = site.find();
  const place = line === null ? '' : ` at ${line.file}:${line.line}`;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new MigrationError(
    'NOT_RUN',
    `${what}${place} was not run, since what was called before it failed. Call it again when that is mended. What failed: ${reason}`,
    {
      cause,
      details: {
        ...(operation !== undefined && { operation }),
        ...(line !== null && { file: line.file, line: line.line }),
      },
    },
  );
}
