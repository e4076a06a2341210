import { realpathSync, statSync } from 'node:fs';

/** A database's file as it was when it was opened; notices when it is removed or replaced. */
export class WatchedFile {
  /** the real path: one file, one key */
  readonly path: string;
  readonly #identity: string | null;

  constructor(file: string) {
    this.path = realpath(file);
    this.#identity = identity(this.path);
  }

  get isThere(): boolean {
    return this.#identity === null || identity(this.path) === this.#identity;
  }
}

function realpath(file: string): string {
  try {
    return realpathSync.native(file);
  } catch {
    return file;
  }
}

/** Null where the system can't tell. */
function identity(file: string): string | null {
  try {
    const { dev, ino } = statSync(file, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return null;
  }
}
