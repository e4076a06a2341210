import type { CliCommand } from '../cli-command.ts';
import { describe, scriptData } from '../output.ts';

export const current: CliCommand = {
  name: 'current',
  reads: true,
  define: (command) =>
    command
      .summary('show the revisions that the database is at')
      .option('-v, --verbose', 'all that is known of each')
      .option('--check-heads', 'exit with 1 unless every head is applied')
      .addHelpText('after', '\nExamples:\n  $ alembic-ts current\n  $ alembic-ts current --check-heads'),
  run: async (context, { verbose, checkHeads }) => {
    const alembic = await context.alembic();
    const scripts = await alembic.current();
    context.output.lines(scripts.map((script) => describe(script, verbose === true)));
    const behind = checkHeads === true && (await alembic.needsUpgrade());
    context.output.data(() => ({
      revisions: scripts.map(scriptData),
      ...(checkHeads === true ? { atHeads: !behind } : {}),
    }));
    if (behind) {
      context.output.note('The database is not at all heads.');
      context.found();
    }
  },
};
