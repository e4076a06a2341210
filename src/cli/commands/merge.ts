import { type CliCommand, gather } from '../cli-command.ts';
import { paint, scriptData, shownPath } from '../output.ts';

export const merge: CliCommand = {
  name: 'merge',
  define: (command) =>
    command
      .summary('write a revision that joins several')
      .argument('[revisions...]', 'what to join (default: heads)')
      .option('-m, --message <message>', 'what it does')
      .option('-l, --label <label>', 'a label; may be repeated', gather)
      .option('--branch-label <label>', 'the same', gather)
      .option('--rev-id <id>', 'its id, instead of a new one')
      .option('--json', 'the result as JSON')
      .addHelpText('after', '\nExample:\n  $ alembic-ts merge heads -m "join billing"'),
  run: async (context, options, [revisions]) => {
    const alembic = await context.alembic();
    const given = revisions as readonly string[];
    const label = ['label', 'branchLabel'].flatMap(
      (name) => (options[name] as readonly string[] | undefined) ?? [],
    );
    const script = await alembic.merge(given.length === 0 ? 'heads' : given, {
      ...(options.message === undefined ? {} : { message: String(options.message) }),
      ...(label.length > 0 ? { label } : {}),
      ...(options.revId === undefined ? {} : { revId: String(options.revId) }),
    });
    context.output.line(`${paint('green', 'wrote')} ${shownPath(script.path)}`);
    context.output.data(() => ({ revisions: [scriptData(script)] }));
  },
};
