import { afterAll, beforeAll, expect, test } from 'vitest';
import { exclude, objectComment } from '../../src/entries/postgresql.ts';
import {
  bigInteger,
  check,
  column,
  computed,
  date,
  foreignKey,
  identity,
  index,
  integer,
  primaryKey,
  smallInteger,
  sql,
  type Table,
  type TableElement,
  table,
  text,
  unique,
} from '../../src/schema/index.ts';
import { createDatabase, type DatabaseKind, describeOn, type TestDatabase } from '../support/databases.ts';
import { type Case, checkCaseIn } from './check-case.ts';

// Everything that hangs on a table of PostgreSQL: from without to with and back, and from one shape to another.

interface TableCase extends Case {
  /** major version */
  readonly since?: number;
}

const id = column('id', integer(), { nullable: false, autoincrement: false });
const n = column('n', integer());
const name = column('name', text());
const t = (elements: readonly TableElement[], postgresql: object = {}) =>
  table('t', [id, n, name, ...elements], { postgresql: postgresql as never });
const columns = 'id integer NOT NULL, n integer, name text';
const plain = `CREATE TABLE t (${columns})`;
const rows = ["INSERT INTO t VALUES (1, 10, 'a'), (2, NULL, 'b')"];

/** A part of the table that comes and goes. */
const part = (
  ddl: string | readonly string[],
  elements: readonly TableElement[],
  kinds: readonly string[],
): TableCase => ({
  a: [plain],
  b: [plain, ...[ddl].flat()],
  models: [t(elements)],
  kinds,
  load: rows,
});
/** A part in another shape. */
const change = (
  from: string | readonly string[],
  to: string | readonly string[],
  elements: readonly TableElement[],
  kinds: readonly string[],
): TableCase => ({
  a: [plain, ...[from].flat()],
  b: [plain, ...[to].flat()],
  models: [t(elements)],
  kinds,
  load: rows,
});
const ix = (
  body: string,
  ...args: Parameters<typeof index> extends [unknown, ...infer R] ? R : never
): TableCase => part(`CREATE INDEX i ON t ${body}`, [index('i', ...args)], ['createIndex']);
const key = (definition: string, element: TableElement, kind: string): TableCase =>
  part(`ALTER TABLE t ADD CONSTRAINT k ${definition}`, [element], [kind]);
/** Options of the table itself. */
const options = (from: string, to: string, postgresql: object, since = 13): TableCase => ({
  a: [`CREATE ${from.replace('TABLE t', `TABLE t (${columns})`)}`],
  b: [`CREATE ${to.replace('TABLE t', `TABLE t (${columns})`)}`],
  models: [t([], postgresql)],
  kinds: ['alterTableOptions'],
  load: rows,
  since,
});

const constraints: { readonly [what: string]: TableCase } = {
  'a primary key with a name': {
    ...key('PRIMARY KEY (id)', primaryKey(['id'], { name: 'k' }), 'createPrimaryKey'),
  },
  'a primary key that includes, with storage parameters, deferrable': key(
    'PRIMARY KEY (id) INCLUDE (n) WITH (fillfactor = 70) DEFERRABLE INITIALLY DEFERRED',
    primaryKey(['id'], {
      name: 'k',
      deferrable: true,
      initially: 'DEFERRED',
      postgresql: { include: ['n'], with: { fillfactor: 70 } },
    }),
    'createPrimaryKey',
  ),
  'a unique constraint': key('UNIQUE (id, n)', unique(['id', 'n'], { name: 'k' }), 'createUniqueConstraint'),
  'one for which nulls are equal': {
    ...key(
      'UNIQUE NULLS NOT DISTINCT (n)',
      unique(['n'], { name: 'k', postgresql: { nullsNotDistinct: true } }),
      'createUniqueConstraint',
    ),
    since: 15,
  },
  'a unique constraint that becomes deferrable': change(
    'ALTER TABLE t ADD CONSTRAINT k UNIQUE (n)',
    'ALTER TABLE t ADD CONSTRAINT k UNIQUE (n) INCLUDE (name) DEFERRABLE',
    [unique(['n'], { name: 'k', deferrable: true, postgresql: { include: ['name'] } })],
    ['dropConstraint', 'createUniqueConstraint'],
  ),
  'a check': key('CHECK (n > 0)', check(sql`n > 0`, { name: 'k' }), 'createCheckConstraint'),
  'a check of the parent alone': key(
    'CHECK (n > 0) NO INHERIT',
    check('n > 0', { name: 'k', postgresql: { noInherit: true } }),
    'createCheckConstraint',
  ),
  'a check that is not valid': key(
    'CHECK (n > 0) NOT VALID',
    check('n > 0', { name: 'k', postgresql: { notValid: true } }),
    'createCheckConstraint',
  ),
  'a check that is validated': {
    ...change(
      'ALTER TABLE t ADD CONSTRAINT k CHECK (n > 0) NOT VALID',
      'ALTER TABLE t ADD CONSTRAINT k CHECK (n > 0)',
      [check('n > 0', { name: 'k' })],
      ['validateConstraint'],
    ),
  },
  'a check that is not enforced': {
    ...key(
      'CHECK (n > 0) NOT ENFORCED',
      check('n > 0', { name: 'k', postgresql: { notEnforced: true } }),
      'createCheckConstraint',
    ),
    since: 18,
  },
  'an exclusion': key(
    `EXCLUDE USING gist (int4range(id, n) WITH &&) WHERE (n > 1)`,
    exclude([[sql`int4range(id, n)`, '&&']], { name: 'k', where: sql`n > 1` }),
    'createExcludeConstraint',
  ),
  'an exclusion by hash, deferrable': key(
    `EXCLUDE USING hash (name WITH =) DEFERRABLE INITIALLY DEFERRED`,
    exclude([['name', '=']], {
      name: 'k',
      using: 'hash',
      deferrable: true,
      initially: 'DEFERRED',
    }),
    'createExcludeConstraint',
  ),
  'an exclusion over a btree with an operator class and an order': key(
    `EXCLUDE USING btree (name COLLATE "C" text_pattern_ops WITH =, n DESC NULLS LAST WITH =)`,
    exclude(
      [
        [sql`name COLLATE "C" text_pattern_ops`, '='],
        [sql`n DESC NULLS LAST`, '='],
      ],
      { name: 'k', using: 'btree' },
    ),
    'createExcludeConstraint',
  ),
  'an exclusion with included columns, storage parameters and an operator of a schema': key(
    `EXCLUDE USING btree (n WITH OPERATOR(pg_catalog.=)) INCLUDE (name) WITH (fillfactor = 60)`,
    exclude([['n', '=']], {
      name: 'k',
      using: 'btree',
      postgresql: { include: ['name'], with: { fillfactor: 60 } },
    }),
    'createExcludeConstraint',
  ),
};

const p = (more = '') => `CREATE TABLE p (a integer, b integer, CONSTRAINT pk PRIMARY KEY (a, b))${more}`;
const parent = table('p', [
  column('a', integer(), { nullable: false }),
  column('b', integer(), { nullable: false }),
  primaryKey(['a', 'b'], { name: 'pk' }),
]);
const fk = (definition: string, settings: object, since = 13): TableCase => ({
  a: [p(), plain],
  b: [p(), plain, `ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (id, n) REFERENCES p (a, b) ${definition}`],
  models: [parent, t([foreignKey(['id', 'n'], 'p', ['a', 'b'], { name: 'k', ...settings })])],
  kinds: ['createForeignKey'],
  load: [
    'INSERT INTO p VALUES (1, 10)',
    ...rows.map((each) => each.replace(', NULL', ', 10').replace('(2,', '(1,')),
  ],
  since,
});
const foreignKeys: { readonly [what: string]: TableCase } = {
  'a foreign key': fk('', {}),
  'one with every action': fk('ON DELETE CASCADE ON UPDATE RESTRICT', {
    onDelete: 'CASCADE',
    onUpdate: 'RESTRICT',
  }),
  'one that sets null, another default': fk('ON DELETE SET NULL ON UPDATE SET DEFAULT', {
    onDelete: 'set null',
    onUpdate: 'set default',
  }),
  'one that sets some columns null': fk('ON DELETE SET NULL (n)', { onDelete: 'SET NULL (n)' }, 15),
  'one that sets some columns to their default': fk(
    'ON DELETE SET DEFAULT (n, id)',
    { onDelete: 'SET DEFAULT ("n", id)' },
    15,
  ),
  'one that matches in full': fk('MATCH FULL', { match: 'FULL' }),
  'one that matches simply, deferred': fk('MATCH SIMPLE DEFERRABLE INITIALLY DEFERRED', {
    match: 'SIMPLE',
    deferrable: true,
    initially: 'DEFERRED',
  }),
  'one that is deferrable': fk('DEFERRABLE', { deferrable: true }),
  'one that is not valid': fk('NOT VALID', { postgresql: { notValid: true } }),
  'one that is not enforced': fk('NOT ENFORCED', { postgresql: { notEnforced: true } }, 18),
};

const indexes: { readonly [what: string]: TableCase } = {
  'by btree, ordered': ix('(n DESC, name NULLS FIRST, id DESC NULLS LAST)', [
    { column: 'n', order: 'DESC' },
    { column: 'name', nulls: 'FIRST' },
    { column: 'id', order: 'DESC', nulls: 'LAST' },
  ]),
  'unique, partial, including, with storage parameters': part(
    'CREATE UNIQUE INDEX i ON t (n) INCLUDE (name, id) WITH (fillfactor = 60, deduplicate_items = off) WHERE n > 3',
    [
      index('i', ['n'], {
        unique: true,
        where: sql`n > 3`,
        postgresql: { include: ['name', 'id'], with: { fillfactor: 60, deduplicate_items: 'off' } },
      }),
    ],
    ['createIndex'],
  ),
  'unique, where nulls are equal': {
    ...part(
      'CREATE UNIQUE INDEX i ON t (n) NULLS NOT DISTINCT',
      [index('i', ['n'], { unique: true, postgresql: { nullsNotDistinct: true } })],
      ['createIndex'],
    ),
    since: 15,
  },
  'of expressions': ix("((lower(name) || 'x'), (n + 1) DESC, abs(n))", [
    sql`lower(name) || 'x'`,
    { expression: sql`n + 1`, order: 'DESC' },
    sql`abs(n)`,
  ] as never),
  'with a collation and an operator class': ix(
    '(name COLLATE "C" text_pattern_ops, lower(name) text_pattern_ops)',
    [
      { column: 'name', collation: 'C', operatorClass: 'text_pattern_ops' },
      { expression: sql`lower(name)`, operatorClass: 'text_pattern_ops' },
    ],
  ),
  'by hash': ix('USING hash (name)', ['name'], { postgresql: { using: 'hash' } }),
  'by gin': ix(
    "USING gin (to_tsvector('simple', name)) WITH (fastupdate = off)",
    [sql`to_tsvector('simple', name)`],
    {
      postgresql: { using: 'gin', with: { fastupdate: 'off' } },
    },
  ),
  'by gist': ix('USING gist (int4range(id, n)) INCLUDE (n) WITH (buffering = on)', [sql`int4range(id, n)`], {
    postgresql: { using: 'gist', include: ['n'], with: { buffering: 'on' } },
  }),
  'by gist with parameters of an operator class': ix(
    "USING gist (to_tsvector('simple', name) tsvector_ops (siglen = 100))",
    [{ expression: sql`to_tsvector('simple', name)`, operatorClass: 'tsvector_ops (siglen=100)' }],
    { postgresql: { using: 'gist' } },
  ),
  'by spgist': ix('USING spgist (name)', ['name'], { postgresql: { using: 'spgist' } }),
  'by brin': {
    ...ix(
      'USING brin (n int4_minmax_multi_ops (values_per_range = 16)) WITH (pages_per_range = 32, autosummarize = on)',
      [{ column: 'n', operatorClass: 'int4_minmax_multi_ops (values_per_range = 16)' }],
      { postgresql: { using: 'brin', with: { pages_per_range: 32, autosummarize: 'on' } } },
    ),
    since: 14,
  },
  'whose method changes': change(
    'CREATE INDEX i ON t (n)',
    'CREATE INDEX i ON t USING hash (n)',
    [index('i', ['n'], { postgresql: { using: 'hash' } })],
    ['dropIndex', 'createIndex'],
  ),
  'whose parameters of an operator class change': change(
    "CREATE INDEX i ON t USING gist (to_tsvector('simple', name) tsvector_ops (siglen = 100))",
    "CREATE INDEX i ON t USING gist (to_tsvector('simple', name) tsvector_ops (siglen = 200))",
    [
      index(
        'i',
        [{ expression: sql`to_tsvector('simple', name)`, operatorClass: 'tsvector_ops (siglen=200)' }],
        {
          postgresql: { using: 'gist' },
        },
      ),
    ],
    ['dropIndex', 'createIndex'],
  ),
  'whose storage parameters change': change(
    'CREATE INDEX i ON t (n) WITH (fillfactor = 50)',
    'CREATE INDEX i ON t (n) WITH (fillfactor = 60)',
    [index('i', ['n'], { postgresql: { with: { fillfactor: 60 } } })],
    ['dropIndex', 'createIndex'],
  ),
};

const heap2 =
  'DO $$ BEGIN CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$';
/** A server's, not a database's: each run has its own. */
const space = `alembic_tests_${process.pid}`;

const tables: { readonly [what: string]: TableCase } = {
  unlogged: options('TABLE t', 'UNLOGGED TABLE t', { unlogged: true }),
  'logged again': options('UNLOGGED TABLE t', 'TABLE t', {}),
  'with storage parameters': options(
    'TABLE t',
    'TABLE t WITH (fillfactor = 70, autovacuum_enabled = false)',
    {
      with: { fillfactor: 70, autovacuum_enabled: false },
    },
  ),
  'with other storage parameters': options(
    'TABLE t WITH (fillfactor = 70, autovacuum_enabled = false)',
    'TABLE t WITH (fillfactor = 80, autovacuum_vacuum_threshold = 9)',
    { with: { fillfactor: 80, autovacuum_vacuum_threshold: 9 } },
  ),
  'with storage parameters of its large values': options(
    'TABLE t WITH (toast.autovacuum_enabled = false)',
    'TABLE t WITH (fillfactor = 50, toast.autovacuum_vacuum_threshold = 7)',
    { with: { fillfactor: 50, 'toast.autovacuum_vacuum_threshold': 7 } },
  ),
  'in another tablespace': options('TABLE t', `TABLE t TABLESPACE ${space}`, { tablespace: space }),
  'in the usual tablespace again': options(`TABLE t TABLESPACE ${space}`, 'TABLE t', {}),
  'with another access method': {
    ...options('TABLE t', 'TABLE t USING heap2', { using: 'heap2' }, 15),
    a: [heap2, plain],
    b: [heap2, `CREATE TABLE t (${columns}) USING heap2`],
  },
  'in a schema that comes with it': {
    a: [],
    b: ['CREATE SCHEMA app', 'CREATE TABLE app.t (n integer)', "COMMENT ON TABLE app.t IS 'it''s'"],
    models: [table('t', [n], { schema: 'app', comment: "it's" })],
    kinds: ['createSchema', 'createTable'],
  },
  'that inherits': {
    a: [],
    b: [
      'CREATE TABLE p1 (a integer, CONSTRAINT c CHECK (a > 0))',
      'CREATE TABLE p2 (b integer DEFAULT 3)',
      'CREATE TABLE heir (c integer) INHERITS (p1, p2)',
    ],
    models: [
      table('p1', [column('a', integer()), check('a > 0', { name: 'c' })]),
      table('p2', [column('b', integer(), { serverDefault: 3 })]),
      table(
        'heir',
        [
          column('a', integer(), { postgresql: { inherited: true } }),
          column('b', integer(), { serverDefault: 3, postgresql: { inherited: true } }),
          column('c', integer()),
        ],
        { postgresql: { inherits: ['p1', 'p2'] } },
      ),
    ],
    kinds: ['createTable', 'createTable', 'createTable'],
  },
  'that inherits from one more, whatever their order': {
    a: [
      'CREATE TABLE p1 (a integer)',
      'CREATE TABLE p2 (a integer)',
      'CREATE TABLE heir (a integer) INHERITS (p1)',
    ],
    b: [
      'CREATE TABLE p1 (a integer)',
      'CREATE TABLE p2 (a integer)',
      'CREATE TABLE heir (a integer) INHERITS (p2, p1)',
    ],
    models: [
      table('p1', [column('a', integer())]),
      table('p2', [column('a', integer())]),
      table('heir', [column('a', integer())], { postgresql: { inherits: ['p2', 'p1'] } }),
    ],
    kinds: ['alterTableOptions'],
    load: ['INSERT INTO heir VALUES (1)'],
    survives: [{ table: 'heir', columns: ['a'] }],
  },
};

const events = (more: string, by: string): readonly string[] => [
  `CREATE TABLE events (id integer NOT NULL, at date NOT NULL, kind text) PARTITION BY ${by}`,
  ...more.split(';').filter((each) => each.trim() !== ''),
];
const eventColumns = [id, column('at', date(), { nullable: false }), column('kind', text())];
const eventTable = (partitionBy: string) => table('events', eventColumns, { postgresql: { partitionBy } });
const partition = (of: string, called: string, partitionBound: string, more: object = {}) =>
  table(called, eventColumns, { postgresql: { partitionOf: of, partitionBound, ...more } });

const partitions: { readonly [what: string]: TableCase } = {
  'by range, with a default': {
    a: [],
    b: events(
      `CREATE TABLE e1 PARTITION OF events FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
       CREATE TABLE e2 PARTITION OF events FOR VALUES FROM (MINVALUE) TO ('2020-01-01');
       CREATE TABLE e0 PARTITION OF events DEFAULT`,
      'RANGE (at)',
    ),
    models: [
      eventTable('RANGE (at)'),
      partition('events', 'e1', "FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')"),
      partition('events', 'e2', "FOR VALUES FROM (MINVALUE) TO ('2020-01-01')"),
      partition('events', 'e0', 'DEFAULT'),
    ],
    kinds: ['createTable', 'createTable', 'createTable', 'createTable'],
  },
  'by list, and those by hash': {
    a: [],
    b: events(
      `CREATE TABLE e1 PARTITION OF events FOR VALUES IN ('a', 'b', NULL) PARTITION BY HASH (id);
       CREATE TABLE e11 PARTITION OF e1 FOR VALUES WITH (modulus 2, remainder 0);
       CREATE UNLOGGED TABLE e12 PARTITION OF e1 FOR VALUES WITH (modulus 2, remainder 1) WITH (fillfactor = 60)`,
      'LIST (kind)',
    ),
    models: [
      partition('e1', 'e12', 'FOR VALUES WITH (modulus 2, remainder 1)', {
        unlogged: true,
        with: { fillfactor: 60 },
      }),
      partition('e1', 'e11', 'FOR VALUES WITH (modulus 2, remainder 0)'),
      partition('events', 'e1', "FOR VALUES IN ('a', 'b', NULL)", { partitionBy: 'HASH (id)' }),
      eventTable('LIST (kind)'),
    ],
    kinds: ['createTable', 'createTable', 'createTable', 'createTable'],
  },
  'by expressions and operator classes': {
    a: [],
    b: events('', 'RANGE (lower(kind) COLLATE "C" text_pattern_ops, id)'),
    models: [eventTable('RANGE (lower(kind) COLLATE "C" text_pattern_ops, id)')],
    kinds: ['createTable'],
  },
  'with keys, indexes and foreign keys': {
    a: [
      ...events(
        `CREATE TABLE e1 PARTITION OF events FOR VALUES FROM (1) TO (10);
         CREATE TABLE e2 PARTITION OF events FOR VALUES FROM (10) TO (20)`,
        'RANGE (id)',
      ),
    ],
    b: [
      ...events(
        `CREATE TABLE e1 PARTITION OF events FOR VALUES FROM (1) TO (10);
         CREATE TABLE e2 PARTITION OF events FOR VALUES FROM (10) TO (20)`,
        'RANGE (id)',
      ),
      'ALTER TABLE events ADD CONSTRAINT pk PRIMARY KEY (id)',
      'ALTER TABLE events ADD CONSTRAINT ck CHECK (id > 0)',
      'CREATE INDEX i ON events (kind)',
      'CREATE INDEX own ON e1 (at)',
    ],
    models: [
      table(
        'events',
        [
          ...eventColumns,
          primaryKey(['id'], { name: 'pk' }),
          check('id > 0', { name: 'ck' }),
          index('i', ['kind']),
        ],
        {
          postgresql: { partitionBy: 'RANGE (id)' },
        },
      ),
      table('e1', [...eventColumns, index('own', ['at'])], {
        postgresql: { partitionOf: 'events', partitionBound: 'FOR VALUES FROM (1) TO (10)' },
      }),
      partition('events', 'e2', 'FOR VALUES FROM (10) TO (20)'),
    ],
    kinds: ['createPrimaryKey', 'createCheckConstraint', 'createIndex', 'createIndex'],
    load: ["INSERT INTO events VALUES (1, '2020-01-01', 'a'), (11, '2020-01-01', 'b')"],
  },
  'that are attached, moved and let go': {
    a: [
      ...events('CREATE TABLE e1 PARTITION OF events FOR VALUES FROM (1) TO (10)', 'RANGE (id)'),
      ...events('', 'RANGE (id)').map((each) => each.replace('events', 'others')),
      'CREATE TABLE e2 (id integer NOT NULL, at date NOT NULL, kind text)',
      'CREATE TABLE e3 PARTITION OF events FOR VALUES FROM (30) TO (40)',
      'CREATE TABLE e4 PARTITION OF events FOR VALUES FROM (40) TO (50)',
    ],
    b: [
      ...events('CREATE TABLE e1 PARTITION OF events FOR VALUES FROM (1) TO (20)', 'RANGE (id)'),
      ...events('', 'RANGE (id)').map((each) => each.replace('events', 'others')),
      'CREATE TABLE e2 (id integer NOT NULL, at date NOT NULL, kind text)',
      'ALTER TABLE events ATTACH PARTITION e2 DEFAULT',
      'CREATE TABLE e3 PARTITION OF others FOR VALUES FROM (30) TO (40)',
      'CREATE TABLE e4 (id integer NOT NULL, at date NOT NULL, kind text)',
    ],
    models: [
      eventTable('RANGE (id)'),
      table('others', eventColumns, { postgresql: { partitionBy: 'RANGE (id)' } }),
      partition('events', 'e1', 'FOR VALUES FROM (1) TO (20)'),
      partition('events', 'e2', 'DEFAULT'),
      partition('others', 'e3', 'FOR VALUES FROM (30) TO (40)'),
      table('e4', eventColumns),
    ],
    // one moves: it leaves first, and comes last
    kinds: Array(5).fill('alterTableOptions'),
    load: [
      "INSERT INTO e1 VALUES (1, '2020-01-01', 'a')",
      "INSERT INTO e2 VALUES (100, '2020-01-01', 'a')",
      "INSERT INTO e3 VALUES (30, '2020-01-01', 'a')",
      "INSERT INTO e4 VALUES (40, '2020-01-01', 'a')",
    ],
    survives: ['e1', 'e2', 'e3', 'e4'].map((each) => ({ table: each, columns: ['id', 'at', 'kind'] })),
  },
};

const hostile = 't\'"`${x}*/\n';
const comments: { readonly [what: string]: TableCase } = {
  'on a table, its columns, constraints and indexes': {
    a: [plain, 'CREATE INDEX i ON t (n)', 'ALTER TABLE t ADD CONSTRAINT k CHECK (n > 0)'],
    b: [
      plain,
      'CREATE INDEX i ON t (n)',
      'ALTER TABLE t ADD CONSTRAINT k CHECK (n > 0)',
      "COMMENT ON TABLE t IS E'it''s \\\\ $$ ${x}\\n'",
      "COMMENT ON COLUMN t.n IS '*/ `'",
      "COMMENT ON INDEX i IS 'an index'",
      "COMMENT ON CONSTRAINT k ON t IS 'a check'",
    ],
    models: [
      table(
        't',
        [
          id,
          column('n', integer(), { comment: '*/ `' }),
          name,
          index('i', ['n']),
          check('n > 0', { name: 'k' }),
        ],
        { comment: "it's \\ $$ ${x}\n" },
      ),
      objectComment('index', 'i', 'an index'),
      objectComment('constraint', 'k', 'a check', { table: 't' }),
    ],
    kinds: ['commentOn', 'commentOn', 'alterColumn', 'createTableComment'],
    load: rows,
  },
  'on names as hostile as can be': {
    a: [],
    b: [
      `CREATE TABLE "${hostile.replaceAll('"', '""')}" ("select ""x""" integer, CONSTRAINT "k""" CHECK ("select ""x""" > 0))`,
      `CREATE INDEX "i""\n" ON "${hostile.replaceAll('"', '""')}" ("select ""x""" DESC)`,
      `COMMENT ON TABLE "${hostile.replaceAll('"', '""')}" IS 'x'`,
      `COMMENT ON COLUMN "${hostile.replaceAll('"', '""')}"."select ""x""" IS 'y'`,
    ],
    models: [
      table(
        hostile,
        [
          column('select "x"', integer(), { comment: 'y' }),
          check('"select ""x""" > 0', { name: 'k"' }),
          index('i"\n', [{ column: 'select "x"', order: 'DESC' }]),
        ],
        { comment: 'x' },
      ),
    ],
    kinds: ['createTable', 'createIndex'],
  },
};

const counted = (a: string, b: string, elements: readonly TableElement[], since = 13): TableCase => ({
  a: [`CREATE TABLE t (${a}, name text)`],
  b: [`CREATE TABLE t (${b}, name text)`],
  models: [table('t', [...elements, name])],
  kinds: ['alterColumn'],
  load: ["INSERT INTO t (name) VALUES ('a'), ('b')"],
  since,
});
const all = { always: true, start: 10, increment: 5, minValue: 5, maxValue: 1000, cache: 3, cycle: true };
const allWords =
  'GENERATED ALWAYS AS IDENTITY (START WITH 10 INCREMENT BY 5 MINVALUE 5 MAXVALUE 1000 CACHE 3 CYCLE)';
const columnsThatMake: { readonly [what: string]: TableCase } = {
  'an identity with every option': counted(
    'n integer GENERATED BY DEFAULT AS IDENTITY',
    `n integer ${allWords}`,
    [column('n', integer(), { identity: identity(all) })],
  ),
  'an identity without options again': counted(
    `n bigint ${allWords}`,
    'n bigint GENERATED ALWAYS AS IDENTITY',
    [column('n', bigInteger(), { identity: identity({ always: true }) })],
  ),
  'an identity that counts down': counted(
    'n smallint GENERATED ALWAYS AS IDENTITY',
    'n smallint GENERATED BY DEFAULT AS IDENTITY (START WITH -1 INCREMENT BY -1 MINVALUE -100 MAXVALUE -1)',
    [
      column('n', smallInteger(), {
        identity: identity({ start: -1, increment: -1, minValue: -100, maxValue: -1 }),
      }),
    ],
  ),
  'an identity in place of a serial': counted('n serial', 'n integer GENERATED BY DEFAULT AS IDENTITY', [
    column('n', integer(), { identity: identity() }),
  ]),
  'a bigserial in place of a serial': counted('n serial', 'n bigserial', [
    column('n', bigInteger(), { autoincrement: true, nullable: false }),
  ]),
  'a smallserial in place of a plain column': {
    ...counted('n smallint NOT NULL', 'n smallserial', [
      column('n', smallInteger(), { autoincrement: true }),
    ]),
    load: ["INSERT INTO t VALUES (1, 'a'), (7, 'b')"],
  },
  'a stored column': {
    ...counted('n integer', 'n integer, twice integer GENERATED ALWAYS AS (n * 2) STORED', [
      n,
      column('twice', integer(), { computed: computed(sql`n * 2`) }),
    ]),
    kinds: ['addColumn'],
    load: ['INSERT INTO t (n) VALUES (1), (7)'],
    survives: [{ table: 't', columns: ['n', 'name'] }],
  },
  'a stored column, computed otherwise': {
    ...counted(
      'n integer, twice integer GENERATED ALWAYS AS (n * 2) STORED',
      'n integer, twice integer GENERATED ALWAYS AS (n * 3) STORED',
      [n, column('twice', integer(), { computed: computed('n * 3', { persisted: true }) })],
    ),
    load: ['INSERT INTO t (n) VALUES (1), (7)'],
    survives: [{ table: 't', columns: ['n', 'name'] }],
  },
  'a stored column of another type': {
    ...counted(
      'n integer, twice integer GENERATED ALWAYS AS (n * 2) STORED',
      'n integer, twice bigint GENERATED ALWAYS AS (n * 2) STORED',
      [n, column('twice', bigInteger(), { computed: computed('n * 2') })],
    ),
    load: ['INSERT INTO t (n) VALUES (1), (7)'],
    survives: [{ table: 't', columns: ['n', 'name'] }],
  },
  'a stored column that becomes a plain one': {
    ...counted('n integer, twice integer GENERATED ALWAYS AS (n * 2) STORED', 'n integer, twice integer', [
      n,
      column('twice', integer()),
    ]),
    load: ['INSERT INTO t (n) VALUES (1), (7)'],
    survives: [{ table: 't', columns: ['n', 'name'] }],
  },
  'a virtual column': {
    ...counted(
      'n integer',
      'n integer, twice integer GENERATED ALWAYS AS (n * 2) VIRTUAL',
      [n, column('twice', integer(), { computed: computed('n * 2', { persisted: false }) })],
      18,
    ),
    kinds: ['addColumn'],
    load: ['INSERT INTO t (n) VALUES (1), (7)'],
    survives: [{ table: 't', columns: ['n', 'name'] }],
  },
  'a virtual column that was stored': {
    ...counted(
      'n integer, twice integer GENERATED ALWAYS AS (n * 2) STORED',
      'n integer, twice integer GENERATED ALWAYS AS (n * 2) VIRTUAL',
      [n, column('twice', integer(), { computed: computed('n * 2', { persisted: false }) })],
      18,
    ),
    load: ['INSERT INTO t (n) VALUES (1), (7)'],
    survives: [{ table: 't', columns: ['n', 'name'] }],
  },
};

/** Parts that come and go, in one table, each with a number behind its name. */
function together(cases: readonly TableCase[]): TableCase {
  const owner = (each: TableCase): Table => (each.models as readonly Table[]).at(-1) as Table;
  const numbered = <T extends { readonly name: string | null }>(
    parts: readonly T[],
    i: number,
  ): readonly T[] => parts.map((each) => ({ ...each, name: `${each.name}${i}` }));
  const [first] = cases;
  const { a = [], models, load } = first ?? { models: [] };
  const whole = {
    ...owner(first!),
    constraints: cases.flatMap((each, i) => numbered(owner(each).constraints, i)),
    indexes: cases.flatMap((each, i) => numbered(owner(each).indexes, i)),
  };
  return {
    a,
    b: [
      ...a,
      ...cases.flatMap(({ b }, i) =>
        b.slice(a.length).map((ddl) => ddl.replace(/(?<=CONSTRAINT |INDEX )\w\b/, `$&${i}`)),
      ),
    ],
    models: [...(models as readonly Table[]).slice(0, -1), whole],
    kinds: cases.flatMap(({ kinds }) => kinds).sort((x, y) => order.indexOf(x) - order.indexOf(y)),
    ...(load && { load }),
  };
}
const order = [
  'createPrimaryKey',
  'createUniqueConstraint',
  'createCheckConstraint',
  'createExcludeConstraint',
];

const groups = { constraints, foreignKeys, indexes, tables, partitions, comments, columnsThatMake };

describeOn(['postgresql', 'postgresql-server'], 'tables', (kind: DatabaseKind) => {
  let database: TestDatabase;
  let fresh: TestDatabase;
  let major = 0;
  beforeAll(async () => {
    [database, fresh] = [await createDatabase(kind), await createDatabase(kind)];
    const [row] = await database.query<{ n: string }>("SELECT current_setting('server_version_num') AS n");
    major = Math.floor(Number(row?.n) / 10_000);
    await database.exec('SET allow_in_place_tablespaces = on');
    await database.exec(`CREATE TABLESPACE ${space} LOCATION ''`);
  });
  afterAll(async () => {
    await Promise.all([database.reset(), fresh.reset()]);
    await database.exec(`DROP TABLESPACE ${space}`);
    await Promise.all([database.drop(), fresh.drop()]);
  });

  const parts = { constraints, foreignKeys, indexes };
  for (const [group, cases] of Object.entries(parts)) {
    test(`${group} that come and go`, async () => {
      const fitting = Object.values(cases).filter(
        ({ a, b, since = 0 }) => a.length < b.length && since <= major,
      );
      // a table has one primary key
      const others = fitting.filter(({ kinds }) => !kinds.includes('createPrimaryKey'));
      await checkCaseIn(together(others), database, fresh);
      for (const each of fitting.filter((one) => !others.includes(one)))
        await checkCaseIn(each, database, fresh);
    });
  }

  for (const [group, cases] of Object.entries(groups)) {
    const single = Object.entries(cases as { readonly [what: string]: TableCase }).filter(
      ([, { a, b }]) => !(group in parts) || a.length === b.length,
    );
    test.each(single)(`${group}: %s`, async (_, { since = 0, ...each }) => {
      if (major >= since) await checkCaseIn(each, database, fresh);
      else expect(major).toBeLessThan(since);
    });
  }
});
