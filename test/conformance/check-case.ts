import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { Alembic, type ContextOptions, MetaData, type SchemaObject } from '../../src/index.ts';
import { createDatabase, type DatabaseKind, type TestDatabase } from '../support/databases.ts';
import { converge, isRight } from './converge.ts';

/** A way from A to B. */
export interface Case {
  readonly a: readonly string[];
  readonly b: readonly string[];
  readonly models: readonly SchemaObject[];
  /** operations of the way up, in their order */
  readonly kinds: readonly string[] | ((kind: DatabaseKind) => readonly string[]);
  readonly load?: readonly string[];
  readonly context?: ContextOptions;
}

/** Expects that the operations are those, and that they lead to B and back. */
export async function checkCase(each: Case, kind: DatabaseKind): Promise<void> {
  const database = await createDatabase(kind);
  const fresh = await createDatabase(kind);
  try {
    await database.exec(each.a);
    const wanted = typeof each.kinds === 'function' ? each.kinds(kind) : each.kinds;
    expect(await differences(database, each.models, each.context)).toEqual(wanted);
    const outcome = await converge(
      {
        id: 'case',
        ddlA: each.a,
        ddlB: each.b,
        models: new MetaData(each.models),
        ...(each.context && { context: each.context }),
        ...(each.load && { load: each.load, move: each.load }),
      },
      database,
      fresh,
    );
    expect(outcome.problem).toBeNull();
    expect(isRight(outcome)).toBe(true);
  } finally {
    await database.drop();
    await fresh.drop();
  }
}

/** The kinds of operation that a comparison finds. */
export async function differences(
  database: TestDatabase,
  models: readonly SchemaObject[],
  context: ContextOptions = {},
): Promise<readonly string[]> {
  return withAlembic(database, models, context, async (alembic) =>
    (await alembic.compareMetadata()).map((each) => each.kind),
  );
}

/** Runs `use` with an `Alembic` over a directory of its own. */
export async function withAlembic<Result>(
  database: TestDatabase,
  models: readonly SchemaObject[],
  context: ContextOptions,
  use: (alembic: Alembic) => Promise<Result>,
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
