import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { Alembic, MetaData } from '../../src/index.ts';
import { type DumpEntry, dumpEntries } from '../support/pg-dump-entries.ts';
import { foundationsOf, inScope } from './scope.ts';

/** An object that came out otherwise; one side is missing where the other has too much. */
export interface Difference {
  readonly type: string;
  readonly schema: string;
  readonly name: string;
  readonly source: string | null;
  readonly target: string | null;
}

export interface RoundTrip {
  /** how many objects of each of pg_dump's types had to come out the same */
  readonly objects: { readonly [type: string]: number };
  readonly differences: readonly Difference[];
  /** the file that was generated; empty where that failed */
  readonly revision: string;
  /** what a second comparison still finds */
  readonly again: readonly unknown[];
  /** what is left after the downgrade */
  readonly leftovers: readonly Difference[];
  /** which step failed, if any, and what it said */
  readonly failure: string | null;
}

/**
 * Reflects the database at `source` through the package's public names, takes what it says for models, generates the migration that makes them in the
 * empty database at `target`, runs it, and compares what pg_dump prints of both.
 *
 * @returns undefined where there is no pg_dump for this server
 */
export async function roundTrip(source: string, target: string): Promise<RoundTrip | undefined> {
  const wanted = dumpEntries(source);
  if (wanted === undefined) return undefined;
  await layFoundations(target, foundationsOf(wanted));
  const before = dumpEntries(target) ?? [];
  const root = mkdtempSync(join(tmpdir(), 'alembic-round-trip-'));
  const result = {
    objects: countTypes(inScope(wanted)),
    differences: [] as readonly Difference[],
    revision: '',
    again: [] as readonly unknown[],
    leftovers: [] as readonly Difference[],
    failure: null as string | null,
  };
  let step = 'reflect';
  try {
    const metadata = await reflect(source, root);
    const options = { engines: target, metadatas: metadata, context: { includeSchemas: true } };
    await using alembic = new Alembic({ rootPath: root }, options);
    step = 'revision';
    const [script] = await alembic.revision('initial');
    result.revision = script === undefined ? '' : readFileSync(script.path ?? '', 'utf8');
    step = 'upgrade';
    await alembic.upgrade();
    result.differences = compareDumps(inScope(wanted), inScope(dumpEntries(target) ?? []));
    step = 'second comparison';
    result.again = await alembic.compareMetadata();
    step = 'downgrade';
    await alembic.downgrade('base');
    result.leftovers = compareDumps(inScope(before), inScope(dumpEntries(target) ?? []));
  } catch (error) {
    result.failure = `${step}: ${(error as Error).message}`;
    if (step === 'reflect' || step === 'revision' || step === 'upgrade')
      result.differences = compareDumps(inScope(wanted), inScope(before));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  return result;
}

/** Every object of the database, as models. */
async function reflect(url: string, rootPath: string): Promise<MetaData> {
  await using alembic = new Alembic({ rootPath }, { engines: url });
  const found = await alembic.op.getBind().inspect({ schemas: 'all' });
  return new MetaData(found.objects);
}

/** Makes what can be made; functions over tables can't, and nothing of a table stands on them. */
async function layFoundations(url: string, entries: readonly DumpEntry[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('set check_function_bodies = off');
    for (let rest = entries, before = -1; rest.length !== before; ) {
      before = rest.length;
      const failed: DumpEntry[] = [];
      for (const entry of rest) await client.query(entry.sql).catch(() => failed.push(entry));
      rest = failed;
    }
  } finally {
    await client.end();
  }
}

/** Objects by their names, whatever their order. */
export function compareDumps(source: readonly DumpEntry[], target: readonly DumpEntry[]): readonly Difference[] {
  const key = ({ type, schema, name }: DumpEntry): string => `${type}\0${schema}\0${name}`;
  const [a, b] = [Map.groupBy(source, key), Map.groupBy(target, key)];
  return [...new Set([...a.keys(), ...b.keys()])].sort().flatMap((each): Difference[] => {
    const text = (entries: readonly DumpEntry[] | undefined): string | null =>
      entries === undefined ? null : entries.map(({ sql }) => sql).sort().join('\n');
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
