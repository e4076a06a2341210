import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { Alembic, type ContextOptions } from '../../../src/index.ts';
import { contents, ids } from '../../app/workspace.ts';
import { put } from '../../scripts/project.ts';
import { createDatabase, databaseKinds, describeOn, type TestDatabase } from '../../support/databases.ts';
import { quietLogs } from '../../support/history.ts';
import {
  type PythonAlembic,
  pythonAlembicIsMissing,
  startPythonAlembic,
} from '../../support/python-alembic.ts';
import { metadata, revisionIds, twoProjects } from './history.ts';

quietLogs();

/** Where a database may stand: the targets of upgrades, one after the other. */
const states: readonly (readonly string[])[] = [
  ...revisionIds.map((id) => [id]),
  ['d1', 'c1'],
  ['c1', 'x1'],
  ['x1', 'e1'],
  ['billing@head'],
  ['audit@head', 'heads'],
];

/** One side, on one database. */
interface Side {
  current(): Promise<readonly string[]>;
  upgrade(target: string): Promise<unknown>;
  downgrade(target: string): Promise<unknown>;
  stamp(target: string): Promise<unknown>;
  /** fails where the models and the database differ */
  check(): Promise<void>;
}

const reason = pythonAlembicIsMissing;
const full = process.env.ALEMBIC_TEST_FULL === '1';

describeOn(
  databaseKinds,
  `Python's Alembic and this package take turns${reason ? ` (${reason})` : ''}`,
  (kind) => {
    const run = test.skipIf(reason !== null);
    let python: PythonAlembic;
    let root: string;

    beforeAll(async () => {
      if (reason !== null) return;
      root = mkdtempSync(join(tmpdir(), 'alembic-takeover-'));
      put(root, twoProjects());
      python = await startPythonAlembic(join(root, 'alembic.ini'));
    });
    afterAll(async () => {
      if (reason !== null) return;
      await python.stop();
      rmSync(root, { recursive: true, force: true });
    });

    // Python takes its time: all of them on one database, a part on the others
    const positions = kind === 'sqlite' || full ? states : states.filter((_, i) => i % 3 === 0);
    run.each(positions.map((targets) => ({ targets, name: targets.join(', then ') })))(
      'at $name: whoever made it, it is the same, and the other goes on',
      async ({ targets }) => {
        const [one, other] = [await database(), await database()];
        for (const target of targets) {
          await theirs(one).upgrade(target);
          await ours(other).upgrade(target);
        }
        for (const each of [one, other]) await applicationRows(each);
        await same(one, other);

        const down = targets[0]!.includes('@') ? 'b1' : targets[0]!;
        await turns(ours(one), theirs(other), one, other, down);
        await turns(theirs(one), ours(other), one, other, 'a1');
        await turns(ours(one), theirs(other), one, other, 'base');
        expect(await ours(other).current()).toEqual([]);
        expect(await theirs(one).current()).toEqual([]);
      },
    );

    run('a stamp is read by the other, and unstamped', async () => {
      const [one, other] = [await database(), await database()];
      for (const target of ['b1', 'm1', 'x1', 'heads', 'a1', 'base']) {
        await theirs(one).stamp(target);
        await ours(other).stamp(target);
        await same(one, other);
        expect(await ours(one).current()).toEqual(await theirs(other).current());
      }
    });

    run('a version table without a key, under another name', async () => {
      const [one, other] = [await database(), await database()];
      const options = { versionTable: 'the "versions"', versionTablePk: false } as const;
      for (const [side, to] of [
        [theirs(one, options), 'm1'],
        [ours(other, options), 'm1'],
        [ours(one, options), 'heads'],
        [theirs(other, options), 'heads'],
      ] as const) {
        await side.upgrade(to);
      }
      await same(one, other, '"the ""versions"""');
      await ours(one, options).check();
      await theirs(other, options).check();
      await theirs(one, options).downgrade('a1');
      await ours(other, options).downgrade('a1');
      await same(one, other, '"the ""versions"""');
    });

    if (kind !== 'sqlite') {
      run('a version table in a schema of its own', async () => {
        const [one, other] = [await database(), await database()];
        const options = { versionTableSchema: 'Ops' } as const;
        for (const each of [one, other]) await each.exec('create schema "Ops"');
        await theirs(one, options).upgrade('d1');
        await ours(other, options).upgrade('d1');
        await same(one, other, '"Ops".alembic_version');
        await ours(one, options).upgrade('heads');
        await theirs(other, options).upgrade('heads');
        await same(one, other, '"Ops".alembic_version');
        await ours(one, options).check();
        await theirs(other, options).check();
      });
    }

    async function database(): Promise<TestDatabase> {
      const made = await createDatabase(kind);
      onTestFinished(() => made.drop());
      return made;
    }

    /** Each takes over what the other left: reads where it stands, goes up, finds nothing to do, and goes down. */
    async function turns(
      a: Side,
      b: Side,
      one: TestDatabase,
      other: TestDatabase,
      down: string,
    ): Promise<void> {
      expect(await a.current()).toEqual(await b.current());
      for (const side of [a, b]) {
        await side.upgrade('heads');
        await side.check();
      }
      await same(one, other);
      expect(await a.current()).toEqual(['e1', 'x2']);
      for (const side of [a, b]) await side.downgrade(down);
      await same(one, other);
    }

    /** As Python's SQLAlchemy spells URLs: both sides are given the same. */
    function urlOf(of: TestDatabase): string {
      return of.file === undefined
        ? of.url.replace('postgresql:', 'postgresql+psycopg2:')
        : `sqlite:///${of.file}`;
    }

    function ours(of: TestDatabase, context: ContextOptions = {}): Side {
      const using = async <T>(work: (alembic: Alembic) => Promise<T>): Promise<T> => {
        await using alembic = new Alembic(
          { rootPath: root },
          // the table of versions is no table of the models
          { engines: urlOf(of), metadatas: metadata, context },
        );
        return work(alembic);
      };
      return {
        current: () =>
          using(async (alembic) => {
            // Alembic's command prints what others depend on too; `current()` is Flask-Alembic's, the rows alone
            const rows = ids(await alembic.current());
            return ids(alembic.scriptDirectory.revisionMap.getAllCurrent(rows)).sort();
          }),
        upgrade: (target) => using((alembic) => alembic.upgrade(target)),
        downgrade: (target) => using((alembic) => alembic.downgrade(target)),
        stamp: (target) => using((alembic) => alembic.stamp(target)),
        check: () => using(async (alembic) => expect(await alembic.compareMetadata()).toEqual([])),
      };
    }

    function theirs(of: TestDatabase, context: ContextOptions = {}): Side {
      const { versionTable, versionTableSchema, versionTablePk } = context;
      const given = {
        url: urlOf(of),
        ...(versionTable !== undefined && { table: versionTable }),
        ...(versionTableSchema && { schema: versionTableSchema }),
        ...(versionTablePk !== undefined && { pk: String(versionTablePk) }),
      };
      const words = Object.entries(given).flatMap(([name, value]) => ['-x', `${name}=${value}`]);
      const alembic = (...rest: string[]): Promise<string> => python.run(...words, ...rest);
      return {
        current: async () =>
          [...(await alembic('current')).matchAll(/^(\w+)/gm)].map(([, id]) => id ?? '').sort(),
        upgrade: (target) => alembic('upgrade', target),
        downgrade: (target) => alembic('downgrade', target),
        stamp: (target) => alembic('stamp', target),
        check: async () => void (await alembic('check')),
      };
    }
  },
);

/** Rows that no revision made. */
async function applicationRows(database: TestDatabase): Promise<void> {
  await database.exec([
    "insert into orgs (id, name) values (1, 'one'), (2, 'two')",
    "insert into people (id, org_id, email) values (1, 1, 'ann@example.org'), (2, null, 'bob@example.org')",
  ]);
}

/** Equal in every object, the table of versions among them, and in every row. */
async function same(one: TestDatabase, other: TestDatabase, versionTable = 'alembic_version'): Promise<void> {
  expect(await contents(one)).toEqual(await contents(other));
  const rows = (database: TestDatabase): Promise<unknown[]> =>
    database.query(`select * from ${versionTable} order by 1`);
  expect(await rows(one)).toEqual(await rows(other));
}
