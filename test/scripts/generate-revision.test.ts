import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanMessage } from '../../src/scripts/message.ts';
import type { ScriptConfig } from '../../src/scripts/script-config.ts';
import { ScriptDirectory } from '../../src/scripts/script-directory.ts';
import { writeNewFile } from '../../src/scripts/write-file.ts';
import { canActAsNobody } from '../support/nobody.ts';
import { project, put, revisionFile } from './project.ts';

function directory(
  config: ScriptConfig = {},
  files: Record<string, string | null> = {},
): { root: string; scripts: ScriptDirectory } {
  const root = project(files);
  const scripts = new ScriptDirectory({ rootPath: root, ...config });
  scripts.mkdir();
  return { root, scripts };
}

describe('a new revision', () => {
  test('follows the head', async () => {
    const { root, scripts } = directory();
    const first = await scripts.generateRevision('aaaa', 'add users', {
      createDate: new Date(2026, 10, 22, 9, 30),
    });
    expect(first).toMatchObject({
      revision: 'aaaa',
      downRevision: null,
      doc: 'add users',
      isHead: true,
      isBase: true,
    });
    expect(first.path).toBe(join(root, 'migrations/aaaa_add_users.ts'));
    expect(readFileSync(first.path, 'utf8')).toContain(
      '/** add users\n *\n * Revision ID: aaaa\n * Revises:\n * Create Date: 2026-11-22 09:30:00.000000\n */',
    );
    const second = await scripts.generateRevision('bbbb', 'more', {
      upgrades: "op.execute('select 1');",
      imports: { 'alembic-ts': ['sql'] },
    });
    expect(second.downRevision).toBe('aaaa');
    expect(first.isHead).toBe(false);
    expect(readFileSync(second.path, 'utf8')).toContain("import { type Operations, sql } from 'alembic-ts';");
    expect(new ScriptDirectory({ rootPath: root }).getHeads()).toEqual(['bbbb']);
    expect(readdirSync(join(root, 'migrations')).sort()).toEqual([
      'aaaa_add_users.ts',
      'bbbb_more.ts',
      'script.ts.template',
    ]);
  });

  test('merges, splices, labels and dependencies', async () => {
    const { scripts } = directory();
    await scripts.generateRevision('aaaa', 'a');
    await scripts.generateRevision('bbbb', 'b');
    const side = await scripts.generateRevision('cccc', 'c', {
      head: 'aaaa',
      splice: true,
      branchLabels: ['side', 'x y'],
    });
    expect([...side.branchLabels]).toEqual(['side', 'x y']);
    const other = await scripts.generateRevision('dddd', 'd', {
      head: 'base',
      dependsOn: ['bbb' + 'b', 'side'],
    });
    expect(other).toMatchObject({ downRevision: null, dependsOn: ['bbbb', 'side'] });
    const merge = await scripts.generateRevision('eeee', 'merge', { head: ['bbbb', 'side@head'] });
    expect(merge).toMatchObject({ downRevision: ['bbbb', 'cccc'], isMergePoint: true });
    expect(merge.longdoc).toContain('Revises: bbbb, cccc');
  });

  test.each(['ts', 'mts', 'js', 'mjs', 'cjs'] as const)(
    'as .%s, in a package of either type',
    async (extension) => {
      for (const type of ['module', 'commonjs']) {
        const root = project({ 'package.json': JSON.stringify({ type }) });
        for (const databases of [[], ['default', 'other-db']]) {
          const scripts = new ScriptDirectory({
            rootPath: root,
            scriptLocation: `m${databases.length}`,
            databases,
          });
          scripts.mkdir({ extension });
          const upgrades =
            databases.length === 0
              ? 'op.log(1);'
              : { default: 'op.log(1);', 'other-db': 'op.log(2);\nop.log(3);' };
          const script = await scripts.generateRevision('aaaa', 'x', { upgrades });
          expect(basename(script.path)).toBe(`aaaa_x.${extension}`);
          // The package itself is none of this layer: without its types the file runs by itself.
          const source = readFileSync(script.path, 'utf8');
          writeFileSync(
            script.path,
            source.replace(/^import type .*$/m, 'type Operations = { log(n: number): void };'),
          );
          const done: number[] = [];
          const op = { log: (n: number) => done.push(n) };
          for (const key of databases.length === 0 ? ['default'] : databases) {
            (await script.migration('upgrade', key))?.(op, {});
            (await script.migration('downgrade', key))?.(op, {});
          }
          expect(done).toEqual(databases.length === 0 ? [1] : [1, 2, 3]);
        }
      }
    },
  );

  test('with the template, file names and time zone of the user', async () => {
    const { root, scripts } = directory(
      {
        fileTemplate: '%(year)d/%(month).2d/%(slug)s-%(rev)s',
        recursiveVersionLocations: true,
        timezone: 'Asia/Tokyo',
        truncateSlugLength: 10,
      },
      {
        'migrations/script.js.template': `// by \${author}\n\${imports}\nmodule.exports = {\n  revision: \${revision}, downRevision: \${downRevision},\n  branchLabels: \${branchLabels}, dependsOn: \${dependsOn},\n  upgrade(op) {\n    \${upgrades}\n  },\n};\n`,
      },
    );
    const script = await scripts.generateRevision('aaaa', 'a rather long message', {
      createDate: new Date('2026-12-31T20:00:00Z'),
      templateArgs: { author: 'me' },
      upgrades: 'a();\nb();',
    });
    expect(script.path).toBe(join(root, 'migrations/2027/01/a_rather_-aaaa.js'));
    expect(readFileSync(script.path, 'utf8')).toBe(
      "// by me\nmodule.exports = {\n  revision: 'aaaa', downRevision: null,\n  branchLabels: null, dependsOn: null,\n  upgrade(op) {\n    a();\n    b();\n  },\n};\n",
    );
    const next = await scripts.generateRevision('bbbb', 'b', {
      templateArgs: { author: 'me' },
      fileTemplate: '%(rev)s',
    });
    expect(next).toMatchObject({ path: join(root, 'migrations/bbbb.js'), downRevision: 'aaaa' });
  });

  test('goes where it is told, else to its branch, else beside what it follows', async () => {
    const { root, scripts } = directory({ versionLocations: ['more', ['users', 'users']] });
    const place = async (id: string, options: Parameters<ScriptDirectory['generateRevision']>[2]) =>
      basename(dirname((await scripts.generateRevision(id, id, options)).path));
    expect(await place('aaaa', {})).toBe('migrations');
    expect(await place('bbbb', { versionPath: 'more' })).toBe('more');
    expect(await place('cccc', {})).toBe('more');
    expect(await place('dddd', { head: 'base', branchLabels: 'users' })).toBe('users');
    expect(await place('eeee', { head: 'users@head' })).toBe('users');
    expect(await place('ffff', { head: 'users@head', versionPath: join(root, 'migrations') })).toBe(
      'migrations',
    );
  });

  test('an empty message', async () => {
    const { root, scripts } = directory();
    const script = await scripts.generateRevision('aaaa', null);
    expect(script).toMatchObject({ doc: 'empty message', path: join(root, 'migrations/aaaa_.ts') });
    expect((await scripts.generateRevision('bbbb', '  \n')).doc).toBe('empty message');
  });

  test('any message gives a file, and the doc line back', async () => {
    const { root, scripts } = directory();
    let count = 0;
    let down: string | null = null;
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.constantFrom('*/', '\n', '\n\n', '/', '..', '\0', '`', '${x}', "';", '\u202e', ' ', 'con'),
            fc.string({ unit: 'binary' }),
          ),
        ),
        async (parts) => {
          const message = parts.join('');
          const id = `id${count++}`;
          const script = await scripts.generateRevision(id, message);
          expect(dirname(script.path)).toBe(join(root, 'migrations'));
          expect(script.doc).toBe((cleanMessage(message) || 'empty message').split('\n\n')[0]);
          expect(script.downRevision).toBe(down);
          down = id;
        },
      ),
      { numRuns: 150 },
    );
    expect(readdirSync(join(root, 'migrations'))).toHaveLength(count + 1);
  });

  test('any text that may be an id', async () => {
    const { scripts } = directory();
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }), async (text) => {
        const id = text.replace(/[@+:-]/g, '_');
        if (scripts.revisionMap.has(id) || ['head', 'heads', 'base', 'current'].includes(id)) return;
        try {
          expect(
            (await scripts.generateRevision(id, 'x', { head: 'base', fileTemplate: '%(rev)s_%(epoch)s' }))
              .revision,
          ).toBe(id);
        } catch (error) {
          // Two long or odd ids may come to the same file name.
          expect(error).toMatchObject({ code: 'FILE_EXISTS' });
        }
      }),
      { numRuns: 100 },
    );
  });

  test('of two that are asked for at once, the second follows the first', async () => {
    const { scripts } = directory();
    const [a, b, failed, c] = await Promise.allSettled(
      ['aaaa', 'bbbb', 'bbbb', 'cccc'].map((id) => scripts.generateRevision(id, id)),
    );
    expect([a, b, c]).toMatchObject([
      { value: { downRevision: null } },
      { value: { downRevision: 'aaaa' } },
      { value: { downRevision: 'bbbb' } },
    ]);
    expect(failed).toMatchObject({ reason: { code: 'REVISION_EXISTS' } });
  });

  test('many at once give as many heads', async () => {
    const { scripts } = directory();
    const made = await Promise.all(
      ['aaaa', 'bbbb', 'cccc'].map((id) => scripts.generateRevision(id, id, { head: 'base' })),
    );
    expect(made.map(({ revision }) => revision)).toEqual(['aaaa', 'bbbb', 'cccc']);
    expect(scripts.getHeads()).toEqual(['aaaa', 'bbbb', 'cccc']);
  });
});

describe('what is refused leaves nothing', () => {
  const unchanged = async (root: string, work: () => Promise<unknown>, expected: object) => {
    const before = readdirSync(root, { recursive: true }).sort();
    await expect(work()).rejects.toMatchObject(expected);
    expect(readdirSync(root, { recursive: true }).sort()).toEqual(before);
  };

  test('an id that is taken, illegal or empty; a label that is taken; a head that is none', async () => {
    const { root, scripts } = directory();
    await scripts.generateRevision('aaaa', 'a', { branchLabels: 'side' });
    await scripts.generateRevision('bbbb', 'b');
    await unchanged(root, () => scripts.generateRevision('aaaa', 'x'), { code: 'REVISION_EXISTS' });
    await unchanged(root, () => scripts.generateRevision('a@b', 'x'), { code: 'REVISION_ID' });
    await unchanged(root, () => scripts.generateRevision('', 'x'), { code: 'REVISION_ID' });
    await unchanged(root, () => scripts.generateRevision('cccc', 'x', { branchLabels: 'side' }), {
      code: 'LABEL_IN_USE',
    });
    await unchanged(root, () => scripts.generateRevision('cccc', 'x', { branchLabels: 'bbbb' }), {
      code: 'LABEL_IN_USE',
    });
    await unchanged(root, () => scripts.generateRevision('cccc', 'x', { head: 'aaaa' }), {
      code: 'NOT_A_HEAD',
    });
    await unchanged(root, () => scripts.generateRevision('cccc', 'x', { head: 'zzzz' }), {
      code: 'REVISION_NOT_FOUND',
    });
    await unchanged(root, () => scripts.generateRevision('cccc', 'x', { dependsOn: 'zzzz' }), {
      code: 'REVISION_NOT_FOUND',
    });
    expect(scripts.getHeads()).toEqual(['bbbb']);
  });

  test('several heads', async () => {
    const { root, scripts } = directory();
    await scripts.generateRevision('aaaa', 'a');
    await scripts.generateRevision('bbbb', 'b', { head: 'base' });
    await unchanged(root, () => scripts.generateRevision('cccc', 'x'), { code: 'MULTIPLE_HEADS' });
  });

  test('a place that is not read', async () => {
    const { root, scripts } = directory({}, { elsewhere: null, 'migrations/sub': null });
    for (const versionPath of ['elsewhere', '..', 'migrations/../elsewhere', 'migrations/sub', '/']) {
      await unchanged(root, () => scripts.generateRevision('aaaa', 'x', { versionPath }), {
        code: 'VERSION_PATH',
      });
    }
    expect(
      basename((await scripts.generateRevision('aaaa', 'x', { versionPath: './migrations/' })).path),
    ).toBe('aaaa_x.ts');
  });

  test('a subdirectory is read, and so allowed, with recursiveVersionLocations', async () => {
    const { root, scripts } = directory({ recursiveVersionLocations: true }, { elsewhere: null });
    expect((await scripts.generateRevision('aaaa', 'x', { versionPath: 'migrations/2026/q4' })).path).toBe(
      join(root, 'migrations/2026/q4/aaaa_x.ts'),
    );
    expect((await scripts.generateRevision('bbbb', 'x')).path).toBe(join(root, 'migrations/bbbb_x.ts'));
    await unchanged(root, () => scripts.generateRevision('cccc', 'x', { versionPath: 'elsewhere' }), {
      code: 'VERSION_PATH',
    });
  });

  test('a file that exists', async () => {
    const { root, scripts } = directory({}, { 'migrations/aaaa_x.ts': 'export const mine = 1;' });
    const file = join(root, 'migrations/aaaa_x.ts');
    await unchanged(root, () => scripts.generateRevision('aaaa', 'x'), {
      code: 'FILE_EXISTS',
      details: { file },
    });
    expect(readFileSync(file, 'utf8')).toBe('export const mine = 1;');
  });

  test('no template, two templates, templates that make something else', async () => {
    const root = project({ migrations: null });
    const scripts = new ScriptDirectory({ rootPath: root });
    const template = (text: string) => put(root, { 'migrations/script.ts.template': text });
    await unchanged(root, () => scripts.generateRevision('aaaa', 'x'), { code: 'TEMPLATE_MISSING' });
    template('export const other = 1;');
    await unchanged(root, () => scripts.generateRevision('aaaa', 'x'), {
      code: 'TEMPLATE_INVALID',
      message: expect.stringMatching(/exports no revision/),
    });
    template('export const revision = ${revison};');
    await unchanged(root, () => scripts.generateRevision('aaaa', 'x'), {
      code: 'TEMPLATE_INVALID',
      message: expect.stringMatching(/Did you mean \$\{revision\}/),
    });
    template('export const revision = ${revision}, downRevision = null;');
    await scripts.generateRevision('aaaa', 'x');
    await unchanged(root, () => scripts.generateRevision('bbbb', 'x'), {
      code: 'TEMPLATE_INVALID',
      message: expect.stringMatching(/downRevision/),
    });
    template('export const revision = ${revision}, downRevision = ${downRevision};');
    await unchanged(root, () => scripts.generateRevision('bbbb', 'x', { branchLabels: 'y' }), {
      code: 'TEMPLATE_INVALID',
      message: expect.stringMatching(/branchLabels/),
    });
    template('export const revision = f(${revision});');
    await unchanged(root, () => scripts.generateRevision('bbbb', 'x'), {
      code: 'TEMPLATE_INVALID',
      message: expect.stringMatching(/literal/),
    });
    put(root, { 'migrations/script.cjs.template': 'x' });
    await unchanged(root, () => scripts.generateRevision('bbbb', 'x'), { code: 'TEMPLATE_AMBIGUOUS' });
  });

  test('a broken history', async () => {
    const { root, scripts } = directory(
      {},
      { 'migrations/a.ts': revisionFile('aaaa', { downRevision: 'none' }) },
    );
    await unchanged(root, () => scripts.generateRevision('bbbb', 'x'), { code: 'DOWN_REVISION_MISSING' });
  });
});

describe('post-write hooks', () => {
  const node = process.execPath;
  const append = (word: string) =>
    `require('node:fs').appendFileSync(process.argv[1], '// ${word} ' + process.argv.slice(2).join('|') + '\\n')`;
  const generate = async (postWriteHooks: ScriptConfig['postWriteHooks']) => {
    const { root, scripts } = directory({ postWriteHooks });
    const script = await scripts.generateRevision('aaaa', 'it is $HOME; `x`');
    return {
      root,
      lines: readFileSync(script.path, 'utf8')
        .split('\n')
        .filter((line) => line.startsWith('//')),
    };
  };

  test('programs and functions, in their order', async () => {
    const { lines } = await generate([
      { command: [node, '-e', append('list')] },
      {
        name: 'words',
        command: `"${node}" -e "${append('words')}" REVISION_SCRIPT_FILENAME 'two words' $HOME *`,
      },
      {
        type: 'exec',
        executable: node,
        options: ['-e', append('alembic'), 'REVISION_SCRIPT_FILENAME', 'last'],
      },
      async (file) => writeFileSync(file, '// function\n', { flag: 'a' }),
    ]);
    expect(lines).toEqual(['// list ', '// words two words|$HOME|*', '// alembic last', '// function']);
  });

  test("Alembic's options get the path first", async () => {
    const { root, scripts } = directory(
      { postWriteHooks: [{ executable: 'cp', options: 'copy.txt', cwd: 'out' }] },
      { out: null },
    );
    await scripts.generateRevision('aaaa', 'x');
    expect(readFileSync(join(root, 'out/copy.txt'), 'utf8')).toContain('Revision ID: aaaa');
  });

  test("a program of the project's packages", async () => {
    const { root, scripts } = directory({ postWriteHooks: [{ command: 'my-formatter' }] });
    put(root, { 'node_modules/.bin/my-formatter': '#!/bin/sh\necho "// formatted" >> "$1"\n' });
    chmodSync(join(root, 'node_modules/.bin/my-formatter'), 0o755);
    expect(readFileSync((await scripts.generateRevision('aaaa', 'x')).path, 'utf8')).toMatch(
      /\/\/ formatted\n$/,
    );
  });

  test.each([
    [
      'that ends badly',
      { name: 'lint', command: [node, '-e', "console.error('line 3 is ugly'); process.exit(2)"] },
      /lint failed: it ended with status 2:\nline 3 is ugly/,
    ],
    ['that does not exist', { command: 'alembic-no-such-program' }, /alembic-no-such-program/],
    ['without a command', {}, /no command/],
    [
      'that throws',
      () => {
        throw new Error('from the hook');
      },
      /from the hook/,
    ],
    [
      'that breaks the file',
      (file: string) => writeFileSync(file, 'export const nothing = 1;'),
      /no longer holds revision 'aaaa'/,
    ],
  ])('one %s', async (_, hook, message) => {
    const { root, scripts } = directory({ postWriteHooks: [hook] });
    const file = join(root, 'migrations/aaaa_x.ts');
    await expect(scripts.generateRevision('aaaa', 'x')).rejects.toMatchObject({
      code: 'WRITE_HOOK',
      message: expect.stringMatching(message),
      details: { file },
    });
    expect(existsSync(file)).toBe(true);
  });
});

describe('writing', () => {
  test.skipIf(!canActAsNobody)('a directory without the right to write', () => {
    const root = project({ migrations: null, 'run.mjs': '' });
    // As an ordinary user, for whom permissions count.
    const code = `
      import { writeNewFile, ensureDirectory } from ${JSON.stringify(new URL('../../src/scripts/write-file.ts', import.meta.url).href)};
      for (const work of [() => writeNewFile('migrations/a.ts', 'x'), () => ensureDirectory('migrations/sub')]) {
        try { work(); console.log('written'); } catch (error) { console.log(error.code, error.details.errno); }
      }`;
    chmodSync(root, 0o755);
    chmodSync(join(root, 'migrations'), 0o555);
    const asRoot = process.getuid?.() === 0;
    const result = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
      cwd: root,
      encoding: 'utf8',
      ...(asRoot ? { uid: 65534, gid: 65534 } : {}),
    });
    expect(result.stdout, result.stderr).toBe('NOT_WRITABLE EACCES\nNOT_WRITABLE EACCES\n');
    expect(readdirSync(join(root, 'migrations'))).toEqual([]);
  });

  test('a file system that is full', () => {
    // /dev/full takes nothing; where a small file system can't be mounted, the limit on a file's size stands in for it.
    const root = project({});
    const code = `
      import { writeNewFile } from ${JSON.stringify(new URL('../../src/scripts/write-file.ts', import.meta.url).href)};
      try { writeNewFile('a.ts', 'x'.repeat(100_000)); console.log('written'); } catch (error) { console.log(error.code, error.details.errno); }`;
    const result = execFileSync(
      'bash',
      ['-c', `trap '' XFSZ; ulimit -f 8; exec "$0" --input-type=module -e "$1"`, process.execPath, code],
      { cwd: root, encoding: 'utf8' },
    );
    expect(result).toBe('DISK_FULL EFBIG\n');
    expect(readdirSync(root)).toEqual([]);
  });

  test('a directory that is not there, and a file in the way', () => {
    const root = project({ 'a.ts': 'mine', d: null });
    expect(() => writeNewFile(join(root, 'none/a.ts'), 'x')).toThrow(
      expect.objectContaining({ code: 'WRITE_FAILED' }),
    );
    expect(() => writeNewFile(join(root, 'a.ts'), 'x')).toThrow(
      expect.objectContaining({ code: 'FILE_EXISTS' }),
    );
    expect(() => writeNewFile(join(root, 'd'), 'x')).toThrow(
      expect.objectContaining({ code: 'FILE_EXISTS' }),
    );
    expect(readFileSync(join(root, 'a.ts'), 'utf8')).toBe('mine');
    expect(readdirSync(root).sort()).toEqual(['a.ts', 'd']);
  });

  test('of eight processes that write one file, one does', async () => {
    const root = project({});
    mkdirSync(join(root, 'm'));
    const code = `
      import { writeNewFile } from ${JSON.stringify(new URL('../../src/scripts/write-file.ts', import.meta.url).href)};
      try { writeNewFile('m/a.ts', String(process.pid).repeat(10_000)); console.log(process.pid); } catch (error) { console.log(error.code); }`;
    const commands = Array.from({ length: 8 }, () => `"$0" --input-type=module -e "$1" &`).join(' ');
    const lines = execFileSync('bash', ['-c', `${commands} wait`, process.execPath, code], {
      cwd: root,
      encoding: 'utf8',
    })
      .trim()
      .split('\n');
    const winners = lines.filter((line) => line !== 'FILE_EXISTS');
    expect(lines).toHaveLength(8);
    expect(winners).toHaveLength(1);
    expect(readFileSync(join(root, 'm/a.ts'), 'utf8')).toBe(winners[0]?.repeat(10_000));
    expect(readdirSync(join(root, 'm'))).toEqual(['a.ts']);
  });
});
