import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import {
  check,
  column,
  foreignKey,
  index,
  integer,
  MetaData,
  primaryKey,
  sql,
  string,
  table,
  unique,
} from '../../src/index.ts';
import { kinds } from '../app/kinds.ts';
import { failure, ids, revisionFiles, tables, workspace } from '../app/workspace.ts';
import { describeOn } from '../support/databases.ts';
import { quietLogs } from '../support/history.ts';

quietLogs();

/** Names that break what puts text together carelessly: SQL, TypeScript, comments, templates, file names, patterns. */
const hostile: readonly [string, string][] = [
  ['a single quote', "it's"],
  ['a double quote', 'a"b'],
  ['quotes that end a string', `');--"`],
  ['a backtick', 'a`b'],
  ['a template', '${process.exit(7)}'],
  ['a template of ours', '${upgrades} ${revision}'],
  ['the end of a comment', 'a */ b /* c'],
  ['the end of a line comment', 'a -- b'],
  ['a new line', 'a\nb'],
  ['a line of code', "x'\nprocess.exit(7)\n//"],
  ['a carriage return and a tab', 'a\r\n\tb'],
  ['separators of lines that only JavaScript has', 'a\u2028b\u2029c'],
  ['a backslash', 'a\\b\\'],
  ['a backslash before a quote', "a\\'b"],
  ['a null of a template', '%(rev)s %s {0} {{x}}'],
  ['a dot', 'schema.table'],
  ['spaces', '  padded  name '],
  ['a semicolon', 'a; drop table kept'],
  ['unicode', 'Füße 人 🎵 مرحبا'],
  ['a combining character', 'e\u0301clair'],
  ['a reserved word', 'select'],
  ['another reserved word', 'group'],
  ['a word of JavaScript', '__proto__'],
  ['a method of objects', 'constructor'],
  ['a regular expression', '.*[a-z]+$'],
  ['digits', '1st'],
  ['placeholders', '?1 :name @p $1'],
  ['brackets', '[a](b)<c>'],
  ['63 bytes', 'é'.repeat(31) + 'x'],
  ['a tag of HTML', '<script>alert(1)</script>'],
];

/** A table and one that refers to it, in which everything is called by that name. */
function models(name: string, extra: boolean): MetaData {
  const parent = table(name, [
    column('id', integer(), { primaryKey: true }),
    column(name, string(20), { nullable: false, serverDefault: name, comment: null }),
    ...(extra ? [column(`${name}2`.slice(-30), integer(), { serverDefault: sql`1` })] : []),
    index(`i${name}`.slice(0, 31), [name]),
  ]);
  const child = table(`c${name}`.slice(0, 31), [
    column('id', integer(), { nullable: false }),
    column(name, integer(), { nullable: false }),
    primaryKey(['id'], { name: `p${name}`.slice(0, 31) }),
    foreignKey([name], name, ['id'], { name: `f${name}`.slice(0, 31), referredSchema: null }),
    unique([name, 'id'], { name: `u${name}`.slice(0, 31) }),
    check(sql`id > 0`, { name: `k${name}`.slice(0, 31) }),
    ...(extra ? [check(sql`id > 1`, { name: `l${name}`.slice(0, 31) })] : []),
  ]);
  return new MetaData([parent, child]);
}

describeOn(kinds, 'names from models to a database and back', (kind) => {
  test.each(hostile)('%s', async (_, name) => {
    const { root, database, alembic } = await workspace(kind);
    const first = alembic({ metadatas: models(name, false) });
    const [made] = await first.revision(`create ${name}`);
    await first.upgrade();
    expect(await first.compareMetadata()).toEqual([]);
    expect(await tables(database)).toContain(name);
    const before = await database.schema();

    // a change of each, which on SQLite rebuilds the table
    const second = alembic({ metadatas: models(name, true) });
    await second.revision(name, { label: `label ${name.replaceAll(/[@:]/g, '')}` });
    await second.upgrade();
    expect(await second.compareMetadata()).toEqual([]);
    await second.downgrade();
    expect(await first.compareMetadata()).toEqual([]);
    expect(await database.schema()).toBe(before);
    await second.downgrade('base');
    expect(await tables(database)).toEqual([]);
    expect(made?.doc).toContain('create');

    // the files lie where they belong
    for (const file of revisionFiles(root)) expect(file).toMatch(/^[0-9a-f]{12}_[\p{L}\p{M}\p{N}_]*\.ts$/u);
    expect(readdirSync(root)).toEqual(['migrations']);
  });
});

test('a name of 70 bytes goes the whole way on SQLite', async () => {
  const long = 'a'.repeat(70);
  const { database, alembic } = await workspace('sqlite');
  const columns = [column('id', integer(), { primaryKey: true }), column(`c${long}`, integer())];
  const metadatas = new MetaData([table(long, [...columns, index(`i${long}`, [`c${long}`])])]);
  const migrations = alembic({ metadatas });
  await migrations.revision('x');
  await migrations.upgrade();
  expect(await migrations.compareMetadata()).toEqual([]);
  expect(await tables(database)).toEqual([long]);
  await migrations.downgrade('base');
  expect(await tables(database)).toEqual([]);
});

describeOn(['sqlite'], 'messages', (kind) => {
  test.each(hostile)('%s', async (_, message) => {
    const { root, alembic } = await workspace(kind);
    const migrations = alembic();
    const [made] = await migrations.revision(message, { empty: true });
    await migrations.revision(message, { empty: true });
    await migrations.upgrade();
    await migrations.downgrade('base');
    const [script] = await migrations.show(made!.revision);
    expect(script?.doc).not.toBe('');
    expect(relative(root, script!.path)).toMatch(/^migrations\/[^/]+\.ts$/);
  });

  test.each([
    ['a path', '../../../etc/passwd'],
    ['a path of Windows', '..\\..\\x'],
    ['an absolute path', '/etc/passwd'],
    ['dots', '..'],
    ['nothing', ''],
    ['spaces', '   '],
    ['a name of a device', 'CON'],
    ['10,000 characters', 'long '.repeat(2000)],
    ['a zero', 'a\0b'],
  ])('%s', async (_, message) => {
    const { root, alembic } = await workspace(kind);
    const [made] = await alembic().revision(message, { empty: true });
    expect(relative(join(root, 'migrations'), made!.path)).toMatch(/^[^/\\]{1,80}\.ts$/);
    expect(readdirSync(root)).toEqual(['migrations']);
    await alembic().upgrade();
  });
});

describeOn(['sqlite'], 'branch names', (kind) => {
  test.each(hostile)('%s', async (_, branch) => {
    const { root, alembic } = await workspace(kind);
    const migrations = alembic();
    if (/[@:]/.test(branch)) {
      const error = await failure(() => migrations.revision('x', { empty: true, branch }), 'BAD_ARGUMENT');
      expect(error.message).toMatch(/branch.*@/);
      expect(revisionFiles(root)).toEqual([]);
      return;
    }
    const [first] = await migrations.revision('x', { empty: true, branch });
    const [second] = await migrations.revision('y', { empty: true, branch });
    expect(second?.downRevision).toBe(first?.revision);
    expect(ids(await migrations.show(`${branch}@head`))).toEqual([second?.revision]);
    await migrations.upgrade(`${branch}@head`);
    expect(ids(await migrations.current())).toEqual([second?.revision]);
    await migrations.downgrade(`${branch}@base`);
  });
});
