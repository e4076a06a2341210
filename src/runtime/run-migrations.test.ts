import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  createDatabase,
  type DatabaseKind,
  databaseKinds,
  describeOn,
  type TestDatabase,
} from '../../test/support/databases.ts';
import { quietLogs, type TestContext, TestHistory, type TestRevision } from '../../test/support/history.ts';
import { createEngine } from '../environment/create-engine.ts';
import { MigrationError } from '../errors.ts';
import { planUpgrade } from '../revisions/index.ts';
import { column, integer, string } from '../schema/index.ts';
import type { RuntimeOptions } from './context.ts';

beforeAll(quietLogs);

const here = fileURLToPath(import.meta.url);
const id = () => column('id', integer(), { primaryKey: true });

const line = (marked: string): number =>
  readFileSync(here, 'utf8')
    .split('\n')
    .findIndex((text) => text.includes(`// ${marked}`)) + 1;

async function failure(promise: Promise<unknown>): Promise<MigrationError> {
  return promise.then(
    () => expect.fail('it should have failed'),
    (error) => error,
  );
}

/** What runs SQL on a driver's own object. */
const runs = {
  sqlite: 'exec',
  postgresql: 'query',
  'postgresql-server': 'query',
  'postgres.js': 'unsafe',
} as const;
type Runner = { [Name in (typeof runs)[keyof typeof runs]]: (text: string, ...rest: unknown[]) => unknown };

/** What a context's client sends to PostgreSQL from now on. */
async function sentScripts(context: TestContext, kind: keyof typeof runs): Promise<readonly string[]> {
  const scripts: string[] = [];
  const client = (await context.connection.open()).raw as Runner;
  const run = client[runs[kind]];
  client[runs[kind]] = (text, ...rest) => {
    scripts.push(text);
    return run.call(client, text, ...rest);
  };
  return scripts;
}

const chain: { readonly [id: string]: TestRevision } = {
  r1: { upgrade: (op) => op.createTable('t1', [id()]), downgrade: (op) => op.dropTable('t1') },
  r2: { upgrade: (op) => op.createTable('t2', [id()]), downgrade: (op) => op.dropTable('t2') },
  r3: { upgrade: (op) => op.createTable('t3', [id()]), downgrade: (op) => op.dropTable('t3') },
};

describeOn([...databaseKinds, 'postgres.js'], 'running migrations', (kind: DatabaseKind) => {
  /** A database of the test's own, with a context over it. */
  async function setUp(revisions: { readonly [id: string]: TestRevision }, options: RuntimeOptions = {}) {
    const database = await createDatabase(kind);
    const history = new TestHistory(revisions, here);
    const context = history.context(database.url, options);
    return {
      database,
      history,
      context,
      [Symbol.asyncDispose]: async () => {
        await context.close();
        await database.drop();
      },
    };
  }

  async function tables(database: TestDatabase): Promise<string[]> {
    const sql =
      kind === 'sqlite'
        ? "SELECT name FROM sqlite_master WHERE type = 'table'"
        : "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'";
    return (await database.query<{ name: string }>(sql)).map((row) => row.name).sort();
  }

  async function rows(database: TestDatabase): Promise<string[]> {
    return (await database.query<{ version_num: string }>('SELECT * FROM alembic_version'))
      .map((row) => row.version_num)
      .sort();
  }

  test('up and down, with the rows of the version table', async () => {
    await using all = await setUp(chain);
    const { history, context, database } = all;
    expect(await context.getCurrentHeads()).toEqual([]);
    const up = await history.upgrade(context);
    expect(up.get('default')).toMatchObject({
      heads: ['r3'],
      steps: [{ revision: 'r1' }, { revision: 'r2' }, { revision: 'r3' }],
    });
    expect(await tables(database)).toEqual(['alembic_version', 't1', 't2', 't3']);
    expect(await rows(database)).toEqual(['r3']);
    expect(await context.getCurrentRevision()).toBe('r3');
    await history.downgrade(context, 'r1');
    expect(await tables(database)).toEqual(['alembic_version', 't1']);
    expect(await rows(database)).toEqual(['r1']);
    await history.downgrade(context, 'base');
    expect(await tables(database)).toEqual(['alembic_version']);
    expect(await rows(database)).toEqual([]);
  });

  test('the version table is that of Alembic', async () => {
    await using all = await setUp(chain);
    await all.history.upgrade(all.context, 'r1');
    const [made] = (await all.context.bind.inspect()).tables.filter(
      (table) => table.name === 'alembic_version',
    );
    expect(made).toMatchObject({
      columns: [{ name: 'version_num', type: { name: 'string', length: 32 }, nullable: false }],
      constraints: [{ kind: 'primaryKey', columns: ['version_num'], name: 'alembic_version_pkc' }],
    });
  });

  test('versionTable, versionTablePk', async () => {
    await using all = await setUp(chain, { versionTable: 'my "versions"', versionTablePk: false });
    await all.history.upgrade(all.context);
    expect(await all.context.getCurrentHeads()).toEqual(['r3']);
    const found = (await all.context.bind.inspect()).table({ schema: null, name: 'my "versions"' });
    expect(found?.constraints).toEqual([]);
  });

  test('nothing to do is one query', async () => {
    await using all = await setUp(chain);
    await all.history.upgrade(all.context);
    const connection = await all.context.connection.open();
    const ran: string[] = [];
    const { query, exec } = connection;
    connection.query = ((sql: string, parameters) => {
      ran.push(sql);
      return query.call(connection, sql, parameters);
    }) as typeof query;
    connection.exec = (sql) => {
      ran.push(sql);
      return exec.call(connection, sql);
    };
    await all.history.upgrade(all.context);
    expect(ran).toEqual(['SELECT "version_num" FROM "alembic_version"']);
  });

  test('branches, a dependency and a merge change the rows as Alembic does', async () => {
    await using all = await setUp({
      a1: { branchLabels: ['a'] },
      b1: { downRevision: null, branchLabels: ['b'] },
      a2: { downRevision: 'a1', dependsOn: 'b1' },
      b2: { downRevision: 'b1' },
      m: { downRevision: ['a2', 'b2'] },
    });
    const { history, context, database } = all;
    await history.upgrade(context, 'a2');
    expect(await rows(database)).toEqual(['a2']);
    await history.upgrade(context, 'b2');
    expect(await rows(database)).toEqual(['a2', 'b2']);
    await history.upgrade(context);
    expect(await rows(database)).toEqual(['m']);
    await history.downgrade(context, 'b2');
    expect(await rows(database)).toEqual(['a2', 'b2']);
    await expect(context.getCurrentRevision()).rejects.toMatchObject({ code: 'MULTIPLE_HEADS' });
  });

  test('a failing migration leaves the database exactly as it was, and says where it failed', async () => {
    await using all = await setUp({
      ...chain,
      r4: {
        upgrade: async (op) => {
          op.createTable('t4', [id()]);
          op.execute('INSERT INTO t1 (id) VALUES (1)');
          await op.execute('INSERT INTO missing VALUES (1)'); // fails
          op.createTable('t5', [id()]);
        },
      },
    });
    const { history, context, database } = all;
    await history.upgrade(context, 'r1');
    const before = [await database.schema(), await database.rows()];
    const error = await failure(history.upgrade(context));
    expect([await database.schema(), await database.rows()]).toEqual(before);
    expect(error).toBeInstanceOf(MigrationError);
    expect(error.code).toBe('MIGRATION_FAILED');
    expect(error.cause).toMatchObject({ code: 'NO_SUCH_TABLE' });
    expect(error.details).toMatchObject({
      revision: 'r4',
      file: here,
      line: line('fails'),
      operation: 'execute',
      sql: 'INSERT INTO missing VALUES (1)',
      isRolledBack: true,
      databases: [{ heads: ['r1'], committed: [], partial: null }],
    });
    expect(error.message).toMatch(/rolled back/);
    expect(error.message).toContain('r1');
    expect(await context.getCurrentHeads()).toEqual(['r1']);
    // and the connection is fit for more
    await history.upgrade(context, 'r3');
    expect(await rows(database)).toEqual(['r3']);
  });

  test('a failure of the very first migration leaves nothing behind', async () => {
    await using all = await setUp({ r1: { upgrade: (op) => void op.execute('SELECT wrong') } });
    await failure(all.history.upgrade(all.context));
    expect(await tables(all.database)).toEqual([]);
  });

  test('a failure among many operations that nobody awaits names the right one', async () => {
    await using all = await setUp({
      r1: {
        upgrade: (op) => {
          op.createTable('t1', [id(), column('n', string(5))]);
          op.createIndex('ix_t1_n', 't1', ['n']);
          op.createIndex('ix_t1_n', 't1', ['n']); // the second
          op.createTable('t2', [id()]);
        },
      },
    });
    const error = await failure(all.history.upgrade(all.context));
    expect(error.details).toMatchObject({
      operation: 'createIndex',
      line: line('the second'),
      revision: 'r1',
    });
    expect(await tables(all.database)).toEqual([]);
  });

  test('transactionPerMigration: what came before the failed one is committed, and the error says so', async () => {
    await using all = await setUp(
      { ...chain, r4: { upgrade: (op) => void op.execute('SELECT wrong') } },
      { transactionPerMigration: true },
    );
    const error = await failure(all.history.upgrade(all.context));
    expect(await rows(all.database)).toEqual(['r3']);
    expect(error.details).toMatchObject({
      isRolledBack: false,
      databases: [{ heads: ['r3'], committed: ['r1', 'r2', 'r3'] }],
    });
    expect(error.message).toContain('Committed: r1, r2, r3');
  });

  test('autocommitBlock commits what ran before it, runs outside of a transaction, and begins anew', async () => {
    const seen: boolean[] = [];
    await using all = await setUp({
      ...chain,
      r4: {
        upgrade: async (op) => {
          op.createTable('t4', [id()]);
          await op.getContext().autocommitBlock(async () => {
            seen.push(op.getContext().connection.inTransaction);
            await op.execute('VACUUM');
            seen.push(op.getContext().connection.inTransaction);
          });
          await op.createTable('t5', [id()]);
          seen.push(op.getContext().connection.inTransaction);
        },
      },
    });
    await all.history.upgrade(all.context);
    expect(seen).toEqual([true, false, true]);
    expect(await rows(all.database)).toEqual(['r4']);
    expect(await tables(all.database)).toContain('t5');
  });

  test('a failure after an autocommitBlock says what is committed', async () => {
    await using all = await setUp({
      ...chain,
      r4: {
        upgrade: (op) => {
          op.createTable('t4', [id()]);
          op.getContext().autocommitBlock(() => {
            op.execute('VACUUM');
          });
          op.execute('SELECT wrong');
        },
      },
    });
    const error = await failure(all.history.upgrade(all.context));
    expect(await rows(all.database)).toEqual(['r3']);
    expect(await tables(all.database)).toEqual(['alembic_version', 't1', 't2', 't3', 't4']);
    expect(error.details).toMatchObject({
      databases: [{ committed: ['r1', 'r2', 'r3'], partial: 'r4', heads: ['r3'] }],
    });
    expect(error.message).toMatch(/Of r4, .*committed/);
  });

  test('a transaction that an autocommitBlock leaves open is rolled back, and said', async () => {
    await using all = await setUp({
      ...chain,
      r4: {
        upgrade: (op) => {
          op.getContext().autocommitBlock(() => {
            op.execute('BEGIN');
            op.execute('CREATE TABLE open_end (a integer)');
          });
          op.createTable('t4', [id()]);
        },
      },
    });
    const error = await failure(all.history.upgrade(all.context));
    expect(error).toMatchObject({ code: 'IN_TRANSACTION', message: expect.stringMatching(/left .* open/) });
    expect(all.context.connection.inTransaction).toBe(false);
    expect(await tables(all.database)).toEqual(['alembic_version', 't1', 't2', 't3']);
  });

  test("a user's own connection in a transaction is refused, and the transaction stays open", async () => {
    await using all = await setUp(chain);
    const connection = await createEngine(all.database.engine).connect();
    const context = all.history.context(connection.raw as object);
    await connection.exec('BEGIN');
    await connection.exec('CREATE TABLE mine (a integer)');
    const error = await failure(all.history.upgrade(context));
    expect(error.code).toBe('IN_TRANSACTION');
    const outside = context.op.createTable('t9', [id()]);
    await expect(Promise.resolve(outside)).rejects.toMatchObject({ code: 'IN_TRANSACTION' });
    await connection.exec('COMMIT');
    expect(await tables(all.database)).toEqual(['mine']);
    await context.close();
    await connection.close();
  });

  const enders: readonly (readonly [name: string, TestRevision])[] = [
    ['by a COMMIT in execute', { upgrade: (op) => void op.execute('COMMIT') }],
    [
      'by a COMMIT among other operations',
      {
        upgrade: (op) => {
          op.createTable('t4', [id()]);
          op.execute('COMMIT');
          op.createTable('t5', [id()]);
        },
      },
    ],
    [
      'by a COMMIT and a BEGIN, so that there is one again',
      {
        upgrade: (op) => {
          op.createTable('before', [id()]);
          op.execute("SELECT 'a; COMMIT' AS text"); // only says so
          op.execute('COMMIT'); // ends by a COMMIT and a BEGIN, so that there is one again
          op.execute('BEGIN');
        },
      },
    ],
    [
      'through getBind',
      {
        upgrade: async (op) => {
          await op.getBind().query('SELECT 1 AS one');
          await op.getBind().exec('COMMIT; BEGIN'); // ends through getBind
        },
      },
    ],
    [
      "through the driver's own object",
      {
        upgrade: async (op) => {
          await (op.getBind().raw as Runner)[runs[kind as keyof typeof runs]]('COMMIT');
        },
      },
    ],
    ['by a ROLLBACK', { upgrade: (op) => void op.execute('ROLLBACK') }], // ends by a ROLLBACK
  ];
  test.each(enders)(
    'a migration that ends our transaction behind our back is found out: %s',
    async (name, r4) => {
      await using all = await setUp({ ...chain, r4 });
      const error = await failure(all.history.upgrade(all.context));
      expect(error).toMatchObject({
        code: 'TRANSACTION_LOST',
        details: { revision: 'r4', isRolledBack: false },
      });
      expect(all.context.connection.inTransaction).toBe(false);
      expect(error.message).toMatch(/may be committed/);
      // where it was our own call that did it, it is named
      const ending = line(`ends ${name}`);
      if (ending > 0) expect(error.message).toContain(`${here}:${ending}`);
    },
  );

  test('savepoint: what fails in it is undone, and the step goes on', async () => {
    await using all = await setUp({
      r1: {
        upgrade: async (op) => {
          op.createTable('t1', [id()]);
          const bind = op.getBind();
          const failed = bind.savepoint(async () => {
            op.createTable('t2', [id()]);
            await op.execute('SELECT wrong');
          });
          await failed.catch(() => {});
          const kept = await bind.savepoint(async () => {
            op.createTable('t3', [id()]);
            return 'value';
          });
          expect(kept).toBe('value');
          op.createTable('t4', [id()]);
        },
      },
    });
    await all.history.upgrade(all.context);
    expect(await tables(all.database)).toEqual(['alembic_version', 't1', 't3', 't4']);
  });

  test("a savepoint's failure that nobody awaits fails the step", async () => {
    await using all = await setUp({
      r1: {
        upgrade: (op) => {
          op.getBind().savepoint(() => {
            op.execute('SELECT wrong');
          });
          op.createTable('t1', [id()]);
        },
      },
    });
    expect((await failure(all.history.upgrade(all.context))).details).toMatchObject({ sql: 'SELECT wrong' });
    expect(await tables(all.database)).toEqual([]);
  });

  test('onVersionApply is told of each step, within its transaction', async () => {
    const told: unknown[] = [];
    await using all = await setUp(chain, {
      onVersionApply: [
        async ({ ctx, step, heads, runArgs }) => {
          told.push([
            step.isUpgrade,
            step.upRevisionId,
            step.downRevisionIds,
            [...heads],
            runArgs,
            await ctx.getCurrentHeads(),
          ]);
        },
      ],
    });
    await all.history.upgrade(all.context, 'r2', { tenant: 'x' });
    await all.history.downgrade(all.context, 'r1');
    expect(told).toEqual([
      [true, 'r1', [], ['r1'], { tenant: 'x' }, ['r1']],
      [true, 'r2', ['r1'], ['r2'], { tenant: 'x' }, ['r2']],
      [false, 'r2', ['r1'], ['r1'], {}, ['r1']],
    ]);
  });

  test('runMigrations asks its function once, under the lock, and passes its arguments on', async () => {
    const got: unknown[] = [];
    const r1: TestRevision = { upgrade: (_, args) => got.push(args) };
    await using all = await setUp({ r1 });
    let asked = 0;
    const report = await all.context.runMigrations(
      async (heads, context) => {
        asked++;
        expect(context.connection.inTransaction).toBe(true);
        expect(await context.getCurrentHeads()).toEqual([]);
        return planUpgrade(all.history.revisionMap, heads, 'heads');
      },
      { tenant: 'x' },
    );
    expect([asked, got, report.heads]).toEqual([1, [{ tenant: 'x' }], ['r1']]);
  });

  test('stamp writes rows only; purge forgets rows that no file knows', async () => {
    await using all = await setUp(chain);
    await all.context.stamp(all.history, 'r2');
    expect(await tables(all.database)).toEqual(['alembic_version']);
    expect(await rows(all.database)).toEqual(['r2']);
    await all.database.exec("UPDATE alembic_version SET version_num = 'unknown'");
    await expect(all.context.stamp(all.history, 'r3')).rejects.toMatchObject({ code: 'REVISION_NOT_FOUND' });
    await all.context.stamp(all.history, 'r3', { purge: true });
    expect(await rows(all.database)).toEqual(['r3']);
  });

  test('a migration that changes the version table itself is a conflict', async () => {
    await using all = await setUp({
      ...chain,
      r4: { upgrade: (op) => void op.execute('DELETE FROM alembic_version') },
    });
    await all.history.upgrade(all.context, 'r3');
    const error = await failure(all.history.upgrade(all.context));
    expect(error).toMatchObject({ code: 'VERSION_CONFLICT', details: { isRolledBack: true } });
    expect(await rows(all.database)).toEqual(['r3']);
  });

  test('another row than ours after an autocommitBlock is a conflict: nothing runs a second time', async () => {
    await using all = await setUp({
      ...chain,
      r4: {
        upgrade: async (op) => {
          await op.getContext().autocommitBlock(async () => {
            await op.execute('SELECT 1');
            await all.database.exec("UPDATE alembic_version SET version_num = 'r1'");
          });
          await op.createTable('t4', [id()]);
        },
      },
    });
    const error = await failure(all.history.upgrade(all.context));
    expect(error).toMatchObject({
      code: 'VERSION_CONFLICT',
      details: { databases: [{ committed: ['r1', 'r2', 'r3'], partial: 'r4', heads: ['r1'] }] },
    });
    expect(await rows(all.database)).toEqual(['r1']);
    expect(await tables(all.database)).not.toContain('t4');
  });

  test('what another runner finished while we were in an autocommitBlock is not done again', async () => {
    await using all = await setUp({
      ...chain,
      r4: {
        upgrade: async (op) => {
          await op.getContext().autocommitBlock(async () => {
            await op.execute('SELECT 1');
            await all.database.exec("UPDATE alembic_version SET version_num = 'r4'");
          });
          await op.createTable('t4', [id()]);
        },
      },
    });
    const report = await all.history.upgrade(all.context);
    expect(report.get('default')).toMatchObject({
      heads: ['r4'],
      steps: ['r1', 'r2', 'r3'].map((revision) => ({ revision })),
    });
    expect(await tables(all.database)).not.toContain('t4');
  });

  test('upgrade called several times at once runs everything once', async () => {
    let ran = 0;
    await using all = await setUp({
      ...chain,
      r4: {
        upgrade: async (op) => {
          ran++;
          await sleep(20);
          op.createTable('t4', [id()]);
        },
      },
    });
    const others: TestContext[] = [1, 2, 3].map(() => all.history.context(all.database.url));
    await Promise.all([all.context, all.context, ...others].map((context) => all.history.upgrade(context)));
    for (const context of others) await context.close();
    expect(ran).toBe(1);
    expect(await rows(all.database)).toEqual(['r4']);
  });

  test('several at once with a transaction for each migration share the work', async () => {
    const ran: string[] = [];
    const slow = (name: string): TestRevision => ({
      upgrade: async (op) => {
        ran.push(name);
        await op.createTable(name, [id()]);
        await sleep(5);
      },
    });
    const names = ['s1', 's2', 's3', 's4', 's5'];
    await using all = await setUp(Object.fromEntries(names.map((name) => [name, slow(name)])));
    const contexts = [1, 2, 3].map(() =>
      all.history.context(all.database.url, { transactionPerMigration: true }),
    );
    await Promise.all(contexts.map((context) => all.history.upgrade(context)));
    for (const context of contexts) await context.close();
    expect(ran).toEqual(names);
    expect(await rows(all.database)).toEqual(['s5']);
  });

  test('waiting for the lock has a limit, and says so', async () => {
    await using all = await setUp({ r1: { upgrade: () => sleep(300) } });
    const other = all.history.context(all.database.url, { lockTimeout: 50 });
    const first = all.history.upgrade(all.context);
    await sleep(100);
    await expect(all.history.upgrade(other)).rejects.toMatchObject({ code: 'LOCK_TIMEOUT' });
    await first;
    await other.close();
    expect(await rows(all.database)).toEqual(['r1']);
  });

  test('a run inside of its own step is refused', async () => {
    await using all = await setUp(chain);
    const history = new TestHistory({ x1: { upgrade: () => all.history.upgrade(all.context) } });
    const error = await failure(history.upgrade(all.context));
    expect(error.cause).toMatchObject({ code: 'CONTEXT_BUSY' });
  });

  test('to make the version table inside of a step is refused, and waits for nothing', async () => {
    await using all = await setUp(chain);
    const history = new TestHistory({ x1: { upgrade: () => all.context.ensureVersionTable() } });
    const error = await failure(history.upgrade(all.context));
    expect(error.cause).toMatchObject({ code: 'CONTEXT_BUSY' });
    await all.context.ensureVersionTable();
    expect(await rows(all.database)).toEqual([]);
  });

  test('the connection is opened when it is used, and again after a close', async () => {
    await using all = await setUp(chain);
    const { context } = all;
    expect(context.connection.isOpen).toBe(false);
    await context.getCurrentHeads();
    expect(context.connection.isOpen).toBe(true);
    await context.connection.close();
    expect(context.connection.isOpen).toBe(false);
    await all.history.upgrade(context);
    expect(await context.getCurrentHeads()).toEqual(['r3']);
  });

  describe('several databases', () => {
    async function pair(revisions: { readonly [id: string]: TestRevision }, options: RuntimeOptions = {}) {
      const one = await createDatabase(kind);
      const two = await createDatabase(kind);
      const history = new TestHistory(revisions, here);
      const contexts = [
        history.context(one.url, options, 'one'),
        history.context(two.url, options, 'two'),
      ] as const;
      return {
        one,
        two,
        history,
        contexts,
        [Symbol.asyncDispose]: async () => {
          for (const context of contexts) await context.close();
          await one.drop();
          await two.drop();
        },
      };
    }

    test('a function for all gets the key, a map has one for each', async () => {
      const got: unknown[] = [];
      await using all = await pair({
        r1: {
          upgrade: (op, args) => {
            got.push(args);
            op.createTable(`t_${String(args.engineName)}`, [id()]);
          },
        },
        r2: {
          upgrade: {
            two: (op, args) => {
              got.push(args);
              op.createTable('t2', [id()]);
            },
          },
        },
      });
      await all.history.upgrade(all.contexts, 'heads', { tenant: 'x' });
      expect(await tables(all.one)).toEqual(['alembic_version', 't_one']);
      expect(await tables(all.two)).toEqual(['alembic_version', 't2', 't_two']);
      expect([await rows(all.one), await rows(all.two)]).toEqual([['r2'], ['r2']]);
      expect(got).toEqual([
        { tenant: 'x', engineName: 'one' },
        { tenant: 'x', engineName: 'two' },
        { tenant: 'x', engineName: 'two' },
      ]);
    });

    test('every transaction begins before any step runs, and a failure on one rolls all back', async () => {
      let open: boolean | undefined;
      await using all = await pair({
        r1: {
          upgrade: {
            one: (op) => {
              open = all.contexts[1].connection.inTransaction;
              op.createTable('t1', [id()]);
            },
            two: (op) => void op.execute('SELECT wrong'),
          },
        },
      });
      const error = await failure(all.history.upgrade(all.contexts));
      expect(open).toBe(true);
      expect([await tables(all.one), await tables(all.two)]).toEqual([[], []]);
      expect(error.details).toMatchObject({ revision: 'r1', engineName: 'two', isRolledBack: true });
      expect(error.details.databases).toHaveLength(2);
    });

    test('with a transaction for each migration, the error names what is committed where', async () => {
      await using all = await pair(
        {
          r1: {},
          r2: {
            upgrade: {
              one: (op) => op.createTable('t1', [id()]),
              two: (op) => void op.execute('SELECT wrong'),
            },
          },
        },
        { transactionPerMigration: true },
      );
      const error = await failure(all.history.upgrade(all.contexts));
      expect(error.details.databases).toMatchObject([
        { engineName: 'one', committed: ['r1', 'r2'], heads: ['r2'] },
        { engineName: 'two', committed: ['r1'], heads: ['r1'] },
      ]);
      expect([await rows(all.one), await rows(all.two)]).toEqual([['r2'], ['r1']]);
    });

    test("a step can't use another database of its run", async () => {
      await using all = await pair({
        r1: { upgrade: { one: () => all.contexts[1].op.execute('SELECT 1') } },
      });
      const error = await failure(all.history.upgrade(all.contexts));
      expect(error.cause).toMatchObject({ code: 'CONTEXT_BUSY' });
    });
  });
});

describeOn(['postgresql', 'postgresql-server', 'postgres.js'], 'running migrations on PostgreSQL', (kind) => {
  test('what has to run outside of a transaction says so, and runs in an autocommitBlock', async () => {
    await using database = await createDatabase(kind);
    const concurrently = { postgresql: { concurrently: true } };
    const bad = new TestHistory(
      {
        r1: (op) => {
          op.createTable('t1', [id()]);
          op.createIndex('ix', 't1', ['id'], concurrently); // needs it
        },
      },
      here,
    );
    const context = bad.context(database.url);
    const error = await failure(bad.upgrade(context));
    expect(error).toMatchObject({
      code: 'NEEDS_AUTOCOMMIT',
      details: { operation: 'createIndex', line: line('needs it'), isRolledBack: true },
    });
    expect(await context.getCurrentHeads()).toEqual([]);
    const good = new TestHistory({
      r1: async (op) => {
        op.createTable('t1', [id()]);
        await op.getContext().autocommitBlock(() => {
          op.createIndex('ix', 't1', ['id'], concurrently);
        });
      },
    });
    await good.upgrade(context);
    expect(await database.query("SELECT indexname FROM pg_indexes WHERE indexname = 'ix'")).toHaveLength(1);
    await context.close();
  });

  test('versionTableSchema', async () => {
    await using database = await createDatabase(kind);
    await database.exec('CREATE SCHEMA meta');
    const history = new TestHistory(chain);
    const context = history.context(database.url, { versionTableSchema: 'meta' });
    await history.upgrade(context);
    expect(await database.query('SELECT * FROM meta.alembic_version')).toEqual([{ version_num: 'r3' }]);
    expect(await context.getCurrentHeads()).toEqual(['r3']);
    await context.close();
  });

  test('a connection that broke off is replaced at the next use', async () => {
    await using database = await createDatabase(kind);
    const history = new TestHistory(chain);
    const context = history.context(database.url);
    await history.upgrade(context, 'r1');
    const [own] = await context.bind.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await database.exec(`SELECT pg_terminate_backend(${own?.pid})`);
    await sleep(50);
    await expect(context.getCurrentHeads()).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    expect(await context.getCurrentHeads()).toEqual(['r1']);
    await history.upgrade(context);
    expect(await context.getCurrentHeads()).toEqual(['r3']);
    await context.close();
  });

  test('a connection that breaks off in a migration: rolled back by the server, and said so', async () => {
    await using database = await createDatabase(kind);
    const history = new TestHistory({
      r1: async (op) => {
        await op.createTable('t1', [id()]);
        const [own] = await op.getBind().query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
        await database.exec(`SELECT pg_terminate_backend(${own?.pid})`);
        await sleep(50);
        op.createTable('t2', [id()]);
      },
    });
    const context = history.context(database.url);
    const error = await failure(history.upgrade(context));
    expect(error.cause).toMatchObject({ code: 'CONNECTION_LOST' });
    expect(error.details).toMatchObject({ revision: 'r1', isRolledBack: true });
    expect(await context.getCurrentHeads()).toEqual([]);
    await context.close();
  });

  // through postgres.js they are pipelined, one by one
  const ifScripts = test.runIf(kind !== 'postgres.js');
  ifScripts("a step's statements and its version rows are one script", async () => {
    await using database = await createDatabase(kind);
    const history = new TestHistory({
      r1: (op) => {
        op.createTable('t1', [id()]);
        op.execute("INSERT INTO t1 VALUES (1), (length('it''s'))");
        op.createTable('t2', [id()]);
      },
    });
    const context = history.context(database.url);
    const scripts = await sentScripts(context, kind as keyof typeof runs);
    await history.upgrade(context);
    // what the plan knows ends at the text that it can't read
    const [first, second, ...others] = scripts.filter((each) => /CREATE TABLE "t|INSERT/.test(each));
    expect(others).toEqual([]);
    expect(first).toMatch(/"t1".*it''s/s);
    expect(second).toMatch(/"t2".*INSERT INTO "alembic_version"/s);
    await context.close();
  });

  test.each([
    'INSERT INTO t1 VALUES (1) -- a comment',
    'INSERT INTO t1 VALUES (1) /* a comment */',
    'INSERT INTO t1 VALUES (1); INSERT INTO t1 VALUES (2)',
    'INSERT INTO t1 VALUES (length($$a$$))',
    "INSERT INTO t1 VALUES (length(E'\\''))",
    'DO $$ BEGIN END $$',
    'SAVEPOINT mine; INSERT INTO t1 VALUES (1); RELEASE SAVEPOINT mine',
  ])('a statement that may hold more than one command goes by itself: %s', async (text) => {
    await using database = await createDatabase(kind);
    const history = new TestHistory({
      r1: (op) => {
        op.createTable('t1', [id()]);
        op.execute(text);
        op.createTable('t2', [id()]);
      },
    });
    const context = history.context(database.url);
    const scripts = await sentScripts(context, kind as keyof typeof runs);
    await history.upgrade(context);
    expect(scripts).toContain(text);
    await context.close();
  });

  test.each([
    ['fails when it is reached', 'INSERT INTO t1 VALUES (1), (1)'],
    ['is misspelt, which the server sees before it runs anything', 'INSRT INTO t1 VALUES (1)'],
    ['has a quote that is never closed', "INSERT INTO t1 VALUES (1) || 'abc"],
    ['names what is not there', "INSERT INTO t1 SELECT '\u{1F600}é', nothing"],
  ])('a command of a script that %s is the one that the error names', async (_, text) => {
    await using database = await createDatabase(kind);
    const history = new TestHistory({
      r1: (op) => {
        op.createTable('t1', [id()]);
        op.createTable('t2', [id()], { comment: '\u{1F600}' });
        op.execute(text);
        op.execute("INSERT INTO t1 VALUES (length('b'))");
      },
    });
    const context = history.context(database.url);
    expect(await failure(history.upgrade(context))).toMatchObject({ details: { sql: text } });
    expect(await database.query("SELECT 1 FROM pg_tables WHERE tablename LIKE 't_'")).toEqual([]);
    await context.close();
  });

  test("a step's own savepoints stay its own", async () => {
    await using database = await createDatabase(kind);
    const history = new TestHistory({
      r1: async (op) => {
        op.createTable('t1', [id()]);
        op.execute('SAVEPOINT mine');
        await op.createTable('t2', [id()]);
        op.createTable('t3', [id()]);
        op.execute('ROLLBACK TO SAVEPOINT mine');
        op.createTable('t4', [id()]);
      },
    });
    const context = history.context(database.url);
    await history.upgrade(context);
    const found = await database.query<{ name: string }>(
      "SELECT tablename AS name FROM pg_tables WHERE tablename LIKE 't_' ORDER BY 1",
    );
    expect(found.map((row) => row.name)).toEqual(['t1', 't4']);
    await context.close();
  });
});
