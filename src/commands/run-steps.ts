import { CommandError } from '../errors.ts';
import { planDowngrade, planStamp, planUpgrade } from '../revisions/index.ts';
import type { RevisionArgument, RunOptions } from './alembic-api.ts';
import type { CommandEnvironment } from './command-environment.ts';
import { single, symbols, target } from './revision-argument.ts';

/** Runs what leads up to `to` on every database. */
export async function upgrade(
  environment: CommandEnvironment,
  to: RevisionArgument | number,
  options: RunOptions,
): Promise<void> {
  refuseOffline(options.sql);
  const { scripts } = environment;
  const map = await scripts.load();
  const asked = target(to, scripts);
  await environment.run((heads) => planUpgrade(map, heads, asked as string), {
    repeatable: true,
    args: options.args ?? {},
  });
}

/** Undoes what is above `to`, on every database. */
export async function downgrade(
  environment: CommandEnvironment,
  to: RevisionArgument | number,
  options: RunOptions,
): Promise<void> {
  refuseOffline(options.sql);
  const { scripts } = environment;
  const map = await scripts.load();
  const asked = single(target(to, scripts), 'downgrade');
  if (asked.startsWith('+')) {
    throw new CommandError(
      'POSITIVE_DOWNGRADE',
      `downgrade goes down: ask for -${asked.slice(1)}, or for a revision, not for ${asked}.`,
    );
  }
  await environment.run((heads) => planDowngrade(map, heads, asked), {
    repeatable: true,
    args: options.args ?? {},
  });
}

/** Writes to the version table that `to` is applied, without running anything. */
export async function stamp(
  environment: CommandEnvironment,
  to: RevisionArgument,
  options: { readonly purge?: boolean; readonly sql?: boolean },
): Promise<void> {
  refuseOffline(options.sql);
  const map = await environment.scripts.load();
  const asked = symbols(to);
  await environment.run((heads) => planStamp(map, heads, asked, { purge: options.purge ?? false }), {
    repeatable: true,
  });
}

/** Makes the version table of every database, where there is none. */
export async function ensureVersion(environment: CommandEnvironment): Promise<void> {
  for (const context of environment.contexts.values()) await context.ensureVersionTable();
}

/** Whether any database has something to run before it is at the heads. */
export async function needsUpgrade(environment: CommandEnvironment): Promise<boolean> {
  const map = await environment.scripts.load();
  const wanted = new Set(map.realHeads);
  for (const context of environment.contexts.values()) {
    const rows = await context.getCurrentHeads();
    if (rows.length === wanted.size && rows.every((row) => wanted.has(row))) continue;
    if (planUpgrade(map, rows, 'heads').length > 0) return true;
  }
  return false;
}

function refuseOffline(sql: boolean | undefined): void {
  if (sql)
    throw new CommandError('OFFLINE_UNSUPPORTED', 'Offline mode (--sql) is not there yet; nothing was run.');
}
