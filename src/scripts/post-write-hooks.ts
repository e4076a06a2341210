import { spawn } from 'node:child_process';
import { delimiter, join, resolve } from 'node:path';
import { CommandError } from '../errors.ts';

/** In a hook's words, the path of the new file. */
const FILE_TOKEN = 'REVISION_SCRIPT_FILENAME';

/**
 * What runs on each new revision file, such as a formatter: a function of the file's path, or a program that
 * is started without a shell. In a program's words `REVISION_SCRIPT_FILENAME` becomes the path; where it
 * doesn't occur, the path follows `command`, and goes before `options`, as in Alembic.
 */
export type PostWriteHook = ((file: string) => unknown) | PostWriteCommand;

export interface PostWriteCommand {
  /** for messages; default: the program */
  readonly name?: string | undefined;
  /** program and words, as a list or as one string, in which quotes hold words together */
  readonly command?: string | readonly string[] | undefined;
  /** Alembic's spelling: the program by itself … */
  readonly executable?: string | undefined;
  /** … and its words */
  readonly options?: string | readonly string[] | undefined;
  readonly type?: 'exec' | undefined;
  /** default: the app's root; relative to it */
  readonly cwd?: string | undefined;
}

/**
 * Runs the hooks in their order, each after the one before it has ended. Programs are also found in the
 * root's `node_modules/.bin`.
 *
 * @throws CommandError `WRITE_HOOK`; the hooks after don't run
 */
export async function runPostWriteHooks(
  file: string,
  hooks: readonly PostWriteHook[],
  rootPath: string,
): Promise<void> {
  for (const hook of hooks) {
    if (typeof hook === 'function') {
      try {
        await hook(file);
      } catch (error) {
        throw hookError(
          hook.name || 'a function',
          file,
          error instanceof Error ? error.message : String(error),
          error,
        );
      }
    } else await runProgram(file, hook, rootPath);
  }
}

async function runProgram(file: string, hook: PostWriteCommand, rootPath: string): Promise<void> {
  const [program, ...words] = hookWords(hook, file);
  if (program === undefined || program === '')
    throw hookError(hook.name ?? '?', file, 'it names no command and no executable');
  const name = hook.name ?? program;
  const path = [join(rootPath, 'node_modules', '.bin'), process.env.PATH].filter(Boolean).join(delimiter);
  const child = spawn(program, words, {
    cwd: resolve(rootPath, hook.cwd ?? '.'),
    env: { ...process.env, PATH: path },
    shell: false,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const collect = (part: Buffer) => {
    output = (output + part.toString()).slice(-2000);
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  await new Promise<void>((done, fail) => {
    child.once('error', (error) => fail(hookError(name, file, error.message, error)));
    child.once('close', (status, signal) => {
      if (status === 0) done();
      else
        fail(
          hookError(
            name,
            file,
            `it ended with ${signal ?? `status ${status}`}${output === '' ? '' : `:\n${output.trim()}`}`,
          ),
        );
    });
  });
}

function hookWords(hook: PostWriteCommand, file: string): readonly string[] {
  const put = (words: readonly string[]) => words.map((word) => word.replaceAll(FILE_TOKEN, file));
  const given = (words: readonly string[]) => words.some((word) => word.includes(FILE_TOKEN));
  const command = splitWords(hook.command ?? []);
  const options = splitWords(hook.options ?? []);
  if (hook.executable !== undefined)
    return put([hook.executable, ...(given(options) ? [] : [file]), ...options]);
  const words = [...command, ...options];
  return put(given(words) || words.length === 0 ? words : [...words, file]);
}

/** Splits at blanks; quotes hold a word together. Nothing is expanded. */
function splitWords(words: string | readonly string[]): readonly string[] {
  if (typeof words !== 'string') return words;
  return (words.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g) ?? []).map((word) =>
    word.replace(/'([^']*)'|"([^"]*)"/g, '$1$2'),
  );
}

function hookError(name: string, file: string, reason: string, cause?: unknown): CommandError {
  return new CommandError(
    'WRITE_HOOK',
    `The post-write hook ${name} failed: ${reason}. ${file} is written and stays.`,
    {
      cause,
      details: { file },
    },
  );
}
