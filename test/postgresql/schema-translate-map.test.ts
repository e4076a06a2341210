import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { domain } from '../../src/entries/postgresql.ts';
import {
  Alembic,
  check,
  column,
  enumType,
  foreignKey,
  index,
  integer,
  MetaData,
  type SchemaTranslateMap,
  sql,
  string,
  type Table,
  table,
} from '../../src/index.ts';
import { createDatabase, describeOn } from '../support/databases.ts';

const mood = enumType(['sad', 'ok'], { name: 'mood' });
const plans = table('plans', [column('id', integer(), { primaryKey: true, autoincrement: false })], {
  schema: 'shared',
});
const users = (...more: Table['columns']): Table =>
  table('users', [
    column('id', integer(), { primaryKey: true }),
    column('name', string(20), { serverDefault: 'nobody', index: true }),
    column('mood', mood, { serverDefault: 'ok' }),
    column('plan', integer()),
    column('code', domain('code', string(5), { nullable: false })),
    foreignKey(['plan'], 'shared.plans', ['id'], { name: 'fk_plan' }),
    check(sql`length(name) > 1`, { name: 'ck_name' }),
    ...more,
  ]);
const orders = table('orders', [
  column('user_id', integer(), { references: { column: 'users.id', name: 'fk_user' } }),
  index('ix_user', ['user_id'], { where: sql`user_id > 0` }),
]);

describeOn(['postgresql', 'postgresql-server'], 'schemaTranslateMap', (kind) => {
  test('one set of models and revisions, a schema for each tenant', async () => {
    await using database = await createDatabase(kind);
    const rootPath = mkdtempSync(join(tmpdir(), 'alembic-tenants-'));
    const tenant = (schemaTranslateMap: SchemaTranslateMap, ...models: readonly Table[]): Alembic =>
      new Alembic(
        { rootPath },
        {
          engines: database.engine,
          metadatas: new MetaData(models),
          commandName: false,
          context: { schemaTranslateMap },
        },
      );
    const tables = async (): Promise<readonly string[]> => {
      const rows = await database.query<{ name: string }>(
        "SELECT schemaname || '.' || tablename AS name FROM pg_tables WHERE schemaname !~ '^(pg_|information)' ORDER BY 1",
      );
      return rows.map(({ name }) => name);
    };
    const one = { null: 'tenant_1', shared: 'common' };
    const two = new Map<string | null, string | null>([
      [null, 'tenant "2"'],
      ['shared', 'common'],
    ]);
    try {
      await database.exec([
        'CREATE SCHEMA common',
        'CREATE TABLE common.plans (id INTEGER NOT NULL PRIMARY KEY)',
        'CREATE SCHEMA tenant_1',
        'CREATE SCHEMA "tenant ""2"""',
        // not of any tenant: nobody's business
        'CREATE TABLE unrelated (id INTEGER)',
        "CREATE TYPE mood AS ENUM ('other')",
      ]);
      await using first = tenant(one, plans, users(), orders);
      const [script] = await first.revision('begin');
      const source = readFileSync(script?.path ?? '', 'utf8');
      expect(source).not.toMatch(/tenant|common/);
      expect(source).not.toContain("'plans',");
      await first.upgrade();
      expect(await first.compareMetadata()).toEqual([]);
      expect(await tables()).toEqual([
        'common.plans',
        'public.unrelated',
        'tenant_1.alembic_version',
        'tenant_1.orders',
        'tenant_1.users',
      ]);

      await using second = tenant(two, plans, users(), orders);
      expect(await second.current()).toEqual([]);
      await second.upgrade();
      expect(await second.compareMetadata()).toEqual([]);
      expect(await tables()).toContain('tenant "2".users');

      await using grown = tenant(one, plans, users(column('city', string(9))));
      expect((await grown.compareMetadata()).map((each) => each.kind)).toEqual([
        'addColumn',
        'dropIndex',
        'dropTable',
      ]);
      await grown.revision('grow');
      await grown.upgrade();
      expect(await grown.compareMetadata()).toEqual([]);
      expect(await tables()).toContain('tenant "2".orders');
      expect(await tables()).not.toContain('tenant_1.orders');
      await grown.downgrade('base');
      await second.downgrade('base');
      expect(await tables()).toEqual([
        'common.plans',
        'public.unrelated',
        'tenant "2".alembic_version',
        'tenant_1.alembic_version',
      ]);
    } finally {
      rmSync(rootPath, { recursive: true, force: true });
    }
  });

  test('what only looks like a schema is left as it is; types and extensions are found', async () => {
    await using database = await createDatabase(kind);
    await database.exec(['CREATE SCHEMA common', 'CREATE SCHEMA tenant']);
    const rootPath = mkdtempSync(join(tmpdir(), 'alembic-tenants-'));
    try {
      const shared = enumType(['a', 'b'], { name: 'kind', schema: 'shared' });
      const logs = table('logs', [column('schema', string(20)), column('kind', shared)]);
      await using alembic = new Alembic(
        { rootPath },
        {
          engines: database.engine,
          metadatas: new MetaData([logs]),
          commandName: false,
          context: { schemaTranslateMap: { null: 'tenant', shared: 'common' } },
        },
      );
      await alembic.revision('begin');
      await alembic.upgrade();
      expect(await alembic.compareMetadata()).toEqual([]);
      await alembic.op.bulkInsert('logs', [{ schema: 'shared' }]);
      expect(await database.query('SELECT schema FROM tenant.logs')).toEqual([{ schema: 'shared' }]);
      expect(
        await database.query(
          "SELECT typnamespace::regnamespace::text AS schema FROM pg_type WHERE typname = 'kind'",
        ),
      ).toEqual([{ schema: 'common' }]);
    } finally {
      rmSync(rootPath, { recursive: true, force: true });
    }
  });

  test('a failure names the operation as it was written; impossible maps are refused', async () => {
    await using database = await createDatabase(kind);
    const rootPath = mkdtempSync(join(tmpdir(), 'alembic-tenants-'));
    const open = (schemaTranslateMap: SchemaTranslateMap): Alembic =>
      new Alembic(
        { rootPath },
        { engines: database.engine, commandName: false, context: { schemaTranslateMap } },
      );
    try {
      await using alembic = open({ null: 'nowhere' });
      await expect(alembic.op.createTable('t', [column('id', integer())])).rejects.toThrow(/nowhere/);
      await using twice = open({ null: 'a', b: 'a' });
      await expect(twice.current()).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
    } finally {
      rmSync(rootPath, { recursive: true, force: true });
    }
  });

  test('a partition and an heir stand under the tables of their tenant', async () => {
    await using database = await createDatabase(kind);
    const rootPath = mkdtempSync(join(tmpdir(), 'alembic-tenants-'));
    const id = column('id', integer(), { nullable: false });
    const models = (...more: Table['columns']): MetaData =>
      new MetaData([
        table('events', [id, ...more], { postgresql: { partitionBy: 'LIST (id)' } }),
        table('e1', [], { postgresql: { partitionOf: 'events', partitionBound: 'FOR VALUES IN (1)' } }),
        table('heir', [], { postgresql: { inherits: ['shared.parent'] } }),
        table('parent', [id], { schema: 'shared' }),
      ]);
    const tenant = (schema: string, metadata: MetaData): Alembic =>
      new Alembic(
        { rootPath },
        {
          engines: database.engine,
          metadatas: metadata,
          commandName: false,
          context: { schemaTranslateMap: { null: schema, shared: `${schema}_shared` } },
        },
      );
    try {
      await database.exec([
        'CREATE SCHEMA "a b"',
        'CREATE SCHEMA "a b_shared"',
        'CREATE SCHEMA c',
        'CREATE SCHEMA c_shared',
      ]);
      await using first = tenant('a b', models());
      await first.revision('begin');
      await first.upgrade();
      expect(await first.compareMetadata()).toEqual([]);
      await using second = tenant('c', models());
      await second.upgrade();
      const changed = models(column('n', integer()));
      await using later = tenant('a b', changed);
      await later.revision('more');
      await later.upgrade();
      expect(await later.compareMetadata()).toEqual([]);
      await using other = tenant('c', changed);
      await other.upgrade();
      const rows = await database.query<{ child: string; parent: string; columns: string }>(
        `SELECT inhrelid::regclass::text AS child, inhparent::regclass::text AS parent,
          (SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = inhrelid AND attnum > 0) AS columns
        FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid WHERE relkind = 'r' ORDER BY 1`,
      );
      expect(rows).toEqual([
        { child: '"a b".e1', parent: '"a b".events', columns: 'id n' },
        { child: '"a b".heir', parent: '"a b_shared".parent', columns: 'id' },
        { child: 'c.e1', parent: 'c.events', columns: 'id n' },
        { child: 'c.heir', parent: 'c_shared.parent', columns: 'id' },
      ]);
      await other.downgrade('base');
      await later.downgrade('base');
      expect(
        await database.query(
          "SELECT inhrelid FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid WHERE relkind = 'r'",
        ),
      ).toEqual([]);
    } finally {
      rmSync(rootPath, { recursive: true, force: true });
    }
  });
});
