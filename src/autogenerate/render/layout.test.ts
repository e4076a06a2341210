import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { coreDefinitions as op } from '../../objects/definitions.ts';
import { Definitions } from '../../operations/definitions.ts';
import type { Operation } from '../../operations/operation.ts';
import {
  check,
  column,
  computed,
  dateTime,
  enumType,
  foreignKey,
  index,
  integer,
  numeric,
  sql,
  string,
  unique,
} from '../../schema/index.ts';
import { genericTypes } from '../../schema/types/generic.ts';
import { layOut } from './layout.ts';
import type { RenderContext } from './render-context.ts';
import { renderOperations } from './render-operations.ts';
import { array, type Call, call as callOf, object as objectOf, type Source } from './source-tree.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

function call(callee: string, ...args: readonly Source[]): Call {
  return callOf(callee, args);
}

describe('a statement', () => {
  test('stays on one line up to the width', () => {
    const statement = call('f', `'${'x'.repeat(10)}'`);
    expect(layOut(statement, 16)).toBe("f('xxxxxxxxxx');");
    expect(layOut(statement, 15)).toBe("f(\n  'xxxxxxxxxx',\n);");
  });

  test('opens its last list or object, else puts an argument on a line', () => {
    const list = array(["'a'", "'b'"]);
    const object = objectOf([['key', '1']]);
    expect(layOut(call('f', '1', list), 12)).toBe("f(1, [\n  'a',\n  'b',\n]);");
    expect(layOut(call('f', list, object), 20)).toBe("f(['a', 'b'], {\n  key: 1,\n});");
    expect(layOut(call('f', list, object), 14)).toBe("f(\n  ['a', 'b'],\n  { key: 1 },\n);");
    // two of a kind look alike only below each other
    expect(layOut(call('f', list, list), 18)).toBe("f(\n  ['a', 'b'],\n  ['a', 'b'],\n);");
  });

  test('keeps the lines of a template literal', () => {
    expect(layOut(call('f', '`a\n  b`', '1'), 80)).toBe('f(`a\n  b`, 1);');
    const object = objectOf([['where', 'sql`a\nb`']]);
    expect(layOut(call('f', object), 80)).toBe('f({\n  where: sql`a\nb`,\n});');
  });

  test('leaves what can’t be broken too long', () => {
    expect(layOut(call('f', call('g', `'${'x'.repeat(20)}'`)), 10)).toBe(
      `f(\n  g(\n    '${'x'.repeat(20)}',\n  ),\n);`,
    );
  });
});

test('biome, which formats as prettier does, changes nothing', () => {
  const context: RenderContext = {
    definitions: new Definitions(Object.values(op)),
    dialect: { name: 'sqlite', module: 'alembic-ts/sqlite', types: genericTypes },
  };
  const long = 'a_rather_long_name_of_a_column';
  // where a statement keeps its first argument beside its name, biome would not
  const operations: readonly Operation[] = [
    op.createTable.create('users', [column('id', integer(), { primaryKey: true })]),
    op.createTable.create('orders', [
      column('id', integer(), { primaryKey: true }),
      column('user_id', integer(), {
        nullable: false,
        references: { column: 'users.id', onDelete: 'cascade' },
      }),
      column('state', enumType(['new', 'paid', 'sent', 'lost'], { name: 'order_state' }), {
        nullable: false,
      }),
      column('price', numeric(10, 2), {
        nullable: false,
        serverDefault: sql`0`,
        comment: 'what the customer pays for it, with everything, in the currency of the order',
      }),
      column('made', dateTime({ timezone: true }), { computed: computed(sql`a + b`, { persisted: true }) }),
      foreignKey(['user_id', 'price'], 'app.users_of_the_application', ['id', 'price'], {
        name: 'fk_orders_user_id_users',
        onUpdate: 'cascade',
      }),
      unique(['user_id', 'price']),
      check(sql`price >= 0 AND price < 1000000 AND state IN (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)`, {
        name: 'ck_orders_price_is_neither_negative_nor_absurd',
      }),
      index('ix_orders', ['user_id', sql`lower(state)`, { column: 'price', order: 'DESC', nulls: 'LAST' }], {
        unique: true,
        where: sql`price > 0`,
      }),
      index('ix_orders_objects', [
        { column: 'price', order: 'DESC' },
        { column: 'made', order: 'ASC' },
      ]),
    ]),
    op.alterColumn.create('users', long, {
      type: string(320),
      existingType: enumType([
        'a long value',
        'another long value',
        'and one more',
        'and the last one of them',
      ]),
      existingNullable: true,
      comment: 'a comment that is so long that it has to stand on a line of its own, below its key',
    }),
    op.createIndex.create('ix_users', 'users', [long, 'id', `${long}_too`, `${long}_as_well`]),
    op.createIndex.create('ix_users', 'users', [long], { unique: true, where: sql`deleted_at IS NULL` }),
    op.createForeignKey.create('fk', 'users', 'orgs', ['org_id'], ['id'], {
      onDelete: 'cascade',
      referentSchema: 'organisations',
    }),
    op.bulkInsert.create('colours', [
      { id: 1, name: 'red', rgb: [255, 0, 0] },
      { id: 2, name: 'green', rgb: [0, 255, 0] },
    ]),
    op.execute.create('UPDATE users\n  SET name = NULL\nWHERE id = 1'),
  ];
  const text = `${renderOperations(operations, context)}\n`;
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  const { stdout, stderr } = spawnSync(
    `${root}/node_modules/.bin/biome`,
    [
      'format',
      '--stdin-file-path=rendered.ts',
      '--line-width=100',
      '--indent-style=space',
      '--javascript-formatter-quote-style=single',
    ],
    // away from the repository's own configuration
    { input: text, encoding: 'utf8', cwd: tmpdir() },
  );
  expect(stderr).toBe('');
  expect(stdout).toBe(text);
});
