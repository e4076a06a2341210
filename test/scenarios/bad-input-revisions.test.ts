import { spawnSync } from 'node:child_process';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { Alembic, type ErrorCode, MetaData } from '../../src/index.ts';
import { chain, contents, failure, migration, tables, tree, workspace } from '../app/workspace.ts';
import { project } from '../scripts/project.ts';
import { describeOn } from '../support/databases.ts';
import { quietLogs } from '../support/history.ts';
import { canActAsNobody } from '../support/nobody.ts';

quietLogs();

/** A history that is broken where it stands: every command that reads it says so, and changes nothing. */
interface BrokenHistory {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly code: ErrorCode;
  /** what the message has to name, and say to do */
  readonly message: readonly (string | RegExp)[];
  /** class of the cause */
  readonly cause?: string;
}

const brokenHistories: readonly BrokenHistory[] = [
  {
    name: 'two files with one revision id',
    files: { 'migrations/a.ts': migration('aaa'), 'migrations/b.ts': migration('aaa') },
    code: 'DUPLICATE_REVISION',
    message: ["'aaa'", 'migrations/a.ts', 'migrations/b.ts', /another id/],
  },
  {
    name: 'a label used twice',
    files: {
      'migrations/a.ts': migration('a', { branchLabels: 'shop' }),
      'migrations/b.ts': migration('b', { branchLabels: ['x', 'shop'] }),
    },
    code: 'LABEL_IN_USE',
    message: ["'shop'", "'a'", "'b'"],
    cause: 'RevisionError',
  },
  {
    name: 'a label that is a revision id',
    files: {
      'migrations/a.ts': migration('a'),
      'migrations/b.ts': migration('b', { downRevision: 'a', branchLabels: 'a' }),
    },
    code: 'LABEL_IN_USE',
    message: ["'a'", "'b'"],
    cause: 'RevisionError',
  },
  {
    name: 'a cycle',
    files: {
      'migrations/a.ts': migration('a', { downRevision: 'c' }),
      'migrations/b.ts': migration('b', { downRevision: 'a' }),
      'migrations/c.ts': migration('c', { downRevision: 'b' }),
    },
    code: 'REVISION_CYCLE',
    message: [/'a'|a →/, /b/, /c/],
    cause: 'CycleDetected',
  },
  {
    name: 'a revision that follows itself',
    files: { 'migrations/a.ts': migration('a', { downRevision: 'a' }) },
    code: 'REVISION_LOOP',
    message: ["'a'"],
    cause: 'LoopDetected',
  },
  {
    name: 'a cycle of dependencies',
    files: {
      'migrations/a.ts': migration('a', { dependsOn: 'b' }),
      'migrations/b.ts': migration('b', { downRevision: 'a' }),
    },
    code: 'DEPENDENCY_CYCLE',
    message: [/a/, /b/],
    cause: 'DependencyCycleDetected',
  },
  {
    name: 'a missing down revision',
    files: { 'migrations/b.ts': migration('b', { downRevision: 'gone' }) },
    code: 'DOWN_REVISION_MISSING',
    message: ["'b'", "'gone'"],
  },
  {
    name: 'a missing dependency',
    files: { 'migrations/b.ts': migration('b', { dependsOn: 'gone' }) },
    code: 'DEPENDENCY_MISSING',
    message: ["'b'", "'gone'"],
  },
  {
    name: 'a revision id of another type',
    files: { 'migrations/b.ts': migration('b').replace('"b"', '5') },
    code: 'HEADER_INVALID',
    message: ['migrations/b.ts', 'revision'],
  },
  {
    name: 'a down revision of another type',
    files: { 'migrations/b.ts': migration('b').replace('downRevision = null', 'downRevision = { id: 1 }') },
    code: 'HEADER_INVALID',
    message: ['migrations/b.ts', 'downRevision'],
  },
  {
    name: 'no down revision',
    files: { 'migrations/b.ts': migration('b').replace('export const downRevision = null;', '') },
    code: 'HEADER_INVALID',
    message: ['migrations/b.ts', 'downRevision'],
  },
  {
    name: 'a revision id with a character of symbols',
    files: { 'migrations/b.ts': migration('b@1') },
    code: 'REVISION_ID',
    message: ['migrations/b.ts', 'b@1'],
  },
  {
    name: 'a migration without a revision',
    files: { 'migrations/b.ts': 'export function upgrade() {}\n' },
    code: 'REVISION_EXPORT_MISSING',
    message: ['migrations/b.ts', 'revision'],
  },
];

describeOn(['sqlite'], 'a broken history', (kind) => {
  test.each(brokenHistories.map((each) => [each.name, each] as const))(
    '%s',
    async (_, { files, code, message, cause }) => {
      const { root, database, alembic } = await workspace(kind, files);
      const migrations = alembic({ metadatas: new MetaData([]) });
      await database.exec(['create table kept (n integer)', 'insert into kept values (1)']);
      const before = [await contents(database), tree(root)];
      for (const ask of [
        () => migrations.upgrade(),
        () => migrations.downgrade('base'),
        () => migrations.stamp(),
        () => migrations.current(),
        () => migrations.heads(),
        () => migrations.revision('x', { empty: true }),
        () => migrations.revision('x'),
        () => migrations.merge(),
        () => migrations.needsUpgrade(),
      ]) {
        const error = await failure(ask, code);
        for (const part of message)
          expect(error.message).toMatch(typeof part === 'string' ? literal(part) : part);
        if (cause !== undefined) expect((error.cause as Error).name).toBe(cause);
      }
      expect([await contents(database), tree(root)]).toEqual(before);

      // the way out: mended files are read anew
      for (const name of Object.keys(files)) rmSync(join(root, name));
      expect(await migrations.heads()).toEqual([]);
    },
  );
});

/** Files whose header is well and whose module isn't: found before anything has run, also where others come first. */
const brokenFiles: readonly [string, string, ErrorCode, readonly (string | RegExp)[]][] = [
  [
    'throws on import',
    migration('b', { downRevision: 'a', before: "throw new Error('no key today');" }),
    'SCRIPT_THREW',
    ['migrations/b.ts:7', 'no key today'],
  ],
  [
    'is no TypeScript',
    migration('b', { downRevision: 'a', up: 'op.(' }),
    'SCRIPT_SYNTAX',
    ['migrations/b.ts:9'],
  ],
  [
    'has what Node can not strip',
    migration('b', { downRevision: 'a', before: 'enum Colour { red }' }),
    'TYPESCRIPT_UNSUPPORTED',
    ['migrations/b.ts:7', /enum/],
  ],
  [
    'imports what is not there',
    migration('b', { downRevision: 'a', before: "import { x } from './nowhere.ts';" }),
    'SCRIPT_IMPORT',
    ['migrations/b.ts:7', 'nowhere'],
  ],
  [
    'imports a name that is not there',
    migration('b', { downRevision: 'a', before: "import { nothing } from 'alembic-ts';" }),
    'SCRIPT_IMPORT',
    ['migrations/b.ts:7', 'nothing'],
  ],
  [
    'has no upgrade',
    migration('b', { downRevision: 'a', up: '' }),
    'UPGRADE_MISSING',
    ['migrations/b.ts', 'upgrade'],
  ],
  [
    'exports an upgrade that is no function',
    migration('b', { downRevision: 'a', up: '', before: "export const upgrade = 'add users';" }),
    'MIGRATION_INVALID',
    ['migrations/b.ts:7', 'a string', 'a function'],
  ],
  [
    'exports a map of other things',
    migration('b', { downRevision: 'a', up: '', before: 'export const upgrades = { default: 5 };' }),
    'MIGRATION_INVALID',
    ['migrations/b.ts:7', 'a number', "'default'"],
  ],
  [
    'exports a list of functions',
    migration('b', { downRevision: 'a', up: '', before: 'export const upgrades = [() => {}];' }),
    'MIGRATION_INVALID',
    ['migrations/b.ts:7', 'a list'],
  ],
  [
    'exports a downgrade that is no function',
    migration('b', { downRevision: 'a', down: '', before: 'export const downgrade = {};' }),
    'MIGRATION_INVALID',
    ['migrations/b.ts:7', 'downgrade'],
  ],
];

describeOn(['sqlite'], 'a file', (kind) => {
  test.each(brokenFiles)('that %s', async (_, source, code, message) => {
    const { root, database, alembic } = await workspace(kind, {
      'migrations/a.ts': migration('a'),
      'migrations/b.ts': source,
    });
    const migrations = alembic();
    // the graph is known without importing
    expect(await migrations.heads()).toMatchObject([{ revision: 'b' }]);
    const before = [await contents(database), tree(root)];
    const error = await failure(() => migrations.upgrade(), code);
    for (const part of message)
      expect(error.message).toMatch(typeof part === 'string' ? literal(part) : part);
    expect(error.details).toMatchObject({ file: join(root, 'migrations/b.ts') });
    expect([await contents(database), tree(root)]).toEqual(before);

    // what comes before it runs; mended, it runs in the same process
    await migrations.upgrade('a');
    expect(await tables(database)).toEqual(['t_a']);
    writeFileSync(join(root, 'migrations/b.ts'), migration('b', { downRevision: 'a' }));
    await migrations.upgrade();
    expect(await tables(database)).toEqual(['t_a', 't_b']);
  });

  test('that is edited to another revision after it was read', async () => {
    const { root, database, alembic } = await workspace(kind, chain('a'));
    const migrations = alembic();
    const [script] = await migrations.heads();
    writeFileSync(join(root, 'migrations/a.ts'), migration('other'));
    await failure(() => script!.load(), 'SCRIPT_CHANGED');
    await migrations.upgrade();
    expect(await tables(database)).toEqual(['t_other']);
  });
});

test('a script directory that is missing, is a file, or lies under one', async () => {
  const root = project({ file: 'x' });
  const missing = new Alembic({ rootPath: root }, { runMkdir: false });
  const error = await failure(() => missing.heads(), 'SCRIPT_LOCATION_MISSING');
  expect(error.message).toMatch(new RegExp(`${literal(join(root, 'migrations')).source}.*mkdir`));

  const file = new Alembic({ rootPath: root }, { runMkdir: false, config: { scriptLocation: 'file' } });
  expect((await failure(() => file.heads(), 'DIRECTORY_UNREADABLE')).message).toContain(join(root, 'file'));
  const under = new Alembic(
    { rootPath: root },
    { runMkdir: false, config: { scriptLocation: 'file/migrations' } },
  );
  expect((await failure(() => under.heads(), 'SCRIPT_LOCATION_MISSING')).message).toContain(
    join(root, 'file/migrations'),
  );
  await failure(() => under.mkdir(), 'WRITE_FAILED');
  expect(tree(root)).toEqual({ file: 'x' });
});

test('a template that is missing, twice there, or makes no revision', async () => {
  const root = project({ migrations: null });
  const alembic = new Alembic({ rootPath: root }, { runMkdir: false });
  const ask = (): Promise<unknown> => alembic.revision('x', { empty: true });
  expect((await failure(ask, 'TEMPLATE_MISSING')).message).toContain(join(root, 'migrations'));
  writeFileSync(join(root, 'migrations/script.ts.template'), 'export const revision = ${revison};');
  expect((await failure(ask, 'TEMPLATE_INVALID')).message).toMatch(/revison/);
  writeFileSync(join(root, 'migrations/script.ts.template'), 'export const revision = ${revision};');
  await failure(ask, 'TEMPLATE_INVALID');
  writeFileSync(join(root, 'migrations/script.js.template'), 'x');
  await failure(ask, 'TEMPLATE_AMBIGUOUS');
  expect(Object.keys(tree(root)).sort()).toEqual([
    'migrations',
    'migrations/script.js.template',
    'migrations/script.ts.template',
  ]);
});

/** Runs code as a user who may not do everything: this process may be root's. */
function asNobody(root: string, code: string): unknown {
  const index = fileURLToPath(new URL('../../src/index.ts', import.meta.url));
  const script = `
    process.setgid?.(65534); process.setuid?.(65534);
    const { Alembic } = await import(${JSON.stringify(index)});
    const open = (options = {}) => new Alembic({ rootPath: ${JSON.stringify(root)} }, { runMkdir: false, engines: 'sqlite:${root}/db/app.db', ...options });
    const tell = async (work) => { try { await work(); return 'done'; } catch ({ name, code, message }) { return { name, code, message }; } };
    console.log(JSON.stringify(await (async () => { ${code} })()));`;
  const asRoot = process.getuid?.() === 0;
  const ran = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', asRoot ? script : script.replace(/process\.set.*\n/, '\n')],
    {
      encoding: 'utf8',
    },
  );
  expect(ran.stderr.replace(/^INFO .*\n/gm, '')).toBe('');
  return JSON.parse(ran.stdout);
}

test.skipIf(!canActAsNobody)('a directory that may not be read or written', () => {
  const root = project({ ...chain('a'), 'migrations/script.ts.template': '', db: null });
  const directory = join(root, 'migrations');
  chmodSync(root, 0o755);
  try {
    chmodSync(directory, 0o311);
    const unreadable = asNobody(root, 'return tell(() => open().heads());') as {
      code: string;
      message: string;
    };
    expect(unreadable).toMatchObject({ name: 'CommandError', code: 'DIRECTORY_UNREADABLE' });
    expect(unreadable.message).toContain(directory);

    chmodSync(directory, 0o555);
    rmSync(join(directory, 'script.ts.template'));
    const before = tree(root);
    const readOnly = asNobody(
      root,
      "return [await tell(() => open().mkdir()), await tell(() => open({ config: { scriptLocation: 'other' } }).mkdir())];",
    ) as { code: string; message: string }[];
    expect(readOnly).toMatchObject([{ code: 'NOT_WRITABLE' }, { code: 'NOT_WRITABLE' }]);
    expect(readOnly[0]?.message).toContain(directory);
    expect(tree(root)).toEqual(before);

    new Alembic({ rootPath: root }).mkdir();
    const withTemplate = tree(root);
    const refused = asNobody(root, "return tell(() => open().revision('x', { empty: true }));") as {
      code: string;
      message: string;
    };
    expect(refused).toMatchObject({ name: 'CommandError', code: 'NOT_WRITABLE' });
    expect(refused.message).toContain(directory);
    expect(tree(root)).toEqual(withTemplate);

    chmodSync(join(directory, 'a.ts'), 0o000);
    expect(asNobody(root, 'return tell(() => open().heads());')).toMatchObject({ code: 'FILE_UNREADABLE' });
  } finally {
    chmodSync(directory, 0o755);
  }
});

test.skipIf(!canActAsNobody)(
  'a database that may not be read or written, and a directory in which none may be made',
  () => {
    const root = project({ ...chain('a'), 'db/app.db': '', 'locked/x': '' });
    chmodSync(root, 0o755);
    const file = join(root, 'db/app.db');
    rmSync(file);
    const made = spawnSync(process.execPath, [
      '-e',
      `new (require('node:sqlite').DatabaseSync)(${JSON.stringify(file)}).exec('create table kept (n)')`,
    ]);
    expect(made.status).toBe(0);
    try {
      chmodSync(file, 0o444);
      const readOnly = asNobody(
        root,
        'return [await tell(() => open().current()), await tell(() => open().upgrade())];',
      );
      expect(readOnly).toMatchObject(['done', { name: 'DatabaseError', code: 'READ_ONLY_DATABASE' }]);
      chmodSync(file, 0o000);
      expect(asNobody(root, 'return tell(() => open().upgrade());')).toMatchObject({ code: 'CANNOT_OPEN' });
      rmSync(file);
      chmodSync(join(root, 'db'), 0o555);
      const nowhere = asNobody(root, 'return tell(() => open().upgrade());') as { message: string };
      expect(nowhere).toMatchObject({ code: 'CANNOT_OPEN' });
      expect(nowhere.message).toContain(file);
    } finally {
      chmodSync(join(root, 'db'), 0o755);
    }
  },
);

function literal(text: string): RegExp {
  return new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
}
