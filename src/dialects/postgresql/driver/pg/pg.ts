import { displayTarget, readTarget } from '../target.ts';

/* The parts of `pg` (node-postgres, 8.11 and later) that are used: it is an optional peer, so its types aren't imported. */

export interface PgResult {
  readonly command: string;
  readonly rows: readonly object[];
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

export function displayPool(pool: PgPool): string {
  const { connectionString, ...parts } = pool.options;
  return displayTarget({ ...parts, ...(connectionString && readTarget(connectionString)) });
}

export function displayClient({ user, host, port, database }: PgClient): string {
  return displayTarget({
    ...(user && { user }),
    ...(host && { host }),
    ...(port && { port }),
    ...(database && { database }),
  });
}
