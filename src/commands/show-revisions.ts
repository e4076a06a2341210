import { CommandError } from '../errors.ts';
import type { Script } from '../scripts/script.ts';
import type { HistoryEntry, RevisionArgument } from './alembic-api.ts';
import type { CommandEnvironment } from './command-environment.ts';
import { checkRows } from './known-rows.ts';
import { symbols } from './revision-argument.ts';

/** The revisions that the main database is at. */
export async function current(environment: CommandEnvironment): Promise<Script[]> {
  await environment.scripts.load();
  return scriptsOf(environment, await currentRows(environment));
}

/** The revisions that nothing follows; with `resolveDependencies`, not those that another revision depends on either. */
export async function heads(
  environment: CommandEnvironment,
  resolveDependencies: boolean,
): Promise<Script[]> {
  await environment.scripts.load();
  return scriptsOf(environment, environment.scripts.getHeads({ considerDependsOn: resolveDependencies }));
}

/** The revisions with more than one next revision. */
export async function branches(environment: CommandEnvironment): Promise<Script[]> {
  await environment.scripts.load();
  return [...environment.scripts.walkRevisions()].filter((script) => script.isBranchPoint);
}

/** The revisions between two, both included, in the order in which they run. */
export async function log(
  environment: CommandEnvironment,
  start: RevisionArgument,
  end: RevisionArgument,
): Promise<Script[]> {
  await environment.scripts.load();
  const rows = await rowsIfAsked(environment, start, end);
  const from = place(symbols(start), rows, 'base');
  const to = place(symbols(end), rows, 'base');
  return [...environment.scripts.walkRevisions(from, to)].reverse();
}

/** Newest first; `range` is `a:b`, where either side may be left out, be `current`, or be relative. */
export async function history(
  environment: CommandEnvironment,
  range: string | undefined,
  indicateCurrent: boolean,
): Promise<HistoryEntry[]> {
  const map = await environment.scripts.load();
  const { base, head } = splitRange(range);
  const rows =
    indicateCurrent || base === 'current' || head === 'current' ? await currentRows(environment) : [];
  const isAt = new Set(indicateCurrent ? map.getAllCurrent(rows).map((script) => script.revision) : []);
  const resolve = (symbol: string): string | readonly string[] =>
    symbol === 'current' ? (rows.length === 0 ? 'base' : rows) : symbol;
  const start = isBelowAll(base, map.revisions.length) ? 'base' : resolve(base);
  const scripts = [...environment.scripts.walkRevisions(start, resolve(head))];
  return scripts.map((script) => ({
    script,
    isCurrent: isAt.has(script.revision) && rows.includes(script.revision),
  }));
}

/** Whether `-3` and the like go down by more steps than there are: then a range begins with the first revision, however few there are. */
function isBelowAll(symbol: string, revisions: number): boolean {
  return /^-\d+$/.test(symbol) && -Number(symbol) >= revisions;
}

/** The revisions that symbols name. @throws CommandError for what is no revision. */
export async function show(environment: CommandEnvironment, revisions: RevisionArgument): Promise<Script[]> {
  await environment.scripts.load();
  const asked = symbols(revisions);
  const named = asked.includes('current')
    ? [...asked.filter((symbol) => symbol !== 'current'), ...(await currentRows(environment))]
    : asked;
  return scriptsOf(environment, named);
}

/** The rows of the main database's version table, all of them known. @throws CommandError `REVISION_NOT_FOUND`. */
async function currentRows(environment: CommandEnvironment): Promise<readonly string[]> {
  const { mainContext, scripts } = environment;
  const rows = await mainContext.getCurrentHeads();
  checkRows(scripts.revisionMap, rows, mainContext);
  return rows;
}

function scriptsOf({ scripts }: CommandEnvironment, asked: readonly string[]): Script[] {
  return asked.length === 0 ? [] : scripts.getRevisions(asked).filter((script) => script !== null);
}

async function rowsIfAsked(
  environment: CommandEnvironment,
  ...asked: RevisionArgument[]
): Promise<readonly string[]> {
  return asked.some((each) => symbols(each).includes('current')) ? currentRows(environment) : [];
}

function place(asked: readonly string[], rows: readonly string[], none: string): string | readonly string[] {
  const found = asked.flatMap((symbol) => (symbol === 'current' ? rows : [symbol]));
  if (found.length === 0) return none;
  return found.length === 1 ? (found[0] as string) : found;
}

function splitRange(range: string | undefined): { base: string; head: string } {
  if (range === undefined) return { base: 'base', head: 'heads' };
  const at = range.indexOf(':');
  if (at < 0)
    throw new CommandError(
      'HISTORY_RANGE',
      `A range is two revisions with a colon between, such as 'base:heads', not '${range}'.`,
    );
  return { base: range.slice(0, at).trim() || 'base', head: range.slice(at + 1).trim() || 'heads' };
}
