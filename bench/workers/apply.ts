// applies a history: node apply.ts <alembic or bare> <entry of the package> <database> <history>
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { answer } from '../support/work.ts';

const [way, entry = '', url = '', history = ''] = process.argv.slice(2);
// neither pays for loading what the revisions import
const { Alembic } = (await import(entry)) as typeof import('../../src/index.ts');
const { default: pg } = await import('pg');

const start = performance.now();
await (way === 'bare' ? runBare() : runAlembic());
answer(performance.now() - start);

async function runAlembic(): Promise<void> {
  await using alembic = new Alembic(
    {},
    { engines: url, config: { scriptLocation: history }, commandName: false },
  );
  await alembic.upgrade();
}

interface Revision {
  readonly revision: string;
  readonly downRevision: string | null;
  upgrade(op: object): void;
}

/** The same files in the same order, their statements as one script each. */
async function runBare(): Promise<void> {
  const { exec, close } = await connect();
  const revisions = new Map<string | null, Revision>();
  for (const name of readdirSync(history).filter((each) => each.endsWith('.ts'))) {
    const revision = (await import(pathToFileURL(join(history, name)).href)) as Revision;
    revisions.set(revision.downRevision, revision);
  }
  await exec('BEGIN');
  await exec('CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)');
  let last: Revision | undefined;
  for (let next = revisions.get(null); next !== undefined; next = revisions.get(next.revision)) {
    const script: string[] = [];
    next.upgrade({
      createTable: (table: string) =>
        script.push(`CREATE TABLE "${table}" ("id" INTEGER NOT NULL, PRIMARY KEY ("id"))`),
      addColumn: (table: string, { name }: { name: string }) =>
        script.push(`ALTER TABLE "${table}" ADD COLUMN "${name}" INTEGER`),
    });
    script.push(
      last === undefined
        ? `INSERT INTO alembic_version (version_num) VALUES ('${next.revision}')`
        : `UPDATE alembic_version SET version_num = '${next.revision}' WHERE version_num = '${last.revision}'`,
    );
    await exec(script.join(';\n'));
    last = next;
  }
  await exec('COMMIT');
  await close();
}

async function connect(): Promise<{ exec(script: string): unknown; close(): unknown }> {
  if (url.startsWith('sqlite:')) {
    const database = new DatabaseSync(url.slice('sqlite:'.length));
    return { exec: (script) => database.exec(script), close: () => database.close() };
  }
  const client = new pg.Client(url);
  await client.connect();
  return { exec: (script) => client.query(script), close: () => client.end() };
}
