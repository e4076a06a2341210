import { expect, test } from 'vitest';
import { array, domain } from '../../src/entries/postgresql.ts';
import {
  bigInteger,
  column,
  identity,
  integer,
  MetaData,
  sequence,
  smallInteger,
  sql,
  string,
  type Table,
  table,
} from '../../src/index.ts';
import { SchemaModel } from '../../src/schema/schema-model.ts';
import { definitions, migrate, op, reversed, withConnection } from '../postgresql/migrate.ts';
import { createDatabase, describeOn } from '../support/databases.ts';
import { type Case, checkCase, differences, withAlembic } from './check-case.ts';

const orders = (
  id = column('id', integer(), { nullable: false, serverDefault: sql`nextval('order_ids')` }),
) => table('orders', [id, column('note', string(20))]);
const hostile = 's\'"`${x}.*/\n';
const hostileSql = '"s\'""`${x}.*/\n"';

const two = (counting?: 'a' | 'b'): Table =>
  table(
    't',
    (['a', 'b'] as const).map((name) =>
      column(name, bigInteger(), name === counting ? { serverDefault: sql`nextval('s')` } : {}),
    ),
  );
const counts = (name: 'a' | 'b'): readonly string[] => [
  'CREATE SEQUENCE s',
  'CREATE TABLE t (a BIGINT, b BIGINT)',
  `ALTER TABLE t ALTER ${name} SET DEFAULT nextval('s')`,
  `ALTER SEQUENCE s OWNED BY t.${name}`,
];

const cases: { readonly [what: string]: Case } = {
  'one with all that can be said, and one with nothing': {
    a: [],
    b: [
      'CREATE SEQUENCE plain',
      'CREATE SEQUENCE "full" AS smallint INCREMENT BY -3 MINVALUE -90 MAXVALUE 30 START WITH 12 CACHE 5 CYCLE',
      `COMMENT ON SEQUENCE "full" IS 'it''s'`,
    ],
    models: [
      sequence('plain'),
      sequence('full', {
        type: smallInteger(),
        increment: -3,
        minValue: -90,
        maxValue: 30,
        start: 12,
        cache: 5,
        cycle: true,
        comment: "it's",
      }),
    ],
    kinds: ['createSequence', 'createSequence'],
  },
  'defaults that are said are no difference': {
    a: [
      'CREATE SEQUENCE up',
      'CREATE SEQUENCE down AS integer INCREMENT BY -1',
      'CREATE SEQUENCE small AS smallint START WITH 7',
    ],
    b: [
      'CREATE SEQUENCE up',
      'CREATE SEQUENCE down AS integer INCREMENT BY -1',
      'CREATE SEQUENCE small AS smallint START WITH 7',
    ],
    models: [
      sequence('up', {
        type: bigInteger(),
        start: '1',
        increment: 1n,
        minValue: 1,
        maxValue: '9223372036854775807',
        cache: 1,
        cycle: false,
        ownedBy: null,
        comment: null,
      }),
      sequence('down', {
        type: integer(),
        start: -1,
        increment: -1,
        minValue: -(2 ** 31),
        maxValue: -1,
      }),
      sequence('small', { type: smallInteger(), start: 7, minValue: 1, maxValue: 32767 }),
    ],
    kinds: [],
  },
  '64 bits to the last digit': {
    a: ['CREATE SEQUENCE s START WITH 9007199254740993 MAXVALUE 9223372036854775806'],
    b: ['CREATE SEQUENCE s START WITH 9007199254740995 MAXVALUE 9223372036854775805'],
    models: [sequence('s', { start: 9007199254740995n, maxValue: '9223372036854775805' })],
    kinds: ['alterSequence'],
  },
  'type, direction and bounds that depend on them': {
    a: [
      'CREATE SEQUENCE grows AS smallint',
      'CREATE SEQUENCE turns',
      'CREATE SEQUENCE bound MINVALUE 5',
      'CREATE SEQUENCE free',
      'CREATE SEQUENCE shrinks MAXVALUE 900',
    ],
    b: [
      'CREATE SEQUENCE grows AS bigint',
      'CREATE SEQUENCE turns INCREMENT BY -1',
      'CREATE SEQUENCE bound',
      'CREATE SEQUENCE free MINVALUE 10 CACHE 3 CYCLE',
      'CREATE SEQUENCE shrinks AS integer INCREMENT BY -2 MINVALUE -10 MAXVALUE 10',
    ],
    models: [
      sequence('grows'),
      sequence('turns', { increment: -1 }),
      sequence('bound'),
      sequence('free', { minValue: 10, cache: 3, cycle: true }),
      sequence('shrinks', { type: integer(), increment: -2, minValue: -10, maxValue: 10 }),
    ],
    kinds: ['alterSequence', 'alterSequence', 'alterSequence', 'alterSequence', 'alterSequence'],
  },
  'a column counts by it': {
    a: [],
    b: [
      'CREATE SEQUENCE order_ids START WITH 1000',
      "CREATE TABLE orders (id INTEGER NOT NULL DEFAULT nextval('order_ids'), note VARCHAR(20))",
    ],
    models: [orders(), sequence('order_ids', { start: 1000 })],
    kinds: ['createSequence', 'createTable'],
  },
  'a column counts by it and owns it': {
    a: [],
    b: [
      'CREATE SEQUENCE order_ids START WITH 1000',
      "CREATE TABLE orders (id INTEGER NOT NULL DEFAULT nextval('order_ids'), note VARCHAR(20))",
      'ALTER SEQUENCE order_ids OWNED BY orders.id',
    ],
    models: [orders(), sequence('order_ids', { start: 1000, ownedBy: 'orders.id' })],
    kinds: ['createSequence', 'createTable', 'alterSequence'],
  },
  'a column that is there begins to count by it': {
    a: ['CREATE TABLE orders (id INTEGER NOT NULL, note VARCHAR(20))'],
    b: [
      'CREATE SEQUENCE order_ids',
      "CREATE TABLE orders (id INTEGER NOT NULL DEFAULT nextval('order_ids'), note VARCHAR(20))",
      'ALTER SEQUENCE order_ids OWNED BY orders.id',
    ],
    models: [orders(), sequence('order_ids', { ownedBy: { table: 'orders', column: 'id' } })],
    kinds: ['createSequence', 'alterColumn', 'alterSequence'],
    load: ["INSERT INTO orders VALUES (1, 'a'), (2, 'b')"],
  },
  'a column no longer counts by one that it still owns': {
    a: counts('a'),
    b: ['CREATE SEQUENCE s', 'CREATE TABLE t (a BIGINT, b BIGINT)', 'ALTER SEQUENCE s OWNED BY t.a'],
    models: [sequence('s', { ownedBy: 't.a' }), two()],
    kinds: ['alterColumn'],
  },
  'it belongs to another column, which counts by it': {
    a: counts('a'),
    b: counts('b'),
    models: [sequence('s', { ownedBy: 't.b' }), two('b')],
    kinds: ['alterColumn', 'alterSequence', 'alterColumn'],
  },
  'it belongs to another column, and is another one too': {
    a: [...counts('a'), 'ALTER SEQUENCE s MAXVALUE 1000'],
    b: [...counts('b'), 'ALTER SEQUENCE s START WITH 5 MAXVALUE 9000 RESTART'],
    models: [sequence('s', { ownedBy: 't.b', start: 5, maxValue: 9000 }), two('b')],
    kinds: ['alterSequence', 'alterSequence', 'alterSequence', 'alterColumn', 'alterColumn'],
  },
  'another column counts by one that stays whose it was': {
    a: counts('a'),
    b: [...counts('b'), 'ALTER SEQUENCE s OWNED BY t.a'],
    models: [sequence('s', { ownedBy: 't.a' }), two('b')],
    kinds: ['alterColumn', 'alterColumn'],
  },
  'the column that owns it and counts by it goes, and it stays': {
    a: counts('a'),
    b: ['CREATE SEQUENCE s', 'CREATE TABLE t (b BIGINT)'],
    models: [sequence('s'), table('t', [column('b', bigInteger())])],
    kinds: ['alterSequence', 'dropColumn'],
  },
  'the table that owns it and counts by it goes, and it stays': {
    a: counts('a'),
    b: ['CREATE SEQUENCE s'],
    models: [sequence('s')],
    kinds: ['alterSequence', 'dropTable'],
  },
  'a column gets an identity and another type, and still owns one': {
    a: counts('a'),
    b: [
      'CREATE SEQUENCE s',
      'CREATE TABLE t (a INTEGER GENERATED BY DEFAULT AS IDENTITY, b BIGINT)',
      'ALTER SEQUENCE s OWNED BY t.a',
    ],
    models: [
      sequence('s', { ownedBy: 't.a' }),
      table('t', [column('a', integer(), { identity: identity() }), column('b', bigInteger())]),
    ],
    kinds: ['alterColumn'],
  },
  'a column gets an identity, and still owns one': {
    a: counts('a'),
    b: [
      'CREATE SEQUENCE s',
      'CREATE TABLE t (a BIGINT GENERATED BY DEFAULT AS IDENTITY, b BIGINT)',
      'ALTER SEQUENCE s OWNED BY t.a',
    ],
    models: [
      sequence('s', { ownedBy: 't.a' }),
      table('t', [column('a', bigInteger(), { identity: identity() }), column('b', bigInteger())]),
    ],
    kinds: ['alterColumn'],
  },
  'another owner, and none': {
    a: [
      'CREATE TABLE t (a INTEGER, b INTEGER)',
      'CREATE TABLE u (a INTEGER)',
      'CREATE SEQUENCE s OWNED BY t.a',
      'CREATE SEQUENCE r OWNED BY t.a',
    ],
    b: [
      'CREATE TABLE t (b INTEGER)',
      'CREATE TABLE u (a INTEGER, c INTEGER)',
      'CREATE SEQUENCE s OWNED BY u.c',
      'CREATE SEQUENCE r',
    ],
    models: [
      sequence('s', { ownedBy: 'u.c' }),
      sequence('r'),
      table('t', [column('b', integer())]),
      table('u', [column('a', integer()), column('c', integer())]),
    ],
    kinds: ['alterSequence', 'addColumn', 'alterSequence', 'dropColumn'],
  },
  'one that goes with the table which owns it and counts by it': {
    a: [
      'CREATE TABLE other (id INTEGER)',
      'CREATE SEQUENCE codes',
      "CREATE TABLE t (a TEXT DEFAULT 'X' || nextval('codes')::text)",
      'ALTER SEQUENCE codes OWNED BY t.a',
    ],
    b: ['CREATE TABLE other (id INTEGER)'],
    models: [table('other', [column('id', integer())])],
    includeKinds: ['sequence'],
    kinds: ['alterSequence', 'dropTable', 'dropSequence'],
  },
  'one that goes with the table which owns it': {
    a: ['CREATE TABLE t (a INTEGER)', 'CREATE SEQUENCE s OWNED BY t.a', 'CREATE TABLE other (id INTEGER)'],
    b: ['CREATE TABLE other (id INTEGER)'],
    models: [table('other', [column('id', integer())])],
    includeKinds: ['sequence'],
    kinds: ['dropSequence', 'dropTable'],
  },
  'those of SERIAL and identity columns are none of their own': {
    a: [
      'CREATE TABLE t (a SERIAL NOT NULL, b INTEGER GENERATED ALWAYS AS IDENTITY, c INTEGER)',
      'CREATE SEQUENCE gone',
    ],
    b: ['CREATE TABLE t (a SERIAL NOT NULL, b INTEGER GENERATED ALWAYS AS IDENTITY, c INTEGER)'],
    models: [
      table('t', [
        column('a', integer(), { autoincrement: true, nullable: false }),
        column('b', integer(), {
          identity: {
            always: true,
            start: null,
            increment: null,
            minValue: null,
            maxValue: null,
            cache: null,
            cycle: false,
          },
        }),
        column('c', integer()),
      ]),
    ],
    includeKinds: ['sequence'],
    kinds: ['dropSequence'],
  },
  'in another schema, by names as hostile as can be': {
    a: ['CREATE SCHEMA app'],
    b: [
      'CREATE SCHEMA app',
      `CREATE TABLE app.${hostileSql} (${hostileSql} INTEGER)`,
      `CREATE SEQUENCE app.${hostileSql} OWNED BY app.${hostileSql}.${hostileSql}`.replace(
        `CREATE SEQUENCE app.${hostileSql}`,
        `CREATE SEQUENCE app."q${hostileSql.slice(1)}`,
      ),
      `COMMENT ON SEQUENCE app."q${hostileSql.slice(1)} IS '\\ '' $$'`,
    ],
    models: [
      table(hostile, [column(hostile, integer())], { schema: 'app' }),
      sequence(`q${hostile}`, {
        schema: 'app',
        ownedBy: { table: hostile, column: hostile },
        comment: "\\ ' $$",
      }),
    ],
    kinds: ['createTable', 'createSequence'],
  },
};

const unlogged: Case = {
  a: ['CREATE SEQUENCE s', 'CREATE UNLOGGED SEQUENCE r'],
  b: ['CREATE UNLOGGED SEQUENCE s', 'CREATE SEQUENCE r', 'CREATE UNLOGGED SEQUENCE t'],
  models: [
    sequence('s', { postgresql: { unlogged: true } }),
    sequence('r'),
    sequence('t', { postgresql: { unlogged: true } }),
  ],
  kinds: ['alterSequence', 'alterSequence', 'createSequence'],
};

describeOn(['postgresql', 'postgresql-server'], 'sequences', (kind) => {
  test.each(Object.entries(cases))('%s', async (_, each) => checkCase(each, kind));

  test('unlogged', async ({ skip }) => {
    await using database = await createDatabase(kind);
    const [row] = await database.query<{ n: number }>(
      "SELECT current_setting('server_version_num')::int AS n",
    );
    skip((row?.n ?? 0) < 150_000, 'sequences are unlogged since PostgreSQL 15');
    await checkCase(unlogged, kind);
  });

  test('what has counted goes on counting; what has not begins where it shall', async () => {
    await using database = await createDatabase(kind);
    await database.exec([
      'CREATE SEQUENCE counted',
      'CREATE SEQUENCE fresh',
      'CREATE SEQUENCE placed',
      "SELECT setval('counted', 41)",
      "SELECT setval('placed', 7, false)",
    ]);
    const models = ['counted', 'fresh', 'placed'].map((name) =>
      sequence(name, { start: 5, minValue: 5, increment: 2 }),
    );
    await withAlembic(database, models, async (alembic) => {
      await alembic.revision('from five');
      await alembic.upgrade();
      expect(
        await database.query(
          "SELECT nextval('counted')::int AS counted, nextval('fresh')::int AS fresh, nextval('placed')::int AS placed",
        ),
      ).toEqual([{ counted: 43, fresh: 5, placed: 7 }]);
      await alembic.downgrade();
      expect(await database.query("SELECT nextval('counted')::int AS counted")).toEqual([{ counted: 44 }]);
    });
  });

  test('a number that was taken is never given again by a bound', async () => {
    await using database = await createDatabase(kind);
    await database.exec(['CREATE SEQUENCE s', "SELECT setval('s', 41)"]);
    await withAlembic(database, [sequence('s', { maxValue: 40 })], async (alembic) => {
      await alembic.revision('at most 40');
      await expect(alembic.upgrade()).rejects.toMatchObject({ code: 'MIGRATION_FAILED' });
    });
    expect(await database.query("SELECT nextval('s')::int AS n")).toEqual([{ n: 42 }]);
  });

  test('one that a column owns goes on when that no longer counts by it', async () => {
    await using database = await createDatabase(kind);
    await database.exec([...counts('a'), 'INSERT INTO t (b) VALUES (7), (8)']);
    const next = async (): Promise<unknown> =>
      (await database.query<{ n: number }>("SELECT nextval('s')::integer AS n"))[0]?.n;
    await withAlembic(database, [sequence('s', { ownedBy: 't.a' }), two()], async (alembic) => {
      await alembic.revision('stops');
      await alembic.upgrade();
      expect(await next()).toBe(3);
      await alembic.downgrade();
      expect(await next()).toBe(4);
    });
    await database.exec('INSERT INTO t (b) VALUES (9)');
    expect(await database.query('SELECT a::integer FROM t WHERE b = 9')).toEqual([{ a: 5 }]);
  });

  test('the other one that a column owns stays when its own goes', async () => {
    await using database = await createDatabase(kind);
    await database.exec([
      'CREATE TABLE t (id INTEGER NOT NULL)',
      'CREATE SEQUENCE a_other OWNED BY t.id',
      'CREATE SEQUENCE t_id_seq AS INTEGER OWNED BY t.id',
      "ALTER TABLE t ALTER id SET DEFAULT nextval('t_id_seq')",
      'CREATE SEQUENCE z_other OWNED BY t.id',
    ]);
    const before = await database.schema();
    const models = [table('t', [column('id', integer(), { nullable: false })])];
    await withAlembic(database, models, async (alembic) => {
      await alembic.revision('no serial');
      await alembic.upgrade();
      const left = await database.query(
        "SELECT relname::text AS name FROM pg_class WHERE relkind = 'S' ORDER BY 1",
      );
      expect(left).toEqual([{ name: 'a_other' }, { name: 'z_other' }]);
      await alembic.downgrade();
      expect(await database.schema()).toEqual(before);
    });
  });

  test('of which the models say nothing, or that they only count by, are left alone', async () => {
    await using database = await createDatabase(kind);
    await database.exec([
      'CREATE SEQUENCE order_ids',
      'CREATE SEQUENCE other',
      'CREATE TABLE orders (id INTEGER)',
    ]);
    expect(await differences(database, [table('orders', [column('id', integer())])])).toEqual([]);
    const more = [orders(), sequence('more')];
    expect(await differences(database, more)).toEqual([
      'createSequence',
      'dropSequence',
      'alterColumn',
      'addColumn',
    ]);
  });

  test('by hand', async () => {
    await using database = await createDatabase(kind);
    await withAlembic(database, [], async (alembic) => {
      const { op } = alembic;
      await op.createSequence('s', { start: 10, ifNotExists: true });
      await op.createSequence('s', { ifNotExists: true });
      await op.alterSequence('s', { start: null, cache: 3, comment: 'x' });
      await op.alterSequence('s', { type: integer(), maxValue: null, cycle: true });
      await op.dropSequence('t', { ifExists: true });
    });
    expect(
      await database.query(
        'SELECT seqtypid::regtype::text AS type, seqstart::int AS start, seqcache::int AS cache, seqmax::int AS max, seqcycle AS cycle FROM pg_sequence',
      ),
    ).toEqual([{ type: 'integer', start: 1, cache: 3, max: 2 ** 31 - 1, cycle: true }]);
  });
});

describeOn(['postgresql', 'postgresql-server'], 'another name', (kind) => {
  test.each([
    ['null', null],
    ['"it\'s"', "it's"],
  ])('of a sequence or a domain, in schema %s: what stands on them follows, and back', async (_, schema) => {
    await using database = await createDatabase(kind);
    const at = schema === null ? '' : `"${schema}".`;
    await database.exec([
      ...(schema === null ? [] : [`CREATE SCHEMA "${schema}"`]),
      `CREATE SEQUENCE ${at}s START 5`,
      `CREATE DOMAIN ${at}d AS INTEGER CHECK (VALUE > 0)`,
      `CREATE TABLE ${at}t (id INTEGER DEFAULT nextval('${at.replaceAll("'", "''")}s'), d ${at}d)`,
    ]);
    await withConnection(database, async (connection) => {
      const before = await database.schema();
      const names = async (): Promise<readonly string[]> =>
        (
          await database.query<{ name: string }>(
            "SELECT relname::text AS name FROM pg_class WHERE relkind = 'S' UNION ALL SELECT typname FROM pg_type WHERE typtype = 'd' AND typnamespace <> 'information_schema'::regnamespace",
          )
        ).map(({ name }) => name);
      const first = [
        op.alterSequence.create('s', { newName: 'the "s"', increment: 2, existingIncrement: null, schema }),
        op.alterDomain.create('d', { newName: 'the "d"', nullable: false, existingNullable: true, schema }),
        op.alterSequence.create('the "s"', { comment: 'x', existingComment: null, schema }),
        op.addColumn.create('t', column('more', domain('the "d"', schema === null ? {} : { schema })), {
          schema,
        }),
      ];
      await migrate(connection, first);
      expect(await names()).toEqual(['the "s"', 'the "d"']);
      // of another type it is made anew, under its own name first
      const type = { type: bigInteger(), existingType: integer() };
      const second = [op.alterDomain.create('the "d"', { newName: 'last', ...type, schema })];
      await migrate(connection, second);
      expect(await names()).toEqual(['the "s"', 'last']);
      await migrate(connection, reversed(second));
      await migrate(connection, reversed(first));
      expect(await database.schema()).toBe(before);
    });
  });

  test('is taken by the model with its columns', () => {
    const model = new SchemaModel([
      ...new MetaData([
        sequence('s'),
        domain('d', integer()),
        table('t', [column('a', domain('d')), column('b', array(domain('d'))), column('c', domain('e'))]),
      ]).objects,
    ]);
    definitions.apply(op.alterSequence.create('s', { newName: 'z' }), model);
    definitions.apply(op.alterDomain.create('d', { newName: 'f' }), model);
    expect([model.of('sequence'), model.of('domain')].map((of) => of.map(({ name }) => name))).toEqual([
      ['z'],
      ['f'],
    ]);
    expect(
      model.table({ schema: null, name: 't' })?.columns.map(({ type }) => type.item ?? type),
    ).toMatchObject([{ typeName: 'f' }, { typeName: 'f' }, { typeName: 'e' }]);
    definitions.apply(op.createSequence.create('y'), model);
    expect(() => definitions.apply(op.alterSequence.create('z', { newName: 'y' }), model)).toThrow(/already/);
  });
});

describeOn(['sqlite'], 'what only PostgreSQL has', (kind) => {
  test('is refused by its operation', async () => {
    await using database = await createDatabase(kind);
    const refused = { code: 'MIGRATION_FAILED', cause: { code: 'UNSUPPORTED_OPERATION' } };
    await withAlembic(database, [sequence('s')], async (alembic) => {
      await alembic.revision('a sequence');
      await expect(alembic.upgrade()).rejects.toMatchObject(refused);
    });
    await withAlembic(database, [], async ({ op }) => {
      for (const call of [
        () => op.dropSequence('s'),
        () => op.alterSequence('s', { cache: 2 }),
        () => op.createExtension('e'),
        () => op.dropExtension('e'),
        () => op.alterExtension('e', { version: '1' }),
        () => op.createDomain('d', integer()),
        () => op.dropDomain('d'),
        () => op.alterDomain('d', { nullable: false }),
      ])
        await expect(call()).rejects.toMatchObject(refused);
    });
  });
});
