import type { Notice } from '../notice-text.ts';

/* The parts of `@electric-sql/pglite` (0.3 and later) that are used: it is an optional peer, so its types aren't imported. */

export interface PgliteResult {
  readonly rows: readonly object[];
  readonly affectedRows?: number;
  /** of newer releases: what `affectedRows` adds up, by statement */
  readonly rowCount?: number;
  /** of newer releases */
  readonly command?: string;
}

interface PgliteOptions {
  readonly onNotice?: (notice: Notice) => void;
  /** by the number of a type */
  readonly serializers?: { readonly [type: number]: (value: string) => string };
}

export interface Pglite {
  readonly waitReady: Promise<void>;
  readonly closed: boolean;
  readonly dataDir?: string;
  /** one statement */
  query(sql: string, parameters: readonly unknown[], options: PgliteOptions): Promise<PgliteResult>;
  /** a script */
  exec(script: string, options: PgliteOptions): Promise<readonly PgliteResult[]>;
  /** keeps queries away while messages are exchanged */
  runExclusive<T>(work: () => Promise<T>): Promise<T>;
  execProtocol(
    message: Uint8Array,
    options: object,
  ): Promise<{ readonly messages: readonly { readonly name: string; readonly status?: string }[] }>;
  close(): Promise<void>;
}

export interface PgliteModule {
  readonly PGlite: new (directory: string) => Pglite;
}

export function isPglite(value: unknown): value is Pglite {
  const pglite = value as Partial<Pglite> | null;
  return (
    typeof pglite === 'object' &&
    [pglite?.query, pglite?.exec, pglite?.execProtocol, pglite?.runExclusive].every(
      (member) => typeof member === 'function',
    )
  );
}

export function displayPglite({ dataDir }: Pglite): string {
  return `pglite:${dataDir || ':memory:'}`;
}
