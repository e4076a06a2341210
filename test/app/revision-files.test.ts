import { expect, test } from 'vitest';
import { describeOn } from '../support/databases.ts';
import { quietLogs } from '../support/history.ts';
import { kinds } from './kinds.ts';
import { contents, failure, migration, tables, versions, workspace } from './workspace.ts';

quietLogs();

const header = (revision = 'r', downRevision: string | null = null): string =>
  `export const revision = '${revision}';\nexport const downRevision = ${JSON.stringify(downRevision)};\nexport const branchLabels = null;\nexport const dependsOn = null;\n`;
const commonJs = (body: string): string =>
  `exports.revision = 'r';\nexports.downRevision = null;\nexports.branchLabels = null;\nexports.dependsOn = null;\n${body}`;

/** CONTRACT section 4, as a user's files meet it. */
describeOn(kinds, 'a revision file', (kind) => {
  /** A history of one revision with this `upgrade`, which is async. */
  const one = (up: string, more: { before?: string; down?: string } = {}) =>
    workspace(kind, {
      'migrations/r.ts': migration('r', {
        async: true,
        up,
        down: more.down ?? '',
        before: more.before ?? '',
      }),
    });

  test('upgrade may be async, and what it awaits is done', async () => {
    const { database, alembic } = await one(`
      await op.createTable('t', [column('id', integer(), { primaryKey: true }), column('n', integer())]);
      await op.bulkInsert('t', [{ id: 1, n: 10 }, { id: 2, n: 20 }]);
      const rows = await op.getBind().query('select sum(n) as total from t');
      await new Promise((resolve) => setTimeout(resolve, 5));
      await op.execute('insert into t (id, n) values (3, ' + rows[0].total + ')');`);
    await alembic().upgrade();
    expect(await database.query('select n from t order by id')).toEqual([{ n: 10 }, { n: 20 }, { n: 30 }]);
  });

  test('operations run in the order of their calls, awaited or not', async () => {
    const { database, alembic } = await one(`
      op.execute('create table t (n integer)');
      op.execute('insert into t values (1)');
      const last = op.execute('insert into t select count(*) + 1 from t');
      op.execute('insert into t select count(*) + 1 from t');
      await last;
      op.getBind().exec('insert into t select count(*) + 1 from t');
      op.execute('insert into t select count(*) + 1 from t');`);
    await alembic().upgrade();
    expect(await database.query('select n from t order by n')).toEqual([1, 2, 3, 4, 5].map((n) => ({ n })));
  });

  test('a failure is a failure even where it is caught, and nothing later runs', async () => {
    const { root, database, alembic } = await one(`
      await op.execute('create table t (n integer)');
      try {
        await op.execute('select * from nowhere');
      } catch {}
      await op.execute('create table never (n integer)').catch(() => {});
      globalThis.sawTheEnd = true;`);
    const before = await contents(database);
    const error = await failure(() => alembic().upgrade(), 'MIGRATION_FAILED');
    expect(error.details).toMatchObject({ revision: 'r', file: `${root}/migrations/r.ts`, line: 11 });
    expect(error.message).toContain('nowhere');
    expect(await contents(database)).toEqual(before);
    expect((globalThis as { sawTheEnd?: boolean }).sawTheEnd).toBe(true);
  });

  test('the way to survive a failure is a savepoint', async () => {
    const { database, alembic } = await one(`
      op.execute('create table t (n integer)');
      await op.getBind().savepoint(async () => {
        await op.execute('insert into t values (1)');
        await op.execute('insert into nowhere values (1)');
      }).catch(() => {});
      await op.getBind().savepoint(async () => { await op.execute('insert into t values (2)'); });
      op.execute('insert into t values (3)');`);
    await alembic().upgrade();
    expect(await database.query('select n from t order by n')).toEqual([{ n: 2 }, { n: 3 }]);
  });

  test('arguments are checked and copied at the call', async () => {
    const { database, alembic } = await one(`
      const rows = [{ n: 1 }];
      op.execute('create table t (n integer)');
      op.bulkInsert('t', rows);
      rows[0].n = 99;
      rows.push({ n: 100 });`);
    await alembic().upgrade();
    expect(await database.query('select n from t')).toEqual([{ n: 1 }]);

    const wrong = await one(`
      op.execute('create table t (n integer)');
      op.addColumn('t', 'n');`);
    const error = await failure(() => wrong.alembic().upgrade(), 'MIGRATION_FAILED');
    expect(error.details).toMatchObject({ line: 10 });
    expect(error.cause).toMatchObject({ code: 'BAD_ARGUMENT' });
    expect(await tables(wrong.database)).toEqual([]);
  });

  test('a call after the step has ended is an error', async () => {
    const { alembic } = await one("globalThis.late = () => op.execute('select 1');");
    await alembic().upgrade();
    const { late } = globalThis as unknown as { late: () => unknown };
    expect(late).toThrow(expect.objectContaining({ code: 'STEP_ENDED' }));
  });

  test('createTable resolves to its Table', async () => {
    const { database, alembic } = await one(`
      const made = await op.createTable('t', [column('id', integer(), { primaryKey: true }), column('name', string(9))]);
      await op.bulkInsert(made, [{ id: 1, name: made.columns.map((each) => each.name).join() }]);
      op.execute('create table ' + made.name + '2 (n integer)');`);
    await alembic().upgrade();
    expect(await database.query('select name from t')).toEqual([{ name: 'id,name' }]);
    expect(await tables(database)).toEqual(['t', 't2']);
  });

  test("batchAlterTable's callback may be async", async () => {
    const { database, alembic } = await one(
      `
      op.createTable('t', [column('id', integer(), { primaryKey: true }), column('old', string(5))]);
      op.execute("insert into t values (1, 'abc')");
      await op.batchAlterTable('t', async (batch) => {
        batch.addColumn(column('n', integer(), { nullable: false, serverDefault: 7 }));
        await new Promise((resolve) => setTimeout(resolve, 5));
        batch.alterColumn('old', { newName: 'young', type: text() });
        batch.createCheckConstraint('ck_n', 'n > 0');
      });
      op.execute('update t set n = n + 1');`,
      { down: "op.dropTable('t');" },
    );
    await alembic().upgrade();
    expect(await database.query('select id, young, n from t')).toEqual([{ id: 1, young: 'abc', n: 8 }]);
    await expect(database.exec('update t set n = 0')).rejects.toThrow(/ck_n/);
    await alembic().downgrade();
  });

  test('getBind is the connection of the migration, inside its transaction', async () => {
    const { database, alembic } = await one(
      `
      const bind = op.getBind();
      op.execute('create table t (n integer)');
      await bind.exec("insert into t values (1); insert into t values (2)");
      const rows = await bind.query('select n from t where n > ${'${PLACEHOLDER}'}', [1]);
      if (rows.length !== 1 || rows[0].n !== 2) throw new Error('rows: ' + JSON.stringify(rows));
      if (bind.dialect.name !== '${kind === 'sqlite' ? 'sqlite' : 'postgresql'}') throw new Error(bind.dialect.name);
      const model = await bind.inspect();
      const names = model.tables.map((each) => each.name);
      if (!names.includes('t')) throw new Error('tables: ' + names);
      if (bind.raw === null || typeof bind.raw !== 'object') throw new Error('raw: ' + bind.raw);
      throw new Error('and back');`.replace('${PLACEHOLDER}', kind === 'sqlite' ? '?' : '$1'),
    );
    const error = await failure(() => alembic().upgrade(), 'MIGRATION_FAILED');
    expect(error.message).toContain('and back');
    expect(error.details.line).toBe(19);
    expect(await tables(database)).toEqual([]);
  });

  test('kysely runs on that same connection', async () => {
    const { database, alembic } = await one(`
      op.createTable('t', [column('id', integer(), { primaryKey: true }), column('name', text())]);
      const db = op.getBind().kysely();
      await db.insertInto('t').values([{ id: 1, name: 'a' }, { id: 2, name: 'b' }]).execute();
      const rows = await db.selectFrom('t').select('name').where('id', '>', 1).execute();
      await db.updateTable('t').set({ name: rows[0].name + rows.length }).where('id', '=', 1).execute();
      op.execute('delete from t where id = 2');`);
    await alembic().upgrade();
    expect(await database.query('select id, name from t')).toEqual([{ id: 1, name: 'b1' }]);
  });

  test('upgrades and upgrade together are an error, in either direction', async () => {
    const both = `${header()}export function upgrade() {}\nexport const upgrades = { default() {} };\n`;
    const up = await workspace(kind, { 'migrations/r.ts': both });
    const error = await failure(() => up.alembic().upgrade(), 'MIGRATION_AMBIGUOUS');
    expect(error.message).toMatch(/r\.ts:\d+ exports both upgrade and upgrades/);
    expect(await versions(up.database)).toBeNull();

    const down = `${header()}export function upgrade() {}\nexport function downgrade() {}\nexport const downgrades = { default() {} };\n`;
    const other = await workspace(kind, { 'migrations/r.ts': down });
    await failure(() => other.alembic().upgrade(), 'MIGRATION_AMBIGUOUS');
  });

  test('a map with the key of the one database is a function for it', async () => {
    const text = `${header()}export const upgrades = { default(op: any) { op.execute('create table t (n integer)'); } };\n`;
    const { database, alembic } = await workspace(kind, { 'migrations/r.ts': text });
    await alembic().upgrade();
    expect(await tables(database)).toEqual(['t']);
  });

  const create = "op.createTable('t', [column('id', integer(), { primaryKey: true })]);";
  test.each<[string, string | null, string]>([
    [
      'r.ts',
      null,
      `import { column, integer, type Operations } from 'alembic-ts';\n${header()}export function upgrade(op: Operations) { ${create} }`,
    ],
    [
      'r.ts',
      'commonjs',
      `import { column, integer, type Operations } from 'alembic-ts';\n${header()}export function upgrade(op: Operations): void { ${create} }`,
    ],
    [
      'r.ts',
      'module',
      `import { column, integer } from 'alembic-ts/schema';\n${header()}export const upgrade = async (op: any) => { ${create} };`,
    ],
    [
      'r.mts',
      'commonjs',
      `import { column, integer } from 'alembic-ts';\n${header()}export const upgrade = (op: any) => ${create}`,
    ],
    [
      'r.js',
      'commonjs',
      `import { column, integer } from 'alembic-ts';\n${header()}export const upgrade = (op) => { ${create} };`,
    ],
    [
      'r.js',
      'commonjs',
      commonJs(
        `const { column, integer } = require('alembic-ts');\nexports.upgrade = (op) => { ${create} };`,
      ),
    ],
    [
      'r.mjs',
      'commonjs',
      `import { column, integer } from 'alembic-ts';\n${header()}export const upgrade = (op) => { ${create} };`,
    ],
    [
      'r.cjs',
      'module',
      commonJs(
        `const { column, integer } = require('alembic-ts');\nexports.upgrade = (op) => { ${create} };`,
      ),
    ],
    [
      'r.ts',
      'module',
      `import { column, integer } from 'alembic-ts'; ${header().replaceAll('\n', ' ')}export default { upgrade: (op: any) => { ${create} } };`,
    ],
  ])('%s in a package of type %s', async (name, type, source) => {
    const { root, database, alembic } = await workspace(kind, {
      [`migrations/${name}`]: source,
      ...(type === null ? {} : { 'package.json': JSON.stringify({ type }) }),
    });
    const migrations = alembic();
    await migrations.upgrade();
    expect([await tables(database), await versions(database)]).toEqual([['t'], ['r']]);
    expect((await migrations.current())[0]?.path).toBe(`${root}/migrations/${name}`);
  });

  test('a header in any literal layout is read without importing the file', async () => {
    const source = `throw new Error('imported');\nexport const revision="r",downRevision=null;export const branchLabels=['x'] as const;export const dependsOn: string | null = null; export function upgrade() {}`;
    const { alembic } = await workspace(kind, { 'migrations/r.ts': source });
    expect(await alembic().heads()).toMatchObject([{ revision: 'r', downRevision: null }]);
    const error = await failure(() => alembic().upgrade(), 'SCRIPT_THREW');
    expect(error.message).toContain('imported');
  });

  test('a header that is computed is read by importing', async () => {
    const source = `${header().replace("'r'", "['r', '1'].join('')")}export function upgrade(op: any) { op.execute('create table t (n integer)'); }`;
    const { database, alembic } = await workspace(kind, { 'migrations/r.ts': source });
    await alembic().upgrade();
    expect(await versions(database)).toEqual(['r1']);
  });

  test('a downgrade that is not there is an error that names the file', async () => {
    const { root, database, alembic } = await one("op.execute('create table t (n integer)');");
    await alembic().upgrade();
    const before = await contents(database);
    const error = await failure(() => alembic().downgrade(), 'DOWNGRADE_MISSING');
    expect(error.message).toContain(`${root}/migrations/r.ts`);
    expect(await contents(database)).toEqual(before);
  });

  if (kind !== 'sqlite') {
    test('objects are made in the schema that the options name', async () => {
      const { database, alembic } = await one(
        `
        op.execute('create schema app');
        op.createTable('t', [column('id', integer(), { primaryKey: true }), column('name', string(9))], { schema: 'app' });
        op.addColumn('t', column('n', integer()), { schema: 'app' });
        op.createIndex('ix_t_n', 't', ['n'], { schema: 'app' });
        op.createUniqueConstraint('uq_t_name', 't', ['name'], { schema: 'app' });
        op.createCheckConstraint('ck_t_n', 't', 'n > 0', { schema: 'app' });
        op.alterColumn('t', 'name', { newName: 'title', schema: 'app' });
        op.bulkInsert('t', [{ id: 1, title: 'x', n: 1 }], { schema: 'app' });
        op.renameTable('t', 'u', { schema: 'app' });`,
        { down: "op.dropTable('u', { schema: 'app' }); op.execute('drop schema app');" },
      );
      await alembic().upgrade();
      expect(await database.query('select title, n from app.u')).toEqual([{ title: 'x', n: 1 }]);
      await alembic().downgrade();
    });
  }
});
