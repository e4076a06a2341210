import { beforeAll, expect, test } from 'vitest';
import { createDatabase, databaseKinds, describeOn } from '../../../test/support/databases.ts';
import { quietLogs, TestHistory } from '../../../test/support/history.ts';
import { array, jsonb } from '../../entries/postgresql.ts';
import {
  column,
  date,
  dateTime,
  double,
  integer,
  json,
  numeric,
  real,
  table,
  text,
  time,
} from '../../schema/index.ts';
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

describeOn(['postgresql', 'postgresql-server'], 'bulkInsert into columns of PostgreSQL', (kind) => {
  test('numbers without an end, and what is none', async () => {
    await using database = await createDatabase(kind);
    const columns = [
      column('a', double()),
      column('b', real()),
      column('c', numeric()),
      column('d', date()),
      column('e', dateTime({ timezone: true })),
    ];
    const [up, down] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    const history = new TestHistory({
      r1: async (op) => {
        const t = await op.createTable('t', columns);
        op.bulkInsert(t, [
          { a: up, b: up, c: up, d: up, e: up },
          { a: down, b: down, c: down, d: down, e: down },
          { a: Number.NaN, b: Number.NaN, c: Number.NaN, d: null, e: null },
        ]);
        op.bulkInsert('t', [{ a: up, b: down, c: Number.NaN }]);
      },
      r2: (op) => op.bulkInsert(table('t', [column('a', json())]), [{ a: Number.NaN }]),
    });
    const context = history.context(database.url);
    await history.upgrade(context, 'r1');
    expect(await database.query('SELECT a::text, b::text, c::text, d::text, e::text FROM t')).toEqual([
      { a: 'Infinity', b: 'Infinity', c: 'Infinity', d: 'infinity', e: 'infinity' },
      { a: '-Infinity', b: '-Infinity', c: '-Infinity', d: '-infinity', e: '-infinity' },
      { a: 'NaN', b: 'NaN', c: 'NaN', d: null, e: null },
      { a: 'Infinity', b: '-Infinity', c: 'NaN', d: null, e: null },
    ]);
    await expect(history.upgrade(context)).rejects.toThrow(/NaN/);
    await context.close();
  });

  test('items of an array of JSON are JSON', async () => {
    await using database = await createDatabase(kind);
    const items = ["it's", '1', 5, true, { a: [null] }, [1, ['x']], null];
    const history = new TestHistory({
      r1: async (op) => {
        const t = await op.createTable('t', [
          column('a', array(jsonb())),
          column('b', array(json(), { dimensions: 2 })),
        ]);
        op.bulkInsert(t, [{ a: items, b: [['x', { y: 1 }]] }]);
      },
    });
    const context = history.context(database.url);
    await history.upgrade(context);
    await context.close();
    const rows = await database.query(
      'SELECT array_to_json(a)::text AS a, b[1][1] AS b, b[1][2] AS c FROM t',
    );
    expect(rows).toEqual([{ a: expect.any(String), b: 'x', c: { y: 1 } }]);
    expect(JSON.parse(rows[0]?.a as string)).toEqual(items);
    expect(await database.query('SELECT a[7] IS NULL AS none FROM t')).toEqual([{ none: true }]);
  });
});

test('a number that JSON lacks is not lost in a list', () => {
  const insert = (a: unknown) => () => bulkInsert.create('t', [{ a }]);
  for (const a of [[1, Number.NaN], { b: [Number.POSITIVE_INFINITY] }])
    expect(insert(a)).toThrow(expect.objectContaining({ code: 'BAD_ARGUMENT' }));
  const never = bulkInsert.create('t', [{ a: Number.NEGATIVE_INFINITY }]);
  expect(JSON.parse(JSON.stringify(never))).toEqual(never);
  expect(bulkInsert.call(never)).toEqual(['t', [{ a: Number.NEGATIVE_INFINITY }]]);
});

test('rows are counted from 1', () => {
  const insert =
    (...rows: readonly unknown[]) =>
    () =>
      bulkInsert.create('t', rows as never);
  expect(insert({ a: 1 }, 5)).toThrow('row 2 is not an object');
  expect(insert({ a: 1 }, { b: 1 })).toThrow("row 2 and the first row don't have the same columns");
  expect(insert({ a: undefined })).toThrow('a of row 1 is undefined');
});

test('a Date is data of the operation, and source again', () => {
  const insert = bulkInsert.create('t', [{ at: new Date('2026-01-02T03:04:05.678Z') }]);
  expect(insert.rows).toEqual([{ at: { date: '2026-01-02T03:04:05.678Z' } }]);
  expect(bulkInsert.call(insert)).toEqual(['t', [{ at: new Date('2026-01-02T03:04:05.678Z') }]]);
});
