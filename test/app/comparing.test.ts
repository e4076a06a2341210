import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Rewriter } from '../../src/entries/autogenerate.ts';
import {
  type AlembicOptions,
  type Constraint,
  check,
  column,
  type Diff,
  enumType,
  foreignKey,
  index,
  integer,
  MetaData,
  MigrationScript,
  sql,
  string,
  table,
  text,
  unique,
  withVariant,
} from '../../src/index.ts';
import { describeOn } from '../support/databases.ts';
import { quietLogs } from '../support/history.ts';
import { kinds } from './kinds.ts';
import { chain, revisionFiles, tables, versions, workspace } from './workspace.ts';

quietLogs();

const id = column('id', integer(), { primaryKey: true });
const users = table('users', [
  id,
  column('name', string(40), { nullable: false }),
  index('ix_users_name', ['name']),
]);
const orgs = table('orgs', [id]);
const metadatas = new MetaData([users, orgs]);
const kindsOf = (diffs: readonly Diff[]): string[] => diffs.map((diff) => diff.kind).sort();

describeOn(kinds, 'comparing', (kind) => {
  const open = async (options: AlembicOptions = {}) => {
    const opened = await workspace(kind);
    return { ...opened, alembic: opened.alembic({ metadatas, ...options }) };
  };

  test('compareMetadata: frozen operations that JSON keeps', async () => {
    const { alembic } = await open();
    const diffs = await alembic.compareMetadata();
    expect(kindsOf(diffs)).toEqual(['createIndex', 'createTable', 'createTable']);
    for (const diff of diffs) {
      expect(Object.isFrozen(diff)).toBe(true);
      expect(JSON.parse(JSON.stringify(diff))).toEqual(diff);
      expect('engineName' in diff).toBe(false);
    }
  });

  test('produceMigrations: what a revision would hold', async () => {
    const { alembic, database, root } = await open();
    const script = await alembic.produceMigrations();
    expect(script).toBeInstanceOf(MigrationScript);
    const { upgradeOps: up, downgradeOps: down } = script;
    if (Array.isArray(up) || Array.isArray(down)) throw new Error('one database has one list');
    expect([[up], [down]]).toEqual([script.upgradeOpsList, script.downgradeOpsList]);
    expect(up.ops.map((op) => op.kind)).toEqual(['createTable', 'createTable', 'createIndex']);
    expect(down.ops.map((op) => op.kind)).toEqual(['dropIndex', 'dropTable', 'dropTable']);
    expect(up.isEmpty()).toBe(false);
    expect(up.asDiffs()).toEqual(await alembic.compareMetadata());
    expect(up.reverse().ops).toEqual(down.ops);
    expect(down.reverse().ops).toEqual(up.ops);
    expect([await tables(database), await versions(database), revisionFiles(root)]).toEqual([[], null, []]);
  });

  test('needsRevision: whether there is a difference', async () => {
    const { alembic, database } = await open();
    expect(await alembic.needsRevision()).toBe(true);
    await alembic.revision('first');
    await alembic.upgrade();
    expect(await alembic.needsRevision()).toBe(false);
    await database.exec('create table stranger (id integer)');
    expect(await alembic.needsRevision()).toBe(true);
    expect(await alembic.compareMetadata()).toMatchObject([{ kind: 'dropTable', table: 'stranger' }]);
    await database.exec('drop table stranger');
    await alembic.op.dropIndex('ix_users_name', { table: 'users' });
    expect(await alembic.compareMetadata()).toMatchObject([{ kind: 'createIndex', table: 'users' }]);
  });

  test('a column dropped by op is what the next revision adds again', async () => {
    const { alembic } = await open();
    await alembic.revision('first');
    await alembic.upgrade();
    await alembic.op.dropIndex('ix_users_name', { table: 'users' });
    await alembic.op.dropColumn('users', 'name');
    expect(kindsOf(await alembic.compareMetadata())).toEqual(['addColumn', 'createIndex']);
  });

  test('compareType and compareServerDefault: false, or a function of your own', async () => {
    const number = kind === 'sqlite' ? 'integer' : 'serial';
    const before = [
      `create table users (id ${number} not null primary key, name varchar(40) not null)`,
      'create index ix_users_name on users (name)',
      `create table orgs (id ${number} not null primary key, n integer default 5)`,
    ];
    const target = new MetaData([
      table('users', [id, column('name', text(), { nullable: false }), index('ix_users_name', ['name'])]),
      table('orgs', [id, column('n', integer(), { serverDefault: 6 })]),
    ]);
    const asked: string[] = [];
    const hook = (answer: boolean | null) => (question: { readonly model: { readonly name: string } }) => {
      asked.push(question.model.name);
      return answer;
    };
    const cases: [object, string[]][] = [
      [{}, ['n', 'name']],
      [{ compareType: false }, ['n']],
      [{ compareServerDefault: false }, ['name']],
      [{ compareType: false, compareServerDefault: false }, []],
      [{ compareType: hook(false) }, ['n']],
      [{ compareType: hook(null) }, ['n', 'name']],
      [{ compareServerDefault: hook(false) }, ['name']],
    ];
    for (const [context, expected] of cases) {
      const { alembic, database } = await open({ metadatas: target, context });
      await database.exec(before);
      const diffs = (await alembic.compareMetadata()) as readonly (Diff & { column?: unknown })[];
      expect(diffs.map((diff) => [diff.kind, diff.column]).sort()).toEqual(
        expected.map((name) => ['alterColumn', name]),
      );
    }
    expect(new Set(asked)).toEqual(new Set(['id', 'name', 'n']));
  });

  test('includeObject is asked of each side, with the other', async () => {
    const asked: unknown[] = [];
    const includeObject = (
      object: object,
      name: string | null,
      type: string,
      reflected: boolean,
      compareTo: object | null,
    ): boolean => {
      asked.push([type, name, reflected, compareTo !== null]);
      expect(object).toBeTypeOf('object');
      return name !== 'orgs' && name !== 'legacy' && type !== 'index';
    };
    const { alembic, database } = await open({ context: { includeObject } });
    await database.exec(['create table legacy (id integer)', 'create table other (id integer)']);
    const diffs = (await alembic.compareMetadata()) as unknown as readonly (Diff & { table: unknown })[];
    expect(diffs.map((diff) => diff.kind)).toEqual(expect.arrayContaining(['createTable', 'dropTable']));
    expect(diffs.filter((diff) => diff.kind === 'dropTable')).toMatchObject([{ table: 'other' }]);
    expect(asked).toContainEqual(['table', 'users', false, false]);
    expect(asked).toContainEqual(['table', 'orgs', false, false]);
    expect(asked).toContainEqual(['table', 'legacy', true, false]);
    expect(asked).not.toContainEqual(expect.arrayContaining(['alembic_version']));
    const created = diffs.filter((diff) => diff.kind === 'createTable');
    expect(created).toMatchObject([{ table: { name: 'users' } }]);
    expect(kindsOf(diffs)).not.toContain('createIndex');
  });

  test('what includeObject lets through on one side only is neither made nor dropped', async () => {
    const number = kind === 'sqlite' ? 'integer' : 'serial';
    const before = [
      `create table users (id ${number} not null primary key, name varchar(40) not null, constraint uq unique (id, name))`,
      'create index ix on users (id)',
    ];
    const model = table('users', [
      id,
      column('name', string(40), { nullable: false }),
      unique(['name'], { name: 'uq' }),
      index('ix', ['name']),
    ]);
    const isPart = (type: string): boolean => !['table', 'column'].includes(type);
    const filters: ((type: string, reflected: boolean) => boolean)[] = [
      (type, reflected) => type !== 'table' || reflected,
      (type, reflected) => !isPart(type) || reflected,
      (type, reflected) => !isPart(type) || !reflected,
    ];
    for (const filter of filters) {
      const { alembic, database } = await open({
        metadatas: new MetaData([model]),
        context: { includeObject: (_object, _name, type, reflected) => filter(type, reflected) },
      });
      await database.exec(before);
      expect(await alembic.compareMetadata()).toEqual([]);
    }
  });

  test('constraints without a name, in whatever spelling, are undone again', async () => {
    const spellings: Constraint[] = [
      check(sql`"NAME"<>''`),
      check(sql`(id  >  0)`),
      check(sql`name is not null -- never`),
      unique(['NAME']),
      foreignKey(['id'], 'ORGS', ['ID'], { onDelete: 'cascade', deferrable: false }),
    ];
    for (const constraint of spellings) {
      if (kind !== 'sqlite' && /NAME|ORGS/.test(JSON.stringify(constraint))) continue;
      const space = await workspace(kind);
      const plain = new MetaData([table('users', [id, column('name', string(40))]), orgs]);
      const before = space.alembic({ metadatas: plain });
      await before.revision('first');
      await before.upgrade();
      const [first] = plain.tables;
      const more = new MetaData([{ ...first!, constraints: [...first!.constraints, constraint] }, orgs]);
      const after = space.alembic({ metadatas: more });
      await after.revision('second');
      await after.upgrade();
      expect([constraint, await after.compareMetadata()]).toEqual([constraint, []]);
      await after.downgrade();
      expect([constraint, await before.compareMetadata()]).toEqual([constraint, []]);
    }
  });

  test("a table's own options are compared, those for other databases are not", async () => {
    const [options, others] = [{ sqlite: { strict: true } }, { postgresql: { unlogged: true } }];
    const own = kind === 'sqlite' ? options : others;
    for (const [given, expected] of [
      [own, [{ kind: 'alterTableOptions', table: 't', options: own }]],
      [kind === 'sqlite' ? others : options, []],
    ] as const) {
      const model = table('t', [column('a', integer())], given);
      const { alembic, database } = await open({ metadatas: new MetaData([model]) });
      await database.exec('create table t (a integer)');
      expect(await alembic.compareMetadata()).toMatchObject(expected);
    }
  });

  test.runIf(kind === 'sqlite')("a column's own options are compared", async () => {
    const sqlite = { collation: 'NOCASE' };
    const model = table('t', [column('a', text(), { sqlite })]);
    const { alembic, database } = await open({ metadatas: new MetaData([model]) });
    await database.exec('create table t (a text)');
    expect(await alembic.compareMetadata()).toMatchObject([
      { kind: 'alterColumn', column: 'a', changes: { options: { sqlite } } },
    ]);
  });

  test("an enum without a name is refused where it would be a type of the database's own", async () => {
    for (const type of [enumType(['a', 'b']), withVariant(text(), { postgresql: enumType(['a']) })]) {
      const there = table('users', [...users.columns, column('kind', type)]);
      const { alembic, root } = await open({ metadatas: new MetaData([there, orgs]) });
      if (kind === 'sqlite') {
        expect(await alembic.revision('first')).toHaveLength(1);
        continue;
      }
      const refusal = { code: 'BAD_TYPE', details: { table: 'users', column: 'kind' } };
      await expect(alembic.revision('first')).rejects.toMatchObject(refusal);
      await expect(alembic.compareMetadata()).rejects.toThrow('users.kind');
      expect(revisionFiles(root)).toEqual([]);
      // a table that doesn't take part isn't looked at
      const others = await open({
        metadatas: new MetaData([there, orgs]),
        context: { includeObject: (_, name) => name !== 'users' },
      });
      expect(kindsOf(await others.alembic.compareMetadata())).toEqual(['createTable']);
    }
    const plain = table('users', [id, column('kind', enumType(['a', 'b'], { native: false }))]);
    const { alembic } = await open({ metadatas: new MetaData([plain]) });
    expect(kindsOf(await alembic.compareMetadata())).toEqual(['createTable']);
  });

  test('includeName is asked of names in the database', async () => {
    const asked: unknown[] = [];
    const includeName = (name: string | null, type: string, parents: object): boolean => {
      asked.push([name, type, parents]);
      return name !== 'legacy';
    };
    const { alembic, database } = await open({ context: { includeName } });
    await database.exec(['create table legacy (id integer)', 'create table other (id integer)']);
    const drops = (await alembic.compareMetadata()).filter((diff) => diff.kind === 'dropTable');
    expect(drops).toMatchObject([{ table: 'other' }]);
    expect(asked).toContainEqual([
      'legacy',
      'table',
      expect.objectContaining({ schemaName: null, schemaQualifiedTableName: 'legacy' }),
    ]);
    // the models' own names are no question
    expect(asked).not.toContainEqual(expect.arrayContaining(['ix_users_name']));
  });

  test('what a hook throws arrives as it is, and nothing was written', async () => {
    const { alembic, root } = await open({
      context: {
        includeObject: () => {
          throw new Error('my filter');
        },
      },
    });
    await expect(alembic.compareMetadata()).rejects.toThrow('my filter');
    await expect(alembic.revision('x')).rejects.toThrow('my filter');
    expect(revisionFiles(root)).toEqual([]);
  });

  test('processRevisionDirectives changes what is written', async () => {
    const calls: unknown[] = [];
    const { alembic, root } = await open({
      context: {
        processRevisionDirectives: async (context, revision, directives) => {
          calls.push([context, revision, directives.length]);
          const [script] = directives;
          script!.message = 'changed';
          script!.imports.add("import { helper } from './helper.ts';");
          for (const list of script!.upgradeOpsList)
            list.ops = list.ops.filter((op) => JSON.stringify(op).includes('orgs'));
          for (const list of script!.downgradeOpsList) list.ops = [];
        },
      },
    });
    const [made] = await alembic.revision('first');
    expect(calls).toEqual([[alembic.migrationContext, [], 1]]);
    expect(made).toMatchObject({ doc: 'changed' });
    const source = readFileSync(made!.path, 'utf8');
    expect(source).toContain("import { helper } from './helper.ts';");
    expect(source).toContain("op.createTable('orgs'");
    expect(source).not.toContain('users');
    expect(revisionFiles(root)).toEqual([`${made!.revision}_changed.ts`]);
  });

  test('emptied directives write nothing, added ones write more', async () => {
    const none = await open({
      context: {
        processRevisionDirectives: (_context, _revision, directives) => {
          if (directives[0]?.isEmpty()) directives.length = 0;
        },
      },
    });
    expect(await none.alembic.revision('first')).toHaveLength(1);
    await none.alembic.upgrade();
    expect(await none.alembic.revision('nothing')).toEqual([]);
    expect(revisionFiles(none.root)).toHaveLength(1);

    let count = 0;
    const two = await open({
      context: {
        processRevisionDirectives: [
          (_context, _revision, directives) => {
            const [script] = directives;
            const more = new MigrationScript([], [], { message: 'second', head: 'one', revId: 'two' });
            more.upgradeOpsList.push(...script!.upgradeOpsList);
            script!.revId = 'one';
            directives.push(more);
          },
          () => void count++,
        ],
      },
    });
    const made = await two.alembic.revision('first', { empty: true });
    expect(made.map(({ revision, downRevision }) => [revision, downRevision])).toEqual([
      ['one', null],
      ['two', 'one'],
    ]);
    expect(count).toBe(1);
  });

  test('a Rewriter stands between the comparison and the file', async () => {
    const first = new Rewriter().rewrites('createTable', (operation) =>
      (operation as unknown as { table: { name: string } }).table.name === 'orgs' ? null : operation,
    );
    const second = new Rewriter().rewrites('dropTable', () => []);
    const { alembic } = await open({ context: { processRevisionDirectives: first.chain(second).process } });
    const [made] = await alembic.revision('first');
    const source = readFileSync(made!.path, 'utf8');
    expect(source).toContain("op.createTable('users'");
    expect(source).not.toContain('orgs');
    expect(source).not.toContain('dropTable');
  });

  test('renderItem writes a part in its own words, renderAsBatch batches', async () => {
    const { alembic } = await open({
      context: {
        renderItem: (type, object, { imports }) =>
          type === 'type' && (object as { length?: number }).length === 40
            ? `${imports.add('./types.ts', 'userName')}()`
            : false,
      },
    });
    const [made] = await alembic.revision('first');
    const source = readFileSync(made!.path, 'utf8');
    expect(source).toContain("column('name', userName(), { nullable: false })");
    expect(source).toContain("import { userName } from './types.ts';");

    const batch = await open({ context: { renderAsBatch: true } });
    await batch.database.exec([
      `create table orgs (id ${kind === 'sqlite' ? 'integer' : 'serial'} not null primary key)`,
      `create table users (id ${kind === 'sqlite' ? 'integer' : 'serial'} not null primary key)`,
    ]);
    const [other] = await batch.alembic.revision('second');
    expect(readFileSync(other!.path, 'utf8')).toContain("op.batchAlterTable('users', (batch) => {");
    await batch.alembic.upgrade();
    expect(await batch.alembic.needsRevision()).toBe(false);
  });

  test('onVersionApply is told of each step, with the rows after it', async () => {
    const told: unknown[] = [];
    const { alembic } = await workspace(kind, chain('a', 'b'));
    const migrations = alembic({
      context: {
        onVersionApply: ({ ctx, step, heads, runArgs }) => {
          told.push([ctx.key, step.isUpgrade, step.upRevisionId, [...heads], runArgs]);
        },
      },
    });
    await migrations.upgrade('heads', { args: { x: 1 } });
    await migrations.downgrade('base');
    expect(told).toEqual([
      ['default', true, 'a', ['a'], { x: 1 }],
      ['default', true, 'b', ['b'], { x: 1 }],
      ['default', false, 'b', ['a'], {}],
      ['default', false, 'a', [], {}],
    ]);
  });

  test('the version table has the name and schema that the context gives it, and no other is seen', async () => {
    const { alembic, database } = await open({
      context: { versionTable: 'my_versions', versionTablePk: false },
    });
    await alembic.revision('first');
    await alembic.upgrade();
    expect(await versions(database)).toBeNull();
    expect(await versions(database, 'my_versions')).toHaveLength(1);
    expect(await alembic.compareMetadata()).toEqual([]);
  });

  test('transactionPerMigration keeps what ran before the one that failed', async () => {
    const files = chain('a', 'b', ['c', { up: "op.execute('select * from nowhere');" }]);
    for (const [transactionPerMigration, at] of [
      [false, null],
      [true, ['b']],
    ] as const) {
      const { alembic, database } = await workspace(kind, files);
      await expect(alembic({ context: { transactionPerMigration } }).upgrade()).rejects.toMatchObject({
        code: 'MIGRATION_FAILED',
        details: { revision: 'c', isRolledBack: at === null },
      });
      expect(await versions(database)).toEqual(at);
    }
  });

  test('expressions and literals compare as the database says them', async () => {
    const target = new MetaData([
      table('t', [
        id,
        column('a', string(10), { serverDefault: "it's" }),
        column('b', integer(), { serverDefault: sql`1 + 1` }),
        column('c', integer(), { serverDefault: 0, nullable: false }),
      ]),
    ]);
    const { alembic } = await open({ metadatas: target });
    await alembic.revision('first');
    await alembic.upgrade();
    expect(await alembic.compareMetadata()).toEqual([]);
  });
});
