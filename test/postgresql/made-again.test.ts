// What a plan has to take down and put up again has afterwards all that it had before, also what no definition of it says.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Alembic, bigInteger, integer } from '../../src/index.ts';
import { createDatabase, type DatabaseKind, describeOn, type TestDatabase } from '../support/databases.ts';

const space = `"alembic ""again"" ${process.pid}"`;
const owner = 'alembic_again';

/** An index over an expression, and all that can be said of it. */
const onTable = (expression: string): readonly string[] => [
  `CREATE UNIQUE INDEX "ix it's" ON t (${expression}, id) WITH (fillfactor = 70) TABLESPACE ${space} WHERE ${expression} IS NOT NULL`,
  `ALTER INDEX "ix it's" ALTER COLUMN 1 SET STATISTICS 77`,
  `COMMENT ON INDEX "ix it's" IS 'it''s ${'$'}{x} \\'`,
  `CREATE INDEX ix ON t (${expression})`,
  'ALTER TABLE t CLUSTER ON ix',
  `ALTER TABLE t ADD CONSTRAINT ex EXCLUDE USING btree (${expression} WITH =, id WITH =) WITH (fillfactor = 60) USING INDEX TABLESPACE ${space}`,
  'ALTER INDEX ex ALTER COLUMN 1 SET STATISTICS 78',
  "COMMENT ON CONSTRAINT ex ON t IS 'a constraint'",
  "COMMENT ON INDEX ex IS 'its index'",
  `ALTER TABLE t ADD CONSTRAINT ck CHECK (${expression} IS NOT NULL) NOT VALID`,
  "COMMENT ON CONSTRAINT ck ON t IS 'a check'",
  `CREATE STATISTICS counted ON id, ${expression} FROM t`,
  "COMMENT ON STATISTICS counted IS 'counted'",
  'ALTER STATISTICS counted SET STATISTICS 50',
  `ALTER STATISTICS counted OWNER TO ${owner}`,
];

/** Indexes of a partitioned table whose partitions have names and more of their own; one isn't in every partition. */
const onPartitions = (type: string, expression: string): readonly string[] => [
  `CREATE TABLE parts (id INTEGER, c ${type}) PARTITION BY RANGE (id)`,
  'CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (10)',
  'CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM (10) TO (20) PARTITION BY RANGE (id)',
  'CREATE TABLE parts_3 PARTITION OF parts_2 FOR VALUES FROM (10) TO (15)',
  `CREATE INDEX ip ON ONLY parts ((${expression}))`,
  `CREATE INDEX ip_1 ON parts_1 ((${expression})) TABLESPACE ${space}`,
  `CREATE INDEX ip_2 ON ONLY parts_2 ((${expression}))`,
  `CREATE INDEX ip_3 ON parts_3 ((${expression}))`,
  'ALTER INDEX ip_2 ATTACH PARTITION ip_3',
  'ALTER INDEX ip ATTACH PARTITION ip_2',
  'ALTER INDEX ip ATTACH PARTITION ip_1',
  "COMMENT ON INDEX ip IS 'of all'",
  "COMMENT ON INDEX ip_3 IS 'of one'",
  `CREATE INDEX iq ON ONLY parts (id) WHERE ${expression} IS NOT NULL`,
  `CREATE INDEX iq_1 ON parts_1 (id) WHERE ${expression} IS NOT NULL`,
  'ALTER INDEX iq ATTACH PARTITION iq_1',
];

/** Each table may have a default of its own, also one that inherits the column. */
const defaults = (type: string, [own, other]: readonly [string, string]): readonly string[] => [
  `CREATE TABLE above (c ${type} DEFAULT ${own})`,
  'CREATE TABLE same () INHERITS (above)',
  'CREATE TABLE different () INHERITS (above)',
  `ALTER TABLE different ALTER COLUMN c SET DEFAULT ${other}`,
  'CREATE TABLE below () INHERITS (different)',
  'ALTER TABLE below ALTER COLUMN c DROP DEFAULT',
  `ALTER TABLE parts ALTER COLUMN c SET DEFAULT ${own}`,
  `ALTER TABLE parts_1 ALTER COLUMN c SET DEFAULT ${other}`,
];

const facts = `
  SELECT 'index' AS kind, c.relname::text AS name, json_build_array(pg_get_indexdef(c.oid), i.indisvalid, t.spcname, c.reloptions, i.indisclustered, i.indisreplident,
    obj_description(c.oid, 'pg_class'), (SELECT array_agg(a.attstattarget ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid),
    (SELECT h.inhparent::regclass FROM pg_inherits h WHERE h.inhrelid = c.oid))::text AS what
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid LEFT JOIN pg_tablespace t ON t.oid = c.reltablespace WHERE c.relnamespace = 'public'::regnamespace
  UNION ALL SELECT 'constraint', conname, json_build_array(pg_get_constraintdef(oid), obj_description(oid, 'pg_constraint'))::text FROM pg_constraint WHERE conrelid <> 0 AND connamespace = 'public'::regnamespace
  UNION ALL SELECT 'statistics', stxname, json_build_array(pg_get_statisticsobjdef(oid), obj_description(oid, 'pg_statistic_ext'), stxstattarget, pg_get_userbyid(stxowner))::text FROM pg_statistic_ext
  UNION ALL SELECT 'default', adrelid::regclass::text, pg_get_expr(adbin, adrelid) FROM pg_attrdef
  ORDER BY 1, 2`;

interface Ground {
  readonly ddl: readonly string[];
  readonly run: (alembic: Alembic) => PromiseLike<void>;
}

const table = (type: string, expression: string, values: readonly [string, string]): readonly string[] => [
  `CREATE TABLE t (id INTEGER NOT NULL, c ${type} NOT NULL)`,
  ...onTable(`(${expression})`),
  ...onPartitions(type, expression),
  ...defaults(type, values),
];

const grounds: { readonly [what: string]: Ground } = {
  'an enum': {
    ddl: ["CREATE TYPE mood AS ENUM ('sad', 'ok')", ...table('mood', "c = 'ok'::mood", ["'ok'", "'sad'"])],
    run: ({ op }) => op.alterEnum('mood', ['ok', 'sad'], { existingValues: ['sad', 'ok'] }),
  },
  'a domain': {
    ddl: ['CREATE DOMAIN code AS INTEGER', ...table('code', 'c + 1', ['1', '2'])],
    run: ({ op }) => op.alterDomain('code', { type: bigInteger() }),
  },
  'a function': {
    ddl: [
      "CREATE FUNCTION f(n integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT n'",
      ...table('INTEGER', 'f(c)', ['f(1)', 'f(2)']),
    ],
    run: ({ op }) =>
      op.replaceFunction('f(m integer)', "RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT m'"),
  },
  'a column under a view': {
    ddl: [
      'CREATE TABLE under (id INTEGER, c INTEGER)',
      'CREATE MATERIALIZED VIEW t AS SELECT id, c FROM under',
      ...onTable('(c + 1)').filter((each) => !/CONSTRAINT|\bex\b/.test(each)),
    ],
    run: ({ op }) => op.alterColumn('under', 'c', { type: bigInteger(), existingType: integer() }),
  },
};

describeOn(['postgresql', 'postgresql-server'], 'what is made again', (kind: DatabaseKind) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase(kind);
    await database.exec([
      'SET allow_in_place_tablespaces = on',
      `CREATE TABLESPACE ${space} LOCATION ''`,
      `DO $$ BEGIN CREATE ROLE ${owner}; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`,
    ]);
  });
  afterAll(async () => {
    await database.reset();
    await database.exec(`DROP TABLESPACE ${space}`);
    await database.drop();
  });

  test.each(Object.entries(grounds))('on %s is as it was', async (_, { ddl, run }) => {
    await database.reset();
    // of expressions since 14
    const isOld =
      (
        await database.query(
          "SELECT FROM pg_attribute WHERE attrelid = 'pg_statistic_ext'::regclass AND attname = 'stxexprs'",
        )
      ).length === 0;
    const fitting = ddl.map((each) =>
      isOld ? each.replace(/^(CREATE STATISTICS .* ON id, ).*( FROM .*)$/, '$1c$2') : each,
    );
    await database.exec([`GRANT ALL ON SCHEMA public TO ${owner}`, ...fitting]);
    // how a domain is printed where it is used depends on its type
    const read = async (): Promise<readonly object[]> =>
      (await database.query<{ what: string }>(facts)).map(({ what, ...rest }) => ({
        ...rest,
        what: what.replaceAll('::bigint', '::integer'),
      }));
    const before = await read();
    const ids = (): Promise<readonly object[]> =>
      database.query("SELECT oid FROM pg_class WHERE relname ~ '^ix'");
    const was = await ids();
    const rootPath = mkdtempSync(join(tmpdir(), 'alembic-again-'));
    try {
      await using alembic = new Alembic({ rootPath }, { engines: database.engine, commandName: false });
      await run(alembic);
    } finally {
      rmSync(rootPath, { recursive: true, force: true });
    }
    expect(await read()).toEqual(before);
    expect(await ids()).not.toEqual(was);
  });
});
