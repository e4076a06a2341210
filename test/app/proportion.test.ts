import { expect, test } from 'vitest';
import {
  column,
  foreignKey,
  index,
  integer,
  MetaData,
  string,
  table,
  unique,
} from '../../src/schema/index.ts';
import { countStatements } from '../support/count-statements.ts';
import { describeOn } from '../support/databases.ts';
import { quietLogs } from '../support/history.ts';
import { kinds } from './kinds.ts';
import { chain, ids, migration, workspace } from './workspace.ts';

quietLogs();

/** `count` tables, each with a key to the one before; `changed` adds a column to the last. */
function models(count: number, changed = false): MetaData {
  return new MetaData(
    Array.from({ length: count }, (_, i) =>
      table(`t${i}`, [
        column('id', integer(), { primaryKey: true }),
        column('name', string(50), { nullable: false }),
        column('parent', integer()),
        ...(changed && i === count - 1 ? [column('added', integer())] : []),
        unique(['name'], { name: `uq_t${i}` }),
        index(`ix_t${i}`, ['parent']),
        ...(i > 0 ? [foreignKey(['parent'], `t${i - 1}`, ['id'], { name: `fk_t${i}` })] : []),
      ]),
    ),
  );
}

describeOn(kinds, 'what is asked of the database', (kind) => {
  test('an upgrade with nothing to do is one query, however long the history', async () => {
    for (const count of [1, 40]) {
      const revisions = Array.from({ length: count }, (_, i) => `r${i}`);
      const alembic = (await workspace(kind, chain(...revisions))).alembic();
      await alembic.stamp('heads');
      expect(await countStatements(() => alembic.upgrade())).toMatchObject({ statements: 1 });
      expect(await countStatements(() => alembic.current())).toMatchObject({ statements: 1 });
      expect(await countStatements(() => alembic.needsUpgrade())).toMatchObject({ statements: 1 });
    }
  });

  test('a comparison is the same few queries, however many tables', async () => {
    const counts: number[] = [];
    for (const count of [10, 20, 100]) {
      const space = await workspace(kind);
      const before = space.alembic({ metadatas: models(count) });
      await before.revision('all');
      await before.upgrade();
      const after = space.alembic({ metadatas: models(count, true) });
      await after.current();
      const { statements } = await countStatements(async () =>
        expect(await after.compareMetadata()).toHaveLength(1),
      );
      counts.push(statements);
    }
    expect(new Set(counts).size).toBe(1);
    expect(counts[0]).toBeGreaterThan(0);
    expect(counts[0]).toBeLessThanOrEqual(10);
  });

  test('a small revision is its own statements and one for the version table', async () => {
    const files = chain(...Array.from({ length: 20 }, (_, i) => `r${i}`));
    const once = (await workspace(kind, chain('r0', 'r1', 'r2', 'r3', 'r4'))).alembic();
    const more = (await workspace(kind, files)).alembic();
    const { statements: five } = await countStatements(() => once.upgrade());
    const { statements: twenty } = await countStatements(() => more.upgrade());
    // where a script is one round trip, so is a whole small revision
    expect(twenty - five).toBe(kind === 'sqlite' ? 30 : 15);
  });
});

describeOn(['sqlite'], 'what is imported', (kind) => {
  test('reading the history imports no revision, nor does an upgrade with nothing to do', async () => {
    const broken = (id: string, downRevision: string | null): string =>
      migration(id, { downRevision, before: "throw new Error('imported');" });
    const space = await workspace(kind, {
      'migrations/a.ts': broken('a', null),
      'migrations/b.ts': broken('b', 'a'),
    });
    const alembic = space.alembic();
    await alembic.stamp('heads');
    await alembic.upgrade();
    expect(ids(await alembic.heads())).toEqual(['b']);
    expect(ids(await alembic.current())).toEqual(['b']);
    expect(ids((await alembic.history()).map(({ script }) => script))).toEqual(['b', 'a']);
    expect(ids(await alembic.log())).toEqual(['a', 'b']);
    await expect(alembic.downgrade()).rejects.toMatchObject({ message: expect.stringContaining('imported') });
  });
});
