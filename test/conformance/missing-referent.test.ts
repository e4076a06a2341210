import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Alembic, column, integer, MetaData, table } from '../../src/index.ts';
import { createDatabase, describeOn } from '../support/databases.ts';

describeOn(['sqlite', 'postgresql'], 'a key to a table that the models lack', (kind) => {
  test('is refused where the revision would drop that table, and left alone where a filter keeps it', async () => {
    await using database = await createDatabase(kind);
    const rootPath = mkdtempSync(join(tmpdir(), 'alembic-referent-'));
    const r = table('r', [column('id', integer(), { primaryKey: true })]);
    const q = table('q', [
      column('id', integer(), { primaryKey: true }),
      column('r_id', integer(), { references: 'r.id' }),
    ]);
    const at = (objects: (typeof r)[], context = {}): Alembic =>
      new Alembic({ rootPath }, { engines: database.url, metadatas: new MetaData(objects), context });
    try {
      await using both = at([r, q]);
      await both.revision('both');
      await both.upgrade();
      await using one = at([q]);
      await expect(one.compareMetadata()).rejects.toMatchObject({
        code: 'NO_REFERENCED_TABLE',
        message: expect.stringContaining("'r'"),
      });
      await using filtered = at([q], { includeObject: (_: object, name: string | null) => name !== 'r' });
      expect(await filtered.compareMetadata()).toEqual([]);
    } finally {
      rmSync(rootPath, { recursive: true, force: true });
    }
  });
});
