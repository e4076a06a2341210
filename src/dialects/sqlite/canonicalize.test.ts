import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { randomPairs } from '../../../test/generators/random-pairs.ts';
import { ddl } from '../../../test/support/ddl-writer.ts';
import { metadataOf } from '../../../test/support/vector-model.ts';
import type { VectorSchema } from '../../../test/support/vector-schema.ts';
import {
  type AutogenVector,
  hasVectors,
  type RandomPairVector,
  readVectors,
} from '../../../test/support/vectors.ts';
import type { Connection } from '../../dialect/connection.ts';
import {
  boolean,
  type Column,
  type ColumnElement,
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
  MetaData,
  numeric,
  primaryKey,
  real,
  SchemaModel,
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
} from '../../schema/index.ts';
import { canonicalize } from './canonicalize.ts';
import { sqlite } from './dialect.ts';
import { sqliteEngineFrom } from './engine.ts';

async function databaseOf(...statements: readonly string[]): Promise<Connection> {
  const db = new DatabaseSync(':memory:', { enableForeignKeyConstraints: false });
  for (const statement of statements) db.exec(statement);
  return sqliteEngineFrom(db).connect();
}

/** What the walk takes no account of: the order of constraints and indexes. */
function unordered(table: Table | undefined): unknown {
  const byText = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
  return (
    table && {
      ...table,
      constraints: [...table.constraints].sort(byText),
      indexes: [...table.indexes].sort(byText),
    }
  );
}

/** The models as the database would report them are what it does report. */
async function expectSame(metadata: MetaData, connection: Connection): Promise<void> {
  const database = await sqlite.inspect(connection);
  const canonical = await canonicalize(metadata.tables, database, connection);
  for (const [i, table] of metadata.tables.entries()) {
    const there = database.table(canonical[i] ?? table);
    expect(unordered(canonical[i])).toEqual(unordered(there));
    for (const [j, column] of (canonical[i]?.columns ?? []).entries()) {
      expect(sqlite.sameType(column.type, there?.columns[j]?.type ?? integer())).toBe(true);
    }
  }
}

/** Makes the tables by our writer and expects to find them. */
async function expectFound(...tables: readonly Table[]): Promise<void> {
  const metadata = new MetaData(tables);
  const connection = await databaseOf();
  for (const each of metadata.tables) {
    await connection.exec(sqlite.writer.createTable(each, { ifNotExists: false }));
    for (const own of each.indexes) {
      await connection.exec(
        `CREATE ${own.unique ? 'UNIQUE ' : ''}INDEX ${sqlite.writer.quote(own.name ?? '')} ON ${sqlite.writer.name(each)} ${sqlite.writer.indexBody(own, each)}`,
      );
    }
  }
  await expectSame(metadata, connection);
}

function t(...elements: readonly TableElement[]): Table {
  return table('t', elements);
}

/** Whether the model finds nothing to change in what the statements make. */
async function isFound(model: Table, ...statements: readonly string[]): Promise<boolean> {
  const connection = await databaseOf(...statements);
  const database = await sqlite.inspect(connection);
  const [canonical] = await canonicalize(new MetaData([model]).tables, database, connection);
  return JSON.stringify(unordered(canonical)) === JSON.stringify(unordered(database.tables[0]));
}

describe('the canonical form of a model is what is reflected once it is made', () => {
  const columns: readonly (ColumnElement | Column)[] = [
    ...[
      integer(),
      smallInteger(),
      real(),
      double(),
      boolean(),
      date(),
      json(),
      uuid(),
      numeric(),
      numeric(5),
      numeric(10, 2),
      float(),
      float(24),
    ],
    ...[
      string(),
      string(5),
      char(),
      char(3),
      unicode(),
      unicode(7),
      text(),
      time(),
      time({ timezone: true, precision: 3 }),
      dateTime(),
    ],
    ...[
      dateTime({ timezone: true }),
      timestamp(),
      timestamp({ timezone: true }),
      interval(),
      largeBinary(),
      largeBinary(9),
      varbinary(4),
      varbinary(),
    ],
    ...[
      enumType(['a', 'long one'], { name: 'e' }),
      enumType(['a'], { createConstraint: true }),
      sqlType('point'),
      sqlType('decimal( 5,2 )'),
    ],
    ...[
      sqlType(''),
      sqlType('varchar(50)'),
      sqlType("'quoted type'"),
      string(9, { collation: 'nocase' }),
      text({ collation: 'BINARY' }),
    ],
    withVariant(numeric(10, 2), { sqlite: text() }),
  ].map((type, i) => column(`c${i}`, type));

  test.each(columns.map((each) => [JSON.stringify(each.type), each] as const))('%s', async (_, each) => {
    await expectFound(t(each));
  });

  test.each([
    ['a literal', column('a', text(), { serverDefault: 'it\'s (x) -- "y"' })],
    ['an empty one', column('a', text(), { serverDefault: '' })],
    ['a number', column('a', integer(), { serverDefault: -5 })],
    ['zero', column('a', integer(), { serverDefault: 0 })],
    ['a fraction', column('a', numeric(), { serverDefault: 1.5 })],
    ['a large one', column('a', numeric(), { serverDefault: 1e21 })],
    ['a tiny one', column('a', numeric(), { serverDefault: 5e-324 })],
    ['the largest integer', column('a', integer(), { serverDefault: Number.MAX_SAFE_INTEGER })],
    ['true', column('a', boolean(), { serverDefault: true })],
    ['false', column('a', boolean(), { serverDefault: false })],
    ['an expression', column('a', text(), { serverDefault: sql`lower('X')` })],
    ['one in parentheses', column('a', text(), { serverDefault: sql`((lower('X')))` })],
    ['a literal as an expression', column('a', text(), { serverDefault: sql`('x')` })],
    ['the time', column('a', dateTime(), { serverDefault: sql`current_timestamp` })],
    ['null', column('a', dateTime(), { serverDefault: sql`NULL` })],
    ['number as text', column('a', numeric(), { serverDefault: sql`1.50` })],
    [
      'a comment in it',
      column('a', numeric(), {
        serverDefault: sql`(1 + /* one */ 1 -- two
    )`,
      }),
    ],
  ])('the default: %s', async (_, each) => {
    await expectFound(t(each));
  });

  const made: readonly (readonly [string, readonly Table[]])[] = [
    ['a key on a column', [t(column('id', integer(), { primaryKey: true }))]],
    ['a key that may be null', [t(column('id', string(5), { primaryKey: true, nullable: true }))]],
    ['the row number, null by wish', [t(column('id', integer(), { primaryKey: true, nullable: true }))]],
    [
      'a named key of two columns',
      [t(column('b', integer()), column('a', text()), primaryKey(['a', 'b'], { name: 'pk_t' }))],
    ],
    [
      'flags that mean nothing here',
      [
        t(
          column('id', integer(), { primaryKey: true, autoincrement: false, comment: 'x' }),
          column('n', integer(), { identity: identity() }),
        ),
      ],
    ],
    [
      'AUTOINCREMENT',
      [
        t(
          column('id', integer(), { primaryKey: true, autoincrement: true, sqlite: { autoincrement: true } }),
        ),
      ],
    ],
    ['a key of INT', [t(column('id', sqlType('INT'), { primaryKey: true }))]],
    [
      'a descending key',
      [t(column('id', integer()), primaryKey(['id'], { sqlite: { descending: ['id'] } }))],
    ],
    [
      'a descending key that is no row number',
      [t(column('id', integer()), primaryKey(['id'], { sqlite: { descending: ['id'], notRowid: true } }))],
    ],
    ...[{ strict: true }, { withoutRowid: true }, { strict: true, withoutRowid: true }].map(
      (sqlite): [string, Table[]] => [
        `a key of text, ${Object.keys(sqlite).join(' and ')}`,
        [table('t', [column('id', text(), { primaryKey: true, nullable: true })], { sqlite })],
      ],
    ),
    [
      'options set to what is the default',
      [table('t', [column('id', text(), { primaryKey: true })], { sqlite: { strict: false } })],
    ],
    [
      'ON CONFLICT',
      [
        t(
          column('a', text(), { nullable: false, sqlite: { onConflictNotNull: 'replace' } }),
          column('b', integer(), { primaryKey: true }),
          unique(['a'], { name: 'u', sqlite: { onConflict: 'IGNORE' } }),
          unique(['b', 'a'], { sqlite: { onConflict: 'abort' } }),
        ),
      ],
    ],
    [
      'names of clauses',
      [
        t(
          column('a', text(), {
            nullable: false,
            serverDefault: 'x',
            sqlite: { collation: 'RTRIM', constraintNames: { notNull: 'nn', default: 'df', collate: 'co' } },
          }),
        ),
      ],
    ],
    [
      'keys with collations',
      [
        t(
          column('a', text({ collation: 'NOCASE' })),
          column('b', text()),
          unique(['a', 'b'], { sqlite: { collations: { a: 'nocase', b: 'rtrim' }, descending: ['b'] } }),
          unique(['a'], { sqlite: { collations: { a: 'binary' } }, deferrable: true }),
        ),
      ],
    ],
    [
      'computed columns',
      [
        t(
          column('a', integer()),
          column('b', integer(), { computed: computed(sql`a+1`) }),
          column('c', integer(), {
            computed: computed(sql`((a * 2))`, { persisted: true }),
            nullable: false,
          }),
          column('d', integer(), { computed: computed(sql`a -- comment`, { persisted: false }) }),
        ),
      ],
    ],
    [
      'checks',
      [
        t(
          column('a', integer()),
          check(sql`a > 0`),
          check(sql`((a > 1))`, { name: 'two' }),
          check(sql`(a > 1) and (a < 9)`, { name: 'three' }),
          check(sql`a <> 5 -- not five`, { name: 'four' }),
        ),
      ],
    ],
    [
      'checks of types',
      [
        t(
          column('a', enumType(['x', "y'z"], { name: 'ck_e', createConstraint: true })),
          column('b', enumType(['x'], { createConstraint: true, native: true })),
          column('c"', enumType(['x'], { createConstraint: true, length: 9 })),
        ),
      ],
    ],
    [
      'foreign keys',
      [
        table('p', [column('id', integer(), { primaryKey: true }), column('x', integer())]),
        t(
          column('a', integer(), {
            references: { column: 'p.id', onDelete: 'cascade', onUpdate: 'no action' },
          }),
          column('b', integer(), { references: { column: 't.a', initially: 'deferred', name: 'fk' } }),
          foreignKey(['a', 'b'], 'p', ['id', 'x'], { deferrable: true, useAlter: true, match: 'simple' }),
          foreignKey(['b'], 'p', ['id'], { deferrable: false, initially: 'immediate', match: 'full' }),
          foreignKey(['b'], 'missing', ['id'], { onDelete: 'set default', onUpdate: 'restrict' }),
          foreignKey(['b'], 'other', ['id'], { deferrable: false, initially: 'DEFERRED' }),
        ),
      ],
    ],
    [
      'indexes',
      [
        t(
          column('a', text({ collation: 'nocase' }), { index: true }),
          column('b', text()),
          index('i1', ['b', 'a'], { unique: true }),
          index('i2', [
            { column: 'a', order: 'DESC', collation: 'nocase' },
            { column: 'b', order: 'ASC', collation: 'binary' },
          ]),
          index('i3', [
            { column: 'a', collation: 'binary' },
            sql`lower(b)`,
            sql`(b)`,
            { expression: sql`a || b`, order: 'DESC', collation: 'NOCASE' },
          ]),
          index('i4', ['a'], { where: sql`(a > 'x' and "b" is not null)` }),
          index('i5', ['b'], { sqlite: { where: sql`b <> ''` } }),
          index('i6', [
            sql`a || b COLLATE nocase`,
            sql`lower(a) COLLATE nocase`,
            { column: 'b', nulls: null, operatorClass: null, collation: 'rtrim' },
          ]),
        ),
      ],
    ],
  ];

  test.each(made)('%s', async (_, tables) => {
    await expectFound(...tables);
  });
});

describe('SQLite keeps texts: one that means the same is found in another spelling', () => {
  const a = column('a', integer());
  const b = column('B', text());
  test.each([
    [
      'white space and case',
      t(a, check(sql`A>0 AND a  <  9`)),
      'CREATE TABLE t(a INTEGER, CHECK (a > 0 and\ta<9))',
    ],
    ['comments', t(a, check(sql`a > 0`)), 'CREATE TABLE t(a INTEGER, CHECK (a /* x */ > 0 -- y\n))'],
    [
      'parentheses around the whole',
      t(a, check(sql`(((a > 0)))`)),
      'CREATE TABLE t(a INTEGER CHECK ((a > 0)))',
    ],
    [
      'quoted names',
      t(a, b, check(sql`"A" > [b] and \`a\` <> t."a"`)),
      'CREATE TABLE t(a INTEGER, B TEXT, CHECK (a > b AND a <> t.a))',
    ],
    [
      'operators of two spellings',
      t(a, check(sql`a != 1 or a = 2`)),
      'CREATE TABLE t(a INTEGER CHECK (a <> 1 or a == 2))',
    ],
    [
      'a default in parentheses',
      t(column('a', integer(), { serverDefault: 5 })),
      'CREATE TABLE t(a INTEGER DEFAULT (5))',
    ],
    [
      'a default expression',
      t(column('a', text(), { serverDefault: sql`CURRENT_TIMESTAMP` })),
      'CREATE TABLE t(a TEXT DEFAULT current_timestamp)',
    ],
    [
      'a computed column',
      t(a, column('c', integer(), { computed: computed(sql`a+1`) })),
      'CREATE TABLE t(a INTEGER, c INTEGER AS ("a" + 1))',
    ],
    [
      'an index',
      t(a, index('i', [sql`ABS(a)`], { where: sql`(a>0)` })),
      'CREATE TABLE t(a INTEGER); CREATE INDEX I ON t((abs( a ))) WHERE "a" > 0',
    ],
    [
      'names in other cases',
      t(a, b, unique(['B', 'a'], { name: 'u' })),
      'CREATE TABLE T(A INTEGER, b TEXT, CONSTRAINT u UNIQUE (B, a))',
    ],
    [
      'types in other cases',
      t(column('a', string(5)), column('b', numeric(10, 2)), column('c', sqlType('foo'))),
      'CREATE TABLE t(a varchar( 5 ), b numeric(10,2), c foo)',
    ],
    [
      'the row number',
      t(column('id', integer(), { primaryKey: true })),
      'CREATE TABLE t(id integer primary key)',
    ],
    [
      'names of NOT NULL',
      t(column('a', text(), { nullable: false })),
      'CREATE TABLE t(a TEXT CONSTRAINT nn NOT NULL)',
    ],
    [
      'an implied reference',
      t(a, column('id', integer(), { primaryKey: true }), foreignKey(['a'], 't', ['id'])),
      'CREATE TABLE t(a INTEGER REFERENCES T, id INTEGER PRIMARY KEY)',
    ],
    ["what we can't print", t(a), 'CREATE TABLE t(a INTEGER CONSTRAINT zilch)'],
  ])('%s', async (_, model, script) => {
    expect(await isFound(model, ...script.split(';'))).toBe(true);
  });

  test.each([
    ['a literal in another case', t(a, check(sql`a <> 'X'`)), "CREATE TABLE t(a INTEGER, CHECK (a <> 'x'))"],
    [
      'white space in a literal',
      t(a, check(sql`a <> 'x y'`)),
      "CREATE TABLE t(a INTEGER, CHECK (a <> 'x  y'))",
    ],
    [
      'parentheses inside',
      t(a, check(sql`(a + 1) * 2 > 0`)),
      'CREATE TABLE t(a INTEGER, CHECK (a + 1 * 2 > 0))',
    ],
    [
      'parentheses that only seem to enclose',
      t(a, check(sql`a > 0) or (a < 9`)),
      'CREATE TABLE t(a INTEGER, CHECK ((a > 0) or (a < 9)))',
    ],
    [
      'double quotes that may be a string',
      t(a, check(sql`"zzz" > a`)),
      'CREATE TABLE t(a INTEGER, CHECK (zzz > a))',
    ],
    [
      'a keyword in quotes',
      t(a, column('null', text()), check(sql`"null" is a`)),
      'CREATE TABLE t(a INTEGER, "null" TEXT, CHECK (null is a))',
    ],
    [
      'a string for a number',
      t(column('a', integer(), { serverDefault: '5' })),
      'CREATE TABLE t(a INTEGER DEFAULT 5)',
    ],
    ['true for 1', t(column('a', boolean(), { serverDefault: true })), 'CREATE TABLE t(a BOOLEAN DEFAULT 1)'],
    [
      'zeros of a number',
      t(column('a', float(), { serverDefault: sql`1.0` })),
      'CREATE TABLE t(a FLOAT DEFAULT 1.00)',
    ],
    ['a default of NULL', t(a), 'CREATE TABLE t(a INTEGER DEFAULT NULL)'],
    [
      'VIRTUAL for STORED',
      t(a, column('c', integer(), { computed: computed(sql`a`) })),
      'CREATE TABLE t(a INTEGER, c INTEGER AS (a) STORED)',
    ],
    [
      'a key that may be null',
      t(column('id', text(), { primaryKey: true })),
      'CREATE TABLE t(id TEXT PRIMARY KEY)',
    ],
    ['a collation', t(column('a', text())), 'CREATE TABLE t(a TEXT COLLATE NOCASE)'],
    [
      'AUTOINCREMENT',
      t(column('id', integer(), { primaryKey: true })),
      'CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT)',
    ],
    ['STRICT', t(a), 'CREATE TABLE t(a INTEGER) STRICT'],
    ['order in an index', t(a, index('i', ['a'])), 'CREATE TABLE t(a INTEGER); CREATE INDEX i ON t(a DESC)'],
    [
      'DEFERRABLE',
      t(a, foreignKey(['a'], 't', ['a'])),
      'CREATE TABLE t(a INTEGER REFERENCES t(a) DEFERRABLE INITIALLY DEFERRED)',
    ],
    [
      'a name',
      t(a, check(sql`a > 0`, { name: 'x' })),
      'CREATE TABLE t(a INTEGER CONSTRAINT y CHECK (a > 0))',
    ],
    ['a size', t(column('a', string(5))), 'CREATE TABLE t(a VARCHAR(6))'],
  ])('but not: %s', async (_, model, script) => {
    const runs = script.includes('zzz')
      ? ['CREATE TABLE t(a INTEGER, zzz TEXT, CHECK (zzz > a))']
      : script.split(';');
    expect(await isFound(model, ...runs)).toBe(false);
  });

  test('one condition in two spellings, told apart by their names', async () => {
    const model = t(a, check(sql`a>0`, { name: 'x' }), check(sql`a>0`, { name: 'y' }));
    expect(
      await isFound(model, 'CREATE TABLE t(a INTEGER, CONSTRAINT x CHECK (a > 0), CONSTRAINT y CHECK (a>0))'),
    ).toBe(true);
  });

  test('a check that a type implies and the table has is there once', async () => {
    const model = t(
      column('a', enumType(['x'], { name: 'e', createConstraint: true })),
      check(sql`a IN ('x')`, { name: 'e' }),
    );
    await expectFound(model);
    const connection = await databaseOf();
    const [canonical] = await canonicalize([model], new SchemaModel(), connection);
    expect(canonical?.constraints).toHaveLength(1);
  });
});

describe('what makes no sense is refused', () => {
  test.each([
    ['UNKNOWN_OPTION', table('t', [column('a', text())], { sqlite: { stric: true } })],
    ['UNKNOWN_OPTION', t(column('a', text(), { sqlite: { colation: 'NOCASE' } }))],
    ['BAD_ARGUMENT', table('t', [column('a', text())], { sqlite: { strict: 1 } })],
    ['BAD_ARGUMENT', t(column('a', text()), unique(['a'], { sqlite: { onConflict: 'explode' } }))],
    ['BAD_TYPE', t(column('a', sqlType('TEXT COLLATE NOCASE')))],
    ['UNSUPPORTED_TYPE', t(column('a', { kind: 'type', name: 'jsonb' }))],
  ])('%s', async (code, model) => {
    const connection = await databaseOf();
    await expect(canonicalize([model], new SchemaModel(), connection)).rejects.toMatchObject({ code });
  });
});

describe('tables in an attached database', () => {
  test('are found, with foreign keys inside it', async () => {
    const connection = await databaseOf(
      "ATTACH ':memory:' AS aux",
      'CREATE TABLE aux.t(id INTEGER PRIMARY KEY, p INTEGER REFERENCES T)',
      'CREATE TABLE t(x)',
    );
    const model = table(
      't',
      [column('id', integer(), { primaryKey: true }), column('p', integer(), { references: 'aux.t.id' })],
      { schema: 'aux' },
    );
    const database = await sqlite.inspect(connection, { schemas: ['aux'] });
    expect(database.tables).toHaveLength(1);
    expect(await canonicalize([model], database, connection)).toEqual(database.tables);
  });
});

test('every model of the generator is found in the database that its own writer makes, and in ours', async () => {
  let schemas = 0;
  for (const pair of randomPairs({ dialect: 'sqlite', seed: 20, count: 100 })) {
    for (const [schema, statements] of [
      [pair.A, pair.ddlA],
      [pair.B, pair.ddlB],
    ] as const) {
      const metadata = metadataOf(schema);
      await expectSame(metadata, await databaseOf(...statements));
      await expectFound(...metadata.tables);
      schemas++;
    }
  }
  expect(schemas).toBe(200);
});

describe.skipIf(!hasVectors)(
  'every model of the vectors is found in the database that SQLAlchemy made for it, and in ours',
  () => {
    const cases: readonly (readonly [string, VectorSchema, readonly string[]])[] = [
      ...readVectors<AutogenVector>('autogen-vectors.json').flatMap((vector) => {
        const result = vector.results.sqlite;
        return result === undefined
          ? []
          : ([
              [`${vector.name} A`, vector.A, result.ddlA],
              [`${vector.name} B`, vector.B, result.ddlB],
            ] as const);
      }),
      ...readVectors<RandomPairVector>('random-pairs.public.json')
        .filter((pair) => pair.dialect === 'sqlite')
        .flatMap(
          (pair) =>
            [
              [`${pair.id} A`, pair.A, pair.ddlA],
              [`${pair.id} B`, pair.B, pair.ddlB],
            ] as const,
        ),
    ];

    test('there are hundreds', () => expect(cases.length).toBeGreaterThan(500));
    test.each(cases)('%s', async (_, schema, statements) => {
      const metadata = metadataOf(schema);
      await expectSame(metadata, await databaseOf(...statements));
      if (schema.namingConvention === undefined)
        await expectSame(metadata, await databaseOf(...ddl('sqlite', schema)));
      await expectFound(...metadata.tables);
    });
  },
);
