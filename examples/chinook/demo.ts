// `npm run demo`: the Chinook music store from its models to a migrated database, step by step, on SQLite; with `-- --postgres [url]` on PostgreSQL: the
// server at that URL, or the one from npm. It ends with 1 where anything isn't as it should be.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Databases, postgresDatabases, sqliteDatabases } from './demo/databases.ts';
import { expect, heading, prompt, say, show, showChange, style } from './demo/narrator.ts';
import { readStore, type TableReading } from './demo/reader.ts';
import { Workspace } from './demo/workspace.ts';

const started = performance.now();
// within the repository, so that `alembic-ts` is the package beside
const directory = join(import.meta.dirname, '..', '..', '.tmp', 'chinook');
const renamed = { 'customer.phone': 'phone_number' };

try {
  const { values, positionals } = parseArgs({
    options: { postgres: { type: 'boolean' } },
    allowPositionals: true,
  });
  const databases = values.postgres ? await postgresDatabases(positionals[0]) : await sqliteDatabases();
  try {
    await demo(databases);
  } finally {
    await databases[Symbol.asyncDispose]();
  }
} catch (error) {
  console.error(`\n${style('red', 'The demo failed:')} ${(error as Error).message}`);
  process.exitCode = 1;
}

async function demo(databases: Databases): Promise<void> {
  say(`The Chinook music store on ${databases.description}; its files are in ${directory}.`);
  const you = Workspace.create(join(directory, 'you'), 'you', await databases.create('you'));

  heading('From models to a first revision');
  say(
    'models.ts describes 11 tables with their keys; the database is empty. The first revision is the difference.',
  );
  you.alembic(['revision', 'create the store']);
  const [first = ''] = you.revisions();
  const lines = readFileSync(you.path(first), 'utf8').split('\n');
  const body = lines.findIndex((line) => line.includes('function upgrade('));
  show([...lines.slice(0, 6), '…', ...lines.slice(body, body + 6), '…'].join('\n'));
  say(`That file of ${lines.length} lines is yours: read it, edit it, commit it.`);

  heading('The application starts, and brings its database up');
  you.app();
  check(you);
  you.app('load');
  const loaded = await readStore(you.databaseUrl);
  say(
    `What another reader finds, through the driver alone: ${total(loaded)} rows in ${loaded.length} tables.`,
  );
  show(
    loaded
      .map(({ table, rows, checksum }) => `${table.padEnd(15)} ${String(rows).padStart(5)} rows  ${checksum}`)
      .join('\n'),
  );

  const colleague = you.clone(join(directory, 'colleague'), 'colleague', await databases.create('colleague'));

  heading('The models change');
  you.useModels('changes/models.ts');
  you.alembic(['check'], { exitStatus: 1 });
  you.alembic(['revision', 'reviews and newsletter']);
  rename(you, first);
  you.app();
  check(you);
  await expectRows(you, loaded, renamed);

  heading('Meanwhile a colleague, who has the first revision, writes two more');
  colleague.alembic(['upgrade']);
  colleague.useModels('colleague/models-1.ts');
  colleague.alembic(['revision', 'recording codes']);
  colleague.alembic(['upgrade']);
  colleague.useModels('colleague/models-2.ts');
  colleague.alembic(['revision', 'playlists have owners']);
  colleague.alembic(['upgrade']);
  check(colleague);

  heading('git merge: two people wrote the next revision');
  prompt(you.who, 'git merge colleague');
  const own = you.revisions();
  for (const file of colleague.revisions().filter((name) => !own.includes(name))) {
    copyFileSync(colleague.path(file), you.path(file));
    show(`migrations/${file}`);
  }
  you.useModels('changes/models-merged.ts', { seen: true });
  const heads = you.alembic(['heads']);
  expect(count(heads, '(head)') === 2, `There should be two heads:\n${heads}`);
  you.alembic(['current', '--check-heads'], { exitStatus: 1 });
  you.alembic(['merge', 'heads', '-m', 'join reviews and owners']);
  you.alembic(['upgrade']);
  const history = you.alembic(['history', '--indicate-current']);
  expect(
    count(history, '\n') === 5 && count(history, '(current)') === 1,
    `There should be five revisions:\n${history}`,
  );
  check(you);
  await expectRows(you, loaded, renamed);

  heading('All the way back to the first revision');
  you.alembic(['downgrade', first.slice(0, 12)]);
  you.useModels('models.ts', { seen: true });
  check(you);
  await expectRows(you, loaded);

  heading('And up again, at the next start of the application');
  you.useModels('changes/models-merged.ts', { seen: true });
  you.app();
  check(you);
  await expectRows(you, loaded, renamed);
  you.app();

  say(
    `\nDone in ${((performance.now() - started) / 1000).toFixed(1)} seconds. What was made is in ${directory}.`,
  );
}

/** A comparison has to find nothing. */
function check(workspace: Workspace): void {
  workspace.alembic(['check']);
}

/** `phone` became `phone_number`: to a comparison that is a column less and a column more, so we say what we mean. */
function rename(workspace: Workspace, first: string): void {
  const file = workspace.revisions().find((name) => name !== first) ?? '';
  say(
    "The comparison can't know that phone_number is the old phone; its values would be lost. So the revision is edited:",
  );
  prompt(workspace.who, `edit migrations/${file}`);
  const generated = readFileSync(workspace.path(file), 'utf8');
  let edited = generated;
  for (const [from, to] of [
    ['phone', 'phone_number'],
    ['phone_number', 'phone'],
  ]) {
    edited = replaceLines(
      edited,
      [`op.dropColumn('customer', '${from}'`, `op.addColumn('customer', column('${to}',`],
      `op.alterColumn('customer', '${from}', { newName: '${to}', existingType: string(24) });`,
    );
  }
  showChange(generated, edited);
  writeFileSync(workspace.path(file), edited);
}

/** Replaces the two lines that begin so, in whatever order they stand, by one. */
function replaceLines(source: string, starts: readonly string[], by: string): string {
  const lines = source.split('\n');
  const goes = (line: string): boolean => starts.some((start) => line.trim().startsWith(start));
  const where = lines.findIndex(goes);
  expect(
    lines.filter(goes).length === starts.length,
    `There should be a line of each of these:\n${starts.join('\n')}`,
  );
  return lines.flatMap((line, at) => (at === where ? [`  ${by}`] : goes(line) ? [] : [line])).join('\n');
}

/** Every row that was loaded is there, with every value. */
async function expectRows(
  workspace: Workspace,
  loaded: readonly TableReading[],
  names: Readonly<Record<string, string>> = {},
): Promise<void> {
  const found = await readStore(workspace.databaseUrl, names);
  const differing = loaded.filter((reading, at) => reading.checksum !== found[at]?.checksum);
  expect(
    differing.length === 0,
    `Rows differ from those loaded, in: ${differing.map(({ table }) => table).join(', ')}.`,
  );
  say(`All ${total(found)} rows are there, value by value.`);
}

function total(readings: readonly TableReading[]): number {
  return readings.reduce((sum, { rows }) => sum + rows, 0);
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}
