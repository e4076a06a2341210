import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import {
  Alembic,
  ArgumentError,
  CommandError,
  createEngine,
  defineConfig,
  MetaData,
} from '../../src/index.ts';
import { project } from '../scripts/project.ts';
import { failure, tree } from './workspace.ts';

const models = new MetaData([]);

describe('the constructor', () => {
  test('takes no application', () => {
    const alembic = new Alembic();
    expect(() => alembic.app).toThrow(expect.objectContaining({ code: 'NO_APP' }));
  });

  test('registers an application: the directory and its template are made', () => {
    const rootPath = project({});
    const app = { rootPath };
    const alembic = new Alembic(app);
    expect(alembic.app).toBe(app);
    expect(tree(rootPath)).toEqual({
      migrations: null,
      'migrations/script.ts.template': expect.stringContaining(
        'export function upgrade(op: Operations): void',
      ),
    });
  });

  test('makes nothing where runMkdir is false', () => {
    const rootPath = project({});
    new Alembic({ rootPath }, { runMkdir: false });
    expect(tree(rootPath)).toEqual({});
  });

  test.each<[string, object, string, RegExp]>([
    ['an option', { engine: 'sqlite:' }, 'UNKNOWN_OPTION', /'engine'.*'engines'/],
    [
      'an option of config',
      { config: { script_location: 'm' } },
      'UNKNOWN_OPTION',
      /'script_location'.*'scriptLocation'/,
    ],
    [
      'an option of context',
      { context: { compareTypes: true } },
      'UNKNOWN_OPTION',
      /'compareTypes'.*'compareType'/,
    ],
    [
      'a value of config',
      { config: { truncateSlugLength: 'long' } },
      'BAD_ARGUMENT',
      /truncateSlugLength.*number/,
    ],
    [
      'a value of context',
      { context: { includeObject: 'users' } },
      'BAD_ARGUMENT',
      /includeObject.*function/,
    ],
    ['a time zone', { config: { timezone: 'Mars/Olympus' } }, 'TIMEZONE', /Mars\/Olympus/],
    ['runMkdir', { runMkdir: 'no' }, 'BAD_ARGUMENT', /runMkdir.*true or false/],
    ['commandName', { commandName: 5 }, 'BAD_ARGUMENT', /commandName.*a name or false/],
    ['a URL', { engines: 'nowhere' }, 'BAD_URL', /scheme/],
    ['a database', { engines: 'mssql://a@b/c' }, 'UNSUPPORTED_DATABASE', /SQL Server/],
    ['a misspelt database', { engines: 'sqllite:a.db' }, 'UNSUPPORTED_DATABASE', /'sqlite:'/],
    ['an engine of a map', { engines: { default: 'sqlite:', other: 7 } }, 'UNKNOWN_ENGINE', /7/],
    ['models', { metadatas: 'users' }, 'NO_METADATA', /users/],
    ['models of a map', { metadatas: { default: [models, {}] } }, 'NO_METADATA', /'default'/],
    ['no models', { metadatas: [] }, 'NO_METADATA', /'default'/],
    [
      'models without their engine',
      { engines: { default: 'sqlite:' }, metadatas: { default: models, auth: models, log: models } },
      'NO_ENGINE',
      /'auth', 'log'.*'default'/,
    ],
    [
      'one engine under another key',
      { engines: 'sqlite:', metadatas: { auth: models } },
      'NO_ENGINE',
      /'auth'/,
    ],
  ])('refuses a wrong option: %s', async (_, options, code, message) => {
    const rootPath = project({});
    const error = await failure(() => new Alembic({ rootPath }, options), code as 'BAD_URL');
    expect(error.message).toMatch(message);
    expect(tree(rootPath)).toEqual({});
    // without an application too, and in a configuration of the command line
    if (code !== 'TIMEZONE') {
      await failure(() => new Alembic(null, options), code as 'BAD_URL');
      await failure(() => defineConfig(options), code as 'BAD_URL');
    }
  });

  test('models without any engine are refused with the application that would need one', async () => {
    const rootPath = project({});
    const without = { metadatas: models };
    const { message } = await failure(() => new Alembic({ rootPath }, without), 'NO_ENGINE');
    expect(message).toMatch(/'default'.*there are none/);
    await failure(() => defineConfig(without), 'NO_ENGINE');
    expect(tree(rootPath)).toEqual({});

    const alembic = new Alembic(null, without);
    await failure(() => alembic.initApp({ rootPath }), 'NO_ENGINE');
    alembic.initApp({ rootPath }, { engines: 'sqlite:app.db' });
    expect([...alembic.migrationContexts.keys()]).toEqual(['default']);
  });

  test.each<[string, unknown, string, RegExp]>([
    ['a path', '/srv/app', 'NO_APP', /\/srv\/app/],
    ['a root', { rootPath: 5 }, 'BAD_ARGUMENT', /rootPath.*5/],
    ['a config', { config: 'x' }, 'BAD_ARGUMENT', /config/],
    ['a config of alembic', { config: { alembic: 'x' } }, 'BAD_ARGUMENT', /config\.alembic/],
    [
      'an option in it',
      { config: { alembic: { scriptLocations: 'x' } } },
      'UNKNOWN_OPTION',
      /'scriptLocation'/,
    ],
    [
      'a context option in it',
      { config: { alembicContext: { versiontable: 'x' } } },
      'UNKNOWN_OPTION',
      /'versionTable'/,
    ],
    ['a program', { cli: {} }, 'BAD_ARGUMENT', /cli.*Commander/],
    ['a hook', { onClose: true }, 'BAD_ARGUMENT', /onClose/],
  ])('refuses a wrong application: %s', async (_, app, code, message) => {
    const error = await failure(() => new Alembic(app as object, { runMkdir: false }), code as 'NO_APP');
    expect(error.message).toMatch(message);
    const alembic = new Alembic(null, { runMkdir: false });
    await failure(() => alembic.initApp(app as object), code as 'NO_APP');
    expect(() => alembic.app).toThrow(expect.objectContaining({ code: 'NO_APP' }));
  });

  test('its errors are of the classes that they are documented with', () => {
    expect(() => new Alembic(null, { nothing: 1 } as object)).toThrow(ArgumentError);
    expect(() => new Alembic(null, { engines: {}, metadatas: 'x' } as object)).toThrow(CommandError);
  });

  test('one engine and one MetaData have the key default', () => {
    const alembic = new Alembic({ rootPath: project({}) }, { engines: 'sqlite::memory:', metadatas: models });
    expect([...alembic.migrationContexts.keys()]).toEqual(['default']);
  });

  test('an engine, a connection of a driver and a map of them are engines', async () => {
    const rootPath = project({});
    const database = new DatabaseSync(':memory:');
    const engines = { a: createEngine('sqlite::memory:'), b: database, c: 'sqlite::memory:' };
    await using alembic = new Alembic({ rootPath }, { engines });
    expect([...alembic.migrationContexts.keys()]).toEqual(['a', 'b', 'c']);
    for (const [key, context] of alembic.migrationContexts) {
      expect(context.key).toBe(key);
      expect(await context.getCurrentHeads()).toEqual([]);
    }
    await alembic.close();
    expect(database.isOpen).toBe(true);
    database.close();
  });
});

describe('initApp', () => {
  test('options go over those of the constructor where they are given', () => {
    const [one, two, three] = [project({}), project({}), project({})];
    const alembic = new Alembic(null, {
      runMkdir: false,
      config: { scriptLocation: 'a', truncateSlugLength: 7 },
    });
    alembic.initApp({ rootPath: one });
    alembic.initApp({ rootPath: two }, { runMkdir: true, config: { scriptLocation: 'b' } });
    alembic.initApp({ rootPath: three }, { runMkdir: undefined } as object);
    expect(tree(one)).toEqual({});
    expect(Object.keys(tree(two))).toEqual(['b', 'b/script.ts.template']);
    expect(tree(three)).toEqual({});
    const [, state] = [...appsOf(alembic)];
    expect(state?.config.options).toEqual({ scriptLocation: 'b', truncateSlugLength: 7 });
  });

  test("an option that is undefined isn't given", () => {
    const rootPath = project({});
    new Alembic({ rootPath }, { runMkdir: undefined, engines: undefined } as object);
    expect(existsSync(join(rootPath, 'migrations'))).toBe(true);
  });

  test("what is in the application's config goes over options.config and options.context", () => {
    const alembic = new Alembic(null, {
      engines: 'sqlite::memory:',
      config: { scriptLocation: 'a', truncateSlugLength: 7 },
      context: { versionTable: 'v', compareType: false },
    });
    const app = {
      rootPath: project({}),
      config: { alembic: { scriptLocation: 'b' }, alembicContext: { versionTable: 'w' }, port: 80 },
    };
    alembic.initApp(app);
    expect(alembic.config.options).toEqual({ scriptLocation: 'b', truncateSlugLength: 7 });
    expect(alembic.scriptDirectory.directory).toBe(join(app.rootPath, 'b'));
    const { opts, versionTable } = alembic.migrationContext;
    expect(versionTable.name).toEqual({ schema: null, name: 'w' });
    expect(opts).toMatchObject({ versionTable: 'w', compareType: false, compareServerDefault: true });
  });

  test('types and server defaults are compared by default', () => {
    const { opts } = new Alembic({ rootPath: project({}) }, { engines: 'sqlite::memory:' }).migrationContext;
    expect(opts).toMatchObject({ compareType: true, compareServerDefault: true });
  });

  test('registers the command unless commandName says not to', () => {
    const rootPath = project({});
    const names = (options: object): string[] => {
      const cli = new Command();
      new Alembic(null, options).initApp({ rootPath, cli });
      return cli.commands.map((command) => command.name());
    };
    expect(names({})).toEqual(['db']);
    expect(names({ commandName: 'migrate' })).toEqual(['migrate']);
    expect(names({ commandName: false })).toEqual([]);
    expect(names({ commandName: '' })).toEqual([]);
    const cli = new Command();
    new Alembic(null, { commandName: false }).initApp({ rootPath, cli }, { commandName: 'schema' });
    expect(cli.commands.map((command) => command.name())).toEqual(['schema']);
  });

  test('a name that the program has already is refused, and the application with it', async () => {
    const cli = new Command();
    cli.command('database').alias('db');
    const app = { rootPath: project({}), cli, name: 'shop' };
    const alembic = new Alembic();
    const error = await failure(() => alembic.initApp(app), 'COMMAND_TAKEN');
    expect(error.message).toMatch(/'db'.*commandName/);
    expect(() => alembic.app).toThrow(expect.objectContaining({ code: 'NO_APP' }));
    alembic.initApp(app, { commandName: 'migrations' });
    expect(alembic.app).toBe(app);
  });

  test("an application is taken once, and one that can't have its directory isn't", async () => {
    const app = { rootPath: project({}), name: 'shop' };
    const alembic: Alembic = new Alembic(app);
    expect((await failure(() => alembic.initApp(app), 'APP_REGISTERED')).message).toContain("'shop'");

    const blocked = { rootPath: project({ file: '' }) };
    const options = { config: { scriptLocation: 'file/migrations' } };
    await failure(() => alembic.initApp(blocked, options), 'WRITE_FAILED');
    expect(alembic.app).toBe(app);
  });
});

describe('mkdir', () => {
  test('makes the script directory, the version directories and the template', () => {
    const rootPath = project({});
    const alembic = new Alembic(
      { rootPath },
      { runMkdir: false, config: { versionLocations: ['more/old', ['billing', 'billing/migrations']] } },
    );
    expect(alembic.mkdir()).toBeUndefined();
    expect(Object.keys(tree(rootPath))).toEqual([
      'billing',
      'billing/migrations',
      'migrations',
      'migrations/script.ts.template',
      'more',
      'more/old',
    ]);
  });

  test('leaves what exists as it is', () => {
    const rootPath = project({ 'migrations/script.mjs.template': 'mine', 'migrations/notes.txt': 'x' });
    const before = tree(rootPath);
    const alembic = new Alembic({ rootPath });
    expect(tree(rootPath)).toEqual(before);
    writeFileSync(join(rootPath, 'migrations/notes.txt'), 'y');
    alembic.mkdir();
    expect(readFileSync(join(rootPath, 'migrations/notes.txt'), 'utf8')).toBe('y');
  });

  test('writes the template that fits the number of databases', () => {
    const rootPath = project({});
    new Alembic({ rootPath }, { engines: { a: 'sqlite::memory:', b: 'sqlite::memory:' } });
    const template = readFileSync(join(rootPath, 'migrations/script.ts.template'), 'utf8');
    expect(template).toContain('export const upgrades = {');
    expect(template).toContain('export const downgrades = {');
  });
});

function* appsOf(alembic: Alembic): Iterable<Alembic> {
  for (const app of alembic.shared.states.keys()) yield alembic.forApp(app);
}
