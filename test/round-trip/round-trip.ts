import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { reflectMetadata } from '../../src/entries/autogenerate.ts';
import { Alembic, type MetaData } from '../../src/index.ts';
import { type DumpEntry, dumpEntries } from '../support/pg-dump-entries.ts';
import { foundationsOf, inScope } from './scope.ts';

/** What happened on the way from one database to the other. */
export interface Journey {
  /** the file that was generated; empty where that failed */
  readonly revision: string;
  /** what a second comparison still finds */
  readonly again: readonly unknown[];
  /** which step failed, if any, and what it said */
  readonly failure: string | null;
}

/**
 * Reflects the database at `source` through the package, takes what it says for models, generates the migration that makes them in the database at
 * `target`, runs it, compares again, and runs it backwards. `atTop` and `atBottom` look at the target after the upgrade and after the downgrade.
 */
export async function travel(
  source: string,
  target: string,
  look: { readonly atTop: () => Promise<void>; readonly atBottom: () => Promise<void> },
): Promise<Journey> {
  const rootPath = mkdtempSync(join(tmpdir(), 'alembic-round-trip-'));
  let [step, revision] = ['reflect', ''];
  let again: readonly unknown[] = [];
  let failure: string | null = null;
  try {
    const metadatas = await reflect(source, rootPath);
    const options = { engines: target, metadatas, context: { includeSchemas: true } };
    await using alembic = new Alembic({ rootPath }, options);
    step = 'revision';
    const [script] = await alembic.revision('initial');
    revision = script === undefined ? '' : readFileSync(script.path ?? '', 'utf8');
    step = 'upgrade';
    await alembic.upgrade();
    await look.atTop();
    step = 'second comparison';
    again = await alembic.compareMetadata();
    step = 'downgrade';
    await alembic.downgrade('base');
    await look.atBottom();
  } catch (error) {
    failure = `${step}: ${(error as Error).message}`;
  } finally {
    rmSync(rootPath, { recursive: true, force: true });
  }
  return { revision, again, failure };
}

/** Every object of the database, as models. */
async function reflect(url: string, rootPath: string): Promise<MetaData> {
  await using alembic = new Alembic({ rootPath }, { engines: url });
  return reflectMetadata(alembic.migrationContext, { schemas: 'all' });
}

/** An object that came out otherwise; one side is missing where the other has too much. */
export interface Difference {
  readonly type: string;
  readonly schema: string;
  readonly name: string;
  readonly source: string | null;
  readonly target: string | null;
}

export interface RoundTrip extends Journey {
  /** how many objects of each of pg_dump's types had to come out the same */
  readonly objects: { readonly [type: string]: number };
  readonly differences: readonly Difference[];
  /** what is left after the downgrade, and wasn't there before */
  readonly leftovers: readonly Difference[];
}

/**
 * The journey, judged by what pg_dump prints of both databases.
 *
 * @returns undefined where there is no pg_dump for this server
 */
export async function roundTrip(source: string, target: string): Promise<RoundTrip | undefined> {
  const wanted = dumpEntries(source);
  if (wanted === undefined) return undefined;
  await layFoundations(target, wanted);
  const dumped = (): readonly DumpEntry[] => inScope(dumpEntries(target) ?? []);
  const before = dumped();
  let differences = compareDumps(inScope(wanted), before);
  let leftovers: readonly Difference[] = [];
  const journey = await travel(source, target, {
    atTop: async () => {
      differences = compareDumps(inScope(wanted), dumped());
    },
    atBottom: async () => {
      leftovers = compareDumps(before, dumped());
    },
  });
  return { ...journey, objects: countTypes(inScope(wanted)), differences, leftovers };
}

/** Makes what can be made; functions over tables can't, and nothing of a table stands on them. */
async function layFoundations(url: string, entries: readonly DumpEntry[]): Promise<void> {
  const { first, lastResort } = foundationsOf(entries);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const make = async (wanted: readonly DumpEntry[]): Promise<readonly DumpEntry[]> => {
    for (let rest = wanted; ; ) {
      const failed: DumpEntry[] = [];
      for (const entry of rest) await client.query(entry.sql).catch(() => failed.push(entry));
      if (failed.length === 0 || failed.length === rest.length) return failed;
      rest = failed;
    }
  };
  try {
    await client.query('set check_function_bodies = off');
    const failed = await make(first);
    if (failed.length > 0) await make([...lastResort, ...failed]);
  } finally {
    await client.end();
  }
}

/** Objects by their names, whatever their order. */
export function compareDumps(
  source: readonly DumpEntry[],
  target: readonly DumpEntry[],
): readonly Difference[] {
  const key = ({ type, schema, name }: DumpEntry): string => `${type}\0${schema}\0${name}`;
  const [a, b] = [Map.groupBy(source, key), Map.groupBy(target, key)];
  return [...new Set([...a.keys(), ...b.keys()])].sort().flatMap((each): Difference[] => {
    const text = (entries: readonly DumpEntry[] | undefined): string | null =>
      entries === undefined
        ? null
        : entries
            .map(({ sql }) => sql)
            .sort()
            .join('\n');
    const [type = '', schema = '', name = ''] = each.split('\0');
    const pair = { source: text(a.get(each)), target: text(b.get(each)) };
    return pair.source === pair.target ? [] : [{ type, schema, name, ...pair }];
  });
}

function countTypes(entries: readonly DumpEntry[]): { readonly [type: string]: number } {
  return Object.fromEntries(
    [...Map.groupBy(entries, ({ type }) => type)].map(([type, of]) => [type, of.length]).toSorted(),
  );
}
