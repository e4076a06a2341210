import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, renameSync, symlinkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CommandError, LoopDetected } from '../../src/errors.ts';
import { Script } from '../../src/scripts/script.ts';
import { ScriptDirectory } from '../../src/scripts/script-directory.ts';
import { canActAsNobody } from '../support/nobody.ts';
import { project, put, revisionFile } from './project.ts';

const ids = (scripts: Iterable<Script | null>) => Array.from(scripts, (script) => script?.revision ?? null);

/** a ← b ← c, and d beside c, dependent on x of another base. */
function branched(): { root: string; scripts: ScriptDirectory } {
  const root = project({
    'migrations/a.ts': revisionFile('aaaa'),
    'migrations/b.ts': revisionFile('bbbb', { downRevision: 'aaaa' }),
    'migrations/c.ts': revisionFile('cccc', { downRevision: 'bbbb' }),
    'migrations/d.ts': revisionFile('dddd', {
      downRevision: 'bbbb',
      branchLabels: 'side',
      dependsOn: 'xxxx',
    }),
    'migrations/x.ts': revisionFile('xxxx', { branchLabels: ['other'] }),
  });
  return { root, scripts: new ScriptDirectory({ rootPath: root }) };
}

describe('reading', () => {
  test('questions about the history', () => {
    const { root, scripts } = branched();
    expect(scripts.getHeads()).toEqual(['cccc', 'dddd', 'xxxx']);
    expect(scripts.getHeads({ considerDependsOn: true })).toEqual(['cccc', 'dddd']);
    expect(scripts.getBases()).toEqual(['aaaa', 'xxxx']);
    expect(() => scripts.getBase()).toThrow(expect.objectContaining({ code: 'MULTIPLE_BASES' }));
    expect(() => scripts.getCurrentHead()).toThrow(expect.objectContaining({ code: 'MULTIPLE_HEADS' }));
    expect(ids(scripts.walkRevisions())).toHaveLength(5);
    expect(ids(scripts.walkRevisions('aaaa', 'cccc'))).toEqual(['cccc', 'bbbb', 'aaaa']);
    expect(ids(scripts.iterateRevisions('cccc', 'aaaa'))).toEqual(['cccc', 'bbbb']);
    expect(ids(scripts.iterateRevisions('cccc', 'base'))).toEqual(['cccc', 'bbbb', 'aaaa']);
    expect(ids(scripts.iterateRevisions('cccc', 'aaaa', { inclusive: true }))).toEqual([
      'cccc',
      'bbbb',
      'aaaa',
    ]);
    expect(ids(scripts.getRevisions(['cccc', 'side@head', 'base']))).toEqual(
      expect.arrayContaining(['cccc', 'dddd']),
    );
    expect(scripts.asRevisionNumber('side@head')).toBe('dddd');
    expect(ids(scripts.getAllCurrent(['dddd']))).toEqual(expect.arrayContaining(['dddd']));

    const script = scripts.getRevision('bbb' + 'b') as Script;
    expect(script).toBeInstanceOf(Script);
    expect(script.path).toBe(join(root, 'migrations/b.ts'));
    expect(script).toMatchObject({
      doc: 'revision bbbb',
      downRevision: 'aaaa',
      isBranchPoint: true,
      isHead: false,
      line: 2,
    });
    expect([...script.nextrev]).toEqual(['cccc', 'dddd']);
    expect(script.format({ verbose: true })).toBe(
      `Rev: bbbb (branchpoint)\nParent: aaaa\nBranches into: cccc, dddd\nPath: ${join(root, 'migrations/b.ts')}\n\n    revision bbbb\n`,
    );
  });

  test('one base, one head', () => {
    const root = project({
      'migrations/a.ts': revisionFile('aaaa'),
      'migrations/b.ts': revisionFile('bbbb', { downRevision: 'aaaa' }),
    });
    const scripts = new ScriptDirectory({ rootPath: root });
    expect([scripts.getBase(), scripts.getCurrentHead()]).toEqual(['aaaa', 'bbbb']);
    const empty = new ScriptDirectory({ rootPath: project({ migrations: null }) });
    expect([empty.getBase(), empty.getCurrentHead(), empty.getHeads()]).toEqual([null, null, []]);
  });

  test('all five extensions; what is no revision is ignored', () => {
    const root = project({
      'migrations/1.ts': revisionFile('aaa1'),
      'migrations/2.mts': revisionFile('aaa2'),
      'migrations/3.js': revisionFile('aaa3'),
      'migrations/4.mjs': revisionFile('aaa4'),
      'migrations/5.cjs':
        "exports.revision = 'aaa5'; exports.downRevision = null; exports.upgrade = () => {};",
      'migrations/helper.ts': "export const names = ['a']; throw new Error('never imported');",
      'migrations/1.d.ts': 'export declare const revision: string; export declare function upgrade(): void;',
      'migrations/.#6.ts': revisionFile('aaa6'),
      'migrations/._7.ts': '\0\0',
      'migrations/8.ts.orig': revisionFile('aaa8'),
      'migrations/9.py': 'revision = "aaa9"',
      'migrations/dir.ts/10.ts': revisionFile('aa10'),
      'migrations/script.ts.template': 'export const revision = ${revision};',
    });
    expect(new ScriptDirectory({ rootPath: root }).getHeads()).toEqual([
      'aaa1',
      'aaa2',
      'aaa3',
      'aaa4',
      'aaa5',
    ]);
  });

  test('nothing is imported', () => {
    const root = project({ 'migrations/a.ts': `${revisionFile('aaaa')}throw new Error('imported');` });
    expect(new ScriptDirectory({ rootPath: root }).getHeads()).toEqual(['aaaa']);
  });

  test('several locations, in their order, each once', () => {
    const root = project({
      'db/z.ts': revisionFile('zzzz'),
      'more/b.ts': revisionFile('bbbb'),
      'more/a.ts': revisionFile('aaaa'),
      'users/u.ts': revisionFile('uuuu'),
    });
    symlinkSync(join(root, 'more'), join(root, 'link'));
    const scripts = new ScriptDirectory({
      rootPath: root,
      scriptLocation: 'db',
      versionLocations: ['more', ['users', 'users'], 'not-there', './more', 'link', 'db'],
    });
    expect(scripts.getHeads()).toEqual(['zzzz', 'aaaa', 'bbbb', 'uuuu']);
    expect(scripts.versionLocations).toEqual(
      ['db', 'more', 'users', 'not-there', 'link'].map((name) => join(root, name)),
    );
    expect(scripts.branchLocation('users')).toBe(join(root, 'users'));
    expect(scripts.branchLocation('more')).toBeUndefined();
    expect([scripts.directory, scripts.versions]).toEqual([join(root, 'db'), join(root, 'db')]);
  });

  test('subdirectories, when asked for', () => {
    const root = project({
      'migrations/b.ts': revisionFile('bbbb'),
      'migrations/2025/a.ts': revisionFile('aaaa'),
      'migrations/2024/12/c.ts': revisionFile('cccc'),
      'migrations/2024/d.ts': revisionFile('dddd'),
      'migrations/node_modules/e.ts': revisionFile('eeee'),
      'migrations/.git/f.ts': revisionFile('ffff'),
    });
    expect(new ScriptDirectory({ rootPath: root }).getHeads()).toEqual(['bbbb']);
    const scripts = new ScriptDirectory({
      rootPath: root,
      recursiveVersionLocations: true,
      versionLocations: ['migrations/2025'],
    });
    expect(scripts.getHeads()).toEqual(['bbbb', 'dddd', 'cccc', 'aaaa']);
  });

  test('names and ids of any script', () => {
    const root = project({
      'migrations/größe 表.ts': revisionFile('größe', { branchLabels: 'ветка' }),
      'migrations/é.ts': revisionFile('🎉', { downRevision: 'größe' }),
    });
    const scripts = new ScriptDirectory({ rootPath: root });
    expect(scripts.getRevision('ветка@head')?.revision).toBe('🎉');
  });

  test('one file under two names is one revision', () => {
    const root = project({ 'migrations/a.ts': revisionFile('aaaa') });
    symlinkSync(join(root, 'migrations/a.ts'), join(root, 'migrations/b.ts'));
    expect(new ScriptDirectory({ rootPath: root }).getHeads()).toEqual(['aaaa']);
  });
});

describe('headers that only importing tells', () => {
  const computed = `import { idOf } from './ids.ts';\nexport const revision = idOf('b');\nexport const downRevision = idOf('a');\nexport function upgrade() {}\n`;
  const files = {
    'ids.ts': 'export const idOf = (name: string): string => name.repeat(4);',
    'a.ts': revisionFile('aaaa'),
    'b.ts': computed,
  };

  test('load imports them, a getter says so', async () => {
    const root = project({});
    put(join(root, 'migrations'), files);
    const scripts = new ScriptDirectory({ rootPath: root });
    expect(() => scripts.getHeads()).toThrow(
      expect.objectContaining({
        code: 'HEADER_NOT_LITERAL',
        details: { file: join(root, 'migrations/b.ts') },
      }),
    );
    const map = await scripts.load();
    expect(map.heads).toEqual(['bbbb']);
    expect(scripts.getHeads()).toEqual(['bbbb']);
    expect(await scripts.load()).toBe(await scripts.load());
    put(root, { 'migrations/b.ts': computed.replace("idOf('b')", "idOf('c')") });
    expect((await scripts.load()).heads).toEqual(['cccc']);
  });

  test.each([
    ['throws', "export const revision = f();\nfunction f() { throw new Error('x'); }", 'SCRIPT_THREW', 2],
    ['of a wrong type', '\nexport const revision = 1 + 1, downRevision = null;', 'HEADER_INVALID', 2],
    [
      'undefined',
      '\nexport const revision = [][0], downRevision = null;',
      'REVISION_EXPORT_MISSING',
      undefined,
    ],
  ])('that %s', async (_, source, code, line) => {
    const root = project({ 'migrations/a.ts': source });
    const file = join(root, 'migrations/a.ts');
    const scripts = new ScriptDirectory({ rootPath: root });
    await expect(scripts.load()).rejects.toMatchObject({
      code,
      details: line === undefined ? { file } : { file, line },
    });
    put(root, { 'migrations/a.ts': revisionFile('aaaa') });
    expect((await scripts.load()).heads).toEqual(['aaaa']);
  });
});

describe('looking again', () => {
  test('what did not change stays the same objects', async () => {
    const { root, scripts } = branched();
    const map = await scripts.load();
    expect(await scripts.load({ force: true })).toBe(map);
    put(root, { 'migrations/e.ts': revisionFile('eeee', { downRevision: 'cccc' }) });
    const script = scripts.getRevision('cccc') as Script;
    expect(script.isHead).toBe(true);
    const next = await scripts.load();
    expect(next).not.toBe(map);
    expect(scripts.getHeads()).toEqual(['dddd', 'eeee', 'xxxx']);
    expect(scripts.getRevision('cccc')).toBe(script);
    expect(script.isHead).toBe(false);
  });

  test('edited, renamed and deleted files', async () => {
    const { root, scripts } = branched();
    await scripts.load();
    put(root, { 'migrations/c.ts': revisionFile('c2c2', { downRevision: 'bbbb' }) });
    expect((await scripts.load()).heads).toEqual(['c2c2', 'dddd', 'xxxx']);
    renameSync(join(root, 'migrations/c.ts'), join(root, 'migrations/0.ts'));
    expect((await scripts.load()).heads).toEqual(['c2c2', 'dddd', 'xxxx']);
    expect(scripts.getRevision('c2c2')?.path).toBe(join(root, 'migrations/0.ts'));
    unlinkSync(join(root, 'migrations/d.ts'));
    expect(scripts.refresh().heads).toEqual(['c2c2', 'xxxx']);
  });

  test('a directory of many files: a new file at once, an edited one when forced', async () => {
    const count = 1100;
    const files: Record<string, string> = {};
    for (let i = 0; i < count; i++)
      files[`migrations/${i}.ts`] = revisionFile(`r${i}`, { downRevision: i === 0 ? null : `r${i - 1}` });
    const root = project(files);
    const scripts = new ScriptDirectory({ rootPath: root });
    expect(scripts.getHeads()).toEqual([`r${count - 1}`]);
    put(root, { 'migrations/new.ts': revisionFile('new', { downRevision: `r${count - 1}` }) });
    expect((await scripts.load()).heads).toEqual(['new']);
    put(root, { 'migrations/new.ts': revisionFile('newer', { downRevision: `r${count - 1}` }) });
    expect((await scripts.load({ force: true })).heads).toEqual(['newer']);
  });

  test('a location that appears later', async () => {
    const root = project({ 'migrations/a.ts': revisionFile('aaaa') });
    const scripts = new ScriptDirectory({ rootPath: root, versionLocations: ['later'] });
    expect(scripts.getHeads()).toEqual(['aaaa']);
    put(root, { 'later/b.ts': revisionFile('bbbb') });
    expect((await scripts.load()).heads).toEqual(['aaaa', 'bbbb']);
  });

  test('after a failure it reads again', async () => {
    const { root, scripts } = branched();
    await scripts.load();
    put(root, { 'migrations/c.ts': revisionFile('aaaa') });
    await expect(scripts.load()).rejects.toMatchObject({ code: 'DUPLICATE_REVISION' });
    await expect(scripts.load()).rejects.toMatchObject({ code: 'DUPLICATE_REVISION' });
    expect(() => scripts.getHeads()).toThrow(CommandError);
    unlinkSync(join(root, 'migrations/c.ts'));
    expect((await scripts.load()).heads).toEqual(['dddd', 'xxxx']);
  });
});

describe('bad input', () => {
  const failure = (files: Record<string, string | null>): CommandError & { root: string } => {
    const root = project(files);
    try {
      void new ScriptDirectory({ rootPath: root }).revisionMap;
    } catch (error) {
      expect(error).toBeInstanceOf(CommandError);
      return Object.assign(error as CommandError, { root });
    }
    throw new Error('nothing was thrown');
  };

  test('no script directory', () => {
    expect(failure({})).toMatchObject({
      code: 'SCRIPT_LOCATION_MISSING',
      message: expect.stringMatching(/mkdir/),
    });
  });

  test('a file instead of the directory', () => {
    expect(failure({ migrations: 'x' })).toMatchObject({
      code: 'DIRECTORY_UNREADABLE',
      message: expect.stringMatching(/migrations/),
    });
  });

  test('two files with one id', () => {
    const error = failure({
      'migrations/a.ts': revisionFile('aaaa'),
      'migrations/b.ts': revisionFile('aaaa'),
    });
    expect(error.code).toBe('DUPLICATE_REVISION');
    expect(error.message).toContain(join(error.root, 'migrations/a.ts'));
    expect(error.message).toContain(join(error.root, 'migrations/b.ts'));
    expect(error.details.revision).toBe('aaaa');
  });

  test.each([
    ['a migration without revision', 'export function upgrade() {}', 'REVISION_EXPORT_MISSING', 1],
    ['only a downRevision', 'export const downRevision = null;', 'REVISION_EXPORT_MISSING', undefined],
    ['an id that is a number', '\nexport const revision = 42, downRevision = null;', 'HEADER_INVALID', 2],
    ['an empty id', "\nexport const revision = '', downRevision = null;", 'HEADER_INVALID', 2],
    ['an id that is null', '\nexport const revision = null, downRevision = null;', 'HEADER_INVALID', 2],
    ['no downRevision', "\n\nexport const revision = 'a';", 'HEADER_INVALID', 3],
    [
      'a downRevision that is a number',
      "export const revision = 'a';\nexport const downRevision = 1;",
      'HEADER_INVALID',
      2,
    ],
    [
      'a list with a number',
      "export const revision = 'a';\nexport const downRevision = ['b', 1];",
      'HEADER_INVALID',
      2,
    ],
    [
      'a list with an empty text',
      "export const revision = 'a';\nexport const downRevision = ['b', ''];",
      'HEADER_INVALID',
      2,
    ],
    [
      'labels that are true',
      "export const revision = 'a', downRevision = null;\nexport const branchLabels = true;",
      'HEADER_INVALID',
      2,
    ],
    [
      'an empty dependency',
      "export const revision = 'a', downRevision = null;\nexport const dependsOn = '';",
      'HEADER_INVALID',
      2,
    ],
  ])('%s', (_, source, code, line) => {
    const error = failure({ 'migrations/a.ts': source });
    const file = join(error.root, 'migrations/a.ts');
    expect(error).toMatchObject({ code, details: line === undefined ? { file } : { file, line } });
    expect(error.message).toContain(line === undefined ? file : `${file}:${line}`);
  });

  test('an id that symbols could not name, and a revision after itself', () => {
    const error = failure({ 'migrations/a.ts': revisionFile('a+b') });
    expect(error).toMatchObject({
      code: 'REVISION_ID',
      details: { file: join(error.root, 'migrations/a.ts') },
    });
    const loop = failure({ 'migrations/a.ts': revisionFile('a', { downRevision: 'a' }) });
    expect(loop.code).toBe('REVISION_LOOP');
    expect(loop.cause).toBeInstanceOf(LoopDetected);
  });

  test('what the graph refuses', () => {
    expect(failure({ 'migrations/a.ts': revisionFile('a', { downRevision: 'b' }) }).code).toBe(
      'DOWN_REVISION_MISSING',
    );
    expect(
      failure({
        'migrations/a.ts': revisionFile('a', { branchLabels: 'x' }),
        'migrations/b.ts': revisionFile('b', { branchLabels: 'x' }),
      }).code,
    ).toBe('LABEL_IN_USE');
    expect(
      failure({
        'migrations/a.ts': revisionFile('a', { downRevision: 'b' }),
        'migrations/b.ts': revisionFile('b', { downRevision: 'a' }),
      }).code,
    ).toBe('REVISION_CYCLE');
  });

  test('a dangling link and a file that can not be read', () => {
    const root = project({ migrations: null });
    symlinkSync(join(root, 'nowhere.ts'), join(root, 'migrations/a.ts'));
    expect(() => new ScriptDirectory({ rootPath: root }).getHeads()).toThrow(
      expect.objectContaining({ code: 'FILE_UNREADABLE', details: { file: join(root, 'migrations/a.ts') } }),
    );
  });

  test.skipIf(!canActAsNobody)('what may not be read', () => {
    const root = project({
      'a/m/x.ts': revisionFile('a'),
      'b/x.ts': revisionFile('b'),
      'c/x.ts': revisionFile('c'),
      'c/script.ts.template': 'x',
    });
    const module = new URL('../../src/scripts/script-directory.ts', import.meta.url).href;
    // As an ordinary user, for whom permissions count.
    const code = `
      import { ScriptDirectory } from ${JSON.stringify(module)};
      for (const scriptLocation of ['a/m', 'b', 'c']) {
        const scripts = new ScriptDirectory({ scriptLocation });
        try { console.log(scripts.getHeads().join()); } catch (error) { console.log(error.code, error.details.file); }
        await scripts.generateRevision('new', 'x', { head: 'base' }).catch((error) => console.log(error.code));
      }`;
    chmodSync(root, 0o755);
    chmodSync(join(root, 'a'), 0);
    chmodSync(join(root, 'b'), 0);
    chmodSync(join(root, 'c/script.ts.template'), 0);
    const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    const result = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
      cwd: root,
      encoding: 'utf8',
      ...user,
    });
    expect(result.stdout, result.stderr).toBe(
      `DIRECTORY_UNREADABLE ${join(root, 'a/m')}\nDIRECTORY_UNREADABLE\nDIRECTORY_UNREADABLE ${join(root, 'b')}\nDIRECTORY_UNREADABLE\nc\nFILE_UNREADABLE\n`,
    );
    chmodSync(join(root, 'a'), 0o755);
    chmodSync(join(root, 'b'), 0o755);
  });

  test('options', () => {
    expect(() => new ScriptDirectory({ timezone: 'Nowhere/Land' })).toThrow(
      expect.objectContaining({ code: 'TIMEZONE' }),
    );
    expect(() => new ScriptDirectory({ fileTemplate: '%(x)s' })).toThrow(
      expect.objectContaining({ code: 'FILE_TEMPLATE' }),
    );
    expect(() => new ScriptDirectory({ fileTemplate: '%(year)d/%(rev)s' })).toThrow(
      expect.objectContaining({ code: 'FILE_TEMPLATE' }),
    );
  });
});

describe('mkdir', () => {
  test('makes the directories and the template, and leaves what is there', () => {
    const root = project({});
    const scripts = new ScriptDirectory({
      rootPath: root,
      scriptLocation: 'db/migrations',
      versionLocations: ['db/more', ['users', 'db/users']],
    });
    expect(scripts.mkdir()).toEqual(
      ['db/migrations', 'db/more', 'db/users', 'db/migrations/script.ts.template'].map((name) =>
        join(root, name),
      ),
    );
    expect(readdirSync(join(root, 'db/migrations'))).toEqual(['script.ts.template']);
    expect(scripts.mkdir()).toEqual([]);
    expect(scripts.getHeads()).toEqual([]);
  });

  test('a template of another kind stays the only one', () => {
    const root = project({ 'migrations/script.cjs.template': 'x' });
    expect(new ScriptDirectory({ rootPath: root }).mkdir()).toEqual([]);
    expect(readdirSync(join(root, 'migrations'))).toEqual(['script.cjs.template']);
  });

  test('a file in the way', () => {
    const root = project({ db: 'x' });
    expect(() => new ScriptDirectory({ rootPath: root, scriptLocation: 'db/migrations' }).mkdir()).toThrow(
      expect.objectContaining({
        code: 'WRITE_FAILED',
        message: expect.stringContaining(join(root, 'db/migrations')),
      }),
    );
    expect(existsSync(join(root, 'db'))).toBe(true);
  });
});
