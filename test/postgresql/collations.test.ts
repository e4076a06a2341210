import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { domain, exclude } from '../../src/entries/postgresql.ts';
import { Alembic } from '../../src/index.ts';
import {
  column,
  index,
  MetaData,
  materializedView,
  type SchemaObject,
  sql,
  sqlType,
  string,
  table,
  text,
  unique,
} from '../../src/schema/index.ts';
import { createDatabase, describeOn, type TestDatabase } from '../support/databases.ts';

// An index has the collation of its column or expression by itself; only another one is part of the index.

type Elements = Parameters<typeof index>[1];

const columns = [
  column('a', text({ collation: 'C' })),
  column('b', string(9, { collation: 'und-x-icu' })),
  column('c', text()),
  column('d', domain('in_c', text(), { collation: 'C' })),
  column('e', sqlType('name')),
];

const cases: { readonly [name: string]: { there: string; same: Elements[]; different: Elements[] } } = {
  'of columns, as they are': {
    there: 'a, b DESC, c, d, e',
    same: [
      ['a', { column: 'b', order: 'DESC' }, 'c', 'd', 'e'],
      [
        { column: 'a', collation: 'C' },
        { column: 'b', collation: 'und-x-icu', order: 'DESC' },
        { column: 'c', collation: 'default' },
        { column: 'd', collation: 'C' },
        'e',
      ],
    ],
    different: [
      ['a', 'b', 'c', 'd', 'e'],
      [{ column: 'a', collation: 'default' }, { column: 'b', order: 'DESC' }, 'c', 'd', 'e'],
      ['a', { column: 'b', order: 'DESC', collation: 'C' }, 'c', 'd', 'e'],
      ['a', { column: 'b', order: 'DESC' }, { column: 'c', collation: 'C' }, 'd', 'e'],
      ['a', { column: 'b', order: 'DESC' }, 'c', { column: 'd', collation: 'default' }, 'e'],
    ],
  },
  'of columns, in another one': {
    there: 'a COLLATE "und-x-icu", b COLLATE "default", c COLLATE "C", d COLLATE "default"',
    same: [
      [
        { column: 'a', collation: 'und-x-icu' },
        { column: 'b', collation: 'default' },
        { column: 'c', collation: 'C' },
        { column: 'd', collation: 'default' },
      ],
    ],
    different: [
      ['a', 'b', 'c', 'd'],
      [
        'a',
        { column: 'b', collation: 'default' },
        { column: 'c', collation: 'C' },
        { column: 'd', collation: 'default' },
      ],
      [
        { column: 'a', collation: 'und-x-icu' },
        'b',
        { column: 'c', collation: 'C' },
        { column: 'd', collation: 'default' },
      ],
      [
        { column: 'a', collation: 'und-x-icu' },
        { column: 'b', collation: 'default' },
        { column: 'c', collation: 'C' },
        'd',
      ],
    ],
  },
  'of expressions, as they are': {
    there: `lower(a), (b || ', COLLATE "C", ') text_pattern_ops DESC NULLS LAST, upper(c COLLATE "C"), lower(d), c`,
    same: [
      [
        sql`lower(a)`,
        {
          expression: sql`b || ', COLLATE "C", '`,
          operatorClass: 'text_pattern_ops',
          order: 'DESC',
          nulls: 'LAST',
        },
        sql`upper(c COLLATE "C")`,
        sql`lower(d)`,
        'c',
      ],
    ],
    different: [
      [
        { expression: sql`lower(a)`, collation: 'default' },
        {
          expression: sql`b || ', COLLATE "C", '`,
          operatorClass: 'text_pattern_ops',
          order: 'DESC',
          nulls: 'LAST',
        },
        sql`upper(c COLLATE "C")`,
        sql`lower(d)`,
        'c',
      ],
      [
        sql`lower(a)`,
        {
          expression: sql`b || ', COLLATE "C", '`,
          operatorClass: 'text_pattern_ops',
          order: 'DESC',
          nulls: 'LAST',
        },
        sql`upper(c)`,
        sql`lower(d)`,
        'c',
      ],
    ],
  },
  'of expressions, in another one': {
    there: `lower(a) COLLATE "default", (b || ', ') COLLATE "C" text_pattern_ops DESC NULLS LAST, lower(d) COLLATE "POSIX", lower(c) COLLATE "C"`,
    same: [
      [
        { expression: sql`lower(a)`, collation: 'default' },
        {
          expression: sql`b || ', '`,
          collation: 'C',
          operatorClass: 'text_pattern_ops',
          order: 'DESC',
          nulls: 'LAST',
        },
        { expression: sql`lower(d)`, collation: 'POSIX' },
        { expression: sql`lower(c)`, collation: 'C' },
      ],
    ],
    different: [
      [
        sql`lower(a)`,
        {
          expression: sql`b || ', '`,
          collation: 'C',
          operatorClass: 'text_pattern_ops',
          order: 'DESC',
          nulls: 'LAST',
        },
        { expression: sql`lower(d)`, collation: 'POSIX' },
        { expression: sql`lower(c)`, collation: 'C' },
      ],
      [
        { expression: sql`lower(a)`, collation: 'default' },
        { expression: sql`b || ', '`, operatorClass: 'text_pattern_ops', order: 'DESC', nulls: 'LAST' },
        { expression: sql`lower(d)`, collation: 'POSIX' },
        { expression: sql`lower(c)`, collation: 'C' },
      ],
      [
        { expression: sql`lower(a)`, collation: 'default' },
        {
          expression: sql`b || ', '`,
          collation: 'C',
          operatorClass: 'text_pattern_ops',
          order: 'DESC',
          nulls: 'LAST',
        },
        { expression: sql`lower(d)`, collation: 'POSIX' },
        sql`lower(c)`,
      ],
    ],
  },
};

describeOn(['postgresql', 'postgresql-server'], 'collations of indexes', (kind) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase(kind);
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    await database.reset();
    await database.exec([
      'CREATE DOMAIN in_c AS text COLLATE "C"',
      'CREATE TABLE t (a text COLLATE "C", b varchar(9) COLLATE "und-x-icu", c text, d in_c, e name)',
    ]);
  });

  const found = async (...objects: readonly SchemaObject[]): Promise<readonly unknown[]> => {
    const alembic = new Alembic(
      {},
      { engines: database.url, metadatas: new MetaData(objects), runMkdir: false, commandName: false },
    );
    try {
      return await alembic.compareMetadata();
    } finally {
      await alembic.close();
    }
  };

  test.each(Object.entries(cases))('%s', async (_, { there, same, different }) => {
    await database.exec([`CREATE INDEX "i ON (" ON t USING btree (${there})`]);
    const model = (elements: Elements): SchemaObject => table('t', [...columns, index('i ON (', elements)]);
    for (const each of same) expect(await found(model(each)), JSON.stringify(each)).toEqual([]);
    for (const each of different)
      expect(await found(model(each)), JSON.stringify(each)).toMatchObject([
        { kind: 'dropIndex' },
        { kind: 'createIndex' },
      ]);
  });

  test('of keys and EXCLUDE', async () => {
    await database.exec([
      'ALTER TABLE t ADD CONSTRAINT u UNIQUE (a, b, d)',
      'ALTER TABLE t ADD CONSTRAINT x EXCLUDE (a WITH =, b COLLATE "C" WITH =, lower(a) WITH =, lower(b) COLLATE "C" WITH =)',
    ]);
    const model = (...expressions: Parameters<typeof exclude>[0][number][0][]): SchemaObject =>
      table('t', [
        ...columns,
        unique(['a', 'b', 'd'], { name: 'u' }),
        exclude(
          expressions.map((each) => [each, '='] as const),
          { name: 'x', using: 'btree' },
        ),
      ]);
    const b = sql`b COLLATE "C"`;
    expect(await found(model('a', b, sql`lower(a)`, sql`lower(b) COLLATE "C"`))).toEqual([]);
    expect(await found(model('a', 'b', sql`lower(a)`, sql`lower(b) COLLATE "C"`))).toHaveLength(2);
    expect(await found(model('a', b, sql`lower(a)`, sql`lower(b)`))).toHaveLength(2);
    expect(await found(model('a', b, sql`lower(a) COLLATE "POSIX"`, sql`lower(b) COLLATE "C"`))).toHaveLength(
      2,
    );
  });

  test('of a materialized view', async () => {
    await database.exec([
      'CREATE MATERIALIZED VIEW m AS SELECT a, lower(b) AS b FROM t',
      'CREATE INDEX im ON m (a, b COLLATE "C", upper(b))',
    ]);
    const model = (...elements: Elements): SchemaObject[] => [
      table('t', columns),
      materializedView('m', sql`SELECT a, lower(b) AS b FROM t`, { indexes: [index('im', elements)] }),
    ];
    const upper = sql`upper(b)`;
    expect(await found(...model('a', { column: 'b', collation: 'C' }, upper))).toEqual([]);
    expect(await found(...model('a', 'b', upper))).toHaveLength(2);
    expect(
      await found(...model({ column: 'a', collation: 'default' }, { column: 'b', collation: 'C' }, upper)),
    ).toHaveLength(2);
    expect(
      await found(...model('a', { column: 'b', collation: 'C' }, { expression: upper, collation: 'C' })),
    ).toHaveLength(2);
  });
});
