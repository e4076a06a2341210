import type { Diff, MigrationScript, MigrationScriptOptions } from '../autogenerate/migration-script.ts';
import { produceMigrations as produce } from '../autogenerate/produce-migrations.ts';
import { reflectMetadata as reflect } from '../autogenerate/reflect-metadata.ts';
import {
  type RenderedMigration,
  renderMigration as render,
} from '../autogenerate/render/render-migration.ts';
import type { InspectOptions } from '../dialect/dialect.ts';
import type { EnvironmentMigrationContext } from '../environment/environment-context.ts';
import { checkOptions } from '../schema/check-options.ts';
import { MetaData } from '../schema/metadata.ts';
import { targetOf } from './compare.ts';

/**
 * Compares the database of a context with models: Alembic's `produce_migrations`.
 *
 * @throws DatabaseError; ArgumentError `IRREVERSIBLE` for an operation of a user's own kind that can't be reversed.
 */
export async function produceMigrations(
  context: EnvironmentMigrationContext,
  metadata: MetaData | readonly MetaData[],
  options: MigrationScriptOptions = {},
): Promise<MigrationScript> {
  return context.exclusively(async (connection) =>
    produce([targetOf(context, [metadata].flat(), null, connection)], options),
  );
}

/** The differences between the database of a context and models, as frozen operations: Alembic's `compare_metadata`. */
export async function compareMetadata(
  context: EnvironmentMigrationContext,
  metadata: MetaData | readonly MetaData[],
): Promise<Diff[]> {
  return (await produceMigrations(context, metadata)).upgradeOpsList.flatMap((list) => list.asDiffs());
}

/**
 * The database of a context as models, with its objects of every kind: SQLAlchemy's `MetaData.reflect`. Table by table what the models of such a database
 * have to say; the version table isn't in it. What no model can speak of is named in a warning of the log.
 *
 * @param options.schemas null is the default schema; default `[null]`; `'all'`: every schema that isn't the system's
 * @throws DatabaseError
 */
export async function reflectMetadata(
  context: EnvironmentMigrationContext,
  options: Pick<InspectOptions, 'schemas'> = {},
): Promise<MetaData> {
  checkOptions('reflectMetadata', options, ['schemas']);
  const found = await context.exclusively((connection) => {
    const { kinds, warn = () => {} } = targetOf(context, [], null, connection).comparison;
    return reflect(connection, kinds, options, warn);
  });
  const version = context.versionTable.name;
  return new MetaData(
    found.objects.filter(
      ({ kind, schema, name }) => !(kind === 'table' && name === version.name && schema === version.schema),
    ),
  );
}

/** The source of a migration: import lines and the bodies of both functions. */
export function renderMigration(
  script: MigrationScript,
  context: EnvironmentMigrationContext,
): RenderedMigration {
  const { renderAsBatch = false, renderItem = null, targetMetadata } = context.opts;
  const [metadata] = [targetMetadata ?? []].flat();
  return render(script, {
    definitions: context.definitions,
    dialect: context.dialect,
    renderAsBatch,
    renderItem,
    namingConvention: metadata?.namingConvention ?? null,
  });
}
