import { describe, expect, test } from 'vitest';
import { coreDefinitions } from '../objects/definitions.ts';
import { type AutocommitBlock, isAutocommitBlock } from '../operations/containers.ts';
import { Definitions } from '../operations/definitions.ts';
import type { Operation } from '../operations/operation.ts';
import { column } from '../schema/column.ts';
import { integer, text } from '../schema/types/generic.ts';
import { withAutocommitBlocks } from './autocommit-blocks.ts';

const definitions = new Definitions(Object.values(coreDefinitions) as never);
const op = coreDefinitions;
const concurrently = { postgresql: { concurrently: true } };
const index = (name: string, columns: readonly string[] = ['a'], table = 't'): Operation =>
  op.createIndex.create(name, table, columns, concurrently);
const add = (name: string): Operation => op.addColumn.create('t', column(name, integer()));
const placed = (...operations: readonly Operation[]): readonly Operation[] =>
  withAutocommitBlocks(operations, definitions);

/** Kinds and names, those of a block in a list. */
function brief(operations: readonly Operation[]): readonly unknown[] {
  return operations.map((each) => {
    if (isAutocommitBlock(each)) return brief(each.operations);
    const named = each as { index?: { name: string }; column?: { name: string }; name?: string };
    return `${each.kind} ${named.index?.name ?? named.column?.name ?? named.name ?? ''}`.trim();
  });
}

describe('autocommit blocks', () => {
  test('where nothing needs one, nothing changes', () => {
    const plain = [add('b'), op.createIndex.create('ix', 't', ['b'])];
    expect(placed(...plain)).toEqual(plain);
  });

  test('one for all, behind what one of them stands on', () => {
    const all = [add('x'), add('b'), index('ix_a'), add('y'), index('ix_b', ['b'])];
    expect(brief(placed(...all))).toEqual([
      'addColumn b',
      ['createIndex ix_a', 'createIndex ix_b'],
      'addColumn x',
      'addColumn y',
    ]);
  });

  test('two, where what comes between them stands on one and is stood on by the other', () => {
    const drop = { ...op.dropIndex.create('ix', { table: 't', ...concurrently }) };
    const was = op.createIndex.create('ix', 't', ['a']).index;
    const alter = op.alterColumn.create('t', 'a', { type: text(), existingType: integer() });
    const all = [{ ...drop, was }, alter, index('ix'), add('x')];
    expect(brief(placed(...all))).toEqual([
      ['dropIndex ix'],
      'alterColumn',
      ['createIndex ix'],
      'addColumn x',
    ]);
  });

  test('what nothing is known of stays where it is', () => {
    const sql = op.execute.create('SELECT 1');
    expect(brief(placed(add('x'), sql, index('ix'), add('y')))).toEqual([
      'addColumn x',
      'execute',
      ['createIndex ix'],
      'addColumn y',
    ]);
    expect(brief(placed(index('ix'), sql, add('x'), index('ix_2')))).toEqual([
      ['createIndex ix'],
      'execute',
      ['createIndex ix_2'],
      'addColumn x',
    ]);
  });

  test("a block of one's own keeps what is in it", () => {
    const own: AutocommitBlock = { kind: 'autocommitBlock', operations: [op.execute.create('VACUUM')] };
    expect(brief(placed(add('x'), own, index('ix')))).toEqual(['addColumn x', ['execute', 'createIndex ix']]);
  });

  test('twice is once, and only what is committed before the end says that it may be there', () => {
    const once = placed(add('b'), index('ix', ['b']), add('c'));
    expect(placed(...once)).toEqual(once);
    const [first, block, last] = once as readonly { ifNotExists?: boolean; operations?: object[] }[];
    expect([first?.ifNotExists, last?.ifNotExists]).toEqual([true, false]);
    expect(block?.operations).toMatchObject([{ ifNotExists: true }]);
  });

  test('a table that comes or goes needs none', () => {
    const table = op.createTable.create('u', [column('a', integer())]);
    const all = [table, index('ix', ['a'], 'u')];
    expect(placed(...all)).toEqual([table, op.createIndex.create('ix', 'u', ['a'])]);
    const back = all.map((each) => definitions.reverse(each)).reverse();
    expect(placed(...back)).toMatchObject([{ kind: 'dropIndex', options: {} }, { kind: 'dropTable' }]);
  });
});
