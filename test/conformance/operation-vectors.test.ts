import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Alembic, MetaData } from '../../src/index.ts';
import { createDatabase, type DatabaseKind, describeOn, type TestDatabase } from '../support/databases.ts';
import { recordFigures } from '../support/figures.ts';
import { fitting, type OperationVector, run } from '../support/operation-vectors.ts';
import { pgDump } from '../support/pg-dump.ts';
import { namingConvention } from '../support/vector-model.ts';
import { hasVectors, readVectors } from '../support/vectors.ts';

// Alembic's operations, by its recorded SQL and by ours: both leave the same schema, and the same rows, of a table that they fit.

const full = process.env.ALEMBIC_TEST_FULL === '1';

/** Where they don't, and why ours is meant. */
const deviations: { readonly [vector: string]: string } = {
  'create_table/default-literal-backslash':
    'the recorded SQL doubles the backslash (../shared/vectors/README.md)',
  'bulk_insert/percent-backslash-colon': 'the recorded SQL doubles the backslash',
  'create_table/prefixes':
    'a temporary table is no part of a schema: there is no option for it, and a plain one is made',
  'add_column/fk-inline':
    "SQLAlchemy's inline REFERENCES loses the name that the foreign key was given; ours has it",
  'add_column/pk': 'a column that says primaryKey becomes the key; Alembic leaves that out in silence',
  'alter_column/autoincrement-on': 'the column counts up, as was asked; Alembic heeds that on MySQL only',
  'alter_column/autoincrement-keep':
    "the sequence grows with its column; Alembic leaves an integer's sequence under a bigint",
  'alter_column/autoincrement-off':
    'the column stops counting, as was asked; Alembic heeds that on MySQL only',
  'bulk_insert/missing-key':
    'rows with other columns than the first are refused; Alembic refuses them too where it runs them, not where it prints them',
  'execute/text': "`\\:` is SQLAlchemy's way to write a colon in text(); SQL of ours is sent as it is",
  ...Object.fromEntries(
    [
      'add-column-always',
      'add-column-notnull-default-always',
      'create-index-always',
      'empty',
      'add-column-insert-after',
      'add-column-insert-before',
      'reorder',
    ].map((name) => [
      `batch/${name}`,
      'PostgreSQL alters in place; copying the table would only give its key and sequence the names of the copy, or its columns an order, and lose its grants',
    ]),
  ),
};

/**
 * What becomes of ours where Alembic has no SQL, or its SQL is refused: done, or the code of the refusal. `SQL_ERROR` and `NO_SUCH_TABLE` are the server's, for
 * what the operation asks makes no sense on its table.
 */
const others: { readonly [vector: string]: string } = {
  'add_column/enum': 'done',
  'alter_column/computed-add': 'done',
  'alter_column/computed-change': 'done',
  'alter_column/computed-drop': 'done',
  'alter_column/identity-add': 'done',
  'alter_column/type-bool-ck-to-int': 'done',
  'alter_column/type-json': 'done',
  'alter_column/type-to-bool-ck': 'done',
  'alter_column/type-to-boolean': 'done',
  'alter_column/type-to-enum': 'done',
  'batch/boolean-col': 'SQL_ERROR',
  'batch/create-pk': 'SQL_ERROR',
  'batch/drop-missing-constraint': 'SQL_ERROR',
  'bulk_insert/json': 'done',
  'create_exclude/plain': 'SQL_ERROR',
  'create_foreign_key/composite': 'SQL_ERROR',
  'create_index/using-gin': 'SQL_ERROR',
  'create_table/fk-schema': 'NO_SUCH_TABLE',
  'create_table/type-longtext': 'UNSUPPORTED_TYPE',
  'create_table/type-mediumtext': 'UNSUPPORTED_TYPE',
  'create_table/type-set': 'UNSUPPORTED_TYPE',
  'create_table/type-text-len': 'done',
  'create_table/type-tinyint': 'UNSUPPORTED_TYPE',
  'create_table/type-varbinary16': 'done',
  'create_table/type-year': 'UNSUPPORTED_TYPE',
};
/** from PostgreSQL 18 */
const virtualColumns = ['add_column/computed-virtual', 'create_table/computed-virtual'];

describe.skipIf(!hasVectors)('the operations that Alembic was asked', () => {
  const vectors = readVectors<OperationVector>('ops-vectors.json').filter(({ ops }) => ops !== undefined);
  const valid = vectors.filter(({ results }) => results.postgresql?.runs === true);
  const categories = [...new Set(valid.map(categoryOf))];
  const kinds: readonly DatabaseKind[] = ['postgresql', 'postgresql-server'];

  describeOn(kinds, 'leave what its SQL leaves', (kind) => {
    let theirs: TestDatabase;
    let ours: TestDatabase;
    const outcomes = new Map<string, string>();
    beforeAll(async () => {
      [theirs, ours] = [await createDatabase(kind), await createDatabase(kind)];
    });
    afterAll(async () => {
      const same = [...outcomes.values()].filter((each) => each === 'same').length;
      recordFigures(`Alembic's operations on ${kind}`, {
        'that its SQL can do': valid.length,
        'with the same result': same,
      });
      await Promise.all([theirs.drop(), ours.drop()]);
    });

    // in the full run by pg_dump, which is slow to start; the machine's reads the machine's server only
    const everything = async (database: TestDatabase): Promise<string> => {
      const dumped = full && kind === 'postgresql-server' ? pgDump(database.url) : undefined;
      return `${dumped ?? (await database.schema())}\n${await database.rows()}`;
    };
    const prepare = async (database: TestDatabase, { ops = [] }: OperationVector): Promise<void> => {
      await database.reset();
      await database.exec(['DISCARD TEMP', ...fitting(ops)]);
    };
    /** the code of our refusal, or null */
    const runOurs = async ({
      ops = [],
      namingConvention: named,
    }: OperationVector): Promise<string | null> => {
      const alembic = new Alembic(
        {},
        {
          engines: ours.url,
          metadatas: new MetaData([], named ? { namingConvention } : {}),
          runMkdir: false,
          commandName: false,
        },
      );
      try {
        for (const each of ops) {
          // what Alembic runs in an autocommit_block
          if (each.concurrently) await alembic.migrationContext.autocommitBlock(() => run(each, alembic.op));
          else await run(each, alembic.op);
        }
        return null;
      } catch (error) {
        const { code, cause } = error as {
          readonly code?: string;
          readonly cause?: { readonly code?: string };
        };
        return (code === 'MIGRATION_FAILED' ? cause?.code : code) ?? String(error);
      } finally {
        await alembic.close();
      }
    };

    test.each(categories)('%s', { timeout: full ? 600_000 : 120_000 }, async (category) => {
      for (const vector of valid.filter((each) => categoryOf(each) === category)) {
        await prepare(theirs, vector);
        await prepare(ours, vector);
        // a fitting table is one on which the recorded SQL runs
        for (const sql of vector.results.postgresql?.sql ?? []) await theirs.exec(sql);
        const refusal = await runOurs(vector);
        const [wanted, got] = [await everything(theirs), await everything(ours)];
        outcomes.set(vector.name, refusal ?? (wanted === got ? 'same' : 'different'));
        if (vector.name in deviations) expect([refusal, got], vector.name).not.toEqual([null, wanted]);
        else expect([refusal, got], vector.name).toEqual([null, wanted]);
      }
    });

    test('what Alembic can not say, or says in vain', { timeout: 60_000 }, async () => {
      const found: { [vector: string]: string } = {};
      for (const vector of vectors.filter((each) => !valid.includes(each))) {
        await prepare(ours, vector);
        found[vector.name] = (await runOurs(vector)) ?? 'done';
      }
      const [server] = await ours.query<{ version: number }>(
        `select current_setting('server_version_num')::int as version`,
      );
      const virtual = (server?.version ?? 0) >= 180_000 ? 'done' : 'UNSUPPORTED_OPERATION';
      const wanted = { ...others, ...Object.fromEntries(virtualColumns.map((name) => [name, virtual])) };
      expect(found).toEqual(wanted);
    });

    test('every vector was tried', () => {
      expect(outcomes.size).toBe(valid.length);
      expect(Object.keys(deviations).filter((name) => !outcomes.has(name))).toEqual([]);
    });
  });
});

function categoryOf({ name }: OperationVector): string {
  return name.split('/')[0] ?? name;
}
