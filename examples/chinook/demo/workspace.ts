import { spawnSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, prompt, show, showChange } from './narrator.ts';

const example = dirname(import.meta.dirname);
const cli = join(dirname(fileURLToPath(import.meta.resolve('alembic-ts/package.json'))), 'dist', 'bin.js');

/** A working copy of the project, with a database of its own. */
export class Workspace {
  readonly directory: string;
  /** Whose it is: the name before the prompt. */
  readonly who: string;
  readonly databaseUrl: string;
  readonly #env: NodeJS.ProcessEnv;

  /** `url`: the database, where it isn't the file that the project names. */
  constructor(directory: string, who: string, url: string | undefined) {
    this.directory = directory;
    this.who = who;
    this.databaseUrl = url ?? `sqlite:${join(directory, 'store.db')}`;
    const { DATABASE_URL: _, ...env } = process.env;
    this.#env = url === undefined ? env : { ...env, DATABASE_URL: url };
  }

  /** A new project, as the example holds it. */
  static create(directory: string, who: string, url: string | undefined): Workspace {
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true });
    for (const file of ['alembic.config.ts', 'app.ts', 'models.ts', 'rows.ts'])
      copyFileSync(join(example, file), join(directory, file));
    return new Workspace(directory, who, url);
  }

  /** A clone of this one: its files, not its database. */
  clone(directory: string, who: string, url: string | undefined): Workspace {
    rmSync(directory, { recursive: true, force: true });
    cpSync(this.directory, directory, { recursive: true, filter: (file) => !/\.db(-\w+)?$/.test(file) });
    return new Workspace(directory, who, url);
  }

  /** `npx alembic-ts …`, in this directory; gives back what it printed. */
  alembic(words: readonly string[], { exitStatus = 0 }: { readonly exitStatus?: number } = {}): string {
    const typed = words.map((word) => (/^[\w@:.+-]+$/.test(word) ? word : `"${word}"`));
    return this.#run(`npx alembic-ts ${typed.join(' ')}`, [cli, ...words], exitStatus);
  }

  /** `node app.ts …`: the application starts, from its current sources. */
  app(...words: readonly string[]): string {
    return this.#run(`node app.ts ${words.join(' ')}`.trimEnd(), ['app.ts', ...words], 0);
  }

  /** Replaces the models by those of the example's file; shows the lines that differ, unless they were seen before. */
  useModels(file: string, { seen = false }: { readonly seen?: boolean } = {}): void {
    const models = join(this.directory, 'models.ts');
    const before = readFileSync(models, 'utf8');
    copyFileSync(join(example, file), models);
    prompt(this.who, `edit models.ts    # now as examples/chinook/${file}`);
    if (!seen) showChange(before, readFileSync(models, 'utf8'));
  }

  /** The revision files by name. */
  revisions(): readonly string[] {
    return readdirSync(join(this.directory, 'migrations')).filter((name) =>
      /^[0-9a-f]{12}_.*\.ts$/.test(name),
    );
  }

  path(revision: string): string {
    return join(this.directory, 'migrations', revision);
  }

  #run(typed: string, args: readonly string[], exitStatus: number): string {
    prompt(this.who, typed);
    // one file for both streams keeps the order in which a terminal would show them
    const file = join(this.directory, '.output');
    const output = openSync(file, 'w');
    const { status, error } = spawnSync(process.execPath, args, {
      cwd: this.directory,
      env: this.#env,
      stdio: ['ignore', output, output],
    });
    closeSync(output);
    const said = readFileSync(file, 'utf8');
    rmSync(file);
    show(said === '' ? '(no output)' : said);
    if (error) throw error;
    expect(status === exitStatus, `'${typed}' ended with ${status}, not with ${exitStatus}.`);
    return said;
  }
}
