import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Alembic, check, column, index, integer, MetaData, sql, table, unique } from '../../src/index.ts';
import { createDatabase, describeOn, type TestDatabase } from '../support/databases.ts';

const long = 'é'.repeat(40);

describeOn(['postgresql', 'postgresql-server'], 'names of more than 63 bytes', (kind) => {
  test('of tables and columns are refused before anything is written or run', async () => {
    await using database = await createDatabase(kind);
    const rootPath = mkdtempSync(join(tmpdir(), 'alembic-long-'));
    try {
      for (const odd of [table(long, [column('id', integer())]), table('t', [column(long, integer())])]) {
        const alembic = new Alembic({ rootPath }, { engines: database.url, metadatas: new MetaData([odd]) });
        await expect(alembic.revision('x')).rejects.toMatchObject({
          code: 'NAME_TOO_LONG',
          message: expect.stringContaining('80 bytes'),
        });
        const failed = await alembic.op.createTable(odd.name, [...odd.columns]).then(
          () => null,
          (error: unknown) => error as Error,
        );
        expect(failed?.cause).toMatchObject({ code: 'NAME_TOO_LONG' });
        await alembic.close();
      }
      expect(readdirSync(join(rootPath, 'migrations'))).toEqual(['script.ts.template']);
      expect(await database.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).toEqual([]);
    } finally {
      rmSync(rootPath, { recursive: true, force: true });
    }
  });

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
