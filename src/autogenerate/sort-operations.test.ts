import fc from 'fast-check';
import { expect, test } from 'vitest';
import { coreDefinitions as op } from '../objects/definitions.ts';
import type { OperationDefinition } from '../operations/define-operation.ts';
import { Definitions } from '../operations/definitions.ts';
import type { Operation } from '../operations/operation.ts';
import {
  check,
  column,
  computed,
  enumType,
  foreignKey,
  integer,
  primaryKey,
  sql,
  table,
  unique,
} from '../schema/index.ts';
import { sortOperations } from './sort-operations.ts';

const definitions = new Definitions(Object.values(op) as OperationDefinition[]);
const id = column('id', integer(), { primaryKey: true });

function names(operations: readonly Operation[]): string[] {
  return operations.map((each) => {
    const {
      table: owner,
      constraint,
      index,
      column: field,
      name,
    } = each as unknown as { [part: string]: { name?: string } | string | undefined };
    const label = (part: { name?: string } | string | undefined): string =>
      typeof part === 'string' ? part : (part?.name ?? '');
    return [each.kind, label(owner), label(field ?? constraint ?? index ?? name)]
      .filter((word) => word !== '')
      .join(' ');
  });
}

const create = (name: string, ...references: string[]): Operation =>
  op.createTable.create(name, [
    id,
    ...references.map((other) => column(`${other}_id`, integer())),
    ...references.map((other) => foreignKey([`${other}_id`], other, ['id'], { name: `fk_${name}_${other}` })),
  ]);
const drop = (name: string, ...references: string[]): Operation =>
  definitions.reverse(create(name, ...references));
const sorted = (...operations: Operation[]): string[] => names(sortOperations(operations, definitions));

test('a table is made after those that its keys refer to, and dropped before them', () => {
  expect(sorted(create('c', 'b'), create('b', 'a'), create('a'))).toEqual([
    'createTable a',
    'createTable b',
    'createTable c',
  ]);
  expect(sorted(drop('a'), drop('b', 'a'), drop('c', 'b'))).toEqual([
    'dropTable c',
    'dropTable b',
    'dropTable a',
  ]);
});

test('what nothing orders stays in the order given', () => {
  expect(sorted(create('z'), create('y'), create('x'))).toEqual([
    'createTable z',
    'createTable y',
    'createTable x',
  ]);
});

test('a table that refers to itself is no circle', () => {
  expect(sorted(create('a', 'a'))).toEqual(['createTable a']);
});

test('a circle of tables is broken by keys added after them; tables outside of it keep theirs', () => {
  const operations = sortOperations([create('a', 'b'), create('b', 'a'), create('c', 'a')], definitions);
  expect(names(operations)).toEqual(
    [
      'createTable a',
      'createTable b',
      'createForeignKey a fk_a_b',
      'createForeignKey b fk_b_a',
      'createTable c',
    ].toSorted((x, y) => names(operations).indexOf(x) - names(operations).indexOf(y)),
  );
  const bare = (
    operations.filter((each) => each.kind === 'createTable') as unknown as {
      table: { name: string; constraints: { kind: string }[] };
    }[]
  ).map((each) => [
    each.table.name,
    each.table.constraints.filter(({ kind }) => kind === 'foreignKey').length,
  ]);
  expect(Object.fromEntries(bare)).toEqual({ a: 0, b: 0, c: 1 });
});

test('keys that are in no circle stay in their tables', () => {
  expect(sorted(create('a', 'b', 'c'), create('b', 'a'), create('c'))).toEqual([
    'createTable b',
    'createTable c',
    'createTable a',
    'createForeignKey a fk_a_b',
    'createForeignKey b fk_b_a',
  ]);
  // a sequence that belongs to the column that counts by it
  const counted = op.createTable.create('t', [
    column('id', integer(), { serverDefault: sql`nextval('ids')` }),
    column('c_id', integer()),
    foreignKey(['c_id'], 'c', ['id'], { name: 'fk_t_c' }),
  ]);
  const ids = op.createSequence.create('ids', { ownedBy: 't.id' });
  const up = [ids, counted, create('c')];
  expect(sorted(...up)).toEqual(['createSequence', 'createTable c', 'createTable t', 'alterSequence ids']);
  expect(sorted(...up.map((each) => definitions.reverse(each)))).toEqual([
    'alterSequence ids',
    'dropTable t',
    'dropSequence ids',
    'dropTable c',
  ]);
});

test('a circle of tables to drop loses its keys first', () => {
  const all = sorted(drop('a', 'b'), drop('b', 'a'));
  expect(all.slice(0, 2).every((word) => word.startsWith('dropConstraint'))).toBe(true);
  expect(all.slice(2).every((word) => word.startsWith('dropTable'))).toBe(true);
});

test('a key, an index and a check wait for the columns that they stand on; their drops come before those of the columns', () => {
  const at = { schema: null };
  const make = [
    op.createForeignKey.create('fk', 't', 'u', ['u_id'], ['id']),
    op.createIndex.create('ix', 't', ['u_id']),
    op.createCheckConstraint.create('ck', 't', sql`u_id > 0`),
    op.addColumn.create('t', column('twice', integer(), { computed: computed(sql`u_id * 2`) }), at),
    op.addColumn.create('t', column('u_id', integer()), at),
    create('u'),
  ];
  const up = sortOperations(make, definitions);
  const order = names(up);
  const place = (word: string): number => order.indexOf(word);
  for (const later of [
    'createForeignKey t fk',
    'createIndex t ix',
    'createCheckConstraint t ck',
    'addColumn t twice',
  ]) {
    expect(place(later), later).toBeGreaterThan(place('addColumn t u_id'));
  }
  expect(place('createForeignKey t fk')).toBeGreaterThan(place('createTable u'));
  const down = names(
    sortOperations(
      // in the wrong order, as they were given on the way up
      make.map((each) => definitions.reverse(each)).reverse(),
      definitions,
    ),
  );
  for (const earlier of [
    'dropConstraint t fk',
    'dropIndex t ix',
    'dropConstraint t ck',
    'dropColumn t twice',
  ]) {
    expect(down.indexOf(earlier), earlier).toBeLessThan(down.indexOf('dropColumn t u_id'));
  }
});

test('a column is altered when nothing stands on it, and a name is free before it is taken again', () => {
  const was = unique(['x'], { name: 'uq' });
  const now = unique(['x', 'y'], { name: 'uq' });
  const dropUnique = { ...op.dropConstraint.create('uq', 't', { type: 'unique' }), was } as Operation;
  const makeUnique = op.createUniqueConstraint.create('uq', 't', now.columns);
  const alter = op.alterColumn.create('t', 'x', { type: integer(), existingType: integer() });
  expect(sorted(makeUnique, alter, dropUnique)).toEqual([
    'dropConstraint t uq',
    'alterColumn t x',
    'createUniqueConstraint t uq',
  ]);
});

const uniqueCode = op.createUniqueConstraint.create('uq', 'u', ['code']);
const referToCode = op.createForeignKey.create('fk', 't', 'u', ['code'], ['code']);
const mood = enumType(['sad', 'happy'], { name: 'mood' });
const addCode = op.addColumn.create('u', column('code', integer()));

test.each<[why: string, later: Operation, first: Operation]>([
  ['a foreign key needs the unique key that it refers to', referToCode, uniqueCode],
  [
    'a foreign key needs the unique index that it refers to',
    referToCode,
    op.createIndex.create('ix', 'u', ['code'], { unique: true }),
  ],
  [
    'a unique index that a foreign key stands on goes after it',
    definitions.reverse(op.createIndex.create('ix', 'u', ['code'], { unique: true })),
    definitions.reverse(referToCode),
  ],
  ['a unique key takes its name from the one before', uniqueCode, definitions.reverse(uniqueCode)],
  [
    'a unique key takes its name from an index',
    uniqueCode,
    definitions.reverse(op.createIndex.create('uq', 'u', ['code'])),
  ],
  [
    'an index needs the columns that it includes',
    op.createIndex.create('ix', 'u', ['id'], { postgresql: { include: ['code'] } }),
    addCode,
  ],
  [
    'an index needs the columns of its condition',
    op.createIndex.create('ix', 'u', ['id'], { where: sql`code > 0` }),
    addCode,
  ],
  [
    'a column that another is computed from stays until that is gone',
    definitions.reverse(addCode),
    definitions.reverse(
      op.addColumn.create('u', column('twice', integer(), { computed: computed(sql`code * 2`) })),
    ),
  ],
  [
    'an enum stays until a column has another type',
    op.dropEnum.create('mood'),
    op.alterColumn.create('t', 'm', { type: integer(), existingType: mood }),
  ],
  [
    'an enum stays until its column is gone',
    op.dropEnum.create('mood'),
    definitions.reverse(op.addColumn.create('t', column('m', mood))),
  ],
  [
    'an enum stays until its table is gone',
    op.dropEnum.create('mood'),
    definitions.reverse(op.createTable.create('t', [column('m', mood)])),
  ],
])('%s', (_, later, first) => {
  expect(sortOperations([later, first], definitions)).toEqual([first, later]);
});

test('every order of the same operations can run', () => {
  const all = [
    create('a'),
    create('b', 'a'),
    create('c', 'b', 'a'),
    create('d', 'c'),
    op.createIndex.create('ix', 'd', ['c_id']),
  ];
  fc.assert(
    fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (shuffled) => {
      const order = sorted(...shuffled);
      for (const [before, after] of [
        ['a', 'b'],
        ['b', 'c'],
        ['c', 'd'],
      ]) {
        expect(order.indexOf(`createTable ${before}`)).toBeLessThan(order.indexOf(`createTable ${after}`));
      }
      expect(order.at(-1)).toBe('createIndex d ix');
    }),
    { seed: 7, numRuns: 200 },
  );
});

test('a table that refers to itself takes its unique indexes along', () => {
  const unique1 = op.createIndex.create('ix1', 'a', ['a_id'], { unique: true });
  const plain = op.createIndex.create('ix2', 'a', ['a_id']);
  expect(sorted(unique1, plain, create('a', 'a'))).toEqual([
    'createTable a',
    'createIndex a ix1',
    'createIndex a ix2',
  ]);
});

test('nothing is lost where a circle can not be broken', () => {
  // a generated column can't wait for itself: such operations run in the order given, and so does what waits for them
  const stuck = [
    op.addColumn.create('t', column('x', integer(), { references: 'u.y' })),
    op.addColumn.create('u', column('y', integer(), { references: 't.x' })),
    op.createIndex.create('ix', 't', ['x']),
  ];
  expect(sorted(...stuck)).toEqual(['addColumn t x', 'addColumn u y', 'createIndex t ix']);
});

test('a chain of 5,000 tables sorts without recursion', () => {
  const chain = Array.from({ length: 5000 }, (_, i) =>
    i === 0 ? create('t0') : create(`t${i}`, `t${i - 1}`),
  ).reverse();
  const order = sorted(...chain);
  expect(order[0]).toBe('createTable t0');
  expect(order.at(-1)).toBe('createTable t4999');
});

test('the parts of a table that others need come with it', () => {
  const made = table('k', [column('a', integer()), primaryKey(['a']), check(sql`a > 0`)]);
  expect(
    sorted(
      op.createForeignKey.create('fk', 'x', 'k', ['k_a'], ['a']),
      definitions.reverse(
        definitions.reverse({ kind: 'createTable', table: made, ifNotExists: false } as Operation),
      ),
    ),
  ).toEqual(['createTable k', 'createForeignKey x fk']);
});

test('what is read through a view that stays is changed before, unless that closes a circle', () => {
  const through = (name: string, ...reads: string[]) =>
    op.createView.touches(op.createView.create(name, `SELECT * FROM ${reads.join(', ')}`));
  const replace = op.replaceView.create('top', 'SELECT a FROM middle');
  const add = op.addColumn.create('t', column('a', integer()));
  const plain = op.createIndex.create('ix', 'u', ['a']);
  const given = [replace, plain, add];
  expect(names(sortOperations(given, definitions))).toEqual([
    'replaceView',
    'createIndex u ix',
    'addColumn t a',
  ]);
  expect(
    names(sortOperations(given, definitions, [through('middle', 'bottom'), through('bottom', 't')])),
  ).toEqual(['createIndex u ix', 'addColumn t a', 'replaceView']);
  expect(names(sortOperations(given, definitions, [through('middle', 'top', 't')]))).toEqual([
    'replaceView',
    'createIndex u ix',
    'addColumn t a',
  ]);
});
