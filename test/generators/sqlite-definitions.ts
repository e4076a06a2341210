import fc from 'fast-check';

const some = fc.constantFrom;

const conflict = some('', '', ' on conflict ignore', ' ON CONFLICT Abort', ' on conflict replace');

const expression = some(
  ...[
    '1',
    '(2)',
    "'x'",
    'a',
    '"a"',
    'b > 0',
    "(b) || (')')",
    'lower(a)',
    'a IS NOT NULL -- )\n',
    '/* ) */ 5',
  ],
);

const type = some(
  ...['', '', 'int', 'INTEGER', 'integer', 'text', 'varchar(5)', 'generated', 'always', 'double precision'],
  ...['"x"', "'integer'", 'a b(1,2)', 'if end', 'numeric ( 5 , 2 )', 'char/**/(3)'],
);

const columnConstraint = fc.oneof(
  fc.tuple(some(' not null', ' unique', ' primary key', ' primary key desc'), conflict).map(joined),
  some(' NULL', ' collate nocase', ' COLLATE "rtrim"', ' constraint "x y"', ' primary key autoincrement'),
  some(' default 5', ' default -1.5', " default 'it''s'", ' default (1 + 1)', ' default x', ' DEFAULT null'),
  some(' default current_time', ' default true', ' default "q"', ' default ((7))', ' default + 3'),
  expression.map((text) => ` check (${text})`),
  expression.map((text) => ` generated always as (${text}) stored`),
  expression.map((text) => ` as (${text})`),
  some(
    ' references p',
    ' references "p q"(x) on delete cascade',
    ' references t(A) on update set null match full',
  ),
  some(' deferrable', ' not deferrable', ' deferrable initially deferred'),
);

const column = fc
  .tuple(type, fc.array(columnConstraint, { maxLength: 3 }))
  .map(([name, constraints]) => ` ${name}${constraints.join('')}`);

const keyColumn = (name: string): fc.Arbitrary<string> =>
  fc
    .tuple(
      some(name, `"${name.toUpperCase()}"`),
      some('', '', ' collate nocase', ' collate binary'),
      some('', ' asc', ' DESC'),
    )
    .map(joined);

const key = fc.oneof(
  keyColumn('a'),
  keyColumn('b'),
  fc.tuple(keyColumn('b'), keyColumn('a')).map((both) => both.join(' , ')),
);

const tableConstraint = fc
  .tuple(
    some('', '', 'constraint n ', 'CONSTRAINT "m n" '),
    fc.oneof(
      fc
        .tuple(some('primary key', 'unique', 'unique'), key, conflict)
        .map(([kind, columns, tail]) => `${kind} (${columns})${tail}`),
      fc.tuple(expression, conflict).map(([text, tail]) => `check (${text})${tail}`),
      some('foreign key (a) references p', 'foreign key (A, b) references t(b, a) deferrable'),
      some('foreign key ("a") references P (x) on delete no action not deferrable'),
    ),
  )
  .map(joined);

const tail = some('', '', '', ' strict', ' WITHOUT rowid', ' without rowid, STRICT', ' strict,without rowid');

/** CREATE TABLE statements of a table `t` in all the spellings that SQLite's grammar has; some of them it refuses for other reasons. */
export const sqliteDefinitions: fc.Arbitrary<string> = fc
  .tuple(
    fc.tuple(some('a', 'A', '"a"', '[A]'), column, some('b', '"B"', '`b`', "'b'"), column),
    fc.option(
      fc.tuple(some('`c d`', 'key', 'generated', 'always', 'stored', 'if', 'end', '[x]'), column).map(joined),
      { nil: null },
    ),
    fc.array(tableConstraint, { maxLength: 3 }),
    some(', ', ',', ' , -- c,d)\n', ' '),
    tail,
  )
  .map(([columns, more, constraints, separator, options]) => {
    const [a, ofA, b, ofB] = columns;
    const all = [`${a}${ofA}`, `${b}${ofB}`, ...(more === null ? [] : [more])].join(
      separator.trim() === '' ? ',' : separator,
    );
    return `create table t(${all}${constraints.length === 0 ? '' : ','}${constraints.join(separator)})${options}`;
  });

function joined(parts: readonly string[]): string {
  return parts.join('');
}
