import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyTable, applicable, applicableKinds, bareColumn } from '../../test/generators/operations.ts';
import { postgresql } from '../dialects/postgresql/dialect.ts';
import { sqlite } from '../dialects/sqlite/dialect.ts';
import { Definitions } from '../operations/definitions.ts';
import type { Operation } from '../operations/operation.ts';
import { domainObject } from '../schema/domain-object.ts';
import { extension } from '../schema/extension.ts';
import {
  bigInteger,
  type ColumnType,
  check,
  column,
  computed,
  enumType,
  integer,
  numeric,
  primaryKey,
  sequence,
  sql,
  string,
  table,
  text,
  unique,
} from '../schema/index.ts';
import type { SchemaObject } from '../schema/metadata.ts';
import { SchemaModel } from '../schema/schema-model.ts';
import { coreDefinitions } from './definitions.ts';
import { exclude } from './exclude/operations.ts';

const definitions = new Definitions(Object.values(coreDefinitions));
const seed = 20261122;
const runs = process.env.ALEMBIC_TEST_FULL ? 20_000 : 1500;

/** Tables by name and their parts by value: what a model says, whatever the order of its tables. */
function snapshot(model: SchemaModel): unknown {
  return JSON.parse(
    JSON.stringify(
      model.objects.toSorted((a, b) => (`${a.schema} ${a.name}` < `${b.schema} ${b.name}` ? -1 : 1)),
    ),
  );
}

function operations(check: (operation: Operation, model: SchemaModel) => void): Map<string, number> {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(
      fc.uniqueArray(anyTable, {
        minLength: 1,
        maxLength: 3,
        selector: (each) => `${each.schema}\0${each.name}`,
      }),
      fc.constantFrom(...applicableKinds),
      fc.nat(),
      bareColumn,
      anyTable,
      (tables, what, n, fresh, extra) => {
        const model = new SchemaModel(tables);
        const operation = applicable(
          model,
          what,
          (items) => items[n % Math.max(items.length, 1)],
          fresh,
          extra,
        );
        if (operation === null) return;
        seen.set(what, (seen.get(what) ?? 0) + 1);
        check(operation, model);
      },
    ),
    { seed, numRuns: runs },
  );
  return seen;
}

test('what an operation does to the model, its reverse undoes', () => {
  const seen = operations((operation, model) => {
    const before = snapshot(model);
    definitions.apply(operation, model);
    expect(snapshot(model), operation.kind).not.toEqual(operation.kind === 'alterColumn' ? Symbol() : before);
    definitions.apply(definitions.reverse(operation), model);
    expect(snapshot(model)).toEqual(before);
  });
  for (const kind of applicableKinds) expect(seen.get(kind) ?? 0, kind).toBeGreaterThanOrEqual(15);
});

test('the reverse of the reverse is the operation', () => {
  operations((operation) => expect(definitions.reverse(definitions.reverse(operation))).toEqual(operation));
});

test('an operation is made again from the arguments of its call', () => {
  operations((operation) => {
    const definition = definitions.of(operation) as unknown as {
      call(op: Operation): readonly unknown[];
      create(...args: readonly unknown[]): Operation;
    };
    const again = definition.create(...definition.call(operation));
    expect({ ...again, was: null }).toEqual({ ...operation, was: null });
    expect(Object.isFrozen(again)).toBe(true);
    expect(JSON.parse(JSON.stringify(operation))).toEqual(operation);
  });
});

const op = coreDefinitions;

// what no random model has, or only one direction is for
test.each<[what: string, there: Operation, back: Operation]>([
  [
    'alterEnum',
    op.alterEnum.create('mood', ['sad', 'happy'], { existingValues: ['sad'] }),
    op.alterEnum.create('mood', ['sad'], { existingValues: ['sad', 'happy'] }),
  ],
  [
    'alterTableOptions',
    op.alterTableOptions.create('t', { sqlite: { strict: true } }, { existing: { sqlite: {} } }),
    op.alterTableOptions.create('t', { sqlite: {} }, { existing: { sqlite: { strict: true } } }),
  ],
  [
    'alterColumn without the conversion, which is for the way up',
    op.alterColumn.create('t', 'a', {
      type: integer(),
      existingType: text(),
      postgresql: { using: 'length(a)' },
    }),
    op.alterColumn.create('t', 'a', { type: text(), existingType: integer() }),
  ],
])('the reverse of %s', (_, there, back) => {
  expect(definitions.reverse(there)).toEqual(back);
});

test('a column comes back with its keys and its index', () => {
  const added = op.addColumn.create('t', column('a', integer(), { index: true, references: 'u.id' }));
  expect(definitions.reverse(definitions.reverse(added))).toEqual(added);
});

test('a renamed column keeps the foreign keys that refer to it', () => {
  const model = new SchemaModel([
    table('u', [column('code', integer(), { unique: true })]),
    table('t', [column('u_code', integer(), { references: 'u.code' })]),
  ]);
  definitions.apply(op.alterColumn.create('u', 'code', { newName: 'id' }), model);
  expect(model.table({ schema: null, name: 't' })?.constraints).toMatchObject([
    { kind: 'foreignKey', columns: ['u_code'], referredColumns: ['id'] },
  ]);
});

test("a primary key's columns can't be null any more", () => {
  const model = new SchemaModel([table('t', [column('a', integer()), column('b', integer())])]);
  definitions.apply(op.createPrimaryKey.create('pk', 't', ['a']), model);
  expect(model.table({ schema: null, name: 't' })?.columns.map((each) => each.nullable)).toEqual([
    false,
    true,
  ]);
});

test('the columns of an enum know its values', () => {
  const mood = enumType(['sad'], { name: 'mood' });
  const model = new SchemaModel([
    op.createEnum.create('mood', ['sad']).enum,
    table('t', [column('m', mood), column('n', enumType(['sad'], { name: 'other' }))]),
  ]);
  definitions.apply(op.alterEnum.create('mood', ['sad', 'happy']), model);
  expect(model.table({ schema: null, name: 't' })?.columns.map(({ type }) => type.values)).toEqual([
    ['sad', 'happy'],
    ['sad'],
  ]);
});

test("a table's options are replaced, those of each database as a whole", () => {
  const model = new SchemaModel([
    table('t', [column('a', integer())], {
      sqlite: { strict: true, withoutRowid: true },
      postgresql: { unlogged: true },
    }),
  ]);
  definitions.apply(op.alterTableOptions.create('t', { sqlite: { strict: true } }), model);
  expect(model.table({ schema: null, name: 't' })?.options).toEqual({
    sqlite: { strict: true },
    postgresql: { unlogged: true },
  });
});

test('an index that is made concurrently is dropped so', () => {
  const made = op.createIndex.create('ix', 't', ['a'], { postgresql: { concurrently: true } });
  expect(definitions.reverse(made)).toMatchObject({
    kind: 'dropIndex',
    options: { postgresql: { concurrently: true } },
  });
});

const ids = sequence('ids', { start: 5, ownedBy: 't.id' });
const positive = domainObject('domain', 'positive', integer(), {
  checks: [check(sql`VALUE > 0`, { name: 'c' }), check(sql`VALUE < 9`, { name: 'd' })],
});

test.each<[what: string, there: readonly SchemaObject[], operation: Operation]>([
  ['createSequence', [], op.createSequence.create('ids', { cache: 3, schema: 'app' })],
  ['dropSequence', [ids], { ...op.dropSequence.create('ids'), was: ids } as Operation],
  [
    'alterSequence',
    [ids],
    op.alterSequence.create('ids', {
      start: null,
      existingStart: 5,
      type: bigInteger(),
      existingType: null,
      ownedBy: null,
      existingOwnedBy: 't.id',
      comment: 'x',
      existingComment: null,
    }),
  ],
  ['createExtension', [], op.createExtension.create('hstore', { schema: 'ex' })],
  [
    'dropExtension',
    [extension('hstore')],
    { ...op.dropExtension.create('hstore'), was: extension('hstore') } as Operation,
  ],
  [
    'alterExtension',
    [extension('hstore', { schema: 'a', version: '1' })],
    op.alterExtension.create('hstore', {
      schema: 'b',
      existingSchema: 'a',
      version: '2',
      existingVersion: '1',
    }),
  ],
  ['createDomain', [], op.createDomain.create('positive', integer(), { nullable: false })],
  ['dropDomain', [positive], { ...op.dropDomain.create('positive'), was: positive } as Operation],
  [
    'alterDomain',
    [positive],
    op.alterDomain.create('positive', {
      type: bigInteger(),
      existingType: integer(),
      serverDefault: 1,
      existingServerDefault: null,
      dropChecks: [check(sql`VALUE < 9`, { name: 'd' })],
      renameChecks: { c: 'e' },
      addChecks: [check(sql`VALUE < 8`, { name: 'f' })],
    }),
  ],
])('what %s does to the model, its reverse undoes', (_, there, operation) => {
  const model = new SchemaModel(there);
  const before = snapshot(model);
  const reverse = definitions.reverse(operation);
  definitions.apply(operation, model);
  expect(snapshot(model)).not.toEqual(before);
  definitions.apply(reverse, model);
  expect(snapshot(model)).toEqual(before);
  expect(definitions.reverse(reverse)).toEqual(operation);
});

test.each<[what: string, operation: Operation]>([
  ['a sequence that was', op.alterSequence.create('ids', { cache: 3 })],
  ['a version that was', op.alterExtension.create('hstore', { version: '2' })],
  ['what went with an extension', op.dropExtension.create('hstore', { cascade: true })],
  ['a check by its name', op.alterDomain.create('positive', { dropChecks: ['c'] })],
  ['the name of a new check', op.alterDomain.create('positive', { addChecks: [check(sql`VALUE > 1`)] })],
])('without %s there is no way back', (_, operation) => {
  expect(() => definitions.reverse(operation)).toThrow(expect.objectContaining({ code: 'IRREVERSIBLE' }));
});

test.each<[what: string, make: () => unknown, code: string]>([
  ['an increment of 0', () => sequence('s', { increment: 0 }), 'BAD_ARGUMENT'],
  ['a cache of 0', () => sequence('s', { cache: 0 }), 'BAD_ARGUMENT'],
  ['more than 64 bits', () => sequence('s', { maxValue: 2n ** 63n }), 'BAD_ARGUMENT'],
  ['a number that is none any more', () => sequence('s', { start: 2 ** 60 }), 'BAD_ARGUMENT'],
  ['an owner that may be two', () => sequence('s', { ownedBy: 'a.b.c' }), 'BAD_ARGUMENT'],
  ['an option with a slip', () => sequence('s', { cylce: true } as object), 'UNKNOWN_OPTION'],
  ['a domain of nothing', () => op.createDomain.create('d', 'integer' as never), 'BAD_TYPE'],
  ['a key checked who knows when', () => unique(['a'], { initially: 'defered' }), 'BAD_ARGUMENT'],
  ['a primary key of that sort', () => primaryKey(['a'], { initially: 'later' }), 'BAD_ARGUMENT'],
  ['an EXCLUDE of that sort', () => exclude([['a', '=']], { initially: '' }), 'BAD_ARGUMENT'],
  [
    'two checks of one name',
    () =>
      domainObject('domain', 'd', integer(), {
        checks: [check(sql`a`, { name: 'c' }), check(sql`b`, { name: 'c' })],
      }),
    'BAD_ARGUMENT',
  ],
])('%s is refused', (_, make, code) => {
  expect(make).toThrow(expect.objectContaining({ code }));
});

const double = computed(sql`a * 2`);
const alterType = (existingType: ColumnType, type: ColumnType): Operation =>
  op.alterColumn.create('t', 'a', { type, existingType });
const dropped = (column: object): Operation =>
  ({ ...op.dropColumn.create('t', 'a'), was: { column, constraints: [], indexes: [] } }) as Operation;

test.each<[what: string, operation: Operation, certain: readonly boolean[], words?: string]>([
  ['a table', op.dropTable.create('t', { schema: 'app' }), [true], "table 'app.t' and its rows"],
  ['a column', op.dropColumn.create('t', 'a'), [true], "column 'a' of table 't' and its values"],
  ['a column of values', dropped({ computed: null }), [true]],
  ['a generated column', dropped({ computed: double }), []],
  ['a new column', op.addColumn.create('t', column('a', integer())), []],
  [
    'a column that is generated now',
    op.alterColumn.create('t', 'a', { computed: double, existingComputed: null }),
    [true],
  ],
  ['a column that may be already', op.alterColumn.create('t', 'a', { computed: double }), [false]],
  ['another expression', op.alterColumn.create('t', 'a', { computed: double, existingComputed: double }), []],
  ['an expression less', op.alterColumn.create('t', 'a', { computed: null, existingComputed: double }), []],
  ['a default', op.alterColumn.create('t', 'a', { serverDefault: '1', nullable: false }), []],
  ['an unknown type', op.alterColumn.create('t', 'a', { type: text() }), [false]],
  ['less room', alterType(string(9), string(8)), [false]],
  ['more room', alterType(string(8), string(9)), []],
  ['all room', alterType(string(8), text()), []],
  ['a smaller number', alterType(bigInteger(), integer()), [false]],
  ['a bigger number', alterType(integer(), bigInteger()), []],
  ['fewer digits before the point', alterType(numeric(10, 2), numeric(10, 3)), [false]],
  ['more digits', alterType(numeric(10, 2), numeric(11, 3)), []],
  ['another kind of value', alterType(text(), integer()), [false]],
  ['values that only come', op.alterEnum.create('m', ['a', 'b'], { existingValues: ['a'] }), []],
  [
    'a value that goes',
    op.alterEnum.create('m', ['a'], { existingValues: ['a', 'b'] }),
    [false],
    "'b' of enum 'm'",
  ],
  ['values that nobody lists', op.alterEnum.create('m', ['a']), [false]],
  [
    'a value for another',
    op.alterEnum.create('m', ['a'], { existingValues: ['a', 'b'], replace: { b: 'a' } }),
    [true],
  ],
  ['a sequence', op.dropSequence.create('s'), [true]],
  ['an extension', op.dropExtension.create('e'), [false]],
  [
    'a domain of another type',
    op.alterDomain.create('d', { type: integer(), existingType: bigInteger() }),
    [false],
  ],
  [
    'a domain of a wider type',
    op.alterDomain.create('d', { type: bigInteger(), existingType: integer() }),
    [],
  ],
  ['SQL', op.execute.create('delete from t'), [false]],
  ['rows', op.bulkInsert.create('t', [{ a: 1 }]), []],
  ['a view', op.dropView.create('v'), []],
  [
    'a batch',
    {
      kind: 'batch',
      operations: [op.dropColumn.create('t', 'a'), op.dropIndex.create('i'), op.dropColumn.create('t', 'b')],
    } as Operation,
    [true, true],
  ],
])('what %s destroys is said', (_, operation, certain, words) => {
  const losses = definitions.destroys(operation, postgresql);
  expect(losses.map(({ isCertain }) => isCertain)).toEqual(certain);
  if (words !== undefined) expect(losses.map(({ what }) => what)).toEqual([words]);
});

test('where a database has no enums, none loses anything', () => {
  const operation = op.alterEnum.create('m', ['a'], { existingValues: ['a', 'b'] });
  expect(definitions.destroys(operation, sqlite)).toEqual([]);
});
