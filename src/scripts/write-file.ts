import { closeSync, linkSync, mkdirSync, openSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CommandError } from '../errors.ts';
import { errnoOf, writeError } from './file-errors.ts';

/** File systems without hard links say one of these. */
const NO_LINKS: ReadonlySet<string | undefined> = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
  'EXDEV',
]);

/**
 * Writes a file that doesn't exist yet, whole or not at all: nobody sees a part of it, and of two processes
 * that write the same file one fails.
 *
 * @throws CommandError `FILE_EXISTS`, `NOT_WRITABLE`, `DISK_FULL`, `WRITE_FAILED`
 */
export function writeNewFile(file: string, text: string): void {
  const draft = join(dirname(file), `.${process.pid}-${Math.random().toString(36).slice(2)}.tmp`);
  try {
    try {
      writeFileSync(draft, text, { flag: 'wx' });
      linkSync(draft, file);
    } finally {
      removeIfThere(draft);
    }
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'EEXIST') throw existsError(file, error);
    const failedAtLink = error instanceof Error && 'syscall' in error && error.syscall === 'link';
    if (!failedAtLink || !NO_LINKS.has(errno)) throw writeError(file, error);
    writeDirectly(file, text);
  }
}

/**
 * Without links: the file is there from the first byte on, but still only ours, and gone if writing fails.
 */
function writeDirectly(file: string, text: string): void {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'wx');
  } catch (error) {
    throw errnoOf(error) === 'EEXIST' ? existsError(file, error) : writeError(file, error);
  }
  try {
    try {
      writeFileSync(descriptor, text);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    removeIfThere(file);
    throw writeError(file, error);
  }
}

/**
 * Makes a directory and those above it, unless it is there.
 *
 * @throws CommandError `NOT_WRITABLE`, `DISK_FULL`, `WRITE_FAILED`
 */
export function ensureDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true });
  } catch (error) {
    throw writeError(directory, error);
  }
}

function removeIfThere(file: string): void {
  try {
    unlinkSync(file);
  } catch {
    // The failure that led here is the one to report.
  }
}

function existsError(file: string, cause: unknown): CommandError {
  return new CommandError(
    'FILE_EXISTS',
    `${file} exists already and was left as it is. Choose another message or revision id, or move the file away.`,
    { cause, details: { file } },
  );
}
