import { Command, type CommanderError } from 'commander';
import type { AlembicApi } from '../commands/alembic-api.ts';
import { type CommonOptions, gather } from './cli-command.ts';
import { cliCommands } from './commands/index.ts';
import { exitStates, reportFailure } from './failure.ts';
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
export function program(name: string, find: FindAlembic): Command {
  const root = new Command(name);
  const globals = (): { config?: string; app?: string } => root.opts();
  root
    .description(
      'Database migrations: a graph of revisions, written by comparing models with the live database.',
    )
    .showHelpAfterError('(add --help for what there is)')
    .exitOverride(endProcess);
  for (const each of cliCommands) {
    const command = each
      .define(new Command(each.name))
      .exitOverride(endProcess)
      .showHelpAfterError('(add --help for what there is)');
    if (each.reads) command.option('--json', 'the result as JSON');
    command.option('-x <key=value>', 'for the environment and the revisions; may be repeated', gather);
    command.option('--debug', 'say where a failure comes from');
    command.action(async (...given: unknown[]) => {
      const options = given.at(-2) as CommonOptions & { readonly [option: string]: unknown };
      let opened: AlembicApi | undefined;
      const context = {
        alembic: async (): Promise<AlembicApi> => (opened ??= await find(globals())),
        output: output(options.json === true),
        found: (): void => {
          process.exitCode = exitStates.found;
        },
      };
      try {
        await each.run(context, options, given.slice(0, -2));
      } catch (error) {
        process.exitCode = reportFailure(error, {
          json: options.json === true,
          debug: options.debug === true,
        });
      } finally {
        await opened?.close();
      }
    });
    root.addCommand(command);
  }
  return root;
}

/** Commander has said what is wrong, or printed the help that was asked for. */
function endProcess(error: CommanderError): never {
  process.exit(error.exitCode === 0 || error.code === 'commander.help' ? exitStates.done : exitStates.usage);
}
