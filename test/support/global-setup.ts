import { connect } from 'node:net';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { launchPostgres } from './postgres.ts';

/** A server of the machine that answers. */
export interface FoundServer {
  readonly url: string;
  /** as it names itself, such as `15.20` */
  readonly version: string;
}

/** What the run tells each of its workers. */
export interface ProvidedDatabases {
  /** for `postgresUrl`: the PostgreSQL from npm, started at the first call */
  readonly postgresState: string;
  readonly servers: {
    readonly 'postgresql-server'?: FoundServer;
    readonly 'mariadb-server'?: FoundServer;
  };
  /** how the names of this run's databases begin */
  readonly prefix: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    databases: ProvidedDatabases;
  }
}

/** Vitest's global set-up: prepares the PostgreSQL from npm and looks for servers; returns what undoes it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const launch = launchPostgres();
  const prefix = `alembic_test_${process.pid}`;
  const [postgres, mariadb] = await Promise.all([
    find('ALEMBIC_TEST_POSTGRES_URL', 'postgresql://postgres@127.0.0.1:5432/postgres', askPostgres),
    find('ALEMBIC_TEST_MARIADB_URL', 'mysql://root@127.0.0.1:3306/test', askMariadb),
  ]);
  project.provide('databases', {
    postgresState: launch.stateFile,
    servers: {
      ...(postgres && { 'postgresql-server': postgres }),
      ...(mariadb && { 'mariadb-server': mariadb }),
    },
    prefix,
  });
  return async () => {
    await launch.stop();
    if (postgres !== undefined) await dropDatabases(postgres.url, prefix);
  };
}

/** A server that the environment names has to answer; the usual one may. */
async function find(
  variable: string,
  usual: string,
  ask: (url: string) => Promise<string>,
): Promise<FoundServer | undefined> {
  const named = process.env[variable] || undefined;
  const url = named ?? usual;
  try {
    return { url, version: await ask(url) };
  } catch (error) {
    if (named === undefined) return undefined;
    throw new Error(`${variable} names a server that doesn't answer: ${(error as Error).message}`);
  }
}

async function askPostgres(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3_000 });
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    return rows[0]?.server_version.split(' ')[0] ?? '';
  } finally {
    await client.end();
  }
}

/** The server greets first, with its version: no driver is needed to see it. */
function askMariadb(url: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port || 3306), hostname);
    socket.setTimeout(3_000, () => socket.destroy(new Error('no greeting')));
    socket.once('error', reject);
    socket.once('data', (greeting) => {
      socket.destroy();
      // 4 bytes of packet header, 1 of protocol, then the version up to a zero
      const version = greeting.toString('latin1', 5, greeting.indexOf(0, 5)).replace(/^5\.5\.5-/, '');
      if (/^\d+\.\d+/.test(version)) resolve(version.split('-')[0] ?? '');
      else reject(new Error('not a MySQL or MariaDB server'));
    });
  });
}

/** What a killed worker left on a server that isn't ours. */
async function dropDatabases(url: string, prefix: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ datname: string }>(
    'select datname from pg_database where datname like $1',
    [`${prefix.replaceAll('_', '\\_')}\\_%`],
  );
  for (const { datname } of rows) await client.query(`drop database if exists ${datname} with (force)`);
  await client.end();
}
