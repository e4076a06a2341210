import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { withConnection } from '../../../../test/postgresql/migrate.ts';
import { createDatabase, describeOn, type TestDatabase } from '../../../../test/support/databases.ts';
import { exclude } from '../../../objects/exclude/operations.ts';
import {
  bigInteger,
  boolean,
  char,
  check,
  column,
  computed,
  date,
  dateTime,
  double,
  enumType,
  float,
  foreignKey,
  identity,
  index,
  integer,
  interval,
  json,
  largeBinary,
  numeric,
  primaryKey,
  real,
  smallInteger,
  sql,
  sqlType,
  string,
  type Table,
  type TableElement,
  table,
  text,
  time,
  timestamp,
  unicode,
  unique,
  uuid,
  varbinary,
  withVariant,
} from '../../../schema/index.ts';
import type { ColumnType } from '../../../schema/types/column-type.ts';
import { canonicalType, sameType } from '../canonical-type.ts';
import { canonicalize } from '../canonicalize/canonicalize.ts';
import { cutIdentifier } from '../identifiers.ts';
import { inspect } from '../inspect/inspect.ts';
import * as own from '../types.ts';
import { writer } from './writer.ts';

describe('the writer', () => {
  test('refuses what is no name and what is no value', () => {
    for (const name of ['', 'a\0b', '\ud800', undefined as never])
      expect(() => writer.quote(name)).toThrow(expect.objectContaining({ code: 'BAD_NAME' }));
    for (const value of ['a\0b', undefined, Symbol('x'), () => 1])
      expect(() => writer.literal(value)).toThrow(expect.objectContaining({ code: 'SQL_VALUE' }));
  });

  test('refuses types that PostgreSQL does not have', () => {
    expect(() => writer.type({ kind: 'type', name: 'tinyint' })).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED_TYPE' }),
    );
    expect(() => writer.type(enumType(['a']))).toThrow(expect.objectContaining({ code: 'BAD_TYPE' }));
    expect(() =>
      writer.column(column('a', text(), { autoincrement: true }), { columns: [], constraints: [] }),
    ).toThrow(expect.objectContaining({ code: 'UNSUPPORTED_TYPE' }));
  });

  test('refuses options that nobody reads', () => {
    const t = table('t', [column('a', integer())], { postgresql: { unloged: true } });
    expect(() => writer.createTable(t, { ifNotExists: false })).toThrow(/unloged.*unlogged/);
    expect(() => writer.indexBody(index('i', ['a'], { postgresql: { using: 5 } }), t)).toThrow(
      /using must be a string/,
    );
  });

  test('writes a table as a person would', () => {
    const users = table(
      'users',
      [
        column('id', integer(), { primaryKey: true }),
        column('email', string(255), { nullable: false, unique: true }),
        column('at', dateTime({ timezone: true }), { serverDefault: sql`now()` }),
        column('n', numeric(10, 2), { serverDefault: 0 }),
        column('slug', string(80), { computed: computed(sql`lower(email)`) }),
        column('seq', bigInteger(), { identity: identity({ always: true, start: 5 }) }),
        column('kind', enumType(['a', "b'c"], { native: false, createConstraint: true, name: 'kinds' })),
        foreignKey(['n'], 'app.orgs', ['id'], {
          name: 'fk',
          onDelete: 'cascade',
          deferrable: true,
          initially: 'deferred',
        }),
        check(sql`n > 3 -- really`, { name: 'ck' }),
      ],
      { schema: 'app', postgresql: { unlogged: true, with: { fillfactor: 70 } } },
    );
    expect(
      writer.createTable(users, { ifNotExists: true }),
    ).toBe(`CREATE UNLOGGED TABLE IF NOT EXISTS "app"."users" (
  "id" SERIAL NOT NULL,
  "email" VARCHAR(255) NOT NULL,
  "at" TIMESTAMP WITH TIME ZONE DEFAULT now(),
  "n" NUMERIC(10, 2) DEFAULT 0,
  "slug" VARCHAR(80) GENERATED ALWAYS AS (lower(email)) STORED,
  "seq" BIGINT GENERATED ALWAYS AS IDENTITY (START WITH 5) NOT NULL,
  "kind" VARCHAR(3),
  PRIMARY KEY ("id"),
  UNIQUE ("email"),
  CONSTRAINT "fk" FOREIGN KEY ("n") REFERENCES "app"."orgs" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT "ck" CHECK (n > 3 -- really
),
  CONSTRAINT "kinds" CHECK ("kind" IN ('a', 'b''c'))
) WITH (fillfactor = 70)`);
  });
});

const name = fc
  .oneof(
    fc.constantFrom(
      'select',
      'a b',
      'a"b',
      "it's",
      'a.b',
      'ÄÖ',
      'A',
      '$1',
      '?',
      ';--',
      '/*',
      '\\',
      'x'.repeat(63),
      'é'.repeat(40),
      '😀'.repeat(20),
      '%s',
      '\n',
      ' ',
    ),
    fc.string({ minLength: 1, maxLength: 80, unit: 'binary' }),
  )
  .filter((each) => !each.includes('\0') && each.isWellFormed());

describeOn(['postgresql', 'postgresql-server'], 'what is written', (kind) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase(kind);
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    await database.reset();
    await database.exec(
      'create schema app; create table app.orgs (id integer primary key, a integer, unique (id, a))',
    );
  });

  /** What is written comes back as it is. */
  async function roundTrip(given: Table): Promise<void> {
    await database.exec([
      writer.createTable(given, { ifNotExists: false }),
      ...given.indexes.map(
        (each) =>
          `CREATE ${each.unique ? 'UNIQUE ' : ''}INDEX ${writer.quote(each.name ?? '')} ON ${writer.name(given)} ${writer.indexBody(each, given)}`,
      ),
      ...(given.comment === null ? [] : [writer.tableComment(given, given.comment) ?? '']),
      ...given.columns.flatMap((each) =>
        each.comment === null ? [] : [writer.columnComment(given, each.name, each.comment) ?? ''],
      ),
    ]);
    const [wanted, there] = await withConnection(database, async (connection) => {
      const model = await inspect(connection, { schemas: 'all' });
      const [canonical] = await canonicalize([given], model, connection);
      return [canonical, model.table(canonical as Table)];
    });
    expect(there).toBeDefined();
    const byName = (a: { name: string | null }, b: { name: string | null }): number =>
      (a.name ?? '') < (b.name ?? '') ? -1 : 1;
    expect({
      ...wanted,
      constraints: wanted?.constraints.toSorted(byName),
      indexes: wanted?.indexes.toSorted(byName),
    }).toEqual({
      ...there,
      constraints: there?.constraints.toSorted(byName),
      indexes: there?.indexes.toSorted(byName),
    });
  }

  test('any literal means itself, whatever standard_conforming_strings says', async () => {
    const text = fc
      .string({ unit: 'binary', maxLength: 40 })
      .filter((each) => !each.includes('\0') && each.isWellFormed());
    const value = fc.oneof(text, fc.constantFrom("\\'", "'\\", '\\\\', "''"));
    await fc.assert(
      fc.asyncProperty(value, fc.boolean(), async (string, conforming) => {
        await database.exec(`set standard_conforming_strings = ${conforming}`);
        const { rows } = await database.postgres.query<{ v: string }>(
          `select ${writer.literal(string)}::text as v`,
        );
        expect(rows[0]?.v).toBe(string);
      }),
      { numRuns: 100 },
    );
    await database.exec('reset standard_conforming_strings');
    const { rows } = await database.postgres.query(
      `select ${writer.literal(Uint8Array.of(0, 92, 255))} as bytes, ${writer.literal(-1.5)} as number, ${writer.literal(2n ** 70n)}::text as big,
        ${writer.literal(Number.NaN)}::float8 as nan, ${writer.literal(null)} as nothing, ${writer.literal({ a: ["'"] })}::jsonb as json,
        ${writer.literal(new Date(0))}::timestamptz as at`,
    );
    expect(rows[0]).toEqual({
      bytes: Buffer.from([0, 92, 255]),
      number: '-1.5',
      big: String(2n ** 70n),
      nan: Number.NaN,
      nothing: null,
      json: { a: ["'"] },
      at: new Date(0),
    });
  });

  test('any name is a name, cut as the server cuts it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(name, { minLength: 5, maxLength: 5, selector: cutIdentifier }),
        async ([t = '', a = '', b = '', c = '', i = '']) => {
          await database.exec('drop schema public cascade; create schema public');
          // longer names of tables and columns are refused; those of constraints and indexes are cut
          const [short, first, second] = [t, a, b].map(cutIdentifier) as [string, string, string];
          const given = table(short, [
            column(first, integer(), { comment: `the ${a}`.replaceAll('\0', '') }),
            column(second, integer(), { nullable: false }),
            unique([first, second], { name: c }),
            index(i, [second, first]),
          ]);
          await roundTrip(given);
        },
      ),
      { numRuns: 60 },
    );
  });

  const types: readonly ColumnType[] = [
    integer(),
    smallInteger(),
    bigInteger(),
    numeric(),
    numeric(10),
    numeric(10, 2),
    float(),
    float(10),
    float(53),
    real(),
    double(),
    boolean(),
    date(),
    json(),
    uuid(),
    string(),
    string(20),
    string(20, { collation: 'C' }),
    unicode(5),
    char(),
    char(3),
    text(),
    text({ collation: 'C' }),
    time(),
    time({ timezone: true, precision: 3 }),
    dateTime(),
    timestamp({ precision: 0 }),
    dateTime({ timezone: true }),
    interval(),
    interval({ precision: 2 }),
    interval({ fields: 'day to second', precision: 3 }),
    interval({ fields: 'YEAR' }),
    largeBinary(),
    varbinary(9),
    enumType(['a', 'bcd'], { native: false }),
    withVariant(json(), { postgresql: own.jsonb() }),
    ...own.plainTypes
      .filter((each) => !['citext', 'hstore', 'ltree'].includes(each))
      .map((each) => ({ kind: 'type' as const, name: each })),
    own.bit(),
    own.bit(5),
    own.varbit(),
    own.varbit(7),
    own.array(text()),
    own.array(string(3), { dimensions: 2 }),
    own.array(own.array(integer())),
    own.domain('short'),
    enumType(['x', 'y'], { name: 'mood' }),
    own.array(enumType(['x', 'y'], { name: 'mood' })),
    enumType(['x'], { name: 'Mood "2"', schema: 'app' }),
    ...[
      'INT',
      'int4[]',
      'VARCHAR (5)',
      'Timestamp(3) With Time Zone',
      'decimal(5,2)',
      'bpchar',
      '"char"',
      'regclass',
      'bool',
      'float8',
      'timestamptz(2)',
    ].map((each) => sqlType(each)),
  ];

  test('every type comes back as itself', async () => {
    await database.exec(
      `create type mood as enum ('x', 'y'); create type app."Mood ""2""" as enum ('x'); create domain short as varchar(3)`,
    );
    await database.exec(
      `create table t (${types.map((type, i) => `c${i} ${writer.type(type)}${type.collation ? ` collate "${type.collation}"` : ''}`).join(', ')})`,
    );
    const model = await withConnection(database, (connection) => inspect(connection));
    const there = model.table({ schema: null, name: 't' })?.columns ?? [];
    const differing = types.filter(
      (type, i) => there[i] === undefined || !sameType(canonicalType(type, 'public'), there[i].type),
    );
    expect(differing).toEqual([]);
    // and no two of what is different are the same
    const distinct = new Set(there.map(({ type }) => JSON.stringify(type)));
    for (const [i, a] of there.entries())
      for (const b of there.slice(i + 1))
        expect(sameType(a.type, b.type)).toBe(JSON.stringify(a.type) === JSON.stringify(b.type));
    expect(distinct.size).toBeGreaterThan(60);
  });

  test.each<[string, readonly TableElement[], object?]>([
    [
      'keys',
      [
        column('a', integer()),
        column('b', integer()),
        primaryKey(['b', 'a'], { name: 'k', postgresql: { include: [] } }),
        unique(['a'], { postgresql: { nullsNotDistinct: true, include: ['b'] } }),
      ],
    ],
    [
      'deferrable keys',
      [
        column('a', integer(), { primaryKey: true, autoincrement: false }),
        unique(['a'], { deferrable: true, initially: 'DEFERRED' }),
      ],
    ],
    [
      'serials',
      [
        column('a', integer(), { primaryKey: true }),
        column('b', smallInteger(), { autoincrement: true }),
        column('c', bigInteger(), { autoincrement: true }),
      ],
    ],
    [
      'identities',
      [
        column('a', bigInteger(), {
          identity: identity({
            always: true,
            start: 10,
            increment: 5,
            minValue: -3,
            maxValue: 99,
            cache: 4,
            cycle: true,
          }),
        }),
        column('b', smallInteger(), { identity: identity({ increment: -1 }) }),
      ],
    ],
    [
      'an identity that says what is the default',
      [
        column('a', integer(), {
          identity: identity({ start: 1, increment: 1, minValue: 1, maxValue: 2 ** 31 - 1, cache: 1 }),
        }),
      ],
    ],
    [
      'a foreign key',
      [
        column('a', integer()),
        column('b', integer()),
        foreignKey(['a', 'b'], 'app.orgs', ['id', 'a'], {
          onDelete: 'set null (b)',
          onUpdate: 'restrict',
          match: 'full',
          deferrable: true,
        }),
      ]
        .slice(0, 2)
        .concat([
          foreignKey(['a'], 'app.orgs', ['id'], {
            onDelete: 'set null',
            onUpdate: 'restrict',
            match: 'simple',
            deferrable: false,
            initially: 'immediate',
          }),
        ] as never),
    ],
    [
      'an enum without its own type',
      [column('a', enumType(['x', "y'z"], { native: false, createConstraint: true, name: 'a_kind' }))].slice(
        0,
        1,
      ),
    ],
    [
      'exclusion',
      [
        column('r', own.int4range()),
        column('d', own.daterange()),
        exclude(
          [
            ['r', '&&'],
            [sql`(daterange(lower(d), upper(d)))`, '&&'],
          ],
          { name: 'e', where: sql`NOT isempty(r)`, deferrable: true },
        ) as never,
      ],
    ],
    [
      'defaults',
      [
        column('a', integer(), { serverDefault: -5 }),
        column('b', text(), { serverDefault: "it's \\ odd" }),
        column('c', boolean(), { serverDefault: false }),
        column('d', own.array(text()), { serverDefault: '{}' }),
        column('e', date(), { serverDefault: sql`CURRENT_DATE` }),
        column('f', numeric(), { serverDefault: 1.5 }),
      ],
    ],
    [
      'indexes',
      [
        column('a', integer()),
        column('b', text()),
        index('i1', [
          { column: 'a', order: 'DESC', nulls: 'LAST' },
          { column: 'b', operatorClass: 'text_pattern_ops', collation: 'C' },
        ]),
        index('i2', [sql`lower(b)`], {
          unique: true,
          where: sql`a > 5`,
          postgresql: { include: ['a'], nullsNotDistinct: true, with: { fillfactor: 50 }, ops: {} },
        }),
        index('i3', ['a'], { postgresql: { using: 'HASH', concurrently: true } }),
        index('i4', [{ column: 'a', order: 'ASC', nulls: 'LAST' }, 'b'], {
          postgresql: { ops: { b: 'text_pattern_ops' } },
        }),
      ],
    ],
    [
      'an unlogged partitioned table',
      [column('a', integer()), column('b', date())],
      { comment: 'parts', postgresql: { partitionBy: 'RANGE (b)' } },
    ],
    [
      'storage',
      [column('a', integer())],
      {
        schema: 'app',
        postgresql: { unlogged: true, with: { fillfactor: 50 } },
      },
    ],
    ['no column at all', []],
  ])('%s come back as they are', async (_, elements, options) => {
    await roundTrip(table('t', elements, options));
  });
});
