import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Whether tests can act as a user without rights: this process isn't root's, or that user can read node and this checkout. Below a directory of
 * root's alone (mode 700) nobody can, and such tests are skipped for that reason; `.ci/run` makes a clone that can be read.
 */
export const canActAsNobody: boolean =
  process.getuid?.() !== 0 || nobodyReads(fileURLToPath(new URL('../../src/index.ts', import.meta.url)));

function nobodyReads(file: string): boolean {
  const code = `require('node:fs').accessSync(${JSON.stringify(file)}, 4)`;
  const { status } = spawnSync(process.execPath, ['-e', code], {
    uid: 65534,
    gid: 65534,
    cwd: '/',
    stdio: 'ignore',
  });
  if (status === 0) return true;
  process.stderr.write(
    'Skipped: tests of missing rights, since a user without them cannot read this checkout.\n',
  );
  return false;
}
