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
    // a bare number counts down
    const word =
      /^\d+$/.test(String(target)) && !(await isRevision(alembic, String(target)))
        ? `-${target}`
        : String(target);
    await alembic.downgrade(word, {
      sql: sql === true,
      tag: (tag as string | undefined) ?? null,
      args: readX(x),
    });
  },
};

/** Ids may be all digits: what is a revision is not a count. */
async function isRevision(
  alembic: { show(revision: string): Promise<unknown> },
  word: string,
): Promise<boolean> {
  return alembic.show(word).then(
    () => true,
    () => false,
  );
}
