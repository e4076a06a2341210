import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
// @ts-expect-error It has no types: it runs before anything is installed, on Node that may be too old for them.
import { npm } from './install.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** What a user gets who installs the package. */
export interface InstalledPackage {
  /** of the package itself */
  readonly directory: string;
  /** names of all packages that came, this one included */
  readonly packages: readonly string[];
  /** all their files together, in bytes */
  readonly bytes: number;
}

/** Packs what is built and installs it, with what it depends on, into an empty directory, as a user's project would. */
export function installPackage(directory: string): InstalledPackage {
  mkdirSync(directory, { recursive: true });
  npm(root, ['pack', '--silent', '--ignore-scripts', '--pack-destination', directory]);
  const tarball = readdirSync(directory).find((name) => name.endsWith('.tgz'));
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  npm(directory, [
    'install',
    '--silent',
    '--no-audit',
    '--no-fund',
    '--no-package-lock',
    join(directory, tarball ?? ''),
  ]);
  const modules = join(directory, 'node_modules');
  const entries = readdirSync(modules, { recursive: true, withFileTypes: true });
  const manifests = entries.filter(
    (entry) => entry.name === 'package.json' && isPackage(modules, entry.parentPath),
  );
  return {
    directory: join(modules, 'alembic-ts'),
    packages: manifests.map((entry) => nameIn(join(entry.parentPath, entry.name))).sort(),
    bytes: entries
      .filter((entry) => entry.isFile() && basename(entry.name) !== '.package-lock.json')
      .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0),
  };
}

/** Whether a directory is `node_modules/<name>` or `node_modules/@<scope>/<name>`, not a part of a package. */
function isPackage(modules: string, directory: string): boolean {
  const above = dirname(directory);
  return above === modules || (dirname(above) === modules && basename(above).startsWith('@'));
}

function nameIn(manifest: string): string {
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { name: string }).name;
}
