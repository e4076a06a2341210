import type { Diff, MigrationScript, MigrationScriptOptions } from '../autogenerate/migration-script.ts';
import { produceMigrations as produce, type Target } from '../autogenerate/produce-migrations.ts';
import type { Connection } from '../dialect/connection.ts';
import type { ContextOptions } from '../environment/context-options.ts';
import { CommandError } from '../errors.ts';
import { coreKinds } from '../objects/core.ts';
import type { MigrationContext } from '../runtime/migration-context.ts';
import type { MetaData } from '../schema/metadata.ts';
import { type Log, log } from '../util/logging.ts';
import type { CommandEnvironment } from './command-environment.ts';

const autogenerateLog: Log = log('alembic');

/** What would take every database to its models. */
export async function produceMigrations(
  environment: CommandEnvironment,
  options: MigrationScriptOptions = {},
): Promise<MigrationScript> {
  const { contexts, metadatas } = environment;
  const pairs = [...metadatas].flatMap(([key, metadata]) => {
    const context = contexts.get(key);
    return context === undefined ? [] : [{ key, context, metadata }];
  });
  if (pairs.length === 0) {
    throw new CommandError(
      'NO_METADATA',
      'There are no models to compare the database with: give `metadatas` (or targetMetadata), or write an empty revision.',
    );
  }
  const lists: MigrationScript[] = [];
  for (const { key, context, metadata } of pairs) {
    const name = contexts.size > 1 ? key : null;
    lists.push(
      await context.exclusively((connection) =>
        produce([targetOf(context, metadata, name, connection)], options),
      ),
    );
  }
  const [first, ...others] = lists as [MigrationScript, ...MigrationScript[]];
  for (const other of others) {
    first.upgradeOpsList.push(...other.upgradeOpsList);
    first.downgradeOpsList.push(...other.downgradeOpsList);
  }
  return first;
}

/** A database and its models, as a comparison takes them. */
export function targetOf(
  context: Pick<MigrationContext, 'definitions'> & { readonly opts: ContextOptions },
  metadatas: readonly MetaData[],
  engineName: string | null,
  connection: Connection,
): Target {
  return {
    engineName,
    metadatas,
    comparison: {
      connection,
      kinds: [...coreKinds, ...(context.opts.objectKinds ?? [])],
      definitions: context.definitions,
      options: context.opts,
      warn: (message) => autogenerateLog.warn(message),
    },
  };
}

/** The differences between the databases and their models. */
export async function compareMetadata(environment: CommandEnvironment): Promise<Diff[]> {
  const script = await produceMigrations(environment);
  return script.upgradeOpsList.flatMap((list) => list.asDiffs());
}

/** Whether there is any difference. */
export async function needsRevision(environment: CommandEnvironment): Promise<boolean> {
  return !(await produceMigrations(environment)).isEmpty();
}
