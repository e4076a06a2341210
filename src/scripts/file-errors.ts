import { CommandError, type ErrorCode } from '../errors.ts';

/** The system's code of a failed file operation, such as `ENOENT`. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

const READ_ONLY: ReadonlySet<string | undefined> = new Set(['EACCES', 'EPERM', 'EROFS']);
const FULL: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** The error for something that couldn't be written: `NOT_WRITABLE`, `DISK_FULL` or `WRITE_FAILED`. */
export function writeError(file: string, error: unknown): CommandError {
  const errno = errnoOf(error);
  const reason = error instanceof Error ? error.message : String(error);
  const fail = (code: ErrorCode, message: string) =>
    new CommandError(code, message, { cause: error, details: { file, errno } });
  if (READ_ONLY.has(errno)) {
    return fail(
      'NOT_WRITABLE',
      `Can't write ${file}: ${reason}. Nothing was written; allow writing there, or choose another place.`,
    );
  }
  if (FULL.has(errno)) {
    return fail(
      'DISK_FULL',
      `No room to write ${file}: ${reason}. Nothing half written is left; free some room and try again.`,
    );
  }
  return fail('WRITE_FAILED', `Can't write ${file}: ${reason}. Nothing half written is left.`);
}

/** The error for a file that couldn't be read: `FILE_UNREADABLE`. */
export function readError(file: string, error: unknown): CommandError {
  const reason = error instanceof Error ? error.message : String(error);
  return new CommandError('FILE_UNREADABLE', `Can't read ${file}: ${reason}.`, {
    cause: error,
    details: { file },
  });
}
