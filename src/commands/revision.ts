import { DowngradeOps, MigrationScript, UpgradeOps } from '../autogenerate/migration-script.ts';
import type { RenderContext } from '../autogenerate/render/render-context.ts';
import { renderMigration } from '../autogenerate/render/render-migration.ts';
import type { Dialect } from '../dialect/dialect.ts';
import { postgresql } from '../dialects/postgresql/index.ts';
import { sqlite } from '../dialects/sqlite/index.ts';
import { Operations } from '../environment/operations.ts';
import { CommandError } from '../errors.ts';
import { planUpgrade, type RevisionMap } from '../revisions/index.ts';
import type { MigrationContext } from '../runtime/migration-context.ts';
import type { Script } from '../scripts/script.ts';
import type { MergeOptions, RevisionArgument, RevisionOptions } from './alembic-api.ts';
import type { CommandEnvironment } from './command-environment.ts';
import { produceMigrations } from './compare.ts';
import { checkRows } from './known-rows.ts';
import { oneWriter } from './one-writer.ts';
import { someSymbols, symbols } from './revision-argument.ts';
import { checkMergeOptions, checkRevisionOptions } from './revision-options.ts';
import { refuseOffline } from './run-steps.ts';

/** Writes a new revision: compares the models with the databases, unless `empty`. */
export async function revision(
  environment: CommandEnvironment,
  message: string,
  options: RevisionOptions,
  newId: () => string,
): Promise<Script[]> {
  checkRevisionOptions(options);
  refuseOffline(options.sql);
  if (typeof message !== 'string')
    throw new CommandError('NOT_A_REVISION', 'revision needs a message: a string.');
  return oneWriter(environment.scripts.directory, () => writeRevisions(environment, message, options, newId));
}

async function writeRevisions(
  environment: CommandEnvironment,
  message: string,
  options: RevisionOptions,
  newId: () => string,
): Promise<Script[]> {
  const map = await environment.scripts.load();
  const head = {
    ...onBranch(environment, map, options),
    message,
    revId: options.revId ?? newId(),
    splice: options.splice ?? false,
    dependsOn: options.depend === undefined || options.depend === null ? null : symbols(options.depend),
  };
  const directives = [await directive(environment, map, head, options.empty ?? false)];
  await processDirectives(environment, directives);
  const made: Script[] = [];
  for (const script of directives) made.push(await write(environment, script, newId));
  return made;
}

/** Writes a revision that joins others and does nothing itself. @throws CommandError `NOTHING_TO_MERGE`, and those of planning and writing. */
export async function merge(
  environment: CommandEnvironment,
  revisions: RevisionArgument,
  options: MergeOptions,
  newId: () => string,
): Promise<Script> {
  checkMergeOptions(options);
  const { scripts } = environment;
  const asked = someSymbols(revisions, 'merge');
  return oneWriter(scripts.directory, async () => {
    await scripts.load();
    const named = scripts.getRevisions(asked).filter((script) => script !== null);
    if (named.length < 2) throw nothingToMerge(named);
    return scripts.generateRevision(
      options.revId ?? newId(),
      options.message ?? `merge ${asked.join(', ')}`,
      {
        head: asked,
        branchLabels: options.label ?? null,
      },
    );
  });
}

function nothingToMerge([only]: readonly Script[]): CommandError {
  const found = only === undefined ? 'there is none' : `there is only ${only.revision}`;
  return new CommandError(
    'NOTHING_TO_MERGE',
    `A merge joins two revisions or more, and ${found}. For a revision that does nothing, write an empty one.`,
    { details: only === undefined ? {} : { revision: only.revision } },
  );
}

interface Placement {
  readonly head: readonly string[];
  readonly branchLabel: readonly string[];
  readonly versionPath: string | null;
}

/**
 * Where the revision goes: Flask-Alembic's independent branches. A branch that is there is continued at `branch@head`; a new one starts from the base
 * with its label. Where there are revisions and none is labelled `default`, the default is the plain head.
 */
function onBranch(
  environment: CommandEnvironment,
  map: RevisionMap<Script>,
  options: RevisionOptions,
): Placement {
  const { branch = 'default' } = options;
  const parents = someSymbols(options.parent ?? 'head', 'revision');
  const label = [options.label ?? []].flat();
  const path = options.path ?? null;
  if (branch === '' || (branch === 'default' && map.revisions.length > 0 && !isLabel(map, branch))) {
    return { head: parents, branchLabel: label, versionPath: path };
  }
  const versionPath = path ?? environment.scripts.branchLocation(branch) ?? null;
  if (isLabel(map, branch)) {
    const head = parents.map((parent) =>
      parent === 'head' || parent === 'base' ? `${branch}@${parent}` : parent,
    );
    return { head, branchLabel: label, versionPath };
  }
  // a parent that was named is kept: the label starts there
  const named =
    options.parent !== undefined && !parents.every((parent) => parent === 'head' || parent === 'base');
  return {
    head: named ? parents : ['base'],
    branchLabel: [branch, ...label.filter((each) => each !== branch)],
    versionPath,
  };
}

function isLabel(map: RevisionMap<Script>, branch: string): boolean {
  return map.revisions.some((script) => script.branchLabels.has(branch));
}

async function directive(
  environment: CommandEnvironment,
  map: RevisionMap<Script>,
  head: ConstructorParameters<typeof MigrationScript>[2] & object,
  empty: boolean,
): Promise<MigrationScript> {
  if (!empty) {
    await refuseBehind(environment, map);
    return produceMigrations(environment, head);
  }
  // files only: the databases, and whether there are any, don't matter
  if (environment.revisionEnvironment)
    for (const context of environment.contexts.values()) await context.getCurrentHeads();
  const { databases } = environment;
  const keys = databases.length > 1 ? databases : [null];
  const { definitions } = Operations;
  return new MigrationScript(
    keys.map((key) => new UpgradeOps([], definitions, key)),
    keys.map((key) => new DowngradeOps([], definitions, key)),
    head,
  );
}

/** What isn't applied yet would be generated a second time. */
async function refuseBehind(environment: CommandEnvironment, map: RevisionMap<Script>): Promise<void> {
  for (const [key, context] of environment.contexts) {
    const rows = await context.getCurrentHeads();
    checkRows(map, rows, context);
    const missing = planUpgrade(map, rows, 'heads').map((step) => step.revision ?? '');
    if (missing.length === 0) continue;
    const which =
      environment.contexts.size > 1
        ? `database '${key}' (${context.display})`
        : `database ${context.display}`;
    throw new CommandError(
      'DATABASE_BEHIND',
      `The ${which} is not at the heads: ${missing.length === 1 ? `${missing[0]} is` : `${missing.length} revisions, from ${missing[0]} on, are`} not applied. Run upgrade first, or write an empty revision.`,
      { details: { database: context.display, missing } },
    );
  }
}

async function processDirectives(
  environment: CommandEnvironment,
  directives: MigrationScript[],
): Promise<void> {
  const hooks = [environment.options.processRevisionDirectives ?? []].flat();
  if (hooks.length === 0) return;
  const { mainContext } = environment;
  const rows = await mainContext.getCurrentHeads();
  for (const hook of hooks) await hook(mainContext as unknown as MigrationContext, rows, directives);
}

async function write(
  environment: CommandEnvironment,
  script: MigrationScript,
  newId: () => string,
): Promise<Script> {
  const rendered =
    environment.databases.length === 0
      ? null
      : renderMigration(script, (engineName) => renderContext(environment, engineName));
  return environment.scripts.generateRevision(script.revId ?? newId(), script.message, {
    head: script.head as string | readonly string[] | null,
    splice: script.splice,
    branchLabels: script.branchLabel,
    dependsOn: script.dependsOn,
    ...(script.versionPath === null ? {} : { versionPath: script.versionPath }),
    ...(rendered !== null && {
      // names by module suit every template language; lines of the user's own are taken as they are
      imports: script.imports.size === 0 ? rendered.importNames : rendered.imports,
      upgrades: rendered.upgrades,
      downgrades: rendered.downgrades,
    }),
    templateArgs: Object.fromEntries(
      Object.entries(environment.options.templateArgs ?? {}).map(([name, value]) => [name, String(value)]),
    ),
  });
}

/** Whose types a column may have beside those of the database at hand: `withVariant`. */
const dialects: readonly Dialect[] = [sqlite, postgresql];

function renderContext(environment: CommandEnvironment, engineName: string): RenderContext {
  const context = environment.contexts.get(engineName) ?? environment.mainContext;
  const [metadata] = environment.metadatas.get(engineName) ?? [];
  const { renderAsBatch, renderItem } = environment.options;
  return {
    definitions: context.definitions,
    dialect: context.dialect,
    otherDialects: dialects,
    renderAsBatch: renderAsBatch ?? false,
    renderItem: renderItem ?? null,
    namingConvention: metadata?.namingConvention ?? null,
  };
}
