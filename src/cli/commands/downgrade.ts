import { type CliCommand, readX } from '../cli-command.ts';

export const downgrade: CliCommand = {
  name: 'downgrade',
  define: (command) =>
    command
      .summary('run migrations down to a revision')
      .description(
        'Undoes migrations down to a revision, which stays applied: an id, base, label@-1, or a count such as -1 or just 1.',
      )
      .argument('[revision]', 'how far to go down', '-1')
      .option('--sql', 'print the SQL instead of running it')
      .option('--tag <tag>', 'a word for the environment')
      .addHelpText(
        'after',
        '\nExamples:\n  $ alembic-ts downgrade\n  $ alembic-ts downgrade -2\n  $ alembic-ts downgrade base',
      ),
  run: async (context, { sql, tag, x }, [target]) => {
    const alembic = await context.alembic();
    const { isCount } = await import('../../commands/revision-argument.ts');
    // a bare number counts down, unless it is a revision's id
    await alembic.scriptDirectory.load();
    const word = String(target);
    await alembic.downgrade(isCount(word, alembic.scriptDirectory) ? `-${word}` : word, {
      sql: sql === true,
      tag: (tag as string | undefined) ?? null,
      args: readX(x),
    });
  },
};
