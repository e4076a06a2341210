import { expect, test } from 'vitest';
import { coreDefinitions as op } from '../objects/definitions.ts';
import { column } from './column.ts';
import { SchemaTranslation } from './schema-translation.ts';
import { table } from './table.ts';
import { integer } from './types/generic.ts';

const schemas = new SchemaTranslation({ null: 'tenant', shared: 'common' });

test('objects are said to be where they are, and back again', () => {
  const create = op.createTable.create('t', [
    column('a', integer(), { references: { column: 'u.id', referredSchema: 'shared' } }),
  ]);
  const there = schemas.forward(create);
  expect(there).toMatchObject({
    table: { schema: 'tenant', constraints: [{ referredSchema: 'common' }] },
  });
  expect(schemas.back(there)).toEqual(create);
  expect(schemas.forward(op.createSchema.create('shared'))).toMatchObject({ name: 'common' });
  expect(schemas.forward(table('shared', [], { schema: null }))).toMatchObject({
    name: 'shared',
    schema: 'tenant',
  });
});

test.each([
  ['rows', op.bulkInsert.create('t', [{ schema: 'shared' }], { schema: 'other' })],
  [
    'values of an enum',
    op.alterEnum.create('e', ['shared'], {
      schema: 'other',
      existingValues: ['schema', 'shared'],
      replace: { schema: 'shared' },
    }),
  ],
  ['names of checks', op.alterDomain.create('d', { schema: 'other', renameChecks: { schema: 'shared' } })],
  ['an extension', op.createExtension.create('hstore', { schema: 'shared' })],
  ['an extension to alter', op.alterExtension.create('hstore', { schema: 'shared' })],
  ['an extension to drop', op.dropExtension.create('hstore')],
  ['text of SQL', op.execute.create('SELECT 1 FROM shared.t')],
])('%s: left as they are', (_, operation) => {
  expect(schemas.forward(operation)).toEqual(operation);
  expect(schemas.back(operation)).toEqual(operation);
});
