// What a preview says of PostgreSQL's transactions, held against what a run then does.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  Alembic,
  AlembicError,
  column,
  index,
  integer,
  MetaData,
  type Preview,
  type PreviewStep,
  table,
} from '../../src/index.ts';
import { flattenBatches } from '../../src/operations/containers.ts';
import type { Operation } from '../../src/operations/operation.ts';
import { chain, closed, contents, failure, tables, versions, workspace } from '../app/workspace.ts';
import { anyOperation } from '../generators/any-operation.ts';
import { indexOperation } from '../generators/index-operation.ts';
import { project } from '../scripts/project.ts';
import { createDatabase, describeOn, type TestDatabase } from '../support/databases.ts';
import { quietLogs } from '../support/history.ts';

quietLogs();

const full = process.env.ALEMBIC_TEST_FULL !== undefined;
const concurrently = '{ postgresql: { concurrently: true } }';
const block = 'op.getContext().autocommitBlock';

async function previewOf(alembic: Alembic): Promise<Preview> {
  const [preview, ...others] = await alembic.preview();
  expect(others).toEqual([]);
  return preview!;
}

describeOn(['postgresql', 'postgresql-server', 'postgres.js'], 'preview of PostgreSQL', (kind) => {
  test('an operation that needs an autocommit block and is in none is told as the run tells it', async () => {
    const up = [
      'op.createTable("t", [column("n", integer())]);',
      `  op.createIndex("ix", "t", ["n"], ${concurrently});`,
      `  op.batchAlterTable("t", (batch) => {`,
      '    batch.addColumn(column("m", integer()));',
      `    batch.createIndex("iy", ["n"], ${concurrently});`,
      '  });',
      `  op.dropIndex("iz", { table: "t", postgresql: { concurrently: true } });`,
    ].join('\n');
    const { database, alembic } = await workspace(kind, chain(['a', { up }]));
    const migrations = alembic();
    const { problems, units, steps } = await previewOf(migrations);
    expect(problems).toMatchObject([
      {
        code: 'NEEDS_AUTOCOMMIT',
        revision: 'a',
        line: 10,
        operation: 'createIndex',
        file: expect.stringMatching(/a\.ts$/),
      },
      { code: 'NEEDS_AUTOCOMMIT', revision: 'a', line: 13, operation: 'createIndex' },
      { code: 'NEEDS_AUTOCOMMIT', revision: 'a', line: 15, operation: 'dropIndex' },
    ]);
    expect(steps[0]?.operations.map(({ atomicity }) => atomicity)).toEqual([
      'transaction',
      'autocommit',
      'autocommit',
      'autocommit',
    ]);
    expect(units).toHaveLength(1);
    const error = await failure(() => migrations.upgrade(), problems[0]!.code);
    const { revision, file, line, operation } = error.details;
    expect({ revision, file, line, operation }).toEqual({
      revision: 'a',
      file: problems[0]?.file,
      line: 10,
      operation: 'createIndex',
    });
    expect(error.message).toContain(problems[0]?.message);
    expect(await versions(database)).toBeNull();
  });

  test('in a block nothing is wrong with it, and what is committed by then is said', async () => {
    const up = `op.createTable("t", [column("n", integer())]); ${block}(() => { op.createIndex("ix", "t", ["n"], ${concurrently}); }); op.execute("select no_such_thing()");`;
    const { database, alembic } = await workspace(kind, chain('a', ['b', { up }]));
    const migrations = alembic();
    const preview = await previewOf(migrations);
    expect(preview.problems).toEqual([]);
    expect(preview.units).toMatchObject([
      {
        isTransaction: true,
        isAtomic: true,
        revisions: ['a', 'b'],
        commit: { reason: 'autocommitBlock', revision: 'b', line: 9 },
      },
      { isTransaction: false, isAtomic: false, revisions: ['b'], commit: null },
      { isTransaction: true, isAtomic: true, revisions: ['b'], commit: { reason: 'run' } },
    ]);
    // the units before the one that fails stay, and so do the rows of the version table that were written in them
    await failure(() => migrations.upgrade(), 'MIGRATION_FAILED');
    expect(await tables(database)).toEqual(['t', 't_a']);
    expect(await database.query("select from pg_indexes where indexname = 'ix'")).toHaveLength(1);
    const written = preview.steps.filter(({ unit }) => unit < 2).map(({ revision }) => revision);
    expect(await versions(database)).toEqual(written);
  });

  test('a generated revision has a block for such an index; so has one that is invoked as data', async () => {
    const indexed = table('t', [
      column('a', integer()),
      index('ix', ['a'], { postgresql: { concurrently: true } }),
    ]);
    const { database, root } = await workspace(kind);
    await database.exec('create table t (a integer)');
    const migrations = closed(
      new Alembic(
        { rootPath: root },
        { engines: database.url, metadatas: new MetaData([indexed]), commandName: false },
      ),
    );
    await migrations.revision('index');
    const written = await previewOf(migrations);
    expect(written).toMatchObject({
      problems: [],
      steps: [{ operations: [{ atomicity: 'autocommit', unit: 0 }] }],
    });
    expect(written.units.map(({ isTransaction }) => isTransaction)).toEqual([false, true]);
    const [{ revision }] = written.steps as readonly [PreviewStep];
    const operations = written.steps.flatMap((step) => step.operations.map(({ operation }) => operation));
    const files = chain(['a', { up: 'op.invoke(args.block);' }]);
    const [invoked] = await closed(
      new Alembic({ rootPath: project(files) }, { engines: database.url, commandName: false }),
    ).preview('heads', { args: { block: { kind: 'autocommitBlock', operations } } });
    expect(invoked?.units.map(({ isTransaction }) => isTransaction)).toEqual([false, true]);
    expect(invoked?.steps.flatMap((step) => step.operations.map(({ operation }) => operation))).toEqual(
      operations,
    );
    await migrations.upgrade();
    expect(await versions(database)).toEqual([revision]);
  });

  const addValue = 'op.alterEnum("mood", ["sad", "ok"], { existingValues: ["sad"] });';
  const use = 'op.execute("insert into t values (\'ok\')");';
  const mood = ["create type mood as enum ('sad')", 'create table t (m mood)'];

  test('a value that is added and may be used in the same transaction: all of it is then run twice', async () => {
    const files = chain(
      ['a', { up: `args.ran.push("a"); ${addValue}` }],
      ['b', { up: `args.ran.push("b"); ${use}` }],
    );
    const { database, alembic } = await workspace(kind, files);
    await database.exec(mood);
    const migrations = alembic();
    const ran: string[] = [];
    const [preview] = await migrations.preview('heads', { args: { ran: [] } });
    expect(preview).toMatchObject({
      problems: [],
      units: [
        {
          risks: [
            {
              code: 'NEW_ENUM_VALUE',
              revision: 'a',
              line: 9,
              operation: 'alterEnum',
              message: expect.stringContaining('twice'),
            },
          ],
        },
      ],
    });
    await migrations.upgrade('heads', { args: { ran } });
    expect(ran).toEqual(['a', 'b', 'a', 'b']);
    expect(await database.query('select m::text from t')).toEqual([{ m: 'ok' }]);
  });

  test('behind an autocommit block it fails, which is said', async () => {
    const files = chain([
      'a',
      {
        up: `${block}(() => { op.execute("select 1"); }); ${addValue} ${use.replace('op.execute', 'op.getBind().exec')}`,
      },
    ]);
    const { database, alembic } = await workspace(kind, files);
    await database.exec(mood);
    const migrations = alembic();
    const { units } = await previewOf(migrations);
    expect(units.map(({ risks }) => risks.map(({ message }) => message.includes('the run fails')))).toEqual([
      [],
      [true],
    ]);
    const error = await failure(() => migrations.upgrade(), 'MIGRATION_FAILED');
    expect((error.cause as AlembicError).code).toBe('NEW_ENUM_VALUE');
  });

  test.each([
    ['nothing comes after it', addValue],
    ['it is in a block', `${block}(() => { ${addValue} ${use} });`],
    ['a block comes in between', `${addValue} ${block}(() => { ${use} });`],
    ['a value goes', `op.alterEnum("mood", ["ok"], { existingValues: ["sad"] }); ${use}`],
    ['none comes', `op.alterEnum("mood", ["sad"], { existingValues: ["sad"] }); ${use}`],
  ])('no such thing is said where %s', async (_, up) => {
    const { alembic } = await workspace(kind, chain(['a', { up }]));
    const { units } = await previewOf(alembic());
    expect(units.flatMap(({ risks }) => risks)).toEqual([]);
  });

  test('where only reading is allowed, and to who may only read the version table', async () => {
    const { database, alembic } = await workspace(kind, chain('a', 'b'));
    await alembic().upgrade('a');
    const name = new URL(database.url).pathname.slice(1);
    const role = `alembic_reader_${name}`;
    await database.exec([
      `create role ${role} login`,
      `grant select on alembic_version to ${role}`,
      `alter role ${role} set default_transaction_read_only = on`,
    ]);
    try {
      const before = await contents(database);
      const reading = alembic({ engines: database.url.replace('postgres@', `${role}@`) });
      const [preview] = await reading.preview();
      expect(preview).toMatchObject({
        heads: ['a'],
        steps: [{ revision: 'b', operations: [{ operation: { kind: 'createTable' } }] }],
      });
      await failure(() => reading.upgrade(), 'READ_ONLY_DATABASE');
      expect(await contents(database)).toEqual(before);
      await database.exec(`revoke select on alembic_version from ${role}`);
      await failure(() => reading.preview(), 'INSUFFICIENT_PRIVILEGE');
      await reading.close();
    } finally {
      await database.exec(`drop owned by ${role}; drop role ${role}`);
    }
  });
});

describeOn(['postgresql'], 'any operation, previewed and run', (kind) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase(kind);
    await database.exec(['create table t (a integer)', 'create index iy on t (a)']);
  });
  afterAll(() => database.drop());

  test('what is said to need an autocommit block is what the run refuses without one', async () => {
    // what it runs is rolled back
    const inside = 'await op.invoke(args.operation); throw new Error("stop");';
    const inBlock = `await ${block}(async () => { await op.invoke(args.operation); });`;
    const open = (up: string): Alembic =>
      closed(
        new Alembic(
          { rootPath: project(chain(['a', { up, async: true }])) },
          { engines: database.url, commandName: false },
        ),
      );
    const [alone, blocked] = [open(inside), open(inBlock)];
    /** What the preview says, and the run; null where it doesn't fail. */
    const askedOf = async (alembic: Alembic, operation: Operation) => {
      const [preview] = await alembic.preview('heads', { args: { operation } });
      const error: unknown = await alembic
        .upgrade('heads', { args: { operation } })
        .catch((failed: unknown) => failed);
      if (error === undefined) await database.exec('delete from alembic_version');
      return {
        said: preview!.problems.some(({ code }) => code === 'NEEDS_AUTOCOMMIT'),
        failure: error instanceof AlembicError ? error : null,
      };
    };
    const seen = { needed: 0, not: 0 };
    const operations = fc.oneof(
      { weight: 3, arbitrary: anyOperation },
      { weight: 1, arbitrary: indexOperation },
    );
    await fc.assert(
      fc.asyncProperty(operations, async (operation) => {
        // text of SQL isn't read
        if (flattenBatches([operation]).some(({ kind: each }) => each === 'execute')) return;
        const without = await askedOf(alone, operation);
        const within = await askedOf(blocked, operation);
        const isRefused = without.failure?.code === 'NEEDS_AUTOCOMMIT';
        // what isn't possible in a block either is told first
        const reasons = [without, within].map(
          ({ failure }) => (failure?.cause as Error | undefined)?.message,
        );
        const isImpossible = without.said && !isRefused && reasons[0] === reasons[1];
        expect({ operation, said: without.said }).toEqual({ operation, said: isRefused || isImpossible });
        seen[without.said ? 'needed' : 'not']++;
        expect([within.said, within.failure?.code === 'NEEDS_AUTOCOMMIT']).toEqual([false, false]);
      }),
      { seed: 20261122, numRuns: full ? 500 : 60 },
    );
    expect(seen.needed).toBeGreaterThan(5);
    expect(seen.not).toBeGreaterThan(20);
  });
});
