import { afterAll, beforeAll, expect, test } from 'vitest';
import { compareToDatabase } from '../../src/autogenerate/compare.ts';
import { coreKinds } from '../../src/objects/core.ts';
import {
  bigInteger,
  check,
  column,
  date,
  foreignKey,
  identity,
  index,
  integer,
  MetaData,
  primaryKey,
  smallInteger,
  type Table,
  type TableElement,
  table,
  text,
  unique,
} from '../../src/schema/index.ts';
import { compare, definitions, migrate, withConnection } from '../postgresql/migrate.ts';
import { createDatabase, type DatabaseKind, describeOn, type TestDatabase } from '../support/databases.ts';
import { type Case, checkCaseIn, differences } from './check-case.ts';

// Partitions and heirs that the models hold beside the tables above them: what happens above happens below by itself, and is written once.

interface InheritanceCase extends Case {
  /** major versions: the first that has it, and the first that hasn't any more */
  readonly since?: number;
  readonly before?: number;
}

const id = column('id', integer(), { nullable: false, autoincrement: false });
const at = column('at', date(), { nullable: false });
const kind = column('kind', text());
const n = column('n', integer());

/** `events`, partitioned by id, and two parts of it. */
const events = (...elements: readonly TableElement[]): Table =>
  table('events', elements, { postgresql: { partitionBy: 'RANGE (id)' } });
const part = (name: string, from: number, ...elements: readonly TableElement[]): Table =>
  table(name, elements, {
    postgresql: { partitionOf: 'events', partitionBound: `FOR VALUES FROM (${from}) TO (${from + 10})` },
  });
/** All three of the same elements. */
const family = (...elements: readonly TableElement[]): readonly Table[] => [
  part('e1', 0, ...elements),
  events(...elements),
  part('e2', 10, ...elements),
];
const made = (columns: string, ...more: readonly string[]): readonly string[] => [
  `CREATE TABLE events (${columns}) PARTITION BY RANGE (id)`,
  'CREATE TABLE e1 PARTITION OF events FOR VALUES FROM (0) TO (10)',
  'CREATE TABLE e2 PARTITION OF events FOR VALUES FROM (10) TO (20)',
  ...more,
];
const three = 'id integer NOT NULL, at date NOT NULL, kind text';
const rows = ["INSERT INTO events (id, at, kind) VALUES (1, '2020-01-01', 'a'), (11, '2020-01-02', 'b')"];

const partitions: { readonly [what: string]: InheritanceCase } = {
  'a column that comes': {
    a: made(three),
    b: made(`${three}, n integer DEFAULT 3`),
    models: family(id, at, kind, column('n', integer(), { serverDefault: 3 })),
    kinds: ['addColumn'],
    load: rows,
    survives: [{ table: 'events', columns: ['id', 'at', 'kind'] }],
  },
  'a column that goes': {
    a: made(`${three}, n integer`),
    b: made(three),
    models: family(id, at, kind),
    kinds: ['dropColumn'],
    load: rows,
    survives: [{ table: 'events', columns: ['id', 'at', 'kind'] }],
  },
  'a column that changes in all it can': {
    a: made('id integer NOT NULL, at date, n smallint'),
    b: made('id integer NOT NULL, at date NOT NULL, n bigint DEFAULT 7'),
    models: family(id, at, column('n', bigInteger(), { serverDefault: 7 })),
    kinds: ['alterColumn', 'alterColumn'],
    load: ["INSERT INTO events VALUES (1, '2020-01-01', 5), (11, '2020-01-02', 6)"],
  },
  'NOT NULL that goes': {
    a: made(three),
    b: made('id integer NOT NULL, at date, kind text'),
    models: family(id, column('at', date()), kind),
    kinds: ['alterColumn'],
    load: rows,
  },
  'a column that counts up': {
    a: made('id serial, at date'),
    b: made('id serial, at date, n integer'),
    models: family(
      column('id', integer(), { autoincrement: true }),
      column('at', date()),
      column('n', integer()),
    ),
    kinds: ['addColumn'],
  },
  'an identity': {
    a: made('id integer GENERATED ALWAYS AS IDENTITY, at date'),
    b: made('id integer GENERATED ALWAYS AS IDENTITY, at date, n integer'),
    models: family(
      column('id', integer(), { identity: identity({ always: true }) }),
      column('at', date()),
      column('n', integer()),
    ),
    kinds: ['addColumn'],
  },
  'an identity that comes': {
    a: made('id integer NOT NULL, at date'),
    b: made('id integer GENERATED ALWAYS AS IDENTITY, at date'),
    models: family(column('id', integer(), { identity: identity({ always: true }) }), column('at', date())),
    kinds: ['alterColumn'],
  },
  'constraints and indexes that all of them list': {
    a: [...made(three), 'CREATE TABLE kinds (kind text PRIMARY KEY)'],
    b: [
      ...made(three),
      'CREATE TABLE kinds (kind text PRIMARY KEY)',
      'ALTER TABLE events ADD CONSTRAINT pk PRIMARY KEY (id)',
      'ALTER TABLE events ADD CONSTRAINT uq UNIQUE (at, id)',
      'ALTER TABLE events ADD CONSTRAINT fk FOREIGN KEY (kind) REFERENCES kinds (kind)',
      'ALTER TABLE events ADD CONSTRAINT ck CHECK (id > 0)',
      'CREATE INDEX ix ON events (kind)',
    ],
    models: [
      ...family(
        id,
        at,
        kind,
        primaryKey(['id'], { name: 'pk' }),
        unique(['at', 'id'], { name: 'uq' }),
        foreignKey(['kind'], 'kinds', ['kind'], { name: 'fk' }),
        check('id > 0', { name: 'ck' }),
        index('ix', ['kind']),
      ),
      table('kinds', [column('kind', text(), { primaryKey: true })]),
    ],
    kinds: [
      'createPrimaryKey',
      'createUniqueConstraint',
      'createCheckConstraint',
      'createIndex',
      'createForeignKey',
    ],
  },
  'constraints that all of them lose': {
    a: made(
      three,
      'ALTER TABLE events ADD CONSTRAINT pk PRIMARY KEY (id), ADD CONSTRAINT ck CHECK (id > 0)',
      'CREATE INDEX ix ON events (kind)',
    ),
    b: made(three),
    models: family(id, at, kind),
    kinds: ['dropConstraint', 'dropConstraint', 'dropIndex'],
    load: rows,
  },
  'a check that one made its own before': {
    a: made(
      three,
      'ALTER TABLE e1 ADD CONSTRAINT ck CHECK (id > 0)',
      'ALTER TABLE events ADD CONSTRAINT ck CHECK (id > 0)',
    ),
    b: made(three),
    models: family(id, at, kind),
    kinds: ['dropConstraint'],
    load: rows,
  },
  'that may hold no more than the table above': {
    a: made(three),
    b: made(`${three}, n integer`),
    models: [
      events(id, at, kind, n),
      part('e1', 0, column('id', integer(), { autoincrement: false }), column('at', date()), kind, n),
      part('e2', 10),
    ],
    kinds: ['addColumn'],
    load: rows,
    survives: [{ table: 'events', columns: ['id', 'at', 'kind'] }],
  },
  'parts that are made': {
    a: [],
    b: made(
      "id serial PRIMARY KEY, at date DEFAULT now(), kind text CONSTRAINT ck CHECK (kind > '')",
      "ALTER TABLE e1 ALTER kind SET DEFAULT 'one', ALTER at DROP DEFAULT, ALTER kind SET NOT NULL",
      'CREATE INDEX own ON e1 (kind)',
    ),
    models: [
      events(
        column('id', integer(), { primaryKey: true }),
        column('at', date(), { serverDefault: { kind: 'sql', text: 'now()' } }),
        kind,
        check("kind > ''", { name: 'ck' }),
      ),
      part(
        'e1',
        0,
        column('id', integer(), { primaryKey: true }),
        column('at', date()),
        column('kind', text(), { nullable: false, serverDefault: 'one' }),
        check("kind > ''", { name: 'ck' }),
        index('own', ['kind']),
      ),
      part('e2', 10),
    ],
    kinds: ['createTable', 'createTable', 'createTable', 'createIndex'],
  },
  'parts of parts that are made': {
    a: [],
    b: [
      'CREATE TABLE events (id integer NOT NULL, n integer DEFAULT 1, m integer) PARTITION BY RANGE (id)',
      'CREATE TABLE e1 PARTITION OF events FOR VALUES FROM (0) TO (10) PARTITION BY LIST (id)',
      'CREATE TABLE e11 PARTITION OF e1 FOR VALUES IN (1)',
      'ALTER TABLE e11 ALTER n SET DEFAULT 9, ALTER m SET NOT NULL',
    ],
    models: [
      events(id, column('n', integer(), { serverDefault: 1 }), column('m', integer())),
      table('e1', [], {
        postgresql: {
          partitionOf: 'events',
          partitionBound: 'FOR VALUES FROM (0) TO (10)',
          partitionBy: 'LIST (id)',
        },
      }),
      table(
        'e11',
        [column('n', integer(), { serverDefault: 9 }), column('m', integer(), { nullable: false })],
        {
          postgresql: { partitionOf: 'e1', partitionBound: 'FOR VALUES IN (1)' },
        },
      ),
    ],
    kinds: ['createTable', 'createTable', 'createTable'],
  },
  'that say nothing of their columns': {
    a: made('id serial, at date NOT NULL, kind text'),
    b: made(
      'id serial, at date NOT NULL, kind varchar(20), n integer',
      'CREATE INDEX own ON e1 (n, lower(kind))',
    ),
    models: [
      part('e1', 0, index('own', ['n', { kind: 'sql', text: 'lower(kind)' }])),
      part('e2', 10),
      events(
        column('id', integer(), { autoincrement: true }),
        at,
        column('kind', { ...text(), name: 'string', length: 20 } as never),
        column('n', integer()),
      ),
    ],
    kinds: ['alterColumn', 'addColumn', 'createIndex'],
    load: rows,
    survives: [{ table: 'events', columns: ['id', 'at', 'kind'] }],
  },
  'a default of its own stays, where the one above changes': {
    a: made('id integer NOT NULL, n integer DEFAULT 1', 'ALTER TABLE e1 ALTER n SET DEFAULT 5'),
    b: made('id integer NOT NULL, n integer DEFAULT 2', 'ALTER TABLE e1 ALTER n SET DEFAULT 5'),
    models: [
      events(id, column('n', integer(), { serverDefault: 2 })),
      part('e1', 0, id, column('n', integer(), { serverDefault: 5 })),
      part('e2', 10),
    ],
    kinds: ['alterColumn', 'alterColumn', 'alterColumn'],
  },
  'defaults of parts that no model holds stay, where the type changes': {
    a: [
      ...made("id integer NOT NULL, n smallint DEFAULT 1, t varchar(5) DEFAULT 'a'"),
      "ALTER TABLE e1 ALTER n SET DEFAULT 5, ALTER t SET DEFAULT 'it''s'",
      'ALTER TABLE e2 ALTER n DROP DEFAULT',
    ],
    b: [
      ...made("id integer NOT NULL, n integer DEFAULT 1, t text DEFAULT 'a'"),
      "ALTER TABLE e1 ALTER n SET DEFAULT 5, ALTER t SET DEFAULT 'it''s'",
      'ALTER TABLE e2 ALTER n DROP DEFAULT',
    ],
    models: [
      events(id, column('n', integer(), { serverDefault: 1 }), column('t', text(), { serverDefault: 'a' })),
    ],
    kinds: ['alterColumn', 'alterColumn'],
    load: ['INSERT INTO events VALUES (1), (11)'],
  },
  'NOT NULL of its own comes back': {
    a: made('id integer NOT NULL, n integer', 'ALTER TABLE e1 ALTER n SET NOT NULL'),
    b: made('id integer NOT NULL, n integer NOT NULL'),
    models: family(id, column('n', integer(), { nullable: false })),
    kinds: ['alterColumn', 'alterColumn'],
    load: ['INSERT INTO events VALUES (1, 1), (11, 2)'],
  },
  'parts of parts': {
    a: [
      'CREATE TABLE events (id integer NOT NULL, n smallint DEFAULT 1) PARTITION BY RANGE (id)',
      'CREATE TABLE e1 PARTITION OF events FOR VALUES FROM (0) TO (10) PARTITION BY LIST (id)',
      'ALTER TABLE e1 ALTER n SET DEFAULT 2',
      'CREATE TABLE e11 PARTITION OF e1 FOR VALUES IN (1)',
      'CREATE TABLE e12 PARTITION OF e1 FOR VALUES IN (2)',
      'ALTER TABLE e12 ALTER n SET DEFAULT 3',
    ],
    b: [
      'CREATE TABLE events (id integer NOT NULL, n integer DEFAULT 4, m integer) PARTITION BY RANGE (id)',
      'CREATE TABLE e1 PARTITION OF events FOR VALUES FROM (0) TO (10) PARTITION BY LIST (id)',
      'CREATE TABLE e11 PARTITION OF e1 FOR VALUES IN (1)',
      'CREATE TABLE e12 PARTITION OF e1 FOR VALUES IN (2)',
      'ALTER TABLE e11 ALTER n SET DEFAULT 6',
      'ALTER TABLE e1 ADD CONSTRAINT ck CHECK (n > 0)',
    ],
    models: (() => {
      const of = (name: string, above: string, bound: string, n: number, ...more: readonly TableElement[]) =>
        table(name, [id, column('n', integer(), { serverDefault: n }), column('m', integer()), ...more], {
          postgresql: {
            partitionOf: above,
            partitionBound: bound,
            ...(name === 'e1' && { partitionBy: 'LIST (id)' }),
          },
        });
      const ck = check('n > 0', { name: 'ck' });
      return [
        of('e12', 'e1', 'FOR VALUES IN (2)', 4, ck),
        of('e11', 'e1', 'FOR VALUES IN (1)', 6, ck),
        of('e1', 'events', 'FOR VALUES FROM (0) TO (10)', 4, ck),
        events(id, column('n', integer(), { serverDefault: 4 }), column('m', integer())),
      ];
    })(),
    kinds: ['alterColumn', 'alterColumn', 'alterColumn', 'addColumn', 'createCheckConstraint', 'alterColumn'],
    load: ['INSERT INTO events VALUES (1, 1), (2, 2)'],
    survives: [{ table: 'events', columns: ['id', 'n'] }],
  },
  'of which only the one in the middle changes': {
    a: [
      'CREATE TABLE events (id integer NOT NULL, n integer DEFAULT 1) PARTITION BY RANGE (id)',
      'CREATE TABLE e1 PARTITION OF events FOR VALUES FROM (0) TO (10) PARTITION BY LIST (id)',
      'CREATE TABLE e11 PARTITION OF e1 FOR VALUES IN (1)',
      'CREATE TABLE e12 PARTITION OF e1 FOR VALUES IN (2)',
    ],
    b: [
      'CREATE TABLE events (id integer NOT NULL, n integer DEFAULT 1) PARTITION BY RANGE (id)',
      'CREATE TABLE e1 PARTITION OF events FOR VALUES FROM (0) TO (10) PARTITION BY LIST (id)',
      'CREATE TABLE e11 PARTITION OF e1 FOR VALUES IN (1)',
      'CREATE TABLE e12 PARTITION OF e1 FOR VALUES IN (2)',
      'ALTER TABLE e1 ALTER n SET DEFAULT 2',
      'ALTER TABLE e12 ALTER n SET DEFAULT 1',
    ],
    models: [
      events(id, column('n', integer(), { serverDefault: 1 })),
      ...['e1', 'e11', 'e12'].map((name) =>
        table(name, [id, column('n', integer(), { serverDefault: name === 'e12' ? 1 : 2 })], {
          postgresql: {
            partitionOf: name === 'e1' ? 'events' : 'e1',
            partitionBound:
              name === 'e1' ? 'FOR VALUES FROM (0) TO (10)' : `FOR VALUES IN (${name.slice(-1)})`,
            ...(name === 'e1' && { partitionBy: 'LIST (id)' }),
          },
        }),
      ),
    ],
    kinds: ['alterColumn', 'alterColumn'],
  },
  'a column that comes with a way to be stored': {
    a: made(three),
    b: made(`${three}, x text`, 'ALTER TABLE events ALTER x SET STORAGE EXTERNAL'),
    models: [
      events(id, at, kind, column('x', text(), { postgresql: { storage: 'external' } })),
      part('e1', 0, id, at, kind, column('x', text())),
      part('e2', 10),
    ],
    kinds: ['addColumn'],
  },
  'that leave an identity above': {
    a: made('id integer GENERATED ALWAYS AS IDENTITY, at date'),
    b: made('id integer GENERATED ALWAYS AS IDENTITY, at date', 'ALTER TABLE events DETACH PARTITION e1'),
    models: [
      events(column('id', integer(), { identity: identity({ always: true }) }), column('at', date())),
      table('e1', [id, column('at', date())]),
      part('e2', 10),
    ],
    kinds: ['alterTableOptions'],
  },
  'that go and come, with keys, checks and indexes': {
    a: [
      'CREATE TABLE kinds (kind text PRIMARY KEY)',
      ...made(
        three,
        'ALTER TABLE events ADD CONSTRAINT pk PRIMARY KEY (id), ADD CONSTRAINT ck CHECK (id >= 0), ADD CONSTRAINT fk FOREIGN KEY (kind) REFERENCES kinds',
        'CREATE INDEX ix ON events (at)',
        'CREATE TABLE e3 (id integer NOT NULL, at date NOT NULL, kind text)',
      ),
    ],
    b: [
      'CREATE TABLE kinds (kind text PRIMARY KEY)',
      ...made(
        three,
        'ALTER TABLE events ADD CONSTRAINT pk PRIMARY KEY (id), ADD CONSTRAINT ck CHECK (id >= 0), ADD CONSTRAINT fk FOREIGN KEY (kind) REFERENCES kinds',
        'CREATE INDEX ix ON events (at)',
        'ALTER TABLE events DETACH PARTITION e1',
        'ALTER TABLE e1 DROP CONSTRAINT ck',
        'CREATE TABLE e3 PARTITION OF events FOR VALUES FROM (20) TO (30)',
      ),
    ],
    models: [
      table('kinds', [column('kind', text(), { primaryKey: true })]),
      events(
        id,
        at,
        kind,
        primaryKey(['id'], { name: 'pk' }),
        check('id >= 0', { name: 'ck' }),
        foreignKey(['kind'], 'kinds', ['kind'], { name: 'fk' }),
        index('ix', ['at']),
      ),
      table('e1', [
        id,
        at,
        kind,
        primaryKey(['id'], { name: 'e1_pkey' }),
        foreignKey(['kind'], 'kinds', ['kind'], { name: 'fk' }),
        index('e1_at_idx', ['at']),
      ]),
      part('e2', 10, id, at, kind),
      part('e3', 20, id, at, kind),
    ],
    kinds: [
      'alterTableOptions',
      'dropConstraint',
      'createPrimaryKey',
      'createCheckConstraint',
      'createIndex',
      'createForeignKey',
      'alterTableOptions',
    ],
    load: [
      "INSERT INTO kinds VALUES ('a')",
      "INSERT INTO events VALUES (1, '2020-01-01', 'a')",
      "INSERT INTO e3 VALUES (21, '2020-01-01', 'a')",
    ],
    survives: ['e1', 'e2', 'e3'].map((each) => ({ table: each, columns: ['id', 'at', 'kind'] })),
  },
  'that move to another table with a key of its own': {
    a: made(
      'id integer PRIMARY KEY, at date',
      'CREATE TABLE others (id integer CONSTRAINT opk PRIMARY KEY, at date UNIQUE, n integer) PARTITION BY LIST (id)'.replace(
        ' UNIQUE',
        '',
      ),
    ),
    b: [
      'CREATE TABLE events (id integer PRIMARY KEY, at date) PARTITION BY RANGE (id)',
      'CREATE TABLE e1 PARTITION OF events FOR VALUES FROM (0) TO (10)',
      'CREATE TABLE others (id integer CONSTRAINT opk PRIMARY KEY, at date, n integer) PARTITION BY LIST (id)',
      'CREATE TABLE e2 PARTITION OF others FOR VALUES IN (11)',
    ],
    models: [
      events(column('id', integer(), { primaryKey: true, autoincrement: false }), column('at', date())),
      part('e1', 0),
      table(
        'others',
        [
          column('id', integer(), { autoincrement: false }),
          column('at', date()),
          column('n', integer()),
          primaryKey(['id'], { name: 'opk' }),
        ],
        { postgresql: { partitionBy: 'LIST (id)' } },
      ),
      table('e2', [], { postgresql: { partitionOf: 'others', partitionBound: 'FOR VALUES IN (11)' } }),
    ],
    kinds: ['alterTableOptions', 'addColumn', 'alterTableOptions'],
    load: ["INSERT INTO e2 VALUES (11, '2020-01-01')"],
    survives: [{ table: 'e2', columns: ['id', 'at'] }],
  },
  'in other schemas, with any names': {
    a: [
      'CREATE SCHEMA "A.b"',
      'CREATE TABLE "A.b"."e ""v" (id integer NOT NULL, "N" integer) PARTITION BY LIST (id)',
      'CREATE TABLE "p ""1" PARTITION OF "A.b"."e ""v" DEFAULT',
    ],
    b: [
      'CREATE SCHEMA "A.b"',
      'CREATE TABLE "A.b"."e ""v" (id integer NOT NULL, "N" bigint, CONSTRAINT "c""k" CHECK ("N" > 0)) PARTITION BY LIST (id)',
      'CREATE TABLE "p ""1" PARTITION OF "A.b"."e ""v" DEFAULT',
    ],
    models: [
      table('p "1', [id, column('N', bigInteger()), check('"N" > 0', { name: 'c"k' })], {
        postgresql: { partitionOf: '"A.b"."e ""v"', partitionBound: 'DEFAULT' },
      }),
      table('e "v', [id, column('N', bigInteger()), check('"N" > 0', { name: 'c"k' })], {
        schema: 'A.b',
        postgresql: { partitionBy: 'LIST (id)' },
      }),
    ],
    kinds: ['alterColumn', 'createCheckConstraint'],
    load: ['INSERT INTO "A.b"."e ""v" VALUES (1, 2)'],
  },
};

const heir = (...elements: readonly TableElement[]): Table =>
  table('heir', elements, { postgresql: { inherits: ['parent'] } });
const parentOf = (columns: string, more = '', ...others: readonly string[]): readonly string[] => [
  `CREATE TABLE parent (${columns})`,
  `CREATE TABLE heir (${more}) INHERITS (parent)`,
  ...others,
];

const heirs: { readonly [what: string]: InheritanceCase } = {
  'that say only what is their own': {
    a: parentOf('id integer NOT NULL, n smallint', 'own integer'),
    b: parentOf(
      'id integer NOT NULL, n integer DEFAULT 1, m text, CONSTRAINT ck CHECK (n > 0)',
      'own bigint',
    ),
    models: [
      heir(column('own', bigInteger())),
      table('parent', [
        id,
        column('n', integer(), { serverDefault: 1 }),
        column('m', text()),
        check('n > 0', { name: 'ck' }),
      ]),
    ],
    kinds: ['alterColumn', 'addColumn', 'createCheckConstraint', 'alterColumn'],
    load: ['INSERT INTO heir VALUES (1, 2, 3)'],
    survives: [{ table: 'heir', columns: ['id', 'n', 'own'] }],
  },
  'that are made': {
    a: [],
    b: parentOf(
      'id integer NOT NULL, n integer DEFAULT 1 CONSTRAINT ck CHECK (n > 0)',
      'own bigint',
      'CREATE INDEX i ON heir (n)',
    ),
    models: [
      heir(column('own', bigInteger()), index('i', ['n'])),
      table('parent', [id, column('n', integer(), { serverDefault: 1 }), check('n > 0', { name: 'ck' })]),
    ],
    kinds: ['createTable', 'createTable', 'createIndex'],
  },
  'that repeat all of it, NOT NULL too': {
    a: parentOf('id integer NOT NULL, n integer', 'id integer NOT NULL, n integer'),
    b: parentOf(
      'id integer NOT NULL, n integer NOT NULL, CONSTRAINT ck CHECK (n > 0)',
      'id integer NOT NULL, n integer NOT NULL',
    ),
    models: ['heir', 'parent'].map((name) => {
      const elements = [id, column('n', integer(), { nullable: false }), check('n > 0', { name: 'ck' })];
      return name === 'heir' ? heir(...elements) : table(name, elements);
    }),
    kinds: ['alterColumn', 'alterColumn', 'createCheckConstraint'],
    since: 18,
    load: ['INSERT INTO heir VALUES (1, 2)', 'INSERT INTO parent VALUES (3, 4)'],
  },
  'that repeat all of it': {
    a: parentOf('id integer NOT NULL, n smallint', 'id integer NOT NULL, n smallint'),
    b: parentOf(
      'id integer NOT NULL, n integer, CONSTRAINT ck CHECK (n > 0)',
      'id integer NOT NULL, n integer',
      'ALTER TABLE parent ALTER n SET NOT NULL',
    ),
    models: ['heir', 'parent'].map((name) => {
      const elements = [id, column('n', integer(), { nullable: false }), check('n > 0', { name: 'ck' })];
      return name === 'heir' ? heir(...elements) : table(name, elements);
    }),
    kinds: ['alterColumn', 'createCheckConstraint'],
    before: 18,
    load: ['INSERT INTO heir VALUES (1, 2)', 'INSERT INTO parent VALUES (3, 4)'],
  },
  'whose own column may hold NULL again, each by itself': {
    a: parentOf('id integer NOT NULL, n integer NOT NULL', 'n integer NOT NULL'),
    b: parentOf('id integer NOT NULL, n integer', 'n integer'),
    models: [heir(id, n), table('parent', [id, n])],
    kinds: ['alterColumn', 'alterColumn'],
    load: ['INSERT INTO heir VALUES (1, 2)'],
    since: 18,
  },
  'whose own column may hold NULL again, with the one above': {
    a: parentOf('id integer NOT NULL, n integer NOT NULL', 'n integer NOT NULL'),
    b: parentOf('id integer NOT NULL, n integer', 'n integer'),
    models: [heir(id, n), table('parent', [id, n])],
    kinds: ['alterColumn'],
    load: ['INSERT INTO heir VALUES (1, 2)'],
    before: 18,
  },
  'whose own column still may not': {
    a: parentOf('id integer NOT NULL, n integer NOT NULL', 'n integer NOT NULL'),
    b: parentOf('id integer NOT NULL, n integer', 'n integer NOT NULL'),
    models: [heir(id, column('n', integer(), { nullable: false })), table('parent', [id, n])],
    kinds: ['alterColumn'],
    load: ['INSERT INTO heir VALUES (1, 2)'],
    since: 18,
  },
  'whose own column still may not, where it goes with the one above': {
    a: parentOf('id integer NOT NULL, n integer NOT NULL', 'n integer NOT NULL'),
    b: parentOf('id integer NOT NULL, n integer', 'n integer NOT NULL'),
    models: [heir(id, column('n', integer(), { nullable: false })), table('parent', [id, n])],
    kinds: ['alterColumn', 'alterColumn'],
    load: ['INSERT INTO heir VALUES (1, 2)'],
    before: 18,
  },
  'an identity, which stays above': {
    a: parentOf('id integer NOT NULL, n integer', 'n integer'),
    b: parentOf('id integer GENERATED ALWAYS AS IDENTITY, n integer', 'n integer'),
    models: [
      heir(n),
      table('parent', [column('id', integer(), { identity: identity({ always: true }) }), n]),
    ],
    kinds: ['alterColumn'],
  },
  'a column that goes, and stays where it was their own': {
    a: parentOf('id integer NOT NULL, n integer, m integer', 'n integer'),
    b: parentOf('id integer NOT NULL', 'n integer'),
    models: [heir(n), table('parent', [id])],
    kinds: ['dropColumn', 'dropColumn'],
    load: ['INSERT INTO heir VALUES (1, 2)'],
    survives: [{ table: 'heir', columns: ['id', 'n'] }],
  },
  'a column that both lose': {
    a: parentOf('id integer NOT NULL, n integer', 'n integer'),
    b: parentOf('id integer NOT NULL'),
    models: [heir(), table('parent', [id])],
    kinds: ['dropColumn', 'dropColumn'],
    load: ['INSERT INTO heir VALUES (1)'],
    survives: [{ table: 'heir', columns: ['id'] }],
  },
  "a check that is only the one above's, and one of its own under that name": {
    a: parentOf('id integer NOT NULL, n integer'),
    b: parentOf(
      'id integer NOT NULL, n integer, CONSTRAINT ck CHECK (n > 0) NO INHERIT',
      'CONSTRAINT ck CHECK (n > 1)',
    ),
    models: [
      heir(check('n > 1', { name: 'ck' })),
      table('parent', [id, n, check('n > 0', { name: 'ck', postgresql: { noInherit: true } })]),
    ],
    kinds: ['createCheckConstraint', 'createCheckConstraint'],
  },
  'of two with the same check, of which one goes': {
    a: [
      'CREATE TABLE p1 (a integer, CONSTRAINT ck CHECK (a > 0))',
      'CREATE TABLE p2 (a integer, CONSTRAINT ck CHECK (a > 0))',
      'CREATE TABLE heir () INHERITS (p1, p2)',
    ],
    b: [
      'CREATE TABLE p1 (a integer, CONSTRAINT ck CHECK (a > 0))',
      'CREATE TABLE p2 (a integer, CONSTRAINT ck CHECK (a > 0))',
      'CREATE TABLE heir () INHERITS (p2)',
    ],
    models: [
      ...['p1', 'p2'].map((name) => table(name, [column('a', integer()), check('a > 0', { name: 'ck' })])),
      table('heir', [], { postgresql: { inherits: ['p2'] } }),
    ],
    kinds: ['alterTableOptions'],
  },
  'of several, of which one comes and one goes': {
    a: [
      'CREATE TABLE p1 (a integer, CONSTRAINT c1 CHECK (a > 0))',
      'CREATE TABLE p2 (b integer)',
      'CREATE TABLE p3 (c integer, CONSTRAINT c3 CHECK (c > 0))',
      'CREATE TABLE heir (a integer, c integer, CONSTRAINT c1 CHECK (a > 0)) INHERITS (p1, p2)',
    ],
    b: [
      'CREATE TABLE p1 (a integer, CONSTRAINT c1 CHECK (a > 0))',
      'CREATE TABLE p2 (b smallint)',
      'CREATE TABLE p3 (c integer, CONSTRAINT c3 CHECK (c > 0))',
      'CREATE TABLE heir (a integer, c integer, CONSTRAINT c3 CHECK (c > 0)) INHERITS (p2, p3)',
    ],
    models: [
      table('p1', [column('a', integer()), check('a > 0', { name: 'c1' })]),
      table('p2', [column('b', smallInteger())]),
      table('p3', [column('c', integer()), check('c > 0', { name: 'c3' })]),
      table('heir', [column('a', integer()), column('c', integer())], {
        postgresql: { inherits: ['p2', 'p3'] },
      }),
    ],
    kinds: [
      'alterTableOptions',
      'alterColumn',
      'dropConstraint',
      'createCheckConstraint',
      'alterTableOptions',
    ],
    load: ['INSERT INTO heir (a, b, c) VALUES (1, 2, 3)'],
    survives: [{ table: 'heir', columns: ['a', 'b', 'c'] }],
  },
};

describeOn(['postgresql', 'postgresql-server'], 'inheritance', (kind_: DatabaseKind) => {
  let database: TestDatabase;
  let fresh: TestDatabase;
  let major = 0;
  beforeAll(async () => {
    [database, fresh] = [await createDatabase(kind_), await createDatabase(kind_)];
    const [row] = await database.query<{ n: string }>("SELECT current_setting('server_version_num') AS n");
    major = Math.floor(Number(row?.n) / 10_000);
  });
  afterAll(() => Promise.all([database.drop(), fresh.drop()]));

  for (const [group, cases] of Object.entries({ partitions, heirs })) {
    test.each(Object.entries(cases))(`${group}: %s`, async (_, { since = 0, before = 99, ...each }) => {
      if (major >= since && major < before) await checkCaseIn(each, database, fresh);
      else expect(major < since || major >= before).toBe(true);
    });
  }

  test("NOT NULL of an heir's own column stays, whatever the one above says", async () => {
    await database.reset();
    const models = (nullable: boolean): MetaData =>
      new MetaData([
        heir(id, column('n', integer(), { nullable: false })),
        table('parent', [id, column('n', integer(), { nullable })]),
      ]);
    await withConnection(database, async (connection) => {
      for (const nullable of [true, false, true, false]) {
        await migrate(connection, await compare(connection, models(nullable)));
        expect(await compare(connection, models(nullable))).toEqual([]);
        const [column] = await database.query(
          "SELECT attnotnull AS not_null FROM pg_attribute WHERE attrelid = 'heir'::regclass AND attname = 'n'",
        );
        expect(column).toEqual({ not_null: true });
      }
    });
  });

  test('a column of a partition that its table does not have is refused', async () => {
    await database.reset();
    await database.exec(made(three));
    const models = [events(id, at, kind), part('e1', 0, id, at, kind, n), part('e2', 10)];
    await expect(differences(database, models)).rejects.toMatchObject({
      code: 'BAD_ARGUMENT',
      message: expect.stringContaining("'e1' has a column 'n', which 'events' doesn't have"),
    });
  });

  test('a column that an heir keeps while the table above loses it is told: what it holds goes', async () => {
    await database.reset();
    await database.exec(parentOf('id integer NOT NULL, n integer'));
    const warnings: string[] = [];
    const models = new MetaData([heir(id, n), table('parent', [id])]);
    const found = await withConnection(database, (connection) =>
      compareToDatabase([models], {
        ...{ connection, kinds: coreKinds, definitions, options: {} },
        warn: (message) => warnings.push(message),
      }),
    );
    expect(found.map((each) => each.kind)).toEqual(['dropColumn', 'addColumn']);
    expect(warnings).toEqual([expect.stringContaining("'heir' keeps the column 'n'")]);
  });

  test('what a table has that no model speaks of is no difference of its parts', async () => {
    await database.reset();
    await database.exec(
      made(`${three}, PRIMARY KEY (id), CONSTRAINT ck CHECK (id >= 0)`, 'CREATE INDEX ix ON events (at)'),
    );
    const own = [id, at, kind, primaryKey(['id']), check('id >= 0', { name: 'ck' }), index('i', ['at'])];
    const includes = { includeObject: (_: object, name: string | null) => name !== 'events' };
    expect(await differences(database, [part('e1', 0, ...own), part('e2', 10)], includes)).toEqual([]);
    expect(await differences(database, [part('e1', 0, ...own, n), part('e2', 10)], includes)).toEqual([
      'addColumn',
    ]);
  });
});
