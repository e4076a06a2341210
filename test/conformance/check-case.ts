import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { Alembic, type ContextOptions, MetaData } from '../../src/index.ts';
import { createDatabase, type DatabaseKind, type TestDatabase } from '../support/databases.ts';
import type { TableColumns } from '../support/rows.ts';
import { converge, isRight } from './converge.ts';

export type Models = ConstructorParameters<typeof MetaData>[0];

/** Two schemas, and what the way from one to the other takes. */
export interface Case {
  readonly a: readonly string[];
  readonly b: readonly string[];
  readonly models: Models;
  /** operations of the way up, in their order */
  readonly kinds: readonly string[];
  readonly load?: readonly string[];
  /** the same rows for B, where they are said in another way there */
  readonly move?: readonly string[];
  /** the columns whose rows have to stay; default: all of them */
  readonly survives?: readonly TableColumns[];
  /** kinds that are compared though the models hold none */
  readonly includeKinds?: readonly string[];
}

/** Runs `use` with an `Alembic` of the models over a database. */
export async function withAlembic<Result>(
  database: TestDatabase,
  models: Models,
  use: (alembic: Alembic) => Promise<Result>,
  context: ContextOptions = {},
): Promise<Result> {
  const rootPath = mkdtempSync(join(tmpdir(), 'alembic-case-'));
  const alembic = new Alembic(
    { rootPath },
    { engines: database.engine, metadatas: new MetaData(models), commandName: false, context },
  );
  try {
    return await use(alembic);
  } finally {
    await alembic.close();
    rmSync(rootPath, { recursive: true, force: true });
  }
}

/** The kinds of the differences that are found, in their order. */
export async function differences(
  database: TestDatabase,
  models: Models,
  context: ContextOptions = {},
): Promise<readonly string[]> {
  return withAlembic(
    database,
    models,
    async (alembic) => (await alembic.compareMetadata()).map((diff) => diff.kind),
    context,
  );
}

/** There and back again, as it has to be. */
export async function checkCase(each: Case, kind: DatabaseKind): Promise<void> {
  await using database = await createDatabase(kind);
  await using fresh = await createDatabase(kind);
  await checkCaseIn(each, database, fresh);
}

/** The same in databases that are there, which are emptied first. */
export async function checkCaseIn(each: Case, database: TestDatabase, fresh: TestDatabase): Promise<void> {
  const { a, b, models, kinds, load, move = load, includeKinds, survives } = each;
  const context = includeKinds === undefined ? {} : { includeKinds };
  await database.reset();
  await database.exec(a);
  expect(await differences(database, models, context)).toEqual(kinds);
  const outcome = await converge(
    {
      id: 'case',
      ddlA: a,
      ddlB: b,
      models: new MetaData(models),
      context,
      ...(load && move && { load, move }),
      ...(survives && { survives }),
    },
    database,
    fresh,
  );
  expect(outcome.problem).toBeNull();
  expect(isRight(outcome)).toBe(true);
}
