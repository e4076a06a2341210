import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Alembic, column, integer, MetaData, string, table } from '../../src/index.ts';
import { createDatabase, describeOn } from '../support/databases.ts';
import { createReport, view, viewKind } from '../support/view-kind.ts';

const users = table('users', [
  column('id', integer(), { primaryKey: true }),
  column('name', string(40)),
  column('age', integer()),
]);
const grown = table('users', [
  column('id', integer(), { primaryKey: true }),
  column('name', string(40)),
  column('age', integer()),
  column('city', string(40)),
]);

// The proof that the architecture holds: views, added from outside, without touching an engine.
describeOn(['sqlite', 'postgresql', 'postgresql-server'], 'a kind of object that a user brings', (kind) => {
  test('is compared, written, sorted, run, and undone', async () => {
    await using database = await createDatabase(kind);
    const rootPath = mkdtempSync(join(tmpdir(), 'alembic-views-'));
    const at = (...objects: ConstructorParameters<typeof MetaData>[0] & object): Alembic =>
      new Alembic(
        { rootPath },
        {
          engines: database.url,
          metadatas: new MetaData(objects),
          commandName: false,
          context: { objectKinds: [viewKind] },
        },
      );
    const views = async (): Promise<string[]> => {
      const sql =
        kind === 'sqlite'
          ? "SELECT name FROM sqlite_schema WHERE type = 'view'"
          : "SELECT viewname AS name FROM pg_views WHERE schemaname = 'public'";
      return (await database.query<{ name: string }>(sql)).map(({ name }) => name);
    };
    try {
      const adults = view('adults', 'SELECT id, name FROM users WHERE age >= 18', ['users']);
      // given first, made last: it reads the table
      const first = at(adults, users);
      const [script] = await first.revision('people');
      const source = readFileSync(script?.path ?? '', 'utf8');
      expect(source.indexOf("op.createTable('users'")).toBeLessThan(
        source.indexOf("op.createReport('adults', 'SELECT id, name FROM users WHERE age >= 18', ['users']);"),
      );
      expect(source).toContain("op.dropReport('adults');");
      await first.upgrade();
      expect(await views()).toEqual(['adults']);
      expect(await first.compareMetadata()).toEqual([]);
      await first.close();

      const second = at(grown, view('adults', 'SELECT id, city FROM users WHERE age >= 21', ['users']));
      expect((await second.compareMetadata()).map((each) => each.kind)).toEqual([
        'dropReport',
        'addColumn',
        'createReport',
      ]);
      await second.revision('cities');
      await second.upgrade();
      expect(await second.compareMetadata()).toEqual([]);
      await second.downgrade();
      await second.close();
      const again = at(adults, users);
      expect(await again.compareMetadata()).toEqual([]);
      await again.downgrade('base');
      expect(await views()).toEqual([]);
      await again.close();
    } finally {
      rmSync(rootPath, { recursive: true, force: true });
    }
  });

  test('a view that is made in the same plan as the drop of a column is looked after', async () => {
    await using database = await createDatabase(kind);
    const rootPath = mkdtempSync(join(tmpdir(), 'alembic-views-'));
    const metadatas = new MetaData([users]);
    const options = {
      engines: database.url,
      metadatas,
      commandName: false,
      context: { objectKinds: [viewKind] },
    };
    const alembic = new Alembic({ rootPath }, options as ConstructorParameters<typeof Alembic>[1]);
    try {
      await alembic.revision('people');
      await alembic.upgrade();
      const { op, migrationContext } = alembic;
      const report = (name: string, definition: string): void =>
        void op.invoke(createReport.create(name, definition, ['users']));
      const together = (name: string, definition: string): Promise<void> =>
        Promise.resolve(
          migrationContext.beginTransaction(() => {
            report(name, definition);
            op.dropColumn('users', 'age');
          }),
        );
      // by itself, SQLite drops the column and leaves a view behind that can't be read
      const whole = "SELECT 1 AS one FROM users WHERE (1, 'x', 2) IN (SELECT * FROM users)";
      await expect(together('whole', whole)).rejects.toMatchObject({ details: { operation: 'dropColumn' } });
      expect(await alembic.compareMetadata()).toEqual([]);

      await together('names', 'SELECT id, name FROM users');
      expect(await database.query('SELECT * FROM names')).toEqual([]);
      expect((await alembic.compareMetadata()).map((each) => each.kind)).toEqual(['dropReport', 'addColumn']);
    } finally {
      await alembic.close();
      rmSync(rootPath, { recursive: true, force: true });
    }
  });
});
