import type { CliCommand } from '../cli-command.ts';

export const ensureVersion: CliCommand = {
  name: 'ensure-version',
  define: (command) => command.summary('make the version table, if it is not there'),
  run: async (context) => {
    await (await context.alembic()).ensureVersion();
  },
};
