import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  definitions,
  migrate,
  op,
  planned,
  reversed,
  withConnection,
} from '../../../../test/postgresql/migrate.ts';
import { createDatabase, describeOn, type TestDatabase } from '../../../../test/support/databases.ts';
import { flattenBatches } from '../../../operations/containers.ts';
import type { Operation } from '../../../operations/operation.ts';
import {
  bigInteger,
  boolean,
  check,
  column,
  computed,
  dateTime,
  enumType,
  foreignKey,
  identity,
  integer,
  json,
  largeBinary,
  numeric,
  smallInteger,
  sql,
  string,
  table,
  text,
  unique,
  uuid,
} from '../../../schema/index.ts';
import type { ColumnType } from '../../../schema/types/column-type.ts';
import { array, inet, jsonb } from '../types.ts';

const mood = enumType(['sad', 'ok'], { name: 'mood' });

describeOn(['postgresql', 'postgresql-server'], 'a plan', (kind) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase(kind);
  });
  afterAll(() => database.drop());
  beforeEach(() => database.reset());

  const run = (...operations: readonly Operation[]): Promise<readonly string[]> =>
    withConnection(database, (connection) => migrate(connection, operations));
  const words = (...operations: readonly Operation[]): Promise<readonly string[]> =>
    withConnection(database, (connection) => planned(connection, operations));
  const refusal = (...operations: readonly Operation[]): Promise<unknown> =>
    run(...operations).then(
      () => null,
      (error: unknown) => error,
    );
  const values = async (expression = 'a', from = 't'): Promise<unknown[]> =>
    (await database.query<{ v: unknown }>(`select ${expression} as v from ${from} order by 1`)).map(
      ({ v }) => v,
    );

  describe('alterColumn', () => {
    test('does each change, in an order in which each can be done', async () => {
      await database.exec(
        `create table t (a varchar(9) default '5'); comment on column t.a is 'x'; insert into t values ('7'), (default)`,
      );
      const change = op.alterColumn.create('t', 'a', {
        type: integer(),
        existingType: string(9),
        nullable: false,
        existingNullable: true,
        serverDefault: 6,
        existingServerDefault: '5',
        comment: null,
        existingComment: 'x',
        newName: 'b',
      });
      const before = await database.schema();
      expect(await run(change)).toEqual([
        'ALTER TABLE "t" ALTER COLUMN "a" DROP DEFAULT',
        'ALTER TABLE "t" ALTER COLUMN "a" TYPE INTEGER USING "a"::text::INTEGER',
        'ALTER TABLE "t" ALTER COLUMN "a" SET NOT NULL',
        'ALTER TABLE "t" ALTER COLUMN "a" SET DEFAULT 6',
        'COMMENT ON COLUMN "t"."a" IS NULL',
        'ALTER TABLE "t" RENAME COLUMN "a" TO "b"',
      ]);
      await database.exec('insert into t values (default)');
      expect(await values('b')).toEqual([5, 6, 7]);
      await run(...reversed([change]));
      expect(await database.schema()).toBe(before);
    });

    test('keeps a default that it is not told of', async () => {
      await database.exec(`create table t (a varchar(3) default 'x')`);
      await run(op.alterColumn.create('t', 'a', { type: text() }));
      // as it would be in a fresh table
      expect(await values(`pg_get_expr(adbin, adrelid)`, 'pg_attrdef')).toEqual([`'x'::text`]);
    });

    test('only what is asked', async () => {
      await database.exec('create table t (a integer not null default 5)');
      expect(await words(op.alterColumn.create('t', 'a', { nullable: true }))).toEqual([
        'ALTER TABLE "t" ALTER COLUMN "a" DROP NOT NULL',
      ]);
      expect(await words(op.alterColumn.create('t', 'a', { serverDefault: null }))).toEqual([
        'ALTER TABLE "t" ALTER COLUMN "a" DROP DEFAULT',
      ]);
    });

    test.each<[string, ColumnType, ColumnType, unknown[], unknown[]]>([
      ['text to integer', text(), integer(), ["'5'", 'null'], [5, null]],
      ['boolean to bigint', boolean(), bigInteger(), ['true', 'false'], ['0', '1']],
      ['integer to boolean', integer(), boolean(), ['0', '1'], [false, true]],
      ['text to json', text(), json(), [`'{"a": 1}'`], [{ a: 1 }]],
      ['text to bytea', text(), largeBinary(), ["'ä\\'"], [Buffer.from('ä\\')]],
      ['text to inet', string(40), inet(), ["'10.0.0.0/8'"], ['10.0.0.0/8']],
      ['integer to its array', integer(), array(integer()), ['5', 'null'], [[5], null]],
      ['text to an enum', text(), mood, ["'ok'"], ['ok']],
      ['an enum to another', mood, enumType(['ok', 'x'], { name: 'other' }), ["'ok'"], ['ok']],
      ['json to jsonb', json(), jsonb(), [`'{"a": 1}'`], [{ a: 1 }]],
    ])('%s and back keeps the rows', async (_, from, to, given, wanted) => {
      if (from === mood) await database.exec(`create type mood as enum ('sad', 'ok')`);
      await run(op.createTable.create('t', [column('a', from)]));
      await database.exec(`insert into t values ${given.map((each) => `(${each})`).join(', ')}`);
      const before = await values('a::text');
      const change = op.alterColumn.create('t', 'a', { type: to, existingType: from });
      await run(change);
      const rows = await database.query<{ a: unknown }>('select a from t');
      expect(new Set(rows.map(({ a }) => a))).toEqual(new Set(wanted));
      await run(...reversed([change]));
      expect(await values('a::text')).toEqual(before);
    });

    test.each<[string, ColumnType, ColumnType, string]>([
      ['a text that is too long', text(), string(2), "'abc'"],
      ['a text that is no number', text(), integer(), "'x'"],
      ['a number that is no truth', integer(), boolean(), '2'],
      ['two elements', array(text()), text(), "'{a,b}'"],
      ['a value that the enum has not', text(), mood, "'glad'"],
    ])('%s fails rather than be lost', async (_, from, to, value) => {
      await run(op.createTable.create('t', [column('a', from)]));
      await database.exec(`insert into t values (${value})`);
      const before = await values('a::text');
      expect(await refusal(op.alterColumn.create('t', 'a', { type: to, existingType: from }))).toBeInstanceOf(
        Error,
      );
      expect(await values('a::text')).toEqual(before);
    });

    test('takes a conversion from the user', async () => {
      await database.exec('create table t (a integer); insert into t values (90)');
      const using = { postgresql: { using: 'make_interval(secs => a)::text' } };
      await run(op.alterColumn.create('t', 'a', { type: text(), existingType: integer(), ...using }));
      expect(await values()).toEqual(['00:01:30']);
    });

    test('remakes what is generated from a column of another type, with what hangs on it', async () => {
      await database.exec(`create table t (a integer, g integer generated always as (a * 2) stored not null, check (g > 0), unique (g));
        create index i on t (abs(g)) where g > 1; comment on column t.g is 'twice'; insert into t values (4)`);
      const before = await database.schema({ ignoreColumnOrder: true });
      const change = op.alterColumn.create('t', 'a', { type: smallInteger(), existingType: integer() });
      await run(change);
      expect(await values('g')).toEqual([8]);
      await run(...reversed([change]));
      expect(await database.schema({ ignoreColumnOrder: true })).toBe(before);
    });

    test('changes, gives and takes the expression of a generated column', async () => {
      await database.exec('create table t (a integer, g integer); insert into t values (4, 5)');
      const twice = computed(sql`a * 2`);
      const give = op.alterColumn.create('t', 'g', { computed: twice, existingComputed: null });
      const change = op.alterColumn.create('t', 'g', {
        computed: computed(sql`a * 3`),
        existingComputed: twice,
      });
      await run(give);
      expect(await values('g')).toEqual([8]);
      await run(change);
      expect(await values('g')).toEqual([12]);
      await run(...reversed([give, change]));
      expect(await values('g')).toEqual([8]);
      await database.exec('update t set g = 1');
    });

    test('a virtual column becomes a plain one with the values that it had', async ({ skip }) => {
      const [row] = await database.query<{ v: string }>(`select current_setting('server_version_num') as v`);
      if (Number(row?.v) < 180_000) skip('virtual columns exist from PostgreSQL 18');
      await database.exec(
        'create table t (a integer, g integer generated always as (a * 2) virtual not null); insert into t values (4)',
      );
      const twice = computed(sql`a * 2`, { persisted: false });
      const change = op.alterColumn.create('t', 'g', { computed: null, existingComputed: twice });
      await run(change);
      expect(await values('g')).toEqual([8]);
      await database.exec('update t set g = 1');
      await run(...reversed([change]));
      expect(await values('g')).toEqual([8]);
    });
  });

  describe('columns that count', () => {
    const next = async (): Promise<unknown> =>
      (await database.query<{ a: unknown }>('insert into t default values returning a'))[0]?.a;

    test('go on from where they are, from serial to identity and back', async () => {
      await database.exec(
        'create table t (a serial primary key, b integer); insert into t (b) select 1 from generate_series(1, 3)',
      );
      const before = await database.schema();
      const change = op.alterColumn.create('t', 'a', {
        identity: identity({ always: true }),
        existingIdentity: null,
        autoincrement: false,
        existingAutoincrement: true,
      });
      await run(change);
      expect(await next()).toBe(4);
      await run(...reversed([change]));
      expect(await next()).toBe(5);
      expect(await database.schema()).toBe(before);
    });

    test('begin behind what is there', async () => {
      await database.exec('create table t (a integer not null, b integer); insert into t values (7), (3)');
      const serial = op.alterColumn.create('t', 'a', { autoincrement: true, existingAutoincrement: false });
      await run(serial);
      expect(await next()).toBe(8);
      await run(...reversed([serial]));
      await run(op.alterColumn.create('t', 'a', { identity: identity(), existingIdentity: null }));
      expect(await next()).toBe(9);
    });

    test('stop counting', async () => {
      await database.exec('create table t (a bigserial, b integer generated by default as identity)');
      await run(
        op.alterColumn.create('t', 'a', { autoincrement: false }),
        op.alterColumn.create('t', 'b', { identity: null }),
      );
      expect(await database.query(`select 1 from pg_class where relkind = 'S'`)).toEqual([]);
    });

    test('are changed in all that an identity says, and back', async () => {
      await database.exec(
        'create table t (a bigint generated always as identity (start 5 increment 2 minvalue 3 maxvalue 90 cache 4 cycle))',
      );
      const before = await database.schema();
      const was = identity({
        always: true,
        start: 5,
        increment: 2,
        minValue: 3,
        maxValue: 90,
        cache: 4,
        cycle: true,
      });
      const change = op.alterColumn.create('t', 'a', { identity: identity(), existingIdentity: was });
      await run(change);
      expect(
        await database.query(
          'select seqstart::int as s, seqincrement::int as i, seqmin::int as n, seqmax::text as x, seqcache::int as c, seqcycle as y from pg_sequence',
        ),
      ).toEqual([{ s: 1, i: 1, n: 1, x: String(2n ** 63n - 1n), c: 1, y: false }]);
      await run(...reversed([change]));
      expect(await database.schema()).toBe(before);
    });

    test('have a sequence that grows with them, whatever it is called', async () => {
      await database.exec(
        'create table "T t" (a serial primary key, b integer); alter sequence "T t_a_seq" rename to "it\'s"',
      );
      const change = op.alterColumn.create('T t', 'a', { type: bigInteger(), existingType: integer() });
      await run(change);
      expect(await values('seqtypid::regtype::text', 'pg_sequence')).toEqual(['bigint']);
      await run(...reversed([change]));
      expect(await values('seqtypid::regtype::text', 'pg_sequence')).toEqual(['integer']);
    });
  });

  describe('enums', () => {
    test('are made before their first use, once, in the schema of their table', async () => {
      await database.exec('create schema app');
      const t = op.createTable.create('t', [column('a', mood), column('b', array(mood))]);
      const ran = await run(
        t,
        op.addColumn.create('t', column('c', mood)),
        op.createTable.create('t', [column('a', mood, { serverDefault: 'ok' })], { schema: 'app' }),
      );
      expect(ran.filter((each) => each.startsWith('CREATE TYPE'))).toEqual([
        `CREATE TYPE "mood" AS ENUM ('sad', 'ok')`,
        `CREATE TYPE "app"."mood" AS ENUM ('sad', 'ok')`,
      ]);
      expect(ran.at(-1)).toContain('"a" "app"."mood" DEFAULT \'ok\'');
      // those that are there are not made again
      expect(
        await words(
          op.alterColumn.create('t', 'c', { type: mood }),
          op.createEnum.create('mood2', ['x']),
          op.addColumn.create('t', column('d', enumType(['x'], { name: 'mood2' }))),
        ),
      ).toEqual([
        expect.stringContaining('TYPE "mood"'),
        `CREATE TYPE "mood2" AS ENUM ('x')`,
        expect.stringContaining('ADD COLUMN "d" "mood2"'),
      ]);
    });

    test('take values that come to them where they are', async () => {
      await database.exec(`create type mood as enum ('b', 'd')`);
      await run(
        op.alterEnum.create('mood', ["a's", 'b', 'c', 'd', 'e', 'f'], { existingValues: ['b', 'd'] }),
      );
      const labels = await database.query('select enumlabel::text as v from pg_enum order by enumsortorder');
      expect(labels.map(({ v }) => v)).toEqual(["a's", 'b', 'c', 'd', 'e', 'f']);
    });

    test.each<[string, readonly string[], readonly Operation[]]>([
      ['lose one', ['sad'], []],
      ['change places', ['ok', 'sad'], []],
      [
        'have a new value that is used at once',
        ['sad', 'ok', 'new'],
        [op.execute.create(`insert into t (a) values ('new')`)],
      ],
    ])('%s: the columns are moved over with their defaults', async (_, to, after) => {
      await run(
        op.createTable.create('t', [
          column('a', mood, { serverDefault: 'sad', nullable: false }),
          column('b', array(mood), { serverDefault: '{sad}' }),
        ]),
      );
      await database.exec('insert into t default values');
      await run(op.alterEnum.create('mood', to, { existingValues: ['sad', 'ok'] }), ...after);
      expect(await database.query('select a::text, b::text from t limit 1')).toEqual([
        { a: 'sad', b: '{sad}' },
      ]);
      expect(await values('enumlabel::text', 'pg_enum')).toEqual(to.toSorted());
      expect(await values('typname::text', `pg_type where typtype = 'e'`)).toEqual(['mood']);
    });

    test('a value that a row has cannot go', async () => {
      await run(op.createTable.create('t', [column('a', mood)]));
      await database.exec(`insert into t values ('ok')`);
      expect(
        await refusal(op.alterEnum.create('mood', ['sad'], { existingValues: ['sad', 'ok'] })),
      ).toMatchObject({ message: expect.stringContaining('"ok"') });
      expect(await values('a::text')).toEqual(['ok']);
    });
  });

  test("a type's collation is kept", async () => {
    await database.exec('create table t (a varchar(5))');
    await run(op.alterColumn.create('t', 'a', { type: string(9, { collation: 'C' }) }));
    expect(await values('collation_name::text', `information_schema.columns where table_name = 't'`)).toEqual(
      ['C'],
    );
  });

  test('an index is made and dropped concurrently, outside of a transaction', async () => {
    await database.exec('create table t (a integer)');
    const create = op.createIndex.create('i', 't', ['a'], {
      unique: true,
      ifNotExists: true,
      where: sql`a > 0`,
      postgresql: { concurrently: true },
    });
    await withConnection(database, async (connection) => {
      for (const each of [create, definitions.reverse(create)]) {
        const statements = await connection.dialect.plan([each], await stateOf([each]));
        expect(statements).toEqual([expect.objectContaining({ operations: [each] })]);
        expect(definitions.atomicity(each, connection.dialect)).toBe('autocommit');
        await connection.exec(statements[0]?.sql ?? '');
      }
      async function stateOf(operations: readonly Operation[]) {
        const { LivePlanState } = await import('../../../runtime/live-plan-state.ts');
        return new LivePlanState(definitions, connection, operations);
      }
    });
    expect(await words(create)).toEqual([
      'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "i" ON "t" ("a") WHERE a > 0',
    ]);
  });

  test('a constraint without a name is found by what it was', async () => {
    await database.exec(`create table o (id integer primary key);
      create table t (a integer primary key, b varchar(9), unique (a, b), constraint odd check (b in ('x', 'y')), constraint even foreign key (a) references o)`);
    const drop = (options: Parameters<typeof op.dropConstraint.create>[2]): Operation =>
      op.dropConstraint.create(null, 't', options);
    expect(
      await run(
        drop({ was: check(sql`b = any (array['x', 'y']::varchar[])`) }),
        drop({ was: foreignKey(['a'], 'o', ['id']) }),
        drop({ was: unique(['a', 'b']) }),
        drop({ type: 'primary' }),
      ),
    ).toEqual(
      ['odd', 'even', 't_a_b_key', 't_pkey'].map((name) => `ALTER TABLE "t" DROP CONSTRAINT "${name}"`),
    );
  });

  test('what is dropped and made again under another name is renamed', async () => {
    await database.exec(
      `create table o (id integer, constraint u unique (id)); create table t (a integer references o (id)); create index i on o (id); create index j on o (abs(id))`,
    );
    const renames = [
      op.dropConstraint.create('u', 'o', { type: 'unique' }),
      op.dropIndex.create('i', { table: 'o' }),
      op.createUniqueConstraint.create('v', 'o', ['id']),
      op.createIndex.create('k', 'o', ['id']),
      op.dropIndex.create('j', { table: 'o' }),
      op.createIndex.create('l', 'o', [sql`abs(id)`]),
    ];
    expect(await run(...renames)).toEqual([
      'ALTER TABLE "o" RENAME CONSTRAINT "u" TO "v"',
      'ALTER INDEX "i" RENAME TO "k"',
      'ALTER INDEX "j" RENAME TO "l"',
    ]);
    // another definition, or a column that changes in between, is another matter
    expect(
      await words(
        op.dropIndex.create('k', { table: 'o' }),
        op.createIndex.create('m', 'o', ['id'], { unique: true }),
      ),
    ).toHaveLength(2);
    expect(
      await words(
        op.dropIndex.create('k', { table: 'o' }),
        op.alterColumn.create('o', 'id', { type: bigInteger() }),
        op.createIndex.create('m', 'o', ['id']),
      ),
    ).toHaveLength(3);
  });

  test('a batch is its operations, a table and its renamed form are one', async () => {
    const batch: Operation = {
      kind: 'batch',
      table: 't',
      schema: null,
      recreate: 'auto',
      copyFrom: null,
      partialReordering: null,
      tableArgs: [],
      operations: [
        op.addColumn.create('t', column('b', text(), { comment: 'new' })),
        op.dropColumn.create('t', 'a'),
      ],
    } as Operation;
    await database.exec('create table t (a integer)');
    expect(flattenBatches([batch])).toHaveLength(2);
    expect(
      await run(batch, op.renameTable.create('t', 'u'), op.alterColumn.create('u', 'b', { type: string(5) })),
    ).toEqual([
      'ALTER TABLE "t" ADD COLUMN "b" TEXT',
      `COMMENT ON COLUMN "t"."b" IS 'new'`,
      'ALTER TABLE "t" DROP COLUMN "a"',
      'ALTER TABLE "t" RENAME TO "u"',
      'ALTER TABLE "u" ALTER COLUMN "b" TYPE VARCHAR(5)',
    ]);
  });

  test('rows are inserted as their columns hold them', async () => {
    const rows = [
      {
        a: [1, null],
        b: ["it's", 'x,y'],
        c: { k: [1] },
        d: Uint8Array.of(0, 255),
        e: '00000000-0000-0000-0000-000000000001',
        f: sql`1 + 1`,
        g: 2n ** 62n,
        h: '\\',
        i: new Date(0),
      },
    ];
    const t = table('t', [
      column('a', array(integer())),
      column('b', array(text())),
      column('c', jsonb()),
      column('d', largeBinary()),
      column('e', uuid()),
      column('f', numeric()),
      column('g', bigInteger()),
      column('h', text()),
      column('i', dateTime()),
    ]);
    await run(op.createTable.create('t', t.columns), op.bulkInsert.create(t, rows));
    const [row] = await database.query('select a, b, c, d, e::text, f::int, g::text, h, i::text from t');
    expect(row).toEqual({
      a: [1, null],
      b: ["it's", 'x,y'],
      c: { k: [1] },
      d: Buffer.from([0, 255]),
      e: rows[0]?.e,
      f: 2,
      g: String(2n ** 62n),
      h: '\\',
      i: '1970-01-01 00:00:00',
    });
  });
});
