import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase, type DatabaseKind, describeOn, type TestDatabase } from './databases.ts';
import { ddl } from './ddl-writer.ts';
import type { VectorSchema } from './vector-schema.ts';
import { type AutogenVector, hasVectors, type RandomPairVector, readVectors } from './vectors.ts';

interface Sample {
  readonly name: string;
  readonly schema: VectorSchema;
  /** SQLAlchemy's statements for it */
  readonly ddl: readonly string[];
}

/** On PostgreSQL SQLAlchemy doubled backslashes, and the recording percent signs. */
const knownWrong = /%|\\\\/;

/** Schemas of the vectors with the statements that SQLAlchemy wrote for them. */
function samples(dialect: 'sqlite' | 'postgresql'): readonly Sample[] {
  const random = readVectors<RandomPairVector>('random-pairs.public.json')
    .filter((pair) => pair.dialect === dialect)
    .flatMap(({ id, A, B, ddlA, ddlB }) => [
      { name: `${id} A`, schema: A, ddl: ddlA },
      { name: `${id} B`, schema: B, ddl: ddlB },
    ]);
  const made = readVectors<AutogenVector>('autogen-vectors.json').flatMap(({ name, A, B, results }) => {
    const result = results[dialect];
    return result === undefined
      ? []
      : [
          { name: `${name} A`, schema: A, ddl: result.ddlA },
          { name: `${name} B`, schema: B, ddl: result.ddlB },
        ];
  });
  return [...random, ...made].filter(
    ({ schema }) =>
      !schema.namingConvention && !(dialect === 'postgresql' && knownWrong.test(JSON.stringify(schema))),
  );
}

describe.skipIf(!hasVectors)('the writer of DDL', () => {
  describeOn(['sqlite', 'postgresql'], 'makes what SQLAlchemy makes', (kind: DatabaseKind) => {
    const dialect = kind === 'sqlite' ? 'sqlite' : 'postgresql';
    const all = samples(dialect);
    // PostgreSQL takes its time; a sample of the same kind says enough there.
    const full = dialect === 'sqlite' || process.env.ALEMBIC_TEST_FULL === '1';
    const some = full ? all : all.filter((_, index) => index % 6 === 0);
    let db: TestDatabase;
    beforeAll(async () => {
      db = await createDatabase(kind);
    });
    afterAll(() => db.drop());

    test(`of ${some.length} schemas`, async () => {
      expect(some.length).toBeGreaterThan(100);
      for (const { name, schema, ddl: theirs } of some) {
        await db.reset();
        await db.exec(theirs);
        const expected = await db.schema();
        await db.reset();
        await db.exec(ddl(dialect, schema));
        expect(await db.schema(), name).toBe(expected);
      }
    }, 600_000);
  });
});
