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
 * The commands as one Commander `Command`, to run or to hang under a host's program. A command sets `process.exitCode`; it ends the process only when
 * its words are off.
 */
export function program(
  name: string,
  find: FindAlembic,
  commands: readonly CliCommand[] = cliCommands,
): Command {
  const root = prepared(new Command(name)).description(
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

/** A command whose own failures, of words that are off, are told as all others are. */
function prepared(command: Command): Command {
  return command
    .showHelpAfterError('(add --help for what there is)')
    .configureOutput({
      writeErr: (text) => {
        if (!wantsJson(command)) process.stderr.write(text);
      },
    })
    .exitOverride((error) => endProcess(error, wantsJson(command)));
}

/** Commander has said what is wrong, or printed the help that was asked for. */
function endProcess(error: CommanderError, json: boolean): never {
  if (error.exitCode === 0) process.exit(exitStates.done);
  if (json) reportFailure(new UsageError(error.message.replace(/^error: /, '')), { json, debug: false });
  process.exit(exitStates.usage);
}

/** Whether the words ask for JSON; they weren't all read when one of them is off. */
function wantsJson(command: Command): boolean {
  let top = command;
  while (top.parent !== null) top = top.parent;
  const { rawArgs = [] } = top as unknown as { readonly rawArgs?: readonly string[] };
  return rawArgs.includes('--json');
}
