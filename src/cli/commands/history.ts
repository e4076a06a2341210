import type { CliCommand } from '../cli-command.ts';
import { describe, scriptData } from '../output.ts';

export const history: CliCommand = {
  name: 'history',
  reads: true,
  define: (command) =>
    command
      .summary('show revisions, newest first')
      .option('-r, --rev-range <range>', 'a range such as base:heads, -3:current or 1975ea:')
      .option('-v, --verbose', 'all that is known of each')
      .option('-i, --indicate-current', 'mark the revisions that the database is at')
      .addHelpText('after', '\nExamples:\n  $ alembic-ts history\n  $ alembic-ts history -i -r-3:'),
  run: async (context, { revRange, verbose, indicateCurrent }) => {
    const alembic = await context.alembic();
    const range = revRange === undefined ? {} : { range: String(revRange) };
    const entries = await alembic.history({ ...range, indicateCurrent: indicateCurrent === true });
    context.output.lines(
      entries.map(({ script, isCurrent }) => describe(script, verbose === true, isCurrent)),
    );
    context.output.data(() => ({
      revisions: entries.map(({ script, isCurrent }) => ({
        ...scriptData(script),
        ...(indicateCurrent === true ? { isCurrent } : {}),
      })),
    }));
  },
};
