import { expect, test } from 'vitest';
import {
  bigInteger,
  column,
  integer,
  type SchemaObject,
  sql,
  sqlFunction,
  string,
  table,
  text,
  trigger,
  view,
} from '../../src/index.ts';
import { createDatabase, type DatabaseKind, describeOn } from '../support/databases.ts';
import { type Case, checkCase, differences, withAlembic } from './check-case.ts';

type Way = Omit<Case, 'kinds'> & {
  readonly kinds: Case['kinds'] | ((kind: DatabaseKind) => Case['kinds']);
};

const users = (...more: Parameters<typeof table>[1]): SchemaObject =>
  table('users', [
    column('id', integer(), { primaryKey: true, autoincrement: false }),
    column('name', string(40)),
    ...more,
  ]);
const usersSql = (more = ''): string =>
  `CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(40)${more})`;
const log = table('log', [column('what', text())]);
const logSql = 'CREATE TABLE log (what TEXT)';

/** One that both databases understand, but for what it runs. */
const says = (kind: DatabaseKind, what = 'x'): string =>
  kind === 'sqlite'
    ? `FOR EACH ROW BEGIN INSERT INTO log VALUES ('${what}'); END`
    : `FOR EACH ROW EXECUTE FUNCTION note('${what}')`;
const noteBody =
  "RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO log VALUES (TG_ARGV[0]); RETURN NEW; END'";
const setUp = (kind: DatabaseKind): readonly string[] =>
  kind === 'sqlite' ? [logSql] : [logSql, `CREATE FUNCTION note() ${noteBody}`];
const ground = (kind: DatabaseKind): readonly SchemaObject[] =>
  kind === 'sqlite' ? [log] : [log, sqlFunction('note()', noteBody)];

const everywhere = (kind: DatabaseKind): { readonly [what: string]: Way } => ({
  'a trigger, its table and what it calls, made in the right order': {
    a: [],
    b: [...setUp(kind), usersSql(), `CREATE TRIGGER t AFTER UPDATE OF name ON users ${says(kind)}`],
    models: [trigger('t', 'users', `after update of name\n ${says(kind)};`), users(), ...ground(kind)],
    kinds:
      kind === 'sqlite'
        ? ['createTable', 'createTable', 'createTrigger']
        : ['createTable', 'createTable', 'createFunction', 'createTrigger'],
  },
  'triggers that come, go and change': {
    a: [
      ...setUp(kind),
      usersSql(),
      `CREATE TRIGGER a AFTER INSERT ON users ${says(kind)}`,
      `CREATE TRIGGER b AFTER INSERT ON users ${says(kind)}`,
      `CREATE TRIGGER same AFTER DELETE ON users ${says(kind)}`,
    ],
    b: [
      ...setUp(kind),
      usersSql(),
      `CREATE TRIGGER b BEFORE INSERT ON users ${says(kind, 'y')}`,
      `CREATE TRIGGER same AFTER DELETE ON users ${says(kind)}`,
      `CREATE TRIGGER c AFTER INSERT ON log ${says(kind)}`,
    ],
    models: [
      users(),
      ...ground(kind),
      trigger('b', 'users', `BEFORE INSERT ${says(kind, 'y')}`),
      trigger('c', 'log', `AFTER INSERT ON log ${says(kind)}`),
      trigger('same', 'users', `AFTER  DELETE /* rows */ ${says(kind)}`),
    ],
    kinds: ['replaceTrigger', 'createTrigger', 'dropTrigger'],
  },
  'a trigger that goes with its table': {
    a: [...setUp(kind), usersSql(), `CREATE TRIGGER t AFTER INSERT ON users ${says(kind)}`],
    b: [...setUp(kind)],
    models: [...ground(kind)],
    includeKinds: ['trigger'],
    kinds: ['dropTrigger', 'dropTable'],
  },
  'a trigger of a column that comes, and one of a column that goes': {
    a: [
      ...setUp(kind),
      usersSql(', city TEXT'),
      `CREATE TRIGGER t AFTER UPDATE OF city ON users ${says(kind)}`,
    ],
    b: [
      ...setUp(kind),
      usersSql(', town TEXT'),
      `CREATE TRIGGER t AFTER UPDATE OF town ON users ${says(kind)}`,
    ],
    models: [
      ...ground(kind),
      users(column('town', text())),
      trigger('t', 'users', `AFTER UPDATE OF town ${says(kind)}`),
    ],
    kinds: ['dropTrigger', 'dropColumn', 'addColumn', 'createTrigger'],
  },
  'a column made wider under a trigger that names it': {
    a: [
      ...setUp(kind),
      usersSql(', age INTEGER'),
      `CREATE TRIGGER t AFTER UPDATE OF age ON users ${says(kind)}`,
      `CREATE TRIGGER u AFTER UPDATE OF age ON users ${says(kind)}`,
    ],
    b: [
      ...setUp(kind),
      usersSql(', age BIGINT'),
      `CREATE TRIGGER t AFTER UPDATE OF age ON users ${says(kind)}`,
      `CREATE TRIGGER u BEFORE UPDATE OF age ON users ${says(kind)}`,
    ],
    models: [
      ...ground(kind),
      users(column('age', bigInteger())),
      trigger('t', 'users', `AFTER UPDATE OF age ${says(kind)}`),
      trigger('u', 'users', `BEFORE UPDATE OF age ${says(kind)}`),
    ],
    load: ["INSERT INTO users VALUES (1, 'a', 2)"],
    kinds: ['dropTrigger', 'alterColumn', 'createTrigger'],
  },
  'triggers of a view, which changes': {
    a: [
      ...setUp(kind),
      usersSql(),
      'CREATE VIEW v AS SELECT id FROM users',
      `CREATE TRIGGER same INSTEAD OF INSERT ON v ${says(kind)}`,
      `CREATE TRIGGER old INSTEAD OF INSERT ON v ${says(kind)}`,
      `CREATE TRIGGER other INSTEAD OF UPDATE ON v ${says(kind)}`,
    ],
    b: [
      ...setUp(kind),
      usersSql(),
      'CREATE VIEW v AS SELECT id, name FROM users',
      `CREATE TRIGGER same INSTEAD OF INSERT ON v ${says(kind)}`,
      `CREATE TRIGGER new INSTEAD OF DELETE ON v ${says(kind)}`,
      `CREATE TRIGGER other INSTEAD OF UPDATE ON v ${says(kind, 'y')}`,
    ],
    models: [
      ...ground(kind),
      users(),
      view('v', 'SELECT id, name FROM users'),
      trigger('same', 'v', `INSTEAD OF INSERT ${says(kind)}`),
      trigger('new', 'v', `INSTEAD OF DELETE ${says(kind)}`),
      trigger('other', 'v', `INSTEAD OF UPDATE ${says(kind, 'y')}`),
    ],
    kinds:
      kind === 'sqlite'
        ? [
            'dropTrigger',
            'dropTrigger',
            'dropTrigger',
            'dropView',
            'createView',
            'createTrigger',
            'createTrigger',
            'createTrigger',
          ]
        : ['dropTrigger', 'dropTrigger', 'replaceView', 'createTrigger', 'createTrigger'],
  },
  'triggers of a view that goes': {
    a: [
      ...setUp(kind),
      usersSql(),
      'CREATE VIEW v AS SELECT id FROM users',
      `CREATE TRIGGER t INSTEAD OF INSERT ON v ${says(kind)}`,
    ],
    b: [...setUp(kind), usersSql()],
    models: [...ground(kind), users()],
    includeKinds: ['trigger', 'view'],
    kinds: ['dropTrigger', 'dropView'],
  },
  'names as hostile as can be': {
    a: [],
    b: [
      ...setUp(kind),
      'CREATE TABLE "t\'""`${x}*/ ON y\n" ("a b" INTEGER, "on" TEXT)',
      `CREATE TRIGGER "g'""\`\${x}*/ ON y\n" BEFORE INSERT OR UPDATE OF "a b", "on" ON "t'""\`\${x}*/ ON y\n" ${says(kind, "it''s */ $$ \\ ${z} ` --")}`.replace(
        kind === 'sqlite' ? 'INSERT OR ' : '\0',
        '',
      ),
    ],
    models: [
      ...ground(kind),
      table('t\'"`${x}*/ ON y\n', [column('a b', integer()), column('on', text())]),
      trigger(
        'g\'"`${x}*/ ON y\n',
        't\'"`${x}*/ ON y\n',
        `BEFORE ${kind === 'sqlite' ? '' : 'INSERT OR '}UPDATE OF "a b", "on" ${says(kind, "it''s */ $$ \\ ${z} ` --")}`,
      ),
    ],
    kinds:
      kind === 'sqlite'
        ? ['createTable', 'createTable', 'createTrigger']
        : ['createTable', 'createTable', 'createFunction', 'createTrigger'],
  },
});

const onPostgresql: { readonly [what: string]: Way } = {
  'a trigger of each sort': {
    a: [...setUp('postgresql'), usersSql(), 'CREATE SCHEMA app', 'CREATE TABLE app.t (a INTEGER, b TEXT)'],
    b: [
      ...setUp('postgresql'),
      usersSql(),
      'CREATE SCHEMA app',
      'CREATE TABLE app.t (a INTEGER, b TEXT)',
      `CREATE TRIGGER w BEFORE INSERT OR UPDATE OF a, b ON app.t FOR EACH ROW WHEN ((new.a > 1) AND new.b IS DISTINCT FROM 'x') EXECUTE FUNCTION note('a', 'it''s')`,
      'CREATE CONSTRAINT TRIGGER k AFTER INSERT ON app.t FROM users DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note()',
      'CREATE CONSTRAINT TRIGGER plain AFTER INSERT ON app.t FOR EACH ROW EXECUTE FUNCTION note()',
      'CREATE TRIGGER tr AFTER UPDATE ON app.t REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION note()',
      'CREATE TRIGGER tt BEFORE TRUNCATE ON users EXECUTE FUNCTION note()',
      'ALTER TABLE users DISABLE TRIGGER tt',
      'ALTER TABLE app.t ENABLE REPLICA TRIGGER w',
      'ALTER TABLE app.t ENABLE ALWAYS TRIGGER tr',
      `COMMENT ON TRIGGER w ON app.t IS 'it''s'`,
    ],
    models: [
      ...ground('postgresql'),
      users(),
      table('t', [column('a', integer()), column('b', text())], { schema: 'app' }),
      trigger(
        'w',
        't',
        sql`BEFORE INSERT OR UPDATE OF a, b ON app.t FOR ROW WHEN (NEW.a > 1 AND NEW.b IS DISTINCT FROM 'x') EXECUTE PROCEDURE public.note('a', 'it''s')`,
        { schema: 'app', enabled: 'replica', comment: "it's" },
      ),
      trigger(
        'k',
        't',
        'AFTER INSERT FROM public.users INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note()',
        { schema: 'app', constraint: true },
      ),
      trigger('plain', 't', 'AFTER INSERT FOR EACH ROW EXECUTE FUNCTION note()', {
        schema: 'app',
        constraint: true,
      }),
      trigger(
        'tr',
        't',
        'AFTER UPDATE REFERENCING NEW TABLE AS after OLD TABLE before EXECUTE FUNCTION note()',
        { schema: 'app', enabled: 'always' },
      ),
      trigger('tt', 'users', 'BEFORE TRUNCATE EXECUTE FUNCTION note()', { enabled: false }),
    ],
    kinds: Array.from({ length: 5 }, () => 'createTrigger'),
  },
  'only the state and the comment of triggers': {
    a: [
      ...setUp('postgresql'),
      usersSql(),
      'CREATE TRIGGER t AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION note()',
      'CREATE TRIGGER u AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION note()',
      'ALTER TABLE users DISABLE TRIGGER u',
      "COMMENT ON TRIGGER u ON users IS 'x'",
    ],
    b: [
      ...setUp('postgresql'),
      usersSql(),
      'CREATE TRIGGER t AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION note()',
      'CREATE TRIGGER u AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION note()',
      'ALTER TABLE users DISABLE TRIGGER t',
      "COMMENT ON TRIGGER t ON users IS 'x'",
    ],
    models: [
      ...ground('postgresql'),
      users(),
      trigger('t', 'users', 'AFTER INSERT FOR EACH ROW EXECUTE FUNCTION note()', {
        enabled: false,
        comment: 'x',
      }),
      trigger('u', 'users', 'AFTER INSERT FOR EACH ROW EXECUTE FUNCTION note()'),
    ],
    kinds: ['replaceTrigger', 'replaceTrigger'],
  },
  'a trigger of a partitioned table': {
    a: [
      ...setUp('postgresql'),
      'CREATE TABLE p (a INTEGER) PARTITION BY LIST (a)',
      'CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)',
    ],
    b: [
      ...setUp('postgresql'),
      'CREATE TABLE p (a INTEGER) PARTITION BY LIST (a)',
      'CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)',
      'CREATE TRIGGER t AFTER INSERT ON p FOR EACH ROW EXECUTE FUNCTION note()',
    ],
    models: [
      ...ground('postgresql'),
      table('p', [column('a', integer())], { postgresql: { partitionBy: 'LIST (a)' } }),
      trigger('t', 'p', 'AFTER INSERT FOR EACH ROW EXECUTE FUNCTION note()'),
    ],
    kinds: ['createTrigger'],
  },
};

describeOn(['sqlite', 'postgresql', 'postgresql-server'], 'triggers', (kind) => {
  const cases = { ...everywhere(kind), ...(kind === 'sqlite' ? {} : onPostgresql) };
  test.each(Object.entries(cases))('%s', async (_, { kinds, ...each }) => {
    await checkCase({ ...each, kinds: typeof kinds === 'function' ? kinds(kind) : kinds }, kind);
  });

  test('of a database are left alone by models without triggers, and those of tables that take no part', async () => {
    const database = await createDatabase(kind);
    try {
      await database.exec([
        ...setUp(kind),
        usersSql(),
        'CREATE TABLE other (id INTEGER)',
        `CREATE TRIGGER t AFTER INSERT ON users ${says(kind)}`,
        `CREATE TRIGGER o AFTER INSERT ON other ${says(kind)}`,
      ]);
      const all = [...ground(kind), users(), table('other', [column('id', integer())])];
      const mine = trigger('t', 'users', `AFTER INSERT ${says(kind)}`);
      expect(await differences(database, all)).toEqual([]);
      expect(await differences(database, [...all, mine])).toEqual(['dropTrigger']);
      expect(
        await differences(database, [...all, mine], {
          includeObject: (_, name, type) => type !== 'table' || name !== 'other',
        }),
      ).toEqual([]);
      expect(
        await differences(database, [...all, mine], {
          includeName: (name, type) => type !== 'trigger' || name !== 'o',
        }),
      ).toEqual([]);
    } finally {
      await database.drop();
    }
  });

  test('stay what they are while their table is changed by other operations of a plan', async () => {
    const database = await createDatabase(kind);
    try {
      await database.exec([
        ...setUp(kind),
        usersSql(', age INTEGER'),
        'CREATE VIEW v AS SELECT id, age FROM users',
        `CREATE TRIGGER t AFTER UPDATE OF age ON users ${says(kind)}`,
        `CREATE TRIGGER i INSTEAD OF INSERT ON v ${says(kind)}`,
      ]);
      const fresh = await createDatabase(kind);
      await fresh.exec([
        ...setUp(kind),
        usersSql(', age BIGINT'),
        'CREATE VIEW v AS SELECT id, age FROM users',
        `CREATE TRIGGER t AFTER UPDATE OF name ON users ${says(kind)}`,
        `CREATE TRIGGER i INSTEAD OF INSERT ON v ${says(kind, 'y')}`,
        `CREATE TRIGGER j INSTEAD OF DELETE ON v ${says(kind)}`,
      ]);
      await withAlembic(database, [], async (alembic) => {
        const { path } = (await alembic.revision('by hand', { empty: true }))[0]!;
        const { readFileSync, writeFileSync } = await import('node:fs');
        const calls = [
          `op.dropTrigger('t', 'users')`,
          `op.dropTrigger('i', 'v')`,
          `op.createTrigger('i', 'v', ${JSON.stringify(`INSTEAD OF INSERT ${says(kind, 'y')}`)})`,
          `op.createTrigger('j', 'v', ${JSON.stringify(`INSTEAD OF DELETE ${says(kind)}`)})`,
          `op.alterColumn('users', 'age', { type: bigInteger(), existingType: integer() })`,
          `op.createTrigger('t', 'users', ${JSON.stringify(`AFTER UPDATE OF name ${says(kind)}`)})`,
        ];
        const source = readFileSync(path, 'utf8')
          .replace(/(upgrade\(.*?\{)[^}]*\}/s, `$1\n  ${calls.join(';\n  ').replaceAll('$', '$$$$')};\n}`)
          .replace(/import /, "import { bigInteger, integer } from 'alembic-ts';\nimport ");
        writeFileSync(path, source);
        await alembic.upgrade();
      });
      const options = { ignoreTables: ['alembic_version'] };
      expect(await database.schema(options)).toBe(await fresh.schema(options));
      await fresh.drop();
    } finally {
      await database.drop();
    }
  });
});

test.each([
  ['FOR EACH ROW EXECUTE FUNCTION f()', 'when it fires'],
  ['BEFORE INSERT ON other FOR EACH ROW EXECUTE FUNCTION f()', "ON 'other'"],
  ['', 'text of SQL'],
])("a definition that isn't one is refused: %s", (definition, why) => {
  expect(() => trigger('t', 'users', definition)).toThrow(why);
});

test('where the table is said in the definition, it is taken out', () => {
  expect(trigger('t', 'Users', 'UPDATE OF [a b] ON "Users" BEGIN SELECT 1; END').definition.text).toBe(
    'UPDATE OF [a b] BEGIN SELECT 1; END',
  );
  expect(trigger('t', 'users', 'AFTER INSERT ON app.Users EXECUTE FUNCTION f()', { schema: 'app' })).toEqual(
    trigger('t', 'users', 'AFTER INSERT EXECUTE FUNCTION f()', { schema: 'app' }),
  );
});
