import { type CliCommand, gather } from '../cli-command.ts';
import { UsageError } from '../failure.ts';
import { paint, scriptData, shownPath } from '../output.ts';

export const revision: CliCommand = {
  name: 'revision',
  define: (command) =>
    command
      .summary('write a new revision, by comparing the models with the database')
      .argument('[message]', 'what the revision does')
      .option('-m, --message <message>', 'the same')
      .option('--empty', "don't compare: write empty functions")
      .option('--autogenerate', 'compare (the default)')
      .option('-b, --branch <branch>', 'the independent branch that it belongs to', 'default')
      .option('-p, --parent <revision>', 'what it follows; may be repeated', gather)
      .option('--head <revision>', 'the same', gather)
      .option('--splice', "allow a parent that isn't a head")
      .option('-d, --depend <revision>', 'what it depends on; may be repeated', gather)
      .option('--depends-on <revision>', 'the same', gather)
      .option('-l, --label <label>', 'a label of its branch; may be repeated', gather)
      .option('--branch-label <label>', 'the same', gather)
      .option('--path <directory>', 'where to store it')
      .option('--version-path <directory>', 'the same')
      .option('--rev-id <id>', 'its id, instead of a new one')
      .option('--sql', 'print the SQL instead of running it')
      .option('--json', 'the result as JSON')
      .addHelpText(
        'after',
        '\nExamples:\n  $ alembic-ts revision "add users"\n  $ alembic-ts revision --empty -m "move data"\n  $ alembic-ts revision "start billing" --branch billing',
      ),
  run: async (context, options, [word]) => {
    const message = word ?? options.message;
    if (message === undefined)
      throw new UsageError('revision needs a message: alembic-ts revision "add users"');
    if (word !== undefined && options.message !== undefined)
      throw new UsageError('The message is given twice.');
    if (options.empty === true && options.autogenerate === true)
      throw new UsageError('--empty and --autogenerate exclude each other.');
    const alembic = await context.alembic();
    const list = (...names: string[]): readonly string[] =>
      names.flatMap((name) => (options[name] as readonly string[] | undefined) ?? []);
    const parent = list('parent', 'head');
    const depend = list('depend', 'dependsOn');
    const label = list('label', 'branchLabel');
    const path = (options.path ?? options.versionPath) as string | undefined;
    const made = await alembic.revision(String(message), {
      empty: options.empty === true,
      branch: String(options.branch),
      ...(parent.length > 0 ? { parent } : {}),
      splice: options.splice === true,
      sql: options.sql === true,
      ...(depend.length > 0 ? { depend } : {}),
      ...(label.length > 0 ? { label } : {}),
      ...(path === undefined ? {} : { path }),
      ...(options.revId === undefined ? {} : { revId: String(options.revId) }),
    });
    for (const script of made) context.output.line(`${paint('green', 'wrote')} ${shownPath(script.path)}`);
    context.output.data(() => ({ revisions: made.map(scriptData) }));
  },
};
