import { describe, expect, test } from 'vitest';
import { dialectBuilders, dialectTypes } from '../../../test/generators/any-operation.ts';
import { ArgumentError } from '../../errors.ts';
import { coreDefinitions as op } from '../../objects/definitions.ts';
import { exclude } from '../../objects/exclude/operations.ts';
import { defineOperation } from '../../operations/define-operation.ts';
import { Definitions } from '../../operations/definitions.ts';
import type { Operation } from '../../operations/operation.ts';
import {
  check,
  column,
  computed,
  dateTime,
  enumType,
  f,
  foreignKey,
  identity,
  index,
  integer,
  json,
  numeric,
  primaryKey,
  sql,
  sqlType,
  string,
  table,
  text,
  unique,
  withVariant,
} from '../../schema/index.ts';
import { genericTypes, makeType } from '../../schema/types/generic.ts';
import { reverseOperations } from '../irreversible.ts';
import { Imports } from './imports.ts';
import type { RenderContext } from './render-context.ts';
import { renderOperation, renderOperations } from './render-operations.ts';
import { onOneLine } from './source-tree.ts';
import { ValueWriter } from './value-writer.ts';

const definitions = new Definitions(Object.values(op));
const context: RenderContext = {
  definitions,
  dialect: { name: 'sqlite', module: 'alembic-ts/sqlite', types: genericTypes },
  otherDialects: [{ name: 'postgresql', module: 'alembic-ts/postgresql', types: dialectTypes }],
};

function source(operation: Operation, own: Partial<RenderContext> = {}): string {
  return renderOperation(operation, { ...context, ...own });
}

describe('operations read as a person would write them', () => {
  test.each<[Operation, string]>([
    [
      op.createTable.create('users', [column('id', integer(), { primaryKey: true })]),
      "op.createTable('users', [column('id', integer(), { primaryKey: true })]);",
    ],
    [
      op.dropTable.create('users', { schema: 'app', ifExists: true }),
      "op.dropTable('users', { schema: 'app', ifExists: true });",
    ],
    [op.renameTable.create('users', 'people'), "op.renameTable('users', 'people');"],
    [
      op.addColumn.create('users', column('age', integer())),
      "op.addColumn('users', column('age', integer()));",
    ],
    [op.dropColumn.create('users', 'age'), "op.dropColumn('users', 'age');"],
    [
      op.alterColumn.create('users', 'age', {
        newName: 'years',
        nullable: false,
        serverDefault: null,
        existingType: integer(),
      }),
      "op.alterColumn('users', 'age', {\n  newName: 'years',\n  nullable: false,\n  serverDefault: null,\n  existingType: integer(),\n});",
    ],
    [
      op.createIndex.create('ix_users_email', 'users', ['email', sql`lower(name)`], { unique: true }),
      "op.createIndex('ix_users_email', 'users', ['email', sql`lower(name)`], { unique: true });",
    ],
    [
      op.dropIndex.create('ix_users_email', { table: 'users' }),
      "op.dropIndex('ix_users_email', { table: 'users' });",
    ],
    [
      op.createPrimaryKey.create('pk_users', 'users', ['id']),
      "op.createPrimaryKey('pk_users', 'users', ['id']);",
    ],
    [
      op.createForeignKey.create('fk', 'users', 'app.orgs', ['org_id'], ['id'], { onDelete: 'cascade' }),
      "op.createForeignKey('fk', 'users', 'orgs', ['org_id'], ['id'], {\n  referentSchema: 'app',\n  onDelete: 'CASCADE',\n});",
    ],
    [
      op.createUniqueConstraint.create('uq', 'users', ['email'], { deferrable: false }),
      "op.createUniqueConstraint('uq', 'users', ['email'], { deferrable: false });",
    ],
    [
      op.createCheckConstraint.create(f('ck'), 'users', sql`age >= 0`),
      "op.createCheckConstraint(op.f('ck'), 'users', sql`age >= 0`);",
    ],
    [
      op.createExcludeConstraint.create('no', 'bookings', [['room', '=']], { using: 'gist' }),
      "op.createExcludeConstraint('no', 'bookings', [['room', '=']], { using: 'gist' });",
    ],
    [
      op.dropConstraint.create('uq', 'users', { type: 'unique' }),
      "op.dropConstraint('uq', 'users', { type: 'unique' });",
    ],
    [
      op.dropConstraint.create(null, 'users', { was: unique(['email']) }),
      "op.dropConstraint(null, 'users', { type: 'unique', was: unique(['email']) });",
    ],
    [
      op.createTableComment.create('users', 'people', { existingComment: null }),
      "op.createTableComment('users', 'people', { existingComment: null });",
    ],
    [op.createEnum.create('mood', ['sad', 'ok']), "op.createEnum('mood', ['sad', 'ok']);"],
    [op.execute.create("SELECT 'x'"), 'op.execute("SELECT \'x\'");'],
    [op.execute.create('SELECT 1\nFROM `a`'), 'op.execute(`SELECT 1\nFROM \\`a\\``);'],
    [
      op.bulkInsert.create('colours', [
        { id: 1, name: 'red' },
        { id: 2, name: 'green' },
      ]),
      "op.bulkInsert('colours', [\n  { id: 1, name: 'red' },\n  { id: 2, name: 'green' },\n]);",
    ],
    [
      op.bulkInsert.create(table('t', [column('data', json())]), [{ data: { a: [1] } }]),
      "op.bulkInsert(table('t', [column('data', json())]), [{ data: { a: [1] } }]);",
    ],
  ])('%#', (operation, expected) => {
    expect(source(operation)).toBe(expected);
  });

  test('a table with everything', () => {
    const users = op.createTable.create(
      'users',
      [
        column('id', integer(), { identity: identity({ always: true, start: 10 }) }),
        column('org_id', integer(), { nullable: false }),
        column('email', string(255), { nullable: false, comment: 'lower case' }),
        column('created_at', dateTime({ timezone: true }), { serverDefault: sql`now()` }),
        column('slug', string(80), { computed: computed(sql`lower(email)`, { persisted: true }) }),
        column('kind', enumType(['a', 'b'], { name: 'user_kind' }), {
          serverDefault: 'a',
          autoincrement: false,
        }),
        column('price', numeric(undefined, 2), { serverDefault: 1.5, sqlite: { onConflict: 'ignore' } }),
        primaryKey(['id'], { name: 'pk_users' }),
        foreignKey(['org_id'], 'app.orgs', ['id'], {
          name: 'fk_users_org',
          onDelete: 'cascade',
          useAlter: true,
        }),
        unique(['org_id', 'email'], { name: 'uq_users_org_email' }),
        check(sql`length(email) > 3`, { name: 'ck_users_email' }),
        index('ix_users_created', ['created_at', { column: 'email', order: 'DESC' }], {
          where: sql`org_id > 0`,
        }),
        index(null, [sql`lower(email)`], { postgresql: { using: 'gin' } }),
      ],
      { schema: 'app', comment: 'people' },
    );
    expect(source(users)).toBe(`\
op.createTable('users', [
  column('id', integer(), { identity: identity({ always: true, start: 10 }) }),
  column('org_id', integer(), { nullable: false }),
  column('email', string(255), { nullable: false, comment: 'lower case' }),
  column('created_at', dateTime({ timezone: true }), { serverDefault: sql\`now()\` }),
  column('slug', string(80), { computed: computed(sql\`lower(email)\`, { persisted: true }) }),
  column('kind', enumType(['a', 'b'], { name: 'user_kind' }), {
    autoincrement: false,
    serverDefault: 'a',
  }),
  column('price', numeric(undefined, 2), { serverDefault: 1.5, sqlite: { onConflict: 'ignore' } }),
  primaryKey(['id'], { name: 'pk_users' }),
  foreignKey(['org_id'], 'app.orgs', ['id'], {
    name: 'fk_users_org',
    onDelete: 'CASCADE',
    useAlter: true,
  }),
  unique(['org_id', 'email'], { name: 'uq_users_org_email' }),
  check(sql\`length(email) > 3\`, { name: 'ck_users_email' }),
  index('ix_users_created', ['created_at', { column: 'email', order: 'DESC' }], {
    where: sql\`org_id > 0\`,
  }),
  index(null, [sql\`lower(email)\`], { postgresql: { using: 'gin' } }),
], { schema: 'app', comment: 'people' });`);
  });

  test('a key says of NULL what its builder would not take for granted', () => {
    const odd = op.createTable.create('t', [column('id', integer(), { primaryKey: true, nullable: true })]);
    expect(source(odd)).toBe(
      "op.createTable('t', [column('id', integer(), { primaryKey: true, nullable: true })]);",
    );
  });

  test('a long statement keeps the table beside its name', () => {
    const added = column('created_at', dateTime({ timezone: true }), {
      nullable: false,
      serverDefault: sql`CURRENT_TIMESTAMP`,
      references: { column: 'app.days.day', onDelete: 'cascade' },
    });
    expect(source(op.addColumn.create('users', added))).toBe(`\
op.addColumn('users', column('created_at', dateTime({ timezone: true }), {
  nullable: false,
  serverDefault: sql\`CURRENT_TIMESTAMP\`,
  references: { column: 'app.days.day', onDelete: 'CASCADE' },
}));`);
    const long = 'a_long_name_'.repeat(4);
    expect(source(op.createForeignKey.create(`fk_${long}`, long, long, ['a'], ['b']))).toBe(`\
op.createForeignKey('fk_${long}',
  '${long}',
  '${long}',
  ['a'],
  ['b'],
);`);
  });

  test('a plain reference is a path', () => {
    const reference = (references: Parameters<typeof column>[2]): string =>
      source(op.addColumn.create('t', column('a', integer(), references)));
    expect(reference({ references: 'orgs.id' })).toBe(
      "op.addColumn('t', column('a', integer(), { references: 'orgs.id' }));",
    );
    expect(reference({ references: { column: 'i.d', table: 'orgs' } })).toContain(
      "references: { column: 'i.d', table: 'orgs', referredSchema: null }",
    );
    expect(reference({ references: { column: 'id', table: 'a.b' } })).toContain(
      "references: { column: 'id', table: 'a.b', referredSchema: null }",
    );
  });
});

describe('hostile text', () => {
  test.each([
    ["it's", '"it\'s"'],
    [`it's "x"`, `'it\\'s "x"'`],
    [`it's "x'`, `"it's \\"x'"`],
    ['a\\b', "'a\\\\b'"],
    ['a\r\nb\tc\0d', "'a\\r\\nb\\tc\\u0000d'"],
    ['\u2028\u2029\ufeff\u202e', "'\\u2028\\u2029\\ufeff\\u202e'"],
    ['\ud800x', "'\\ud800x'"],
    ['${x} `y`', "'${x} `y`'"],
    ['👩‍👧 ünï 日本', "'👩‍👧 ünï 日本'"],
    ['\u{e0001}', "'\\u{e0001}'"],
  ])('%j in a name', (name, expected) => {
    const comment = op.createTableComment.create('t', name);
    if (name.includes('\n'))
      return expect(source(op.dropTableComment.create('t', { existingComment: name }))).toContain(expected);
    expect(source(comment)).toBe(`op.createTableComment('t', ${expected});`);
  });

  test.each([
    ['a > ${b}', "sql.raw('a > ${b}')"],
    ["a > '${b}'", `sql.raw("a > '\${b}'")`],
    ["a ~ '\\d'", "sql`a ~ '\\\\d'`"],
    ['`a` > 0', "sql.raw('`a` > 0')"],
    ["`a` = 'b'", 'sql.raw("`a` = \'b\'")'],
    ['`a` = \'"b"\'', 'sql`\\`a\\` = \'"b"\'`'],
    ['a\r\nb', 'sql`a\\r\nb`'],
    ['$ {a} $', 'sql`$ {a} $`'],
  ])('%j in an expression', (expression, expected) => {
    expect(source(op.createCheckConstraint.create('ck', 't', sql.raw(expression)))).toBe(
      `op.createCheckConstraint('ck', 't', ${expected});`,
    );
  });
});

describe('types', () => {
  const typed = (type: Parameters<typeof column>[1], own: Partial<RenderContext> = {}): [string, object] => {
    const imports = new Imports();
    const source = onOneLine(new ValueWriter({ ...context, ...own }, imports).value(type));
    return [source, imports.names];
  };

  test('of another dialect come from its module', () => {
    const [statement, names] = typed(withVariant(json(), { postgresql: dialectBuilders.jsonb() }));
    expect(statement).toBe('withVariant(json(), { postgresql: jsonb() })');
    expect(names).toEqual({
      'alembic-ts': ['json', 'withVariant'],
      'alembic-ts/postgresql': ['jsonb'],
    });
  });

  test('hold other types', () => {
    const array = dialectBuilders.array(string(10), { dimensions: 2 });
    expect(typed(array)[0]).toBe('array(string(10), { dimensions: 2 })');
  });

  test('with one name in two modules get an alias', () => {
    const variants = withVariant(integer(), { postgresql: dialectBuilders.integer({ unsigned: true }) });
    const [statement, names] = typed(variants);
    expect(statement).toBe('withVariant(integer(), { postgresql: postgresqlInteger({ unsigned: true }) })');
    expect(names).toMatchObject({ 'alembic-ts/postgresql': ['integer as postgresqlInteger'] });
  });

  test('without a builder are refused, unless the user knows better', () => {
    const money = makeType('money2');
    expect(() => typed(money)).toThrow(expect.objectContaining({ code: 'NO_SOURCE' }));
    expect(() => typed(money)).toThrow(/"money2".*renderItem/s);
    // a known name with an option that its builder doesn't take
    expect(() => typed(makeType('text', { length: 3 }))).toThrow(ArgumentError);
    const renderItem: RenderContext['renderItem'] = (type, object, { imports }) =>
      type === 'type' && (object as { name: string }).name === 'money2'
        ? `${imports.add('./types.ts', 'money')}()`
        : false;
    expect(typed(money, { renderItem })).toEqual(['money()', { './types.ts': ['money'] }]);
    expect(typed(sqlType('money2'))[0]).toBe("sqlType('money2')");
  });
});

test('renderItem sees every object, in the words of its builder, and can have the usual source', () => {
  const seen = new Set<string>();
  const users = op.createTable.create('users', [
    column('id', integer(), { primaryKey: true, serverDefault: 5 }),
    column('b', integer(), { computed: computed(sql`1`) }),
    column('c', integer(), { identity: identity() }),
    unique(['id']),
    check(sql`1 > 0`),
    foreignKey(['b'], 'x', ['y']),
    index('ix', ['b']),
    exclude([['b', '=']]),
  ]);
  const keyed = op.createTable.create('keyed', [column('a', text()), primaryKey(['a'], { name: 'pk' })]);
  const renderItem: RenderContext['renderItem'] = (type, object, { source: usual, dialect }) => {
    seen.add(type);
    expect(dialect).toBe('sqlite');
    return type === 'check' ? `/* mine */ ${usual(object)}` : false;
  };
  const inserted = op.bulkInsert.create(table('t', [column('a', text())]), [{ a: 'b' }]);
  const rendered = renderOperations([users, keyed, inserted], { ...context, renderItem });
  expect(rendered).toContain('  /* mine */ check(sql`1 > 0`),\n');
  expect([...seen].sort()).toEqual([
    'check',
    'column',
    'computed',
    'exclude',
    'foreignKey',
    'identity',
    'index',
    'primaryKey',
    'serverDefault',
    'sql',
    'table',
    'type',
    'unique',
  ]);
});

test('names that the convention would change again are final', () => {
  const named = [
    op.createCheckConstraint.create('ck_users_age', 'users', sql`age > 0`),
    op.createUniqueConstraint.create('uq_users_age', 'users', ['age']),
    op.createTable.create('t', [column('a', integer()), check(sql`a > 0`, { name: 'ck_t_a' })]),
  ];
  const namingConvention = { ck: 'ck_%(table_name)s_%(constraint_name)s', uq: 'uq_%(table_name)s' };
  expect(renderOperations(named, { ...context, namingConvention })).toBe(`\
op.createCheckConstraint(op.f('ck_users_age'), 'users', sql\`age > 0\`);
op.createUniqueConstraint('uq_users_age', 'users', ['age']);
op.createTable('t', [column('a', integer()), check(sql\`a > 0\`, { name: op.f('ck_t_a') })]);`);
});

describe('batches', () => {
  test('hold what they were given', () => {
    const batch = {
      kind: 'batch',
      table: 'users',
      schema: null,
      operations: [
        op.addColumn.create('users', column('a', integer())),
        op.dropIndex.create('ix', { table: 'users' }),
      ],
      recreate: 'always',
      copyFrom: table('users', [column('id', integer(), { primaryKey: true })]),
      partialReordering: [['a', 'id']],
      tableArgs: [unique(['a'])],
    };
    expect(source(batch)).toBe(`\
op.batchAlterTable('users', (batch) => {
  batch.addColumn(column('a', integer()));
  batch.dropIndex('ix');
}, {
  recreate: 'always',
  copyFrom: table('users', [column('id', integer(), { primaryKey: true })]),
  tableArgs: [unique(['a'])],
  partialReordering: [['a', 'id']],
});`);
  });

  test('are made of neighbours on one table, where that is asked for', () => {
    const operations = [
      op.createTable.create('a', [column('id', integer())]),
      op.addColumn.create('b', column('x', integer())),
      op.createIndex.create('ix', 'b', ['x']),
      op.addColumn.create('b', column('x', integer()), { schema: 'app' }),
      op.execute.create('SELECT 1'),
      op.dropColumn.create('b', 'y', { schema: 'app' }),
      op.dropIndex.create('nowhere'),
    ];
    expect(renderOperations(operations, { ...context, renderAsBatch: true })).toBe(`\
op.createTable('a', [column('id', integer())]);
op.batchAlterTable('b', (batch) => {
  batch.addColumn(column('x', integer()));
  batch.createIndex('ix', ['x']);
});
op.batchAlterTable('b', (batch) => {
  batch.addColumn(column('x', integer()));
}, { schema: 'app' });
op.execute('SELECT 1');
op.batchAlterTable('b', (batch) => {
  batch.dropColumn('y');
}, { schema: 'app' });
op.dropIndex('nowhere');`);
  });
});

test('what can’t be reversed throws before anything runs, and is marked where it belongs', () => {
  const operations = [
    op.addColumn.create('t', column('a', integer())),
    op.dropTable.create('lost\n'),
    op.renameTable.create('t', 'u'),
  ];
  const down = reverseOperations(operations, definitions);
  const rendered = renderOperations(down, { ...context, renderAsBatch: true });
  const [first, , , second, third, ...rest] = rendered.split('\n');
  expect(first).toBe('throw new Error(');
  expect([second, third]).toEqual([
    "op.renameTable('u', 't');",
    expect.stringMatching(/^\/\/ missing: dropTable of table 'lost\\n'/),
  ]);
  expect(rest).toEqual(["op.batchAlterTable('t', (batch) => {", "  batch.dropColumn('a');", '});']);
  expect(() => new Function('op', rendered)({})).toThrow(
    /no complete way down\. dropTable of table 'lost\n' can't be reversed/,
  );
});

test('a kind of the user’s own is rendered from its definition', () => {
  interface CreateReport extends Operation {
    readonly kind: 'createReport';
    readonly name: string;
    readonly text: string;
  }
  const createReport = defineOperation({
    kind: 'createReport',
    create: (name: string, text: string): CreateReport => ({ kind: 'createReport', name, text }),
    batch: null,
    call: ({ name, text }) => [name, text],
    batchCall: null,
    reverse: (operation) => operation,
    apply: null,
    sql: () => [],
    destroys: null,
    touches: () => ({}),
  });
  const own = { definitions: new Definitions([...Object.values(op), createReport]) };
  expect(source(createReport.create('v', 'SELECT 1\nFROM t'), own)).toBe(
    "op.createReport('v', `SELECT 1\nFROM t`);",
  );
  expect(() => source(createReport.create('v', 'SELECT 1'))).toThrow(
    expect.objectContaining({ code: 'UNKNOWN_OPERATION' }),
  );
  const odd = { ...createReport, kind: 'odd kind', call: () => [new Map()] };
  expect(() => source({ kind: 'odd kind' }, { definitions: new Definitions([odd as never]) })).toThrow(
    /class Map/,
  );
});
