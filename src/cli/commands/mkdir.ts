import type { CliCommand } from '../cli-command.ts';
import { shownPath } from '../output.ts';

export const mkdir: CliCommand = {
  name: 'mkdir',
  define: (command) =>
    command
      .summary('make the migration directory and its template, where they are missing')
      .addHelpText('after', '\nExample:\n  $ alembic-ts mkdir'),
  run: async (context) => {
    const alembic = await context.alembic();
    alembic.mkdir();
    context.output.line(`${shownPath(alembic.scriptDirectory.directory)} is there.`);
  },
};
