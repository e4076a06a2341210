import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { domain } from '../../src/entries/postgresql.ts';
import {
  Alembic,
  check,
  column,
  enumType,
  index,
  integer,
  MetaData,
  materializedView,
  type Operations,
  type SchemaObject,
  sequence,
  sql,
  sqlFunction,
  table,
  trigger,
  unique,
  view,
} from '../../src/index.ts';
import { createDatabase, describeOn, type TestDatabase } from '../support/databases.ts';

const long = 'é'.repeat(40);

describeOn(['postgresql', 'postgresql-server'], 'names of more than 63 bytes', (kind) => {
  const mood = enumType(['sad'], { name: long });
  const whole: {
    readonly [what: string]: readonly [SchemaObject, (op: Operations) => PromiseLike<unknown>];
  } = {
    'a table': [table(long, [column('id', integer())]), (op) => op.createTable(long, [])],
    'a column': [
      table('t', [column(long, integer())]),
      (op) => op.createTable('t', [column(long, integer())]),
    ],
    'an enum': [table('t', [column('m', mood)]), (op) => op.createEnum(long, ['sad'])],
    'a domain': [
      table('t', [column('d', domain(long, integer()))]),
      (op) => op.createDomain(long, integer()),
    ],
    'a sequence': [sequence(long), (op) => op.createSequence(long)],
    'a view': [view(long, 'SELECT 1 AS a'), (op) => op.createView(long, 'SELECT 1 AS a')],
    'a materialized view': [
      materializedView(long, 'SELECT 1 AS a'),
      (op) => op.createView(long, 'SELECT 1 AS a', { materialized: true }),
    ],
    'a column of a view': [
      view('v', 'SELECT 1', { columns: [long] }),
      (op) => op.createView('v', 'SELECT 1', { columns: [long] }),
    ],
    'a function': [
      sqlFunction(`${long}()`, "RETURNS integer LANGUAGE sql AS 'SELECT 1'"),
      (op) => op.createFunction(`${long}()`, "RETURNS integer LANGUAGE sql AS 'SELECT 1'"),
    ],
    'a trigger': [
      trigger(long, 'there', 'BEFORE INSERT EXECUTE FUNCTION f()'),
      (op) => op.createTrigger(long, 'there', 'BEFORE INSERT EXECUTE FUNCTION f()'),
    ],
    'a schema': [table('t', [], { schema: long }), (op) => op.createSchema(long)],
    'what gets another name': [table(long, [column('id', integer())]), (op) => op.renameTable('there', long)],
    'a sequence that gets another name': [sequence(long), (op) => op.alterSequence('s', { newName: long })],
    'a domain that gets another name': [
      table('t', [column('d', domain(long, integer()))]),
      (op) => op.alterDomain('d', { newName: long }),
    ],
    'a column that comes': [
      table('t', [column(long, integer())]),
      (op) => op.addColumn('there', column(long, integer())),
    ],
    'a column that gets another name': [
      table('t', [column(long, integer())]),
      (op) => op.alterColumn('there', 'a', { newName: long }),
    ],
  };

  test.each(Object.entries(whole))(
    'of %s are refused before anything is written or run',
    async (_, [odd, run]) => {
      await using database = await createDatabase(kind);
      await database.exec('CREATE TABLE there (a INTEGER)');
      const before = await database.schema();
      const rootPath = mkdtempSync(join(tmpdir(), 'alembic-long-'));
      const there = table('there', [column('a', integer())]);
      await using alembic = new Alembic(
        { rootPath },
        { engines: database.url, metadatas: new MetaData([there, odd]), commandName: false },
      );
      try {
        await expect(alembic.revision('x')).rejects.toMatchObject({
          code: 'NAME_TOO_LONG',
          message: expect.stringContaining('80 bytes'),
        });
        await expect(run(alembic.op)).rejects.toMatchObject({ cause: { code: 'NAME_TOO_LONG' } });
        expect(readdirSync(join(rootPath, 'migrations'))).toEqual(['script.ts.template']);
        expect(await database.schema()).toBe(before);
      } finally {
        rmSync(rootPath, { recursive: true, force: true });
      }
    },
  );

  test('of constraints and indexes are cut, and found again', async () => {
    await using database = await createDatabase(kind);
    const rootPath = mkdtempSync(join(tmpdir(), 'alembic-long-'));
    const models = new MetaData([
      table('t', [
        column('a', integer()),
        index(`ix_${long}`, ['a']),
        unique(['a'], { name: `uq_${long}` }),
        check(sql`a > 0`, { name: `ck_${long}` }),
      ]),
    ]);
    const alembic = new Alembic({ rootPath }, { engines: database.url, metadatas: models });
    try {
      await alembic.revision('x');
      await alembic.upgrade();
      expect(await alembic.compareMetadata()).toEqual([]);
      await alembic.downgrade('base');
      expect(
        await database.query("SELECT 1 FROM pg_tables WHERE schemaname = 'public' AND tablename = 't'"),
      ).toEqual([]);
    } finally {
      await alembic.close();
      rmSync(rootPath, { recursive: true, force: true });
    }
  });

  // what SQLAlchemy 2.0 makes of them on PostgreSQL
  const convention = {
    ix: 'ix_%(table_name)s_%(column_0_N_name)s',
    uq: 'uq_%(table_name)s_%(column_0_N_name)s',
    ck: 'ck_%(table_name)s_%(constraint_name)s',
    fk: 'fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s',
    pk: 'pk_%(table_name)s_of_the_organisation_that_owns_it_and_of_nobody_else',
  };
  const owner = 'customer_accounts_of_partners';
  const first = 'first_line_of_the_address';
  const second = 'second_line_of_the_address';
  const models = new MetaData(
    [
      table(owner, [
        column(first, integer(), { primaryKey: true, autoincrement: false }),
        column(second, integer(), { references: `${owner}.${first}` }),
        index(null, [first, second]),
        unique([first, second]),
        unique([second, first]),
        check(sql.raw(`${first} > 0`), { name: 'is_positive_and_not_zero_whatever_happens' }),
      ]),
    ],
    { namingConvention: convention },
  );
  const truncated = (name: string) =>
    `${name.slice(0, 55)}_${createHash('md5').update(name).digest('hex').slice(-4)}`;
  const wanted = [
    `ix_${owner}_${first}_${second}`,
    `uq_${owner}_${first}_${second}`,
    `uq_${owner}_${second}_${first}`,
    `ck_${owner}_is_positive_and_not_zero_whatever_happens`,
    `fk_${owner}_${second}_${owner}`,
    `pk_${owner}_of_the_organisation_that_owns_it_and_of_nobody_else`,
  ];
  const namesThere = async (database: TestDatabase): Promise<readonly string[]> =>
    (
      await database.query<{ name: string }>(
        `select conname::text as name from pg_constraint where conrelid = '${owner}'::regclass and contype <> 'n'
         union select relname::text from pg_class join pg_index on indexrelid = oid and indrelid = '${owner}'::regclass`,
      )
    ).map(({ name }) => name);

  test('by a convention are shortened as SQLAlchemy shortens them, and found again', async () => {
    await using database = await createDatabase(kind);
    const rootPath = mkdtempSync(join(tmpdir(), 'alembic-long-'));
    const alembic = new Alembic({ rootPath }, { engines: database.url, metadatas: models });
    try {
      await alembic.revision('x');
      await alembic.upgrade();
      expect((await namesThere(database)).toSorted()).toEqual(wanted.map(truncated).toSorted());
      expect(await namesThere(database)).toContain(
        'pk_customer_accounts_of_partners_of_the_organisation_th_f3a7',
      );
      expect(await alembic.compareMetadata()).toEqual([]);
      // by their long names too, and by themselves
      await alembic.op.dropConstraint(wanted[1]!, owner, { type: 'unique' });
      await alembic.op.dropIndex(wanted[0]!, { table: owner });
      expect(await alembic.compareMetadata()).toHaveLength(2);
      await alembic.op.createUniqueConstraint(wanted[1]!, owner, [first, second]);
      await alembic.op.createIndex(wanted[0]!, owner, [first, second]);
      expect(await alembic.compareMetadata()).toEqual([]);
      await alembic.downgrade('base');
    } finally {
      await alembic.close();
      rmSync(rootPath, { recursive: true, force: true });
    }
  });

  test('that another tool left to the server to cut are found as well; one that is another is found missing', async () => {
    await using database = await createDatabase(kind);
    const cut = (name: string) => `"${name.slice(0, 63)}"`;
    await database.exec([
      `create table ${owner} (${first} integer constraint ${cut(wanted[5]!)} primary key, ${second} integer constraint ${cut(wanted[4]!)} references ${owner},
        constraint ${cut(wanted[1]!)} unique (${first}, ${second}), constraint ${cut(wanted[2]!)} unique (${second}, ${first}), constraint ${cut(wanted[3]!)} check (${first} > 0))`,
      `create index ${cut(wanted[0]!)} on ${owner} (${first}, ${second})`,
    ]);
    const alembic = new Alembic({}, { engines: database.url, metadatas: models, runMkdir: false });
    try {
      expect(await alembic.compareMetadata()).toEqual([]);
      await database.exec(
        `alter table ${owner} rename constraint ${cut(wanted[3]!)} to "${wanted[3]!.slice(0, 62)}x"`,
      );
      expect((await alembic.compareMetadata()).map(({ kind: each }) => each)).toEqual([
        'dropConstraint',
        'createCheckConstraint',
      ]);
    } finally {
      await alembic.close();
    }
  });
});
