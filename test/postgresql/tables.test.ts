import { configure, reset } from '@logtape/logtape';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Connection } from '../../src/dialect/connection.ts';
import { exclude } from '../../src/entries/postgresql.ts';
import type { Batch } from '../../src/operations/batch.ts';
import type { Operation } from '../../src/operations/operation.ts';
import {
  check,
  column,
  computed,
  date,
  foreignKey,
  index,
  integer,
  MetaData,
  sql,
  type Table,
  table,
  text,
  unique,
} from '../../src/schema/index.ts';
import { flushLogs } from '../../src/util/logging.ts';
import { createDatabase, type DatabaseKind, describeOn, type TestDatabase } from '../support/databases.ts';
import { compare, engineOf, migrate, op, planned } from './migrate.ts';

describeOn(['postgresql', 'postgresql-server'], 'a table', (kind: DatabaseKind) => {
  let database: TestDatabase;
  let connection: Connection;
  let major = 0;

  beforeAll(async () => {
    database = await createDatabase(kind);
    const [row] = await database.query<{ n: string }>("SELECT current_setting('server_version_num') AS n");
    major = Math.floor(Number(row?.n) / 10_000);
    connection = await engineOf(database).connect();
  });
  beforeEach(() => database.reset());
  afterAll(async () => {
    await connection.close();
    await database.drop();
  });

  const differences = async (...models: readonly Table[]): Promise<readonly unknown[]> =>
    compare(connection, new MetaData(models));

  const columns = [
    column('id', integer(), { autoincrement: false }),
    column('at', date()),
    column('kind', text()),
  ];
  const partitioned = 'CREATE TABLE events (id integer, at date, kind text) PARTITION BY';

  test('has the names that the server gives to its EXCLUDE constraints, whatever a convention says of checks', async () => {
    for (const ck of ['ck_%(table_name)s', 'ck_%(table_name)s_%(constraint_name)s']) {
      await database.reset();
      const elements = [
        exclude([['id', '=']], { using: 'btree' }),
        exclude([['at', '=']], { using: 'btree', name: 'own' }),
      ];
      const models = new MetaData([table('t', [...columns, ...elements])], { namingConvention: { ck } });
      await migrate(connection, await compare(connection, models));
      const names = await database.query(
        "SELECT conname::text AS name FROM pg_constraint WHERE contype = 'x' ORDER BY 1",
      );
      expect(names).toEqual([{ name: 'own' }, { name: 't_id_excl' }]);
      expect(await compare(connection, models)).toEqual([]);
    }
  });

  test('is partitioned by the same, in other words', async () => {
    const by = async (there: string, ...spellings: readonly string[]): Promise<void> => {
      await database.reset();
      await database.exec(`${partitioned} ${there}`);
      for (const partitionBy of spellings)
        expect(await differences(table('events', columns, { postgresql: { partitionBy } }))).toEqual([]);
    };
    await by(
      'RANGE (at, id)',
      'range(at,id)',
      'RANGE ("at", "id")',
      ' Range ( at , id ) ',
      'range (at date_ops, id)',
    );
    await by('LIST (lower(kind))', 'list (lower(kind))', 'LIST ((lower(kind)))', 'list(LOWER("kind"))');
    await by(
      'RANGE ((id + 1), kind COLLATE "C")',
      'range ((id+1), kind collate "C")',
      'RANGE ((id  +  1), "kind" COLLATE "C")',
    );
  });

  test('is partitioned by something else, which no ALTER TABLE changes', async () => {
    await database.exec(`${partitioned} RANGE (at)`);
    const models = table('events', columns, { postgresql: { partitionBy: 'RANGE (id)' } });
    const found = await compare(connection, new MetaData([models]));
    expect(found).toMatchObject([{ kind: 'alterTableOptions', table: 'events' }]);
    await expect(planned(connection, found)).rejects.toMatchObject({ code: 'UNSUPPORTED_OPERATION' });
    await expect(
      planned(connection, [
        op.alterTableOptions.create(
          'events',
          {},
          { existing: { postgresql: { partitionBy: 'RANGE (at)' } } },
        ),
        op.alterTableOptions.create('events', { postgresql: {} }),
      ]),
    ).rejects.toMatchObject({ code: 'UNSUPPORTED_OPERATION' });
  });

  test('is the same part of another, in other words', async () => {
    const bounds = async (by: string, there: string, ...spellings: readonly string[]): Promise<void> => {
      await database.reset();
      await database.exec([`${partitioned} ${by}`, `CREATE TABLE e PARTITION OF events ${there}`]);
      const parent = table('events', columns, { postgresql: { partitionBy: by } });
      for (const partitionBound of spellings) {
        const part = table('e', columns, { postgresql: { partitionOf: 'events', partitionBound } });
        expect(await differences(parent, part)).toEqual([]);
      }
      const other = table('e', columns, {
        postgresql: { partitionOf: 'events', partitionBound: spellings[0]?.replace('1', '0') ?? '' },
      });
      if (there !== 'DEFAULT')
        expect(await differences(parent, other)).toMatchObject([{ kind: 'alterTableOptions' }]);
    };
    await bounds(
      'RANGE (at)',
      "FOR VALUES FROM ('2021-01-01') TO ('2022-01-01')",
      "for values from ('2021-01-01') to ('2022-01-01')",
      "FOR VALUES FROM (DATE '2021-01-01') TO ('2022-01-01'::date)",
      "FOR VALUES FROM ('1 January 2021') TO ('2022-1-1')",
    );
    await bounds(
      'RANGE (id)',
      'FOR VALUES FROM (1) TO (MAXVALUE)',
      "FOR VALUES FROM ('1') TO (maxvalue)",
      'for values from (1 + 0) to (MAXVALUE)',
    );
    await bounds(
      'LIST (kind)',
      "FOR VALUES IN ('a1', NULL)",
      "for values in ('a1',null)",
      "FOR VALUES IN ('a1'::text, NULL)",
    );
    await bounds(
      'HASH (id)',
      'FOR VALUES WITH (modulus 2, remainder 1)',
      'FOR VALUES WITH (MODULUS 2, REMAINDER 1)',
    );
    await bounds('LIST (kind)', 'DEFAULT', 'default', ' DEFAULT ');
  });

  test('excludes by elements of every shape, in other words', async () => {
    await database.exec(`CREATE TABLE t (a integer, "B b" text,
      CONSTRAINT k EXCLUDE USING btree (lower("B b") COLLATE "C" text_pattern_ops DESC NULLS LAST WITH =, a WITH =, (a + 1) WITH =))`);
    const elements = (first: string, second: string, third: string) =>
      table('t', [
        column('a', integer()),
        column('B b', text()),
        exclude(
          [
            [sql.raw(first), '='],
            [sql.raw(second), '='],
            [sql.raw(third), 'OPERATOR(pg_catalog.=)'],
          ],
          {
            name: 'k',
            using: 'BTREE',
          },
        ),
      ]);
    const first = 'lower("B b") COLLATE "C" text_pattern_ops DESC NULLS LAST';
    expect(await differences(elements(first, 'a', 'a + 1'))).toEqual([]);
    expect(await differences(elements(first, '"a"', '(a+1)'))).toEqual([]);
    expect(await differences(elements(`LOWER( "B b" )${first.slice(12)}`, ' a ', '((a + 1))'))).toEqual([]);
    expect(await differences(elements(first.replace('DESC', 'ASC'), 'a', 'a + 1'))).toMatchObject([
      { kind: 'dropConstraint' },
      { kind: 'createExcludeConstraint' },
    ]);
    expect(await differences(elements(first, 'a', 'a + 2'))).toMatchObject([
      { kind: 'dropConstraint' },
      { kind: 'createExcludeConstraint' },
    ]);
  });

  test('has an index with parameters of its operator classes, in other words', async () => {
    await database.exec(
      [
        'CREATE TABLE t (a integer, b text)',
        `CREATE INDEX i ON t USING gist (to_tsvector('simple', b) tsvector_ops (siglen = 100))`,
        'CREATE INDEX j ON t USING brin (a int4_bloom_ops (n_distinct_per_range = 16, false_positive_rate = 0.05))',
      ].slice(0, major >= 14 ? 3 : 2),
    );
    const model = (i: string, j: string): Table =>
      table('t', [
        column('a', integer()),
        column('b', text()),
        index('i', [{ expression: sql`to_tsvector('simple', b)`, operatorClass: i }], {
          postgresql: { using: 'gist' },
        }),
        ...(major >= 14 ? [index('j', ['a'], { postgresql: { using: 'brin', ops: { a: j } } })] : []),
      ]);
    const bloom = "int4_bloom_ops (false_positive_rate='0.05', N_DISTINCT_PER_RANGE = 16)";
    expect(await differences(model('tsvector_ops(siglen=100)', bloom))).toEqual([]);
    expect(await differences(model("tsvector_ops ( siglen = '100' )", bloom))).toEqual([]);
    expect(await differences(model('tsvector_ops', bloom))).toMatchObject([
      { name: 'i' },
      { kind: 'createIndex' },
    ]);
  });

  test('has nothing that the server is too old for: that is refused before anything runs', async () => {
    const a = column('a', integer());
    const virtual = column('b', integer(), { computed: computed('a + 1', { persisted: false }) });
    const notEnforced = { postgresql: { notEnforced: true } };
    const distinct = { postgresql: { nullsNotDistinct: true } };
    const packed = { postgresql: { compression: 'pglz' } };
    await database.exec([
      'CREATE TABLE t (a integer, c integer GENERATED ALWAYS AS (a + 1) STORED, s text)',
      'CREATE TABLE p (x integer, y integer, PRIMARY KEY (x, y))',
      'CREATE ACCESS METHOD heap3 TYPE TABLE HANDLER heap_tableam_handler',
      'CREATE SEQUENCE there',
    ]);
    const someOf = { name: 'fk', onDelete: 'SET NULL (y)' };
    const needs: readonly (readonly [since: number, ...operations: Operation[]])[] = [
      [
        14,
        op.createTable.create('packed', [column('s', text(), packed)]),
        op.addColumn.create('t', column('packed', text(), packed)),
        op.alterColumn.create('t', 's', { options: packed, existingOptions: {} }),
      ],
      [
        15,
        op.createTable.create('distinct_1', [a, unique(['a'], distinct)]),
        op.createTable.create('distinct_2', [a, index('ix_1', ['a'], { unique: true, ...distinct })]),
        op.createUniqueConstraint.create('uq', 't', ['a'], distinct),
        op.createIndex.create('ix_2', 't', ['a'], { unique: true, ...distinct }),
        op.createTable.create('child', [
          column('x', integer()),
          column('y', integer()),
          foreignKey(['x', 'y'], 'p', ['x', 'y'], someOf),
        ]),
        op.alterTableOptions.create(
          't',
          { postgresql: { using: 'heap3' } },
          { existing: { postgresql: {} } },
        ),
        op.createSequence.create('unlogged', { postgresql: { unlogged: true } }),
        op.alterSequence.create('there', { options: { postgresql: { unlogged: true } } }),
        op.createView.create('m', 'SELECT 1 AS a', {
          materialized: true,
          indexes: [index('ix_m', ['a'], { unique: true, ...distinct })],
        }),
        op.createView.create('v', 'SELECT 1 AS a', { postgresql: { with: { security_invoker: true } } }),
      ],
      [
        18,
        op.createTable.create('new', [a, virtual]),
        op.addColumn.create('t', virtual),
        op.alterColumn.create('t', 'c', { computed: computed('a + 1', { persisted: false }) }),
        op.createTable.create('newer', [a, check('a > 0', { name: 'k', ...notEnforced })]),
        op.createCheckConstraint.create('k', 't', 'a > 0', notEnforced),
      ],
    ];
    for (const [since, ...operations] of needs) {
      for (const operation of operations) {
        if (major >= since) await migrate(connection, [operation]);
        else
          await expect(planned(connection, [operation]), JSON.stringify(operation)).rejects.toMatchObject({
            code: 'UNSUPPORTED_OPERATION',
            message: expect.stringMatching(`PostgreSQL ${major}.*needs PostgreSQL ${since}`),
          });
      }
    }
    await database.exec('DROP ACCESS METHOD heap3 CASCADE');
  });

  test('keeps the order of its columns, and a warning says so', async () => {
    await database.exec('CREATE TABLE t (a integer, b integer)');
    const said: string[] = [];
    await configure({
      sinks: { list: (record) => void said.push(record.message.join('')) },
      loggers: [
        { category: ['alembic'], sinks: ['list'] },
        { category: ['logtape', 'meta'], sinks: [] },
      ],
    });
    try {
      const batch = (
        operations: readonly Operation[],
        partialReordering: Batch['partialReordering'],
      ): Batch => ({
        ...{ kind: 'batch', table: 't', schema: null, operations, partialReordering },
        ...{ recreate: 'always', copyFrom: null, tableArgs: [] },
      });
      await migrate(connection, [batch([], [['b', 'a']])]);
      const c = op.addColumn.create('t', column('c', integer()), { insertAfter: 'a' });
      const d = op.addColumn.create('t', column('d', integer()), { insertBefore: 'a' });
      await migrate(connection, [batch([c, d], null)]);
      await flushLogs();
    } finally {
      await reset();
    }
    expect(said).toEqual([
      expect.stringMatching(/^Table 't': partialReordering is left out/),
      expect.stringMatching(/^Table 't': insertAfter of column 'c' is left out/),
      expect.stringMatching(/^Table 't': insertBefore of column 'd' is left out/),
    ]);
    const there = await database.query<{ c: string }>(
      "SELECT attname AS c FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0 ORDER BY attnum",
    );
    expect(there.map(({ c }) => c)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('goes on counting where the range of an identity changes', async () => {
    await database.exec([
      'CREATE TABLE t (n integer GENERATED BY DEFAULT AS IDENTITY, a integer)',
      'INSERT INTO t (a) VALUES (1), (2), (3)',
    ]);
    const next = async (): Promise<unknown> => {
      const rows = await database.query<{ n: number }>('INSERT INTO t (a) VALUES (0) RETURNING n');
      return rows[0]?.n;
    };
    const change = (identity: object): Promise<unknown> =>
      migrate(connection, [op.alterColumn.create('t', 'n', { identity } as never)]);
    const usual = {
      always: false,
      start: null,
      increment: null,
      minValue: null,
      maxValue: null,
      cache: null,
      cycle: false,
    };
    await change({ ...usual, maxValue: 1000 });
    expect(await next()).toBe(4);
    await change({ ...usual, minValue: 100, maxValue: 1000 });
    expect(await next()).toBe(100);
    await change({ ...usual, minValue: 50, maxValue: 1000, start: 60 });
    expect(await next()).toBe(101);
    // what would come next has been there
    await expect(change({ ...usual, maxValue: 50 })).rejects.toMatchObject({ code: 'SQL_ERROR' });
    await change({ ...usual, increment: -1 });
    expect(await next()).toBe(-1);
  });
});
