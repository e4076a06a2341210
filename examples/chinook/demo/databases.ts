import type { PostgresServer } from '../../../test/support/postgres.ts';

/** Gives each workspace of the demo a database of its own. */
export interface Databases extends AsyncDisposable {
  /** how it names itself: `SQLite 3.51.0` */
  readonly description: string;
  /** The URL of a new, empty database; undefined where the project's own default is meant, a file in its directory. */
  create(name: string): Promise<string | undefined>;
}

/** SQLite: the file that `alembic.config.ts` names goes with the workspace. */
export async function sqliteDatabases(): Promise<Databases> {
  const { DatabaseSync } = await import('node:sqlite');
  const db = new DatabaseSync(':memory:');
  const version = db.prepare('select sqlite_version() as version').get()?.version;
  db.close();
  return {
    description: `SQLite ${version} (node:sqlite)`,
    create: async () => undefined,
    [Symbol.asyncDispose]: async () => {},
  };
}

/** PostgreSQL: the server at that URL, or the one from npm, which is started and stopped. */
export async function postgresDatabases(serverUrl: string | undefined): Promise<Databases> {
  const { default: pg } = await import('pg');
  let server: PostgresServer | undefined;
  if (serverUrl === undefined) {
    const { startPostgres } = await import('../../../test/support/postgres.ts');
    server = await startPostgres();
  }
  const url = serverUrl ?? server?.url ?? '';
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ server_version: string }>('show server_version');
  const made: string[] = [];
  return {
    description: `PostgreSQL ${rows[0]?.server_version}${server === undefined ? '' : ' (from npm)'}`,
    create: async (name) => {
      const database = `chinook_${name}_${process.pid}`;
      await client.query(`create database ${database} template template0`);
      made.push(database);
      return Object.assign(new URL(url), { pathname: `/${database}` }).href;
    },
    [Symbol.asyncDispose]: async () => {
      for (const database of made) await client.query(`drop database ${database} with (force)`);
      await client.end();
      await server?.stop();
    },
  };
}
