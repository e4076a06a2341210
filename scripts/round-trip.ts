// `node scripts/round-trip.ts [--verbose] <directory or .sql file>…`, or ALEMBIC_ROUND_TRIP_SCHEMAS=<directory>: each schema is loaded into a database,
// reflected, generated as one migration, applied to an empty one, and what pg_dump prints of both is compared. Needs psql, pg_dump and a server: the one at
// ALEMBIC_TEST_POSTGRES_URL or the local default. `--verbose` prints each difference, `--keep` the revision files' place.
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { configureSync } from '@logtape/logtape';
import pg from 'pg';
import { type Difference, roundTrip } from '../test/round-trip/round-trip.ts';

const words = process.argv.slice(2);
const isVerbose = words.includes('--verbose');
const keep = words.find((word) => word.startsWith('--keep='))?.slice('--keep='.length);
const places = words.filter((word) => !word.startsWith('--'));
if (places.length === 0 && process.env.ALEMBIC_ROUND_TRIP_SCHEMAS)
  places.push(process.env.ALEMBIC_ROUND_TRIP_SCHEMAS);
const files = places.flatMap((place) =>
  statSync(place).isDirectory()
    ? readdirSync(place)
        .filter((name) => name.endsWith('.sql'))
        .sort()
        .map((name) => join(place, name))
    : [place],
);
if (files.length === 0) {
  console.error('Name a directory of .sql files, or set ALEMBIC_ROUND_TRIP_SCHEMAS.');
  process.exit(2);
}

configureSync({ sinks: {}, loggers: [{ category: ['logtape', 'meta'], lowestLevel: 'fatal', sinks: [] }] });
const server = process.env.ALEMBIC_TEST_POSTGRES_URL || 'postgresql://postgres@127.0.0.1:5432/postgres';
const owner = new pg.Client({ connectionString: server });
await owner.connect();
for (const file of files) await tryFile(file);
await owner.end();

async function tryFile(file: string): Promise<void> {
  const name = basename(file, '.sql');
  const [source, target] = [await database('source'), await database('target')];
  try {
    const loaded = spawnSync('psql', ['--quiet', '--no-psqlrc', '--file', file, source.url], {
      encoding: 'utf8',
      env: { ...process.env, PGOPTIONS: '-c client_min_messages=error' },
      maxBuffer: 256 * 1024 * 1024,
    });
    const refused = [...loaded.stderr.matchAll(/ERROR: {2}(.*)/g)].map(([, text]) => text ?? '');
    const started = performance.now();
    const result = await roundTrip(source.url, target.url);
    if (result === undefined) throw new Error('There is no pg_dump that can read this server.');
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    if (keep !== undefined) writeFileSync(join(keep, `${name}.ts`), result.revision);
    const total = Object.values(result.objects).reduce((sum, count) => sum + count, 0);
    const state =
      total > 0 &&
      result.failure === null &&
      result.differences.length + result.again.length + result.leftovers.length === 0;
    console.log(
      `${state ? 'same' : 'DIFF'}  ${name}: ${total} objects (${list(result.objects)}), ${result.differences.length} differ` +
        ` (${list(count(result.differences))}), ${result.again.length} found again, ${result.leftovers.length} left after the downgrade;` +
        ` ${seconds} s${refused.length > 0 ? `; the server refused ${refused.length} statements when loading, first: ${refused[0]}` : ''}`,
    );
    if (result.failure !== null) console.log(`      failed: ${result.failure}`);
    if (isVerbose) {
      // after a failure everything is missing
      for (const difference of /^(?:reflect|revision|upgrade):/.test(result.failure ?? '')
        ? []
        : result.differences)
        print('differs', difference);
      for (const operation of result.again)
        console.log(`      found again: ${JSON.stringify(operation).slice(0, 600)}`);
      for (const difference of result.leftovers) print('left after the downgrade', difference);
    }
  } finally {
    await source.drop();
    await target.drop();
  }
}

function print(what: string, { type, schema, name, source, target }: Difference): void {
  console.log(`      ${what}: ${type} ${schema}.${name}`);
  const lines = (text: string | null): string[] => text?.split('\n') ?? [];
  const [a, b] = [lines(source), lines(target)];
  for (const line of a.filter((each) => !b.includes(each))) console.log(`        - ${line}`);
  for (const line of b.filter((each) => !a.includes(each))) console.log(`        + ${line}`);
}

function count(differences: readonly Difference[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    [...Map.groupBy(differences, ({ type }) => type)].map(([type, of]) => [type, of.length]),
  );
}

function list(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([type, count]) => `${count} ${type.toLowerCase()}`)
    .join(', ');
}

async function database(what: string): Promise<{ readonly url: string; drop(): Promise<void> }> {
  const name = `round_trip_${process.pid}_${what}`;
  await owner.query(`drop database if exists ${name} with (force)`);
  await owner.query(`create database ${name} template template0 encoding 'UTF8' locale 'C.UTF-8'`);
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).href;
  return {
    url,
    drop: async () => void (await owner.query(`drop database if exists ${name} with (force)`)),
  };
}
