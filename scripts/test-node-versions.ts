// `npm run test:node-versions [-- paths of tests]`: the oldest Node that users may have, and the newest. Each gets the
// package as a user installs it, imports every entry point in both ways and starts the executable; then the tests beside
// the code run on it. The versions come as plain npm packages and need no install scripts.
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
// @ts-expect-error It has no types: it runs before anything is installed.
import { npm } from './install.mjs';
import { installPackage } from './installed-package.ts';

const versions = ['22.18.0', '26'];
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const paths = process.argv.slice(2);
const directory = mkdtempSync(join(tmpdir(), 'alembic-nodes-'));
try {
  const installed = installPackage(join(directory, 'user'));
  const { exports } = JSON.parse(readFileSync(join(installed.directory, 'package.json'), 'utf8')) as {
    exports: Record<string, unknown>;
  };
  const entries = Object.keys(exports)
    .filter((path) => !path.endsWith('.json'))
    .map((path) => JSON.stringify(`alembic-ts${path.slice(1)}`));
  for (const version of versions) {
    const node = installNode(version);
    const say = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
    console.log(`\nNode ${say}`);
    const user = join(directory, 'user');
    run(user, node, [
      '--input-type=module',
      '-e',
      `for (const e of [${entries}]) console.log(e, Object.keys(await import(e)).length)`,
    ]);
    run(user, node, ['--input-type=commonjs', '-e', `for (const e of [${entries}]) require(e)`]);
    run(user, node, [join(installed.directory, 'dist', 'bin.js'), '--help']);
    run(root, node, [
      join(root, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      ...(paths.length > 0 ? paths : testsFor(say)),
    ]);
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}

/** The tests beside the code. Some are written with `await using`, which Node reads from 24 on: older ones are given the others. */
function testsFor(version: string): readonly string[] {
  if (Number(/\d+/.exec(version)?.[0]) >= 24) return ['src/'];
  const all = globSync('src/**/*.test.ts', { cwd: root });
  const readable = all.filter((file) => !/\bawait using\b/.test(readFileSync(join(root, file), 'utf8')));
  console.log(
    `${all.length - readable.length} of ${all.length} test files are left out: they are written with 'await using', which needs Node 24.`,
  );
  return readable;
}

/** The executable of that version, freshly installed. */
function installNode(version: string): string {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = `${platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node'}-${platform}-${process.arch}`;
  const prefix = join(directory, `node-${version}`);
  npm(directory, [
    'install',
    '--silent',
    '--no-audit',
    '--no-fund',
    '--prefix',
    prefix,
    `${name}@${version}`,
  ]);
  return join(prefix, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

function run(cwd: string, node: string, args: readonly string[]): void {
  // A test that starts Node by its name gets this one.
  const env = {
    ...process.env,
    PATH: `${dirname(node)}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}`,
  };
  const { status } = spawnSync(node, args, { cwd, env, stdio: 'inherit' });
  if (status === 0) return;
  console.error(`failed on ${node}: ${args.join(' ')}`);
  process.exitCode = 1;
}
