import { CommandError } from '../errors.ts';
import type { RevisionMap } from '../revisions/index.ts';
import type { MigrationContext } from '../runtime/migration-context.ts';

/**
 * Refuses rows of a version table that no revision file knows.
 *
 * @throws CommandError `REVISION_NOT_FOUND`, with the planner's own error as its cause.
 */
export function checkRows(
  map: RevisionMap,
  rows: readonly string[],
  { display }: Pick<MigrationContext, 'display'>,
): void {
  for (const row of rows) {
    if (map.has(row)) continue;
    try {
      // the start of an id is understood, as it always was
      map.getRevision(row);
    } catch (error) {
      const { cause } = error as CommandError;
      throw new CommandError(
        'REVISION_NOT_FOUND',
        `The database ${display} is at revision '${row}', and no file has it. Bring the file back: it may be on another branch of the source. Or say where the database is by stamp with purge.`,
        { cause, details: { argument: row, database: display } },
      );
    }
  }
}
