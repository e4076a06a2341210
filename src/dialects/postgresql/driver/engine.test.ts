import { describe, expect, test } from 'vitest';
import {
  errorResponse,
  expectNoPassword,
  failure,
  hostile,
  listen,
} from '../../../../test/postgresql/connecting.ts';
import { describeOn, serverUrl, withDatabase } from '../../../../test/support/databases.ts';
import { createEngine } from '../../../environment/create-engine.ts';
import { postgresqlEngine, postgresqlEngineFrom } from './engine.ts';

describeOn(['postgresql', 'postgresql-server', 'postgres.js'], 'an engine for a target', (kind) => {
  const driver = kind === 'postgres.js' ? 'postgres' : 'pg';
  const place = async () => {
    const { hostname, port } = new URL(await serverUrl(kind as 'postgresql'));
    return { host: hostname, port: Number(port), user: 'postgres', password: hostile };
  };

  test('a database name, a user and options with special characters arrive as they are', async () => {
    const database = `alembic ${process.pid} ${kind}/?#%&+"ä`;
    const quoted = `"${database.replaceAll('"', '""')}"`;
    await withDatabase(kind, async (owner) => {
      await owner.exec(`create database ${quoted} template template0`);
      try {
        const parameters = { application_name: 'a b&c', options: '-c jit=off' };
        const there = await postgresqlEngine(
          { ...(await place()), database, parameters },
          { driver },
        ).connect();
        const [row] = await there.query(
          "select current_database() as database, current_setting('application_name') as application, current_setting('jit') as jit",
        );
        expect(row).toEqual({ database, application: 'a b&c', jit: 'off' });
        await there.close();
      } finally {
        await owner.exec(`drop database ${quoted}`);
      }
    });
  });

  test('a database that is not there says what to do', async () => {
    const target = { ...(await place()), database: 'no such' };
    const error = await failure(postgresqlEngine(target, { driver }).connect());
    expect(error.code).toBe('CANNOT_CONNECT');
    expect(error.message).toMatch(/"no such" does not exist.*Create the database/s);
    expectNoPassword(error);
  });

  test('an engine closes what it opened', async () => {
    const engine = postgresqlEngine({ ...(await place()), database: 'postgres' }, { driver });
    const opened = [await engine.connect(), await engine.connect()];
    await engine.dispose();
    for (const each of opened) {
      expect((await failure(each.query('select 1'))).code).toBe('CONNECTION_CLOSED');
    }
  });

  test('no connection is left: the server has no more for the role', async () => {
    await withDatabase(kind, async (database) => {
      const role = `alembic_limited_${process.pid}_${driver}`;
      await database.exec(`create role ${role} login connection limit 1`);
      try {
        const target = { ...(await place()), user: role, database: 'postgres' };
        const first = await postgresqlEngine(target, { driver }).connect();
        const error = await failure(postgresqlEngine(target, { driver }).connect());
        expect(error).toMatchObject({ code: 'CANNOT_CONNECT', details: { sqlState: '53300' } });
        expect(error.message).toMatch(/no connection left: close some/);
        expectNoPassword(error);
        await first.close();
      } finally {
        await database.exec(`drop role ${role}`);
      }
    });
  });
});

/** The server from npm asks roles of such names for a password (scram-sha-256). */
describeOn(['postgresql', 'postgres.js'], 'a password', (kind) => {
  const scheme = kind === 'postgres.js' ? 'postgresql+postgres' : 'postgresql';
  const special = [...`!"#$%&'()*+,-./:;<=>?@[\\]^_\`{|}~ é€`];

  test('with every special character reaches the server, encoded in the URL', async () => {
    await withDatabase(kind, async (database) => {
      const { host } = new URL(database.url.replace(/^[^:]*/, 'http'));
      const role = `scram_${process.pid}_${kind.length}`;
      const url = (password: string): string =>
        `${scheme}://${role}:${encodeURIComponent(password)}@${host}/postgres`;
      await database.exec(`create role ${role} login`);
      try {
        for (const password of [hostile, special.join(''), ...special.map((each) => `a${each}b`)]) {
          await database.exec(`alter role ${role} password '${password.replaceAll("'", "''")}'`);
          const connection = await createEngine(url(password)).connect();
          expect(await connection.query('select current_user as name')).toEqual([{ name: role }]);
          await connection.close();
        }
        const error = await failure(createEngine(url(hostile)).connect());
        expect(error).toMatchObject({ code: 'CANNOT_CONNECT', details: { sqlState: '28P01' } });
        expect(error.message).toMatch(/Correct the user or the password in the URL/);
        expectNoPassword(error);
      } finally {
        await database.exec(`drop role ${role}`);
      }
    });
  });
});

describe.each(['pg', 'postgres'] as const)('connecting through %s', (driver) => {
  test('nobody listens', async () => {
    const error = await failure(
      postgresqlEngine(
        { host: '127.0.0.1', port: 1, user: 'me', database: 'app', password: hostile },
        { driver },
      ).connect(),
    );
    expect(error.code).toBe('CANNOT_CONNECT');
    expect(error.message).toMatch(
      /^Can't connect to postgresql:\/\/me@127\.0\.0\.1:1\/app: .*Nothing listens there/,
    );
    expectNoPassword(error);
  });

  test('the password arrives as it is, and is never told', async () => {
    const heard: Buffer[] = [];
    const server = await listen((chunk, reply) => {
      heard.push(chunk);
      // AuthenticationCleartextPassword, then: wrong
      if (heard.length === 1) reply(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]));
      else reply(errorResponse('28P01', 'password authentication failed for user "me"'));
    });
    const { port } = server.address() as { port: number };
    const error = await failure(
      postgresqlEngine({ host: '127.0.0.1', port, user: 'me', password: hostile }, { driver }).connect(),
    );
    server.close();
    expect(heard[1]?.subarray(5, -1).toString()).toBe(hostile);
    expect(error.code).toBe('CANNOT_CONNECT');
    expect(error.message).toMatch(/authentication failed.*Correct the user or the password/);
    expectNoPassword(error);
  });

  test('a server that says nothing is given up', async () => {
    const server = await listen(() => {});
    const { port } = server.address() as { port: number };
    const target = { host: '127.0.0.1', port, user: 'me', password: hostile };
    const error = await failure(postgresqlEngine(target, { connectTimeout: 100, driver }).connect());
    server.close();
    expect(error.code).toBe('CANNOT_CONNECT');
    expectNoPassword(error);
  });

  test('an unreadable certificate, and what is neither a pool nor a client, are refused', async () => {
    const target = {
      host: '127.0.0.1',
      password: hostile,
      parameters: { sslmode: 'verify-full', sslrootcert: '/no/such' },
    };
    const error = await failure(postgresqlEngine(target, { driver }).connect());
    expect(error).toMatchObject({ code: 'CANNOT_CONNECT' });
    expectNoPassword(error);
    expect(() => postgresqlEngineFrom({ query: () => {} })).toThrow(
      expect.objectContaining({ code: 'BAD_ARGUMENT' }),
    );
  });
});
