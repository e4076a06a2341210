import { type CliCommand, readX } from '../cli-command.ts';

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
      .option('--tag <tag>', 'a word for the environment')
      .addHelpText(
        'after',
        '\nExamples:\n  $ alembic-ts upgrade\n  $ alembic-ts upgrade +1\n  $ alembic-ts upgrade billing@head -x tenant=acme',
      ),
  run: async (context, { sql, tag, x }, [target]) => {
    const alembic = await context.alembic();
    await alembic.upgrade(String(target), {
      sql: sql === true,
      tag: (tag as string | undefined) ?? null,
      args: readX(x),
    });
  },
};
