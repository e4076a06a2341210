import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');

export interface ProgramResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A project of somebody who installed the package: a directory far from the repository, with the packed `alembic-ts` that `src` makes now, and nothing that
 * isn't in its `dependencies` but `pg` and Node's types.
 */
export interface UserProject extends Disposable {
  readonly directory: string;
  /** Writes files by their paths in the project. */
  put(files: Readonly<Record<string, string>>): void;
  read(path: string): string;
  /** `npx alembic-ts …`: the installed executable, on the Node that runs the tests. */
  alembic(words: readonly string[], env?: NodeJS.ProcessEnv): ProgramResult;
  /** `node …` */
  node(words: readonly string[], env?: NodeJS.ProcessEnv): ProgramResult;
  /** A script of the shell; `npx`, `npm` and `node` are there. */
  shell(script: string, env?: NodeJS.ProcessEnv): ProgramResult;
  /** What the compiler has against the files, with everything strict; empty when nothing. */
  typecheck(files: readonly string[]): string;
}

/** Makes a project of `package.json`'s type `module` or `commonjs`. */
export function userProject(type: 'module' | 'commonjs' = 'module'): UserProject {
  const directory = mkdtempSync(join(tmpdir(), 'alembic-user-'));
  const modules = join(directory, 'node_modules');
  const installed = join(modules, 'alembic-ts');
  mkdirSync(join(modules, '.bin'), { recursive: true });
  mkdirSync(join(modules, '@types'));
  mkdirSync(installed);
  execFileSync('tar', ['-xzf', packed(), '--strip-components=1', '-C', installed]);
  const { bin, dependencies } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
    bin: Record<string, string>;
    dependencies: Record<string, string>;
  };
  for (const name of Object.keys(dependencies))
    cpSync(join(root, 'node_modules', name), join(modules, name), { recursive: true });
  for (const name of ['pg', '@types/node'])
    symlinkSync(join(root, 'node_modules', name), join(modules, name), 'junction');
  for (const [name, file] of Object.entries(bin)) {
    execFileSync('chmod', ['+x', join(installed, file)]);
    symlinkSync(join(installed, file), join(modules, '.bin', name));
  }
  const { DATABASE_URL: _, ...inherited } = process.env;
  const path = [dirname(process.execPath), process.env.PATH].join(delimiter);
  const run = (program: string, words: readonly string[], env: NodeJS.ProcessEnv = {}): ProgramResult => {
    const result = spawnSync(program, words, {
      cwd: directory,
      encoding: 'utf8',
      env: { ...inherited, PATH: path, ...env },
    });
    if (result.error) throw result.error;
    return result;
  };
  const project: UserProject = {
    directory,
    put: (files) => {
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(directory, name)), { recursive: true });
        writeFileSync(join(directory, name), text);
      }
    },
    read: (name) => readFileSync(join(directory, name), 'utf8'),
    alembic: (words, env) => run(process.execPath, [join(installed, bin['alembic-ts'] ?? ''), ...words], env),
    node: (words, env) => run(process.execPath, words, env),
    shell: (script, env) => run('sh', ['-e', '-c', script], env),
    typecheck: (files) => {
      project.put({ 'tsconfig.json': JSON.stringify({ compilerOptions: strictest, files }) });
      return run(process.execPath, [tsc, '-p', '.', '--pretty', 'false']).stdout;
    },
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };
  project.put({ 'package.json': JSON.stringify({ name: 'user', private: true, type }) });
  return project;
}

/** What a strict user compiles with; declarations of libraries are checked too. */
const strictest = {
  target: 'es2024',
  module: 'nodenext',
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noImplicitOverride: true,
  noUnusedLocals: true,
  verbatimModuleSyntax: true,
  erasableSyntaxOnly: true,
  allowImportingTsExtensions: true,
  types: ['node'],
  allowJs: true,
  checkJs: true,
  noEmit: true,
  skipLibCheck: false,
};

let tarball: string | undefined;

/** The package as `npm pack` makes it of what `src` is now: once in a process. */
function packed(): string {
  if (tarball !== undefined) return tarball;
  const stage = mkdtempSync(join(tmpdir(), 'alembic-pack-'));
  process.once('exit', () => rmSync(stage, { recursive: true, force: true }));
  // `npm test` builds nothing, and what others build at the same time isn't touched; the types are `npm run typecheck`'s
  const args = ['-p', 'tsconfig.build.json', '--noCheck', '--outDir', join(stage, 'dist')];
  execFileSync(process.execPath, [tsc, ...args], { cwd: root });
  execFileSync(process.execPath, [join(root, 'scripts', 'bundle.ts'), join(stage, 'dist')], { cwd: root });
  for (const name of ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md'])
    cpSync(join(root, name), join(stage, name));
  const name = execFileSync('npm', ['pack', '--silent', '--ignore-scripts'], {
    cwd: stage,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  tarball = join(stage, name.trim());
  return tarball;
}
