import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { Alembic, AlembicError, type AlembicOptions, type App, type ErrorCode } from '../../src/index.ts';
import { project } from '../scripts/project.ts';
import { createDatabase, type DatabaseKind, type TestDatabase } from '../support/databases.ts';

/** A project's directory with an empty database, both gone after the test. */
export interface Workspace {
  readonly root: string;
  readonly database: TestDatabase;
  /** An `Alembic` of this project and database; closed after the test. */
  alembic(options?: AlembicOptions, app?: App): Alembic;
}

/** `files` are those of the project; revisions lie in `migrations/`. */
export async function workspace(
  kind: DatabaseKind,
  files: Readonly<Record<string, string | null>> = {},
): Promise<Workspace> {
  const root = project(files);
  const database = await testDatabase(kind);
  const alembic = (options: AlembicOptions = {}, app: App = { rootPath: root }): Alembic =>
    closed(new Alembic(app, { engines: database.url, ...options }));
  return { root, database, alembic };
}

/** A database of this test's own. */
export async function testDatabase(kind: DatabaseKind): Promise<TestDatabase> {
  const database = await createDatabase(kind);
  onTestFinished(() => database.drop());
  return database;
}

/** Has an `Alembic` closed after the test: before its database is dropped. */
export function closed<A extends Alembic>(alembic: A): A {
  onTestFinished(() => alembic.close());
  return alembic;
}

interface MigrationOptions {
  readonly downRevision?: string | readonly string[] | null;
  readonly branchLabels?: string | readonly string[] | null;
  readonly dependsOn?: string | readonly string[] | null;
  readonly doc?: string;
  /** the body of `upgrade`; default: creates a table of the revision's name */
  readonly up?: string;
  readonly down?: string;
  /** lines before the functions */
  readonly before?: string;
  readonly async?: boolean;
}

/** The source of a revision. */
export function migration(revision: string, options: MigrationOptions = {}): string {
  const { downRevision = null, branchLabels = null, dependsOn = null, doc = `the ${revision}` } = options;
  const {
    up = `op.createTable('t_${revision}', [column('id', integer(), { primaryKey: true })]);`,
    down = `op.dropTable('t_${revision}');`,
    before = '',
    async = false,
  } = options;
  const header = Object.entries({ revision, downRevision, branchLabels, dependsOn }).map(
    ([name, value]) => `export const ${name} = ${JSON.stringify(value)};`,
  );
  const functionOf = (name: string, body: string): string[] =>
    body === ''
      ? []
      : [
          `export ${async ? 'async ' : ''}function ${name}(op: Operations, args: any)${async ? '' : ': void'} {`,
          `  ${body.trim()}`,
          '}',
        ];
  return `${[
    `/** ${doc} */`,
    "import { check, column, foreignKey, index, integer, type Operations, sql, string, table, text } from 'alembic-ts';",
    ...header,
    before,
    ...functionOf('upgrade', up),
    ...functionOf('downgrade', down),
  ].join('\n')}\n`;
}

/** Revisions one after the other, `migrations/<id>.ts` each; those that need more are given as text. */
export function chain(
  ...revisions: readonly (string | readonly [id: string, options: MigrationOptions])[]
): Record<string, string> {
  const files: Record<string, string> = {};
  let before: string | null = null;
  for (const each of revisions) {
    const [id, options] = typeof each === 'string' ? [each, {}] : each;
    files[`migrations/${id}.ts`] = migration(id, { downRevision: before, ...options });
    before = id;
  }
  return files;
}

/** The names of what is in the database, without the version table. */
export async function tables(database: TestDatabase): Promise<string[]> {
  const rows = await database.query<{ name: string }>(
    database.dialect === 'sqlite'
      ? "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' and name <> 'alembic_version' order by name"
      : "select tablename as name from pg_tables where schemaname = 'public' and tablename <> 'alembic_version' order by tablename",
  );
  return rows.map((row) => row.name);
}

/** The rows of the version table, sorted; null where there is none. */
export async function versions(database: TestDatabase, table = 'alembic_version'): Promise<string[] | null> {
  try {
    const rows = await database.query<{ version_num: string }>(`select version_num from ${table} order by 1`);
    return rows.map((row) => row.version_num);
  } catch {
    return null;
  }
}

/** All that can be seen of a database: to be equal before and after. */
export async function contents(database: TestDatabase): Promise<unknown> {
  return {
    schema: await database.schema({ ignoreTables: [] }),
    rows: await database.rows(),
    versions: await versions(database),
  };
}

/** Every file below a directory with its text: to be equal before and after. */
export function tree(root: string): Record<string, string | null> {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(
    names.map((name) => {
      const file = join(root, name);
      return [name, statSync(file).isDirectory() ? null : readFileSync(file, 'utf8')];
    }),
  );
}

/** The names of the revision files. */
export function revisionFiles(root: string, directory = 'migrations'): string[] {
  return readdirSync(join(root, directory))
    .filter((name) => /\.[cm]?[jt]s$/.test(name))
    .sort();
}

/** What `work` fails with, which has to be an error of ours with this code. */
export async function failure(
  work: (() => unknown) | Promise<unknown>,
  code: ErrorCode,
): Promise<AlembicError> {
  let value: unknown;
  try {
    value = await (typeof work === 'function' ? work() : work);
  } catch (error) {
    expect(error).toBeInstanceOf(AlembicError);
    const { code: found, message } = error as AlembicError;
    expect({ code: found, message }).toEqual({ code, message });
    return error as AlembicError;
  }
  throw new Error(`This should have failed with ${code}, and gave ${String(value)}.`);
}

/** The ids of revisions. */
export function ids(scripts: Iterable<{ readonly revision: string }>): string[] {
  return [...scripts].map((script) => script.revision);
}
