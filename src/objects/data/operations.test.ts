import { beforeAll, expect, test } from 'vitest';
import { createDatabase, databaseKinds, describeOn } from '../../../test/support/databases.ts';
import { quietLogs, TestHistory } from '../../../test/support/history.ts';
import { column, date, dateTime, integer, json, text, time } from '../../schema/index.ts';
import { bulkInsert } from './operations.ts';

beforeAll(quietLogs);

describeOn(databaseKinds, 'bulkInsert', (kind) => {
  const moment = new Date('2026-01-02T03:04:05.678Z');

  test('a Date is the moment that it is, whatever zone the session is in', async () => {
    await using database = await createDatabase(kind);
    const history = new TestHistory({
      r1: async (op) => {
        if (database.dialect === 'postgresql') op.execute("SET LOCAL TIME ZONE 'America/New_York'");
        const t = await op.createTable('t', [
          column('id', integer(), { primaryKey: true }),
          column('zoned', dateTime({ timezone: true })),
          column('plain', dateTime()),
          column('day', date()),
          column('clock', time()),
        ]);
        op.bulkInsert(t, [{ id: 1, zoned: moment, plain: moment, day: moment, clock: moment }]);
        // by its name alone, of which no types are known
        op.bulkInsert('t', [{ id: 2, zoned: moment, plain: moment }]);
        const literal = op.inlineLiteral(moment).text;
        op.execute(`INSERT INTO t (id, zoned, plain) VALUES (3, ${literal}, ${literal})`);
        if (kind !== 'sqlite') return;
        await op
          .getBind()
          .query('INSERT INTO t (id, zoned, plain) VALUES (4, ?, ?)', [moment, moment] as never);
      },
    });
    const context = history.context(database.url);
    await history.upgrade(context);
    await context.close();
    const zoned = database.dialect === 'sqlite' ? 'zoned' : "zoned AT TIME ZONE 'UTC'";
    const rows = await database.query(
      `SELECT CAST(${zoned} AS TEXT) AS zoned, CAST(plain AS TEXT) AS plain, CAST(day AS TEXT) AS day, CAST(clock AS TEXT) AS clock FROM t ORDER BY id`,
    );
    // SQLite keeps text, as SQLAlchemy writes it
    const written = `2026-01-02 03:04:05.678${kind === 'sqlite' ? '000' : ''}`;
    expect(rows).toEqual([
      { zoned: written, plain: written, day: '2026-01-02', clock: '03:04:05.678' },
      ...Array(kind === 'sqlite' ? 3 : 2).fill({ zoned: written, plain: written, day: null, clock: null }),
    ]);
  });

  test('what goes into a column known as JSON becomes JSON, elsewhere a string is a string', async () => {
    await using database = await createDatabase(kind);
    const values = ["it's", '1', 1, 2n ** 60n, true, { a: [null] }, ['x'], null];
    const history = new TestHistory({
      r1: async (op) => {
        const t = await op.createTable('t', [
          column('id', integer(), { primaryKey: true }),
          column('known', json()),
          column('words', text()),
        ]);
        op.bulkInsert(
          t,
          values.map((known, id) => ({ id, known, words: '1' })),
        );
        op.bulkInsert('t', [{ id: 100, known: '{"a":1}' }]);
      },
    });
    const context = history.context(database.url);
    await history.upgrade(context);
    await context.close();
    const rows = await database.query<{ known: string | null; words: string | null }>(
      'SELECT CAST(known AS TEXT) AS known, words FROM t ORDER BY id',
    );
    expect(rows.map(({ known }) => known)).toEqual([
      '"it\'s"',
      '"1"',
      '1',
      '1152921504606846976',
      'true',
      '{"a":[null]}',
      '["x"]',
      null,
      '{"a":1}',
    ]);
    expect(rows[0]?.words).toBe('1');
  });
});

test('rows are counted from 1', () => {
  const insert =
    (...rows: readonly unknown[]) =>
    () =>
      bulkInsert.create('t', rows as never);
  expect(insert({ a: 1 }, 5)).toThrow('row 2 is not an object');
  expect(insert({ a: 1 }, { b: 1 })).toThrow("row 2 and the first row don't have the same columns");
  expect(insert({ a: Number.NaN })).toThrow('a of row 1 is NaN');
});

test('a Date is data of the operation, and source again', () => {
  const insert = bulkInsert.create('t', [{ at: new Date('2026-01-02T03:04:05.678Z') }]);
  expect(insert.rows).toEqual([{ at: { date: '2026-01-02T03:04:05.678Z' } }]);
  expect(bulkInsert.call(insert)).toEqual(['t', [{ at: new Date('2026-01-02T03:04:05.678Z') }]]);
});
