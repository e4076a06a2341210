import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
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
import { makeType } from '../../../schema/types/generic.ts';
import { writer } from './writer.ts';

test.each([
  [integer(), 'INTEGER'],
  [smallInteger(), 'SMALLINT'],
  [bigInteger(), 'BIGINT'],
  [numeric(), 'NUMERIC'],
  [numeric(10), 'NUMERIC(10)'],
  [numeric(10, 0), 'NUMERIC(10, 0)'],
  [numeric(12, 2), 'NUMERIC(12, 2)'],
  [float(), 'FLOAT'],
  [float(53), 'FLOAT'],
  [double(), 'DOUBLE'],
  [real(), 'REAL'],
  [boolean(), 'BOOLEAN'],
  [string(), 'VARCHAR'],
  [string(50), 'VARCHAR(50)'],
  [unicode(20), 'VARCHAR(20)'],
  [char(5), 'CHAR(5)'],
  [text(), 'TEXT'],
  [date(), 'DATE'],
  [time({ timezone: true }), 'TIME'],
  [dateTime({ timezone: true }), 'DATETIME'],
  [timestamp(), 'TIMESTAMP'],
  [interval(), 'DATETIME'],
  [json(), 'JSON'],
  [uuid(), 'CHAR(32)'],
  [largeBinary(100), 'BLOB'],
  [varbinary(16), 'VARBINARY(16)'],
  [enumType(['sad', 'happy', 'ok'], { name: 'mood' }), 'VARCHAR(5)'],
  [enumType(['👩‍👧'], { length: 20 }), 'VARCHAR(20)'],
  [sqlType('UNSIGNED BIG INT'), 'UNSIGNED BIG INT'],
  [withVariant(integer(), { sqlite: text() }), 'TEXT'],
])('the type of %o', (type, expected) => {
  expect(writer.type(type)).toBe(expected);
});

test('a type of another database is refused', () => {
  expect(() => writer.type(makeType('jsonb'))).toThrow(expect.objectContaining({ code: 'UNSUPPORTED_TYPE' }));
  expect(() => writer.type(makeType('toString'))).toThrow(
    expect.objectContaining({ code: 'UNSUPPORTED_TYPE' }),
  );
});

test.each([
  ['abc', "'abc'"],
  ["it's \\ % :x", "'it''s \\ % :x'"],
  [5, '5'],
  [-1.5, '-1.5'],
  [true, 'TRUE'],
  [sql`5`, '5'],
  [sql`-1`, '-1'],
  [sql`CURRENT_TIMESTAMP`, 'CURRENT_TIMESTAMP'],
  [sql`NULL`, 'NULL'],
  [sql`'x'`, "'x'"],
  [sql`x'00'`, "x'00'"],
  [sql`(1 + 1)`, '(1 + 1)'],
  [sql`1 + 1`, '(1 + 1)'],
  [sql`(1) + (1)`, '((1) + (1))'],
  [sql`now()`, '(now())'],
  [sql`- - 1`, '(- - 1)'],
  [sql`1 -- one`, '1 -- one'],
  [sql`1 + 1 -- two`, '(1 + 1 -- two\n)'],
])('the default %o', (value, expected) => {
  expect(writer.default(value, integer())).toBe(expected);
});

describe('literals', () => {
  const db = new DatabaseSync(':memory:');
  const read = (value: unknown): unknown => {
    const statement = db.prepare(`SELECT ${writer.literal(value)} AS v`);
    statement.setReadBigInts(true);
    return statement.get()?.v;
  };

  test('SQLite reads back what was written', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'grapheme-composite' }),
          fc.constantFrom("'", "''", '\0', 'a\0b', '\\', '"', '--', ';'),
          fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
          fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n),
          fc.uint8Array(),
          // SQLite's own reading of extreme ones isn't exact on some versions
          fc
            .double({ noNaN: true, noInteger: true, min: -1e15, max: 1e15 })
            .filter((x) => Math.abs(x) > 1e-15),
          fc.constant(null),
        ),
        (value) => {
          if (typeof value !== 'string') expect(read(value)).toEqual(value);
          else {
            // some versions of Node read text up to the first NUL only
            const stored = db
              .prepare(
                `SELECT typeof(v) AS type, CAST(v AS BLOB) AS bytes FROM (SELECT ${writer.literal(value)} AS v)`,
              )
              .get();
            expect(stored).toEqual({ type: 'text', bytes: new Uint8Array(Buffer.from(value)) });
          }
        },
      ),
      { seed: 20261122, numRuns: 500 },
    );
    expect(read(1e300)).toBe(1e300);
    expect(read(2 ** 60)).toBe(2 ** 60);
    expect(read(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    expect(read(true)).toBe(1n);
    expect(read({ a: ["it's"] })).toBe(`{"a":["it's"]}`);
    expect(read(new Date('2026-11-22T09:30:00.5Z'))).toBe('2026-11-22 09:30:00.500000');
  });

  test.each([undefined, Number.NaN, 2n ** 63n, () => 1, new Map(), new Date('nope')])(
    '%s is none',
    (value) => {
      expect(() => writer.literal(value)).toThrow(expect.objectContaining({ code: 'SQL_VALUE' }));
    },
  );
});

test('any name can be quoted', () => {
  const db = new DatabaseSync(':memory:');
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'grapheme-composite' }), (name) => {
      fc.pre(!name.includes('\0') && !name.toLowerCase().startsWith('sqlite_'));
      db.exec(`CREATE TABLE ${writer.quote(name)} (${writer.quote(name)})`);
      expect(db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").get()).toEqual({ name });
      db.exec(`DROP TABLE ${writer.quote(name)}`);
    }),
    { seed: 20261122, numRuns: 200 },
  );
  for (const name of ['', 'a\0b'])
    expect(() => writer.quote(name)).toThrow(expect.objectContaining({ code: 'BAD_NAME' }));
});

test('a table with everything', () => {
  const made = table(
    'or"der',
    [
      column('id', integer(), { primaryKey: true, sqlite: { autoincrement: true } }),
      column('org', integer(), { nullable: false, sqlite: { onConflictNotNull: 'IGNORE' } }),
      column('email', string(80, { collation: 'NOCASE' }), { serverDefault: 'x', nullable: false }),
      column('state', enumType(['on', "o'ff"], { name: 'ck_state', createConstraint: true })),
      column('slug', text(), { computed: computed(sql`lower(email)`, { persisted: true }) }),
      column('odd', sqlType('')),
      foreignKey(['org'], 'orgs', ['id'], {
        name: 'fk',
        onDelete: 'cascade',
        deferrable: true,
        initially: 'deferred',
        match: 'full',
      }),
      unique(['org', 'email'], {
        name: 'uq',
        sqlite: { onConflict: 'REPLACE', descending: ['org'], collations: { email: 'RTRIM' } },
      }),
      check(sql`org > 0 -- always`, { name: 'ck' }),
      index('ix', ['id']),
    ],
    { sqlite: { strict: false } },
  );
  const written = writer.createTable(made, { ifNotExists: true });
  expect(written).toBe(`CREATE TABLE IF NOT EXISTS "or""der" (
  "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  "org" INTEGER NOT NULL ON CONFLICT IGNORE,
  "email" VARCHAR(80) COLLATE "NOCASE" DEFAULT 'x' NOT NULL,
  "state" VARCHAR(4),
  "slug" TEXT GENERATED ALWAYS AS (lower(email)) STORED,
  "odd",
  CONSTRAINT "fk" FOREIGN KEY ("org") REFERENCES "orgs" ("id") ON DELETE CASCADE MATCH FULL DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT "uq" UNIQUE ("org" DESC, "email" COLLATE "RTRIM") ON CONFLICT REPLACE,
  CONSTRAINT "ck" CHECK (org > 0 -- always
),
  CONSTRAINT "ck_state" CHECK ("state" IN ('on', 'o''ff'))
)`);
  new DatabaseSync(':memory:').exec(written);
});

test('keys that mean something else in their column, and options of the table', () => {
  const quirk = table('t', [
    column('id', integer(), { nullable: true }),
    primaryKey(['id'], { name: 'pk', sqlite: { notRowid: true, descending: ['id'] } }),
  ]);
  expect(writer.createTable(quirk, { ifNotExists: false })).toContain(
    '"id" INTEGER CONSTRAINT "pk" PRIMARY KEY DESC',
  );
  const options = table('t', [column('k', text(), { primaryKey: true })], {
    sqlite: { strict: true, withoutRowid: true },
  });
  expect(writer.createTable(options, { ifNotExists: false })).toBe(
    'CREATE TABLE "t" (\n  "k" TEXT NOT NULL,\n  PRIMARY KEY ("k")\n) STRICT, WITHOUT ROWID',
  );
});

test('an index', () => {
  const made = index(
    'ix',
    [
      'a',
      sql`lower(b)`,
      { column: 'c', order: 'DESC', collation: 'NOCASE' },
      { expression: sql`a || b`, collation: 'RTRIM' },
    ],
    {
      where: sql`a > 0`,
    },
  );
  expect(writer.indexBody(made, { schema: null, name: 't' })).toBe(
    '("a", lower(b), "c" COLLATE "NOCASE" DESC, (a || b) COLLATE "RTRIM") WHERE a > 0',
  );
});

test('a foreign key stays in its database', () => {
  const made = table('t', [
    column('a', integer(), { references: { column: 'id', table: 'u', referredSchema: 'other' } }),
  ]);
  expect(() => writer.createTable(made, { ifNotExists: false })).toThrow(
    expect.objectContaining({ code: 'UNSUPPORTED_OPERATION' }),
  );
});
