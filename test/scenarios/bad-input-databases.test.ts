import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { inspect, promisify } from 'node:util';
import { configure, reset } from '@logtape/logtape';
import { describe, expect, test } from 'vitest';
import { Alembic, type AlembicError, createEngine, MetaData } from '../../src/index.ts';
import { kinds } from '../app/kinds.ts';
import {
  chain,
  closed,
  contents,
  failure,
  migration,
  tables,
  testDatabase,
  versions,
  workspace,
} from '../app/workspace.ts';
import { project } from '../scripts/project.ts';
import { describeOn } from '../support/databases.ts';
import { quietLogs } from '../support/history.ts';

quietLogs();

const run = promisify(execFile);

describe('a database file', () => {
  const open = (root: string, options: object = {}): Alembic =>
    closed(
      new Alembic(
        { rootPath: root },
        { engines: `sqlite:${join(root, 'app.db')}`, context: { lockTimeout: 200 }, ...options },
      ),
    );

  test("that isn't one is left as it is", async () => {
    for (const content of [
      'not a database, but some text that is long enough to have a header\n'.repeat(20),
      'PK\u0003\u0004'.padEnd(5000, 'x'),
    ]) {
      const root = project({ ...chain('a'), 'app.db': content });
      const alembic = open(root, { metadatas: new MetaData([]) });
      for (const ask of [
        () => alembic.upgrade(),
        () => alembic.current(),
        () => alembic.revision('x'),
        () => alembic.compareMetadata(),
        () => alembic.op.execute('create table t (n)'),
      ]) {
        const error = await failure(async () => ask(), 'NOT_A_DATABASE');
        expect(error.message).toContain(join(root, 'app.db'));
      }
      expect(readFileSync(join(root, 'app.db'), 'utf8')).toBe(content);
    }
  });

  test('that is damaged says so', async () => {
    const root = project(chain('a'));
    const file = join(root, 'app.db');
    const db = new DatabaseSync(file);
    db.exec('create table t (n)');
    for (let i = 0; i < 400; i++) db.exec(`insert into t values ('${'x'.repeat(200)}')`);
    db.close();
    const bytes = readFileSync(file);
    bytes.fill(0xff, 100, 4096);
    writeFileSync(file, bytes);
    await failure(() => open(root).upgrade(), 'NOT_A_DATABASE');
    expect(readFileSync(file).equals(bytes)).toBe(true);
  });

  test('that is empty is a database', async () => {
    const root = project({ ...chain('a'), 'app.db': '' });
    await open(root).upgrade();
  });

  test('that is a directory, or lies in one that is not there', async () => {
    const root = project({ ...chain('a'), 'app.db': null });
    expect((await failure(() => open(root).upgrade(), 'CANNOT_OPEN')).message).toContain(
      join(root, 'app.db'),
    );
    const nowhere = open(root, { engines: `sqlite:${root}/none/app.db` });
    expect((await failure(() => nowhere.upgrade(), 'CANNOT_OPEN')).message).toContain('none/app.db');
    expect(existsSync(join(root, 'none'))).toBe(false);
  });

  test('that is locked: for writing, and for everything', async () => {
    const root = project(chain('a'));
    const other = new DatabaseSync(join(root, 'app.db'));
    other.exec('create table t (n)');
    const alembic = open(root);
    other.exec('begin immediate');
    const error = await failure(() => alembic.upgrade(), 'LOCK_TIMEOUT');
    expect(error.message).toMatch(/200 ms.*lockTimeout/);
    await failure(async () => alembic.op.execute('create table u (n)'), 'LOCK_TIMEOUT');
    // reading waits for nobody
    expect(await alembic.current()).toEqual([]);
    expect(await alembic.needsUpgrade()).toBe(true);
    other.exec('rollback');
    await alembic.upgrade();
    expect(other.prepare('select version_num from alembic_version').all()).toEqual([{ version_num: 'a' }]);
    other.close();
  });

  test('that is locked for longer than a statement waits', async () => {
    const root = project(chain('a'));
    const other = new DatabaseSync(join(root, 'app.db'));
    other.exec('create table t (n); begin exclusive');
    await failure(() => open(root).current(), 'DATABASE_LOCKED');
    other.exec('rollback');
    other.close();
  }, 20_000);

  test('that a reader keeps from being written: the commit waits, and then fails as a whole', async () => {
    const root = project(chain('a', 'b'));
    const reader = new DatabaseSync(join(root, 'app.db'));
    reader.exec('create table t (n); insert into t values (1), (2)');
    const rows = reader.prepare('select * from t').iterate();
    rows.next();
    const error = await failure(() => open(root).upgrade(), 'DATABASE_LOCKED');
    expect(error.message).toContain('rolled back');
    rows.return?.();
    expect(reader.prepare("select name from sqlite_schema where type = 'table'").all()).toEqual([
      { name: 't' },
    ]);
    await open(root).upgrade();
    reader.close();
  });

  test('that is opened for reading', async () => {
    const root = project(chain('a'));
    const file = join(root, 'app.db');
    new DatabaseSync(file).exec('create table kept (n)');
    const before = readFileSync(file);
    for (const engines of [`sqlite:${file}?mode=ro`, createEngine(`sqlite:${file}`, { readOnly: true })]) {
      const alembic = open(root, { engines });
      expect(await alembic.current()).toEqual([]);
      expect(await alembic.needsUpgrade()).toBe(true);
      const error = await failure(() => alembic.upgrade(), 'READ_ONLY_DATABASE');
      expect(error.message).toContain(file);
      await failure(() => alembic.stamp(), 'READ_ONLY_DATABASE');
      await failure(async () => alembic.op.execute('create table t (n)'), 'READ_ONLY_DATABASE');
    }
    expect(readFileSync(file).equals(before)).toBe(true);
    // where the version table is there, it is the migration that fails
    await open(root).ensureVersion();
    const error = await failure(
      () => open(root, { engines: `sqlite:${file}?mode=ro` }).upgrade(),
      'READ_ONLY_DATABASE',
    );
    expect(error).toMatchObject({ name: 'MigrationError', details: { revision: 'a', isRolledBack: true } });
  });

  test('that vanishes, is replaced, or comes back', async () => {
    const root = project({
      ...chain('a'),
      'migrations/b.ts': migration('b', {
        downRevision: 'a',
        async: true,
        up: 'await op.execute("create table t_b (n)"); await args.meanwhile?.();',
      }),
    });
    const file = join(root, 'app.db');
    const alembic = open(root);
    await alembic.upgrade('a');
    rmSync(file);
    const gone = await failure(() => alembic.current(), 'CANNOT_OPEN');
    expect(gone.message).toContain(file);
    // said once, the next use opens what is there now
    new DatabaseSync(file).exec('create table other (n)');
    await alembic.upgrade('a');

    // while a migration runs: what it writes would be lost
    const meanwhile = (): void => renameSync(file, `${file}.moved`);
    const error = await failure(() => alembic.upgrade('heads', { args: { meanwhile } }), 'CANNOT_OPEN');
    expect(error.details).toMatchObject({ database: `sqlite:${file}` });
    await alembic.close();
    const moved = new DatabaseSync(`${file}.moved`);
    expect(moved.prepare("select name from sqlite_schema where type = 'table' order by name").all()).toEqual(
      ['alembic_version', 'other', 't_a'].map((name) => ({ name })),
    );
    expect(moved.prepare('select version_num from alembic_version').all()).toEqual([{ version_num: 'a' }]);
    moved.close();
    expect(existsSync(file)).toBe(false);
  });

  test('a link to a file is that file', async () => {
    const root = project({ ...chain('a'), real: null });
    symlinkSync(join(root, 'real/app.db'), join(root, 'app.db'));
    await open(root).upgrade();
    expect(existsSync(join(root, 'real/app.db'))).toBe(true);
    mkdirSync(join(root, 'x'));
  });
});

describeOn(kinds, 'a version row that no file knows', (kind) => {
  test('is named by everything that needs it, and changed by nothing', async () => {
    const { database, alembic } = await workspace(kind, chain('a', 'b'));
    const migrations = alembic({ metadatas: new MetaData([]) });
    await migrations.upgrade('a');
    await database.exec("update alembic_version set version_num = 'abc123'");
    const before = await contents(database);
    for (const ask of [
      () => migrations.current(),
      () => migrations.upgrade(),
      () => migrations.upgrade('a'),
      () => migrations.downgrade(),
      () => migrations.downgrade('base'),
      () => migrations.stamp('a'),
      () => migrations.revision('x'),
      () => migrations.needsUpgrade(),
      () => migrations.log({ start: 'current' }),
      () => migrations.history({ indicateCurrent: true }),
    ]) {
      const error = await failure(ask, 'REVISION_NOT_FOUND');
      expect(error.message).toMatch(/'abc123'.*stamp with purge/);
      expect(error.cause).toMatchObject({ name: 'ResolutionError' });
    }
    expect(await contents(database)).toEqual(before);
    // the ways on: comparing, and stamp with purge
    expect((await migrations.compareMetadata()).map((diff) => diff.kind)).toEqual(['dropTable']);
    await migrations.stamp('a', { purge: true });
    expect(await versions(database)).toEqual(['a']);
  });
});

describeOn(kinds, 'a migration that commits our transaction', (kind) => {
  const endings: readonly [string, string][] = [
    ['COMMIT by execute', "op.execute('COMMIT');"],
    ['ROLLBACK by execute', "op.execute('ROLLBACK');"],
    ['COMMIT and BEGIN by execute', "op.execute('COMMIT'); op.execute('BEGIN');"],
    ['COMMIT by getBind().exec', "await op.getBind().exec('COMMIT');"],
    ['COMMIT and BEGIN in one script', "await op.getBind().exec('COMMIT; BEGIN');"],
    ['COMMIT by getBind().query', "await op.getBind().query('COMMIT');"],
    ['COMMIT in a comment and other case', "op.execute('/* end */ cOmMiT -- now');"],
    ...((kind === 'sqlite'
      ? [
          ['END by execute', "op.execute('END TRANSACTION');"],
          ['COMMIT by raw', "await op.getBind().query('select 1'); op.getBind().raw.exec('COMMIT');"],
          [
            'COMMIT and BEGIN by raw',
            "await op.getBind().query('select 1'); op.getBind().raw.exec('COMMIT; BEGIN');",
          ],
        ]
      : [
          ['COMMIT by raw', "await op.getBind().query('select 1'); await op.getBind().raw.query('COMMIT');"],
          [
            'COMMIT and BEGIN by raw',
            "await op.getBind().query('select 1'); await op.getBind().raw.query('COMMIT'); await op.getBind().raw.query('BEGIN');",
          ],
        ]) as [string, string][]),
  ];

  test.each(endings)('%s', async (_, up) => {
    const { root, database, alembic } = await workspace(
      kind,
      chain(
        'a',
        [
          'b',
          {
            async: true,
            up: `await op.execute('create table t_b (n integer)');\n  ${up}\n  op.execute('create table after (n integer)');`,
          },
        ],
        'c',
      ),
    );
    const migrations = alembic();
    await migrations.upgrade('a');
    const error = await failure(() => migrations.upgrade(), 'TRANSACTION_LOST');
    expect(error.details).toMatchObject({
      revision: 'b',
      file: join(root, 'migrations/b.ts'),
      isRolledBack: false,
    });
    expect(error.message).toMatch(/COMMIT|ROLLBACK/);
    // the error says that the schema has to be looked at; the version row tells no lie, and nothing after it ran
    expect(await versions(database)).toEqual(['a']);
    expect(await tables(database)).not.toContain('t_c');
    expect(await tables(database)).not.toContain('after');
    // and the lock is free
    await database.exec(['drop table if exists t_b', `update alembic_version set version_num = 'a'`]);
    writeFileSync(join(root, 'migrations/b.ts'), migration('b', { downRevision: 'a' }));
    await migrations.upgrade();
    expect(await versions(database)).toEqual(['c']);
  });
});

describeOn(kinds, 'a failing migration', (kind) => {
  /** Every `up` fails on the line with FAIL in it. */
  const failing: readonly [string, string, { operation?: string; sql?: RegExp; reason: RegExp }][] = [
    [
      'SQL',
      "op.execute('select * from nowhere'); // FAIL",
      { operation: 'execute', sql: /select \* from nowhere/, reason: /nowhere/ },
    ],
    [
      'an operation',
      "op.createTable('kept', [column('id', integer())]); // FAIL",
      { operation: 'createTable', sql: /CREATE TABLE/, reason: /kept/ },
    ],
    [
      'an operation on a table that is not there',
      "op.addColumn('nowhere', column('n', integer())); // FAIL",
      { operation: 'addColumn', reason: /nowhere/ },
    ],
    [
      'a rebuild',
      "op.alterColumn('kept', 'nothing', { nullable: false }); // FAIL",
      { operation: 'alterColumn', reason: /nothing/ },
    ],
    [
      'rows that break a new constraint',
      "op.createCheckConstraint('ck', 'kept', 'n > 5'); // FAIL",
      { operation: 'createCheckConstraint', reason: /ck/ },
    ],
    [
      'a query',
      "await op.getBind().query('select * from nowhere'); // FAIL",
      { sql: /nowhere/, reason: /nowhere/ },
    ],
    [
      'a script',
      "await op.getBind().exec('create table x (n integer); insert into nowhere values (1)'); // FAIL",
      { reason: /nowhere/ },
    ],
    ['an argument', "op.createTable('x', 'id'); // FAIL", { reason: /./ }],
    [
      'an unknown option',
      "op.addColumn('kept', column('x', integer()), { ifNotExist: true }); // FAIL",
      { reason: /ifNotExists/ },
    ],
    ['code of its own', "throw new Error('my own'); // FAIL", { reason: /my own/ }],
    ['code that waits', 'await null; null.x; // FAIL', { reason: /null/ }],
    ['a helper', 'helper(op); // FAIL', { reason: /helped/ }],
    [
      'a batch',
      "op.batchAlterTable('kept', (batch) => {\n    batch.addColumn(column('m', integer()));\n    batch.dropColumn('nothing'); // FAIL\n  });",
      { reason: /nothing/ },
    ],
  ];

  test.each(failing)(
    'with %s leaves all as it was, and names the place',
    async (_, line, { operation, sql, reason }) => {
      const source = migration('b', {
        downRevision: 'a',
        async: true,
        before: "const helper = (op: Operations) => { throw new Error('helped'); };",
        up: `op.execute('create table t_b (n integer)');\n\n  op.execute('insert into kept values (2)');\n  ${line}\n  op.execute('create table later (n integer)');`,
      });
      const { root, database, alembic } = await workspace(kind, {
        'migrations/a.ts': migration('a'),
        'migrations/b.ts': source,
      });
      const migrations = alembic();
      await migrations.upgrade('a');
      await database.exec(['create table kept (n integer)', 'insert into kept values (1)']);
      const before = await contents(database);
      const error = await failure(() => migrations.upgrade(), 'MIGRATION_FAILED');
      const file = join(root, 'migrations/b.ts');
      const at = source.split('\n').findIndex((text) => text.includes('// FAIL')) + 1;
      expect(error.message).toContain(`revision 'b'`);
      expect(error.message).toMatch(reason);
      if (!line.startsWith('helper')) {
        expect(error.details).toMatchObject({ revision: 'b', file, line: at });
        expect(error.message).toContain(`${file}:${at}`);
      } else expect(error.details).toMatchObject({ file, line: 7 });
      if (operation !== undefined) {
        expect(error.details.operation).toBe(operation);
        expect(error.message).toContain(operation);
      }
      if (sql !== undefined) {
        expect(error.details.sql).toMatch(sql);
        expect(error.message).toMatch(sql);
      }
      expect(error.message).toContain('rolled back');
      expect(error.details).toMatchObject({ isRolledBack: true });
      expect(await contents(database)).toEqual(before);
    },
  );

  test('of several leaves the database where it was before the first', async () => {
    const { database, alembic } = await workspace(
      kind,
      chain('a', 'b', ['c', { down: "op.execute('select * from nowhere');" }]),
    );
    const migrations = alembic();
    await migrations.upgrade();
    const before = await contents(database);
    const error = await failure(() => migrations.downgrade('base'), 'MIGRATION_FAILED');
    expect(error.details).toMatchObject({ revision: 'c', direction: 'downgrade' });
    expect(await contents(database)).toEqual(before);
  });
});

describeOn(kinds, 'upgrade called at once', (kind) => {
  const files = chain(
    ...['a', 'b', 'c'].map(
      (id) =>
        [
          id,
          {
            async: true,
            up: `await op.execute('create table t_${id} (n integer)'); await new Promise((resolve) => setTimeout(resolve, 10));`,
          },
        ] as const,
    ),
  );

  test('twice on one object, on two objects, and on one connection', async () => {
    const { root, database, alembic } = await workspace(kind, files);
    const one = alembic();
    await Promise.all([one.upgrade(), one.upgrade()]);
    expect(await versions(database)).toEqual(['c']);
    await one.downgrade('base').catch(() => {});
    const fresh = await testDatabase(kind);
    const two = [0, 1, 2].map(() => closed(new Alembic({ rootPath: root }, { engines: fresh.url })));
    await Promise.all(two.map((each) => each.upgrade()));
    expect(await versions(fresh)).toEqual(['c']);
    const engine = createEngine((await testDatabase(kind)).url);
    const shared = [0, 1].map(() => closed(new Alembic({ rootPath: root }, { engines: engine })));
    await Promise.all(shared.map((each) => each.upgrade()));
  });

  test('upwards and downwards, one after the other', async () => {
    const { database, alembic } = await workspace(kind, chain('a', 'b', 'c'));
    const migrations = alembic();
    await migrations.upgrade();
    await Promise.all([migrations.downgrade('base'), migrations.upgrade(), migrations.downgrade('a')]);
    expect(await versions(database)).toEqual(['a']);
    expect(await tables(database)).toEqual(['t_a']);
  });

  test('from eight processes by the command line: each migration runs once, and all succeed', async () => {
    const counted = Object.fromEntries(
      Object.entries(files).map(([name, text]) => [
        name,
        text.replace('await op.execute(', "process.stdout.write('ran\\n'); await op.execute("),
      ]),
    );
    const { root, database } = await workspace(kind, {
      ...counted,
      'alembic.config.mjs': 'export default { engines: process.env.URL_OF_TEST };',
    });
    const bin = fileURLToPath(new URL('../../src/bin.ts', import.meta.url));
    const options = { cwd: root, env: { ...process.env, URL_OF_TEST: database.url } };
    const ran = await Promise.all(
      Array.from({ length: 8 }, () => run(process.execPath, ['--no-warnings', bin, 'upgrade'], options)),
    );
    expect(ran.map(({ stdout }) => stdout).join('')).toBe('ran\n'.repeat(3));
    expect(await versions(database)).toEqual(['c']);
    expect(await tables(database)).toEqual(['t_a', 't_b', 't_c']);
  }, 60_000);
});

describe('a password', () => {
  const password = 'p@ss/w%rd:#?\'"\\ü';
  const encoded = encodeURIComponent(password);

  test.each([
    ['encoded', `postgresql://me:${encoded}@127.0.0.1:1/shop`],
    ['as it is', `postgresql://me:${password}@127.0.0.1:1/shop`],
    ['by way of SQLAlchemy', `postgresql+psycopg://me:${encoded}@127.0.0.1:1/shop?connect_timeout=1`],
  ])('is in no message and no log: %s', async (_, url) => {
    const records: unknown[] = [];
    await reset();
    await configure({
      sinks: { all: (record) => void records.push(record) },
      loggers: [{ category: [], lowestLevel: 'trace', sinks: ['all'] }],
    });
    try {
      const rootPath = project(chain('a'));
      const alembic = new Alembic({ rootPath }, { engines: url, metadatas: new MetaData([]) });
      const errors: AlembicError[] = [];
      for (const ask of [
        () => alembic.upgrade(),
        () => alembic.current(),
        () => alembic.revision('x'),
        () => alembic.op.execute('select 1'),
      ])
        errors.push(await failure(async () => ask(), 'CANNOT_CONNECT'));
      await alembic.close();
      expect(errors[0]?.message).toMatch(/127\.0\.0\.1.*1/);
      const told = [
        ...errors.flatMap(everything),
        alembic.migrationContext.display,
        JSON.stringify(records),
        inspected(records),
      ].join('\n');
      for (const secret of [password, encoded, 'w%rd', 'p%40ss', 'p@ss']) expect(told).not.toContain(secret);
    } finally {
      await reset();
      quietLogs();
    }
  });

  test('is in no message about a URL that is wrong', async () => {
    for (const url of [
      `postgres//me:${password}@host/db`,
      `postgresql:me:secret1@host`,
      `postgresql://me:secret1@host:99999999/db`,
      `mysql://me:secret1@host/db`,
      `nosql://me:secret1@host/db`,
    ]) {
      const error = (() => {
        try {
          return new Alembic(null, { engines: url });
        } catch (caught) {
          return caught as AlembicError;
        }
      })();
      expect(error).toBeInstanceOf(Error);
      for (const text of everything(error as AlembicError)) {
        expect(text).not.toContain('secret1');
        expect(text).not.toContain(password);
      }
    }
  });
});

function everything(error: AlembicError): string[] {
  const { message, stack = '', details, cause } = error;
  const below = cause instanceof Error ? everything(cause as AlembicError) : [String(cause)];
  return [message, stack, JSON.stringify(details), inspected(error), ...below];
}

function inspected(value: unknown): string {
  return inspect(value, { depth: 10, showHidden: true });
}
