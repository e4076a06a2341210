// Makes node_modules what package-lock.json says. It runs before anything is installed, on whatever Node runs
// npm (20 or later), so it uses nothing but Node itself.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** The executable of the Node that package.json pins; it need not exist. */
export function pinnedNode(root) {
  const bin = join(root, 'node_modules', 'node', 'bin');
  return process.platform === 'win32' ? join(bin, 'node.exe') : join(bin, 'node');
}

/** Installs what is missing or differs from the lock, and the pinned Node; throws where that fails. */
export function ensureInstalled(root) {
  const difference = differenceFromLock(root);
  if (difference !== undefined) {
    console.log(`Installing: ${difference}.`);
    npm(root, ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']);
  }
  const version = readJson(join(root, 'package.json')).devDependencies.node;
  if (versionOf(pinnedNode(root)) === `v${version}`) return;
  // npm that was told to run no scripts leaves the package without its binary; its own script fetches it.
  const result = spawnSync(process.execPath, ['installArchSpecificPackage'], {
    cwd: join(root, 'node_modules', 'node'),
    stdio: 'inherit',
  });
  if (result.status !== 0 || versionOf(pinnedNode(root)) !== `v${version}`) {
    throw new Error(
      `Node ${version} (node_modules/node) didn't install. Try: npm rebuild node --foreground-scripts`,
    );
  }
}

/** Why node_modules isn't what the lock says, in a few words; undefined when it is. */
export function differenceFromLock(root) {
  const installedFile = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return 'nothing is installed';
  const installed = readJson(installedFile).packages;
  const locked = readJson(join(root, 'package-lock.json')).packages;
  for (const [path, entry] of Object.entries(locked)) {
    if (path === '' || entry.link) continue;
    const found = installed[path];
    // What is optional is missing on another platform; what is there must be the right one anyway.
    if (found === undefined ? !entry.optional && !entry.devOptional : found.version !== entry.version) {
      return `${path} ${entry.version} is locked, ${found === undefined ? 'none' : found.version} is installed`;
    }
  }
  return undefined;
}

/** Runs npm: the one that runs us, where npm does, without a shell in between. */
export function npm(root, args) {
  const [command, first] = npmCommand();
  const result = spawnSync(command, [...first, ...args], { cwd: root, stdio: 'inherit' });
  if (result.error) throw result.error;
  if (result.status !== 0) throw new Error(`npm ${args.join(' ')} ended with ${result.status}`);
}

function npmCommand() {
  // npm's own Node, not the pinned one: an install replaces that one while it would be running.
  const node = process.env.npm_node_execpath ?? process.execPath;
  const byNpm = process.env.npm_execpath;
  const beside = [
    join(dirname(node), 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(dirname(node), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ];
  const script = [byNpm, ...beside].find(
    (path) => path !== undefined && basename(path) === 'npm-cli.js' && existsSync(path),
  );
  return script === undefined ? ['npm', []] : [node, [script]];
}

function versionOf(node) {
  if (!existsSync(node)) return undefined;
  return spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout?.trim();
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}
