import { expect, test } from 'vitest';
import { citext, domain, extension, hstore } from '../../src/entries/postgresql.ts';
import { column, index, integer, sql, table, text } from '../../src/index.ts';
import { createDatabase, describeOn } from '../support/databases.ts';
import { type Case, checkCase, differences, withAlembic } from './check-case.ts';

const bare = table('other', [column('id', integer())]);

const cases: { readonly [what: string]: Case } = {
  'comes before what needs its types, functions and operator classes, and goes after it': {
    a: [],
    b: [
      'CREATE EXTENSION hstore',
      'CREATE EXTENSION pg_trgm',
      'CREATE EXTENSION citext',
      'CREATE DOMAIN label AS citext',
      'CREATE TABLE t (a hstore, b TEXT, c label)',
      'CREATE INDEX ix_t ON t USING gin (b gin_trgm_ops)',
      'CREATE TABLE other (id INTEGER)',
    ],
    models: [
      table('t', [
        column('a', hstore()),
        column('b', text()),
        column('c', domain('label', citext())),
        index('ix_t', [{ column: 'b', operatorClass: 'gin_trgm_ops' }], { postgresql: { using: 'gin' } }),
      ]),
      bare,
      extension('hstore'),
      extension('pg_trgm'),
      extension('citext'),
    ],
    kinds: [
      'createExtension',
      'createExtension',
      'createExtension',
      'createDomain',
      'createTable',
      'createTable',
      'createIndex',
    ],
  },
  'goes after what needed it': {
    a: [
      'CREATE EXTENSION hstore',
      'CREATE TABLE other (id INTEGER, h hstore)',
      'CREATE TABLE t (a hstore)',
      "CREATE INDEX ix_other ON other ((h -> 'a'))",
    ],
    b: ['CREATE TABLE other (id INTEGER)'],
    models: [bare],
    includeKinds: ['extension'],
    kinds: ['dropTable', 'dropIndex', 'dropColumn', 'dropExtension'],
  },
  'another schema, which is made for it': {
    a: ['CREATE EXTENSION hstore', 'CREATE EXTENSION citext'],
    b: ['CREATE SCHEMA "e""x"', 'CREATE EXTENSION hstore SCHEMA "e""x"', 'CREATE EXTENSION citext'],
    models: [extension('hstore', { schema: 'e"x' }), extension('citext', { schema: 'public' })],
    kinds: ['createSchema', 'alterExtension'],
  },
  'wherever and whichever it is, where nothing is said': {
    a: ['CREATE SCHEMA ex', "CREATE EXTENSION hstore SCHEMA ex VERSION '1.5'"],
    b: ['CREATE SCHEMA ex', "CREATE EXTENSION hstore SCHEMA ex VERSION '1.5'"],
    models: [extension('hstore')],
    kinds: [],
  },
};

describeOn(['postgresql', 'postgresql-server'], 'extensions', (kind) => {
  test.each(Object.entries(cases))('%s', async (_, each) => checkCase(each, kind));

  test('what they bring is theirs, and those of a database are left alone', async () => {
    await using database = await createDatabase(kind);
    await database.exec(['CREATE EXTENSION pg_stat_statements', 'CREATE EXTENSION earthdistance CASCADE']);
    const all = ['extension', 'view', 'sequence', 'domain', 'enum'];
    expect(await differences(database, [])).toEqual([]);
    expect(await differences(database, [], { includeKinds: all })).toEqual([
      'dropExtension',
      'dropExtension',
      'dropExtension',
    ]);
    expect(await differences(database, [], { includeKinds: all.slice(1) })).toEqual([]);
  });

  test('a version that is said is come to, as far as there is a way', async () => {
    await using database = await createDatabase(kind);
    await database.exec("CREATE EXTENSION hstore VERSION '1.5'");
    const version = (): Promise<unknown> =>
      database.query("SELECT extversion AS version FROM pg_extension WHERE extname = 'hstore'");
    await withAlembic(database, [extension('hstore', { version: '1.6' })], async (alembic) => {
      await alembic.revision('newer');
      await alembic.upgrade();
      expect(await version()).toEqual([{ version: '1.6' }]);
      expect(await alembic.compareMetadata()).toEqual([]);
      // no extension of the server's goes back to an older version
      await expect(alembic.downgrade()).rejects.toMatchObject({ code: 'MIGRATION_FAILED' });
      await alembic.op.alterExtension('hstore', { version: null });
      expect(await version()).toEqual(
        await database.query(
          "SELECT default_version AS version FROM pg_available_extensions WHERE name = 'hstore'",
        ),
      );
    });
  });

  test('by hand', async () => {
    await using database = await createDatabase(kind);
    await withAlembic(database, [], async (alembic) => {
      await alembic.op.createExtension('earthdistance', {
        cascade: true,
        ifNotExists: true,
        schema: 'public',
      });
      await alembic.op.createExtension('earthdistance', { ifNotExists: true });
      await alembic.op.execute(sql`CREATE TABLE t (a cube)`);
      await alembic.op.dropExtension('cube', { cascade: true });
      await alembic.op.dropExtension('cube', { ifExists: true });
    });
    expect(await database.query("SELECT extname FROM pg_extension WHERE extname <> 'plpgsql'")).toEqual([]);
  });
});
