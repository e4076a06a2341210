import { Kysely, sql } from 'kysely';
import { beforeAll, expect, test } from 'vitest';
import { createDatabase, type DatabaseKind, describeOn, driverKinds } from '../../test/support/databases.ts';
import { type Migration, quietLogs, TestHistory } from '../../test/support/history.ts';
import { column, integer, string } from '../schema/index.ts';

beforeAll(quietLogs);

interface Schema {
  songs: { id: number; title: string };
}

const makeSongs: Migration = (op) =>
  op.createTable('songs', [column('id', integer(), { primaryKey: true }), column('title', string(20))]);

describeOn(driverKinds, 'getBind()', (kind: DatabaseKind) => {
  /** Runs `upgrade` in a database where the table `songs` was made by the same step. */
  async function inStep(upgrade: Migration): Promise<unknown[]> {
    await using database = await createDatabase(kind);
    const history = new TestHistory({
      r1: (op, args) => {
        makeSongs(op, args);
        return upgrade(op, args);
      },
    });
    const context = history.context(database.engine);
    try {
      await history.upgrade(context);
      return await database.query('SELECT * FROM songs ORDER BY id');
    } finally {
      await context.close();
    }
  }

  const one = kind === 'sqlite' ? '?' : '$1';

  test('query binds parameters and resolves to rows', async () => {
    const seen: unknown[] = [];
    await inStep(async (op) => {
      op.bulkInsert('songs', [
        { id: 1, title: "it's" },
        { id: 2, title: 'b' },
      ]);
      const bind = op.getBind();
      seen.push(await bind.query<{ title: string }>(`SELECT title FROM songs WHERE id = ${one}`, [1]));
      seen.push(bind.dialect.name);
    });
    expect(seen).toEqual([[{ title: "it's" }], kind === 'sqlite' ? 'sqlite' : 'postgresql']);
  });

  test('inspect sees what the step has done so far', async () => {
    let names: unknown;
    await inStep(async (op) => {
      op.renameTable('songs', 'tracks');
      names = (await op.getBind().inspect()).tables.map((table) => table.name);
      op.renameTable('tracks', 'songs');
    });
    expect(names).toEqual(['alembic_version', 'tracks']);
  });

  test("raw is the driver's own object, once nothing waits to run", async () => {
    let early: unknown;
    const rows = await inStep(async (op) => {
      try {
        op.getBind().raw;
      } catch (error) {
        early = error;
      }
      await op.execute("INSERT INTO songs VALUES (1, 'first')");
      const raw = op.getBind().raw as { readonly [member: string]: (sql: string) => unknown };
      const run = kind === 'sqlite' ? 'exec' : kind === 'postgres.js' ? 'unsafe' : 'query';
      await raw[run]?.("INSERT INTO songs VALUES (2, 'second')");
    });
    expect(early).toMatchObject({ code: 'PENDING_OPERATIONS' });
    expect(rows).toEqual([
      { id: 1, title: 'first' },
      { id: 2, title: 'second' },
    ]);
  });

  test('kysely is an instance on the same connection, in order with the operations', async () => {
    const seen: unknown[] = [];
    const rows = await inStep(async (op) => {
      op.execute("INSERT INTO songs VALUES (1, 'a'), (2, 'b')");
      const db = op.getBind().kysely<Schema>();
      expect(db).toBeInstanceOf(Kysely);
      const changed = await db
        .updateTable('songs')
        .set({ title: 'c' })
        .where('id', '>', 0)
        .executeTakeFirst();
      seen.push(changed.numUpdatedRows);
      seen.push(await db.insertInto('songs').values({ id: 3, title: 'd' }).returning('id').execute());
      op.execute('DELETE FROM songs WHERE id = 1');
      seen.push(await db.selectFrom('songs').select('id').orderBy('id').execute());
    });
    expect(seen).toEqual([2n, [{ id: 3 }], [{ id: 2 }, { id: 3 }]]);
    expect(rows).toEqual([
      { id: 2, title: 'c' },
      { id: 3, title: 'd' },
    ]);
  });

  test('kysely inserts what the driver has no type for, and reads it again', async () => {
    const seen: unknown[] = [];
    await inStep(async (op) => {
      const db = op.getBind().kysely<Schema>();
      const title = kind === 'sqlite' ? sql<string>`'x'` : sql<string>`${'{"a":1}'}::jsonb ->> 'a'`;
      const inserted = await db.insertInto('songs').values({ id: 1, title }).executeTakeFirst();
      seen.push(inserted.numInsertedOrUpdatedRows);
      seen.push(await db.selectFrom('songs').selectAll().where('id', 'in', [1, 2]).execute());
      const deleted = await db.deleteFrom('songs').where('id', '=', 1).executeTakeFirst();
      seen.push(deleted.numDeletedRows);
    });
    expect(seen).toEqual([1n, [{ id: 1, title: kind === 'sqlite' ? 'x' : '1' }], 1n]);
  });

  test("kysely's transactions are savepoints: one that fails is undone, and the step goes on", async () => {
    const rows = await inStep(async (op) => {
      const db = op.getBind().kysely<Schema>();
      await db.transaction().execute(async (transaction) => {
        await transaction.insertInto('songs').values({ id: 1, title: 'kept' }).execute();
      });
      const failed = db.transaction().execute(async (transaction) => {
        await transaction.insertInto('songs').values({ id: 2, title: 'undone' }).execute();
        await transaction.insertInto('songs').values({ id: 2, title: 'twice' }).execute();
      });
      await expect(failed).rejects.toMatchObject({
        code: 'MIGRATION_FAILED',
        cause: { code: 'CONSTRAINT_VIOLATION' },
      });
      op.execute("INSERT INTO songs VALUES (3, 'after')");
    });
    expect(rows).toEqual([
      { id: 1, title: 'kept' },
      { id: 3, title: 'after' },
    ]);
  });

  test('outside of a step, a savepoint is a transaction', async () => {
    await using database = await createDatabase(kind);
    const context = new TestHistory({}).context(database.engine);
    const { op } = context;
    await makeSongs(op, {});
    const failed = op.getBind().savepoint(async () => {
      await op.execute("INSERT INTO songs VALUES (1, 'undone')");
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    await context.beginTransaction(() => {
      op.execute("INSERT INTO songs VALUES (2, 'kept')");
      op.execute("INSERT INTO songs VALUES (3, 'kept')");
    });
    await context.autocommitBlock(() => op.execute('VACUUM'));
    expect(context.connection.inTransaction).toBe(false);
    expect(await database.query('SELECT id FROM songs ORDER BY id')).toEqual([{ id: 2 }, { id: 3 }]);
    await context.close();
  });
});
