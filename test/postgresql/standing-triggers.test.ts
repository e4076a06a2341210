import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Alembic, bigInteger, column, integer, MetaData, table, text } from '../../src/index.ts';
import { converge, isRight } from '../conformance/converge.ts';
import { createDatabase, describeOn } from '../support/databases.ts';

const users = (type: string): string =>
  `CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, age ${type}, name TEXT)`;
const models = new MetaData([
  table('users', [
    column('id', integer(), { primaryKey: true, autoincrement: false }),
    column('age', bigInteger()),
    column('name', text()),
  ]),
]);

describeOn(['postgresql', 'postgresql-server'], 'what stands on a column with a new type', (kind) => {
  test('triggers are taken down and up, as they were', async () => {
    await using database = await createDatabase(kind);
    await using fresh = await createDatabase(kind);
    const standing = [
      "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
      'CREATE TRIGGER "it\'s ${x}" BEFORE UPDATE OF age, name ON users FOR EACH ROW WHEN (OLD.age IS DISTINCT FROM NEW.age) EXECUTE FUNCTION note()',
      'COMMENT ON TRIGGER "it\'s ${x}" ON users IS \'a "trigger"\'',
      'CREATE CONSTRAINT TRIGGER late AFTER UPDATE OF age ON users DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note()',
      'ALTER TABLE users DISABLE TRIGGER late',
      'CREATE TRIGGER copied AFTER UPDATE OF age ON users FOR EACH ROW EXECUTE FUNCTION note()',
      'ALTER TABLE users ENABLE REPLICA TRIGGER copied',
      'CREATE TRIGGER always AFTER UPDATE OF age ON users FOR EACH ROW EXECUTE FUNCTION note()',
      'ALTER TABLE users ENABLE ALWAYS TRIGGER always',
      'CREATE TRIGGER other AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION note()',
    ];
    const load = ["INSERT INTO users VALUES (1, 30, 'a')"];
    const outcome = await converge(
      {
        id: 'triggers',
        ddlA: [users('INTEGER'), ...standing],
        ddlB: [users('BIGINT'), ...standing],
        models,
        load,
        move: load,
      },
      database,
      fresh,
    );
    expect(outcome.problem).toBeNull();
    expect(isRight(outcome)).toBe(true);
  });

  test.each([
    ['policy', 'CREATE POLICY p ON users USING (age > 18)', /policy p on table users/],
    [
      'rule',
      'CREATE RULE r AS ON UPDATE TO users WHERE NEW.age > 18 DO ALSO NOTHING',
      /rule r on table users/,
    ],
    [
      'function',
      'CREATE FUNCTION ages() RETURNS SETOF integer LANGUAGE sql BEGIN ATOMIC SELECT age FROM users; END',
      /function ages\(\)/,
    ],
    ['publication', 'CREATE PUBLICATION p FOR TABLE users WHERE (age > 18)', /publication .*users.* p/],
  ])('a %s stands in the way, which is said before anything is done', async (_, ddl, what) => {
    await using database = await createDatabase(kind);
    await database.exec([users('INTEGER'), ddl]);
    const before = await database.schema();
    const rootPath = mkdtempSync(join(tmpdir(), 'alembic-standing-'));
    try {
      await using alembic = new Alembic(
        { rootPath },
        { engines: database.engine, metadatas: models, commandName: false },
      );
      await alembic.revision('wider');
      const failure = await alembic.upgrade().then(
        () => expect.fail('it should have failed'),
        (error: unknown) => error as { message: string; cause?: { code?: string } },
      );
      expect(failure.message).toMatch(what);
      expect(failure.cause?.code).toBe('BLOCKED_BY_DEPENDENT');
      expect(await database.schema()).toBe(before);
    } finally {
      rmSync(rootPath, { recursive: true, force: true });
    }
  });

  test('each column takes its own triggers down, and those of partitions go with their table', async () => {
    await using database = await createDatabase(kind);
    await database.exec([
      'CREATE TABLE users (id INTEGER NOT NULL, age INTEGER, size INTEGER) PARTITION BY RANGE (id)',
      'CREATE TABLE users_1 PARTITION OF users FOR VALUES FROM (0) TO (10)',
      "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
      'CREATE TRIGGER of_age AFTER UPDATE OF age ON users FOR EACH ROW EXECUTE FUNCTION note()',
      'CREATE TRIGGER of_size AFTER UPDATE OF size ON users FOR EACH ROW EXECUTE FUNCTION note()',
      'CREATE TRIGGER of_both AFTER UPDATE OF age, size ON users FOR EACH ROW EXECUTE FUNCTION note()',
    ]);
    const triggers = (): Promise<readonly object[]> =>
      database.query(
        'SELECT pg_get_triggerdef(oid) AS text, tgenabled::text AS enabled, tgparentid <> 0 AS cloned FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1',
      );
    const before = await triggers();
    expect(before).toHaveLength(6);
    const rootPath = mkdtempSync(join(tmpdir(), 'alembic-standing-'));
    try {
      await using alembic = new Alembic({ rootPath }, { engines: database.engine, commandName: false });
      await alembic.op.batchAlterTable('users', (batch) => {
        for (const name of ['age', 'size'])
          batch.alterColumn(name, { type: bigInteger(), existingType: integer() });
      });
      expect(await triggers()).toEqual(before);
    } finally {
      rmSync(rootPath, { recursive: true, force: true });
    }
  });
});
