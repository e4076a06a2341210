import type { CliCommand } from '../cli-command.ts';
import { describe, scriptData } from '../output.ts';

export const heads: CliCommand = {
  name: 'heads',
  reads: true,
  define: (command) =>
    command
      .summary('show the revisions that nothing follows')
      .option('-v, --verbose', 'all that is known of each')
      .option('--resolve-dependencies', 'what another revision depends on is no head')
      .addHelpText('after', '\nExamples:\n  $ alembic-ts heads\n  $ alembic-ts heads --json'),
  run: async (context, { verbose, resolveDependencies }) => {
    const alembic = await context.alembic();
    const scripts = await alembic.heads({ resolveDependencies: resolveDependencies === true });
    context.output.lines(scripts.map((script) => describe(script, verbose === true)));
    context.output.data(() => ({ revisions: scripts.map(scriptData) }));
  },
};
