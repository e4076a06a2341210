import type { CliCommand } from '../cli-command.ts';
import { runOptions, showPreview } from '../run-options.ts';

export const downgrade: CliCommand = {
  name: 'downgrade',
  define: (command) =>
    command
      .summary('run migrations down to a revision')
      .description(
        'Undoes migrations down to a revision, which stays applied: an id, base, label@-1, or a count such as -1 or just 1.',
      )
      .argument('[revision]', 'how far to go down', '-1')
      .option('--sql', 'print the SQL instead of running it')
      .option(
        '--preview',
        'say what would run, where commits fall, what destroys data and what fails; run nothing',
      )
      .option('--json', 'with --preview: the result as JSON')
      .option('--tag <tag>', 'a word for the environment')
      .addHelpText(
        'after',
        '\nExamples:\n  $ alembic-ts downgrade\n  $ alembic-ts downgrade -2\n  $ alembic-ts downgrade base\n  $ alembic-ts downgrade base --preview',
      ),
  run: async (context, options, [target]) => {
    const { sql, ...how } = runOptions(options);
    const alembic = await context.alembic();
    const { isCount } = await import('../../commands/revision-argument.ts');
    // a bare number counts down, unless it is a revision's id
    await alembic.scriptDirectory.load();
    const word = String(target);
    const to = isCount(word, alembic.scriptDirectory) ? `-${word}` : word;
    if (options.preview === true) await showPreview(context, to, { ...how, direction: 'downgrade' });
    else await alembic.downgrade(to, { sql, ...how });
  },
};
