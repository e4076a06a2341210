import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { array, domain } from '../../src/entries/postgresql.ts';
import { Alembic, type ContextOptions } from '../../src/index.ts';
import {
  check,
  column,
  enumType,
  foreignKey,
  index,
  integer,
  MetaData,
  primaryKey,
  sql,
  string,
  table,
  text,
  unique,
} from '../../src/schema/index.ts';
import { converge, isRight } from '../conformance/converge.ts';
import { createDatabase, describeOn, type TestDatabase } from '../support/databases.ts';

// Schemas said and unsaid, whatever the search path: nothing is found that isn't there, and what is there is found.

/** Search paths, and what the default schema is on each. */
const paths: readonly (readonly [path: string, current: string])[] = [
  ['public', 'public'],
  ['app, public', 'app'],
  ['"$user", nowhere, app', 'app'],
  ['"Odd ""Schema", public', 'Odd "Schema'],
  ['public, app, "Odd ""Schema"', 'public'],
];

describeOn(['postgresql', 'postgresql-server'], 'schemas and search paths', (kind) => {
  let database: TestDatabase;
  let root: string;
  beforeAll(async () => {
    database = await createDatabase(kind);
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    await setPath('public');
    await database.reset();
    root = mkdtempSync(join(tmpdir(), 'alembic-schemas-'));
    return () => rmSync(root, { recursive: true, force: true });
  });

  const setPath = async (path: string): Promise<void> => {
    const [row] = await database.query<{ name: string }>('select quote_ident(current_database()) as name');
    await database.exec([
      `alter database ${row?.name} set search_path = ${path}`,
      `set search_path = ${path}`,
    ]);
  };
  const withAlembic = async <T>(
    models: MetaData,
    context: ContextOptions,
    use: (alembic: Alembic) => Promise<T>,
  ): Promise<T> => {
    const alembic = new Alembic(
      { rootPath: root },
      { engines: database.url, metadatas: models, context, commandName: false },
    );
    try {
      return await use(alembic);
    } finally {
      await alembic.close();
    }
  };
  const found = (models: MetaData, context: ContextOptions = {}): Promise<readonly unknown[]> =>
    withAlembic(models, context, async (alembic) =>
      (await alembic.compareMetadata()).map((diff) => {
        const {
          kind: what,
          table: of,
          name,
          column: col,
          schema,
        } = diff as unknown as { readonly [key: string]: unknown };
        return [
          what,
          typeof of === 'object' && of !== null ? (of as { name: string }).name : (of ?? name),
          ...(col === undefined ? [] : [typeof col === 'object' ? (col as { name: string }).name : col]),
          schema ?? null,
        ];
      }),
    );
  const tablesThere = async (): Promise<readonly string[]> =>
    (
      await database.query<{ name: string }>(
        `select schemaname || '.' || tablename as name from pg_tables where schemaname !~ '^pg_' and schemaname <> 'information_schema' order by 1`,
      )
    ).map(({ name }) => name);

  /** The same table names in each schema, keys that go back and forth, enums that live elsewhere. */
  const everywhere = (schema: string | null, other: string | null): MetaData => {
    const at = schema === null ? {} : { schema };
    const there = other === null ? {} : { schema: other };
    const far = enumType(['a', 'b'], { name: 'far', ...(other === null ? {} : { schema: other }) });
    return new MetaData([
      table(
        't',
        [
          column('id', integer(), { primaryKey: true }),
          column('near', enumType(['x'], { name: 'near' })),
          unique(['near'], { name: 'uq' }),
          index('ix', ['near']),
        ],
        at,
      ),
      table(
        't',
        [
          column('id', integer(), { primaryKey: true }),
          column('near', enumType(['y'], { name: 'near' })),
          column('near_ones', array(enumType(['y'], { name: 'near' }))),
          foreignKey(['id'], 't', ['id'], { name: 'fk', referredSchema: schema }),
          unique(['near'], { name: 'uq' }),
          index('ix', ['near']),
          check(sql`t.id > 0`, { name: 'ck' }),
        ],
        there,
      ),
      table(
        'u',
        [
          column('id', integer(), { primaryKey: true }),
          column('far', far, { serverDefault: 'a' }),
          column('far_ones', array(far), { serverDefault: '{a,b}' }),
          column('t', integer()),
          column('own', integer()),
          foreignKey(['t'], 't', ['id'], { referredSchema: other, onDelete: 'cascade' }),
          foreignKey(['own'], 'u', ['id'], { referredSchema: schema }),
        ],
        at,
      ),
      table('far_user', [column('far', enumType(['a', 'b'], { name: 'far' }))], there),
    ]);
  };

  test.each(paths)('on the path %s: by one revision, and back', async (path, current) => {
    await database.exec(['create schema app', 'create schema "Odd ""Schema"']);
    await setPath(path);
    const other = current === 'app' ? 'public' : 'app';
    const models = everywhere(null, other);
    await withAlembic(models, {}, async (alembic) => {
      await alembic.revision('all');
      await alembic.upgrade();
      expect(await alembic.compareMetadata()).toEqual([]);
    });
    expect(await tablesThere()).toEqual(
      [
        `${current}.alembic_version`,
        `${current}.t`,
        `${current}.u`,
        `${other}.far_user`,
        `${other}.t`,
      ].toSorted(),
    );
    // the default schema by its name, and all schemas, are the same
    for (const context of [{}, { includeSchemas: true }]) {
      expect(await found(everywhere(null, other), context)).toEqual([]);
      expect(await found(everywhere(current, other), context)).toEqual([]);
    }
    // one that only differs in its schema is another
    expect(await found(everywhere(null, current === 'app' ? 'Odd "Schema' : 'nowhere'))).not.toEqual([]);
    // on another path too, as long as every schema is said
    for (const [elsewhere] of paths) {
      await setPath(elsewhere);
      const version = { versionTableSchema: current, includeSchemas: true };
      expect([elsewhere, await found(everywhere(current, other), version)]).toEqual([elsewhere, []]);
    }
    await setPath(path);
    await withAlembic(models, {}, (alembic) => alembic.downgrade('base'));
    expect(await tablesThere()).toEqual([`${current}.alembic_version`]);
    expect(
      await database.query(
        `select 1 from pg_type join pg_namespace n on n.oid = typnamespace where typname in ('near', 'far')`,
      ),
    ).toEqual([]);
  });

  test.each(paths)("on the path %s: the version table is nobody's difference", async (path, current) => {
    await database.exec(['create schema app', 'create schema "Odd ""Schema"']);
    await setPath(path);
    for (const versionTableSchema of [null, current, 'app', 'Odd "Schema']) {
      const context = { versionTableSchema, includeSchemas: true, versionTable: `v ${versionTableSchema}` };
      await withAlembic(new MetaData([]), context, async (alembic) => {
        await alembic.revision('none', { empty: true });
        await alembic.upgrade();
        expect([versionTableSchema, await alembic.compareMetadata()]).toEqual([versionTableSchema, []]);
        await alembic.downgrade('base');
      });
      await database.exec(
        `drop table "${(versionTableSchema ?? current).replaceAll('"', '""')}"."v ${String(versionTableSchema).replaceAll('"', '""')}"`,
      );
      rmSync(join(root, 'migrations'), { recursive: true, force: true });
    }
  });

  test('domains and enums that the path leads to, and those that it does not', async () => {
    await database.exec([
      'create schema app',
      'create schema far',
      `create domain d as text check (value <> '')`,
      'create domain far.d as integer',
      'create domain far.e as integer[]',
      `create type mood as enum ('x')`,
      `create type far.mood as enum ('y')`,
      'create table app.t (a d, b far.d, c far.e, d d[], e public.mood, f far.mood[])',
    ]);
    const models = (near: object): MetaData =>
      new MetaData([
        table(
          't',
          [
            column('a', domain('d', near)),
            column('b', domain('d', { schema: 'far' })),
            column('c', domain('e', { schema: 'far' })),
            column('d', array(domain('d', near))),
            column('e', enumType(['x'], { name: 'mood', schema: 'public' })),
            column('f', array(enumType(['y'], { name: 'mood', schema: 'far' }))),
          ],
          { schema: 'app' },
        ),
      ]);
    expect(await found(models({}))).toEqual([]);
    expect(await found(models({ schema: 'public' }))).toEqual([]);
    expect(await found(models({ schema: 'far' }))).toEqual([
      ['alterColumn', 't', 'a', 'app'],
      ['alterColumn', 't', 'd', 'app'],
    ]);
    await setPath('far, public');
    // the same words mean another domain here
    expect(await found(models({}))).toEqual([
      ['alterColumn', 't', 'a', 'app'],
      ['alterColumn', 't', 'd', 'app'],
    ]);
    expect(await found(models({ schema: 'public' }))).toEqual([]);
  });

  test('sequences, functions and types of other schemas in expressions', async () => {
    await database.exec([
      'create schema app',
      `create function app.f(integer) returns integer language sql immutable as 'select $1'`,
      'create table app.t (a serial primary key, b integer default app.f(1), c text, constraint k check (app.f(b) > 0))',
      'create index i on app.t (app.f(b))',
    ]);
    const models = (schema: string | null, prefix: string, sequence: string, number = 1): MetaData =>
      new MetaData([
        table(
          't',
          [
            column('a', integer(), {
              primaryKey: true,
              serverDefault: sql.raw(`nextval('${sequence}'::regclass)`),
            }),
            column('b', integer(), { serverDefault: sql.raw(`${prefix}f(${number})`) }),
            column('c', text()),
            check(sql.raw(`${prefix}f(b) > 0`), { name: 'k' }),
            index('i', [sql.raw(`${prefix}f(b)`)]),
          ],
          schema === null ? {} : { schema },
        ),
      ]);
    expect(await found(models('app', 'app.', 'app.t_a_seq'))).toEqual([]);
    await setPath('app');
    for (const schema of [null, 'app'])
      for (const prefix of ['', 'app.'])
        for (const sequence of ['t_a_seq', 'app.t_a_seq', '"app"."t_a_seq"'])
          expect([schema, prefix, sequence, await found(models(schema, prefix, sequence))]).toEqual([
            schema,
            prefix,
            sequence,
            [],
          ]);
    expect(await found(models(null, '', 't_a_seq', 2))).toEqual([['alterColumn', 't', 'b', null]]);
  });

  test('without includeSchemas, other schemas count for what the models name', async () => {
    await database.exec([
      'create schema app',
      'create schema far',
      'create table t (a integer)',
      'create table app.t (a integer)',
      'create table far.t (a integer)',
      `create type far.e as enum ('x')`,
      'create table app.u (a integer)',
    ]);
    const models = new MetaData([
      table('t', [column('a', integer())]),
      table('t', [column('a', integer())], { schema: 'app' }),
    ]);
    expect(await found(models)).toEqual([]);
    expect(await found(models, { includeSchemas: true })).toEqual(
      [
        ['dropTable', 't', 'far'],
        ['dropTable', 'u', 'app'],
        ['dropEnum', 'e', 'far'],
      ].toSorted(),
    );
    const includeName = (name: string | null, type: string): boolean => type !== 'schema' || name !== 'far';
    expect(await found(models, { includeSchemas: true, includeName })).toEqual([['dropTable', 'u', 'app']]);
  });

  test.each<[string, string | null, (string | null)[]]>([
    ['the default one, in tables of others', null, ['app', null, 'far']],
    ['another one, in tables of the default one', 'far', [null, 'app']],
    ['another one, in its tables', 'app', ['app', null]],
  ])('an enum of %s loses a value and takes others', async (_, home, owners) => {
    await database.exec(['create schema app', 'create schema far']);
    const models = (...values: readonly string[]): MetaData =>
      new MetaData(
        owners.map((schema) =>
          table(
            't',
            [
              column('a', enumType([...values], { name: 'mood', schema: home ?? 'public' }), {
                serverDefault: 'c',
              }),
              column('b', array(enumType([...values], { name: 'mood', schema: home ?? 'public' }))),
            ],
            schema === null ? {} : { schema },
          ),
        ),
      );
    const inserted = owners.map((schema) => `insert into ${schema ?? 'public'}.t values ('c', '{a,c}')`);
    for (const [i, values] of [
      ['a', 'b', 'c'],
      ['c', 'a'],
      ['c', 'a', 'd'],
      ['d', 'c', 'b', 'a'],
    ].entries()) {
      await withAlembic(models(...values), {}, async (alembic) => {
        await alembic.revision(`step ${i}`);
        await alembic.upgrade();
        expect([values, await alembic.compareMetadata()]).toEqual([values, []]);
        if (i === 0) await database.exec(inserted);
      });
    }
    await withAlembic(models('d', 'c', 'b', 'a'), {}, async (alembic) => {
      for (let i = 0; i < 3; i++) await alembic.downgrade(-1);
    });
    expect(await found(models('a', 'b', 'c'))).toEqual([]);
    for (const schema of owners)
      expect(await database.query(`select a::text, b::text from ${schema ?? 'public'}.t`)).toEqual([
        { a: 'c', b: '{a,c}' },
      ]);
  });

  test.each([true, false])(
    'tables of one name change in two schemas at once (includeSchemas: %s)',
    async (includeSchemas) => {
      await using fresh = await createDatabase(kind);
      const t = (schema: string, rest: string): string =>
        `create table ${schema}.t (a integer not null, b varchar(5)${rest})`;
      const ddlA = [
        'create schema app',
        t('public', ', constraint k primary key (a), constraint c check (a > 0)'),
        t('app', ', constraint k primary key (a), constraint fk foreign key (a) references public.t (a)'),
        'create index i on public.t (b)',
        'create index i on app.t (b)',
        'create table app.old (a integer references app.t (a))',
      ];
      const ddlB = [
        'create schema app',
        `create table public.t (a integer not null, b varchar(9) not null default 'x', constraint k primary key (a, b), constraint u unique (a), constraint c check (a > 1))`,
        `create table app.t (a integer not null, b varchar(5), constraint k2 primary key (a), constraint fk foreign key (a) references public.t (a), d integer, constraint fd foreign key (d) references app.t (a))`,
        'create unique index i on public.t (b)',
        'create index i2 on app.t (b)',
        'create table app.new (a integer references public.t (a))',
      ];
      const key = column('a', integer(), { nullable: false, autoincrement: false });
      const models = new MetaData([
        table('t', [
          key,
          column('b', string(9), { nullable: false, serverDefault: 'x' }),
          primaryKey(['a', 'b'], { name: 'k' }),
          unique(['a'], { name: 'u' }),
          check(sql`a > 1`, { name: 'c' }),
          index('i', ['b'], { unique: true }),
        ]),
        table(
          't',
          [
            key,
            column('b', string(5)),
            column('d', integer()),
            primaryKey(['a'], { name: 'k2' }),
            foreignKey(['a'], 't', ['a'], { name: 'fk', referredSchema: null }),
            foreignKey(['d'], 't', ['a'], { name: 'fd', referredSchema: 'app' }),
            index('i2', ['b']),
          ],
          { schema: 'app' },
        ),
        table('new', [column('a', integer(), { references: 'public.t.a' })], { schema: 'app' }),
        ...(includeSchemas
          ? []
          : [table('old', [column('a', integer(), { references: 'app.t.a' })], { schema: 'app' })]),
      ]);
      const all = includeSchemas ? ddlB : [...ddlB, 'create table app.old (a integer references app.t (a))'];
      const outcome = await converge(
        { id: 'two schemas', ddlA, ddlB: all, models, context: { includeSchemas } },
        database,
        fresh,
      );
      expect(outcome.problem).toBeNull();
      expect(isRight(outcome)).toBe(true);
    },
  );
});
