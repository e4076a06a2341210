import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultTemplate, type ScriptExtension, scriptExtensions } from './default-templates.ts';
import { cleanMessage } from './message.ts';
import { readHeader } from './read-header.ts';
import { type RevisionContent, revisionSource } from './revision-source.ts';

const content: RevisionContent = {
  revision: '1975ea83b712',
  downRevision: 'ae1027a6acf2',
  branchLabels: null,
  dependsOn: null,
  message: 'add users',
  createDate: '2026-11-22 09:30:00.000000',
};

function render(
  extension: ScriptExtension,
  more: Partial<RevisionContent> = {},
  text = defaultTemplate(extension),
): string {
  return revisionSource({ file: `script.${extension}.template`, text, extension }, { ...content, ...more });
}

describe('the default template', () => {
  test('makes the file that the contract shows', () => {
    const source = render('ts', {
      imports: { 'alembic-ts': ['integer', 'column'] },
      upgrades: "op.createTable('users', [column('id', integer(), { primaryKey: true })]);",
      downgrades: "op.dropTable('users');",
    });
    expect(source).toBe(`/** add users
 *
 * Revision ID: 1975ea83b712
 * Revises: ae1027a6acf2
 * Create Date: 2026-11-22 09:30:00.000000
 */
import { column, integer, type Operations } from 'alembic-ts';

export const revision = '1975ea83b712';
export const downRevision = 'ae1027a6acf2';
export const branchLabels = null;
export const dependsOn = null;

export function upgrade(op: Operations): void {
  op.createTable('users', [column('id', integer(), { primaryKey: true })]);
}

export function downgrade(op: Operations): void {
  op.dropTable('users');
}
`);
  });

  test('without anything to do', () => {
    const source = render('ts', { downRevision: null });
    expect(source).toContain(' * Revises:\n');
    expect(source).toContain("import type { Operations } from 'alembic-ts';\n");
    expect(source).toContain('upgrade(op: Operations): void {\n}\n');
  });

  test('for JavaScript', () => {
    const source = render('js', { upgrades: "op.dropTable('a');" });
    expect(source).toContain(" */\n\nexport const revision = '1975ea83b712';");
    expect(source).toContain("export function upgrade(op) {\n  op.dropTable('a');\n}\n");
  });

  test('for CommonJS', () => {
    const source = render('cjs', {
      imports: { 'alembic-ts': ['column', 'table as t'] },
      branchLabels: ['a', 'b'],
    });
    expect(source).toContain("const { column, table: t } = require('alembic-ts');\n");
    expect(source).toContain("exports.branchLabels = ['a', 'b'];\n");
    expect(source).toContain('exports.downgrade = function downgrade(op) {\n};\n');
  });

  test('for several databases', () => {
    const bodies = { default: "op.dropTable('a');\nop.dropTable('b');", 'my-db': '' };
    const expected = `export const upgrades = {
  default(op: Operations): void {
    op.dropTable('a');
    op.dropTable('b');
  },
  ['my-db'](op: Operations): void {
  },
};

export const downgrades = {
  default(op: Operations): void {
  },
};
`;
    const more = { upgrades: bodies, downgrades: { default: '' } };
    for (const template of [defaultTemplate('ts', true), defaultTemplate('ts')]) {
      const source = render('ts', more, template);
      expect(source.slice(source.indexOf('export const upgrades'))).toBe(expected);
    }
    expect(render('cjs', more)).toContain("exports.upgrades = {\n  default(op) {\n    op.dropTable('a');");
  });

  test('one database in the template for several', () => {
    expect(render('js', { upgrades: 'op.f(1);' }, defaultTemplate('js', true))).toContain(
      'upgrades = {\n  default(op) {\n    op.f(1);\n  },\n};',
    );
  });

  test.each(scriptExtensions)('%s reads back', (extension) => {
    for (const several of [false, true]) {
      const source = render(
        extension,
        { downRevision: ['a', "b'\\"], branchLabels: 'x', dependsOn: [] },
        defaultTemplate(extension, several),
      );
      const { fields, migrates, longdoc } = readHeader(source);
      expect(fields).toEqual({
        revision: { computed: false, value: '1975ea83b712' },
        downRevision: { computed: false, value: ['a', "b'\\"] },
        branchLabels: { computed: false, value: 'x' },
        dependsOn: { computed: false, value: [] },
      });
      expect(migrates).toBe(true);
      expect(longdoc).toBe(
        "add users\n\nRevision ID: 1975ea83b712\nRevises: a, b'\\\nCreate Date: 2026-11-22 09:30:00.000000",
      );
    }
  });
});

describe('a template of the user', () => {
  test('the place decides how a value is written', () => {
    const template = [
      '// ${message} (${downRevision})',
      'const a = \'${message}\', b = "${message}", c = `${message} ${other} ${revision}`;',
      'export const revision = ${revision}, up = ${upRevision}, downRevision = ${downRevision};',
      '/* ${message} */',
      'f(${message}, ${createDate}, ${branchLabels});',
    ].join('\n');
    const source = render(
      'js',
      { message: `it's "\`\${x}\`"\n\nmore */`, downRevision: ['b', 'c'] },
      template,
    );
    expect(source).toBe(
      [
        `// it's "\`\${x}\`" more */ (b, c)`,
        `const a = 'it\\'s "\`\${x}\`"\\n\\nmore */', b = "it's \\"\`\${x}\`\\"\\n\\nmore */", c = \`it's "\\\`\\\${x}\\\`"\\n\\nmore */ \${other} 1975ea83b712\`;`,
        `export const revision = '1975ea83b712', up = '1975ea83b712', downRevision = ['b', 'c'];`,
        `/* it's "\`\${x}\`"\n *\n * more *\\/ */`,
        `f('it\\'s "\`\${x}\`"\\n\\nmore */', '2026-11-22 09:30:00.000000', null);`,
      ].join('\n'),
    );
  });

  test('code of several lines is indented, its templates are not', () => {
    const upgrades = 'op.execute(`a\n  b ${f(`\n`)}\nc`);\n\nif (x) {\n  y();\n}';
    expect(render('js', { upgrades }, '{\n    ${upgrades}\n}')).toBe(
      '{\n    op.execute(`a\n  b ${f(`\n`)}\nc`);\n\n    if (x) {\n      y();\n    }\n}',
    );
  });

  test('arguments of the caller', () => {
    expect(
      render(
        'js',
        { templateArgs: { author: "O'Neil", code: 'f(1)' } },
        "/* ${author} */ '${author}' ${code}",
      ),
    ).toBe("/* O'Neil */ 'O\\'Neil' f(1)");
  });

  test('an unknown name', () => {
    expect(() => render('js', {}, 'a\nexport const revision = ${revison};')).toThrow(
      expect.objectContaining({
        code: 'TEMPLATE_INVALID',
        message: expect.stringMatching(/:2 has .*did you mean \$\{revision\}/i),
      }),
    );
  });

  test('one function can not serve several databases', () => {
    const text = `// ours\n${defaultTemplate('ts')}`;
    expect(() => render('ts', { upgrades: { a: 'x', b: 'y' } }, text)).toThrow(
      expect.objectContaining({ code: 'TEMPLATE_INVALID', message: expect.stringMatching(/a, b/) }),
    );
    expect(render('ts', { upgrades: { a: 'x();' } }, text)).toContain('  x();\n');
  });

  test('imports as lines', () => {
    const imports = "import { a } from 'b';\nimport c from 'd';";
    expect(render('ts', { imports })).toContain(
      `import type { Operations } from 'alembic-ts';\n${imports}\n\nexport`,
    );
    expect(render('ts', { imports: "import { type Operations } from 'alembic-ts';" })).not.toContain(
      'import type',
    );
  });

  test('long imports take several lines', () => {
    const names = Array.from({ length: 12 }, (_, i) => `someColumnType${i}`);
    expect(render('mts', { imports: { 'alembic-ts': ['table'], 'alembic-ts/postgresql': names } })).toContain(
      "import { type Operations, table } from 'alembic-ts';\nimport {\n  someColumnType0,\n",
    );
  });
});

test('any message: a first line that reads back, and code that nothing gets into', () => {
  const hostile = fc.array(
    fc.oneof(
      fc.constantFrom(
        '*/',
        '*\\/',
        '/*',
        '${revision}',
        '`',
        "'",
        '"',
        '\n',
        '\r\n',
        '\u2028',
        '\0',
        '\\',
        '//',
        "\nexport const revision = 'x';\n",
        ' ',
        '*',
      ),
      fc.string({ unit: 'binary' }),
    ),
  );
  fc.assert(
    fc.property(hostile, fc.constantFrom(...scriptExtensions), (parts, extension) => {
      const message = cleanMessage(parts.join(''));
      const plain = render(extension, { message: 'x' });
      const source = render(extension, { message });
      const { fields, longdoc } = readHeader(source);
      expect(longdoc.split('\n\nRevision ID: ').slice(0, -1).join('\n\nRevision ID: ')).toBe(message);
      expect(fields).toEqual(readHeader(plain).fields);
      expect(source.endsWith(plain.slice(plain.indexOf('*/')))).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('a message is cleaned of what no file or terminal should get', () => {
  expect(cleanMessage('  a  \r\n\r\n b\t\n\0\x1b[31m\ud800  ')).toBe('a\n\n b\n\ufffd\ufffd[31m\ufffd');
  expect(cleanMessage(' \n ')).toBe('');
});
