import type { CliCommand } from '../cli-command.ts';
import { operationSummary } from '../operation-summary.ts';

export const check: CliCommand = {
  name: 'check',
  reads: true,
  define: (command) =>
    command
      .summary('exit with 1 if the models and the database differ')
      .addHelpText('after', '\nExample:\n  $ alembic-ts check && echo "nothing to generate"'),
  run: async (context) => {
    const alembic = await context.alembic();
    const diffs = await alembic.compareMetadata();
    context.output.data(() => ({ differences: diffs }));
    if (diffs.length === 0) {
      context.output.line('The models and the database agree.');
      return;
    }
    for (const diff of diffs) context.output.line(operationSummary(diff));
    context.output.note(
      `The models and the database differ in ${diffs.length === 1 ? 'one operation' : `${diffs.length} operations`}; \`revision\` would write ${diffs.length === 1 ? 'it' : 'them'}.`,
    );
    context.found();
  },
};
