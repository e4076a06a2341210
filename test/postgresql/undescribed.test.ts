import { configureSync, type LogRecord, reset } from '@logtape/logtape';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { reflectMetadata } from '../../src/entries/autogenerate.ts';
import { Alembic } from '../../src/index.ts';
import { flushLogs } from '../../src/util/logging.ts';
import { project } from '../scripts/project.ts';
import { createDatabase, describeOn, type TestDatabase } from '../support/databases.ts';

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

/** What reflecting says that it leaves out. */
async function leftOut(
  database: TestDatabase,
  schemas: readonly (string | null)[] | 'all',
): Promise<string[]> {
  await using alembic = new Alembic({ rootPath: project({}) }, { engines: database.url });
  await reflectMetadata(alembic.migrationContext, { schemas });
  await flushLogs();
  const text = logged.map(({ message }) => message.join('')).join('\n');
  return (/describes? it: (.*)\. What needs it/.exec(text)?.[1] ?? '')
    .split('; ')
    .filter((each) => each !== '');
}

const described = `
  create extension hstore;
  create schema app;
  create type app.mood as enum ('a');
  create domain app.age as integer;
  create table app.t (id serial primary key, feeling app.mood, tags text[]);
  create view app.v as select id from app.t;
  create function app.f() returns integer language sql as 'select 1';
`;
const undescribed = `
  create type app.pair as (a integer, b integer);
  create type app.span as range (subtype = time);
  create type app.opaque;
  create function app.opaque_in(cstring) returns app.opaque language internal immutable strict as 'int4in';
  create function app.opaque_out(app.opaque) returns cstring language internal immutable strict as 'int4out';
  create type app.opaque (input = app.opaque_in, output = app.opaque_out, like = integer);
  create aggregate app.total(integer) (sfunc = int4pl, stype = integer);
  create operator app.@@@ (leftarg = integer, rightarg = integer, function = int4pl);
  create operator class app.backwards for type integer using btree as operator 1 >, operator 2 >=, operator 3 =, operator 4 <=, operator 5 <, function 1 btint4cmp(integer, integer);
  create collation app.plain (locale = 'C');
  create conversion app.same for 'UTF8' to 'LATIN1' from utf8_to_iso8859_1;
  create text search configuration app.words (copy = simple);
  create text search dictionary app.stems (template = simple);
  create statistics app.both on id, feeling from app.t;
  create foreign data wrapper far;
  create server there foreign data wrapper far;
  create foreign table app.elsewhere (id integer) server there;
  create table app.pairs of app.pair;
  alter table app.t enable row level security;
  alter table app.t replica identity full;
  create policy own on app.t using (id > 0);
  create rule quiet as on delete to app.t do instead nothing;
  alter view app.v alter column id set default 7;
  create function app.happens() returns event_trigger language plpgsql as 'begin end';
  create event trigger watch on ddl_command_end execute function app.happens();
  create publication news for table app.t;
  create cast (app.pair as app.mood) with inout;
  create collation plain (locale = 'C');
`;

describeOn(['postgresql', 'postgresql-server'], 'what no models describe', (kind) => {
  test('is named when a database is reflected, schema by schema', async () => {
    await using database = await createDatabase(kind);
    await database.exec(described);
    expect(await leftOut(database, 'all')).toEqual([]);
    await database.exec(undescribed);
    const inApp = [
      'aggregate: app.total',
      'base type: app.opaque',
      'collation: app.plain',
      'composite type: app.pair',
      'conversion: app.same',
      'default of a view: app.v.id',
      'foreign table: app.elsewhere',
      'operator: app.@@@',
      'operator class: app.backwards',
      'policy: app.t.own',
      'range type: app.span',
      'rule: app.t.quiet',
      'statistics object: app.both',
      'table with a replica identity: app.t',
      'table with row security: app.t',
      'text search configuration: app.words',
      'text search dictionary: app.stems',
      'typed table (OF): app.pairs',
    ].sort();
    expect((await leftOut(database, ['app'])).sort()).toEqual(inApp);
    logged.length = 0;
    expect(await leftOut(database, [null])).toEqual(['collation: plain']);
    logged.length = 0;
    expect((await leftOut(database, 'all')).sort()).toEqual(
      [
        ...inApp.map((each) => (each.startsWith('collation') ? 'collation: app.plain, plain' : each)),
        'cast: app.pair AS app.mood',
        'event trigger: watch',
        'foreign data wrapper: far',
        'foreign server: there',
        'publication: news',
      ].sort(),
    );
  });

  test('is counted where there is much of it', async () => {
    await using database = await createDatabase(kind);
    const names = Array.from({ length: 13 }, (_, i) => `c${String(i).padStart(2, '0')}`);
    await database.exec(names.map((name) => `create collation ${name} (locale = 'C')`));
    expect(await leftOut(database, 'all')).toEqual([
      `collation: ${names.slice(0, 10).join(', ')} and 3 more`,
    ]);
  });
});
