import { CommandError } from '../errors.ts';
import {
  planDowngrade,
  planStamp,
  planUpgrade,
  type RevisionMap,
  type RevisionStep,
} from '../revisions/index.ts';
import type { Preview } from '../runtime/preview/preview.ts';
import { checkOptions } from '../schema/check-options.ts';
import { type Log, log } from '../util/logging.ts';
import type { PreviewOptions, RevisionArgument, RunOptions, StampArguments } from './alembic-api.ts';
import type { CommandEnvironment, PlanFunction } from './command-environment.ts';
import { checkRows } from './known-rows.ts';
import { single, someSymbols, target } from './revision-argument.ts';

const runLog: Log = log('alembic');

const runOptionNames = ['sql', 'tag', 'args'];

/** Runs what leads up to `to` on every database. */
export async function upgrade(
  environment: CommandEnvironment,
  to: RevisionArgument | number,
  options: RunOptions,
): Promise<void> {
  checkOptions('upgrade', options, runOptionNames);
  refuseOffline(options.sql);
  const { plan, destination } = await upgradeTo(environment, to);
  const { args, tag } = options;
  await environment.run(plan, { repeatable: true, args, tag, destination });
}

/** Undoes what is above `to`, on every database. */
export async function downgrade(
  environment: CommandEnvironment,
  to: RevisionArgument | number,
  options: RunOptions,
): Promise<void> {
  checkOptions('downgrade', options, runOptionNames);
  refuseOffline(options.sql);
  const { plan, destination } = await downgradeTo(environment, to);
  const { args, tag } = options;
  await environment.run(plan, { repeatable: true, args, tag, destination });
}

/** What one of the two would do. */
export async function preview(
  environment: CommandEnvironment,
  to: RevisionArgument | number | undefined,
  options: PreviewOptions,
): Promise<readonly Preview[]> {
  checkOptions('preview', options, ['direction', 'tag', 'args']);
  const { direction = 'upgrade', args, tag } = options;
  if (direction !== 'upgrade' && direction !== 'downgrade') {
    throw new CommandError(
      'BAD_ARGUMENT',
      `preview: direction is 'upgrade' or 'downgrade', not ${String(direction)}.`,
    );
  }
  const { plan, destination } =
    direction === 'upgrade'
      ? await upgradeTo(environment, to === undefined ? 'heads' : to)
      : await downgradeTo(environment, to === undefined ? -1 : to);
  return environment.preview(plan, { direction, args, tag, destination });
}

interface Way {
  readonly plan: PlanFunction;
  readonly destination: string | readonly string[];
}

async function upgradeTo({ scripts }: CommandEnvironment, to: RevisionArgument | number): Promise<Way> {
  const map = await scripts.load();
  const destination = target(to, scripts, 'upgrade');
  refuseRange(destination);
  return { plan: known(map, (heads) => planUpgrade(map, heads, destination)), destination };
}

async function downgradeTo({ scripts }: CommandEnvironment, to: RevisionArgument | number): Promise<Way> {
  const map = await scripts.load();
  const destination = single(target(to, scripts, 'downgrade'), 'downgrade');
  const [, count] = /^\+(\d+)$/.exec(destination) ?? [];
  if (count !== undefined) {
    throw new CommandError(
      'POSITIVE_DOWNGRADE',
      Number(count) === 0
        ? 'A downgrade by 0 steps goes nowhere; ask for -1, or for a revision.'
        : `downgrade goes down: ask for -${Number(count)}, or for a revision, not for ${destination}.`,
    );
  }
  refuseRange(destination);
  const warn = (message: string): void => runLog.warn(message);
  return { plan: known(map, (heads) => planDowngrade(map, heads, destination, { warn })), destination };
}

/** Writes to the version table that `to` is applied, without running anything. */
export async function stamp(
  environment: CommandEnvironment,
  to: RevisionArgument,
  options: StampArguments,
): Promise<void> {
  checkOptions('stamp', options, ['purge', 'sql', 'tag']);
  refuseOffline(options.sql);
  const map = await environment.scripts.load();
  const destination = someSymbols(to, 'stamp');
  const purge = options.purge ?? false;
  const plan = (heads: readonly string[]): RevisionStep[] => planStamp(map, heads, destination, { purge });
  await environment.run(purge ? plan : known(map, plan), {
    repeatable: true,
    tag: options.tag,
    destination,
  });
}

/** Makes the version table of every database, where there is none. */
export async function ensureVersion(
  environment: CommandEnvironment,
  options: { readonly sql?: boolean } = {},
): Promise<void> {
  checkOptions('ensureVersion', options, ['sql']);
  refuseOffline(options.sql);
  for (const context of environment.contexts.values()) await context.ensureVersionTable();
}

/** Whether any database has something to run before it is at the heads. */
export async function needsUpgrade(environment: CommandEnvironment): Promise<boolean> {
  const map = await environment.scripts.load();
  const wanted = new Set(map.realHeads);
  for (const context of environment.contexts.values()) {
    const rows = await context.getCurrentHeads();
    checkRows(map, rows, context);
    if (rows.length === wanted.size && rows.every((row) => wanted.has(row))) continue;
    if (planUpgrade(map, rows, 'heads').length > 0) return true;
  }
  return false;
}

/** A plan for rows that files know. */
function known(map: RevisionMap, plan: (heads: readonly string[]) => RevisionStep[]): PlanFunction {
  return (heads, context) => {
    checkRows(map, heads, context);
    return plan(heads);
  };
}

function refuseRange(destination: string | readonly string[]): void {
  const range = [destination].flat().find((symbol) => symbol.includes(':'));
  if (range === undefined) return;
  throw new CommandError(
    'HISTORY_RANGE',
    `A range such as '${range}' says where offline SQL begins and ends. A database knows where it begins: give the revision after the colon.`,
  );
}

export function refuseOffline(sql: boolean | undefined): void {
  if (sql)
    throw new CommandError('OFFLINE_UNSUPPORTED', 'Offline mode (--sql) is not there yet; nothing was run.');
}
