import { relative } from 'node:path';
import type { CliCommand } from '../cli-command.ts';

export const mkdir: CliCommand = {
  name: 'mkdir',
  define: (command) =>
    command.summary('make the migration directory and its template, where they are missing'),
  run: async (context) => {
    const alembic = await context.alembic();
    alembic.mkdir();
    context.output.line(`${relative('.', alembic.scriptDirectory.directory) || '.'} is there.`);
  },
};
