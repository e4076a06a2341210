import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Alembic } from '../../src/index.ts';
import {
  bigInteger,
  column,
  foreignKey,
  index,
  integer,
  MetaData,
  primaryKey,
  type TableElement,
  table,
  unique,
} from '../../src/schema/index.ts';
import { converge, isRight } from '../conformance/converge.ts';
import { createDatabase, describeOn, type TestDatabase } from '../support/databases.ts';

const key = (name: string) => column(name, integer(), { nullable: false, autoincrement: false });
const parent = (...elements: readonly TableElement[]) => table('p', [key('a'), key('b'), ...elements]);
const byId = foreignKey(['p'], 'p', ['a'], { name: 'fk', onDelete: 'cascade' });
const child = (...elements: readonly TableElement[]) => table('c', [column('p', integer()), ...elements]);

describeOn(['postgresql', 'postgresql-server'], 'a key that foreign keys stand on', (kind) => {
  let database: TestDatabase;
  let fresh: TestDatabase;
  beforeAll(async () => {
    [database, fresh] = [await createDatabase(kind), await createDatabase(kind)];
  });
  beforeEach(() => database.reset());
  afterAll(() => Promise.all([database.drop(), fresh.drop()]));

  const rows = ['insert into p values (1, 1), (2, 1)', 'insert into c values (1), (2), (null)'];
  const p = 'create table p (a integer not null, b integer not null';

  test.each<[string, string[], string[], MetaData]>([
    [
      'a primary key that takes another column, where a unique constraint takes its place',
      [
        `${p}, constraint pk primary key (a))`,
        'create table c (p integer, constraint fk foreign key (p) references p (a) on delete cascade)',
      ],
      [
        `${p}, constraint pk primary key (a, b), constraint u unique (a))`,
        'create table c (p integer, constraint fk foreign key (p) references p (a) on delete cascade)',
      ],
      new MetaData([
        parent(primaryKey(['a', 'b'], { name: 'pk' }), unique(['a'], { name: 'u' })),
        child(byId),
      ]),
    ],
    [
      'a unique constraint that becomes the primary key; a table that stands on itself',
      [
        `${p}, c integer, constraint u unique (a), constraint self foreign key (c) references p (a) deferrable initially deferred)`,
        'create table c (p integer, constraint fk foreign key (p) references p (a) on delete cascade)',
      ],
      [
        `${p}, c integer, constraint pk primary key (a), constraint self foreign key (c) references p (a) deferrable initially deferred)`,
        'create table c (p integer, constraint fk foreign key (p) references p (a) on delete cascade)',
      ],
      new MetaData([
        parent(
          column('c', integer()),
          primaryKey(['a'], { name: 'pk' }),
          foreignKey(['c'], 'p', ['a'], { name: 'self', deferrable: true, initially: 'DEFERRED' }),
        ),
        child(byId),
      ]),
    ],
    [
      'a unique constraint that becomes a unique index, and one that is one too many',
      [
        `${p}, constraint u unique (a), constraint v unique (a))`,
        'create table c (p integer, constraint fk foreign key (p) references p (a) on delete cascade)',
      ],
      [
        p + ')',
        'create unique index i on p (a)',
        'create table c (p integer, constraint fk foreign key (p) references p (a) on delete cascade)',
      ],
      new MetaData([parent(index('i', ['a'], { unique: true })), child(byId)]),
    ],
    [
      'a unique index that becomes a constraint of the same columns in another order',
      [
        p + ')',
        'create unique index i on p (b, a)',
        'create table c (p integer, q integer, constraint fk foreign key (p, q) references p (a, b) match full)',
      ],
      [
        `${p}, constraint u unique (a, b))`,
        'create table c (p integer, q integer, constraint fk foreign key (p, q) references p (a, b) match full)',
      ],
      new MetaData([
        parent(unique(['a', 'b'], { name: 'u' })),
        child(column('q', integer()), foreignKey(['p', 'q'], 'p', ['a', 'b'], { name: 'fk', match: 'full' })),
      ]),
    ],
    [
      'where a foreign key goes another way with it, and one goes away',
      [
        `${p}, constraint pk primary key (a))`,
        'create table c (p integer, constraint fk foreign key (p) references p (a) on delete cascade)',
        'create table d (p integer, constraint fd foreign key (p) references p (a))',
      ],
      [
        `${p}, constraint pk primary key (b, a))`,
        'create table c (p integer, q integer, constraint fk foreign key (p, q) references p (a, b))',
        'create table d (p integer)',
      ],
      new MetaData([
        parent(primaryKey(['b', 'a'], { name: 'pk' })),
        child(column('q', integer()), foreignKey(['p', 'q'], 'p', ['a', 'b'], { name: 'fk' })),
        table('d', [column('p', integer())]),
      ]),
    ],
    [
      'with a column of another type',
      [
        `${p}, constraint pk primary key (a))`,
        'create table c (p integer, constraint fk foreign key (p) references p (a) on delete cascade)',
      ],
      [
        'create table p (a bigint not null, b integer not null, constraint pk primary key (a, b), constraint u unique (a))',
        'create table c (p bigint, constraint fk foreign key (p) references p (a) on delete cascade)',
      ],
      new MetaData([
        table('p', [
          column('a', bigInteger(), { nullable: false, autoincrement: false }),
          key('b'),
          primaryKey(['a', 'b'], { name: 'pk' }),
          unique(['a'], { name: 'u' }),
        ]),
        table('c', [column('p', bigInteger()), byId]),
      ]),
    ],
    [
      'with names that have to be quoted',
      [
        'create table "p""\n" ("a\'" integer not null, "b$$" integer not null, constraint "pk*/" primary key ("a\'"))',
        'create table "c" ("p" integer, constraint "fk`${}" foreign key (p) references "p""\n" ("a\'"))',
      ],
      [
        'create table "p""\n" ("a\'" integer not null, "b$$" integer not null, constraint "pk*/" primary key ("a\'", "b$$"), constraint "u;" unique ("a\'"))',
        'create table "c" ("p" integer, constraint "fk`${}" foreign key (p) references "p""\n" ("a\'"))',
      ],
      new MetaData([
        table('p"\n', [
          key("a'"),
          key('b$$'),
          primaryKey(["a'", 'b$$'], { name: 'pk*/' }),
          unique(["a'"], { name: 'u;' }),
        ]),
        child(foreignKey(['p'], 'p"\n', ["a'"], { name: 'fk`${}' })),
      ]),
    ],
  ])('is replaced: %s', async (id, ddlA, ddlB, models) => {
    const isPlain = ddlA[0]?.startsWith(`${p}, constraint pk`) && ddlA.length === 2;
    const way = {
      id,
      ddlA,
      ddlB,
      models,
      ...(isPlain && { load: rows, move: rows, survives: [{ table: 'c', columns: ['p'] }] }),
    };
    const outcome = await converge(way, database, fresh);
    expect(outcome.problem).toBeNull();
    expect(isRight(outcome)).toBe(true);
  });

  const withAlembic = async <T>(models: MetaData, use: (alembic: Alembic) => Promise<T>): Promise<T> => {
    const alembic = new Alembic(
      {},
      { engines: database.url, metadatas: models, runMkdir: false, commandName: false },
    );
    try {
      return await use(alembic);
    } finally {
      await alembic.close();
    }
  };
  const failure = (action: PromiseLike<unknown>): Promise<unknown> =>
    Promise.resolve(action).then(
      () => null,
      (error: unknown) => error,
    );

  test('what is in another schema, its comment, and that it was never validated stay', async () => {
    await database.exec([
      `${p}, constraint pk primary key (a))`,
      'create schema other',
      'create table other.c (p integer)',
      'insert into other.c values (99)',
      'alter table other.c add constraint fk foreign key (p) references p (a) not valid',
      `comment on constraint fk on other.c is 'it''s'`,
    ]);
    const facts = () =>
      database.query(
        "select pg_get_constraintdef(oid) as definition, obj_description(oid) as comment, conindid::regclass::text as index from pg_constraint where conname = 'fk'",
      );
    const [before] = await facts();
    await withAlembic(new MetaData(), (alembic) =>
      alembic.op.batchAlterTable('p', (batch) => {
        batch.dropConstraint('pk', { type: 'primaryKey' });
        batch.createPrimaryKey('pk', ['a', 'b']);
        batch.createIndex('i', ['a'], { unique: true });
      }),
    );
    expect(before).toMatchObject({ comment: "it's", index: 'pk' });
    expect(await facts()).toEqual([{ ...before, index: 'i' }]);
  });

  test.each(['public', null])('where operations name the default schema: %s', async (schema) => {
    await database.exec([
      `${p}, constraint pk primary key (a))`,
      'create table c (p integer, constraint fk foreign key (p) references p (a))',
    ]);
    await withAlembic(new MetaData(), (alembic) =>
      alembic.op.batchAlterTable(
        'p',
        (batch) => {
          batch.dropConstraint('pk', { type: 'primaryKey' });
          batch.createPrimaryKey('pk2', ['a', 'b']);
          batch.createUniqueConstraint('u', ['a']);
        },
        { schema },
      ),
    );
    expect(
      await database.query(
        "select conindid::regclass::text as index from pg_constraint where conname = 'fk'",
      ),
    ).toEqual([{ index: 'u' }]);
  });

  test('keys that nothing stands on go as they did', async () => {
    await database.exec([
      `${p}, constraint pk primary key (a), constraint u unique (b))`,
      'create table c (p integer, constraint fk foreign key (p) references p (b))',
    ]);
    await withAlembic(new MetaData(), async (alembic) => {
      // stands on another key all the time
      await alembic.op.dropConstraint('pk', 'p', { type: 'primaryKey' });
      await alembic.op.dropTable('c');
      await alembic.op.dropConstraint('u', 'p', { type: 'unique' });
    });
    expect(
      await database.query(
        "select conname from pg_constraint where conrelid = 'p'::regclass and contype in ('p', 'u', 'f')",
      ),
    ).toEqual([]);
  });

  test('nothing stands on it afterwards: refused before anything is done', async () => {
    await database.exec([
      `${p}, constraint pk primary key (a))`,
      'create table c (p integer, constraint fk foreign key (p) references p (a))',
    ]);
    const before = await database.schema();
    await withAlembic(new MetaData(), async (alembic) => {
      const alone = await failure(alembic.op.dropConstraint('pk', 'p', { type: 'primaryKey' }));
      expect(alone).toMatchObject({
        cause: { code: 'NO_REFERENCED_KEY', message: expect.stringContaining("'fk' of table 'c'") },
      });
      const deferrable = await failure(
        alembic.op.batchAlterTable('p', (batch) => {
          batch.dropConstraint('pk', { type: 'primaryKey' });
          batch.createUniqueConstraint('u', ['a'], { deferrable: true });
        }),
      );
      expect(deferrable).toMatchObject({ cause: { code: 'NO_REFERENCED_KEY' } });
      expect(await database.schema()).toBe(before);
      // one that nothing stands on goes
      await alembic.op.dropConstraint('fk', 'c', { type: 'foreignKey' });
      await alembic.op.dropConstraint('pk', 'p', { type: 'primaryKey' });
    });
  });
});
