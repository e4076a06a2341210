import type { CliCommand } from '../cli-command.ts';
import { describe, scriptData } from '../output.ts';

export const show: CliCommand = {
  name: 'show',
  reads: true,
  define: (command) =>
    command
      .summary('show all that is known of revisions')
      .argument('<revisions...>', 'ids or symbols')
      .addHelpText('after', '\nExample:\n  $ alembic-ts show head'),
  run: async (context, _options, [revisions]) => {
    const alembic = await context.alembic();
    const scripts = await alembic.show(revisions as readonly string[]);
    context.output.lines(scripts.map((script) => describe(script, true)));
    context.output.data(() => ({ revisions: scripts.map(scriptData) }));
  },
};
