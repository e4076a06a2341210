import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { sqliteEngine } from '../dialects/sqlite/index.ts';
import { Operations } from '../environment/operations.ts';
import { MigrationError } from '../errors.ts';
import type { RevisionStep } from '../revisions/index.ts';
import { check, column, integer, MetaData, string, table } from '../schema/index.ts';
import { flushLogs } from '../util/logging.ts';
import { MigrationContext } from './migration-context.ts';
import { runMigrations } from './run-migrations.ts';

type Upgrade = (op: Operations, args: Readonly<Record<string, unknown>>) => unknown;

const here = fileURLToPath(import.meta.url);
const line = (marked: string): number =>
  readFileSync(here, 'utf8')
    .split('\n')
    .findIndex((text) => text.includes(`// ${marked}`)) + 1;
const id = () => column('id', integer(), { primaryKey: true });
const open: MigrationContext[] = [];

afterEach(async () => {
  for (const context of open.splice(0)) await context.close();
});

function database(metadata?: MetaData) {
  const context = new MigrationContext({
    engine: sqliteEngine({ file: ':memory:' }),
    operations: Operations,
    options: { targetMetadata: metadata ?? null },
  });
  open.push(context);
  return context;
}

/** Runs `upgrade` as the only revision of a history. */
async function step(context: ReturnType<typeof database>, upgrade: Upgrade): Promise<void> {
  const one: RevisionStep = {
    revision: 'r1',
    kind: 'upgrade',
    versionChanges: { insert: ['r1'], delete: [], update: [] },
    headsAfter: ['r1'],
  };
  const source = {
    getRevision: () => ({ revision: 'r1', downRevision: null, doc: 'the step', path: here }),
    load: async () => upgrade as never,
  };
  const plan = (heads: readonly string[]) => (heads.length > 0 ? [] : [one]);
  await runMigrations([context], { plan, repeatable: true, source, args: {} });
}

/** What was written into `log`, in order. */
async function entries(context: ReturnType<typeof database>): Promise<unknown[]> {
  const rows = await context.bind.query<{ entry: string }>('SELECT entry FROM log ORDER BY rowid');
  return rows.map((row) => row.entry);
}

/** What is written to stderr while `code` runs. */
async function stderrOf(code: () => Promise<void>): Promise<string> {
  const written: string[] = [];
  const { write } = process.stderr;
  process.stderr.write = ((text: string) => written.push(text) > 0) as typeof write;
  try {
    await code();
    await sleep(5);
    await flushLogs();
  } finally {
    process.stderr.write = write;
  }
  return written.join('');
}

async function tables(context: ReturnType<typeof database>): Promise<string[]> {
  const rows = await context.bind.query<{ name: string }>(
    "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid",
  );
  return rows.map((row) => row.name);
}

async function failure(promise: Promise<unknown>): Promise<MigrationError> {
  return promise.then(
    () => expect.fail('it should have failed'),
    (error) => error,
  );
}

describe('the queue of a step', () => {
  test('an operation may be awaited or not', async () => {
    const context = database();
    await step(context, async (op) => {
      op.createTable('a', [id()]);
      await op.createTable('b', [id()]);
      op.createTable('c', [id()]);
    });
    expect(await tables(context)).toEqual(['alembic_version', 'a', 'b', 'c']);
  });

  test('checks its arguments at the call', async () => {
    const context = database();
    let thrown: unknown;
    await step(context, (op) => {
      try {
        op.createTable('', []);
      } catch (error) {
        thrown = error;
      }
    });
    expect(thrown).toMatchObject({ code: 'BAD_NAME' });
  });

  test('copies its arguments at the call', async () => {
    const context = database();
    await step(context, (op) => {
      const rows = [{ entry: 'before' }];
      op.createTable('log', [column('entry', string(20))]);
      op.bulkInsert('log', rows);
      rows[0]!.entry = 'after';
      rows.push({ entry: 'more' });
    });
    expect(await entries(context)).toEqual(['before']);
  });

  test("notes the caller's line", async () => {
    const error = await failure(
      step(database(), (op) => {
        op.createTable('a', [id()]);
        op.dropColumn('nowhere', 'x'); // the line
        op.createTable('b', [id()]);
      }),
    );
    expect(error).toBeInstanceOf(MigrationError);
    const at = line('the line');
    expect(error.details).toMatchObject({ revision: 'r1', file: here, line: at, operation: 'dropColumn' });
    expect(error.message).toContain(`${here}:${at}`);
  });

  test("notes the caller's line after an await, too", async () => {
    const error = await failure(
      step(database(), async (op) => {
        await op.createTable('a', [id()]);
        await sleep(1);
        await op.execute('SELECT wrong'); // the other line
      }),
    );
    const at = line('the other line');
    expect(error.details).toMatchObject({ line: at, operation: 'execute', sql: 'SELECT wrong' });
  });

  test('returns a thenable that does nothing before it is awaited, and whose failure is no unhandled rejection', async () => {
    const unhandled: unknown[] = [];
    const listen = (error: unknown): void => void unhandled.push(error);
    process.on('unhandledRejection', listen);
    const context = database();
    let wasRun: unknown;
    const error = await failure(
      step(context, async (op) => {
        const bad = op.execute('SELECT wrong');
        await sleep(5);
        wasRun = context.connection.inTransaction && (await tablesOf(context)).length;
        void bad;
      }),
    );
    await sleep(5);
    process.off('unhandledRejection', listen);
    expect(wasRun).toBe(1);
    expect(error.details.sql).toBe('SELECT wrong');
    expect(unhandled).toEqual([]);
  });

  test('awaiting one runs the queue up to it, and not further', async () => {
    const context = database();
    const seen: number[] = [];
    await step(context, async (op) => {
      op.createTable('a', [id()]);
      const b = op.createTable('b', [id()]);
      op.createTable('c', [id()]);
      seen.push((await tablesOf(context)).length);
      await b;
      seen.push((await tablesOf(context)).length);
    });
    expect(seen).toEqual([1, 3]);
    expect(await tables(context)).toHaveLength(4);
  });

  test('operations run in the order of their calls, in whatever order they are awaited', async () => {
    const context = database();
    await step(context, async (op) => {
      await op.createTable('log', [column('entry', string(20))]);
      const first = op.execute("INSERT INTO log VALUES ('first')");
      const second = op.execute("INSERT INTO log VALUES ('second')");
      const third = op.execute("INSERT INTO log VALUES ('third')");
      await Promise.all([third, first, second]);
    });
    expect(await entries(context)).toEqual(['first', 'second', 'third']);
  });

  test('after a failure nothing later runs, even where the rejection is caught', async () => {
    const context = database();
    const caught: unknown[] = [];
    const error = await failure(
      step(context, async (op) => {
        await op.createTable('log', [column('entry', string(20))]);
        await op.execute('SELECT wrong').catch((reason: unknown) => caught.push(reason));
        await op.createTable('later', [id()]).catch((reason: unknown) => caught.push(reason));
        op.createTable('later_still', [id()]);
        caught.push((await tablesOf(context)).length);
      }),
    );
    expect(caught).toEqual([expect.any(MigrationError), caught[0], 2]);
    expect(error).toMatchObject({ code: 'MIGRATION_FAILED', details: { sql: 'SELECT wrong' } });
    expect(await tables(context)).toEqual([]);
  });

  test('calls before the failed one resolve, though they are awaited together', async () => {
    const results: unknown[] = [];
    await failure(
      step(database(), async (op) => {
        const calls = [op.execute('SELECT 1'), op.execute('SELECT wrong'), op.execute('SELECT 2')];
        for (const { status } of await Promise.allSettled(calls)) results.push(status);
      }),
    );
    expect(results).toEqual(['fulfilled', 'rejected', 'rejected']);
  });

  test('the step ends when all have run', async () => {
    const context = database();
    await step(context, (op) => {
      op.createTable('log', [column('entry', string(20))]);
      // nobody awaits this function
      void (async () => {
        await op.execute("INSERT INTO log VALUES ('one')");
        op.execute("INSERT INTO log VALUES ('two')");
        await op.execute("INSERT INTO log VALUES ('three')");
      })();
    });
    expect(await entries(context)).toEqual(['one', 'two', 'three']);
  });

  test('the step waits for code that goes on after an operation, however slowly', async () => {
    const context = database();
    await step(context, (op) => {
      void (async () => {
        await op.createTable('a', [id()]);
        for (let i = 0; i < 50; i++) await null;
        op.createTable('b', [id()]);
      })();
    });
    expect(await tables(context)).toEqual(['alembic_version', 'a', 'b']);
  });

  test('a call after that throws', async () => {
    const context = database();
    let kept: Operations | undefined;
    await step(context, (op) => {
      kept = op;
    });
    expect(() => kept?.createTable('late', [id()])).toThrow(expect.objectContaining({ code: 'STEP_ENDED' }));
    expect(() => kept?.getBind().query('SELECT 1')).toThrow(expect.objectContaining({ code: 'STEP_ENDED' }));
    expect(await tables(context)).toEqual(['alembic_version']);
  });

  test("a forgotten await can't hide a failure", async () => {
    const context = database();
    const error = await failure(
      step(context, (op) => {
        op.createTable('a', [id()]);
        op.execute('INSERT INTO nowhere VALUES (1)');
      }),
    );
    expect(error.details).toMatchObject({ operation: 'execute', sql: 'INSERT INTO nowhere VALUES (1)' });
    expect(await tables(context)).toEqual([]);
  });

  test('what upgrade itself throws stops everything, with its line', async () => {
    const context = database();
    const error = await failure(
      step(context, (op) => {
        op.createTable('a', [id()]);
        throw new Error('no more'); // it threw here
      }),
    );
    const at = line('it threw here');
    expect(error).toMatchObject({
      code: 'MIGRATION_FAILED',
      cause: { message: 'no more' },
      details: { file: here, line: at },
    });
    expect(await tables(context)).toEqual([]);
  });

  test('createTable resolves to its Table, with names by the convention', async () => {
    const context = database(
      new MetaData([], {
        namingConvention: { pk: 'pk_%(table_name)s', ix: 'ix_%(table_name)s_%(column_0_N_name)s' },
      }),
    );
    let made: unknown;
    await step(context, async (op) => {
      made = await op.createTable('a', [id(), column('b', integer(), { index: true })]);
    });
    expect(made).toMatchObject({
      kind: 'table',
      name: 'a',
      constraints: [{ kind: 'primaryKey', name: 'pk_a' }],
      indexes: [{ name: 'ix_a_b' }],
    });
  });

  test('what a callback left behind calls too late throws, and does not run', async () => {
    const context = database();
    let late: unknown;
    await step(context, async (op) => {
      let leftBehind: Promise<unknown> | undefined;
      await op.getContext().beginTransaction(() => {
        leftBehind = sleep(5).then(() => op.createTable('late', [id()]));
      });
      await leftBehind?.catch((error) => {
        late = error;
      });
    });
    expect(late).toMatchObject({ code: 'STEP_ENDED' });
    expect(await tables(context)).toEqual(['alembic_version']);
  });

  test("batchAlterTable's callback may be async: operations after it wait for it", async () => {
    const context = database();
    await step(context, async (op) => {
      op.createTable('a', [id()]);
      op.batchAlterTable('a', async (batch) => {
        await sleep(2);
        batch.addColumn(column('b', integer()));
        await sleep(2);
        batch.addColumn(column('c', integer()));
      });
      op.execute('INSERT INTO a (id, b, c) VALUES (1, 2, 3)');
    });
    expect(await context.bind.query('SELECT * FROM a')).toEqual([{ id: 1, b: 2, c: 3 }]);
  });

  test('within the callback, queries see what ran before the batch, and come before it', async () => {
    const context = database();
    const seen: unknown[] = [];
    await step(context, async (op) => {
      op.createTable('a', [id()]);
      op.execute('INSERT INTO a VALUES (7)');
      await op.batchAlterTable('a', async (batch) => {
        seen.push(await op.getBind().query('SELECT * FROM a'));
        batch.addColumn(column('b', integer()));
        await op.execute('INSERT INTO a (id) VALUES (8)');
        seen.push(await op.getBind().query('SELECT * FROM a'));
      });
      seen.push(await op.getBind().query('SELECT * FROM a'));
    });
    expect(seen).toEqual([
      [{ id: 7 }],
      [{ id: 7 }, { id: 8 }],
      [
        { id: 7, b: null },
        { id: 8, b: null },
      ],
    ]);
  });

  test('a batch that fails in its async callback fails the step; a call on it afterwards throws', async () => {
    const context = database();
    let late: unknown;
    const error = await failure(
      step(context, (op) => {
        op.createTable('a', [id()]);
        op.batchAlterTable('a', async (batch) => {
          late = batch;
          await sleep(1);
          throw new Error('given up');
        });
      }),
    );
    expect(error.cause).toMatchObject({ message: 'given up' });
    expect(await tables(context)).toEqual([]);
    expect(() => (late as { addColumn(c: unknown): void }).addColumn(id())).toThrow(
      expect.objectContaining({ code: 'STEP_ENDED' }),
    );
  });

  test('a batch is one rebuild, whose constraint gets its name from the convention', async () => {
    const context = database(
      new MetaData([], { namingConvention: { ck: 'ck_%(table_name)s_%(constraint_name)s' } }),
    );
    await step(context, (op) => {
      op.createTable('a', [id(), column('b', string(5))]);
      op.batchAlterTable('a', (batch) => {
        batch.createCheckConstraint('short', 'length(b) < 3');
        batch.alterColumn('b', { type: string(10), nullable: false });
      });
    });
    const [row] = await context.bind.query<{ sql: string }>("SELECT sql FROM sqlite_master WHERE name = 'a'");
    expect(row?.sql).toContain('ck_a_short');
    expect(row?.sql).toMatch(/VARCHAR\(10\) NOT NULL/);
  });

  test('using getBind first runs what is queued; its queries are in order, awaited or not', async () => {
    const context = database();
    await step(context, async (op) => {
      op.createTable('log', [column('entry', string(20))]);
      op.getBind().exec("INSERT INTO log VALUES ('one')");
      op.execute("INSERT INTO log VALUES ('two')");
      const rows = await op.getBind().query<{ n: number }>('SELECT count(*) AS n FROM log');
      op.execute(`INSERT INTO log VALUES ('saw ${rows[0]?.n}')`);
      op.getBind().query('INSERT INTO log VALUES (?)', ['last']);
    });
    expect(await entries(context)).toEqual(['one', 'two', 'saw 2', 'last']);
  });

  test('a failed query fails the step with its line', async () => {
    const error = await failure(
      step(database(), async (op) => {
        const failed = op.getBind().query('SELECT wrong'); // the query
        await failed.catch(() => {});
      }),
    );
    expect(error.details).toMatchObject({ sql: 'SELECT wrong', line: line('the query') });
  });

  test('invoke runs data, and refuses an unknown kind', async () => {
    const context = database();
    await step(context, async (op) => {
      const made = await op.invoke(
        JSON.parse(JSON.stringify({ kind: 'createTable', table: table('a', [id()]), ifNotExists: false })),
      );
      expect(made).toMatchObject({ name: 'a' });
      expect(() => op.invoke({ kind: 'createTabel' })).toThrow(
        expect.objectContaining({ code: 'UNKNOWN_OPERATION' }),
      );
    });
    expect(await tables(context)).toEqual(['alembic_version', 'a']);
  });

  test('f marks a name that the convention leaves alone', async () => {
    const context = database(
      new MetaData([], { namingConvention: { ck: 'ck_%(table_name)s_%(constraint_name)s' } }),
    );
    let made: unknown;
    await step(context, async (op) => {
      made = await op.createTable('a', [
        id(),
        check('id > 0', { name: op.f('mine') }),
        check('id > 1', { name: 'ours' }),
      ]);
    });
    expect(made).toMatchObject({ constraints: [{}, { name: 'mine' }, { name: 'ck_a_ours' }] });
  });

  /** Asks the driver itself, past the queue. */
  async function tablesOf(context: ReturnType<typeof database>): Promise<unknown[]> {
    return context.connection.query("SELECT name FROM sqlite_master WHERE type = 'table'");
  }
});

describe('operations outside of a step', () => {
  test('run in the order of their calls, each in a transaction of its own, awaited or not', async () => {
    const context = database();
    const { op } = context;
    op.createTable('log', [column('entry', string(20))]);
    op.execute("INSERT INTO log VALUES ('one')");
    const failed = op.execute("INSERT INTO log VALUES ('two'); SELECT wrong");
    await expect(failed).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      details: { operation: 'execute' },
    });
    expect(await entries(context)).toEqual(['one']);
    await op.execute("INSERT INTO log VALUES ('three')");
    expect(await entries(context)).toEqual(['one', 'three']);
    expect(context.connection.inTransaction).toBe(false);
  });

  test('what waited behind a failure is not run, and each call says so itself', async () => {
    const context = database();
    const { op } = context;
    op.createTable('log', [column('entry', string(20))]);
    const calls = [
      op.execute('SELECT wrong'),
      op.execute("INSERT INTO log VALUES ('x')"), // waits behind
      op.getBind().query("INSERT INTO log VALUES ('y')"),
      context.beginTransaction(async () => {
        await op.execute("INSERT INTO log VALUES ('z')");
      }),
      op.createTable('later', [id()]),
    ];
    const [failed, ...behind] = await Promise.allSettled(calls);
    const { reason } = failed as PromiseRejectedResult;
    expect(reason).toMatchObject({ code: 'MIGRATION_FAILED', message: expect.stringContaining('wrong') });
    expect(behind.map((each) => (each as PromiseRejectedResult).reason)).toMatchObject([
      {
        code: 'NOT_RUN',
        details: { operation: 'execute', file: here, line: line('waits behind') },
        cause: reason,
      },
      { code: 'NOT_RUN', message: expect.stringMatching(/^A query at .* was not run/), cause: reason },
      {
        code: 'NOT_RUN',
        message: expect.stringMatching(/^A block of operations at .* was not run/),
        cause: reason,
      },
      { code: 'NOT_RUN', details: { operation: 'createTable' }, cause: reason },
    ]);
    // what is called when the failure is known has nothing to do with it
    await op.execute("INSERT INTO log VALUES ('after')");
    expect(await entries(context)).toEqual(['after']);
    expect(await tables(context)).toEqual(['log']);
  });

  test('what nobody awaits is logged by name, each failure and each call that was not run', async () => {
    const context = database();
    const written = await stderrOf(async () => {
      context.op.execute('SELECT wrong');
      context.op.createTable('unseen', [id()]);
      const seen = context.op.dropTable('seen');
      await expect(seen).rejects.toMatchObject({ code: 'NOT_RUN' });
      await context.close();
    });
    expect(written).toMatch(/ERROR \[alembic\] execute failed at .*SELECT wrong/s);
    expect(written).toMatch(/ERROR \[alembic\] createTable at .* was not run/);
    expect(written).not.toContain('dropTable');
  });

  test('a failure is logged where nobody awaits it, and only there', async () => {
    const context = database();
    const written = await stderrOf(async () => {
      await expect(context.op.execute('SELECT awaited')).rejects.toThrow('awaited');
      context.op.execute('SELECT wrong');
      await context.close();
    });
    expect(written).toMatch(/ERROR \[alembic\] execute failed at .*SELECT wrong/s);
    expect(written).not.toContain('awaited');
  });

  test('within a step, the same object belongs to the step', async () => {
    const context = database();
    await failure(
      step(context, async () => {
        await context.op.createTable('a', [id()]);
        throw new Error('undo');
      }),
    );
    expect(await tables(context)).toEqual([]);
  });
});
