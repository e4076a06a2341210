import type { Engine } from '../dialect/connection.ts';
import { isPgClient, isPgPool } from '../dialects/postgresql/driver/pg/pg.ts';
import { isPglite } from '../dialects/postgresql/driver/pglite/pglite.ts';
import { isPostgresSql, isReservedSql } from '../dialects/postgresql/driver/postgres/postgres.ts';
import {
  isSqliteDatabase as looksLikeSqlite,
  type SqliteDatabase,
} from '../dialects/sqlite/driver/sqlite-database.ts';

/** What a driver of PostgreSQL connects through. */
export function isPostgresqlObject(value: unknown): boolean {
  return [isPgPool, isPgClient, isPostgresSql, isReservedSql, isPglite].some((is) => is(value));
}

/** An engine of ours, of any instance of this package. */
export function isEngine(value: unknown): value is Engine {
  const engine = value as Partial<Engine> | null;
  return (
    typeof engine === 'object' &&
    typeof engine?.connect === 'function' &&
    typeof engine.dispose === 'function' &&
    typeof engine.dialect?.name === 'string'
  );
}

/** A `DatabaseSync` of `node:sqlite`. */
export function isSqliteDatabase(value: unknown): value is SqliteDatabase {
  return looksLikeSqlite(value);
}

/** Which of the drivers that aren't supported yet made an object; null for any other. */
export function foreignDriver(value: unknown): string | null {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return null;
  const object = value as { readonly [member: string]: unknown };
  const has = (...members: readonly string[]): boolean =>
    members.every((member) => typeof object[member] === 'function');
  if (has('prepare', 'pragma', 'loadExtension')) return 'better-sqlite3';
  if (has('execute', 'batch', 'executeMultiple')) return '@libsql/client';
  if (has('getConnection', 'end') || has('execute', 'beginTransaction')) return 'mysql2 or mariadb';
  return null;
}
