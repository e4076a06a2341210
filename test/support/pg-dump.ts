import { spawnSync } from 'node:child_process';

/**
 * What the machine's `pg_dump --schema-only` prints of a database, without what changes from run to run; undefined
 * where there is none, or where it is older than the server. (The PostgreSQL from npm brings none.)
 */
export function pgDump(url: string): string | undefined {
  const result = spawnSync('pg_dump', ['--schema-only', '--no-owner', url], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.error !== undefined || /server version mismatch/.test(result.stderr)) return undefined;
  if (result.status !== 0) throw new Error(`pg_dump failed: ${result.stderr}`);
  return result.stdout
    .split('\n')
    .filter((line) => !/^(--|\\(un)?restrict |SET |SELECT pg_catalog\.set_config)/.test(line) && line !== '')
    .join('\n');
}
