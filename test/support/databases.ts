import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { describe, inject } from 'vitest';
import { postgresUrl } from './postgres.ts';
import { type ReadPostgresOptions, readPostgres } from './read-postgres.ts';
import { readSqlite } from './read-sqlite.ts';
import { rowsOfPostgres, rowsOfSqlite, type TableColumns } from './rows.ts';

/**
 * `sqlite` and `postgresql` (18, from npm) are always there; `postgresql-server` is one that answers on this machine or
 * at `ALEMBIC_TEST_POSTGRES_URL`, `mariadb-server` at `ALEMBIC_TEST_MARIADB_URL`. `postgres.js` is `postgresql` through that
 * driver, `pglite` a PGlite in memory.
 */
export type DatabaseKind = 'sqlite' | 'postgresql' | 'postgresql-server' | 'postgres.js' | 'pglite';

/** Every kind of database that a test can open, by its usual driver. */
export const databaseKinds: readonly DatabaseKind[] = ['sqlite', 'postgresql', 'postgresql-server'];

/** Every kind of database by every driver. */
export const driverKinds: readonly DatabaseKind[] = [...databaseKinds, 'postgres.js', 'pglite'];

/** A database of a test's own, empty at first. */
export interface TestDatabase extends AsyncDisposable {
  readonly kind: DatabaseKind;
  readonly dialect: 'sqlite' | 'postgresql';
  /** For `createEngine` and the like; PGlite has none that leads to what is there. */
  readonly url: string;
  /** For `createEngine`, on every kind: the URL, or the PGlite. */
  readonly engine: string | object;
  /** SQLite's file */
  readonly file: string | undefined;
  /** The connection that this object itself uses, where the dialect is SQLite; throws elsewhere. */
  readonly sqlite: DatabaseSync;
  /** The connection that this object itself uses, where the dialect is PostgreSQL; throws elsewhere. */
  readonly postgres: pg.Client;
  /** Runs statements, one after the other. */
  exec(statements: string | readonly string[]): Promise<void>;
  query<Row = Record<string, unknown>>(sql: string): Promise<Row[]>;
  /** The schema by the independent reader: canonical text. */
  schema(options?: ReadPostgresOptions): Promise<string>;
  /** The rows as canonical text; by default all of all tables. */
  rows(tables?: readonly TableColumns[]): Promise<string>;
  /** Makes it empty again: faster than a new one. Every other connection to it has to be closed. */
  reset(): Promise<void>;
  drop(): Promise<void>;
}

/** Makes a new database. */
export async function createDatabase(kind: DatabaseKind): Promise<TestDatabase> {
  if (kind === 'sqlite') return createSqlite();
  return kind === 'pglite' ? createPglite() : createPostgres(kind, await serverUrl(kind));
}

/** Runs `use` with a new database, which is dropped afterwards. */
export async function withDatabase<Result>(
  kind: DatabaseKind,
  use: (database: TestDatabase) => Promise<Result> | Result,
): Promise<Result> {
  // not `await using`: the tests beside the code run on Node 22 as well
  const database = await createDatabase(kind);
  try {
    return await use(database);
  } finally {
    await database.drop();
  }
}

/** Whether tests can open that kind here; `postgresql-server` may not answer. */
export function isAvailable(kind: DatabaseKind): boolean {
  return kind !== 'postgresql-server' || inject('databases').servers[kind] !== undefined;
}

/**
 * A `describe` for each kind of database, named `<name> [<kind>]`: by this label the run's report counts its tests.
 * Where a server doesn't answer, it is skipped and the report says so.
 */
export function describeOn(
  kinds: readonly DatabaseKind[],
  name: string,
  define: (kind: DatabaseKind) => void,
): void {
  for (const kind of kinds) describe.skipIf(!isAvailable(kind))(`${name} [${kind}]`, () => define(kind));
}

/** The URL of a server's maintenance database. */
export async function serverUrl(kind: Exclude<DatabaseKind, 'sqlite' | 'pglite'>): Promise<string> {
  const { postgresState, servers } = inject('databases');
  if (kind !== 'postgresql-server') return postgresUrl(postgresState);
  const server = servers[kind];
  if (server === undefined) throw new Error(`No server answers for ${kind}.`);
  return server.url;
}

function createSqlite(): TestDatabase {
  const directory = mkdtempSync(join(tmpdir(), 'alembic-sqlite-'));
  const file = join(directory, 'test.db');
  const open = (): DatabaseSync => {
    const opened = new DatabaseSync(file);
    // Nothing here has to outlive a crash. It holds for this connection only.
    opened.exec('pragma synchronous = off');
    return opened;
  };
  let db = open();
  const close = (): void => {
    if (db.isOpen) db.close();
  };
  const drop = async (): Promise<void> => {
    close();
    rmSync(directory, { recursive: true, force: true });
  };
  return {
    kind: 'sqlite',
    dialect: 'sqlite',
    url: `sqlite:${file}`,
    engine: `sqlite:${file}`,
    file,
    get sqlite() {
      return db;
    },
    get postgres(): never {
      throw new Error('This database is SQLite.');
    },
    async exec(statements) {
      for (const statement of [statements].flat()) db.exec(statement);
    },
    async query<Row>(sql: string) {
      return db.prepare(sql).all() as Row[];
    },
    async schema(options) {
      return readSqlite(db, options);
    },
    async rows(tables) {
      return rowsOfSqlite(db, tables);
    },
    async reset() {
      close();
      for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(file + suffix, { force: true });
      db = open();
    },
    drop,
    [Symbol.asyncDispose]: drop,
  };
}

/** One connection a worker to each server, to create and drop databases with. */
const maintenance = new Map<string, Promise<pg.Client>>();
let counter = 0;

async function createPostgres(
  kind: Exclude<DatabaseKind, 'sqlite' | 'pglite'>,
  server: string,
): Promise<TestDatabase> {
  if (!maintenance.has(server)) maintenance.set(server, connect(server));
  const owner = await maintenance.get(server)!;
  const free = recycled.get(server)?.pop();
  const name = free?.name ?? `${inject('databases').prefix}_${process.pid}_${++counter}`;
  if (free === undefined) await owner.query(`create database ${name} template template0`);
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).href;
  const client = free?.client ?? (await connect(url));
  const engine = kind === 'postgres.js' ? url.replace(/^[^:]*:/, 'postgresql+postgres:') : url;
  const drop = async (): Promise<void> => {
    if (await isAsNew(client, name)) {
      recycled.set(server, [...(recycled.get(server) ?? []), { name, client }]);
      return;
    }
    await client.end();
    await owner.query(`drop database if exists ${name} with (force)`);
  };
  return {
    kind,
    dialect: 'postgresql',
    url: engine,
    engine,
    file: undefined,
    postgres: client,
    get sqlite(): never {
      throw new Error('This database is PostgreSQL.');
    },
    async exec(statements) {
      for (const statement of [statements].flat()) await client.query(statement);
    },
    async query<Row>(sql: string) {
      return (await client.query(sql)).rows as Row[];
    },
    schema: (options) => readPostgres(client, options),
    rows: (tables) => rowsOfPostgres(client, tables),
    reset: () => emptied(client),
    drop,
    [Symbol.asyncDispose]: drop,
  };
}

/** Databases that tests of this worker have done with, empty again: to make one takes ten times as long as to empty it. */
const recycled = new Map<string, { readonly name: string; readonly client: pg.Client }[]>();

async function emptied(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ sql: string }>(dropSchemas);
  await client.query([...rows.map((row) => row.sql), ...publicSchema].join('; '));
}

/** As in a new database. */
const publicSchema = [
  'create schema public',
  `do $$ begin
    if current_setting('server_version_num')::integer < 150000 then grant all on schema public to public;
    else grant usage on schema public to public; alter schema public owner to pg_database_owner; end if;
  end $$`,
  "comment on schema public is 'standard public schema'",
];

/** Empties a database; whether nothing else is left of what was done in it, and nobody but us is connected. */
async function isAsNew(client: pg.Client, name: string): Promise<boolean> {
  try {
    await client.query('rollback');
    // to drop very much at once takes locks that others need
    const { rows: much } = await client.query('select from pg_class where oid >= 16384 offset 1000 limit 1');
    if (much.length > 0) return false;
    await emptied(client);
    await client.query('discard all');
    const { rows } = await client.query<{ left: number }>(
      `select (select count(*) from pg_extension where extname <> 'plpgsql') + (select 1 - count(*) from pg_extension where extname = 'plpgsql')
        + (select count(*) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()) + (select count(*) from pg_publication)
        + (select count(*) from pg_event_trigger) + (select count(*) from pg_default_acl) + (select count(*) from pg_cast where oid >= 16384)
        + (select count(*) from pg_language where oid >= 16384 and lanname <> 'plpgsql') + (select count(*) from pg_largeobject_metadata)
        + (select count(*) from pg_db_role_setting where setdatabase = (select oid from pg_database where datname = $1))
        + (select count(*) from pg_database where datname = $1 and (datacl is not null or datconnlimit <> -1 or not datallowconn))
        + (select count(*) from pg_am where oid >= 16384) + (select count(*) from pg_namespace where oid >= 16384 and nspname !~ '^pg_' and nspname <> 'public') as left`,
      [name],
    );
    return Number(rows[0]?.left) === 0;
  } catch {
    return false;
  }
}

const dropSchemas = `select format('drop schema %I cascade', nspname) as sql from pg_namespace
  where nspname !~ '^pg_' and nspname <> 'information_schema'`;

async function createPglite(): Promise<TestDatabase> {
  const { PGlite } = await import('@electric-sql/pglite');
  const pglite = await PGlite.create();
  const drop = (): Promise<void> => pglite.close();
  const client = likeClient(pglite);
  return {
    kind: 'pglite',
    dialect: 'postgresql',
    get url(): never {
      throw new Error('This database is a PGlite in memory: hand over its engine.');
    },
    engine: pglite,
    file: undefined,
    postgres: client,
    get sqlite(): never {
      throw new Error('This database is PostgreSQL.');
    },
    async exec(statements) {
      for (const statement of [statements].flat()) await pglite.exec(statement);
    },
    async query<Row>(sql: string) {
      return (await client.query(sql)).rows as Row[];
    },
    schema: (options) => readPostgres(client, options),
    rows: (tables) => rowsOfPostgres(client, tables),
    async reset() {
      const { rows } = await pglite.query<{ sql: string }>(dropSchemas);
      await pglite.exec([...rows.map((row) => row.sql), 'create schema public'].join('; '));
    },
    drop,
    [Symbol.asyncDispose]: drop,
  };
}

/** What the readers ask of a client: `pg` gives a bigint as text. */
function likeClient(pglite: PGlite): pg.Client {
  const options = { parsers: { 20: (text: string) => text } };
  const query = async (sql: string, parameters?: unknown[]) =>
    parameters === undefined
      ? (await pglite.exec(sql, options)).at(-1)
      : pglite.query(sql, parameters, options);
  return { query } as unknown as pg.Client;
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  // The server may go before us, at the end of a run.
  client.on('error', () => {});
  await client.connect();
  return client;
}
