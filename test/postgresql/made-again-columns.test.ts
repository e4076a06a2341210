// A generated column can't follow what it is computed from: it is made anew, with all that hung on it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Alembic, bigInteger, computed, integer, sql } from '../../src/index.ts';
import { createDatabase, describeOn } from '../support/databases.ts';
import { migrate, op, reversed, withConnection } from './migrate.ts';

const facts = `
  SELECT 'index' AS kind, c.relname::text AS name, json_build_array(pg_get_indexdef(c.oid), i.indisclustered, i.indisreplident, obj_description(c.oid, 'pg_class'),
    (SELECT array_agg(a.attstattarget ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid))::text AS what
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relnamespace = 'public'::regnamespace
  UNION ALL SELECT 'constraint', conname, json_build_array(pg_get_constraintdef(oid), obj_description(oid, 'pg_constraint'))::text
    FROM pg_constraint WHERE conrelid <> 0 AND connamespace = 'public'::regnamespace AND contype <> 'n'
  UNION ALL SELECT 'statistics', stxname, json_build_array(pg_get_statisticsobjdef(oid), obj_description(oid, 'pg_statistic_ext'), stxstattarget)::text FROM pg_statistic_ext
  UNION ALL SELECT 'column', attname, json_build_array(attstattarget, (SELECT array_agg(o) FROM unnest(attoptions) o WHERE o ~ '^n_distinct'), attstorage, attacl, col_description(attrelid, attnum))::text
    FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0 AND NOT attisdropped
  UNION ALL SELECT 'trigger', tgname, json_build_array(pg_get_triggerdef(oid), tgenabled)::text FROM pg_trigger WHERE NOT tgisinternal
  UNION ALL SELECT 'view', relname, pg_get_viewdef(oid) FROM pg_class WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace
  ORDER BY 1, 2`;

const ways: { readonly [what: string]: (alembic: Alembic) => PromiseLike<void> } = {
  'of a column that gets another type': ({ op: own }) =>
    own.alterColumn('t', 'c', { type: bigInteger(), existingType: integer() }),
  'with an expression of another type': ({ op: own }) =>
    own.alterColumn('t', 'g', {
      type: bigInteger(),
      existingType: integer(),
      computed: computed(sql`c + 2`, { persisted: true }),
    }),
};

describeOn(['postgresql', 'postgresql-server'], 'what hangs on a generated column', (kind) => {
  test.each(Object.entries(ways))('%s stays', async (_, run) => {
    await using database = await createDatabase(kind);
    await database.exec([
      'DO $$ BEGIN CREATE ROLE alembic_reader; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$',
      'CREATE TABLE t (id INTEGER NOT NULL, c INTEGER, g INTEGER NOT NULL GENERATED ALWAYS AS (c + 1) STORED)',
      'GRANT SELECT (g), UPDATE (g) ON t TO alembic_reader',
      'GRANT SELECT (g) ON t TO alembic_reader WITH GRANT OPTION',
      "COMMENT ON COLUMN t.g IS 'a column'",
      'ALTER TABLE t ALTER COLUMN g SET STATISTICS 33',
      'ALTER TABLE t ALTER COLUMN g SET (n_distinct = 5)',
      'CREATE UNIQUE INDEX ix ON t (g)',
      'ALTER TABLE t REPLICA IDENTITY USING INDEX ix',
      "COMMENT ON INDEX ix IS 'an index'",
      'CREATE INDEX "it\'s" ON t ((g + 1), id)',
      'ALTER INDEX "it\'s" ALTER COLUMN 1 SET STATISTICS 77',
      'ALTER TABLE t ADD CONSTRAINT uq UNIQUE (g, id)',
      "COMMENT ON CONSTRAINT uq ON t IS 'a key'",
      "COMMENT ON INDEX uq IS 'its index'",
      'ALTER TABLE t CLUSTER ON uq',
      'ALTER TABLE t ADD CONSTRAINT ck CHECK (g > 0)',
      "COMMENT ON CONSTRAINT ck ON t IS 'a check'",
      'CREATE STATISTICS counted ON id, g FROM t',
      "COMMENT ON STATISTICS counted IS 'counted'",
      'ALTER STATISTICS counted SET STATISTICS 50',
      "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
      'CREATE TRIGGER watch AFTER UPDATE ON t FOR EACH ROW WHEN (NEW.g > 1) EXECUTE FUNCTION note()',
      'ALTER TABLE t ENABLE ALWAYS TRIGGER watch',
      'CREATE VIEW v AS SELECT g FROM t',
    ]);
    const before = await database.query(facts);
    const rootPath = mkdtempSync(join(tmpdir(), 'alembic-again-'));
    try {
      await using alembic = new Alembic({ rootPath }, { engines: database.engine, commandName: false });
      await run(alembic);
    } finally {
      rmSync(rootPath, { recursive: true, force: true });
    }
    expect(await database.query(facts)).toEqual(before);
  });

  test('a view over a plain column that becomes a generated one steps aside', async () => {
    await using database = await createDatabase(kind);
    await database.exec([
      'CREATE TABLE t (c INTEGER, g INTEGER)',
      'INSERT INTO t (c) VALUES (1)',
      'CREATE VIEW v AS SELECT g FROM t',
    ]);
    await withConnection(database, async (connection) => {
      const alter = op.alterColumn.create('t', 'g', {
        computed: computed(sql`c + 1`, { persisted: true }),
        existingComputed: null,
      });
      await migrate(connection, [alter]);
      expect(await database.query('SELECT g FROM v')).toEqual([{ g: 2 }]);
      await migrate(connection, reversed([alter]));
      expect(await database.query('SELECT g FROM v')).toEqual([{ g: 2 }]);
    });
  });
});
