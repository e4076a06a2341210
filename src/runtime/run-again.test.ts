import { expect, onTestFinished, test } from 'vitest';
import { describeOn, withDatabase } from '../../test/support/databases.ts';
import { type Migration, quietLogs, TestHistory } from '../../test/support/history.ts';
import { MigrationError } from '../errors.ts';

quietLogs();

const addValue = { existingValues: ['sad', 'ok'] };

describeOn(['postgresql'], 'a unit that used a value too early', (kind) => {
  /** How often r1 and r2 ran, what became of it, and the steps of the report. */
  async function outcome(r2: Migration): Promise<{
    readonly ran: readonly string[];
    readonly steps: readonly unknown[];
    readonly code: string | null;
  }> {
    return withDatabase(kind, async (database) => {
      await database.exec("CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE t (mood mood)");
      const ran: string[] = [];
      const noted =
        (revision: string, migration: Migration): Migration =>
        (op, args) => {
          ran.push(revision);
          return migration(op, args);
        };
      const history = new TestHistory({
        r1: noted('r1', (op) => op.alterEnum('mood', ['sad', 'ok', 'new'], addValue)),
        r2: noted('r2', r2),
      });
      const context = history.context(database.engine);
      onTestFinished(() => context.close());
      try {
        const steps = (await history.upgrade(context)).get('default')?.steps ?? [];
        return { ran, steps: steps.map(({ revision }) => revision), code: null };
      } catch (error) {
        expect(error).toBeInstanceOf(MigrationError);
        return { ran, steps: [], code: ((error as MigrationError).cause as { code: string }).code };
      }
    });
  }

  test('is run again once, and each step is reported once', async () => {
    expect(await outcome((op) => op.execute("INSERT INTO t VALUES ('new')"))).toEqual({
      ran: ['r1', 'r2', 'r1', 'r2'],
      steps: ['r1', 'r2'],
      code: null,
    });
  });

  test('is not run a third time', async () => {
    const adding = "ALTER TYPE mood ADD VALUE 'other'; INSERT INTO t VALUES ('other')";
    const { ran, code } = await outcome((op) => op.execute(adding));
    expect({ ran, code }).toEqual({ ran: ['r1', 'r2', 'r1', 'r2'], code: 'NEW_ENUM_VALUE' });
  });

  test('is not run again after a part of it was committed', async () => {
    const { ran, code } = await outcome(async (op) => {
      await op.getContext().autocommitBlock(async () => {});
      op.execute("ALTER TYPE mood ADD VALUE 'other'; INSERT INTO t VALUES ('other')");
    });
    expect({ ran, code }).toEqual({ ran: ['r1', 'r2'], code: 'NEW_ENUM_VALUE' });
  });
});
