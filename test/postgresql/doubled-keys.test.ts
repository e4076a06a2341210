import { afterAll, beforeAll, expect, test } from 'vitest';
import { Alembic } from '../../src/index.ts';
import { column, enumType, integer, MetaData, primaryKey, table, unique } from '../../src/schema/index.ts';
import { converge, isRight } from '../conformance/converge.ts';
import { createDatabase, describeOn, type TestDatabase } from '../support/databases.ts';

// Within one CREATE TABLE, PostgreSQL makes one key of two over the same columns.

const a = column('a', integer(), { nullable: false, autoincrement: false });
const b = column('b', integer(), { nullable: false });

describeOn(['postgresql', 'postgresql-server'], 'two keys over the same columns', (kind) => {
  let database: TestDatabase;
  let fresh: TestDatabase;
  beforeAll(async () => {
    [database, fresh] = [await createDatabase(kind), await createDatabase(kind)];
  });
  afterAll(() => Promise.all([database.drop(), fresh.drop()]));

  const bare = 'create table t (a integer not null, b integer not null)';
  const both = [
    'create table t (a integer not null, b integer not null, primary key (a))',
    'alter table t add constraint u unique (a)',
  ];
  const named = new MetaData([table('t', [a, b, primaryKey(['a']), unique(['a'], { name: 'u' })])]);

  test.each<[string, string[], string[], MetaData]>([
    ['in a new table', [], both, named],
    ['one more in a table that is there', [both[0] as string], both, named],
    [
      'where the server gave the one the name of the other',
      ['create table t (a integer not null, b integer not null, primary key (a), constraint u unique (a))'],
      both,
      named,
    ],
    [
      'of a column that is primary key and unique',
      [],
      ['create table t (a integer not null, primary key (a))', 'alter table t add unique (a)'],
      new MetaData([
        table('t', [column('a', integer(), { primaryKey: true, unique: true, autoincrement: false })]),
      ]),
    ],
    [
      'twice unique',
      [],
      [
        bare,
        'alter table t add constraint u unique (a, b)',
        'alter table t add constraint v unique (a, b)',
        'alter table t add constraint w unique (b, a)',
        'alter table t add constraint x unique (a, b) deferrable',
        'alter table t add constraint y unique (a, b) include (b)',
      ],
      new MetaData([
        table('t', [
          a,
          b,
          unique(['a', 'b'], { name: 'u' }),
          unique(['a', 'b'], { name: 'v' }),
          unique(['b', 'a'], { name: 'w' }),
          unique(['a', 'b'], { name: 'x', deferrable: true }),
          unique(['a', 'b'], { name: 'y', postgresql: { include: ['b'] } }),
        ]),
      ]),
    ],
    ['of which one goes', both, [both[0] as string], new MetaData([table('t', [a, b, primaryKey(['a'])])])],
  ])('%s', async (id, ddlA, ddlB, models) => {
    const outcome = await converge({ id, ddlA, ddlB, models }, database, fresh);
    expect(outcome.problem).toBeNull();
    expect(isRight(outcome)).toBe(true);
  });

  test('IF NOT EXISTS, a second time, leaves the table as it is', async () => {
    await database.reset();
    const alembic = new Alembic({}, { engines: database.url, runMkdir: false, commandName: false });
    try {
      const create = () =>
        alembic.op.createTable('t', [a, primaryKey(['a']), unique(['a'], { name: 'u' })], {
          ifNotExists: true,
        });
      await create();
      const once = await database.schema();
      expect(once).toContain('UNIQUE (a)');
      await create();
      expect(await database.schema()).toBe(once);
      const kind = enumType(['x', 'y'], { name: 'kind', native: false, createConstraint: true });
      const add = () => alembic.op.addColumn('t', column('k', kind), { ifNotExists: true });
      await add();
      const added = await database.schema();
      expect(added).toContain('"name": "kind"');
      await add();
      expect(await database.schema()).toBe(added);
    } finally {
      await alembic.close();
    }
  });
});
