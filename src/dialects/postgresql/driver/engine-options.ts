import type { PostgresqlTarget } from './target.ts';

/** How long a connection may take to come about, in milliseconds, unless `connect_timeout` says something else. */
export const defaultConnectTimeout = 30_000;

export interface EngineOptions {
  /** in milliseconds, of one attempt or of waiting for a pool; default 30 seconds */
  readonly connectTimeout?: number;
  /** the package to connect with; default: `pg`, or where that isn't installed, `postgres` */
  readonly driver?: 'pg' | 'postgres';
}

/** What a driver is asked for: a session of its own. */
export interface OpenRequest {
  readonly target: PostgresqlTarget;
  readonly options: EngineOptions;
  /** the database, for people */
  readonly display: string;
}
