import type { CliCommand } from '../cli-command.ts';
import { runOptions, showPreview } from '../run-options.ts';

export const upgrade: CliCommand = {
  name: 'upgrade',
  define: (command) =>
    command
      .summary('run migrations up to a revision')
      .description(
        'Runs the migrations that lead up to a revision: an id or a part of one, heads, label@head, +2 or just 2.',
      )
      .argument('[revision]', 'how far to go up', 'heads')
      .option('--sql', 'print the SQL instead of running it')
      .option(
        '--preview',
        'say what would run, where commits fall, what destroys data and what fails; run nothing',
      )
      .option('--json', 'with --preview: the result as JSON')
      .option('--tag <tag>', 'a word for the environment')
      .addHelpText(
        'after',
        '\nExamples:\n  $ alembic-ts upgrade\n  $ alembic-ts upgrade +1\n  $ alembic-ts upgrade --preview\n  $ alembic-ts upgrade billing@head -x tenant=acme',
      ),
  run: async (context, options, [target]) => {
    const { sql, ...how } = runOptions(options);
    const alembic = await context.alembic();
    if (options.preview === true)
      await showPreview(context, String(target), { ...how, direction: 'upgrade' });
    else await alembic.upgrade(String(target), { sql, ...how });
  },
};
