import { fileURLToPath } from 'node:url';

/** A line of source code. */
export interface SourceLine {
  /** absolute path, or a URL where there is no path */
  readonly file: string;
  /** 1-based */
  readonly line: number;
}

/** Where something was called; read from the stack when asked, which is dear, and noted when made, which is cheap. */
export interface CallSite {
  /** The frame in `file` when there is one, else the nearest one. */
  find(file?: string | null): SourceLine | null;
  /** of a batch: who called its operations, in order */
  readonly parts?: readonly CallSite[];
}

const framesKept = 6;

/** Notes who called `callee`; with more `frames`, past a library that calls it for the revision. */
export function noteCall(callee: (...args: never[]) => unknown, frames: number = framesKept): CallSite {
  const holder: { stack?: string } = {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = frames;
  Error.captureStackTrace(holder, callee);
  Error.stackTraceLimit = limit;
  return { find: (file) => findLine(holder.stack, file) };
}

/** The line in a stack that lies in `file`, else the first that isn't Node's own. */
export function findLine(stack: unknown, file: string | null = null): SourceLine | null {
  if (typeof stack !== 'string') return null;
  const lines = stack
    .split('\n')
    .map(parseFrame)
    .filter((line) => line !== null);
  return (file === null ? undefined : lines.find((line) => line.file === file)) ?? lines[0] ?? null;
}

/** `at name (file:///a/b.ts?v=1:12:5)`, `at /a/b.cjs:3:1`, `at async C:\a\b.ts:4:2` */
function parseFrame(frame: string): SourceLine | null {
  const match = /^\s+at (?:.*\()?(?:async )?(.+?):(\d+):\d+\)?$/.exec(frame);
  const place = match?.[1];
  if (match === null || place === undefined || place.startsWith('node:')) return null;
  return { file: toPath(place), line: Number(match[2]) };
}

/** A loader may have put a query behind a file's URL. */
function toPath(place: string): string {
  if (!place.startsWith('file:')) return place;
  try {
    return fileURLToPath(place.replace(/[?#].*$/, ''));
  } catch {
    return place;
  }
}
