import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Alembic, column, integer, MetaData, table } from '../../src/index.ts';
import { countStatements } from '../support/count-statements.ts';
import { createDatabase, describeOn } from '../support/databases.ts';

const kinds = ['view', 'sequence', 'extension', 'domain', 'function', 'trigger'];

/** So many of everything. */
const everything = (count: number): string => `DO $$ BEGIN
  CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  FOR i IN 1..${count} LOOP
    EXECUTE format('CREATE TYPE mood_%s AS ENUM (''a'', ''b'')', i);
    EXECUTE format('CREATE DOMAIN positive_%s AS integer CHECK (VALUE > 0)', i);
    EXECUTE format('CREATE TABLE t_%s (id serial PRIMARY KEY, mood mood_%s DEFAULT ''a'', n positive_%s, name text UNIQUE, CHECK (length(name) > %s))', i, i, i, i);
    EXECUTE format('CREATE INDEX ix_%s ON t_%s (lower(name)) WHERE n > 3', i, i);
    EXECUTE format('COMMENT ON TABLE t_%s IS ''number %s''', i, i);
    EXECUTE format('CREATE VIEW v_%s AS SELECT id, name FROM t_%s', i, i);
    EXECUTE format('CREATE SEQUENCE s_%s', i);
    EXECUTE format('CREATE FUNCTION f_%s() RETURNS integer LANGUAGE sql AS ''SELECT %s''', i, i);
    EXECUTE format('CREATE TRIGGER g BEFORE INSERT ON t_%s FOR EACH ROW EXECUTE FUNCTION note()', i);
    -- the server has room for so many locks only
    IF i % 50 = 0 THEN COMMIT; END IF;
  END LOOP;
END $$`;

describeOn(['postgresql', 'postgresql-server'], 'reflection in bulk', (kind) => {
  // a server that writes everything to the disk takes ten times as long to make them
  const most = kind === 'postgresql' || process.env.ALEMBIC_TEST_FULL === '1' ? 1000 : 200;
  test('asks as many queries of very many tables, views, sequences, domains, functions and triggers as of 10', async () => {
    const asked = async (count: number): Promise<{ readonly statements: number; readonly found: number }> => {
      await using database = await createDatabase(kind);
      await database.exec([everything(count)]);
      const rootPath = mkdtempSync(join(tmpdir(), 'alembic-bulk-'));
      try {
        await using alembic = new Alembic(
          { rootPath },
          {
            engines: database.url,
            metadatas: new MetaData([table('other', [column('id', integer())])]),
            commandName: false,
            context: { includeKinds: kinds },
          },
        );
        await alembic.current();
        let found = 0;
        const { statements } = await countStatements(async () => {
          found = (await alembic.compareMetadata()).length;
        });
        return { statements, found };
      } finally {
        rmSync(rootPath, { recursive: true, force: true });
      }
    };
    const few = await asked(10);
    const many = await asked(most);
    expect(many.statements).toBe(few.statements);
    expect(many.statements).toBeLessThanOrEqual(20);
    // all of it is to be dropped
    expect(many.found).toBeGreaterThan(6 * most);
    expect(few.found).toBeGreaterThan(60);
  });
});
