import type { CliCommand } from '../cli-command.ts';

export const ensureVersion: CliCommand = {
  name: 'ensure-version',
  define: (command) =>
    command
      .summary('make the version table, if it is not there')
      .option('--sql', 'print the SQL instead of running it')
      .addHelpText('after', '\nExample:\n  $ alembic-ts ensure-version'),
  run: async (context, { sql }) => {
    const alembic = await context.alembic();
    await alembic.ensureVersion({ sql: sql === true });
  },
};
