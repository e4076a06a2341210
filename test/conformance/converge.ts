// The main promise, judged from outside: from A, the written revision leads to a fresh B and back, and rows stay, all of them unless its preview says
// that it destroys some. Nothing here reads a schema through `src/`: the readers of test/support do.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Alembic, type ContextOptions, type MetaData, type Preview } from '../../src/index.ts';
import type { TestDatabase } from '../support/databases.ts';
import { checksum, type TableColumns } from '../support/rows.ts';

/** Two schemas, as statements and as models. */
export interface Way {
  readonly id: string;
  readonly ddlA: readonly string[];
  readonly ddlB: readonly string[];
  readonly models: MetaData;
  readonly context?: ContextOptions;
  /** a filter keeps a part of the difference out: the second comparison is empty, and A comes back, but B isn't reached */
  readonly filtered?: boolean;
  /** fills A with rows */
  readonly load?: readonly string[];
  /** the same rows for B: where they fail, no migration could keep them */
  readonly move?: readonly string[];
  /** the columns whose values have to stay, where the rows can be moved */
  readonly survives?: readonly TableColumns[];
}

/** What became of it. Each is true where it went as it has to; `problem` says what didn't. */
export interface Outcome {
  readonly applied: boolean;
  readonly secondEmpty: boolean;
  readonly equalsFreshB: boolean;
  readonly downgradeReturns: boolean;
  /** null where the rows can't be kept by anybody */
  readonly rowsKept: boolean | null;
  /** a failing upgrade left everything as it was; null where none failed */
  readonly failureIsClean: boolean | null;
  readonly problem: string | null;
}

const options = { ignoreColumnOrder: true } as const;

/** Goes from A to B and back in `database`, which is emptied first; `fresh` is for a B made from scratch. */
export async function converge(way: Way, database: TestDatabase, fresh: TestDatabase): Promise<Outcome> {
  await database.reset();
  await fresh.reset();
  await database.exec(way.ddlA);
  await fresh.exec(way.ddlB);
  const [a, b] = [await database.schema(options), await fresh.schema(options)];
  const canMove = way.load === undefined ? null : await moves(way, fresh);
  if (way.load !== undefined) await database.exec(way.load);
  const allRows = checksum(await database.rows());
  const kept = canMove === true ? checksum(await database.rows(way.survives)) : null;

  const rootPath = mkdtempSync(join(tmpdir(), 'alembic-way-'));
  const alembic = new Alembic(
    { rootPath },
    { engines: database.engine, metadatas: way.models, commandName: false, context: way.context ?? {} },
  );
  let outcome: Outcome = {
    applied: false,
    secondEmpty: false,
    equalsFreshB: false,
    downgradeReturns: false,
    rowsKept: kept === null ? null : false,
    failureIsClean: null,
    problem: null,
  };
  try {
    await alembic.revision('to b');
    const [{ steps, problems: foreseen }] = (await alembic.preview()) as [Preview];
    const said = steps.flatMap(({ operations }) => operations.flatMap(({ destroys }) => destroys));
    const failure = await alembic.upgrade().then(
      () => null,
      (error: unknown) => error,
    );
    if (failure !== null) {
      const clean = (await database.schema(options)) === a && checksum(await database.rows()) === allRows;
      outcome = { ...outcome, failureIsClean: clean };
      // where nobody could keep the rows, the change of the schema has to work without them
      if (!clean || canMove !== false) throw failure;
      await empty(database);
      await alembic.upgrade();
    }
    outcome = { ...outcome, applied: true };
    const second = await alembic.compareMetadata();
    const schema = await database.schema(options);
    const rows = kept === null ? null : checksum(await database.rows(way.survives)) === kept;
    const rowsUp = checksum(await database.rows());
    const downFailure = await alembic.downgrade().then(
      () => null,
      (error: unknown) => error,
    );
    if (downFailure !== null) {
      const clean = (await database.schema(options)) === schema && checksum(await database.rows()) === rowsUp;
      outcome = { ...outcome, failureIsClean: clean && outcome.failureIsClean !== false };
      if (!clean || (await canReturn(way, database, fresh))) throw downFailure;
      await empty(database);
      await alembic.downgrade();
    }
    const back = await database.schema(options);
    const rowsBack =
      kept === null ? null : downFailure !== null || checksum(await database.rows(way.survives)) === kept;
    const isAllBack = checksum(await database.rows()) === allRows;
    const problems = [
      second.length > 0 ? `the second comparison finds ${JSON.stringify(second)}` : '',
      schema !== b && !way.filtered ? `not a fresh B:\n${difference(b, schema)}` : '',
      rows === false ? 'rows were lost on the way up' : '',
      back !== a ? `the way down doesn't lead to A:\n${difference(a, back)}` : '',
      rowsBack === false ? 'rows were lost on the way down' : '',
      said.length > 0 || failure !== null || downFailure !== null || isAllBack ? '' : 'rows were lost unsaid',
      ...foreseen.map(({ message }) => `the preview says that it fails: ${message}`),
    ].filter((text) => text !== '');
    outcome = {
      ...outcome,
      secondEmpty: second.length === 0,
      equalsFreshB: schema === b || way.filtered === true,
      downgradeReturns: back === a,
      rowsKept: rows === null ? null : rows && rowsBack === true,
      problem: problems.length === 0 ? null : problems.join('\n'),
    };
  } catch (error) {
    outcome = {
      ...outcome,
      problem:
        error instanceof Error
          ? `${error.message}\n${(error.stack ?? '').split('\n').slice(1, 5).join('\n')}`
          : String(error),
    };
  } finally {
    await alembic.close();
    rmSync(rootPath, { recursive: true, force: true });
  }
  return outcome;
}

/** Whether everything is as it has to be. */
export function isRight(outcome: Outcome): boolean {
  return (
    outcome.problem === null &&
    outcome.applied &&
    outcome.secondEmpty &&
    outcome.equalsFreshB &&
    outcome.downgradeReturns &&
    outcome.rowsKept !== false &&
    outcome.failureIsClean !== false
  );
}

/** Counts outcomes for the report. */
export function tally(outcomes: readonly Outcome[]): { readonly [figure: string]: string } {
  const share = (count: number, of: number): string => `${count} of ${of}`;
  const count = (is: (outcome: Outcome) => boolean): number => outcomes.filter(is).length;
  const withRows = outcomes.filter((outcome) => outcome.rowsKept !== null);
  return {
    applied: share(
      count((each) => each.applied),
      outcomes.length,
    ),
    'second comparison empty': share(
      count((each) => each.secondEmpty),
      outcomes.length,
    ),
    'equal to a fresh B': share(
      count((each) => each.equalsFreshB),
      outcomes.length,
    ),
    'downgrade gives A back': share(
      count((each) => each.downgradeReturns),
      outcomes.length,
    ),
    'rows kept, of those that can be': share(
      withRows.filter((each) => each.rowsKept).length,
      withRows.length,
    ),
    'failures on unmovable rows that left everything as it was': share(
      count((each) => each.failureIsClean === true),
      count((each) => each.failureIsClean !== null),
    ),
  };
}

async function moves(way: Way, fresh: TestDatabase): Promise<boolean> {
  try {
    await fresh.exec(way.move ?? []);
    return true;
  } catch {
    await fresh.exec('ROLLBACK').catch(() => {});
    return false;
  }
}

/** Whether the rows that are there now could stand in an A: a dropped table's rows, and those of a dropped column, can't come back. */
async function canReturn(way: Way, database: TestDatabase, fresh: TestDatabase): Promise<boolean> {
  await fresh.reset();
  await fresh.exec(way.ddlA);
  const there = await columnsOf(database);
  const wanted = await columnsOf(fresh);
  try {
    await fresh.exec(
      fresh.dialect === 'sqlite'
        ? ['PRAGMA foreign_keys = off', 'BEGIN']
        : ['BEGIN', 'SET LOCAL session_replication_role = replica'],
    );
    for (const [table, columns] of wanted) {
      const common = columns.filter((column) => there.get(table)?.includes(column));
      if (!there.has(table) || common.length === 0) continue;
      for (const values of await literalRows(database, table, common)) {
        await fresh.exec(
          `INSERT INTO ${quoted(table)} (${common.map(quoted).join(', ')}) VALUES (${values.join(', ')})`,
        );
      }
    }
    if (fresh.dialect === 'sqlite') {
      const broken = await fresh.query('PRAGMA foreign_key_check');
      return broken.length === 0;
    }
    return await keysHold(fresh);
  } catch {
    return false;
  } finally {
    await fresh.exec('ROLLBACK').catch(() => {});
    if (fresh.dialect === 'sqlite') await fresh.exec('PRAGMA foreign_keys = on');
  }
}

/** Every foreign key of PostgreSQL asked again, since they weren't enforced. */
async function keysHold(fresh: TestDatabase): Promise<boolean> {
  const keys = await fresh.query<{ source: string; target: string; columns: string[]; referred: string[] }>(
    `SELECT conrelid::regclass::text AS source, confrelid::regclass::text AS target,
       (SELECT array_agg(quote_ident(attname) ORDER BY o) FROM unnest(conkey) WITH ORDINALITY k(n, o) JOIN pg_attribute ON attrelid = conrelid AND attnum = n) AS columns,
       (SELECT array_agg(quote_ident(attname) ORDER BY o) FROM unnest(confkey) WITH ORDINALITY k(n, o) JOIN pg_attribute ON attrelid = confrelid AND attnum = n) AS referred
     FROM pg_constraint WHERE contype = 'f'`,
  );
  for (const { source, target, columns, referred } of keys) {
    const join = columns.map((column, i) => `b.${referred[i]} = a.${column}`).join(' AND ');
    const set = columns.map((column) => `a.${column} IS NOT NULL`).join(' AND ');
    const rows = await fresh.query(
      `SELECT 1 FROM ${source} a WHERE ${set} AND NOT EXISTS (SELECT 1 FROM ${target} b WHERE ${join}) LIMIT 1`,
    );
    if (rows.length > 0) return false;
  }
  return true;
}

async function columnsOf(database: TestDatabase): Promise<Map<string, string[]>> {
  const sql =
    database.dialect === 'sqlite'
      ? `SELECT s.name AS "table", c.name AS "column" FROM sqlite_schema s, pragma_table_xinfo(s.name) c
         WHERE s.type = 'table' AND s.name NOT LIKE 'sqlite~_%' ESCAPE '~' AND s.name <> 'alembic_version' AND c.hidden = 0 ORDER BY s.name, c.cid`
      : `SELECT c.relname AS "table", a.attname AS "column" FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
         WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
         AND c.relname <> 'alembic_version' ORDER BY c.relname, a.attnum`;
  const found = new Map<string, string[]>();
  for (const { table, column } of await database.query<{ table: string; column: string }>(sql))
    found.set(table, [...(found.get(table) ?? []), column]);
  return found;
}

async function literalRows(
  database: TestDatabase,
  table: string,
  columns: readonly string[],
): Promise<string[][]> {
  const spell = (column: string): string =>
    database.dialect === 'sqlite' ? `quote(${quoted(column)})` : `quote_nullable(${quoted(column)}::text)`;
  const rows = await database.query<Record<string, string>>(
    `SELECT ${columns.map((column, i) => `${spell(column)} AS c${i}`).join(', ')} FROM ${quoted(table)}`,
  );
  return rows.map((row) => columns.map((_, i) => row[`c${i}`] as string));
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

async function empty(database: TestDatabase): Promise<void> {
  if (database.dialect === 'sqlite') {
    await database.exec('PRAGMA foreign_keys = off');
    for (const { name } of await database.query<{ name: string }>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~' AND name <> 'alembic_version'",
    )) {
      await database.exec(`DELETE FROM "${name.replaceAll('"', '""')}"`);
    }
    await database.exec('PRAGMA foreign_keys = on');
    return;
  }
  const tables = await database.query<{ name: string }>(
    "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND tablename <> 'alembic_version'",
  );
  if (tables.length > 0) await database.exec(`TRUNCATE ${tables.map(({ name }) => name).join(', ')} CASCADE`);
}

function difference(expected: string, found: string): string {
  const [left, right] = [expected.split('\n'), found.split('\n')];
  const missing = left.filter((line) => !right.includes(line)).slice(0, 12);
  const extra = right.filter((line) => !left.includes(line)).slice(0, 12);
  return [...missing.map((line) => `  - ${line}`), ...extra.map((line) => `  + ${line}`)].join('\n');
}
