import { configureSync, type LogRecord, reset } from '@logtape/logtape';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { domain } from '../../src/entries/postgresql.ts';
import {
  Alembic,
  check,
  column,
  integer,
  MetaData,
  sql,
  sqlFunction,
  table,
  text,
  trigger,
  view,
} from '../../src/index.ts';
import { chain, closed, contents, failure, testDatabase } from '../app/workspace.ts';
import { errorResponse, listen } from '../postgresql/connecting.ts';
import { oldServer } from '../postgresql/old-server.ts';
import { project } from '../scripts/project.ts';
import { describeOn, type TestDatabase } from '../support/databases.ts';

// What connecting itself can meet is beside the driver, in engine.test.ts.

const logged: LogRecord[] = [];
beforeEach(() => {
  logged.length = 0;
  configureSync({
    reset: true,
    sinks: { list: (record) => void logged.push(record) },
    loggers: [
      { category: 'alembic', lowestLevel: 'warning', sinks: ['list'] },
      { category: ['logtape', 'meta'], lowestLevel: 'fatal', sinks: [] },
    ],
  });
});
afterEach(() => reset());

const warnings = (): string => logged.map(({ message }) => message.join('')).join('\n');
const open = (engines: string, options: object = {}): Alembic =>
  closed(new Alembic({ rootPath: project(chain('a', 'b')) }, { engines, commandName: false, ...options }));

describeOn(['postgresql', 'postgresql-server', 'postgres.js'], 'a server that refuses', (kind) => {
  /** A role of this test's own; `withUser` is the URL for it. */
  async function role(database: TestDatabase, options = ''): Promise<{ name: string; url: string }> {
    const name = `alembic_role_${new URL(database.url).pathname.slice(1)}`;
    await database.exec(`create role ${name} login ${options}`);
    return { name, url: database.url.replace('postgres@', `${name}@`) };
  }

  async function withRole(
    work: (database: TestDatabase, user: { name: string; url: string }) => Promise<void>,
  ): Promise<void> {
    const database = await testDatabase(kind);
    const user = await role(database);
    try {
      await work(database, user);
    } finally {
      // what a test left open would keep it
      await database.exec(
        `select pg_terminate_backend(pid) from pg_stat_activity where usename = '${user.name}'`,
      );
      await database.exec(`drop owned by ${user.name}; drop role ${user.name}`);
    }
  }

  test('to write, because it is read-only: nothing is changed, and what only reads works', async () => {
    const database = await testDatabase(kind);
    const name = new URL(database.url).pathname.slice(1);
    await open(database.url).upgrade('a');
    await database.exec(`alter database ${name} set default_transaction_read_only = on`);
    const before = await contents(database);
    const metadatas = new MetaData([]);
    const alembic = open(database.url, { metadatas });
    for (const work of [
      () => alembic.upgrade(),
      () => alembic.downgrade(),
      () => alembic.stamp('b'),
      () => alembic.op.execute('create table t (n integer)'),
    ]) {
      const error = await failure(work, 'READ_ONLY_DATABASE');
      expect(error.message).toMatch(/read-only transaction \(25006\).*connect to the primary/s);
    }
    expect(await contents(database)).toEqual(before);
    expect((await alembic.current()).map(({ revision }) => revision)).toEqual(['a']);
    await alembic.upgrade('a');
    expect((await alembic.compareMetadata()).map((diff) => diff.kind)).toEqual(['dropTable']);
  });

  test('because the role may not make tables', () =>
    withRole(async (database, { name, url }) => {
      await database.exec('revoke create on schema public from public');
      const before = await contents(database);
      const alembic = open(url);
      const error = await failure(() => alembic.upgrade(), 'INSUFFICIENT_PRIVILEGE');
      expect(error.message).toMatch(
        /permission denied for schema public \(42501\)\. Grant it to the connection's user/,
      );
      expect(await contents(database)).toEqual(before);
      // and where the version table is there, in the migration, which says which it was
      await open(database.url).stamp('a');
      await database.exec(`grant all on alembic_version to ${name}`);
      const later = await failure(() => alembic.upgrade(), 'INSUFFICIENT_PRIVILEGE');
      expect(later.details).toMatchObject({ revision: 'b', operation: 'createTable', isRolledBack: true });
      await database.exec(`grant create on schema public to ${name}`);
      await alembic.upgrade();
      expect(await alembic.needsUpgrade()).toBe(false);
    }));

  test('because the role may not read the version table', () =>
    withRole(async (database, { url }) => {
      await open(database.url).stamp('a');
      const alembic = open(url);
      await failure(() => alembic.current(), 'INSUFFICIENT_PRIVILEGE');
      await failure(() => alembic.upgrade(), 'INSUFFICIENT_PRIVILEGE');
    }));

  test('because the role may not make temporary tables: compared as text, and said so', () =>
    withRole(async (database, { name, url }) => {
      const database_ = new URL(database.url).pathname.slice(1);
      await database.exec([
        `revoke temporary on database ${database_} from public`,
        `create table t (a text default 'x', b text default 'y', c integer default 5)`,
        `alter table t owner to ${name}`,
      ]);
      const metadatas = new MetaData([
        table('t', [
          column('a', text(), { serverDefault: sql`('x')` }),
          column('b', text(), { serverDefault: 'y' }),
          column('c', integer(), { serverDefault: 5 }),
        ]),
      ]);
      const diffs = await open(url, { metadatas }).compareMetadata();
      expect(diffs).toMatchObject([{ kind: 'alterColumn', column: 'a' }]);
      expect(warnings()).toMatch(/compared as text.*permission denied to create temporary tables/s);
      // who may make them has nothing to compare
      expect(await open(database.url, { metadatas }).compareMetadata()).toEqual([]);
    }));

  test('to go on, in mid-migration: all is rolled back, and the next run starts anew', async () => {
    const database = await testDatabase(kind);
    const files = chain('a', [
      'b',
      {
        async: true,
        up: `op.createTable('t_b', [column('id', integer())]);
          const [{ pid }] = await op.getBind().query<{ pid: number }>('select pg_backend_pid() as pid');
          await args.end(pid);
          op.createTable('t_c', [column('id', integer())]);`,
      },
    ]);
    const alembic = closed(
      new Alembic({ rootPath: project(files) }, { engines: database.engine, commandName: false }),
    );
    const before = await contents(database);
    const end = (pid: number): Promise<void> => database.exec(`select pg_terminate_backend(${pid})`);
    const error = await failure(() => alembic.upgrade('heads', { args: { end } }), 'CONNECTION_LOST');
    expect(error.details).toMatchObject({ revision: 'b', isRolledBack: true });
    expect(error.message).toMatch(/broke off/);
    expect(await contents(database)).toEqual(before);
    await alembic.upgrade('heads', { args: { end: () => {} } });
    expect(await alembic.needsUpgrade()).toBe(false);
  });
});

describe('a server', () => {
  test.each([
    ['that starts', '57P03', 'the database system is starting up', /starting up or shutting down: try again/],
    ['without a free connection', '53300', 'sorry, too many clients already', /raise max_connections/],
    ['that lets nobody in from here', '28000', 'no pg_hba.conf entry for host', /pg_hba\.conf/],
  ])('%s', async (_, state, words, way) => {
    const server = await listen((_chunk, reply) => reply(errorResponse(state, words)));
    const { port } = server.address() as { port: number };
    for (const scheme of ['postgresql', 'postgresql+postgres']) {
      const error = await failure(
        () => open(`${scheme}://me:secret@127.0.0.1:${port}/app`).upgrade(),
        'CANNOT_CONNECT',
      );
      expect(error.message).toContain(words);
      expect(error.message).toMatch(way);
      expect(error.message).not.toContain('secret');
      expect(error.details.sqlState).toBe(state);
    }
    server.close();
  });

  test('of a version before 13 is refused before anything is written', async () => {
    await using server = await oldServer('120022');
    const alembic = open(server.url, { metadatas: new MetaData([]) });
    for (const work of [() => alembic.upgrade(), () => alembic.compareMetadata()]) {
      const error = await failure(work, 'UNSUPPORTED_VERSION');
      expect(error.message).toMatch(/app is PostgreSQL 12; versions from 13 are supported/);
    }
    expect(server.asked.join('\n')).not.toMatch(/\b(create|insert|update|commit)\b/i);
    // the fake is let pass where it is new enough, and is then asked for more
    await using newer = await oldServer('130001');
    await open(newer.url)
      .upgrade()
      .catch(() => {});
    expect(newer.asked.join('\n')).toMatch(/SAVEPOINT/);
  });
});

describeOn(['postgresql', 'postgresql-server', 'postgres.js'], 'SQL that cannot be parsed', (kind) => {
  const t = table('t', [column('id', integer(), { primaryKey: true })]);
  const touch = sqlFunction('touch()', 'RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$');
  const good = [
    t,
    touch,
    view('good', 'select id from t'),
    trigger('fine', 't', 'BEFORE UPDATE FOR EACH ROW EXECUTE FUNCTION touch()'),
    domain('whole', integer(), { checks: [check('VALUE >= 0', { name: 'c' })] }),
  ];

  test.each([
    ['a view', 'createView', view('bad', 'SELECT id FROMM t'), 'FROMM'],
    ['a view and more', 'createView', view('bad', 'SELECT id FROM t; SELECT FROM WHERE'), 'WHERE'],
    [
      'a trigger',
      'replaceTrigger',
      trigger('fine', 't', 'BEFORE UPDATE OF full FOR EACH ROW EXECUTE FUNCTION touch()'),
      'full',
    ],
    ['a function', 'createFunction', sqlFunction('bad()', 'RETURNS integer LANGUAGE sql RETURN 1 +'), '+'],
    [
      'a domain',
      'createDomain',
      domain('bad', integer(), { checks: [check('VALUE >', { name: 'c' })] }),
      ')',
    ],
  ] as const)(
    'of %s: found as a difference, and refused by its name when it runs',
    async (_, operation, bad, near) => {
      const database = await testDatabase(kind);
      const rootPath = project({});
      const alembic = (models: ConstructorParameters<typeof MetaData>[0]): Alembic =>
        closed(
          new Alembic(
            { rootPath },
            { engines: database.url, commandName: false, metadatas: new MetaData(models) },
          ),
        );
      const before = alembic(good);
      await before.revision('good');
      await before.upgrade();
      const after = alembic([...good.filter(({ name }) => name !== bad.name || name === 'domain'), bad]);
      expect((await after.compareMetadata()).map((each) => each.kind)).toEqual([operation]);
      await after.revision('bad');
      const error = await failure(() => after.upgrade(), 'MIGRATION_FAILED');
      expect(error.message).toContain(`failed in ${operation}`);
      expect(error.message).toMatch(/syntax error at .*\(42601\)/);
      expect(error.message).toContain(near);
      expect(error.message).toContain(`"${bad.kind === 'type' ? bad.typeName : bad.name}"`);
    },
  );
});
