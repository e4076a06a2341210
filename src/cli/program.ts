import { Command, type CommanderError } from 'commander';
import type { AlembicApi } from '../commands/alembic-api.ts';
import { flushLogs } from '../util/logging.ts';
import { type CliCommand, type CommonOptions, gather } from './cli-command.ts';
import { cliCommands } from './commands/index.ts';
import { exitStates, reportFailure, UsageError } from './failure.ts';
import { output } from './output.ts';

/** Finds the application's `Alembic`, given the options of the whole program. */
export type FindAlembic = (options: {
  readonly config?: string;
  readonly app?: string;
}) => Promise<AlembicApi>;

/**
 * The commands as one Commander `Command`, to run or to hang under a host's program. A command sets `process.exitCode` and ends no process, also where
 * its words are off: the host's program goes on behind its `parseAsync`.
 */
export function program(
  name: string,
  find: FindAlembic,
  commands: readonly CliCommand[] = cliCommands,
): Command {
  const root = prepared(new HostedCommand(name)).description(
    'Database migrations: a graph of revisions, written by comparing models with the live database.',
  );
  for (const each of commands) {
    const command = prepared(each.define(new Command(each.name)));
    if (each.reads) command.option('--json', 'the result as JSON');
    command.option('-x <key=value>', 'for the environment and the revisions; may be repeated', gather);
    command.option('--debug', 'say where a failure comes from');
    command.action(async (...given: unknown[]) => {
      await runCommand(each, () => find(root.opts()), given);
    });
    root.addCommand(command);
  }
  return root;
}

async function runCommand(
  command: CliCommand,
  find: () => Promise<AlembicApi>,
  given: readonly unknown[],
): Promise<void> {
  const options = given.at(-2) as CommonOptions & { readonly [option: string]: unknown };
  const settings = { json: options.json === true, debug: options.debug === true };
  let opened: AlembicApi | undefined;
  const open = async (): Promise<AlembicApi> => {
    opened ??= await find();
    if (options.x !== undefined) opened.config.x = options.x;
    return opened;
  };
  const found = (): void => {
    process.exitCode = exitStates.found;
  };
  try {
    try {
      const context = { alembic: open, output: output(settings.json), found };
      await command.run(context, options, given.slice(0, -2));
    } finally {
      await opened?.close();
      await flushLogs();
    }
  } catch (error) {
    process.exitCode = reportFailure(error, settings);
  }
}

/** Commander has said what is wrong, or printed the help that was asked for: there is nothing more to do. */
class Stopped extends Error {}

interface Parsing {
  _parseCommand(operands: readonly string[], unknown: readonly string[]): unknown;
}

/**
 * The command that a host's program hands its words to. Commander offers two ways to stop for words that are off, ending the process and throwing in the
 * host's face; here that ends where it began.
 */
class HostedCommand extends Command implements Parsing {
  #parsing = 0;

  /** whether the words are being read by this command, not help of it shown by the host */
  get isParsing(): boolean {
    return this.#parsing > 0;
  }

  // what a program calls of the command that was named, and `parse` and `parseAsync` of their own
  _parseCommand(operands: readonly string[], unknown: readonly string[]): unknown {
    const ended = (): void => {
      this.#parsing--;
    };
    const stopped = (error: unknown): void => {
      if (!(error instanceof Stopped)) throw error;
    };
    this.#parsing++;
    let result: unknown;
    try {
      result = (Command.prototype as unknown as Parsing)._parseCommand.call(this, operands, unknown);
    } catch (error) {
      ended();
      return stopped(error);
    }
    if (result instanceof Promise) return result.catch(stopped).finally(ended);
    ended();
    return result;
  }
}

/** A command whose own failures, of words that are off, are told as all others are. */
function prepared(command: Command): Command {
  return command
    .showHelpAfterError('(add --help for what there is)')
    .configureOutput({
      writeErr: (text) => {
        if (!wantsJson(command)) process.stderr.write(text);
      },
    })
    .exitOverride((error) => stop(error, command));
}

function stop(error: CommanderError, command: Command): never {
  const isUsage = error.exitCode !== 0;
  const json = wantsJson(command);
  if (isUsage && json)
    reportFailure(new UsageError(error.message.replace(/^error: /, '')), { json, debug: false });
  const line = lineOf(command);
  // `help db` of a host's program, which ends as Commander ends it
  if (!line.some((each) => each instanceof HostedCommand && each.isParsing)) process.exit(error.exitCode);
  if (isUsage) process.exitCode = exitStates.usage;
  throw new Stopped();
}

/** A command and those that it hangs under, the program last. */
function lineOf(command: Command): readonly Command[] {
  return command.parent === null ? [command] : [command, ...lineOf(command.parent)];
}

/** Whether the words ask for JSON; they weren't all read when one of them is off. */
function wantsJson(command: Command): boolean {
  const { rawArgs = [] } = lineOf(command).at(-1) as unknown as { readonly rawArgs?: readonly string[] };
  return rawArgs.includes('--json');
}
