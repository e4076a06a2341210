import type { PreviewOptions, RunOptions } from '../commands/alembic-api.ts';
import { type CliContext, type CommonOptions, readX } from './cli-command.ts';
import { UsageError } from './failure.ts';

/** What `upgrade` and `downgrade` were asked for. @throws UsageError for words that exclude each other. */
export function runOptions(
  given: CommonOptions & { readonly [name: string]: unknown },
): Required<Pick<RunOptions, 'sql' | 'tag' | 'args'>> {
  const { sql, tag, preview, json, x } = given;
  if (preview === true && sql === true)
    throw new UsageError('--preview and --sql exclude each other: the one tells, the other prints SQL.');
  if (json === true && preview !== true)
    throw new UsageError('--json goes with --preview: a run has no result to print.');
  return { sql: sql === true, tag: (tag as string | undefined) ?? null, args: readX(x) };
}

/** Prints what a run would do; the exit state says whether something of it will fail. */
export async function showPreview(
  { alembic, output, found }: CliContext,
  target: string,
  options: PreviewOptions,
): Promise<void> {
  const previews = await (await alembic()).preview(target, options);
  const { previewLines } = await import('./preview-lines.ts');
  output.data(() => ({ databases: previews }));
  if (!output.json) output.lines(previewLines(previews));
  if (previews.some(({ problems }) => problems.length > 0)) found();
}
