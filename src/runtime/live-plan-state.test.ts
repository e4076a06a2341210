import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Connection } from '../dialect/connection.ts';
import { sqliteEngine } from '../dialects/sqlite/index.ts';
import { Operations } from '../environment/operations.ts';
import { coreDefinitions } from '../objects/definitions.ts';
import type { Operation } from '../operations/operation.ts';
import { column, integer, string } from '../schema/index.ts';
import { LivePlanState } from './live-plan-state.ts';

const { definitions } = Operations;
const { addColumn, dropIndex, execute, renameTable, createTable } = coreDefinitions;

describe('the state of a plan', () => {
  let connection: Connection;
  let asked: unknown[];

  beforeEach(async () => {
    connection = await sqliteEngine({ file: ':memory:' }).connect();
    await connection.exec(
      'CREATE TABLE a (id INTEGER); CREATE TABLE b (id INTEGER); CREATE INDEX ix ON b (id);',
    );
    asked = [];
  });
  afterEach(() => connection.close());

  /** The state for operations, which counts what is read of the database. */
  function state(operations: readonly Operation[]): LivePlanState {
    const { dialect } = connection;
    const watched = Object.create(connection, {
      dialect: {
        value: {
          ...dialect,
          inspect: (_: Connection, options: object) => {
            asked.push(options);
            return dialect.inspect(connection, options);
          },
        },
      },
    }) as Connection;
    return new LivePlanState(definitions, watched, operations);
  }

  const name = (table: string) => ({ schema: null, name: table });
  const columns = async (of: LivePlanState, table: string) =>
    (await of.table(name(table)))?.columns.map((each) => each.name);

  test('reads nothing before it is asked, then every table that is named at once', async () => {
    const operations = [
      addColumn.create('a', column('x', integer())),
      addColumn.create('b', column('y', integer())),
    ];
    const plan = state(operations);
    for (const operation of operations) await plan.apply(operation);
    expect(asked).toEqual([]);
    expect(await columns(plan, 'a')).toEqual(['id', 'x']);
    expect(await columns(plan, 'b')).toEqual(['id', 'y']);
    expect(await plan.table(name('nowhere'))).toBeNull();
    expect(asked).toHaveLength(2);
  });

  test('moves with the operations: a rename, then a column', async () => {
    const rename = renameTable.create('a', 'c');
    const add = addColumn.create('c', column('x', string(3)));
    const plan = state([rename, add]);
    expect(await columns(plan, 'c')).toBeUndefined();
    await plan.apply(rename);
    expect(await columns(plan, 'a')).toBeUndefined();
    expect(await columns(plan, 'c')).toEqual(['id']);
    await plan.apply(add);
    expect(await columns(plan, 'c')).toEqual(['id', 'x']);
    expect(asked).toHaveLength(1);
  });

  test('a table that the plan makes need not be read', async () => {
    const create = createTable.create('new', [column('id', integer())]);
    const plan = state([create]);
    await plan.apply(create);
    expect(await columns(plan, 'new')).toEqual(['id']);
    expect((await plan.all()).tables.map((table) => table.name).sort()).toEqual(['a', 'b', 'new']);
  });

  test('an index that is dropped without its table is found', async () => {
    const drop = dropIndex.create('ix');
    const plan = state([drop]);
    expect((await plan.table(name('b')))?.indexes).toHaveLength(1);
    await plan.apply(drop);
    expect((await plan.table(name('b')))?.indexes).toEqual([]);
  });

  test('forgets everything after something opaque', async () => {
    const run = execute.create('ALTER TABLE a ADD COLUMN z INTEGER');
    const plan = state([run]);
    expect(await columns(plan, 'a')).toEqual(['id']);
    await plan.apply(run);
    await connection.exec('ALTER TABLE a ADD COLUMN z INTEGER');
    expect(await columns(plan, 'a')).toEqual(['id', 'z']);
  });
});
