import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Alembic, check, column, index, integer, MetaData, sql, table, unique } from '../../src/index.ts';
import { createDatabase, describeOn } from '../support/databases.ts';

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
});
