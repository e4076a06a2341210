import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseEngineUrl } from './engine-url.ts';

describe('URLs of files', () => {
  const files: readonly (readonly [url: string, path: string])[] = [
    ['sqlite:app.db', 'app.db'],
    ['sqlite:./app.db', './app.db'],
    ['sqlite:../data/app.db', '../data/app.db'],
    ['sqlite:/srv/app.db', '/srv/app.db'],
    ['sqlite:C:\\data\\app.db', 'C:\\data\\app.db'],
    ['sqlite:C:/data/app.db', 'C:/data/app.db'],
    ['sqlite::memory:', ':memory:'],
    ['sqlite:', ':memory:'],
    ['sqlite://', ':memory:'],
    ['sqlite:///', ':memory:'],
    ['sqlite:///:memory:', ':memory:'],
    ['sqlite:///app.db', 'app.db'],
    ['sqlite:////srv/app.db', '/srv/app.db'],
    ['sqlite:///C:\\data\\app.db', 'C:\\data\\app.db'],
    ['sqlite+aiosqlite:///app.db', 'app.db'],
    ['sqlite:my%20data.db', 'my data.db'],
    ['sqlite:100%.db', '100%.db'],
    ['sqlite:what?.db', 'what?.db'],
    ['file:///srv/app.db', '/srv/app.db'],
    ['file:app.db', 'app.db'],
    ['SQLite:app.db', 'app.db'],
  ];

  test.each(files)('%s is %s', (url, path) => {
    expect(parseEngineUrl(url)).toMatchObject({ database: path });
  });

  test('parameters are kept', () => {
    expect(parseEngineUrl('sqlite:///app.db?mode=ro&cache=shared')).toMatchObject({
      database: 'app.db',
      parameters: { mode: 'ro', cache: 'shared' },
    });
  });
});

describe('URLs of servers', () => {
  test('every part', () => {
    expect(
      parseEngineUrl(
        'postgresql+psycopg://me:secret@db.example:5433/app?sslmode=require&application_name=a%40b',
      ),
    ).toEqual({
      scheme: 'postgresql',
      driver: 'psycopg',
      user: 'me',
      password: 'secret',
      host: 'db.example',
      port: 5433,
      database: 'app',
      parameters: { sslmode: 'require', application_name: 'a@b' },
    });
  });

  test('what is absent is null', () => {
    expect(parseEngineUrl('postgresql://')).toMatchObject({
      user: null,
      password: null,
      host: null,
      port: null,
      database: null,
    });
    expect(parseEngineUrl('postgres://localhost')).toMatchObject({ host: 'localhost', database: null });
    expect(parseEngineUrl('postgres:///app?host=/run/postgresql')).toMatchObject({
      host: null,
      database: 'app',
      parameters: { host: '/run/postgresql' },
    });
    expect(parseEngineUrl('postgres://[::1]:5432/app')).toMatchObject({ host: '::1', port: 5432 });
  });

  test('a query with an @ belongs to no user', () => {
    expect(parseEngineUrl('postgres://localhost/app?application_name=a@b')).toMatchObject({
      user: null,
      host: 'localhost',
      parameters: { application_name: 'a@b' },
    });
  });

  test.each(['p@ss', 'p/ss', 'p:ss', 'p?ss', 'p#ss', 'p%ss', '100%', 'a@b?c', '[x]', 'ä €', '%41'])(
    'the password %s, as it is or encoded',
    (password) => {
      const encoded = `postgresql://me:${encodeURIComponent(password)}@host:5432/app?sslmode=disable`;
      expect(parseEngineUrl(encoded)).toMatchObject({
        user: 'me',
        password,
        host: 'host',
        port: 5432,
        database: 'app',
      });
      if (password === '%41') return;
      const raw = `postgresql://me:${password}@host:5432/app?sslmode=disable`;
      expect(parseEngineUrl(raw)).toMatchObject({
        user: 'me',
        password,
        host: 'host',
        port: 5432,
        database: 'app',
        parameters: { sslmode: 'disable' },
      });
    },
  );

  test('any user, password and database come back from their encoded forms', () => {
    const text = fc.string({ unit: 'binary', minLength: 1 }).filter((value) => value.isWellFormed());
    fc.assert(
      fc.property(text, text, text, (user, password, database) => {
        const url = `postgresql://${encodeURIComponent(user)}:${encodeURIComponent(password)}@host/${encodeURIComponent(database)}?a=b`;
        expect(parseEngineUrl(url)).toMatchObject({
          user,
          password,
          database,
          host: 'host',
          parameters: { a: 'b' },
        });
      }),
    );
  });
});

describe('what is no URL of a database', () => {
  test.each([
    '',
    'app.db',
    'C:\\data\\app.db',
    '//host/db',
    'postgresql:app',
    'sqlite://host/app.db',
    'postgresql://me:hush@ho st:x/db',
  ])('%s', (url) => {
    const parse = () => parseEngineUrl(url);
    expect(parse).toThrow(expect.objectContaining({ code: 'BAD_URL' }));
    expect(parse).not.toThrow(/hush/);
  });
});
