import type { CliCommand } from '../cli-command.ts';

export const listTemplates: CliCommand = {
  name: 'list-templates',
  reads: true,
  define: (command) =>
    command
      .summary('show the templates that init knows')
      .addHelpText('after', '\nExample:\n  $ alembic-ts list-templates'),
  run: async (context) => {
    const { templates } = await import('../../commands/init-templates.ts');
    for (const { name, summary } of templates) context.output.line(`${name.padEnd(10)} ${summary}`);
    context.output.data(() => ({ templates: templates.map(({ name, summary }) => ({ name, summary })) }));
  },
};
