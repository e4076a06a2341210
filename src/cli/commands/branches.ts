import type { CliCommand } from '../cli-command.ts';
import { describe, scriptData } from '../output.ts';

export const branches: CliCommand = {
  name: 'branches',
  reads: true,
  define: (command) =>
    command
      .summary('show the revisions that more than one follows')
      .option('-v, --verbose', 'all that is known of each')
      .addHelpText('after', '\nExample:\n  $ alembic-ts branches -v'),
  run: async (context, { verbose }) => {
    const alembic = await context.alembic();
    const scripts = await alembic.branches();
    for (const script of scripts) {
      context.output.line(describe(script, verbose === true));
      for (const next of await alembic.show([...script.nextrev])) {
        context.output.line(`    -> ${next.format({ includeBranches: true, includeDoc: true })}`);
      }
    }
    context.output.data(() => ({ revisions: scripts.map(scriptData) }));
  },
};
