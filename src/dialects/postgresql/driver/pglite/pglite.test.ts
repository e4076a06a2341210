import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { expect, test } from 'vitest';
import { failure } from '../../../../../test/postgresql/connecting.ts';
import { describeOn } from '../../../../../test/support/databases.ts';
import { createEngine } from '../../../../environment/create-engine.ts';

describeOn(['pglite'], 'an engine', () => {
  test.each(['pglite:', 'pglite::memory:', 'pglite:memory://'])(
    '%s is in memory until it is disposed',
    async (url) => {
      const engine = createEngine(url);
      const first = await engine.connect();
      await first.exec('create table t (a integer)');
      await first.close();
      const second = await engine.connect();
      expect(await second.query('select * from t')).toEqual([]);
      await engine.dispose();
      expect((await failure(second.query('select 1'))).code).toBe('CONNECTION_LOST');
      const third = await engine.connect();
      expect((await failure(third.query('select * from t'))).code).toBe('NO_SUCH_TABLE');
      await engine.dispose();
    },
  );

  test('a directory keeps its data, and is closed with the last connection', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'alembic-pglite-'));
    try {
      const engine = createEngine(`pglite:${directory}/my data`);
      const [one, two] = [await engine.connect(), await engine.connect()];
      await one.exec('create table t (a integer); insert into t values (1)');
      expect(one.raw).toBe(two.raw);
      await one.close();
      expect(await two.query('select a from t')).toEqual([{ a: 1 }]);
      const pglite = two.raw as PGlite;
      await two.close();
      expect(pglite.closed).toBe(true);
      const own = await PGlite.create(join(directory, 'my data'));
      expect((await own.query('select a from t')).rows).toEqual([{ a: 1 }]);
      await own.close();
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test('one that is handed over stays open; closed by its owner, it is lost', async () => {
    const pglite = await PGlite.create();
    const engine = createEngine(pglite);
    expect(engine.display).toBe('pglite::memory:');
    const connection = await engine.connect();
    expect(connection.raw).toBe(pglite);
    await connection.close();
    await engine.dispose();
    expect((await pglite.query('select 1 as a')).rows).toEqual([{ a: 1 }]);
    const again = await engine.connect();
    await pglite.exec('begin');
    // whoever began it
    await again.query('select 1');
    expect(again.inTransaction).toBe(true);
    await pglite.close();
    expect(again.inTransaction).toBe(false);
    expect((await failure(again.query('select 1'))).code).toBe('CONNECTION_LOST');
    await again.close();
    expect((await failure(engine.connect())).code).toBe('CANNOT_CONNECT');
  });

  test('what is no directory says so', async () => {
    const error = await failure(createEngine('pglite:/dev/null/data').connect());
    expect(error).toMatchObject({ code: 'CANNOT_CONNECT' });
    expect(error.message).toMatch(/^Can't connect to pglite:\/dev\/null\/data: /);
  });
});
