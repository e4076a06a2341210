import { spawnSync } from 'node:child_process';
import { CommandError } from '../../errors.ts';
import type { CliCommand } from '../cli-command.ts';

export const edit: CliCommand = {
  name: 'edit',
  define: (command) =>
    command
      .summary('open a revision in $VISUAL or $EDITOR')
      .argument('[revision]', 'which one', 'head')
      .addHelpText('after', '\nExample:\n  $ EDITOR=vi alembic-ts edit head'),
  run: async (context, _options, [revision]) => {
    const editor = process.env.VISUAL || process.env.EDITOR;
    if (!editor)
      throw new CommandError(
        'EDITOR',
        'Neither VISUAL nor EDITOR names an editor: set one of these variables.',
      );
    const alembic = await context.alembic();
    const files = (await alembic.show(String(revision))).map((script) => script.path);
    // an editor may come with arguments of its own: EDITOR="code --wait"
    const [program = editor, ...words] =
      editor.match(/"[^"]*"|\S+/g)?.map((word) => word.replace(/^"(.*)"$/, '$1')) ?? [];
    const { status, error } = spawnSync(program, [...words, ...files], { stdio: 'inherit' });
    if (error)
      throw new CommandError('EDITOR', `The editor '${program}' could not be started: ${error.message}`);
    if (status !== 0)
      throw new CommandError('EDITOR', `The editor '${program}' ended with ${status ?? 'a signal'}.`);
  },
};
