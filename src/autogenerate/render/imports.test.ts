import { expect, test } from 'vitest';
import { Imports, importStatements, withOperationsType } from './imports.ts';

test('an import is noted once, under its own name where that is free', () => {
  const imports = new Imports();
  expect(imports.add('alembic-ts', 'integer')).toBe('integer');
  expect(imports.add('alembic-ts', 'integer')).toBe('integer');
  expect(imports.add('alembic-ts/mysql', 'integer')).toBe('mysqlInteger');
  expect(imports.add('alembic-ts/mysql', 'integer')).toBe('mysqlInteger');
  expect(imports.add('other/mysql', 'integer')).toBe('mysqlInteger2');
  expect(imports.add('./my-types.ts', 'integer')).toBe('myTypesTsInteger');
  expect(imports.add('./my-types.ts', 'default', 'money')).toBe('money');
  // what the source calls op and batch isn't free
  expect(imports.add('x', 'op')).toBe('xOp');
  expect(imports.names).toEqual({
    'alembic-ts': ['integer'],
    'alembic-ts/mysql': ['integer as mysqlInteger'],
    './my-types.ts': ['default as money', 'integer as myTypesTsInteger'],
    'other/mysql': ['integer as mysqlInteger2'],
    x: ['op as xOp'],
  });
  expect(Object.keys(imports.names).slice(0, 2)).toEqual(['alembic-ts', 'alembic-ts/mysql']);
});

test('import statements are sorted, and broken where they are too long', () => {
  const names = withOperationsType({ 'alembic-ts': ['sql', 'column'], './x.ts': ['y'] });
  expect(importStatements(names, 100)).toEqual([
    "import { column, type Operations, sql } from 'alembic-ts';",
    "import { y } from './x.ts';",
  ]);
  expect(importStatements(names, 40)).toEqual([
    "import {\n  column,\n  type Operations,\n  sql,\n} from 'alembic-ts';",
    "import { y } from './x.ts';",
  ]);
  expect(importStatements(withOperationsType({}), 10)).toEqual([
    "import type { Operations } from 'alembic-ts';",
  ]);
});
