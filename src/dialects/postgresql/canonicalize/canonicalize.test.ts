import { configure, reset } from '@logtape/logtape';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { compare, engineOf, migrate, withConnection } from '../../../../test/postgresql/migrate.ts';
import { createDatabase, describeOn, type TestDatabase } from '../../../../test/support/databases.ts';
import { exclude } from '../../../objects/exclude/operations.ts';
import type { Operation } from '../../../operations/operation.ts';
import {
  bigInteger,
  boolean,
  check,
  column,
  computed,
  dateTime,
  enumType,
  float,
  foreignKey,
  identity,
  index,
  integer,
  interval,
  json,
  MetaData,
  numeric,
  smallInteger,
  sql,
  sqlType,
  string,
  type TableElement,
  table,
  text,
  time,
  unique,
  uuid,
} from '../../../schema/index.ts';
import { flushLogs } from '../../../util/logging.ts';
import { array, bit, inet, int4range, jsonb, tsvector } from '../types.ts';

describeOn(['postgresql', 'postgresql-server'], 'comparing with what is there', (kind) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase(kind);
  });
  afterAll(() => database.drop());
  beforeEach(() => database.reset());

  const differences = (metadata: MetaData): Promise<readonly Operation[]> =>
    withConnection(database, (connection) => compare(connection, metadata));
  const model = (...elements: readonly TableElement[]): MetaData => new MetaData([table('t', elements)]);
  /** the kinds of what is found, with the facts that change */
  const found = async (metadata: MetaData): Promise<unknown> =>
    (await differences(metadata)).map((op) =>
      'changes' in op ? [op.kind, op.changes] : [op.kind, (op as { name?: unknown }).name],
    );

  // Each has been seen as a difference, by some tool, in a database that was made from the very model.
  test.each<[string, readonly TableElement[]]>([
    [
      '-1',
      [
        column('a', integer(), { serverDefault: -1 }),
        column('b', smallInteger(), { serverDefault: sql`-1` }),
        column('c', bigInteger(), { serverDefault: '-1' }),
      ],
    ],
    [
      '-1.5',
      [
        column('a', numeric(10, 2), { serverDefault: -1.5 }),
        column('b', float(), { serverDefault: sql`-1.5` }),
        column('c', numeric(), { serverDefault: '1.50' }),
      ],
    ],
    [
      "'{}'",
      [
        column('a', array(text()), { serverDefault: '{}' }),
        column('b', jsonb(), { serverDefault: '{}' }),
        column('c', array(integer()), { serverDefault: sql`'{1, 2}'` }),
      ],
    ],
    [
      'ARRAY[]',
      [
        column('a', array(text()), { serverDefault: sql`ARRAY[]::text[]` }),
        column('b', array(string(3)), { serverDefault: sql`array['x', 'y']` }),
      ],
    ],
    [
      "'x'::text",
      [
        column('a', string(9), { serverDefault: sql`'x'::text` }),
        column('b', text(), { serverDefault: sql`'x'::varchar` }),
        column('c', string(9), { serverDefault: sql`'x'` }),
      ],
    ],
    [
      'JSON with its keys in another order',
      [
        column('a', jsonb(), { serverDefault: '{"b": [1,2],   "a": null}' }),
        column('b', json(), { serverDefault: '{"b":1, "a":2}' }),
      ],
    ],
    ["it's", [column('a', text(), { serverDefault: 'it\'s \\ "odd" $$ %' })]],
    [
      'now()',
      [
        'now()',
        'CURRENT_TIMESTAMP',
        'current_timestamp(0)',
        "timezone('utc', now())",
        'LOCALTIMESTAMP',
        "(now() at time zone 'utc')",
        "'now'::text::timestamp",
      ].map((each, i) =>
        column(`c${i}`, dateTime({ timezone: i % 2 === 0 }), { serverDefault: sql.raw(each) }),
      ),
    ],
    [
      'booleans',
      [true, 'true', 'f', sql`true`, sql`not false`, sql`'yes'`].map((each, i) =>
        column(`c${i}`, boolean(), { serverDefault: each }),
      ),
    ],
    [
      'casts',
      [
        column('a', integer(), { serverDefault: sql`'5'::int + 1.0::int` }),
        column('b', uuid(), { serverDefault: sql`cast('00000000-0000-0000-0000-000000000000' as uuid)` }),
        column('c', inet(), { serverDefault: '10.0.0.1' }),
      ],
    ],
    [
      'times',
      [
        column('a', time(), { serverDefault: '12:00' }),
        column('b', dateTime(), { serverDefault: '2020-01-01' }),
        column('c', interval(), { serverDefault: '90 minutes' }),
        column('d', interval(), { serverDefault: sql`interval '1' day` }),
      ],
    ],
    [
      'NULL',
      [
        column('a', text(), { serverDefault: sql`NULL` }),
        column('b', integer(), { serverDefault: sql`null::int` }),
      ],
    ],
    ['bits', [column('a', bit(3), { serverDefault: '101' })]],
    [
      'what is the default anyway, or follows from something else',
      [
        column('id', integer(), { primaryKey: true }),
        column('a', integer(), { nullable: true, identity: identity() }),
        column('b', integer()),
        foreignKey(['b'], 't', ['id'], { initially: 'deferred', match: 'simple' }),
        index('i', [
          { column: 'a', order: 'DESC', nulls: 'FIRST' },
          { column: 'b', nulls: 'LAST' },
        ]),
      ],
    ],
    [
      'a default that is a query of its own words',
      [column('a', text(), { serverDefault: sql`case when 1 > 0 then 'a' || 'b' else upper('c') end` })],
    ],
    [
      'checks',
      [
        column('a', integer()),
        column('b', string(9)),
        column('c', text()),
        ...[
          "b in ('x', 'y')",
          "b not in ('x','it''s')",
          "c in ('x')",
          'a between 1 and 5',
          "b like 'a%' or c ilike '%b'",
          'a is not null and (a > 1 or a < -1)',
          "c ~ '^a+$'",
          "length(b) > 3 and b <> ''",
          'not (a = 1)',
          'a in (1, 2, 3)',
          "b similar to 'a|b'",
          'coalesce(a, 0) >= 0',
          'a % 2 = 0',
          't.a > 0 and "t".b <> \'t.a\'',
          '((a)) <> 0',
        ].map((each, i) => check(sql.raw(each), i % 2 ? { name: `ck${i}` } : {})),
      ],
    ],
    [
      'expression indexes',
      [
        column('a', integer()),
        column('b', string(9)),
        column('c', tsvector()),
        index('i0', [sql`lower(b)`]),
        index('i1', [sql`(a + 1)`, 'b'], { unique: true, where: sql`b = 'x' and a in (1,2)` }),
        index('i2', [sql`substr(b, 1, 3)`, sql`cast(a as text)`]),
        index('i3', ['c'], { postgresql: { using: 'gin' } }),
        index('i4', [sql`a`]),
        index('i5', [sql`to_tsvector('english', b)`], { postgresql: { using: 'gin' } }),
        index(null, [sql`upper(b)`, 'a']),
        index('i6', ['a'], { where: sql`t.a > 1` }),
      ],
    ],
    [
      'generated columns',
      [
        column('a', integer()),
        column('b', text()),
        column('c', integer(), { computed: computed(sql`a+1`) }),
        column('d', text(), { computed: computed(sql`b || 'x' || a::text`, { persisted: true }) }),
      ],
    ],
    [
      'identity and serial',
      [
        column('a', integer(), { primaryKey: true }),
        column('b', bigInteger(), { identity: identity({ start: 1 }) }),
        column('c', smallInteger(), { autoincrement: true }),
      ],
    ],
    ['serial in words', [column('a', integer(), { primaryKey: true })]],
    [
      'unnamed constraints',
      [
        column('a', integer(), { unique: true, references: 't.a' }),
        column('b', integer()),
        unique(['a', 'b']),
        unique(['b', 'a']),
        check(sql`a > 0`),
        check(sql`a > 0`),
        check(sql`a > b`),
        exclude([['b', '=']], { using: 'btree' }) as never,
      ],
    ],
    [
      'exclusion',
      [
        column('a', int4range()),
        column('b', text()),
        exclude(
          [
            ['a', '&&'],
            [sql`int4range(1, length(b))`, '&&'],
          ],
          { name: 'e', where: sql`b is not null` },
        ) as never,
      ],
    ],
    [
      'enums',
      [
        column('a', enumType(['x', 'y'], { name: 'mood' }), { serverDefault: 'x' }),
        column('b', array(enumType(['x', 'y'], { name: 'mood' })), { serverDefault: '{x}' }),
        check(sql`a in ('x', 'y')`),
        column('c', enumType(['p', 'q'], { name: 'c_kind', native: false, createConstraint: true })),
      ],
    ],
    [
      'names of more than 63 bytes',
      [
        column('é'.repeat(31), integer()),
        column(`a${'b'.repeat(62)}`, integer(), { unique: true, index: false }),
        index('i'.repeat(80), [`a${'b'.repeat(62)}`]),
        check(sql.raw(`"${'é'.repeat(31)}" > 0`), { name: 'c'.repeat(90) }),
        check(sql.raw(`a${'b'.repeat(62)} > 0`)),
      ],
    ],
    [
      'types by their own words',
      [
        column('a', sqlType('INT4')),
        column('b', sqlType('timestamp with time zone')),
        column('c', sqlType('citext')),
        column('d', sqlType('"char"')),
        column('e', sqlType('Point')),
      ].filter(({ name }) => name !== 'c'),
    ],
    ['empty comments', [column('a', integer(), { comment: '' })]],
  ])('nothing is found for %s', async (_, elements) => {
    const metadata = model(...elements);
    await withConnection(database, async (connection) => {
      await migrate(connection, await compare(connection, metadata));
      expect(await compare(connection, metadata)).toEqual([]);
    });
  });

  // What isn't the same has to be found, however alike it looks.
  test.each<[string, string, TableElement[], unknown]>([
    [
      'a default',
      'a text default $$a$$',
      [column('a', text(), { serverDefault: 'b' })],
      [['alterColumn', { serverDefault: 'b' }]],
    ],
    [
      'the digits of a default',
      'a float default 1.0',
      [column('a', float(), { serverDefault: sql`1.00` })],
      [['alterColumn', { serverDefault: sql`1.00` }]],
    ],
    [
      'a default that goes',
      'a integer default 0',
      [column('a', integer())],
      [['alterColumn', { serverDefault: null }]],
    ],
    [
      'a default that does not compile',
      'a integer default 0',
      [column('a', integer(), { serverDefault: sql`no_such_function()` })],
      [['alterColumn', { serverDefault: sql`no_such_function()` }]],
    ],
    [
      'the grouping of a check',
      'a integer, constraint c check (a > 0 and (a < 5 or a > 9))',
      [column('a', integer()), check(sql`(a > 0 and a < 5) or a > 9`, { name: 'c' })],
      [
        ['dropConstraint', 'c'],
        ['createCheckConstraint', undefined],
      ],
    ],
    [
      'the grouping of an AND',
      'a integer, constraint c check (a > 0 and (a < 5 and a <> 3))',
      [column('a', integer()), check(sql`a > 0 and a < 5 and a <> 3`, { name: 'c' })],
      [
        ['dropConstraint', 'c'],
        ['createCheckConstraint', undefined],
      ],
    ],
    [
      'a string in a check',
      "a text, constraint c check (a <> 't.a')",
      [column('a', text()), check(sql`a <> 'a'`, { name: 'c' })],
      [
        ['dropConstraint', 'c'],
        ['createCheckConstraint', undefined],
      ],
    ],
    [
      'NOT VALID',
      'a integer',
      [column('a', integer()), check(sql`a > 0`, { postgresql: { notValid: true } })],
      [['createCheckConstraint', undefined]],
    ],
    [
      'the sequence of a key',
      'a integer primary key',
      [column('a', integer(), { primaryKey: true })],
      [['alterColumn', { autoincrement: true }]],
    ],
    ['a length', 'a varchar', [column('a', string(5))], [['alterColumn', { type: string(5) }]]],
    [
      'a collation',
      'a text',
      [column('a', text({ collation: 'C' }))],
      [['alterColumn', { type: text({ collation: 'C' }) }]],
    ],
    [
      'deferrability',
      'a integer, constraint u unique (a)',
      [column('a', integer()), unique(['a'], { name: 'u', deferrable: true })],
      [
        ['dropConstraint', 'u'],
        ['createUniqueConstraint', undefined],
      ],
    ],
  ])('%s is found', async (_, columns, elements, operations) => {
    await database.exec(`create table t (${columns})`);
    expect(await found(model(...elements))).toEqual(operations);
  });

  test('what the server prints anew after a dump is the same', async () => {
    await database.exec(`create table t (a varchar(9), constraint c check (a::text = any (array['x'::character varying, 'y'::character varying]::text[])));
      create index i on t (a) where a::text = any (array['x'::character varying, 'y'::character varying]::text[])`);
    const [printed] = await database.query<{ d: string }>(
      `select pg_get_constraintdef(oid) as d from pg_constraint where conname = 'c'`,
    );
    expect(printed?.d).toContain(`('x'::character varying)::text`);
    expect(
      await found(
        model(
          column('a', string(9)),
          check(sql`a in ('x', 'y')`, { name: 'c' }),
          index('i', ['a'], { where: sql`a in ('x', 'y')` }),
        ),
      ),
    ).toEqual([]);
    expect(
      await found(
        model(
          column('a', string(9)),
          check(sql`a in ('x', 'z')`, { name: 'c' }),
          index('i', ['a'], { where: sql`a in ('x', 'y')` }),
        ),
      ),
    ).toEqual([
      ['dropConstraint', 'c'],
      ['createCheckConstraint', undefined],
    ]);
  });

  test('an unnamed constraint has whatever name the database gave it; what is new gets the name that the server would make up', async () => {
    await database.exec(`create table o (id integer primary key);
      create table t (a integer, b integer, constraint odd unique (a), constraint "odd 2" foreign key (b) references o, constraint pk primary key (b, a), constraint odd3 check (a > 0))`);
    const metadata = new MetaData([
      table('o', [column('id', integer(), { primaryKey: true, autoincrement: false })]),
      table('t', [
        column('a', integer(), { primaryKey: true, unique: true }),
        column('b', integer(), { primaryKey: true }),
        unique(['b']),
        foreignKey(['b'], 'o', ['id'], { match: 'simple' }),
        check(sql`a > 0`),
        check(sql`b > a`),
      ]),
    ]);
    // the key's columns are in another order here
    expect(await found(metadata)).toEqual([
      ['dropConstraint', 'pk'],
      ['createPrimaryKey', undefined],
      ['createUniqueConstraint', undefined],
      ['createCheckConstraint', undefined],
    ]);
    const names = await withConnection(database, async (connection) => {
      const there = await connection.dialect.inspect(connection);
      const [, canonical] = await connection.dialect.canonicalize(metadata.tables, there, connection);
      return canonical?.constraints.map((each) => each.name);
    });
    expect(names).toEqual(['t_pkey', 'odd', 't_b_key', 'odd 2', 'odd3', 't_check']);
  });

  test('names are made up as the server makes them up', async () => {
    const long = 'l'.repeat(40);
    const metadata = new MetaData([
      table(long, [
        column('id', integer(), { primaryKey: true }),
        column(long, integer(), { unique: true, references: `${long}.id` }),
        column('é'.repeat(31), integer()),
        unique(['é'.repeat(31), 'id', long]),
        check(sql`id > 0`),
        check(sql`id > 1`),
        check(sql`id > ${sql.raw(long)}`),
        check(sql`true`),
        index(null, ['id', sql`abs(id)`]),
      ]),
    ]);
    await withConnection(database, async (connection) => {
      const create = await compare(connection, metadata);
      await migrate(connection, create);
      const made = new Set(
        (
          await database.query<{ name: string }>(
            `select conname::text as name from pg_constraint where contype in ('p', 'u', 'f', 'c') and connamespace = 'public'::regnamespace`,
          )
        ).map(({ name }) => name),
      );
      const canonical = await connection.dialect.canonicalize(
        metadata.tables,
        await connection.dialect.inspect(connection, { schemas: [] }),
        connection,
      );
      expect(new Set(canonical[0]?.constraints.map((each) => each.name))).toEqual(made);
      expect(made.size).toBe(8);
    });
  });

  test('schemas by name, by default and on another search path', async () => {
    const metadata = new MetaData([
      table('o', [column('id', integer(), { primaryKey: true })], { schema: 'public' }),
      table(
        't',
        [
          column('id', integer(), { primaryKey: true }),
          column('o', integer(), { references: 'public.o.id' }),
          column('m', enumType(['x'], { name: 'mood' }), { serverDefault: 'x' }),
          column('u', integer(), { references: 'app.t.id' }),
        ],
        { schema: 'app' },
      ),
    ]);
    await database.exec('create schema app');
    await withConnection(database, async (connection) => {
      await migrate(connection, await compare(connection, metadata, { includeSchemas: true }));
      expect(await compare(connection, metadata, { includeSchemas: true })).toEqual([]);
      expect(await compare(connection, metadata)).toEqual([]);
      expect(
        await database.query(
          `select n.nspname::text as schema from pg_type join pg_namespace n on n.oid = typnamespace where typname = 'mood'`,
        ),
      ).toEqual([{ schema: 'app' }]);
      for (const path of ['app, public', '"$user"', 'pg_catalog', '']) {
        await connection.exec(`select set_config('search_path', '${path}', false)`);
        expect([path, await compare(connection, metadata, { includeSchemas: true })]).toEqual([path, []]);
      }
      await connection.exec('reset search_path');
    });
  });

  test('an enum that names the default schema is there; a partition that the models do not name stays', async () => {
    const metadata = new MetaData([
      table(
        't',
        [
          column('a', enumType(['x'], { name: 'mood', schema: 'public' })),
          column('b', array(enumType(['x'], { name: 'mood', schema: 'public' }))),
        ],
        { postgresql: { partitionBy: 'LIST (a)' } },
      ),
    ]);
    await withConnection(database, async (connection) => {
      await migrate(connection, await compare(connection, metadata));
      await database.exec(`create table t1 partition of t for values in ('x'); create index i on t1 (b)`);
      expect(await compare(connection, metadata)).toEqual([]);
    });
  });

  test('in a transaction of the user too, of which nothing is undone', async () => {
    await database.exec(`create table t (a text default 'x'); begin; create table u (a integer)`);
    expect(
      await found(
        new MetaData([
          table('t', [column('a', text(), { serverDefault: sql`'x'` })]),
          table('u', [column('a', integer())]),
        ]),
      ),
    ).toEqual([]);
    await database.exec('commit');
    expect(await database.query('select * from u')).toEqual([]);
  });

  test('a thousand tables are asked about in as many statements as one', async () => {
    const columns = (i: number): TableElement[] => [
      column('id', integer(), { primaryKey: true }),
      column('a', string(10 + (i % 7)), { serverDefault: sql.raw(`lower('${i}')`) }),
      check(sql.raw(`length(a)>${i}`), { name: 'c' }),
      index(`i${i}`, [sql.raw(`substr(a,1,${i + 1})`)]),
    ];
    for (let i = 0; i < 300; i += 50) {
      await database.exec(
        Array.from(
          { length: 50 },
          (_, j) =>
            `create table t${i + j} (id serial primary key, a varchar(${10 + ((i + j) % 7)}) default lower('${i + j}'), constraint c check (length(a) > ${i + j})); create index i${i + j} on t${i + j} (substr(a, 1, ${i + j + 1}))`,
        ).join(';'),
      );
    }
    await withConnection(database, async (connection) => {
      let ran = 0;
      const counting = new Proxy(connection, {
        get: (target, key) => {
          if (key === 'query' || key === 'exec') ran++;
          const value = Reflect.get(target, key, target) as unknown;
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
      expect(
        await compare(
          counting,
          new MetaData(Array.from({ length: 300 }, (_, i) => table(`t${i}`, columns(i)))),
        ),
      ).toEqual([]);
      expect(ran).toBeLessThanOrEqual(6);
    });
  });

  describeWarnings();

  function describeWarnings(): void {
    const warnings: string[] = [];
    beforeEach(async () => {
      warnings.length = 0;
      await configure({
        sinks: { list: (record) => void warnings.push(record.message.join('')) },
        loggers: [
          { category: 'alembic', sinks: ['list'], lowestLevel: 'warning' },
          { category: ['logtape', 'meta'], lowestLevel: null },
        ],
        reset: true,
      });
    });
    afterEach(() => reset());

    test('what cannot be made is compared as text, which is said; the rest is asked all the same', async () => {
      await database.exec(
        `create table t (a integer default 5, b text default 'x', constraint c check (a > 0))`,
      );
      const metadata = model(
        column('a', integer(), { serverDefault: sql`no_such()` }),
        column('b', text(), { serverDefault: sql`'x'` }),
        check(sql`a>0`, { name: 'c' }),
      );
      expect(await found(metadata)).toEqual([['alterColumn', { serverDefault: sql`no_such()` }]]);
      await flushLogs();
      expect(warnings).toEqual([
        expect.stringMatching(/models of t .*compared as text.*no_such\(\) does not exist/),
      ]);
    });

    test('on a replica, or without the right to make temporary tables, all is compared as text', async () => {
      await database.exec(`create table t (a text default 'x', b text default 'y')`);
      const metadata = model(
        column('a', text(), { serverDefault: sql`('x')` }),
        column('b', text(), { serverDefault: 'y' }),
      );
      const connection = await engineOf(database).connect();
      try {
        await connection.exec('set default_transaction_read_only = on');
        expect((await compare(connection, metadata)).map((op) => op.kind)).toEqual(['alterColumn']);
        expect(connection.inTransaction).toBe(false);
        await flushLogs();
        expect(warnings).toEqual([expect.stringMatching(/read-only transaction/)]);
      } finally {
        await connection.close();
      }
    });

    test('without PL/pgSQL too', async () => {
      await database.exec(`create table t (a text default 'x'); drop extension plpgsql`);
      try {
        expect(await found(model(column('a', text(), { serverDefault: sql`('x')` })))).toHaveLength(1);
        await database.exec('begin');
        expect(await found(model(column('a', text(), { serverDefault: sql`('x')` })))).toHaveLength(1);
        await database.exec('create table still_usable (a integer); commit');
        await flushLogs();
        expect(warnings[0]).toMatch(/plpgsql/);
      } finally {
        await database.exec('create extension plpgsql');
      }
    });
  }
});
