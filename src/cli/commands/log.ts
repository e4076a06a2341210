import type { CliCommand } from '../cli-command.ts';
import { describe, scriptData } from '../output.ts';

export const log: CliCommand = {
  name: 'log',
  reads: true,
  define: (command) =>
    command
      .summary('show revisions in the order in which they run, oldest first')
      .option('--start <revision>', 'the first to show', 'base')
      .option('--end <revision>', 'the last to show', 'heads')
      .option('-v, --verbose', 'all that is known of each')
      .addHelpText('after', '\nExamples:\n  $ alembic-ts log\n  $ alembic-ts log --start current'),
  run: async (context, { start, end, verbose }) => {
    const alembic = await context.alembic();
    const scripts = await alembic.log({ start: String(start), end: String(end) });
    context.output.lines(scripts.map((script) => describe(script, verbose === true)));
    context.output.data(() => ({ revisions: scripts.map(scriptData) }));
  },
};
