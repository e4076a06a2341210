import type { CliCommand } from '../cli-command.ts';

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
    for (const diff of diffs) context.output.line(summary(diff));
    context.output.note(
      `The models and the database differ in ${diffs.length === 1 ? 'one operation' : `${diffs.length} operations`}; \`revision\` would write ${diffs.length === 1 ? 'it' : 'them'}.`,
    );
    context.found();
  },
};

/** `addColumn users.age`: what it is, and what it is about. */
function summary(diff: { readonly kind: string }): string {
  const said = diff as { [part: string]: unknown };
  const objects = ['view', 'sequence', 'function', 'trigger', 'enum', 'domain', 'extension', 'target'];
  const nameOf = (part: unknown): string | undefined =>
    typeof part === 'string' ? part : (part as { name?: string } | null | undefined)?.name;
  const words = ['table', ...objects, 'column', 'index', 'constraint', 'name']
    .map((part) => said[part])
    .map(nameOf)
    .filter((word) => word !== undefined && word !== null);
  return `${diff.kind} ${words.join('.')}`;
}
