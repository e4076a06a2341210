import type { CliCommand } from '../cli-command.ts';
import { shownPath } from '../output.ts';

export const init: CliCommand = {
  name: 'init',
  define: (command) =>
    command
      .summary('set a project up: a configuration and a migration directory')
      .argument('[directory]', 'the migration directory', 'migrations')
      .option('-t, --template <name>', 'one of list-templates', 'generic')
      .addHelpText('after', '\nExample:\n  $ alembic-ts init'),
  run: async (context, { template }, [directory]) => {
    const { init: initProject } = await import('../../commands/init.ts');
    for (const made of initProject(String(directory), String(template)))
      context.output.line(`wrote ${shownPath(made)}`);
    context.output.note(
      'Name your engines and models in alembic.config.ts, then: alembic-ts revision "first tables"',
    );
  },
};
