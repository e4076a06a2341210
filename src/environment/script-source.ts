import { CommandError } from '../errors.ts';
import type { MigrationFunction, MigrationSource } from '../runtime/migration-source.ts';
import type { Script } from '../scripts/script.ts';
import type { ScriptDirectory } from '../scripts/script-directory.ts';

/** A script directory as a run sees it: the one place where scripts meet the runtime. */
export function scriptSource(scripts: Pick<ScriptDirectory, 'getRevision'>): MigrationSource {
  const find = (id: string): Script => {
    const script = scripts.getRevision(id);
    if (script !== null) return script;
    throw new CommandError('REVISION_NOT_FOUND', `There is no revision '${id}'.`, {
      details: { argument: id },
    });
  };
  return {
    getRevision: find,
    load: async (id, direction, engineName) =>
      (await find(id).migration(direction, engineName)) as MigrationFunction | null,
  };
}
