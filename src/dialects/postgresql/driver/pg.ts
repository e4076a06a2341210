import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DatabaseError } from '../../../errors.ts';

/* The parts of `pg` (node-postgres, 8.11 and later) that are used: it is an optional peer, so its types aren't imported. */

export interface PgResult {
  readonly command: string;
  readonly rows: readonly object[];
}

export interface PgNotice {
  readonly severity?: string;
  readonly message?: string;
  readonly detail?: string;
  readonly hint?: string;
}

/** What the server says that a client hands on. */
type PgMessage = 'readyForQuery' | 'commandComplete';

/** A `Client`, or a `PoolClient`. */
export interface PgClient {
  connect(): Promise<unknown>;
  query(text: string, values?: readonly unknown[]): Promise<PgResult | readonly PgResult[]>;
  end(): Promise<void>;
  on(event: 'error' | 'notice' | 'end', listener: (value: never) => void): unknown;
  off(event: 'error' | 'notice' | 'end', listener: (value: never) => void): unknown;
  /** since 8.17 */
  getTransactionStatus?(): 'I' | 'T' | 'E' | null;
  /** null before it is connected */
  readonly processID: number | null;
  readonly user?: string;
  readonly host?: string;
  readonly port?: number;
  database?: string;
  readonly connectionParameters: { database?: string };
  /** absent where `pg-native` is used */
  readonly connection?: {
    on(event: PgMessage, listener: (message: { readonly status?: string }) => void): unknown;
    off(event: PgMessage, listener: (message: { readonly status?: string }) => void): unknown;
  };
  /** only of a pool's client */
  release?(error?: boolean): void;
}

export interface PgPool {
  connect(): Promise<PgClient>;
  readonly totalCount: number;
  readonly waitingCount: number;
  readonly options: {
    readonly connectionString?: string;
    readonly host?: string;
    readonly port?: number;
    readonly user?: string;
    readonly database?: string;
  };
}

export interface PgModule {
  readonly Client: new (config: object) => PgClient;
}

export function isPgPool(value: unknown): value is PgPool {
  const pool = value as Partial<PgPool> | null;
  return (
    typeof pool === 'object' && typeof pool?.connect === 'function' && typeof pool.totalCount === 'number'
  );
}

export function isPgClient(value: unknown): value is PgClient {
  const client = value as Partial<PgClient> | null;
  return (
    typeof client === 'object' &&
    typeof client?.query === 'function' &&
    typeof client.connect === 'function' &&
    'processID' in client
  );
}

/**
 * Loads `pg`: as this package sees it, else as the user's project does (a linked or hoisted installation may hide it from us).
 *
 * @throws DatabaseError `DRIVER_MISSING`.
 */
export async function loadPg(): Promise<PgModule> {
  const name: string = 'pg';
  let loaded: { readonly default?: PgModule } & Partial<PgModule>;
  try {
    loaded = await import(name);
  } catch (error) {
    if (!isMissing(error)) throw error;
    loaded = await import(resolveInProject(name, error));
  }
  // in a CommonJS module everything is in its default export
  return loaded.default ?? (loaded as PgModule);
}

function resolveInProject(name: string, cause: unknown): string {
  try {
    return pathToFileURL(createRequire(join(process.cwd(), 'package.json')).resolve(name)).href;
  } catch {
    throw new DatabaseError(
      'DRIVER_MISSING',
      `PostgreSQL needs the package '${name}', and it isn't installed. Run: npm install ${name}`,
      { cause },
    );
  }
}

function isMissing(error: unknown): boolean {
  return (error as { code?: string }).code === 'ERR_MODULE_NOT_FOUND';
}
