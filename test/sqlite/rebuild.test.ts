import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AlembicError } from '../../src/errors.ts';
import type { Batch } from '../../src/operations/batch.ts';
import type { Operation } from '../../src/operations/operation.ts';
import {
  check,
  column,
  enumType,
  foreignKey,
  integer,
  largeBinary,
  sql,
  sqlType,
  string,
  table,
  text,
} from '../../src/schema/index.ts';
import { readSqlite } from '../support/read-sqlite.ts';
import { countersOfSqlite } from '../support/rows.ts';
import { everything, migrate, op, rowsOf } from './migrate.ts';

let directory: string;
let file: string;
let db: DatabaseSync;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'alembic-rebuild-'));
  file = join(directory, 'app.db');
  db = new DatabaseSync(file);
});

afterEach(() => {
  db.close();
  rmSync(directory, { recursive: true, force: true });
});

function batch(name: string, operations: readonly Operation[], options: Partial<Batch> = {}): Batch {
  return {
    kind: 'batch',
    table: name,
    schema: null,
    operations,
    recreate: 'auto',
    copyFrom: null,
    partialReordering: null,
    tableArgs: [],
    ...options,
  };
}

const rebuilt = (name: string): Batch => batch(name, [], { recreate: 'always' });

const schemaOf = (name: string): Record<string, unknown> => {
  const row = db.prepare('SELECT sql FROM sqlite_schema WHERE name = ?').get(name);
  return { sql: row?.sql };
};

const integrity = (): unknown[] => [
  ...db
    .prepare('PRAGMA integrity_check')
    .all()
    .map((row) => row.integrity_check),
  ...db.prepare('PRAGMA foreign_key_check').all(),
];

async function failure(promise: Promise<unknown>): Promise<AlembicError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AlembicError);
  return error as AlembicError;
}

describe('a rebuild that changes nothing leaves everything as it is', () => {
  const cases: readonly (readonly [name: string, table: string, script: string])[] = [
    [
      'rows and their numbers',
      't',
      "CREATE TABLE t (a, b TEXT); INSERT INTO t (rowid, a, b) VALUES (5, 1, 'x'), (3, 1.0, NULL), (-7, x'00ff', ''), (9223372036854775807, 9223372036854775807, '1')",
    ],
    [
      'an integer key',
      't',
      "CREATE TABLE t (id INTEGER PRIMARY KEY, a); INSERT INTO t VALUES (5, 'a'), (1, 'b')",
    ],
    [
      'a key that only looks like the row number',
      't',
      'CREATE TABLE t (id INTEGER PRIMARY KEY DESC, a); INSERT INTO t (rowid, id) VALUES (7, 1), (9, 2), (10, NULL)',
    ],
    [
      'a key of type INT',
      't',
      'CREATE TABLE t (id INT PRIMARY KEY, a); INSERT INTO t (rowid, id) VALUES (7, 1), (9, 2)',
    ],
    [
      'columns that took the names of the row number',
      't',
      "CREATE TABLE t (rowid, oid TEXT); INSERT INTO t (_rowid_, rowid, oid) VALUES (5, 1, 'x')",
    ],
    [
      'columns that took all of them',
      't',
      "CREATE TABLE t (rowid, oid TEXT, _rowid_); INSERT INTO t VALUES (5, 1, 'x')",
    ],
    [
      'a counter',
      't',
      "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a); INSERT INTO t VALUES (1, 'x'), (50, 'y'); DELETE FROM t WHERE id = 50",
    ],
    [
      'a counter without rows',
      't',
      "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a); INSERT INTO t VALUES (50, 'y'); DELETE FROM t",
    ],
    [
      'a counter that never counted',
      't',
      'CREATE TABLE t (id INTEGER CONSTRAINT pk PRIMARY KEY ON CONFLICT REPLACE AUTOINCREMENT, a)',
    ],
    [
      'STRICT',
      't',
      "CREATE TABLE t (a INTEGER NOT NULL, b ANY, c TEXT, d REAL, e BLOB) STRICT; INSERT INTO t VALUES (1, '1', '1', 1, x'01')",
    ],
    [
      'WITHOUT ROWID',
      't',
      "CREATE TABLE t (k TEXT COLLATE NOCASE, n INTEGER, v, PRIMARY KEY (k DESC, n)) WITHOUT ROWID; INSERT INTO t VALUES ('b', 1, 1), ('a', 2, 2)",
    ],
    [
      'both',
      't',
      "CREATE TABLE t (k TEXT PRIMARY KEY, v INT) STRICT, WITHOUT ROWID; INSERT INTO t VALUES ('b', 1)",
    ],
    [
      'generated columns',
      't',
      "CREATE TABLE t (a INTEGER, b INTEGER GENERATED ALWAYS AS (a * 2) STORED, c TEXT AS (a || 'x') VIRTUAL UNIQUE, d INT AS (b + 1)); INSERT INTO t (a) VALUES (1), (2)",
    ],
    [
      'checks and conflict clauses',
      't',
      "CREATE TABLE t (a INTEGER NOT NULL ON CONFLICT IGNORE CONSTRAINT pos CHECK (a > 0), b TEXT UNIQUE ON CONFLICT REPLACE, CHECK (a < 100 OR b = ')'), CONSTRAINT u UNIQUE (a COLLATE NOCASE DESC, b) ON CONFLICT FAIL); INSERT INTO t VALUES (1, 'x')",
    ],
    [
      'defaults',
      't',
      `CREATE TABLE t (a DEFAULT 1, b DEFAULT -1.5, c TEXT DEFAULT 'it''s', d DEFAULT (1 + 1), e DEFAULT CURRENT_TIMESTAMP, f DEFAULT NULL, g DEFAULT TRUE, h DEFAULT x'00', i DEFAULT (strftime('%s', 'now')), j DEFAULT 1e3, k DEFAULT +5, l DEFAULT 0x10); INSERT INTO t (a) VALUES (7)`,
    ],
    [
      'collations',
      't',
      "CREATE TABLE t (a TEXT COLLATE NOCASE, b INTEGER COLLATE RTRIM, UNIQUE (a, b)); INSERT INTO t VALUES ('A', 1)",
    ],
    [
      'foreign keys, deferred ones, to itself',
      't',
      'CREATE TABLE p (x, y, PRIMARY KEY (x, y)); INSERT INTO p VALUES (1, 2); CREATE TABLE t (id INTEGER PRIMARY KEY, up INTEGER REFERENCES t ON DELETE CASCADE, x INT, y INT, FOREIGN KEY (x, y) REFERENCES p (x, y) ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED, CONSTRAINT fk_up FOREIGN KEY (up) REFERENCES t (id)); INSERT INTO t VALUES (1, 1, 1, 2), (2, 1, NULL, 2)',
    ],
    [
      'children, with rows that would be deleted',
      't',
      "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT UNIQUE); CREATE TABLE c1 (t_id INTEGER REFERENCES t (id) ON DELETE CASCADE); CREATE TABLE c2 (t_id INTEGER REFERENCES t ON DELETE SET NULL, a TEXT REFERENCES t (a) ON UPDATE CASCADE); INSERT INTO t VALUES (1, 'a'), (2, 'b'); INSERT INTO c1 VALUES (1), (2), (2); INSERT INTO c2 VALUES (1, 'b')",
    ],
    [
      'indexes of all kinds',
      't',
      "CREATE TABLE t (a TEXT, b INT, c TEXT); CREATE UNIQUE INDEX u ON t (a) WHERE b > 0 AND c <> ')'; CREATE INDEX e ON t (lower(a), b DESC, c COLLATE NOCASE ASC); CREATE INDEX \"odd \"\"name\" ON t (a || b COLLATE NOCASE, (a)); CREATE INDEX w ON t (b) WHERE a LIKE '%--%'; INSERT INTO t VALUES ('x', 1, 'y'), ('x', 0, 'z')",
    ],
    [
      'triggers',
      't',
      "CREATE TABLE t (id INTEGER PRIMARY KEY, a); CREATE TABLE log (what); CREATE TRIGGER t1 AFTER UPDATE OF a ON t WHEN new.a <> old.a BEGIN INSERT INTO log VALUES (old.a || ';' || new.a); END; CREATE TRIGGER t2 BEFORE DELETE ON t BEGIN SELECT RAISE(ABORT, 'no'); END; CREATE TRIGGER other AFTER INSERT ON log BEGIN UPDATE t SET a = a WHERE id = 1; END; INSERT INTO t VALUES (1, 'x')",
    ],
    [
      'views, views on views, triggers on views',
      't',
      'CREATE TABLE t (id INTEGER PRIMARY KEY, a); CREATE VIEW v AS SELECT id, a FROM t; CREATE VIEW w (n) AS SELECT count(*) FROM v JOIN t USING (id); CREATE TRIGGER tv INSTEAD OF INSERT ON v BEGIN INSERT INTO t (a) VALUES (new.a); END; INSERT INTO t VALUES (1, 2)',
    ],
    [
      'hostile names',
      'o"r`d[e]r\n; --',
      `CREATE TABLE "o""r\`d[e]r\n; --" ("select" INTEGER PRIMARY KEY, "a""b" TEXT UNIQUE, "ü 表\n" INT CHECK ("ü 表\n" > 0), "'" INT DEFAULT 1, [group by] TEXT); CREATE INDEX "ix ""'\n" ON "o""r\`d[e]r\n; --" ("a""b", [group by] DESC); CREATE TRIGGER "tr "" x" AFTER INSERT ON "o""r\`d[e]r\n; --" BEGIN SELECT 1; END; CREATE VIEW "v "" x" AS SELECT "a""b" FROM "o""r\`d[e]r\n; --"; INSERT INTO "o""r\`d[e]r\n; --" VALUES (3, 'x', 1, 2, 'y')`,
    ],
    [
      'a name like that of the temporary table',
      't',
      'CREATE TABLE t (a); CREATE TABLE _alembic_tmp_t (b); CREATE TABLE "_ALEMBIC_tmp_t_1" (b); INSERT INTO t VALUES (1); INSERT INTO _alembic_tmp_t VALUES (2)',
    ],
    [
      'a full-text index over the rows',
      't',
      "CREATE TABLE t (a TEXT); INSERT INTO t (rowid, a) VALUES (42, 'hello'); CREATE VIRTUAL TABLE f USING fts5 (a, content = 't'); INSERT INTO f (f) VALUES ('rebuild')",
    ],
    [
      'comments and odd spelling',
      't',
      "create table t (a int -- first )\n, /* ( */ [b] TEXT not null default 'x' check (b <> '--') -- last\n); INSERT INTO t VALUES (1, 'y')",
    ],
    [
      'column types that nobody has heard of',
      't',
      'CREATE TABLE t (a, b UNSIGNED BIG INT, c DECIMAL(10,5), d "my type", e VARYING CHARACTER (255)); INSERT INTO t VALUES (1, 2, 3, 4, 5)',
    ],
  ];

  test.each(cases)('%s', async (_, name, script) => {
    db.exec(script);
    const [schema, rows, counters] = [readSqlite(db), rowsOf(db), countersOfSqlite(db)];
    const others = everything(db).schema as { name: string; type: string; sql: string }[];
    await migrate(file, rebuilt(name));
    expect(readSqlite(db)).toBe(schema);
    expect(rowsOf(db)).toEqual(rows);
    expect(countersOfSqlite(db)).toEqual(counters);
    const after = everything(db).schema as { name: string; type: string; sql: string }[];
    const kept = (each: { name: string; type: string }): boolean =>
      each.name !== name && each.type !== 'index';
    expect(after.filter(kept)).toEqual(others.filter(kept));
    expect(after.map((each) => each.name)).toEqual(others.map((each) => each.name));
    expect(integrity()).toEqual(['ok']);
    // a second one finds what the first one wrote
    await migrate(file, rebuilt(name));
    expect(everything(db)).toEqual({ schema: after, ...rows });
  });

  test('triggers still fire, and views still read', async () => {
    db.exec(`
      CREATE TABLE t (id INTEGER PRIMARY KEY, a); CREATE TABLE log (what);
      CREATE TRIGGER tr AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.a); END;
      CREATE VIEW v AS SELECT a FROM t; INSERT INTO t VALUES (1, 'x')`);
    await migrate(file, rebuilt('t'));
    db.exec("INSERT INTO t VALUES (2, 'y')");
    expect(
      db.prepare('SELECT group_concat(what) AS w, (SELECT count(*) FROM v) AS n FROM log').get(),
    ).toEqual({ w: 'x,y', n: 2 });
  });

  test('a view and a trigger that were broken before', async () => {
    db.exec(`
      CREATE TABLE t (id INTEGER PRIMARY KEY, a INT); CREATE TABLE gone (x); CREATE VIEW broken AS SELECT x FROM gone, t;
      CREATE TRIGGER tr AFTER INSERT ON t BEGIN INSERT INTO gone VALUES (1); END; DROP TABLE gone`);
    const names = (): unknown =>
      db.prepare("SELECT name, sql FROM sqlite_schema WHERE type IN ('view', 'trigger') ORDER BY name").all();
    const before = names();
    await migrate(file, op.alterColumn.create('t', 'a', { type: text() }));
    expect(names()).toEqual(before);
    // by itself SQLite refuses, and says why
    expect((await failure(migrate(file, op.alterColumn.create('t', 'a', { newName: 'b' })))).code).toBe(
      'BROKEN_DEPENDENT',
    );
  });

  test('bare words and double quotes as defaults stay the strings that they are', async () => {
    db.exec('CREATE TABLE t (x, a DEFAULT word, b DEFAULT "str"); INSERT INTO t (x) VALUES (1)');
    await migrate(file, rebuilt('t'));
    db.exec('INSERT INTO t (x) VALUES (2)');
    expect(db.prepare('SELECT a, b FROM t').all()).toEqual([
      { a: 'word', b: 'str' },
      { a: 'word', b: 'str' },
    ]);
  });

  test('double quotes around a string, as SQLite once took them', async () => {
    const old = new DatabaseSync(file, { enableDoubleQuotedStringLiterals: true });
    old.exec(
      `CREATE TABLE t (a TEXT CHECK (a <> "it's"), "b" TEXT CHECK ("b" <> "a")); CREATE INDEX i ON t (a) WHERE a > "m"; INSERT INTO t VALUES ('x', 'y')`,
    );
    old.close();
    await migrate(file, rebuilt('t'));
    expect(schemaOf('t').sql).toContain(`CHECK (a <> 'it''s')`);
    expect(schemaOf('t').sql).toContain(`CHECK ("b" <> "a")`);
    expect(schemaOf('i').sql).toContain(`WHERE a > 'm'`);
  });
});

describe('what a rebuild changes', () => {
  test('all changes of one table are one rebuild, at the place of the first', async () => {
    db.exec(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INT); CREATE TABLE u (x INT); INSERT INTO t VALUES (1, 'x', 2)",
    );
    const ran = await migrate(
      file,
      op.alterColumn.create('t', 'a', { type: string(50), nullable: false }),
      op.alterColumn.create('u', 'x', { type: text() }),
      op.addColumn.create('t', column('c', integer(), { serverDefault: 7, unique: true })),
      op.dropColumn.create('t', 'b'),
      op.createIndex.create('ix', 't', ['c']),
      op.createCheckConstraint.create('ck', 't', sql`c > 0`),
    );
    expect(ran).toHaveLength(2);
    expect(rowsOf(db).t).toEqual([{ '#': 1n, id: 1n, a: 'x', c: 7n }]);
    expect(schemaOf('t').sql).toBe(
      'CREATE TABLE "t" (\n  "id" INTEGER NOT NULL,\n  "a" VARCHAR(50) NOT NULL,\n  "c" INTEGER DEFAULT 7,\n  PRIMARY KEY ("id"),\n  UNIQUE ("c"),\n  CONSTRAINT "ck" CHECK (c > 0)\n)',
    );
    expect(schemaOf('ix').sql).toBe('CREATE INDEX "ix" ON "t" ("c")');
  });

  test('a new table and what is added to it are one statement', async () => {
    const ran = await migrate(
      file,
      op.createTable.create('a', [column('id', integer(), { primaryKey: true }), column('b_id', integer())]),
      op.createTable.create('b', [column('id', integer(), { primaryKey: true })]),
      op.createForeignKey.create('fk', 'a', 'b', ['b_id'], ['id']),
      op.createIndex.create('ix', 'a', ['b_id']),
      op.alterColumn.create('a', 'b_id', { newName: 'b' }),
    );
    expect(ran).toHaveLength(3);
    expect(schemaOf('a').sql).toContain('CONSTRAINT "fk" FOREIGN KEY ("b") REFERENCES "b" ("id")');
    expect(schemaOf('ix').sql).toBe('CREATE INDEX "ix" ON "a" ("b")');
  });

  test('values keep what a CAST would lose', async () => {
    db.exec(
      "CREATE TABLE t (d TEXT, n TEXT, r REAL, b BLOB, s TEXT); INSERT INTO t VALUES ('2026-11-22', '12', 1.5, x'c3a4', 'ä'), ('x', 'twelve', 2, 'text', NULL)",
    );
    await migrate(
      file,
      op.alterColumn.create('t', 'd', { type: sqlType('DATE') }),
      op.alterColumn.create('t', 'n', { type: integer() }),
      op.alterColumn.create('t', 'r', { type: integer() }),
      op.alterColumn.create('t', 'b', { type: text() }),
      op.alterColumn.create('t', 's', { type: largeBinary() }),
    );
    expect(rowsOf(db).t).toEqual([
      { '#': 1n, d: '2026-11-22', n: 12n, r: 1.5, b: 'ä', s: new Uint8Array([0xc3, 0xa4]) },
      { '#': 2n, d: 'x', n: 'twelve', r: 2n, b: 'text', s: null },
    ]);
  });

  test('generated columns become plain ones with their values, and the other way round', async () => {
    db.exec('CREATE TABLE t (a INT, g INT AS (a * 2) STORED, p INT); INSERT INTO t (a, p) VALUES (1, 9)');
    await migrate(
      file,
      op.alterColumn.create('t', 'g', { computed: null }),
      op.alterColumn.create('t', 'p', { computed: { expression: sql`a + 1`, persisted: null } }),
    );
    expect(rowsOf(db).t).toEqual([{ '#': 1n, a: 1n, g: 2n, p: 2n }]);
    db.exec('UPDATE t SET g = 5');
  });

  test('a new integer key takes the numbers of the rows, and a dropped one leaves them', async () => {
    db.exec("CREATE TABLE t (a TEXT); INSERT INTO t (rowid, a) VALUES (4, 'x'), (2, 'y')");
    await migrate(file, op.addColumn.create('t', column('id', integer(), { primaryKey: true })));
    expect(rowsOf(db).t).toEqual([
      { '#': 2n, a: 'y', id: 2n },
      { '#': 4n, a: 'x', id: 4n },
    ]);
    await migrate(
      file,
      op.dropConstraint.create(null, 't', { type: 'primaryKey' }),
      op.dropColumn.create('t', 'id'),
    );
    expect(rowsOf(db).t).toEqual([
      { '#': 2n, a: 'y' },
      { '#': 4n, a: 'x' },
    ]);
  });

  test('a column that is dropped and made again is empty', async () => {
    db.exec("CREATE TABLE t (a TEXT UNIQUE, b); INSERT INTO t VALUES ('x', 1)");
    await migrate(file, op.dropColumn.create('t', 'a'), op.addColumn.create('t', column('a', text())));
    expect(rowsOf(db).t).toEqual([{ '#': 1n, b: 1n, a: null }]);
  });

  test('a default that is computed for each row', async () => {
    db.exec('CREATE TABLE t (a INT); INSERT INTO t VALUES (1), (2)');
    await migrate(
      file,
      op.addColumn.create(
        't',
        column('at', text(), { nullable: false, serverDefault: sql`hex(randomblob(4))` }),
      ),
    );
    const values = (rowsOf(db).t as { at: string }[]).map(({ at }) => at);
    expect(new Set(values).size).toBe(2);
    expect(values.every((value) => /^[0-9A-F]{8}$/.test(value))).toBe(true);
  });

  test('children point to the parent by its name, whatever was rebuilt', async () => {
    db.exec(`
      CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT);
      CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parent (id) ON DELETE CASCADE);
      INSERT INTO parent VALUES (1, 'a'); INSERT INTO child VALUES (5, 1)`);
    await migrate(
      file,
      op.alterColumn.create('parent', 'name', { type: string(9) }),
      op.alterColumn.create('child', 'parent_id', { nullable: false, type: sqlType('INT') }),
    );
    expect(rowsOf(db).child).toEqual([{ '#': 5n, id: 5n, parent_id: 1n }]);
    db.exec('DELETE FROM parent');
    expect(rowsOf(db).child).toEqual([]);
  });

  test('unnamed constraints are found by what they are', async () => {
    db.exec(
      'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (a INT UNIQUE, b INT CHECK (b > 0), c INT REFERENCES p (id), UNIQUE (a, b))',
    );
    const { unique } = await import('../../src/schema/index.ts');
    await migrate(
      file,
      op.dropConstraint.create(null, 't', { was: unique(['a']) }),
      op.dropConstraint.create(null, 't', { was: check(sql`b > 0`) }),
      op.dropConstraint.create(null, 't', { was: foreignKey(['c'], 'p', ['id']) }),
    );
    expect(schemaOf('t').sql).toBe(
      'CREATE TABLE "t" (\n  "a" INT,\n  "b" INT,\n  "c" INT,\n  UNIQUE ("a", "b")\n)',
    );
  });

  test('a column that goes takes along what mentions it, and nothing else', async () => {
    db.exec(`
      CREATE TABLE t (a INT, b INT, c INT, UNIQUE (a, b), CHECK (a > 0), CHECK (b > 0));
      CREATE INDEX i1 ON t (a); CREATE INDEX i2 ON t (b) WHERE a > 0; CREATE INDEX i3 ON t (abs(a)); CREATE INDEX i4 ON t (c)`);
    await migrate(file, op.dropColumn.create('t', 'a'));
    expect(schemaOf('t').sql).toBe('CREATE TABLE "t" (\n  "b" INT,\n  "c" INT,\n  CHECK (b > 0)\n)');
    expect(db.prepare("SELECT name FROM sqlite_schema WHERE type = 'index'").all()).toEqual([{ name: 'i4' }]);
  });
});

describe('renamed columns', () => {
  const script = `
    CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT UNIQUE CHECK (length(a) > 0), b INT, g TEXT AS (upper("a")), CHECK (a <> 'a' OR t.a = b));
    CREATE INDEX ix ON t (lower(a), a DESC) WHERE a > 'a';
    CREATE TABLE child (x TEXT REFERENCES t (a) ON UPDATE CASCADE);
    CREATE TRIGGER tr AFTER UPDATE OF a ON t BEGIN UPDATE t SET b = length(new.a) WHERE id = new.id; END;
    CREATE VIEW v AS SELECT a AS a, 'a' AS lit FROM t;
    INSERT INTO t (id, a, b) VALUES (1, 'xyz', 2); INSERT INTO child VALUES ('xyz')`;

  test.each([
    ['alone', []],
    ['with a rebuild', [op.alterColumn.create('t', 'b', { type: text() })]],
  ])('everywhere: %s', async (_, others) => {
    db.exec(script);
    await migrate(file, op.alterColumn.create('t', 'a', { newName: 'new name' }), ...others);
    expect(db.prepare('SELECT * FROM v').get()).toEqual({ a: 'xyz', lit: 'a' });
    expect(db.prepare('PRAGMA foreign_key_list(child)').get()).toMatchObject({ table: 't', to: 'new name' });
    db.exec(`UPDATE t SET "new name" = 'longer'`);
    expect(db.prepare('SELECT "new name" AS n, cast(b as int) AS b, g FROM t').get()).toEqual({
      n: 'longer',
      b: 6,
      g: 'LONGER',
    });
    db.exec('DELETE FROM child');
    expect(() => db.exec(`UPDATE t SET "new name" = ''`)).toThrow('CHECK');
    expect(schemaOf('ix').sql).toMatch(/lower\("new name"\), ?"new name" DESC\) WHERE "new name" > 'a'/);
    expect(integrity().slice(0, 1)).toEqual(['ok']);
  });

  test('and changed in the same breath', async () => {
    db.exec(script);
    await migrate(
      file,
      op.alterColumn.create('t', 'a', { newName: 'z', type: string(99), nullable: false }),
      op.createIndex.create('i2', 't', ['z']),
    );
    expect(schemaOf('t').sql).toContain('"z" VARCHAR(99) NOT NULL');
    expect((rowsOf(db).t as { z: string }[])[0]?.z).toBe('xyz');
    expect(schemaOf('i2').sql).toBe('CREATE INDEX "i2" ON "t" ("z")');
  });

  test('to a name that something else has until then', async () => {
    db.exec(
      "CREATE TABLE t (a TEXT, b TEXT UNIQUE); CREATE TABLE c (x REFERENCES t (a)); INSERT INTO t VALUES ('va', 'vb')",
    );
    await migrate(
      file,
      op.dropColumn.create('t', 'b'),
      op.alterColumn.create('t', 'a', { newName: 'b' }),
      op.alterColumn.create('t', 'b', { type: string(3) }),
    );
    expect(rowsOf(db).t).toEqual([{ '#': 1n, b: 'va' }]);
    expect(db.prepare('PRAGMA foreign_key_list(c)').get()).toMatchObject({ to: 'b' });
  });

  test('two that change places', async () => {
    db.exec("CREATE TABLE t (a TEXT, b TEXT, c INT); INSERT INTO t VALUES ('va', 'vb', 1)");
    await migrate(
      file,
      op.alterColumn.create('t', 'c', { type: text() }),
      op.alterColumn.create('t', 'a', { newName: 'tmp' }),
      op.alterColumn.create('t', 'b', { newName: 'a' }),
      op.alterColumn.create('t', 'tmp', { newName: 'b' }),
    );
    expect(rowsOf(db).t).toEqual([{ '#': 1n, a: 'vb', b: 'va', c: '1' }]);
  });

  test('a new column is renamed in the plan', async () => {
    db.exec('CREATE TABLE t (a TEXT); INSERT INTO t VALUES (1)');
    await migrate(
      file,
      op.addColumn.create('t', column('b', integer(), { serverDefault: sql`1 + 1` })),
      op.createCheckConstraint.create('ck', 't', sql`b > 1`),
      op.alterColumn.create('t', 'b', { newName: 'c' }),
    );
    expect(rowsOf(db).t).toEqual([{ '#': 1n, a: '1', c: 2n }]);
    expect(schemaOf('t').sql).toContain('CHECK ("c" > 1)');
  });

  test('by case only', async () => {
    db.exec('CREATE TABLE t (a TEXT, b INT); INSERT INTO t VALUES (1, 2)');
    await migrate(
      file,
      op.alterColumn.create('t', 'a', { newName: 'A' }),
      op.alterColumn.create('t', 'b', { type: text() }),
    );
    expect(rowsOf(db).t).toEqual([{ '#': 1n, A: '1', b: '2' }]);
  });
});

describe('what is refused, before anything is changed', () => {
  async function refused(script: string, ...operations: readonly Operation[]): Promise<AlembicError> {
    db.exec(script);
    const before = everything(db);
    const error = await failure(migrate(file, ...operations));
    expect(everything(db)).toEqual(before);
    return error;
  }

  test('what cannot be printed again', async () => {
    const error = await refused(
      'CREATE TABLE p (a UNIQUE); CREATE TABLE t (a INT REFERENCES p ON INSERT CASCADE, b)',
      op.alterColumn.create('t', 'b', { type: text() }),
    );
    expect(error.code).toBe('CANNOT_REPRINT');
    expect(error.message).toContain('ON INSERT CASCADE');
  });

  test('a virtual table', async () => {
    const error = await refused(
      'CREATE VIRTUAL TABLE t USING fts5 (a)',
      op.alterColumn.create('t', 'a', { type: text() }),
    );
    expect(error.code).toBe('CANNOT_REPRINT');
  });

  test('a view, and what is not there at all', async () => {
    const error = await refused(
      'CREATE VIEW t AS SELECT 1 AS a',
      op.alterColumn.create('t', 'a', { type: text() }),
    );
    expect(error.code).toBe('NOT_IN_MODEL');
    expect(error.message).toContain('view');
    expect((await refused('', op.alterColumn.create('nope', 'a', { type: text() }))).code).toBe(
      'NOT_IN_MODEL',
    );
    expect(
      (await refused('CREATE TABLE x (a)', op.alterColumn.create('x', 'b', { type: text() }))).code,
    ).toBe('NOT_IN_MODEL');
  });

  test.each([
    [
      'a view',
      'CREATE VIEW v AS SELECT a FROM t; CREATE VIEW w AS SELECT * FROM v',
      "the view 'v', the view 'w'",
    ],
    [
      'a trigger on the table',
      'CREATE TRIGGER tr AFTER INSERT ON t BEGIN UPDATE t SET b = new.a; END',
      "the trigger 'tr'",
    ],
    [
      'a trigger elsewhere',
      'CREATE TABLE u (x); CREATE TRIGGER tr AFTER DELETE ON u BEGIN UPDATE t SET a = 1; END',
      "the trigger 'tr'",
    ],
    [
      'a trigger on a view',
      'CREATE VIEW v AS SELECT b FROM t; CREATE TRIGGER tr INSTEAD OF INSERT ON v BEGIN INSERT INTO t (a) VALUES (1); END',
      "the trigger 'tr'",
    ],
  ])('a column that is used by %s', async (_, script, named) => {
    const error = await refused(
      `CREATE TABLE t (a INT, b INT); INSERT INTO t VALUES (1, 2); ${script}`,
      op.dropColumn.create('t', 'a'),
    );
    expect(error.code).toBe('BROKEN_DEPENDENT');
    expect(error.message).toContain(named);
  });

  test('a new NOT NULL column with nothing to put into it', async () => {
    const error = await refused(
      'CREATE TABLE t (a INT); INSERT INTO t VALUES (1), (2)',
      op.addColumn.create('t', column('b', integer(), { nullable: false })),
    );
    expect(error.code).toBe('CONSTRAINT_VIOLATION');
    expect(error.message).toContain('2 rows');
    await migrate(
      file,
      op.execute.create('DELETE FROM t'),
      op.addColumn.create('t', column('b', integer(), { nullable: false })),
    );
    expect(schemaOf('t').sql).toContain('"b" INTEGER NOT NULL');
  });

  test.each([
    ['in a rebuild', [op.alterColumn.create('t', 'b', { type: text() })]],
    ['by itself', []],
  ])('NULLs in a column that becomes NOT NULL: %s', async (_, others) => {
    const error = await refused(
      'CREATE TABLE t (k INTEGER PRIMARY KEY, a INT, b INT); INSERT INTO t VALUES (3, NULL, 1), (4, 5, 2), (9, NULL, 3)',
      op.alterColumn.create('t', 'a', { nullable: false }),
      ...others,
    );
    expect(error.code).toBe('CONSTRAINT_VIOLATION');
    expect(error.message).toContain("2 rows of table 't' (k 3, 9)");
  });

  test('rows that a new constraint excludes', async () => {
    const script = 'CREATE TABLE t (a INT, b INT); INSERT INTO t VALUES (1, 1), (1, -1)';
    const twice = await refused(script, op.createUniqueConstraint.create('uq', 't', ['a']));
    expect(twice.code).toBe('CONSTRAINT_VIOLATION');
    expect(twice.message).toContain('t.a');
    expect(twice.message).not.toContain('_alembic_tmp');
    const negative = await failure(
      migrate(
        file,
        op.createCheckConstraint.create('ck', 't', sql`b > 0`),
        op.alterColumn.create('t', 'a', { type: text() }),
      ),
    );
    expect(negative.code).toBe('CONSTRAINT_VIOLATION');
  });

  test('rows that ON CONFLICT would drop', async () => {
    const { unique } = await import('../../src/schema/index.ts');
    const error = await refused(
      'CREATE TABLE t (a INT); INSERT INTO t VALUES (1), (1), (2)',
      batch('t', [], {
        recreate: 'always',
        tableArgs: [unique(['a'], { sqlite: { onConflict: 'REPLACE' } })],
      }),
    );
    expect(error.code).toBe('ROWS_LOST');
    expect(error.details).toMatchObject({ before: 3, after: 2 });
  });

  test('a value that a strict column cannot take', async () => {
    const error = await refused(
      "CREATE TABLE t (a TEXT) STRICT; INSERT INTO t VALUES ('x')",
      op.alterColumn.create('t', 'a', { type: integer() }),
    );
    expect(error.code).toBe('CONSTRAINT_VIOLATION');
  });

  test('children that a rebuilt parent would leave without their rows', async () => {
    const error = await refused(
      'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (p_id INT); INSERT INTO t VALUES (7)',
      op.createForeignKey.create('fk', 't', 'p', ['p_id'], ['id']),
    );
    expect(error.code).toBe('FOREIGN_KEY_VIOLATION');
  });
});

describe('batches', () => {
  const script = "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, b TEXT); INSERT INTO t VALUES (1, 2, 'x')";

  test('never: only what SQLite does by itself', async () => {
    db.exec(script);
    const error = await failure(
      migrate(file, batch('t', [op.alterColumn.create('t', 'a', { type: text() })], { recreate: 'never' })),
    );
    expect(error.code).toBe('UNSUPPORTED_OPERATION');
    const ran = await migrate(
      file,
      batch('t', [op.addColumn.create('t', column('c', integer()))], { recreate: 'never' }),
    );
    expect(ran).toEqual(['ALTER TABLE "t" ADD COLUMN "c" INTEGER']);
  });

  test('auto: what can be altered is', async () => {
    db.exec(script);
    expect(
      await migrate(
        file,
        batch('t', [
          op.addColumn.create('t', column('c', integer())),
          op.createIndex.create('i', 't', ['c']),
        ]),
      ),
    ).toHaveLength(2);
    expect(await migrate(file, batch('t', []))).toEqual([]);
  });

  test('new columns in their places', async () => {
    db.exec(script);
    await migrate(
      file,
      batch('t', [
        op.addColumn.create('t', column('n', integer()), { insertAfter: 'id' }),
        op.addColumn.create('t', column('m', integer()), { insertBefore: 'id' }),
      ]),
    );
    expect(Object.keys((rowsOf(db).t as object[])[0] ?? {})).toEqual(['#', 'm', 'id', 'n', 'a', 'b']);
  });

  test('columns in another order', async () => {
    db.exec(script);
    await migrate(file, batch('t', [], { partialReordering: [['b', 'a']] }));
    expect(rowsOf(db).t).toEqual([{ '#': 1n, id: 1n, b: 'x', a: 2n }]);
    expect(Object.keys((rowsOf(db).t as object[])[0] ?? {})).toEqual(['#', 'id', 'b', 'a']);
    const error = await failure(
      migrate(
        file,
        batch('t', [], {
          partialReordering: [
            ['a', 'b'],
            ['b', 'a'],
          ],
        }),
      ),
    );
    expect(error.code).toBe('BAD_ARGUMENT');
  });

  test('constraints that come along, unless they are there', async () => {
    db.exec(script);
    const args = [check(sql`a < 100`, { name: 'ck' })];
    for (let i = 0; i < 2; i++) await migrate(file, batch('t', [], { recreate: 'always', tableArgs: args }));
    expect(String(schemaOf('t').sql).match(/CHECK/g)).toHaveLength(1);
  });

  test('a constraint without a name, by the name that a convention gives it', async () => {
    db.exec(
      'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (a INT UNIQUE, b INT REFERENCES p (id), UNIQUE (a, b))',
    );
    const namingConvention = {
      uq: 'uq_%(table_name)s_%(column_0_N_name)s',
      fk: 'fk_%(table_name)s_%(column_0_name)s',
    };
    const drops = [
      op.dropConstraint.create('uq_t_a_b', 't', { type: 'unique' }),
      op.dropConstraint.create('fk_t_b', 't'),
    ];
    await migrate(file, batch('t', drops, { namingConvention }));
    expect(schemaOf('t').sql).toBe('CREATE TABLE "t" (\n  "a" INT,\n  "b" INT,\n  UNIQUE ("a")\n)');
    expect((await failure(migrate(file, batch('t', drops, { namingConvention })))).code).toBe('NOT_IN_MODEL');
  });

  test('a table that is said rather than read', async () => {
    db.exec(script);
    const copyFrom = table('t', [column('id', integer(), { primaryKey: true }), column('b', string(7))]);
    await migrate(
      file,
      batch('t', [op.alterColumn.create('t', 'b', { nullable: false })], { copyFrom, recreate: 'always' }),
    );
    expect(schemaOf('t').sql).toBe(
      'CREATE TABLE "t" (\n  "id" INTEGER NOT NULL,\n  "b" VARCHAR(7) NOT NULL,\n  PRIMARY KEY ("id")\n)',
    );
    expect(rowsOf(db).t).toEqual([{ '#': 1n, id: 1n, b: 'x' }]);
  });
});

describe('order', () => {
  test('rows between two changes go where they are called', async () => {
    db.exec('CREATE TABLE t (a INT)');
    await migrate(
      file,
      op.alterColumn.create('t', 'a', { type: text() }),
      op.bulkInsert.create('t', [{ a: 1 }]),
      op.alterColumn.create('t', 'a', { newName: 'b' }),
      op.execute.create("INSERT INTO t (b) VALUES ('two')"),
      op.createUniqueConstraint.create('uq', 't', ['b']),
    );
    expect(rowsOf(db).t).toEqual([
      { '#': 1n, b: '1' },
      { '#': 2n, b: 'two' },
    ]);
  });

  test('SQL that changes the table is seen by what follows', async () => {
    db.exec('CREATE TABLE t (a INT); INSERT INTO t VALUES (1)');
    await migrate(
      file,
      op.execute.create('ALTER TABLE t ADD COLUMN b INT DEFAULT 5'),
      op.alterColumn.create('t', 'a', { type: text() }),
    );
    expect(rowsOf(db).t).toEqual([{ '#': 1n, a: '1', b: 5n }]);
  });

  test('an index gives its name to another table', async () => {
    db.exec('CREATE TABLE a (x INT); CREATE TABLE b (x INT); CREATE INDEX i ON a (x)');
    await migrate(
      file,
      op.alterColumn.create('b', 'x', { type: text() }),
      op.dropIndex.create('i', { table: 'a' }),
      op.createIndex.create('i', 'b', ['x']),
    );
    expect(schemaOf('i').sql).toBe('CREATE INDEX "i" ON "b" ("x")');
  });

  test('a table gives its name to another', async () => {
    db.exec(
      'CREATE TABLE a (x INT, y INT); CREATE TABLE c (a_x INT REFERENCES a (x)); INSERT INTO a VALUES (1, 2)',
    );
    await migrate(
      file,
      op.alterColumn.create('a', 'x', { type: text() }),
      op.renameTable.create('a', 'old'),
      op.createTable.create('a', [column('z', integer())]),
      op.alterColumn.create('old', 'y', { type: text() }),
      op.alterColumn.create('c', 'a_x', { type: text() }),
    );
    expect(rowsOf(db)).toEqual({ old: [{ '#': 1n, x: '1', y: '2' }], a: [], c: [] });
    expect(db.prepare('PRAGMA foreign_key_list(c)').get()).toMatchObject({ table: 'old' });
  });

  test('a table that is renamed after a rebuild is followed by its view', async () => {
    db.exec('CREATE TABLE t (a INT); CREATE VIEW v AS SELECT a FROM t; INSERT INTO t VALUES (1)');
    await migrate(file, op.alterColumn.create('t', 'a', { type: text() }), op.renameTable.create('t', 'tt'));
    expect(db.prepare('SELECT a FROM v').all()).toEqual([{ a: '1' }]);
  });

  test('dropped and made again', async () => {
    db.exec('CREATE TABLE t (a INT); INSERT INTO t VALUES (1)');
    await migrate(
      file,
      op.alterColumn.create('t', 'a', { type: text() }),
      op.dropTable.create('t'),
      op.createTable.create('t', [column('b', integer())]),
    );
    expect(rowsOf(db)).toEqual({ t: [] });
  });

  test('an index that is dropped without saying whose it is', async () => {
    db.exec('CREATE TABLE t (a INT); CREATE INDEX i ON t (a)');
    await migrate(
      file,
      op.alterColumn.create('t', 'a', { type: text() }),
      op.dropIndex.create('i'),
      op.alterColumn.create('t', 'a', { nullable: false, type: integer() }),
    );
    expect(db.prepare("SELECT name FROM sqlite_schema WHERE type = 'index'").all()).toEqual([]);
  });
});

describe('what SQLite alters by itself', () => {
  test('stays one statement', async () => {
    db.exec(
      'CREATE TABLE t (a INT, b INT, c INT); CREATE TABLE u (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1, 2, 3)',
    );
    const ran = await migrate(
      file,
      op.addColumn.create(
        't',
        column('d', string(9), { nullable: false, serverDefault: "it's", index: true }),
        {},
      ),
      op.addColumn.create(
        't',
        column('e', integer(), { references: { column: 'u.id', onDelete: 'cascade', name: 'fk_e' } }),
      ),
      op.addColumn.create('t', column('f', enumType(['x', 'y'], { name: 'ck_f', createConstraint: true }))),
      op.addColumn.create(
        't',
        column('g', integer(), { computed: { expression: sql`a + 1`, persisted: null } }),
      ),
      op.dropColumn.create('t', 'b'),
      op.alterColumn.create('t', 'c', { newName: 'cc' }),
      op.renameTable.create('t', 'tt'),
    ).catch((error: unknown) => error);
    // an index: true column has no name here, because no naming convention was applied
    expect(ran).toBeInstanceOf(AlembicError);
    const again = await migrate(
      file,
      op.addColumn.create('t', column('d', string(9), { nullable: false, serverDefault: "it's" })),
      op.addColumn.create(
        't',
        column('e', integer(), { references: { column: 'u.id', onDelete: 'cascade', name: 'fk_e' } }),
      ),
      op.addColumn.create('t', column('f', enumType(['x', 'y'], { name: 'ck_f', createConstraint: true }))),
      op.addColumn.create(
        't',
        column('g', integer(), { computed: { expression: sql`a + 1`, persisted: null } }),
      ),
      op.dropColumn.create('t', 'b'),
      op.alterColumn.create('t', 'c', { newName: 'cc' }),
      op.renameTable.create('t', 'tt'),
    );
    expect(again).toEqual([
      `ALTER TABLE "t" ADD COLUMN "d" VARCHAR(9) DEFAULT 'it''s' NOT NULL`,
      'ALTER TABLE "t" ADD COLUMN "e" INTEGER CONSTRAINT "fk_e" REFERENCES "u" ("id") ON DELETE CASCADE',
      `ALTER TABLE "t" ADD COLUMN "f" VARCHAR(1) CONSTRAINT "ck_f" CHECK ("f" IN ('x', 'y'))`,
      'ALTER TABLE "t" ADD COLUMN "g" INTEGER GENERATED ALWAYS AS (a + 1)',
      'ALTER TABLE "t" DROP COLUMN "b"',
      'ALTER TABLE "t" RENAME COLUMN "c" TO "cc"',
      'ALTER TABLE "t" RENAME TO "tt"',
    ]);
    expect(rowsOf(db).tt).toEqual([{ '#': 1n, a: 1n, cc: 3n, d: "it's", e: null, f: null, g: 2n }]);
  });

  test("asks nothing of a database that it needn't know", async () => {
    const { SchemaModel } = await import('../../src/schema/index.ts');
    const { sqlite } = await import('../../src/dialects/sqlite/index.ts');
    const { definitions } = await import('./migrate.ts');
    const state = {
      definitions,
      connection: null,
      table: async () => Promise.reject(new Error('asked')),
      get: async () => Promise.reject(new Error('asked')),
      all: async () => new SchemaModel(),
      apply: async () => {},
      avoids: new Set<never>(),
    };
    const statements = await sqlite.plan(
      [
        op.createTable.create('t', [column('a', integer())]),
        op.createIndex.create('i', 't', ['a']),
        op.addColumn.create('u', column('b', text())),
        op.dropIndex.create('j', { ifExists: true }),
        op.dropTable.create('v'),
      ],
      state,
    );
    expect(statements.map(({ sql }) => sql)).toEqual([
      'CREATE TABLE "t" (\n  "a" INTEGER\n)',
      'CREATE INDEX "i" ON "t" ("a")',
      'ALTER TABLE "u" ADD COLUMN "b" TEXT',
      'DROP INDEX IF EXISTS "j"',
      'DROP TABLE "v"',
    ]);
  });

  test('if it is there, if it is not', async () => {
    db.exec('CREATE TABLE t (a INT); CREATE INDEX i ON t (a)');
    expect(
      await migrate(
        file,
        op.createTable.create('t', [column('z', integer())], { ifNotExists: true }),
        op.addColumn.create('t', column('a', text()), { ifNotExists: true }),
        op.dropColumn.create('t', 'nope', { ifExists: true }),
        op.createIndex.create('i', 't', ['a'], { ifNotExists: true }),
        op.dropConstraint.create('nope', 't', { ifExists: true, type: 'unique' }),
      ),
    ).toEqual([]);
    expect(schemaOf('t').sql).toBe('CREATE TABLE t (a INT)');
  });
});

describe('other databases and temporary objects', () => {
  test('temporary triggers and views', async () => {
    const { sqliteEngineFrom } = await import('../../src/dialects/sqlite/index.ts');
    const { lock, runOn } = await import('./migrate.ts');
    db.exec(
      'CREATE TABLE t (a INT); CREATE TABLE log (x); CREATE TEMP TRIGGER tr AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.a); END; CREATE TEMP VIEW v AS SELECT a FROM t',
    );
    const connection = await sqliteEngineFrom(db).connect();
    const { transactions } = connection.dialect;
    await transactions.begin(connection, lock);
    await runOn(connection, [op.alterColumn.create('t', 'a', { type: text() })]);
    await transactions.commit(connection);
    db.exec('INSERT INTO t VALUES (1)');
    expect(db.prepare('SELECT x FROM log').all()).toEqual([{ x: '1' }]);
    expect(db.prepare('SELECT a FROM v').all()).toEqual([{ a: '1' }]);
    expect(db.prepare('SELECT name FROM sqlite_temp_schema ORDER BY name').all()).toEqual([
      { name: 'tr' },
      { name: 'v' },
    ]);
  });

  test('an attached one', async () => {
    const { sqliteEngineFrom } = await import('../../src/dialects/sqlite/index.ts');
    const { lock, runOn } = await import('./migrate.ts');
    db.exec(
      `ATTACH '${join(directory, 'other.db')}' AS "o ther"; CREATE TABLE "o ther".t (id INTEGER PRIMARY KEY AUTOINCREMENT, a INT); CREATE INDEX "o ther".i ON t (a); CREATE TABLE "o ther".c (x REFERENCES t (id)); INSERT INTO t VALUES (5, 6); INSERT INTO c VALUES (5); CREATE TABLE main.t (z); CREATE TABLE "o ther".log (x); CREATE TRIGGER "o ther".tr AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.a); END`,
    );
    const connection = await sqliteEngineFrom(db).connect();
    const { transactions } = connection.dialect;
    await transactions.begin(connection, lock);
    await runOn(connection, [
      op.alterColumn.create('t', 'a', { type: text(), schema: 'o ther' }),
      op.createIndex.create('j', 't', ['a'], { schema: 'o ther' }),
    ]);
    await transactions.commit(connection);
    expect(db.prepare('SELECT * FROM "o ther".t').all()).toEqual([{ id: 5, a: '6' }]);
    db.exec('DELETE FROM c; DELETE FROM "o ther".t; INSERT INTO "o ther".t (a) VALUES (7)');
    expect(db.prepare('SELECT x FROM log').all()).toEqual([{ x: '7' }]);
    expect(
      db.prepare(`SELECT name FROM "o ther".sqlite_schema WHERE type = 'index' ORDER BY 1`).all(),
    ).toEqual([{ name: 'i' }, { name: 'j' }]);
    expect(db.prepare('SELECT seq FROM "o ther".sqlite_sequence').all()).toEqual([{ seq: 6 }]);
    expect(db.prepare('SELECT sql FROM main.sqlite_schema').all()).toEqual([{ sql: 'CREATE TABLE t (z)' }]);
  });

  test('outside of a transaction a rebuild has one of its own', async () => {
    const { sqliteEngineFrom } = await import('../../src/dialects/sqlite/index.ts');
    const { runOn } = await import('./migrate.ts');
    db.exec(
      'CREATE TABLE p (id INTEGER PRIMARY KEY, a INT); CREATE TABLE c (x REFERENCES p (id) ON DELETE CASCADE); INSERT INTO p VALUES (1, 1); INSERT INTO c VALUES (1)',
    );
    const connection = await sqliteEngineFrom(db).connect();
    await runOn(connection, [op.alterColumn.create('p', 'a', { type: text() })]);
    expect(db.prepare('SELECT count(*) AS n FROM c').get()).toEqual({ n: 1 });
    await connection.begin();
    const error = await failure(runOn(connection, [op.alterColumn.create('p', 'a', { type: integer() })]));
    expect(error.code).toBe('IN_TRANSACTION');
    await connection.rollback();
  });
});
