import { describe, expect, test } from 'vitest';
import { array, citext, domain } from '../../src/entries/postgresql.ts';
import {
  type ColumnType,
  column,
  integer,
  MetaData,
  numeric,
  sql,
  string,
  table,
  text,
} from '../../src/index.ts';
import { createDatabase, describeOn } from '../support/databases.ts';
import { compare, migrate, reversed, withConnection } from './migrate.ts';

const tuned = { storage: 'external', compression: 'pglz', statistics: 50, with: { n_distinct: -0.5 } };

describeOn(['postgresql', 'postgresql-server'], 'how a column is stored and analysed', (kind) => {
  const models = (postgresql: object): MetaData =>
    new MetaData([
      table('t', [
        column('id', integer(), { primaryKey: true }),
        column('body', text(), { postgresql } as never),
      ]),
    ]);

  test.each([
    ['said where the table is made', tuned, {}],
    ['said later', {}, tuned],
    [
      'changed',
      tuned,
      { storage: 'main', statistics: 7, with: { n_distinct: -0.1, n_distinct_inherited: 3 } },
    ],
    ['back to what is usual', tuned, { storage: 'default', compression: 'default', statistics: -1 }],
  ])('%s', async (_, first, second) => {
    await using database = await createDatabase(kind);
    await withConnection(database, async (connection) => {
      await migrate(connection, await compare(connection, models(first)));
      expect(await compare(connection, models(first))).toEqual([]);
      const before = await database.schema();
      const change = await compare(connection, models(second));
      await migrate(connection, change);
      expect(await compare(connection, models(second))).toEqual([]);
      if (Object.keys(second).length > 0) expect(await database.schema()).not.toEqual(before);
      await migrate(connection, reversed(change));
      expect(await database.schema()).toEqual(before);
    });
  });

  test.each([
    [
      'Plain',
      integer(),
      [
        ['plain', text()],
        ['external', text()],
      ],
    ],
    ['extended', text(), [['plain', integer()]]],
    ['main', numeric(9, 2), [['external', array(text())]]],
    [
      'extended',
      domain('word', { schema: 'odd "s"' }),
      [
        ['main', text()],
        ['extended', text()],
      ],
    ],
  ] as const)('that of the type is no difference: %s', async (storage, type, others) => {
    await using database = await createDatabase(kind);
    await withConnection(database, async (connection) => {
      await database.exec(['create schema "odd ""s"""', 'create domain "odd ""s""".word as text']);
      const of = (given: ColumnType, said?: string): MetaData =>
        new MetaData([
          table('t"', [column('a"', given, { postgresql: said === undefined ? {} : { storage: said } })], {
            schema: 'odd "s"',
          }),
        ]);
      await migrate(connection, await compare(connection, of(type, storage)));
      const before = await database.schema();
      for (const each of [of(type), of(type, storage), of(type, 'default')])
        expect(await compare(connection, each)).toEqual([]);
      // what is the one's own may not be the other's
      for (const [said, another] of others) {
        const models = of(another, said);
        const change = await compare(connection, models);
        await migrate(connection, change);
        expect(await compare(connection, models)).toEqual([]);
        await migrate(connection, reversed(change));
        expect(await database.schema()).toEqual(before);
        expect(await compare(connection, of(type, storage))).toEqual([]);
      }
    });
  });

  test('what no model says is left alone', async () => {
    await using database = await createDatabase(kind);
    await withConnection(database, async (connection) => {
      await migrate(connection, await compare(connection, models({})));
      await database.exec([
        'alter table t alter body set statistics 99',
        'alter table t alter body set storage plain',
      ]);
      expect(await compare(connection, models({}))).toEqual([]);
      const [only, ...more] = await compare(connection, models({ statistics: 3 }));
      expect(more).toEqual([]);
      expect(only).toMatchObject({
        changes: { options: { postgresql: { statistics: 3, storage: 'plain' } } },
      });
    });
  });

  test('a SERIAL column whose sequence is called otherwise comes back with that', async () => {
    await using database = await createDatabase(kind);
    await withConnection(database, async (connection) => {
      await database.exec([
        'create sequence "odd ${x}" as integer',
        `create table t (id integer not null default nextval('"odd ${'$'}{x}"'), n integer)`,
        'alter sequence "odd ${x}" owned by t.id',
      ]);
      const before = await database.schema({ ignoreColumnOrder: true });
      const without = [
        new MetaData([]),
        new MetaData([table('t', [column('n', integer())])]),
        new MetaData([
          table('t', [
            column('id', integer(), { nullable: false, autoincrement: false }),
            column('n', integer()),
          ]),
        ]),
      ];
      for (const models of without) {
        const change = await compare(connection, models);
        await migrate(connection, change);
        expect(await compare(connection, models)).toEqual([]);
        await migrate(connection, reversed(change));
        expect(await database.schema({ ignoreColumnOrder: true })).toEqual(before);
      }
      const counting = table('t', [
        column('id', integer(), { primaryKey: false, nullable: false, autoincrement: true }),
        column('n', integer()),
      ]);
      expect(await compare(connection, new MetaData([counting]))).toEqual([]);
    });
  });

  test('a column that is added has them', async () => {
    await using database = await createDatabase(kind);
    await database.exec('create table t (id serial primary key)');
    await withConnection(database, async (connection) => {
      await migrate(connection, await compare(connection, models(tuned)));
      expect(await compare(connection, models(tuned))).toEqual([]);
      expect(JSON.parse(await database.schema()).relations[0].columns[1]).toMatchObject({
        storage: 'e',
        compression: 'p',
        options: ['n_distinct=-0.5'],
      });
    });
  });
});

describeOn(['postgresql', 'postgresql-server'], 'columns that a table inherits', (kind) => {
  const models = (inherited: boolean): MetaData =>
    new MetaData([
      table(
        'a_child',
        [column('x', integer(), inherited ? { postgresql: { inherited } } : {}), column('y', integer())],
        {
          postgresql: { inherits: ['Parent'] },
        },
      ),
      table('parent', [column('x', integer())]),
    ]);

  test.each([true, false])('are not said again where the model says so: %s', async (inherited) => {
    await using database = await createDatabase(kind);
    await withConnection(database, async (connection) => {
      await migrate(connection, await compare(connection, models(inherited)));
      const local = await database.query(
        `select attislocal from pg_attribute where attrelid = 'a_child'::regclass and attname = 'x'`,
      );
      expect(local).toEqual([{ attislocal: !inherited }]);
      // where a column is from can't be changed, and isn't compared
      for (const each of [true, false]) expect(await compare(connection, models(each))).toEqual([]);
    });
  });
});

describeOn(['postgresql', 'postgresql-server'], 'collations', (kind) => {
  const models = new MetaData([
    table(
      't',
      [
        column('a', string(10, { collation: '"my ""schema"""."my.collation"' })),
        column('b', array(text(), { collation: 'POSIX' })),
        column('c', domain('word', { schema: 'my "schema"', collation: 'C' })),
      ],
      {},
    ),
  ]);

  test('of another schema, of arrays and of domains', async () => {
    await using database = await createDatabase(kind);
    await database.exec([
      'create schema "my ""schema"""',
      'create collation "my ""schema"""."my.collation" from "C"',
      'create domain "my ""schema""".word as text',
    ]);
    await withConnection(database, async (connection) => {
      await migrate(connection, await compare(connection, models));
      expect(await compare(connection, models)).toEqual([]);
      const columns = JSON.parse(await database.schema()).relations[0].columns;
      expect(columns.map((each: { collation: string }) => each.collation)).toEqual([
        '"my ""schema"""."my.collation"',
        'pg_catalog."POSIX"',
        'pg_catalog."C"',
      ]);
    });
  });
});

describeOn(
  ['postgresql', 'postgresql-server'],
  'a default from a sequence that SERIAL would have made',
  (kind) => {
    test.each([
      ['a model that says it', { serverDefault: sql`nextval('t_id_seq'::regclass)` }],
      ['a model that says that the column counts', {}],
    ])('is no difference, though nobody owns it: %s', async (_, options) => {
      await using database = await createDatabase(kind);
      await database.exec([
        'create sequence t_id_seq as integer',
        "create table t (id integer default nextval('t_id_seq'::regclass) primary key)",
      ]);
      await withConnection(database, async (connection) => {
        const models = new MetaData([
          table('t', [column('id', integer(), { primaryKey: true, ...options })]),
        ]);
        expect(await compare(connection, models)).toEqual([]);
      });
    });
  },
);

describe('citext', () => {
  test('may have a collation', () => expect(citext({ collation: 'C' })).toMatchObject({ collation: 'C' }));
});
