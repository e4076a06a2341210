import { displayTarget } from '../target.ts';

/* The parts of `postgres` (postgres.js, 3.4.7 and later) that are used: it is an optional peer, so its types aren't imported. */

/** The rows of one statement; of a script with several, there is an array of these. */
export interface PostgresResult extends Array<object> {
  readonly command: string;
  readonly count: number | null;
}

export interface PostgresQuery extends PromiseLike<PostgresResult | readonly PostgresResult[]> {
  /** sends it, without waiting */
  execute(): this;
}

/** The connection behind a reserved one, as `sql.begin` itself gets hold of it. */
export interface PostgresHeld {
  onclose?: ((error: unknown) => void) | null;
}

interface QueryOptions {
  /** Called when the query has been sent; whether the connection can take more. */
  readonly onexecute?: (held: PostgresHeld) => boolean;
}

/** Whatever runs queries: a `Sql`, what `reserve()` gives, what `begin` calls back with. */
export interface PostgresQueries {
  unsafe(sql: string, parameters?: readonly unknown[], options?: QueryOptions): PostgresQuery;
  /** a parameter with the number of its type */
  typed(value: unknown, type: number): unknown;
}

export interface PostgresReserved extends PostgresQueries {
  release(): void;
}

export interface PostgresSql extends PostgresQueries {
  reserve(): Promise<PostgresReserved>;
  end(options?: { readonly timeout?: number }): Promise<void>;
  readonly options: {
    readonly host: readonly string[];
    readonly port: readonly number[];
    readonly path?: string | false;
    readonly user: string;
    readonly database: string;
  };
}

export type PostgresModule = (options: object) => PostgresSql;

/** What `postgres(…)` gives. */
export function isPostgresSql(value: unknown): value is PostgresSql {
  return isQueries(value) && 'reserve' in value && 'end' in value;
}

/** What `sql.reserve()` gives, or `sql.begin` calls back with. */
export function isReservedSql(value: unknown): value is PostgresQueries {
  return isQueries(value) && ('release' in value || 'savepoint' in value);
}

function isQueries(value: unknown): value is PostgresQueries {
  return typeof value === 'function' && 'unsafe' in value && 'typed' in value;
}

export function displaySql({ options: { host, port, path, user, database } }: PostgresSql): string {
  const [address, at] = [path || host[0], port[0]];
  const place = { ...(address && { host: address }), ...(at && !path && { port: at }) };
  return displayTarget({ user, database, ...place });
}

/** Nothing tells where it leads. */
export const displayReserved = 'postgresql: (a connection of postgres.js)';
