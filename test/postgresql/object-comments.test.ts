import { expect, test } from 'vitest';
import { objectComment } from '../../src/entries/postgresql.ts';
import { check, column, foreignKey, index, integer, MetaData, table, unique } from '../../src/index.ts';
import { createDatabase, describeOn } from '../support/databases.ts';
import { compare, migrate, op, reversed, withConnection } from './migrate.ts';

const tables = [
  table(
    'a "table"',
    [
      column('id', integer(), { primaryKey: true }),
      column('up', integer()),
      foreignKey(['up'], 'a "table"', ['id'], { name: 'the "key"', referredSchema: 'a.b' }),
      index('an "index"', ['up']),
    ],
    { schema: 'a.b' },
  ),
];
const at = { schema: 'a.b' };
const comments = [
  objectComment('index', 'an "index"', "it's ${x} \\", at),
  objectComment('constraint', 'the "key"', 'to its own', { table: 'a "table"', ...at }),
  objectComment('schema', 'a.b', 'with a dot'),
];
const without = new MetaData(tables);
const withAll = new MetaData([...tables, ...comments]);

describeOn(['postgresql', 'postgresql-server'], 'comments on indexes, constraints and schemas', (kind) => {
  test('are made with what they are on, changed, and gone before it', async () => {
    await using database = await createDatabase(kind);
    await withConnection(database, async (connection) => {
      const empty = await database.schema();
      const up = await compare(connection, withAll);
      await migrate(connection, up);
      expect(await compare(connection, withAll)).toEqual([]);
      const full = await database.schema();

      const changed = new MetaData([
        ...tables,
        ...comments.slice(1),
        objectComment('index', 'an "index"', 'other', at),
      ]);
      const change = await compare(connection, changed);
      expect(change).toMatchObject([{ kind: 'commentOn', comment: 'other', existing: "it's ${x} \\" }]);
      await migrate(connection, change);
      expect(await compare(connection, changed)).toEqual([]);
      await migrate(connection, reversed(change));
      expect(await database.schema()).toEqual(full);

      await migrate(connection, reversed(up));
      expect(await database.schema()).toEqual(empty);
      await migrate(connection, reversed(reversed(up)));
      expect(await database.schema()).toEqual(full);
    });
  });

  test('come again with what is made anew, and go back with it', async () => {
    await using database = await createDatabase(kind);
    const models = (isChanged: boolean): MetaData =>
      new MetaData([
        table('t', [
          column('a', integer()),
          column('b', integer()),
          check(isChanged ? 'a > 1' : 'a > 0', { name: 'ck' }),
          unique(isChanged ? ['a', 'b'] : ['a'], { name: 'uq' }),
          index('ix', [isChanged ? 'b' : 'a']),
        ]),
        objectComment('constraint', 'ck', 'the same', { table: 't' }),
        objectComment('constraint', 'uq', isChanged ? 'another' : 'one', { table: 't' }),
        objectComment('index', 'ix', 'of an index'),
      ]);
    await withConnection(database, async (connection) => {
      await migrate(connection, await compare(connection, models(false)));
      const before = await database.schema();
      const change = await compare(connection, models(true));
      await migrate(connection, change);
      expect(await compare(connection, models(true))).toEqual([]);
      expect(
        await database.query(
          "SELECT obj_description(oid) AS comment FROM pg_constraint WHERE conrelid = 't'::regclass AND conname IN ('ck', 'uq') ORDER BY conname",
        ),
      ).toEqual([{ comment: 'the same' }, { comment: 'another' }]);
      await migrate(connection, reversed(change));
      expect(await database.schema()).toEqual(before);
    });
  });

  test('are left alone where the models hold none', async () => {
    await using database = await createDatabase(kind);
    await withConnection(database, async (connection) => {
      await migrate(connection, await compare(connection, withAll));
      expect(await compare(connection, without)).toEqual([]);
      const dropped = await compare(connection, without, {
        includeKinds: ['objectComment'],
        includeSchemas: true,
      });
      expect(dropped.map(({ kind: what }) => what)).toEqual(['commentOn', 'commentOn', 'commentOn']);
      await migrate(connection, dropped);
      expect(
        await compare(connection, without, { includeKinds: ['objectComment'], includeSchemas: true }),
      ).toEqual([]);
    });
  });

  test('a comment goes before what it is on, and comes back with it', async () => {
    await using database = await createDatabase(kind);
    await withConnection(database, async (connection) => {
      await migrate(connection, await compare(connection, withAll));
      const full = await database.schema();
      const down = await compare(connection, new MetaData([comments[2]!]), { includeSchemas: true });
      await migrate(connection, down);
      await migrate(connection, reversed(down));
      expect(await database.schema()).toEqual(full);
    });
  });
});

test('what is wrong is said at once', () => {
  const { create } = op.commentOn;
  expect(() => create('constraint', 'c', 'x')).toThrow(/name its table/);
  expect(() => create('index', 'c', 'x', { table: 't' })).toThrow(/no table to name/);
  expect(() => create('tablet' as never, 'c', 'x')).toThrow(/none of index, constraint/);
  expect(() => create('index', 'c', 3 as never)).toThrow(/must be a text or null/);
  expect(() => op.commentOn.reverse(create('index', 'c', 'x'))).toThrow(/give existing/);
  expect(() => objectComment('index', 'c', '')).toThrow(/must be a text/);
});
