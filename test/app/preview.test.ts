import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  Alembic,
  createEngine,
  type Preview,
  type PreviewOptions,
  type RevisionArgument,
} from '../../src/index.ts';
import type { Operation } from '../../src/operations/operation.ts';
import { project } from '../scripts/project.ts';
import { statementsOf } from '../support/count-statements.ts';
import { describeOn } from '../support/databases.ts';
import { quietLogs } from '../support/history.ts';
import { kinds } from './kinds.ts';
import {
  chain,
  closed,
  contents,
  failure,
  migration,
  testDatabase,
  versions,
  workspace,
} from './workspace.ts';

quietLogs();

/** The preview of the only database. */
async function previewOf(
  alembic: Alembic,
  target?: RevisionArgument | number,
  options?: PreviewOptions,
): Promise<Preview> {
  const previews = await alembic.preview(target, options);
  expect(previews).toHaveLength(1);
  // what a program gets is what it can write down
  expect(JSON.parse(JSON.stringify(previews))).toEqual(previews);
  expect(Object.isFrozen(previews[0]?.steps)).toBe(true);
  return previews[0]!;
}

/** Steps in short: `a: createTable/0 execute/1 | 1` — the operations with their units, and the unit of the version row. */
function short({ steps }: Preview): string[] {
  return steps.map(
    ({ revision, operations, unit, unknownFrom }) =>
      `${revision}: ${operations.map((each) => `${each.operation?.kind ?? `“${each.sql}”`}/${each.unit} `).join('')}${unknownFrom === null ? '' : '… '}| ${unit}`,
  );
}

/** Units in short: `tx a b, run` or `none b`. */
function unitsOf({ units }: Preview): string[] {
  return units.map(
    ({ isTransaction, revisions, commit }) =>
      `${isTransaction ? 'tx' : 'none'} ${revisions.join(' ')}${commit === null ? '' : `, ${commit.reason}${commit.line === null ? '' : `:${commit.line}`}`}`,
  );
}

const block = 'op.getContext().autocommitBlock';

describeOn(kinds, 'preview', (kind) => {
  test('of a database that was never migrated: everything that would run, and nothing is written', async () => {
    const { root, database, alembic } = await workspace(
      kind,
      chain('a', ['b', { up: 'op.addColumn("t_a", column("x", text()));' }]),
    );
    const migrations = alembic();
    const before = database.file === undefined ? await contents(database) : readFileSync(database.file);
    const preview = await previewOf(migrations);
    expect(preview).toMatchObject({
      engineName: 'default',
      direction: 'upgrade',
      heads: null,
      headsAfter: ['b'],
      problems: [],
      units: [
        {
          isTransaction: true,
          isAtomic: true,
          isComplete: true,
          revisions: ['a', 'b'],
          risks: [],
          commit: { reason: 'run', revision: null, file: null, line: null },
        },
      ],
      steps: [
        {
          revision: 'a',
          kind: 'upgrade',
          doc: 'the a',
          file: join(root, 'migrations/a.ts'),
          unit: 0,
          unknownFrom: null,
          operations: [
            {
              operation: { kind: 'createTable', table: { kind: 'table', name: 't_a' } },
              sql: null,
              file: join(root, 'migrations/a.ts'),
              line: 9,
              unit: 0,
              atomicity: 'transaction',
              destroys: [],
            },
          ],
        },
        { revision: 'b', operations: [{ operation: { kind: 'addColumn' }, line: 9 }] },
      ],
    });
    expect(database.file === undefined ? await contents(database) : readFileSync(database.file)).toEqual(
      before,
    );
    expect(await versions(database)).toBeNull();
    // it was no run: that does all of it
    await migrations.upgrade();
    expect(await versions(database)).toEqual(['b']);
  });

  test('in the middle of history, up and down, by every kind of target', async () => {
    const { database, alembic } = await workspace(kind, chain('a', 'b', 'c', 'd'));
    const migrations = alembic();
    await migrations.upgrade('b');
    const before = await contents(database);
    const steps = async (target?: RevisionArgument | number, options?: PreviewOptions) =>
      (await previewOf(migrations, target, options)).steps.map(({ revision }) => revision);
    expect(await steps()).toEqual(['c', 'd']);
    expect(await steps(1)).toEqual(['c']);
    expect(await steps('c')).toEqual(['c']);
    expect(await steps('b')).toEqual([]);
    const down = { direction: 'downgrade' } as const;
    expect(await steps(undefined, down)).toEqual(['b']);
    expect(await steps('base', down)).toEqual(['b', 'a']);
    expect(await previewOf(migrations, -2, down)).toMatchObject({
      direction: 'downgrade',
      heads: ['b'],
      headsAfter: [],
      steps: [
        {
          revision: 'b',
          kind: 'downgrade',
          operations: [{ operation: { kind: 'dropTable', table: 't_b' } }],
        },
        { revision: 'a', kind: 'downgrade' },
      ],
    });
    expect(await previewOf(migrations, 'b')).toMatchObject({
      heads: ['b'],
      headsAfter: ['b'],
      steps: [],
      units: [],
    });
    for (const [ask, code] of [
      [() => migrations.preview('nowhere'), 'REVISION_NOT_FOUND'],
      [() => migrations.preview(0), 'RELATIVE_REVISION'],
      [() => migrations.preview(null as never), 'NOT_A_REVISION'],
      [() => migrations.preview(1, down), 'POSITIVE_DOWNGRADE'],
      [() => migrations.preview('a:b'), 'HISTORY_RANGE'],
      [() => migrations.preview('heads', { direction: 'sideways' } as never), 'BAD_ARGUMENT'],
      [() => migrations.preview('heads', { sql: true } as never), 'UNKNOWN_OPTION'],
      [() => migrations.preview('heads', { args: { engineName: 'x' } }), 'BAD_ARGUMENT'],
    ] as const)
      await failure(ask, code);
    expect(await contents(database)).toEqual(before);
  });

  test('a file that is broken, or a row that no file knows, is the same error as that of the run', async () => {
    const { database, alembic } = await workspace(kind, {
      ...chain('a'),
      'migrations/b.ts': `${migration('b', { downRevision: 'a', down: '' })}throw new Error('broken');`,
      'migrations/c.ts': migration('c', { downRevision: 'b', down: '' }),
    });
    const migrations = alembic();
    await failure(() => migrations.preview(), 'SCRIPT_THREW');
    await failure(() => migrations.upgrade(), 'SCRIPT_THREW');
    await migrations.upgrade('a');
    await database.exec("update alembic_version set version_num = 'zzz'");
    await failure(() => migrations.preview(), 'REVISION_NOT_FOUND');
  });

  test('one query, and that only reads', async () => {
    const { alembic } = await workspace(
      kind,
      chain('a', 'b', ['c', { up: `op.getContext().autocommitBlock(() => { op.execute('x'); });` }]),
    );
    const migrations = alembic({ context: { transactionPerMigration: true } });
    await migrations.upgrade('a');
    const sent = await statementsOf(() => migrations.preview());
    expect(sent).toEqual(['SELECT "version_num" FROM "alembic_version"']);
    // and it holds nobody's lock: a run goes on, and the connection is as it was
    await migrations.upgrade('b');
    expect(migrations.migrationContext.connection.inTransaction).toBe(false);
  });

  test('tag and arguments are those of a run, and operations of the application belong to the step', async () => {
    const up = 'op.execute(`${op.getContext().tag} ${args.name}`); args.alembic.op.execute("mine");';
    const { database, alembic } = await workspace(kind, chain(['a', { up }]));
    const migrations = alembic();
    const preview = await previewOf(migrations, 'heads', {
      tag: 'tagged',
      args: { name: 'acme', alembic: migrations },
    });
    expect(preview.steps[0]?.operations.map(({ operation }) => operation)).toEqual([
      { kind: 'execute', sql: 'tagged acme' },
      { kind: 'execute', sql: 'mine' },
    ]);
    expect(await versions(database)).toBeNull();
  });

  test('with a transaction for each migration each has a unit, with its row of the version table', async () => {
    const { alembic } = await workspace(kind, chain('a', 'b', ['c', { up: '', down: '' }], 'd'));
    const preview = await previewOf(alembic({ context: { transactionPerMigration: true } }), 'b');
    expect(short(preview)).toEqual(['a: createTable/0 | 0', 'b: createTable/1 | 1']);
    expect(unitsOf(preview)).toEqual(['tx a, migration', 'tx b, migration']);
    expect(preview.units.map(({ commit }) => commit?.revision)).toEqual(['a', 'b']);
  });

  test('autocommit blocks: what is committed before, what is by itself, and where its row is written', async () => {
    const up = [
      'op.createTable("x", [column("id", integer())]);',
      `  op.getContext().autocommitBlock(async () => { // line 10`,
      '    op.execute("one");',
      `    await ${block}(() => { op.execute("nested"); });`,
      '    await op.execute("two");',
      '  });',
      '  op.execute("three");',
    ].join('\n');
    const files = chain('a', ['b', { up }], ['c', { up: `${block}(() => { op.execute('only'); });` }]);
    const { alembic } = await workspace(kind, files);
    const together = await previewOf(alembic());
    expect(short(together)).toEqual([
      'a: createTable/0 | 0',
      'b: createTable/0 execute/1 execute/1 execute/1 execute/2 | 2',
      'c: execute/3 | 4',
    ]);
    expect(unitsOf(together)).toEqual([
      'tx a b, autocommitBlock:10',
      'none b',
      'tx b, autocommitBlock:9',
      'none c',
      'tx c, run',
    ]);
    expect(together.units.map(({ isAtomic }) => isAtomic)).toEqual([true, false, true, false, true]);
    expect(together.units[0]?.commit).toMatchObject({ revision: 'b', file: expect.stringMatching(/b\.ts$/) });
    const apart = await previewOf(alembic({ context: { transactionPerMigration: true } }));
    expect(unitsOf(apart)).toEqual([
      'tx a, migration',
      'tx b, autocommitBlock:10',
      'none b',
      'tx b, migration',
      'none c',
      'tx c, migration',
    ]);
  });

  test('where changes of the schema cannot be rolled back, no unit is said to be', async () => {
    const { alembic } = await workspace(kind, chain('a', 'b'));
    const preview = await previewOf(alembic({ context: { transactionalDdl: false } }));
    expect(unitsOf(preview)).toEqual(['tx a, migration', 'tx b, migration']);
    expect(preview.units.map(({ isAtomic }) => isAtomic)).toEqual([false, false]);
  });

  test('what destroys data says so', async () => {
    const up = [
      'op.dropTable("old");',
      'op.dropColumn("t_a", "x");',
      'op.addColumn("t_a", column("y", integer()));',
      'op.alterColumn("t_a", "z", { type: integer(), existingType: text() });',
      'op.execute("delete from t_a");',
      'op.batchAlterTable("t_a", (batch) => { batch.dropColumn("p"); batch.dropColumn("q"); });',
    ].join(' ');
    const { alembic } = await workspace(kind, chain(['a', { up }]));
    const { steps } = await previewOf(alembic());
    expect(
      steps[0]?.operations.map(({ destroys }) =>
        destroys.map(({ what, isCertain }) => `${what}${isCertain ? '' : '?'}`),
      ),
    ).toEqual([
      ["table 'old' and its rows"],
      ["column 'x' of table 't_a' and its values"],
      [],
      ["what the new type of column 'z' of table 't_a' can't hold?"],
      ["what its SQL says, which isn't read?"],
      ["column 'p' of table 't_a' and its values", "column 'q' of table 't_a' and its values"],
    ]);
  });

  const asks: readonly [what: string, code: string][] = [
    ['a query', 'await op.getBind().query("select 1");'],
    ['a query by its then', 'op.getBind().query("select 1").then(() => op.execute("never"));'],
    ['a reflection', 'await op.getBind().inspect();'],
    ['current heads', 'await op.getContext().getCurrentHeads();'],
    ['a query of Kysely', 'await op.getBind().kysely().selectFrom("t").selectAll().execute();'],
    ['the driver itself', 'const raw = op.getBind().raw;'],
    ['the connection', 'await op.getContext().connection.query("drop table t_a");'],
    ['the connection, which it closes', 'await op.getContext().close();'],
    [
      'the connection of the application',
      'await args.alembic.migrationContext.connection.exec("drop table t_a");',
    ],
    ['whether it is in a transaction', 'op.getContext().connection.inTransaction;'],
    [
      'a query, in a savepoint',
      'await op.getBind().savepoint(async () => { await op.getBind().query("select 1"); });',
    ],
    [
      'a query, in a savepoint whose failure it catches',
      `await op.getBind().savepoint(async () => { await op.getBind().query("select 1"); }).catch(() => {}); ${block}(() => { op.execute("never"); });`,
    ],
    [
      'a query, in an autocommit block',
      `await ${block}(async () => { await op.getBind().query("select 1"); });`,
    ],
    ['a query, whose failure it catches', 'try { await op.getBind().query("select 1"); } catch {}'],
    [
      'a query that was not awaited at once',
      'const q = op.getBind().query("select 1"); await op.execute("between"); try { await q; } catch {}',
    ],
    ['the driver, whose refusal it catches', 'try { op.getBind().raw; } catch {}'],
  ];
  test.each(asks)(
    'where a revision needs %s, what comes after is not invented, and the next goes on',
    async (_, code) => {
      const up = `op.execute("before");\n  ${code}\n  op.execute("after");`;
      const { database, alembic } = await workspace(kind, chain('a', ['b', { up, async: true }], 'c'));
      const migrations = alembic();
      await migrations.upgrade('a');
      const before = await contents(database);
      let preview: Preview | undefined;
      const sent = await statementsOf(async () => {
        preview = await previewOf(migrations, 'heads', { args: { alembic: migrations } });
      });
      expect(sent).toEqual(['SELECT "version_num" FROM "alembic_version"']);
      const [b, c] = preview!.steps;
      const ran = b!.operations.map(
        ({ operation, sql }) => (operation as { sql?: string } | null)?.sql ?? sql,
      );
      expect(ran).toEqual(code.includes('between') ? ['before', 'select 1', 'between'] : ['before']);
      expect(b?.unknownFrom).toMatchObject({
        code: 'NEEDS_DATABASE',
        revision: 'b',
        line: 10,
        file: expect.stringMatching(/b\.ts$/),
      });
      expect(c).toMatchObject({ unknownFrom: null, operations: [{ operation: { kind: 'createTable' } }] });
      expect(preview).toMatchObject({
        problems: [],
        units: expect.arrayContaining([expect.objectContaining({ isComplete: false })]),
      });
      // a block that comes after it isn't known of
      expect(preview!.units).toHaveLength(code.startsWith(`await ${block}`) ? 3 : 1);
      expect(await contents(database)).toEqual(before);
    },
  );

  test('a query that nobody waits for, and a script, are told and passed by', async () => {
    const up =
      'op.getBind().query("update t set a = 1"); await op.getBind().exec("script"); op.getContext().execute("more"); op.execute("last");';
    const { alembic } = await workspace(kind, chain(['a', { up, async: true }]));
    const { steps, units } = await previewOf(alembic());
    expect(steps[0]?.unknownFrom).toBeNull();
    expect(steps[0]?.operations).toMatchObject([
      { operation: null, sql: 'update t set a = 1', line: 9, destroys: [{ isCertain: false }] },
      { operation: null, sql: 'script' },
      { operation: null, sql: 'more' },
      { operation: { kind: 'execute', sql: 'last' }, sql: null },
    ]);
    expect(units.map(({ isComplete }) => isComplete)).toEqual([true]);
  });

  test('what is rolled back to a savepoint is not told', async () => {
    const up = [
      'await op.getBind().savepoint(() => { op.execute("kept"); });',
      'await op.getBind().savepoint(async () => { op.execute("undone"); throw new Error("undo"); }).catch(() => {});',
      'await op.getContext().beginTransaction(async () => { await op.execute("kept too"); });',
    ].join(' ');
    const { alembic } = await workspace(kind, chain(['a', { up, async: true }]));
    const { steps, problems } = await previewOf(alembic());
    expect(
      steps[0]?.operations.map(({ operation }) => (operation as unknown as { sql: string }).sql),
    ).toEqual(['kept', 'kept too']);
    expect(problems).toEqual([]);
  });

  test('what the code itself throws is what the run fails with', async () => {
    const files = chain(
      ['a', { up: 'op.execute("one"); await op.execute("two"); throw new TypeError("odd");', async: true }],
      ['b', { up: 'op.dropTable("" as string);' }],
      ['c', { up: 'op.execute("x"); op.invoke({ kind: "nothing" });' }],
      'd',
    );
    const { alembic } = await workspace(kind, files);
    const migrations = alembic();
    const preview = await previewOf(migrations);
    expect(preview.problems).toMatchObject([
      { code: 'MIGRATION_FAILED', message: 'odd', revision: 'a', line: 9, operation: null },
      { code: 'MIGRATION_FAILED', revision: 'b', line: 9 },
      { code: 'MIGRATION_FAILED', revision: 'c', line: 9 },
    ]);
    expect(short(preview).at(-1)).toBe('d: createTable/0 | 0');
    const [first] = preview.problems;
    const error = await failure(() => migrations.upgrade(), first!.code);
    expect(error.details).toMatchObject({ revision: 'a', line: 9 });
  });

  test('a run is refused while a preview is at it, from within', async () => {
    const up = 'await args.alembic.upgrade();';
    const { alembic } = await workspace(kind, chain(['a', { up, async: true }]));
    const migrations = alembic();
    const { problems } = await previewOf(migrations, 'heads', { args: { alembic: migrations } });
    expect(problems).toMatchObject([
      { revision: 'a', message: expect.stringContaining("can't run other migrations") },
    ]);
    const all = await Promise.all([
      migrations.preview('a', { args: {} }),
      migrations.current(),
      migrations.preview(),
    ]);
    expect(all.map((each) => each.length)).toEqual([1, 0, 1]);
  });

  test('of several databases: each by itself, in one group', async () => {
    const databases = [await testDatabase(kind), await testDatabase(kind)] as const;
    const [users, billing] = databases;
    const engines = { users: users.url, billing: billing.url };
    const files = {
      ...chain('a', [
        'b',
        {
          up: '',
          before: `export const upgrades = { users(op: any) { op.execute('users'); op.execute(op.getContext().key); }, billing(op: any, args: any) { ${block}(() => { op.execute(args.engineName); }); } };`,
          down: 'op.execute("down");',
        },
      ]),
      'migrations/c.ts': migration('c', {
        downRevision: 'b',
        up: 'args.alembic.ops.get("users").execute("other");',
      }),
    };
    const alembic = closed(
      new Alembic({ rootPath: project(files) }, { engines, context: { lockTimeout: 2000 } }),
    );
    await alembic.upgrade('a');
    const before = await Promise.all(databases.map(contents));
    const previews = await alembic.preview('heads', { args: { alembic } });
    expect(previews.map(({ engineName }) => engineName)).toEqual(['users', 'billing']);
    expect(previews.map(short)).toEqual([
      ['b: execute/0 execute/0 | 0', 'c: execute/0 | 0'],
      ['b: execute/0 | 1', 'c: | 1'],
    ]);
    expect(previews[1]?.steps[0]?.operations[0]?.operation).toEqual({ kind: 'execute', sql: 'billing' });
    expect(previews.map(unitsOf)).toEqual([['tx b c, run'], ['none b', 'tx b c, run']]);
    // a step may only use its own database, as in a run
    expect(previews.map(({ problems }) => problems.map(({ code, revision }) => [code, revision]))).toEqual([
      [],
      [['MIGRATION_FAILED', 'c']],
    ]);
    expect(await Promise.all(databases.map(contents))).toEqual(before);
  });

  test('where the database commits by itself around changes of the schema, as its dialect says', async () => {
    const up = [
      'op.bulkInsert("t", [{ a: 1 }]);',
      'op.createTable("t1", [column("id", integer())]);',
      'op.createTable("t2", [column("id", integer())]);',
      'op.bulkInsert("t", [{ a: 2 }]);',
      'op.batchAlterTable("t1", (batch) => { batch.addColumn(column("x", text())); });',
    ].join('\n  ');
    const { database, alembic } = await workspace(kind, chain(['a', { up }], 'b'));
    const engine = createEngine(database.url);
    const { dialect } = engine;
    const committing = {
      ...dialect,
      capabilities: { ...dialect.capabilities, transactionalDdl: false },
      atomicity: (operation: Operation) => (operation.kind === 'bulkInsert' ? 'transaction' : 'commits'),
    };
    const engines = Object.create(engine, { dialect: { value: committing } }) as typeof engine;
    onTestFinished(() => engine.dispose());
    const preview = await previewOf(alembic({ engines }));
    expect(short(preview)).toEqual([
      'a: bulkInsert/0 createTable/1 createTable/1 bulkInsert/2 batch/3 | 4',
      'b: createTable/5 | 6',
    ]);
    expect(unitsOf(preview)).toEqual([
      'tx a, implicit:10',
      'none a',
      'tx a, implicit:13',
      'none a',
      'tx a, migration',
      'none b',
      'tx b, migration',
    ]);
    expect(preview.units.map(({ isAtomic }) => isAtomic)).toEqual([
      true,
      false,
      true,
      false,
      true,
      false,
      true,
    ]);
  });
});

describeOn(['sqlite', 'pglite'], 'preview of a database that is not there yet', (kind) => {
  test('does not make it', async () => {
    const root = project(chain('a'));
    const path = join(root, 'data');
    const alembic = closed(new Alembic({ rootPath: root }, { engines: `${kind}:${path}` }));
    const preview = await previewOf(alembic);
    expect(preview).toMatchObject({ database: `${kind}:${path}`, heads: null, steps: [{ revision: 'a' }] });
    expect(existsSync(path)).toBe(false);
    await alembic.upgrade();
    expect(await previewOf(alembic)).toMatchObject({ heads: ['a'], steps: [] });
    await failure(
      () => closed(new Alembic({ rootPath: root }, { engines: `sqlite:${root}/none/data.db` })).preview(),
      'CANNOT_OPEN',
    );
    await failure(
      () => closed(new Alembic({ rootPath: root }, { engines: `sqlite:${root}/none.db?mode=ro` })).preview(),
      'CANNOT_OPEN',
    );
  });
});
