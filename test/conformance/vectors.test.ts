import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ContextOptions } from '../../src/index.ts';
import { createDatabase, type DatabaseKind, describeOn, type TestDatabase } from '../support/databases.ts';
import { ddl } from '../support/ddl-writer.ts';
import { recordFigures } from '../support/figures.ts';
import { metadataOf } from '../support/vector-model.ts';
import { type AutogenVector, hasVectors, type RandomPairVector, readVectors } from '../support/vectors.ts';
import { converge, isRight, type Outcome, tally } from './converge.ts';

// The pairs that were put to the real Alembic. For us the only right verdicts are `ok` and, where a filter is asked for, `filtered`.

const kinds: readonly DatabaseKind[] = ['sqlite', 'postgresql'];

describe.skipIf(!hasVectors)('the pairs that Alembic was asked', () => {
  describeOn(kinds, 'hand-made pairs', (kind) => {
    const dialect = kind === 'sqlite' ? 'sqlite' : 'postgresql';
    const outcomes: Outcome[] = [];
    const alembicRight: string[] = [];
    let database: TestDatabase;
    let fresh: TestDatabase;
    beforeAll(async () => {
      [database, fresh] = [await createDatabase(kind), await createDatabase(kind)];
    });
    afterAll(async () => {
      recordFigures(`hand-made pairs on ${kind}`, {
        pairs: outcomes.length,
        'right by Alembic': alembicRight.length,
        right: outcomes.filter(isRight).length,
        ...tally(outcomes),
      });
      await Promise.all([database.drop(), fresh.drop()]);
    });

    const vectors = readVectors<AutogenVector>('autogen-vectors.json').filter(
      (each) => each.results[dialect] !== undefined,
    );
    const categories = [...new Set(vectors.map((each) => each.category))];
    test.each(categories)('%s', { timeout: 300_000 }, async (category) => {
      const wrong: string[] = [];
      for (const vector of vectors.filter((each) => each.category === category)) {
        const result = vector.results[dialect];
        if (result === undefined) continue;
        if (['ok', 'filtered'].includes(result.verdict)) alembicRight.push(vector.name);
        const context = filters(vector);
        const way = {
          id: vector.name,
          ddlA: result.ddlA,
          ddlB: freshB(vector, dialect),
          models: metadataOf(vector.B),
          context,
          filtered: result.verdict === 'filtered' || leftAlone.has(vector.name),
        };
        const outcome = await converge(way, database, fresh);
        outcomes.push(outcome);
        if (!isRight(outcome)) wrong.push(`${vector.name}: ${outcome.problem}`);
      }
      expect(wrong).toEqual([]);
    });
    test('none was left out', () => expect(outcomes.length).toBe(vectors.length));
  });

  describeOn(kinds, 'random pairs', (kind) => {
    const dialect = kind === 'sqlite' ? 'sqlite' : 'postgresql';
    test('all of them', { timeout: 600_000 }, async () => {
      await using database = await createDatabase(kind);
      await using fresh = await createDatabase(kind);
      const outcomes: Outcome[] = [];
      const wrong: string[] = [];
      const vectors = readVectors<RandomPairVector>('random-pairs.public.json').filter(
        (each) => each.dialect === dialect,
      );
      for (const vector of vectors) {
        const outcome = await converge({ ...vector, models: metadataOf(vector.B) }, database, fresh);
        outcomes.push(outcome);
        if (!isRight(outcome))
          wrong.push(`${vector.id} (${vector.mutations.join(', ')}): ${outcome.problem}`);
      }
      recordFigures(`Alembic's random pairs on ${kind}`, { pairs: outcomes.length, ...tally(outcomes) });
      expect(wrong).toEqual([]);
      expect(outcomes.length).toBe(100);
    });
  });
});

/**
 * Without `includeSchemas`, what stands in another schema and in no model is left alone: that is asked for, not overlooked. Alembic's verdict is
 * `blind`.
 */
const leftAlone: ReadonlySet<string> = new Set(['schema-not-included']);

/** The recorded statements for PostgreSQL double percent signs and backslashes: there ours say what B is. */
function freshB(vector: AutogenVector, dialect: 'sqlite' | 'postgresql'): readonly string[] {
  const recorded = vector.results[dialect]?.ddlB ?? [];
  return dialect === 'postgresql' && recorded.some((sql) => /%%|\\\\/.test(sql))
    ? ddl(dialect, vector.B)
    : recorded;
}

/** The hooks that a vector asks for. */
function filters({ config }: AutogenVector): ContextOptions {
  const {
    include_schemas: includeSchemas,
    filter,
    nameFilter,
  } = (config ?? {}) as {
    include_schemas?: boolean;
    filter?: { [kind: string]: string[] };
    nameFilter?: { skipTables?: string[] };
  };
  const skipped: { [type: string]: string[] | undefined } = {
    table: filter?.skipTables,
    column: filter?.skipColumns,
    index: filter?.skipIndexes,
  };
  return {
    ...(includeSchemas ? { includeSchemas } : {}),
    ...(filter
      ? {
          includeObject: (_object: object, name: string | null, type: string) =>
            !(skipped[type] ?? []).includes(name ?? ''),
        }
      : {}),
    ...(nameFilter
      ? {
          includeName: (name: string | null, type: string) =>
            type !== 'table' || !(nameFilter.skipTables ?? []).includes(name ?? ''),
        }
      : {}),
  };
}
