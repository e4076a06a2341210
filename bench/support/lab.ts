import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type InstalledPackage, installPackage } from '../../scripts/installed-package.ts';
import { startPostgres } from '../../test/support/postgres.ts';

/** The directory of a user who has installed the package, and a PostgreSQL server of our own. */
export interface Lab extends AsyncDisposable {
  readonly directory: string;
  readonly installed: InstalledPackage;
  /** the command line, as `node_modules/.bin/alembic-ts` starts it */
  readonly executable: string;
  /** the file that `import 'alembic-ts'` leads to */
  readonly entry: string;
  /** makes a database and gives its URL: a file in `directory`, or one on the server */
  database(kind: Kind, name: string): Promise<string>;
}

export type Kind = 'sqlite' | 'postgresql';

export const kinds: readonly Kind[] = ['sqlite', 'postgresql'];

export async function openLab(): Promise<Lab> {
  const directory = mkdtempSync(join(tmpdir(), 'alembic-bench-'));
  const installed = installPackage(directory);
  const pg = fileURLToPath(new URL('../../node_modules/pg', import.meta.url));
  symlinkSync(pg, join(directory, 'node_modules', 'pg'), 'junction');
  writeFileSync(join(directory, 'alembic.config.ts'), config);
  const server = await startPostgres();
  return {
    directory,
    installed,
    executable: join(installed.directory, 'dist', 'bin.js'),
    entry: join(installed.directory, 'dist', 'index.js'),
    database: async (kind, name) => {
      if (kind === 'sqlite') return `sqlite:${join(directory, `${name}.db`)}`;
      const { default: pg } = await import('pg');
      const client = new pg.Client(server.url);
      await client.connect();
      await client.query(`DROP DATABASE IF EXISTS ${name}`);
      await client.query(`CREATE DATABASE ${name}`);
      await client.end();
      return server.url.replace(/\/[^/]*$/, `/${name}`);
    },
    [Symbol.asyncDispose]: async () => {
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** What `init` writes, but for the models: those are named where there are some. */
const config = `import { defineConfig } from 'alembic-ts';

const { MODELS } = process.env;

export default defineConfig({
  engines: process.env.DATABASE_URL ?? 'sqlite:app.db',
  ...(MODELS && { metadatas: (await import(MODELS)).metadata }),
  config: { scriptLocation: process.env.HISTORY ?? 'migrations' },
});
`;
