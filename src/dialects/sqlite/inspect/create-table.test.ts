import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import type { Table } from '../../../schema/table.ts';
import { parseCreateTable } from './create-table.ts';

/** What SQLite keeps of the last statement's table `t`, read. */
function stored(...statements: readonly string[]): Table {
  const db = new DatabaseSync(':memory:', { enableForeignKeyConstraints: false });
  for (const statement of statements) db.exec(statement);
  const row = db
    .prepare(
      "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY rowid DESC LIMIT 1",
    )
    .get();
  db.close();
  return parseCreateTable(String(row?.sql));
}

/** The first column of `CREATE TABLE t(<definition>)`. */
function column(definition: string): Table['columns'][number] {
  const [first] = stored(`CREATE TABLE t(${definition})`).columns;
  if (first === undefined) throw new Error(definition);
  return first;
}

/** Its constraints, without what is null, empty or false. */
function constraints(definition: string): unknown {
  const said = (value: unknown): boolean =>
    value !== null && value !== false && JSON.stringify(value) !== '{}';
  return stored(`CREATE TABLE t(${definition})`).constraints.map((constraint) =>
    Object.fromEntries(Object.entries(constraint).filter(([, value]) => said(value))),
  );
}

const sql = (text: string): unknown => ({ kind: 'sql', text });
const type = (name: string, options: object = {}): unknown => ({ kind: 'type', name, ...options });

describe('types', () => {
  test.each([
    ['INTEGER', type('integer')],
    ['integer', type('integer')],
    ['INT', type('sqlType', { text: 'INT' })],
    ['SMALLINT', type('smallInteger')],
    ['BIGINT', type('bigInteger')],
    ['REAL', type('real')],
    ['DOUBLE', type('double')],
    ['DOUBLE PRECISION', type('sqlType', { text: 'DOUBLE PRECISION' })],
    ['double   /**/ precision', type('sqlType', { text: 'double   /**/ precision' })],
    ['long\n varchar', type('sqlType', { text: 'long varchar' })],
    ['FLOAT', type('float')],
    ['FLOAT(24)', type('sqlType', { text: 'FLOAT(24)' })],
    ['NUMERIC', type('numeric')],
    ['NUMERIC(5)', type('numeric', { precision: 5 })],
    ['numeric ( 10,2 )', type('numeric', { precision: 10, scale: 2 })],
    ['NUMERIC(10, 0)', type('numeric', { precision: 10, scale: 0 })],
    ['NUMERIC(10, -2)', type('sqlType', { text: 'NUMERIC(10, -2)' })],
    ['DECIMAL(10,2)', type('sqlType', { text: 'DECIMAL(10, 2)' })],
    ['BOOLEAN', type('boolean')],
    ['VARCHAR', type('string')],
    ['VARCHAR(50)', type('string', { length: 50 })],
    ['VARCHAR(0)', type('sqlType', { text: 'VARCHAR(0)' })],
    ['VARCHAR(+5)', type('sqlType', { text: 'VARCHAR(+5)' })],
    ['VARCHAR(1e2)', type('sqlType', { text: 'VARCHAR(1e2)' })],
    ['VARCHAR(5, 6)', type('sqlType', { text: 'VARCHAR(5, 6)' })],
    ['CHAR(32)', type('char', { length: 32 })],
    ['TEXT', type('text')],
    ['TEXT(5)', type('sqlType', { text: 'TEXT(5)' })],
    ['DATE', type('date')],
    ['TIME', type('time')],
    ['DATETIME', type('dateTime')],
    ['TIMESTAMP', type('timestamp')],
    ['JSON', type('json')],
    ['BLOB', type('largeBinary')],
    ['VARBINARY(9)', type('varbinary', { length: 9 })],
    ['', type('sqlType', { text: '' })],
    ['"INTEGER"', type('integer')],
    ["'my type' ignored (9)", type('sqlType', { text: 'my type' })],
    ['"my  type"', type('sqlType', { text: '"my  type"' })],
    ['"not null"', type('sqlType', { text: '"not null"' })],
    ['`a)b`', type('sqlType', { text: '`a)b`' })],
    ['generated', type('sqlType', { text: 'generated' })],
    ['toString', type('sqlType', { text: 'toString' })],
    ['constructor', type('sqlType', { text: 'constructor' })],
  ])('%s', (text, expected) => {
    expect(column(`a ${text}`).type).toEqual(expected);
    expect(column(`a ${text} DEFAULT 1 NOT NULL`).type).toEqual(expected);
  });

  test('GENERATED ALWAYS is no part of one', () => {
    expect(column('a INT GENERATED ALWAYS AS (1), b').type).toEqual(type('sqlType', { text: 'INT' }));
    expect(column('a GENERATED ALWAYS AS (1), b').type).toEqual(type('sqlType', { text: '' }));
    expect(column('a generated always, b').type).toEqual(type('sqlType', { text: 'generated always' }));
  });
});

describe('defaults', () => {
  test.each([
    ["'x'", 'x'],
    ["'it''s'", "it's"],
    ["''", ''],
    ["('x')", 'x'],
    ["(((('x'))))", 'x'],
    ['5', 5],
    ['(5)', 5],
    ['-5', -5],
    ['- 5', -5],
    ['(-5)', -5],
    ['0', 0],
    ['1.5', 1.5],
    ['-0.25', -0.25],
    ['+5', sql('+5')],
    ['-0', sql('-0')],
    ['1.50', sql('1.50')],
    ['1.0', sql('1.0')],
    ['05', sql('05')],
    ['.5', sql('.5')],
    ['1e3', sql('1e3')],
    ['1E400', sql('1E400')],
    ['0x1F', sql('0x1F')],
    ['1_000', sql('1_000')],
    ['9007199254740991', 9007199254740991],
    ['9007199254740993', sql('9007199254740993')],
    ['12345678901234567000', sql('12345678901234567000')],
    ['0.1000000000000000055511151231257827', sql('0.1000000000000000055511151231257827')],
    ['TRUE', true],
    ['false', false],
    ['(true)', true],
    ['NULL', sql('NULL')],
    ['null', sql('null')],
    ['CURRENT_TIMESTAMP', sql('CURRENT_TIMESTAMP')],
    ['(current_date)', sql('current_date')],
    ["x'00ff'", sql("x'00ff'")],
    ["(lower('X'))", sql("lower('X')")],
    ["( lower( 'X' ) /* y */ )", sql("lower( 'X' )")],
    ["('a' || 'b')", sql("'a' || 'b'")],
    ['(1) /* ( */', 1],
    ['((1) + (2))', sql('(1) + (2)')],
    ['word', 'word'],
    ['"quoted word"', 'quoted word'],
    ['[b]', 'b'],
    ['`b`', 'b'],
    ["('a' COLLATE nocase)", sql("'a' COLLATE nocase")],
  ])('%s', (text, expected) => {
    expect(column(`a DEFAULT ${text}`).serverDefault).toEqual(expected);
    expect(column(`a TEXT DEFAULT ${text} COLLATE NOCASE CHECK (a > 0), b`).serverDefault).toEqual(expected);
  });

  test('the last one counts', () => expect(column("a DEFAULT 1 DEFAULT 'x'").serverDefault).toBe('x'));
  test('none is null', () => expect(column('a').serverDefault).toBe(null));
});

describe('what a column says', () => {
  test.each([
    ['a NOT NULL', { nullable: false }],
    ['a NULL', { nullable: true }],
    ['a NOT NULL NULL', { nullable: false }],
    [
      'a NOT NULL ON CONFLICT REPLACE',
      { nullable: false, options: { sqlite: { onConflictNotNull: 'REPLACE' } } },
    ],
    ['a NOT NULL ON CONFLICT ABORT', { nullable: false, options: {} }],
    ['a COLLATE nocase', { options: { sqlite: { collation: 'NOCASE' } } }],
    ['a COLLATE "binary"', { options: {} }],
    ['a COLLATE nocase COLLATE rtrim', { options: { sqlite: { collation: 'RTRIM' } } }],
    [
      'a INTEGER PRIMARY KEY AUTOINCREMENT',
      { nullable: false, autoincrement: 'auto', options: { sqlite: { autoincrement: true } } },
    ],
    ['a INTEGER, PRIMARY KEY (a AUTOINCREMENT)', { options: { sqlite: { autoincrement: true } } }],
    ['a AS (1), b', { computed: { expression: sql('1'), persisted: false } }],
    [
      'a GENERATED ALWAYS AS ( (b + 1) ) VIRTUAL, b',
      { computed: { expression: sql('b + 1'), persisted: false } },
    ],
    [
      'a INT AS (b /* ) */ + 1) STORED NOT NULL, b',
      { nullable: false, computed: { expression: sql('b /* ) */ + 1'), persisted: true } },
    ],
    [
      'a CONSTRAINT n NOT NULL CONSTRAINT d DEFAULT 1 CONSTRAINT c COLLATE nocase',
      {
        options: {
          sqlite: { collation: 'NOCASE', constraintNames: { notNull: 'n', default: 'd', collate: 'c' } },
        },
      },
    ],
    ['a CONSTRAINT g AS (1) STORED, b', { options: { sqlite: { constraintNames: { generated: 'g' } } } }],
  ])('%s', (definition, expected) => {
    const read = column(definition);
    expect(read).toMatchObject(expected);
    // an empty object would match any other
    if ('options' in expected) expect(read.options).toEqual(expected.options);
  });

  test.each([
    ['"a""b"', 'a"b'],
    ['`a``b`', 'a`b'],
    ["'a''b'", "a'b"],
    ['[a""b]', 'a""b'],
    ['"\n-- x"', '\n-- x'],
    ['key', 'key'],
    ['replace', 'replace'],
    ['AUTO', 'AUTO'],
    ['日本', '日本'],
    ['_$1', '_$1'],
    ['"__proto__"', '__proto__'],
    ['"primary"', 'primary'],
  ])('the name %s', (written, name) => expect(column(`${written} TEXT UNIQUE`).name).toBe(name));
});

describe('constraints', () => {
  test.each([
    ['a PRIMARY KEY', [{ kind: 'primaryKey', columns: ['a'] }]],
    [
      'a, b, CONSTRAINT pk PRIMARY KEY (b, A) ON CONFLICT FAIL',
      [{ kind: 'primaryKey', name: 'pk', columns: ['b', 'a'], options: { sqlite: { onConflict: 'FAIL' } } }],
    ],
    [
      'a, b, PRIMARY KEY (a DESC, b COLLATE nocase ASC)',
      [
        {
          kind: 'primaryKey',
          columns: ['a', 'b'],
          options: { sqlite: { descending: ['a'], collations: { b: 'NOCASE' } } },
        },
      ],
    ],
    [
      'a INTEGER PRIMARY KEY DESC',
      [{ kind: 'primaryKey', columns: ['a'], options: { sqlite: { descending: ['a'], notRowid: true } } }],
    ],
    ['a INTEGER, PRIMARY KEY (a COLLATE nocase DESC)', [{ kind: 'primaryKey', columns: ['a'] }]],
    [
      'a INT PRIMARY KEY DESC',
      [{ kind: 'primaryKey', columns: ['a'], options: { sqlite: { descending: ['a'] } } }],
    ],
    [
      'a CONSTRAINT u UNIQUE ON CONFLICT IGNORE',
      [{ kind: 'unique', name: 'u', columns: ['a'], options: { sqlite: { onConflict: 'IGNORE' } } }],
    ],
    [
      'a COLLATE nocase, UNIQUE (a COLLATE nocase), UNIQUE (a COLLATE binary)',
      [
        { kind: 'unique', columns: ['a'] },
        { kind: 'unique', columns: ['a'], options: { sqlite: { collations: { a: 'BINARY' } } } },
      ],
    ],
    [
      'a UNIQUE PRIMARY KEY',
      [
        { kind: 'primaryKey', columns: ['a'] },
        { kind: 'unique', columns: ['a'] },
      ],
    ],
    [
      'a CHECK (a > 0) CONSTRAINT two CHECK ((a > 1) AND (a < 9))',
      [
        { kind: 'check', condition: sql('a > 0') },
        { kind: 'check', name: 'two', condition: sql('(a > 1) AND (a < 9)') },
      ],
    ],
    [
      'a, CONSTRAINT "x y" CHECK (((a > \')\'))) ON CONFLICT IGNORE',
      [{ kind: 'check', name: 'x y', condition: sql("a > ')'") }],
    ],
    [
      'a, CHECK (a > 0) CHECK (a > 1) UNIQUE (a)',
      [
        { kind: 'check', condition: sql('a > 0') },
        { kind: 'check', condition: sql('a > 1') },
        { kind: 'unique', columns: ['a'] },
      ],
    ],
    ['a, UNIQUE (a, "A" DESC)', [{ kind: 'unique', columns: ['a'] }]],
    ['a REFERENCES p', [{ kind: 'foreignKey', columns: ['a'], referredTable: 'p', referredColumns: [] }]],
    [
      'a REFERENCES "p q" (x) ON DELETE CASCADE ON UPDATE SET NULL',
      [
        {
          kind: 'foreignKey',
          columns: ['a'],
          referredTable: 'p q',
          referredColumns: ['x'],
          onDelete: 'CASCADE',
          onUpdate: 'SET NULL',
        },
      ],
    ],
    [
      'a REFERENCES p(x) ON DELETE NO ACTION ON UPDATE SET DEFAULT MATCH simple',
      [
        {
          kind: 'foreignKey',
          columns: ['a'],
          referredTable: 'p',
          referredColumns: ['x'],
          onUpdate: 'SET DEFAULT',
        },
      ],
    ],
    [
      'a REFERENCES p(x) ON DELETE CASCADE MATCH full ON DELETE RESTRICT',
      [
        {
          kind: 'foreignKey',
          columns: ['a'],
          referredTable: 'p',
          referredColumns: ['x'],
          onDelete: 'RESTRICT',
          match: 'FULL',
        },
      ],
    ],
    [
      'a REFERENCES p(x) DEFERRABLE',
      [{ kind: 'foreignKey', columns: ['a'], referredTable: 'p', referredColumns: ['x'], deferrable: true }],
    ],
    [
      'a REFERENCES p(x) DEFERRABLE INITIALLY IMMEDIATE',
      [{ kind: 'foreignKey', columns: ['a'], referredTable: 'p', referredColumns: ['x'], deferrable: true }],
    ],
    [
      'a REFERENCES p(x) DEFERRABLE INITIALLY DEFERRED NOT NULL',
      [
        {
          kind: 'foreignKey',
          columns: ['a'],
          referredTable: 'p',
          referredColumns: ['x'],
          deferrable: true,
          initially: 'DEFERRED',
        },
      ],
    ],
    [
      'a REFERENCES p(x) NOT DEFERRABLE INITIALLY DEFERRED',
      [{ kind: 'foreignKey', columns: ['a'], referredTable: 'p', referredColumns: ['x'] }],
    ],
    [
      'a REFERENCES p(x), b INT DEFERRABLE INITIALLY DEFERRED',
      [
        {
          kind: 'foreignKey',
          columns: ['a'],
          referredTable: 'p',
          referredColumns: ['x'],
          deferrable: true,
          initially: 'DEFERRED',
        },
      ],
    ],
    [
      'A, b, CONSTRAINT fk FOREIGN KEY (a, B) REFERENCES p (x, y) ON UPDATE CASCADE DEFERRABLE',
      [
        {
          kind: 'foreignKey',
          name: 'fk',
          columns: ['A', 'b'],
          referredTable: 'p',
          referredColumns: ['x', 'y'],
          onUpdate: 'CASCADE',
          deferrable: true,
        },
      ],
    ],
    [
      'a CONSTRAINT one REFERENCES p(x) CONSTRAINT two REFERENCES q(y)',
      [
        { kind: 'foreignKey', name: 'one', columns: ['a'], referredTable: 'p', referredColumns: ['x'] },
        { kind: 'foreignKey', name: 'two', columns: ['a'], referredTable: 'q', referredColumns: ['y'] },
      ],
    ],
  ])('%s', (definition, expected) => expect(constraints(definition)).toEqual(expected));
});

describe("NULL in a key's column is told as SQLite takes it", () => {
  test.each([
    ['a INTEGER PRIMARY KEY', ''],
    ['a INTEGER PRIMARY KEY DESC', ''],
    ['a INTEGER, PRIMARY KEY (a DESC)', ''],
    ['a INT PRIMARY KEY', ''],
    ['a "INTEGER" PRIMARY KEY', ''],
    ['a TEXT PRIMARY KEY', ''],
    ['a TEXT PRIMARY KEY NOT NULL', ''],
    ['a TEXT, b TEXT, PRIMARY KEY (b, a)', ''],
    ['a TEXT PRIMARY KEY', 'WITHOUT ROWID'],
    ['a TEXT, b TEXT, PRIMARY KEY (b, a)', 'WITHOUT ROWID'],
    ['a TEXT PRIMARY KEY', 'STRICT'],
    ['a TEXT, b TEXT, PRIMARY KEY (b)', 'STRICT, WITHOUT ROWID'],
    ['a INTEGER PRIMARY KEY DESC', 'STRICT'],
  ])('%s %s', (definition, options) => {
    const db = new DatabaseSync(':memory:');
    const statement = `CREATE TABLE t(${definition}) ${options}`;
    db.exec(statement);
    const takesNull = (): boolean => {
      try {
        db.exec(
          definition.includes('b TEXT')
            ? "INSERT INTO t (a, b) VALUES (NULL, 'x')"
            : 'INSERT INTO t (a) VALUES (NULL)',
        );
      } catch {
        return false;
      }
      return db.prepare('SELECT a FROM t').get()?.a === null;
    };
    expect(parseCreateTable(statement).columns[0]?.nullable).toBe(takesNull());
  });
});

describe('the text after ALTER TABLE', () => {
  test('ADD COLUMN puts a column before the constraints of the table', () => {
    const table = stored(
      'CREATE TABLE t(a INT, CONSTRAINT c CHECK (a > 0)) STRICT',
      "ALTER TABLE t ADD COLUMN b TEXT NOT NULL DEFAULT 'x' REFERENCES t(a)",
    );
    expect(table.columns.map(({ name, serverDefault }) => [name, serverDefault])).toEqual([
      ['a', null],
      ['b', 'x'],
    ]);
    expect(table.constraints.map(({ kind }) => kind)).toEqual(['foreignKey', 'check']);
    expect(table.options).toEqual({ sqlite: { strict: true } });
  });

  test('RENAME and DROP change the text wherever the name stands', () => {
    const table = stored(
      'CREATE TABLE t(a INT CHECK (a > 0), "b" TEXT, c, UNIQUE (a, b), FOREIGN KEY (a) REFERENCES t (b))',
      'ALTER TABLE t RENAME COLUMN a TO "new a"',
      'ALTER TABLE t DROP COLUMN c',
      'ALTER TABLE t RENAME TO "new t"',
    );
    expect(table).toMatchObject({
      name: 'new t',
      columns: [{ name: 'new a' }, { name: 'b' }],
      constraints: [
        { condition: { text: '"new a" > 0' } },
        { columns: ['new a', 'b'] },
        { columns: ['new a'], referredTable: 'new t' },
      ],
    });
  });

  test('CREATE TABLE AS keeps a text of its own', () => {
    expect(
      stored('CREATE TABLE t AS SELECT 1 AS a, CAST(2 AS TEXT) AS "b c", 3 AS "select"').columns.map(
        ({ name, type }) => [name, type.text ?? type.name],
      ),
    ).toEqual([
      ['a', ''],
      ['b c', 'text'],
      ['select', ''],
    ]);
  });
});

describe("what can't be printed again is said", () => {
  test.each([
    ['a CONSTRAINT lost', ['CONSTRAINT "lost", which names nothing']],
    ['a CONSTRAINT one CONSTRAINT two NOT NULL', ['CONSTRAINT "one", which names nothing']],
    ['a CONSTRAINT one NULL', ['CONSTRAINT "one", which names nothing']],
    ['a, CONSTRAINT one, CHECK (a > 0)', ['CONSTRAINT "one", which names nothing']],
    ['a, UNIQUE (a, A COLLATE nocase)', ['a key with two collations of the column "a"']],
    ['a REFERENCES p(x) ON INSERT CASCADE', ['ON INSERT CASCADE of a foreign key']],
  ])('%s', (definition, expected) => {
    expect(stored(`CREATE TABLE t(${definition})`).options.sqlite?.unprintable).toEqual(expected);
  });

  test('of an old database: an order and a collation in the columns of a foreign key', () => {
    const table = parseCreateTable('CREATE TABLE t(a, FOREIGN KEY (a DESC) REFERENCES p (x COLLATE nocase))');
    expect(table.options.sqlite?.unprintable).toEqual([
      'DESC in the columns of a foreign key',
      'COLLATE nocase in the columns of a foreign key',
    ]);
  });
});

describe('what is no CREATE TABLE is refused', () => {
  test.each([
    '',
    'CREATE',
    'CREATE VIEW v AS SELECT 1',
    'CREATE TABLE t',
    'CREATE TABLE t(',
    'CREATE TABLE t(a',
    'CREATE TABLE t(a,)',
    'CREATE TABLE t(a INT FOO)BAR',
    'CREATE TABLE t(a NOT)',
    'CREATE TABLE t(a DEFAULT)',
    'CREATE TABLE t(a CHECK (a > 0)',
    'CREATE TABLE t(a) SELECT 1',
    'CREATE TABLE t(a) WITHOUT OIDS',
    'CREATE TABLE t(a); SELECT 1',
    'CREATE TABLE t(a REFERENCES p ON DELETE EXPLODE)',
    'CREATE TABLE t(a PRIMARY KEY ON CONFLICT)',
    'CREATE TABLE t AS SELECT 1',
  ])('%s', (text) => {
    expect(() => parseCreateTable(text)).toThrow(expect.objectContaining({ code: 'UNREADABLE_SCHEMA' }));
  });
});
