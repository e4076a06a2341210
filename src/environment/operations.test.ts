import { beforeAll, describe, expect, expectTypeOf, test } from 'vitest';
import { quietLogs, TestHistory } from '../../test/support/history.ts';
import { defineOperation } from '../operations/define-operation.ts';
import type { Operation } from '../operations/operation.ts';
import { type Column, column, integer, sql, type Table } from '../schema/index.ts';
import type { QualifiedName } from '../schema/names.ts';
import { type BatchOperations, Operations } from './operations.ts';

beforeAll(quietLogs);

interface Grant extends Operation {
  readonly kind: 'grantTest';
  readonly table: string;
  readonly schema: null;
}

const grant = defineOperation({
  kind: 'grantTest',
  create: (table: string): Grant => ({ kind: 'grantTest', table, schema: null }),
  batch: (table: QualifiedName) => ({ kind: 'grantTest', table: table.name, schema: null }) as Grant,
  call: (op: Grant) => [op.table],
  batchCall: () => [],
  reverse: (op: Grant) => op,
  apply: () => {},
  sql: (op: Grant) => [{ sql: `CREATE TABLE granted_${op.table} (x INTEGER)` }],
  destroys: null,
  touches: () => ({}),
  result: (op: Grant) => op.table.toUpperCase(),
});

declare module './operations.ts' {
  interface Operations {
    grantTest(table: string): PromiseLike<string>;
  }
  interface BatchOperations {
    grantTest(): void;
  }
}

describe('Operations', () => {
  test('a custom operation has a method, also in batches, and may be invoked as data', async () => {
    Operations.registerOperation(grant);
    Operations.registerOperation(grant);
    let result: unknown;
    const history = new TestHistory({
      r1: async (op) => {
        op.createTable('t', [column('id', integer())]);
        result = await op.grantTest('a');
        op.batchAlterTable('t', (batch) => batch.grantTest());
        op.invoke({ kind: 'grantTest', table: 'b', schema: null } as Operation);
      },
    });
    const context = history.context('sqlite::memory:');
    await history.upgrade(context);
    const rows = await context.bind.query<{ name: string }>(
      "SELECT name FROM sqlite_master WHERE name LIKE 'granted%'",
    );
    expect(rows.map((row) => row.name)).toEqual(['granted_a', 'granted_t', 'granted_b']);
    expect(result).toBe('A');
    await context.close();
  });

  test('another definition of a known kind, or of a member, is refused', () => {
    expect(() => Operations.registerOperation({ ...grant })).toThrow(
      expect.objectContaining({ code: 'DUPLICATE_OPERATION' }),
    );
    expect(() => Operations.registerOperation({ ...grant, kind: 'getBind' as never })).toThrow(
      expect.objectContaining({ code: 'BAD_ARGUMENT' }),
    );
  });

  test('has every directive of Alembic', () => {
    const names =
      'createTable dropTable renameTable createTableComment dropTableComment addColumn dropColumn alterColumn createIndex dropIndex createPrimaryKey createForeignKey createUniqueConstraint createCheckConstraint createExcludeConstraint dropConstraint bulkInsert execute batchAlterTable inlineLiteral f invoke getBind getContext';
    for (const name of names.split(' ')) expect(Operations.prototype, name).toHaveProperty(name);
  });

  test('inlineLiteral and f', () => {
    const { op } = new TestHistory({}).context('sqlite::memory:');
    expect(op.inlineLiteral("it's").text).toBe("'it''s'");
    expect(op.inlineLiteral(sql`now()`)).toEqual(sql`now()`);
    expect(op.f('ck_a')).toEqual({ kind: 'name', name: 'ck_a' });
  });

  test('its types are those of the definitions', () => {
    expectTypeOf<Operations['createTable']>().returns.resolves.toEqualTypeOf<Table>();
    expectTypeOf<Operations['dropTable']>().parameter(0).toEqualTypeOf<string>();
    expectTypeOf<Operations['dropTable']>().returns.resolves.toBeVoid();
    expectTypeOf<BatchOperations>().toHaveProperty('addColumn');
    expectTypeOf<BatchOperations>().not.toHaveProperty('createTable');
    expectTypeOf<Parameters<BatchOperations['addColumn']>[0]>().not.toEqualTypeOf<string>();
    expectTypeOf<Column>().not.toBeAny();
  });

  test('options of a batch are checked', () => {
    const { op } = new TestHistory({}).context('sqlite::memory:');
    expect(() => op.batchAlterTable('t', () => {}, { recreat: 'always' } as object)).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_OPTION' }),
    );
    expect(() => op.batchAlterTable('t', () => {}, { recreate: 'sometimes' as never })).toThrow(
      expect.objectContaining({ code: 'BAD_ARGUMENT' }),
    );
    expect(() => op.batchAlterTable('', () => {})).toThrow(expect.objectContaining({ code: 'BAD_NAME' }));
  });
});
