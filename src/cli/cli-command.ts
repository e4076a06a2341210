import type { Command } from 'commander';
import type { AlembicApi } from '../commands/alembic-api.ts';
import { UsageError } from './failure.ts';
import type { Output } from './output.ts';

/** The options that every command has. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly debug?: boolean;
  readonly x?: readonly string[];
}

/** What a command gets to work with. */
export interface CliContext {
  /** finds the application's `Alembic`; closed after the command */
  alembic(): Promise<AlembicApi>;
  readonly output: Output;
  /** ends with "a check found something" */
  found(): void;
}

export type Action<Options> = (
  context: CliContext,
  options: Options & CommonOptions,
  ...words: string[]
) => Promise<void>;

/** One command: its words, and what it does. `run` is called with the positional arguments after the options. */
export interface CliCommand {
  readonly name: string;
  /** adds summary, arguments and options */
  define(command: Command): Command;
  readonly reads?: boolean;
  run(
    context: CliContext,
    options: CommonOptions & { readonly [name: string]: unknown },
    words: readonly unknown[],
  ): Promise<void>;
}

/** Gathers a repeated option in a list. */
export function gather(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

/** `-x key=value …` as an object; a bare key is the empty string, as in Alembic. @throws UsageError for a word without a key. */
export function readX(given: readonly string[] | undefined): { readonly [name: string]: string } {
  return Object.fromEntries(
    (given ?? []).map((each) => {
      const at = each.indexOf('=');
      if (at === 0) throw new UsageError(`-x takes key=value, not '${each}'.`);
      return at < 0 ? [each, ''] : [each.slice(0, at), each.slice(at + 1)];
    }),
  );
}
