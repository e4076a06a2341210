import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Operation } from '../../src/operations/operation.ts';
import {
  bigInteger,
  type ColumnType,
  column,
  computed,
  date,
  enumType,
  foreignKey,
  integer,
  MetaData,
  numeric,
  primaryKey,
  sql,
  string,
  type TableElement,
  table,
  text,
  unique,
  uuid,
} from '../../src/schema/index.ts';
import { converge, isRight } from '../conformance/converge.ts';
import { createDatabase, describeOn, type TestDatabase } from '../support/databases.ts';
import { compare, migrate, op, planned, withConnection } from './migrate.ts';

const key = (name: string, type: ColumnType) => column(name, type, { nullable: false, autoincrement: false });
const p = (type: ColumnType, ...more: readonly TableElement[]) =>
  table('p', [key('id', type), primaryKey(['id'], { name: 'pk' }), ...more]);
const fk = foreignKey(['pid'], 'p', ['id'], { name: 'fk' });
const id = (n: number) => `'00000000-0000-0000-0000-00000000000${n}'`;
const rows = [`insert into p values (${id(1)}), (${id(2)})`, `insert into q values (${id(1)}), (null)`];

describeOn(['postgresql', 'postgresql-server'], 'a foreign key whose columns change their types', (kind) => {
  let database: TestDatabase;
  let fresh: TestDatabase;
  beforeAll(async () => {
    [database, fresh] = [await createDatabase(kind), await createDatabase(kind)];
  });
  beforeEach(() => database.reset());
  afterAll(() => Promise.all([database.drop(), fresh.drop()]));

  const simple = (type: string, more = ''): string[] => [
    `create table p (id ${type} not null, constraint pk primary key (id))`,
    `create table q (pid ${type}, constraint fk foreign key (pid) references p (id)${more})`,
  ];

  test.each<[string, string[], string[], MetaData, string[]]>([
    [
      'text to uuid',
      simple('text'),
      simple('uuid'),
      new MetaData([p(uuid()), table('q', [column('pid', uuid()), fk])]),
      rows,
    ],
    [
      'uuid to text',
      simple('uuid', ' on delete cascade deferrable initially deferred'),
      simple('text', ' on delete cascade deferrable initially deferred'),
      new MetaData([
        p(text()),
        table('q', [
          column('pid', text()),
          foreignKey(['pid'], 'p', ['id'], {
            name: 'fk',
            onDelete: 'cascade',
            deferrable: true,
            initially: 'DEFERRED',
          }),
        ]),
      ]),
      rows,
    ],
    [
      'text to an enum that comes with it',
      simple('text'),
      ["create type mood as enum ('sad', 'glad')", ...simple('mood')],
      new MetaData([
        p(enumType(['sad', 'glad'], { name: 'mood' })),
        table('q', [column('pid', enumType(['sad', 'glad'], { name: 'mood' })), fk]),
      ]),
      ["insert into p values ('sad'), ('glad')", "insert into q values ('glad')"],
    ],
    [
      'a chain, a table that refers to itself, another key of two columns',
      [
        'create table p (id text not null, up text, constraint pk primary key (id), constraint self foreign key (up) references p (id))',
        'create table q (pid text not null, n integer not null, constraint qk primary key (pid), constraint fk foreign key (pid) references p (id), constraint u unique (pid, n))',
        'create table r (pid text, n integer, constraint fr foreign key (pid) references q (pid), constraint fu foreign key (pid, n) references q (pid, n) match full)',
      ],
      [
        'create table p (id uuid not null, up uuid, constraint pk primary key (id), constraint self foreign key (up) references p (id))',
        'create table q (pid uuid not null, n numeric not null, constraint qk primary key (pid), constraint fk foreign key (pid) references p (id), constraint u unique (pid, n))',
        'create table r (pid uuid, n integer, constraint fr foreign key (pid) references q (pid), constraint fu foreign key (pid, n) references q (pid, n) match full)',
      ],
      new MetaData([
        p(uuid(), column('up', uuid()), foreignKey(['up'], 'p', ['id'], { name: 'self' })),
        table('q', [
          key('pid', uuid()),
          key('n', numeric()),
          primaryKey(['pid'], { name: 'qk' }),
          unique(['pid', 'n'], { name: 'u' }),
          fk,
        ]),
        table('r', [
          column('pid', uuid()),
          column('n', integer()),
          foreignKey(['pid'], 'q', ['pid'], { name: 'fr' }),
          foreignKey(['pid', 'n'], 'q', ['pid', 'n'], { name: 'fu', match: 'full' }),
        ]),
      ]),
      [
        `insert into p values (${id(1)}, null), (${id(2)}, ${id(1)})`,
        `insert into q values (${id(2)}, 7)`,
        `insert into r values (${id(2)}, 7), (null, null)`,
      ],
    ],
    [
      'where the key changes too, a table goes and one comes',
      [
        ...simple('text'),
        'create table gone (pid text, constraint fg foreign key (pid) references p (id))',
        'create table s (pid text, constraint fs foreign key (pid) references p (id))',
      ],
      [
        'create table p (id uuid not null, constraint pk2 unique (id))',
        'create table q (pid uuid, constraint fk foreign key (pid) references p (id) on delete cascade)',
        'create table come (pid uuid, constraint fc foreign key (pid) references p (id))',
        'create table s (other uuid, constraint fs foreign key (other) references p (id))',
      ],
      new MetaData([
        table('p', [key('id', uuid()), unique(['id'], { name: 'pk2' })]),
        table('q', [
          column('pid', uuid()),
          foreignKey(['pid'], 'p', ['id'], { name: 'fk', onDelete: 'cascade' }),
        ]),
        table('come', [column('pid', uuid()), foreignKey(['pid'], 'p', ['id'], { name: 'fc' })]),
        table('s', [column('other', uuid()), foreignKey(['other'], 'p', ['id'], { name: 'fs' })]),
      ]),
      [],
    ],
    [
      'partitions, of which one has a foreign key of its own',
      [
        'create table p (id text not null, constraint pk primary key (id))',
        'create table q (n integer, pid text, constraint fk foreign key (pid) references p (id)) partition by list (n)',
        'create table q1 partition of q for values in (1)',
        'alter table q1 add constraint own foreign key (pid) references p (id) on delete cascade',
      ],
      [
        'create table p (id uuid not null, constraint pk primary key (id))',
        'create table q (n integer, pid uuid, constraint fk foreign key (pid) references p (id)) partition by list (n)',
        'create table q1 partition of q for values in (1)',
        'alter table q1 add constraint own foreign key (pid) references p (id) on delete cascade',
      ],
      new MetaData([
        p(uuid()),
        table('q', [column('n', integer()), column('pid', uuid()), fk], {
          postgresql: { partitionBy: 'LIST (n)' },
        }),
        table('q1', [foreignKey(['pid'], 'p', ['id'], { name: 'own', onDelete: 'cascade' })], {
          postgresql: { partitionOf: 'q', partitionBound: 'FOR VALUES IN (1)' },
        }),
      ]),
      [`insert into p values (${id(1)})`, `insert into q values (1, ${id(1)})`],
    ],
  ])('%s', async (name, ddlA, ddlB, models, load) => {
    const outcome = await converge(
      { id: name, ddlA, ddlB, models, ...(load.length > 0 && { load, move: load }) },
      database,
      fresh,
    );
    expect(outcome.problem).toBeNull();
    expect(isRight(outcome)).toBe(true);
  });

  const retype = (tableName: string, name: string, type: ColumnType, schema: string | null = null) =>
    op.alterColumn.create(tableName, name, { type, ...(schema !== null && { schema }) });
  const run = (operations: readonly Operation[]): Promise<readonly string[]> =>
    withConnection(database, (connection) => migrate(connection, operations));
  const failure = (action: PromiseLike<unknown>): Promise<unknown> =>
    Promise.resolve(action).then(
      () => null,
      (error: unknown) => error,
    );
  const definitions = () =>
    database.query(
      `select k.conname::text as name, n.nspname::text as schema, pg_get_constraintdef(k.oid) as definition, obj_description(k.oid, 'pg_constraint') as comment
       from pg_constraint k join pg_namespace n on n.oid = k.connamespace where k.contype = 'f' order by 1`,
    );

  test('what no model holds stays: names, comments, NOT VALID, another schema', async () => {
    await database.exec([
      'create schema "o""ther"',
      `create table p (id text not null, constraint pk primary key (id))`,
      'create table "o""ther".q ("p\'id" text)',
      `insert into "o""ther".q values (${id(3)})`,
      'alter table "o""ther".q add constraint "f""k" foreign key ("p\'id") references p (id) not valid',
      `comment on constraint "f""k" on "o""ther".q is 'it''s'`,
    ]);
    const before = await definitions();
    await run([retype('p', 'id', uuid()), retype('q', "p'id", uuid(), 'o"ther')]);
    expect(await definitions()).toEqual(before);
    expect(before).toMatchObject([{ comment: "it's", definition: expect.stringContaining('NOT VALID') }]);
    await run([retype('q', "p'id", text(), 'o"ther'), retype('p', 'id', text())]);
    expect(await definitions()).toEqual(before);
  });

  test.each<[string, string, ColumnType]>([
    ['integers', 'integer', bigInteger()],
    ['texts', 'varchar(10)', string(20)],
  ])('nothing steps aside between %s', async (_, from, to) => {
    await database.exec(simple(from));
    const statements = await run([retype('p', 'id', to), retype('q', 'pid', to)]);
    expect(statements).toHaveLength(2);
    expect(statements.join()).not.toContain('CONSTRAINT');
  });

  test.each<[string, string, ColumnType, string]>([
    ['rounded', 'numeric(10,3)', numeric(10, 1), '1.26'],
    ['cut', 'timestamp', date(), "'2024-01-02 12:00'"],
  ])('values that are %s on both sides, though both types can be compared', async (_, from, to, value) => {
    await database.exec([
      ...simple(from),
      `insert into p values (${value})`,
      `insert into q values (${value})`,
    ]);
    const before = await definitions();
    await run([retype('p', 'id', to), retype('q', 'pid', to)]);
    expect(await definitions()).toEqual(before);
    expect(await database.query('select from p join q on id = pid')).toHaveLength(1);
  });

  test('nor where one side changes alone, and can be compared', async () => {
    await database.exec(simple('integer'));
    expect(await run([retype('p', 'id', numeric())])).toHaveLength(1);
    expect(await run([retype('q', 'pid', bigInteger())])).toHaveLength(1);
  });

  test('one that could not be compared is named before anything runs', async () => {
    await database.exec([
      ...simple('text'),
      'create table other (pid text, constraint fo foreign key (pid) references p (id))',
    ]);
    const before = await definitions();
    const both = [retype('p', 'id', uuid()), retype('q', 'pid', uuid())];
    const ofPlan = (operations: readonly Operation[]) =>
      failure(withConnection(database, (connection) => planned(connection, operations)));
    expect(await ofPlan(both)).toMatchObject({
      code: 'BLOCKED_BY_DEPENDENT',
      message: expect.stringMatching(
        /'id' of table 'p'.*'fo' of table 'other' \(pid would be text, p\.id uuid\).*no await/,
      ),
      details: { object: 'p.id', blockers: [expect.stringContaining("'fo' of table 'other'")] },
    });
    // in a call of its own, the first can't know the second
    for (const [first] of [both, both.toReversed()])
      expect(await ofPlan([first!])).toMatchObject({ code: 'BLOCKED_BY_DEPENDENT' });
    expect(await definitions()).toEqual(before);
    await run([op.dropConstraint.create('fo', 'other', { type: 'foreignKey' }), ...both]);
    expect(await definitions()).toMatchObject([{ name: 'fk' }]);
  });

  test('a value that nothing stands under any more fails, and all is as it was', async () => {
    await database.exec([...simple('text'), "insert into p values ('a')", "insert into q values ('a')"]);
    const before = await database.schema();
    const using = { postgresql: { using: sql`'b'` } };
    const operations = [
      op.alterColumn.create('p', 'id', { type: text(), ...using }),
      op.alterColumn.create('q', 'pid', { type: text() }),
    ];
    expect(await failure(run(operations))).toMatchObject({ message: expect.stringContaining('fk') });
    expect(await database.schema()).toBe(before);
    await run([operations[0]!, op.alterColumn.create('q', 'pid', { type: text(), ...using })]);
    expect(await database.query('select pid from q')).toEqual([{ pid: 'b' }]);
  });

  test('a name that changes in between is refused, before anything runs', async () => {
    await database.exec(simple('text'));
    const renamed = op.alterColumn.create('p', 'id', { type: uuid(), newName: 'key' });
    const last = retype('q', 'pid', uuid());
    const refused = failure(withConnection(database, (connection) => planned(connection, [renamed, last])));
    expect(await refused).toMatchObject({ code: 'UNSUPPORTED_OPERATION' });
    await run([retype('p', 'id', uuid()), last, op.alterColumn.create('p', 'id', { newName: 'key' })]);
    expect(await definitions()).toMatchObject([{ definition: expect.stringContaining('p(key)') }]);
  });

  test('a generated column that is made anew under one', async () => {
    await database.exec([
      'create table p (a integer, g integer generated always as (a * 2) stored constraint u unique)',
      'create table q (pid integer constraint fk references p (g) on delete cascade)',
      "comment on constraint fk on q is 'c'",
      'insert into p values (0), (1)',
      'insert into q values (0)',
    ]);
    const before = await definitions();
    const models = new MetaData([
      table('p', [
        column('a', bigInteger()),
        column('g', bigInteger(), { computed: computed(sql`a * 3`, { persisted: true }) }),
        unique(['g'], { name: 'u' }),
      ]),
      table('q', [
        column('pid', integer()),
        foreignKey(['pid'], 'p', ['g'], { name: 'fk', onDelete: 'cascade' }),
      ]),
    ]);
    const expression = op.alterColumn.create('p', 'g', {
      computed: computed(sql`a * 5`, { persisted: true }),
    });
    await run([expression]);
    await run([retype('p', 'a', bigInteger())]);
    expect(await definitions()).toEqual(before);
    await withConnection(database, async (connection) => {
      await migrate(connection, await compare(connection, models));
      expect(await compare(connection, models)).toEqual([]);
    });
    expect(await definitions()).toEqual(before);
    expect(await database.query('select g::integer from p order by 1')).toEqual([{ g: 0 }, { g: 3 }]);
  });

  test('one of a generated column comes up as it was', async () => {
    await database.exec([
      'create table p (id text primary key)',
      'create table q (a text, pid text generated always as (a) stored constraint fk references p (id))',
      `insert into p values (${id(1)})`,
      `insert into q values (${id(1)})`,
    ]);
    const before = await definitions();
    await run([
      op.alterColumn.create('q', 'pid', {
        type: uuid(),
        computed: computed(sql`a::uuid`, { persisted: true }),
      }),
      retype('p', 'id', uuid()),
    ]);
    expect(await definitions()).toEqual(before);
  });
});
