import type { CliCommand } from '../cli-command.ts';

export const stamp: CliCommand = {
  name: 'stamp',
  define: (command) =>
    command
      .summary('say that the database is at a revision')
      .description('Writes the version table without running any migration.')
      .argument('[revisions...]', 'the revisions to be at (default: heads)')
      .option('--purge', 'forget what the version table says before')
      .option('--sql', 'print the SQL instead of running it')
      .option('--tag <tag>', 'a word for the environment')
      .addHelpText(
        'after',
        '\nExamples:\n  $ alembic-ts stamp heads\n  $ alembic-ts stamp --purge 1975ea83b712',
      ),
  run: async (context, { purge, sql, tag }, [revisions]) => {
    const alembic = await context.alembic();
    const given = revisions as readonly string[];
    const options = { purge: purge === true, sql: sql === true, tag: (tag as string | undefined) ?? null };
    await alembic.stamp(given.length === 0 ? 'heads' : given, options);
  },
};
