import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sqliteDefinitions } from '../../../../test/generators/sqlite-definitions.ts';
import { agree, databaseOf } from '../../../../test/support/sqlite-agreement.ts';
import {
  type AutogenVector,
  hasVectors,
  type RandomPairVector,
  readVectors,
} from '../../../../test/support/vectors.ts';
import { writer } from '../writer/writer.ts';

const cases: readonly string[] = [
  'CREATE TABLE t(id integer primary key desc, b)',
  'CREATE TABLE t(id integer, b, primary key(id desc))',
  'CREATE TABLE t(id "INTEGER" primary key, b \'my type\' (3), d INT /* c */ (3), e generated always as (1), f int generated always as (2) stored, g virtual_x as (3))',
  'CREATE TABLE t(a int constraint c1 not null constraint c2 check (a>0), b int, constraint tt check(b>0) check (b>1), unique(a,b desc) on conflict replace)',
  'CREATE TABLE t(key text, abort int, left int, generated int, always int, [if] int, rowid int)',
  'CREATE TABLE "t"([a b] [text], `c``d` `int`, "e""f" "numeric"(5,2), \'g\'\'h\' \'blob\')',
  "CREATE TABLE 't'('a' int, 'b' text, primary key('a'))",
  'CREATE TABLE t(a INTEGER PRIMARY KEY AUTOINCREMENT)',
  'CREATE TABLE t(a INTEGER, PRIMARY KEY (a AUTOINCREMENT))',
  'CREATE TABLE t(a INTEGER CONSTRAINT pk PRIMARY KEY ASC ON CONFLICT IGNORE AUTOINCREMENT NOT NULL ON CONFLICT FAIL)',
  'CREATE TABLE t(a INT PRIMARY KEY)',
  'CREATE TABLE t(a INTEGER PRIMARY KEY DESC, b) WITHOUT ROWID',
  'CREATE TABLE t(a TEXT, b, PRIMARY KEY (a DESC, b COLLATE NOCASE)) WITHOUT ROWID',
  'CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT, c ANY, d BLOB, e REAL, f INT) STRICT',
  'CREATE TABLE t(a TEXT PRIMARY KEY) STRICT, WITHOUT ROWID',
  'CREATE TABLE t(a TEXT PRIMARY KEY) WITHOUT ROWID, STRICT',
  'CREATE TABLE t(a TEXT COLLATE NOCASE UNIQUE, b TEXT COLLATE RTRIM, UNIQUE (a COLLATE BINARY, b COLLATE rtrim))',
  'CREATE TABLE t(a UNIQUE UNIQUE ON CONFLICT ABORT, UNIQUE (a))',
  'CREATE TABLE t(a UNIQUE, PRIMARY KEY (a))',
  'CREATE TABLE p(x, Y, PRIMARY KEY (Y, x)); CREATE TABLE t(a, B, FOREIGN KEY (A, b) REFERENCES P ON DELETE SET NULL ON UPDATE CASCADE)',
  'CREATE TABLE t(a, b, FOREIGN KEY (a, b) REFERENCES missing ON DELETE RESTRICT ON UPDATE NO ACTION, FOREIGN KEY (a) REFERENCES missing (q) ON DELETE SET DEFAULT MATCH full)',
  'CREATE TABLE t(a int references p deferrable initially deferred references q(x))',
  'CREATE TABLE t(a, /* , b -- */ b -- c, d\n, c/**/int/**/not/**/null, d /*/ e */)',
  'CREATE TABLE t(a int check (a > 0 /* ) */ -- )\n and a < 9) check((((a<>5)))))',
  "CREATE TABLE t(a text default 'it''s ('')', b text default ('x' || ')'), c default (-1), d default null, e default current_timestamp, f default (datetime('now')))",
  'CREATE TABLE t(a decimal(10,2), b numeric(10, 2), c varchar( 50 ), d double precision, e unsigned big int, f "weird (type)", g varchar(-1), h nchar(+5), i numeric ( 5 ) )',
  'CREATE TABLE t(a timestamp with time zone, b long_text, c character varying (255), d native character(70))',
  'CREATE TABLE t as select 1 as a, \'x\' as "b c", cast(1 as numeric(5,2)) d, 2.5 as "select"',
  'CREATE TABLE t(a,b);alter table t add column c int not null default 5;alter table t rename column b to "B b";alter table t rename to u;alter table u add column d references u(a);alter table u drop column c',
  'CREATE TABLE t(a,b, check (a > 0), primary key (a)) strict_is_no_option;'.replace(
    ' strict_is_no_option',
    '',
  ),
  "CREATE TABLE t(a int, check (a > 0));alter table t add column b text collate nocase default 'x' check (b <> '') references t(a)",
  "CREATE TABLE t(a text collate nocase, b);create index i on t(a collate binary, b desc, (a) desc, lower(a) collate nocase desc, a || 'x' collate nocase)",
  'CREATE TABLE t(a, b);create unique index "i x" on t(b collate rtrim) where a is not null and b <> \')\';create index j on t(a || b, (a + 1), \'b\', "a")',
  'CREATE TABLE t(a, b);create index if not exists main.i on t(a,b /* c */ desc) -- done\n where (a > 0)',
  'CREATE TABLE "weird ""name"""(a);CREATE INDEX [x y] ON "weird ""name"""(a)',
  'CREATE TABLE t(a, b as (a + 1), c generated always as (b * 2) stored not null, d text as (lower(a)) virtual collate nocase unique)',
  'CREATE TABLE t(\uFEFFé text, "ü ß" int, 日本 blob, a$b, _x)',
];

/** The same, where the third reader takes two spellings of one thing for two things, or doesn't understand the first. */
const otherwise: readonly string[] = [
  'CREATE TABLE if not exists main.t(a int, b text default true default foo, c default "x y", d default (((5))) , e default -  5, f default +5, g default x\'ab\', h default 0x1F)',
  'CREATE TABLE t(a,b, primary key((a), b collate nocase desc), unique ((b) collate rtrim))',
  'CREATE TABLE t(a REFERENCES t, b REFERENCES t(a) REFERENCES T (B), c PRIMARY KEY)',
];

describe('the reader agrees with the pragmas, and with itself after our writer', () => {
  test.each([...cases, ...otherwise])('%s', async (script) => {
    const tables = await agree(script.split(';'), { judged: !otherwise.includes(script) });
    expect(tables.length).toBeGreaterThan(0);
    for (const table of tables) expect(table.options.sqlite?.unprintable).toBeUndefined();
  });

  test('for any names', async () => {
    const name = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 12 })
      .filter((text) => !text.includes('\0') && !/^sqlite_/i.test(text) && text.isWellFormed());
    const names = fc.uniqueArray(name, {
      minLength: 9,
      maxLength: 9,
      selector: (text) => text.toLowerCase(),
    });
    await fc.assert(
      fc.asyncProperty(names, async (all) => {
        const [table, a, b, c, pk, uq, ck, fk, ix] = all.map(writer.quote);
        const [created] = await agree([
          `CREATE TABLE ${table}(${a} INTEGER, ${b} TEXT DEFAULT '', ${c} AS (${a} || ${b}) STORED,
            CONSTRAINT ${pk} PRIMARY KEY (${a}, ${b}), CONSTRAINT ${uq} UNIQUE (${b} DESC), CONSTRAINT ${ck} CHECK (${b} <> ${a}),
            CONSTRAINT ${fk} FOREIGN KEY (${b}) REFERENCES ${table} (${b}) ON DELETE CASCADE)`,
          `CREATE INDEX ${ix} ON ${table} (${b}, lower(${a})) WHERE ${a} > 0`,
        ]);
        expect(created?.name).toBe(all[0]);
        expect(created?.columns.map((column) => column.name)).toEqual(all.slice(1, 4));
        expect(created?.constraints.map((constraint) => constraint.name)).toEqual(all.slice(4, 8));
        expect(created?.indexes[0]?.name).toBe(all[8]);
      }),
      { numRuns: 150 },
    );
  });

  test('for any definition that SQLite takes', async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(sqliteDefinitions, async (statement) => {
        try {
          databaseOf(statement).close();
        } catch {
          return;
        }
        taken++;
        await agree([statement], { judged: false });
      }),
      { numRuns: 3000 },
    );
    expect(taken).toBeGreaterThan(500);
  });

  test('for any text in literals and comments', async () => {
    const text = fc.string({
      unit: fc.constantFrom(
        "'",
        '"',
        '`',
        '[',
        ']',
        '(',
        ')',
        ',',
        ';',
        '-',
        '/',
        '*',
        '\n',
        'a',
        ' ',
        '\\',
        '%',
      ),
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(text, text, async (value, comment) => {
        const safe = comment.replaceAll('/', '');
        const line = comment.replaceAll('\n', '');
        const [created] = await agree([
          `CREATE TABLE t(/* ${safe}*/a TEXT --${line}\n DEFAULT ${writer.literal(value)} CHECK (a <> ${writer.literal(value)} /* ${safe}*/), b /* x */)`,
        ]);
        expect(created?.columns.map((column) => [column.name, column.serverDefault])).toEqual([
          ['a', value],
          ['b', null],
        ]);
      }),
      { numRuns: 300 },
    );
  });
});

describe.skipIf(!hasVectors)('every database of the vectors', () => {
  const vectors = readVectors<AutogenVector>('autogen-vectors.json').flatMap((vector) => {
    const result = vector.results.sqlite;
    return result === undefined ? [] : [result.ddlA, result.ddlB];
  });
  const pairs = readVectors<RandomPairVector>('random-pairs.public.json')
    .filter((pair) => pair.dialect === 'sqlite')
    .flatMap((pair) => [pair.ddlA, pair.ddlB]);
  const scripts = [...new Map([...vectors, ...pairs].map((script) => [script.join(';'), script])).values()];

  test('there are hundreds', () => expect(scripts.length).toBeGreaterThan(300));
  test('is read and printed again', async () => {
    for (const script of scripts) await agree(script);
  });
});
