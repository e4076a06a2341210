import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { type ReadOptions, readSqlite } from './read-sqlite.ts';

function read(sql: string, options?: ReadOptions): string {
  const db = new DatabaseSync(':memory:');
  try {
    db.exec(sql);
    return readSqlite(db, options);
  } finally {
    db.close();
  }
}

const parent = 'create table p (id integer primary key, a int, unique (a));';

describe('two spellings of one meaning read the same', () => {
  test.each<[string, string, string]>([
    ['white space, case and comments', 'create table t (a int)', 'CREATE  TABLE\nt (a /* x */ INT -- y\n)'],
    ['quotes around names', 'create table t (a int, b int)', 'create table "t" ([a] int, `b` int)'],
    [
      'space in types',
      'create table t (a varchar(20), b numeric(8,2))',
      'create table t (a VARCHAR ( 20 ), b NUMERIC( 8 , 2 ))',
    ],
    [
      'where a primary key stands',
      'create table t (a text primary key)',
      'create table t (a text, primary key (a))',
    ],
    [
      'NOT NULL on a row number',
      'create table t (a integer primary key)',
      'create table t (a integer not null primary key)',
    ],
    [
      'where a unique constraint stands',
      'create table t (a int unique)',
      'create table t (a int, unique (a))',
    ],
    ['where a check stands', 'create table t (a int check (a > 1))', 'create table t (a int, check ("a">1))'],
    [
      'where a foreign key stands',
      `${parent} create table t (a int references p)`,
      `${parent} create table t (a int, foreign key (a) references "P" (id))`,
    ],
    [
      'parentheses around a default',
      'create table t (a int default 5)',
      'create table t (a int default (5))',
    ],
    [
      'the order of constraints',
      'create table t (a int, b int, unique (a), unique (b))',
      'create table t (a int, b int, unique (b), unique (a))',
    ],
    [
      'the order of tables',
      'create table t (a); create table u (a)',
      'create table u (a); create table t (a)',
    ],
    [
      'actions that are the default',
      `${parent} create table t (a int references p (id) on delete no action)`,
      `${parent} create table t (a int references p (id))`,
    ],
    [
      'NOT DEFERRABLE',
      `${parent} create table t (a int references p not deferrable initially deferred)`,
      `${parent} create table t (a int references p)`,
    ],
    ['the default collation', 'create table t (a text collate binary)', 'create table t (a text)'],
    [
      'constraints without commas',
      'create table t (a int, b int, unique (a) check (b > 1))',
      'create table t (a int, b int, unique (a), check (b > 1))',
    ],
    [
      'a column that was added',
      'create table t (a int); alter table t add column b int default 3',
      'create table t (a int, b int default 3)',
    ],
    [
      'a table that was renamed',
      'create table u (a int check (a > 1)); create index i on u (a); alter table u rename to t',
      'create table t (a int check (a > 1)); create index i on t (a)',
    ],
    [
      'a generated column',
      'create table t (a int, b int generated always as (a+1) virtual)',
      'create table t (a int, b int as (a + 1))',
    ],
    ['an ascending index', 'create index i on t (a asc)', 'create index i on t (a)'],
    [
      'a collation that the column has',
      'create table t2 (a text collate nocase); create index i on t2 (a collate nocase)',
      'create table t2 (a text collate nocase); create index i on t2 (a)',
    ],
    [
      'a partial index',
      'create index i on t (a) where a is not null',
      'CREATE INDEX i ON t(a) WHERE (a IS NOT NULL)',
    ],
    [
      'a table left out',
      'create table t (a int); create table alembic_version (v); create index x on alembic_version (v)',
      'create table t (a int)',
    ],
  ])('%s', (_, one, other) => {
    const start =
      /create index i on t \(a/i.test(one) && !one.includes('create table') ? 'create table t (a int);' : '';
    expect(read(start + one)).toBe(read(start + other));
  });

  test('the order of columns, when it is to be ignored', () => {
    const [one, other] = ['create table t (a int, b text)', 'create table t (b text, a int)'] as const;
    expect(read(one)).not.toBe(read(other));
    expect(read(one, { ignoreColumnOrder: true })).toBe(read(other, { ignoreColumnOrder: true }));
  });
});

/** Each text differs in meaning from each other in its list. */
const differences: Record<string, string[]> = {
  table: [
    'create table t (a)',
    'create table "T" (a)',
    'create table u (a)',
    'create table t (a); create table u (a)',
    'select 1',
  ],
  column: [
    'create table t (a int)',
    'create table t (b int)',
    'create table t (A int)',
    'create table t (a int, b int)',
    'create table t (a text)',
    'create table t (a)',
    'create table t (a integer)',
    'create table t (a varchar(2))',
    'create table t (a varchar(3))',
  ],
  'null and default': [
    'create table t (a int)',
    'create table t (a int not null)',
    'create table t (a int constraint n not null)',
    'create table t (a int not null on conflict ignore)',
    'create table t (a int default 1)',
    "create table t (a int default '1')",
    'create table t (a int default 2)',
    'create table t (a int default -2)',
    'create table t (a int default null)',
    'create table t (a int default (1 + 1))',
    'create table t (a int default (1 + 2))',
  ],
  'spaces and case inside strings': [
    "create table t (a default 'x')",
    "create table t (a default 'X')",
    "create table t (a default ' x')",
    "create table t (a default '')",
    "create table t (a default '''')",
  ],
  collation: [
    'create table t (a text)',
    'create table t (a text collate nocase)',
    'create table t (a text collate rtrim)',
  ],
  generated: [
    'create table t (a, b)',
    'create table t (a, b as (a))',
    'create table t (a, b as (a) stored)',
    'create table t (a, b as (a || 1))',
    'create table t (a, b as (a || 1) stored)',
  ],
  'primary key': [
    'create table t (a integer, b int)',
    'create table t (a integer primary key, b int)',
    'create table t (a integer primary key desc, b int)',
    'create table t (a integer primary key autoincrement, b int)',
    'create table t (a integer, b int primary key)',
    'create table t (a integer, b int, primary key (a, b))',
    'create table t (a integer, b int, primary key (b, a))',
    'create table t (a integer, b int, primary key (a, b desc))',
    'create table t (a integer, b int, constraint x primary key (a))',
    'create table t (a integer, b int, constraint y primary key (a))',
    'create table t (a integer primary key on conflict replace, b int)',
    'create table t (a integer, b int, primary key (a, b collate nocase))',
    'create table t (a integer primary key, b int) without rowid',
    'create table t (a integer primary key, b int) strict',
    'create table t (a integer primary key, b int) strict, without rowid',
  ],
  'key that may be null': [
    'create table t (a text primary key)',
    'create table t (a text not null primary key)',
  ],
  unique: [
    'create table t (a, b)',
    'create table t (a unique, b)',
    'create table t (a, b unique)',
    'create table t (a, b, unique (a, b))',
    'create table t (a, b, unique (b, a))',
    'create table t (a, b, constraint u unique (a, b))',
    'create table t (a, b, unique (a) on conflict ignore)',
    'create table t (a, b, unique (a desc))',
    'create table t (a, b, unique (a collate nocase))',
    'create table t (a unique, b unique)',
    'create table t (a, b); create unique index u on t (a)',
  ],
  check: [
    'create table t (a, b)',
    'create table t (a, b, check (a > 1))',
    'create table t (a, b, check (a > 2))',
    'create table t (a, b, check (a >= 1))',
    'create table t (a, b, check (b > 1))',
    "create table t (a, b, check (a > '1'))",
    'create table t (a, b, constraint c check (a > 1))',
    'create table t (a, b, check (a > 1), check (a > 1))',
    "create table t (a, b, check (a <> 'Or'))",
    "create table t (a, b, check (a <> 'or'))",
  ],
  'quotes that mean something': [
    'create table t (a, "null", check (a is "null"))',
    'create table t (a, "null", check (a is null))',
  ],
  'foreign key': [
    'create table t (a int, b int)',
    'create table t (a int references p, b int)',
    'create table t (a int, b int references p)',
    'create table t (a int references p (a), b int)',
    'create table t (a int references q, b int)',
    'create table t (a int constraint f references p, b int)',
    'create table t (a int references p on delete cascade, b int)',
    'create table t (a int references p on delete set null, b int)',
    'create table t (a int references p on update cascade, b int)',
    'create table t (a int references p deferrable, b int)',
    'create table t (a int references p deferrable initially deferred, b int)',
    'create table t (a int references p match full, b int)',
    'create table t (a int references p, b int references p)',
  ].map((sql) => `${parent} create table q (id integer primary key); ${sql}`),
  index: [
    'create index i on t (a)',
    'create index j on t (a)',
    'create unique index i on t (a)',
    'create index i on t (b)',
    'create index i on t (a, b)',
    'create index i on t (b, a)',
    'create index i on t (a desc)',
    'create index i on t (a collate nocase)',
    'create index i on t (lower(a))',
    'create index i on t (upper(a))',
    'create index i on t (lower(a) desc)',
    'create index i on t (lower(a) collate nocase)',
    'create index i on t (a) where b > 1',
    'create index i on t (a) where b > 2',
    'select 1',
  ].map((sql) => `create table t (a text, b int); ${sql}`),
  'view and trigger': [
    'select 1',
    'create view v as select a from t',
    'create view v as select b from t',
    'create view w as select a from t',
    'create trigger g after insert on t begin select 1; end',
    'create trigger g before insert on t begin select 1; end',
    'create trigger g after insert on t begin select 2; end',
  ].map((sql) => `create table t (a, b); ${sql}`),
};

test.each(Object.entries(differences))('each difference shows: %s', (_, texts) => {
  const readings = texts.map((sql) => read(sql));
  expect(new Set(readings).size).toBe(texts.length);
});

test('hostile names come through', () => {
  const name = 'a"b`c]d\'e;--${x}\n\u00e9';
  const sql = (q: string): string => `"${q.replaceAll('"', '""')}"`;
  const text =
    read(`create table ${sql(name)} (${sql(`${name},(`)} int check (${sql(`${name},(`)} > 1), b as (${sql(`${name},(`)}));
    create index ${sql(`${name})`)} on ${sql(name)} (${sql(`${name},(`)})`);
  for (const part of [name, `${name},(`, `${name})`]) expect(text).toContain(JSON.stringify(part));
});

test('a reading is independent of a second look', () => {
  const db = new DatabaseSync(':memory:');
  db.exec('create table t (a int, b int, unique (b)); create index i on t (a)');
  const first = readSqlite(db);
  db.exec('create table u (x); drop table u; drop index i; create index i on t (a)');
  expect(readSqlite(db)).toBe(first);
});
