import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commentSafe, exportLine, headerNames, readHeader } from './read-header.ts';

/** The literal values found, with `'computed'` for what has to be imported. */
function header(source: string): Record<string, unknown> {
  const { fields } = readHeader(source);
  const found: Record<string, unknown> = {};
  for (const name of headerNames) {
    const field = fields[name];
    if (field !== undefined) found[name] = field.computed ? 'computed' : field.value;
  }
  return found;
}

const complete = { revision: 'a1', downRevision: 'b2', branchLabels: ['x', 'y'], dependsOn: null };

describe('literal exports in any layout', () => {
  const layouts: Record<string, string> = {
    generated: `/** add users
 *
 * Revision ID: a1
 */
import { column, type Operations } from 'alembic-ts';

export const revision = 'a1';
export const downRevision = 'b2';
export const branchLabels = ['x', 'y'];
export const dependsOn = null;

export function upgrade(op: Operations): void {}
`,
    'with the remarks of the contract': `export const revision = 'a1';
export const downRevision = 'b2';     // string | string[] | null
export const branchLabels = ['x', 'y'];           // string | string[] | null
export const dependsOn = null;              // string | string[] | null
`,
    'type annotations': `export const revision: string = "a1";
export const downRevision: string | null = "b2"
export const branchLabels: readonly string[] | null = ["x", "y"]
export const dependsOn: null | { a: string; b: Array<Record<string, string>> } = null`,
    'generic annotation up to the equals sign': `export const revision = 'a1', downRevision = 'b2', dependsOn = null;
export const branchLabels: Array<string>= ['x', 'y'];`,
    assertions: `export const revision = 'a1' as const;
export const downRevision = 'b2' satisfies string as string | null
export const branchLabels = (['x', 'y'] as const) satisfies readonly string[];
export const dependsOn = null! as
  | string
  | null;`,
    'one line': `export const revision = 'a1'; export const downRevision = 'b2'; export let branchLabels = ['x', 'y']; export var dependsOn = null;`,
    'one declaration':
      `export const revision = 'a1', downRevision: string = \`b2\`, branchLabels = [ 'x' , "y", ], dependsOn = undefined ?? null;`.replace(
        'undefined ?? null',
        'null',
      ),
    'comments anywhere': `/* a */ export /* b */ const // c
  revision /* d */ = /* 'no' */ 'a1' // e
/* f */ export const downRevision = // 'no'
  'b2';
export const branchLabels = [ // x
  'x', /* ] */
  'y',
];
export const dependsOn = /* 'no' */ null;`,
    'several lines without semicolons': `export const revision =
  'a1'
export const downRevision
  = 'b2'
export const branchLabels = [
  'x',
  'y'
]
export const dependsOn =
  null
export async function upgrade() {}`,
    'a list of exports': `const revision = 'a1';
const before = 'b2', branchLabels = ['x', 'y'] as const;
let dependsOn: string | null = null;
export { revision, before as downRevision, branchLabels };
export { dependsOn, type Foo, upgrade as 'upgrade' };
function upgrade() {}`,
    'through another constant': `const ID = 'a1';
export const revision = ID;
export const downRevision = ('b2');
const labels = ['x', 'y'];
export { labels as branchLabels };
export const dependsOn = (null);`,
    'a default export': `export default {
  revision: 'a1',
  'downRevision': "b2",
  branchLabels: ['x', 'y'],
  dependsOn: null,
  async upgrade(op: Operations): Promise<void> { const o = { revision: 'no' }; },
  downgrade: (op) => ({ revision: 'no' }),
} satisfies Migration;`,
    'a default export by name': `const migration = { revision: 'a1', downRevision: 'b2', branchLabels: ['x', 'y'], dependsOn: null, upgrade };
export default migration;`,
    'exports of CommonJS': `'use strict';
Object.defineProperty(exports, '__esModule', { value: true });
exports.dependsOn = exports.branchLabels = exports.downRevision = exports.revision = void 0;
exports.upgrade = upgrade;
exports.revision = 'a1';
module.exports.downRevision = 'b2';
exports['branchLabels'] = ['x', 'y'];
exports.dependsOn = null;
function upgrade() {}`,
    'module.exports of CommonJS': `const downRevision = 'b2';
module.exports = {
  revision: 'a1', downRevision,
  branchLabels: ['x', 'y'], dependsOn: null,
  upgrade(op) { op.execute("select 1"); },
  get downgrade() { return () => {}; },
};`,
    'Windows line ends and a byte order mark': `\ufeff/** x */\r\nexport const revision = 'a1';\r\nexport const downRevision = 'b2';\r\nexport const branchLabels = ['x', 'y'];\r\nexport const dependsOn = null;\r\n`,
    'a hashbang and directives': `#!/usr/bin/env node revision = 'no'
'use strict';
export const revision = 'a1', downRevision = 'b2', branchLabels = ['x', 'y'], dependsOn = null`,
    escapes: String.raw`export const revision = '\x61\u0031';
export const downRevision = "b\
2";
export const branchLabels = ['\u{78}', ${'`y`'}];
export const dependsOn = null;`,
  };
  test.each(Object.entries(layouts))('%s', (_, source) => {
    expect(header(source)).toEqual(complete);
  });

  test('escapes are decoded', () => {
    const source = String.raw`export const revision = 'it\'s \\ "\n\t\0\u{1F600}\ud83d\ude00\v';`;
    expect(header(source)).toEqual({ revision: 'it\'s \\ "\n\t\0\u{1F600}\u{1F600}\v' });
  });

  test('any text in any quotes comes back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom("'", '"', '`'), (text, quote) => {
        const escaped = JSON.stringify(text)
          .slice(1, -1)
          .replaceAll('\\"', '"')
          .replaceAll(quote, `\\${quote}`)
          .replaceAll('${', '\\${');
        expect(header(`export const revision = ${quote}${escaped}${quote};`)).toEqual({ revision: text });
      }),
    );
  });

  test('what is not exported is not the header', () => {
    expect(header("const revision = 'no'; export const other = 'x';")).toEqual({});
    expect(header("export type revision = 'no'; export interface downRevision { a: 'x' }")).toEqual({});
    expect(header("declare const revision: 'no';\nexport type { revision };")).toEqual({});
    expect(
      header(
        "import { revision } from './other.ts';\nimport('x').then((exports) => exports.revision = 'no');",
      ),
    ).toEqual({});
    expect(header("function f() { exports.revision = 'no'; }\nif (x) { exports.revision = 'no'; }")).toEqual(
      {},
    );
    expect(header('')).toEqual({});
  });
});

describe('nothing that only looks like a header is one', () => {
  const fooling: Record<string, string> = {
    'a line comment': "// export const revision = 'no';",
    'a block comment': "/*\nexport const revision = 'no';\n*/",
    'a string': `const a = "\\"; export const revision = 'no'; //";`,
    'a template': "const a = `\nexport const revision = 'no';\n`;",
    'a template in a template':
      "const a = `${ `}` + f({ a: `${1}\nexport const revision = 'no';` }) }\nexport const revision = 'no';`;",
    'a regular expression': "const a = /[/'\"`]export const revision = 'no'\\/;/u, b = 'x';",
    'a regular expression with a quote': `const a = x.replace(/'/g, "\\nexport const revision = 'no'"); f(/"/);`,
    'a regular expression after a block': "if (a) {}\n/'/.test(b); export const other = 'x'; /'/.test(c);",
    'a regular expression after a condition':
      "while (a) /`/.test(b); // `\nconst c = `export const revision = 'no'`",
    'a function': "function f() {\nexport const revision = 'no';\n}",
    'an object': "f({\nexport: 1, revision: 'no' })",
  };
  const real = "\nexport const revision = 'yes';\nexport const downRevision = null;";
  test.each(Object.entries(fooling))('%s', (_, source) => {
    expect(header(source)).toEqual({});
    expect(header(source + real)).toEqual({ revision: 'yes', downRevision: null });
  });

  test('a division is no regular expression', () => {
    const source =
      'const a = b / c; const d = (e) / f; const g = h[0] / 2; i++ / 2; `x` / 3;\n' + "const q = '/';" + real;
    expect(header(source)).toEqual({ revision: 'yes', downRevision: null });
  });

  test('the first layout is not fooled either', () => {
    const source = `/** x */
import { a } from 'b'; /*
export const revision = 'no';
export const downRevision = 'no';
export const branchLabels = null;
export const dependsOn = null; */
export const revision = 'yes', downRevision = null;`;
    expect(header(source)).toEqual({ revision: 'yes', downRevision: null });
  });

  test('broken sources end', () => {
    const parts = [
      'export const revision',
      '=',
      "'a'",
      '`',
      '${',
      '}',
      '{',
      '[',
      '(',
      ')',
      ']',
      '/',
      '/*',
      '*/',
      ',',
      ';',
      '\n',
      'as',
      ':',
      '<',
      'exports',
      '.',
      'module',
      'default',
      'revision',
      '\\',
      "'",
      'void',
      'export',
      '*',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...parts), { maxLength: 30 }), (source) => {
        readHeader(source.join(' '));
        readHeader(source.join(''));
      }),
      { numRuns: 5000 },
    );
  });

  test('deep nesting takes no stack', () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    const templates = '`${'.repeat(100_000) + '}`'.repeat(100_000);
    expect(header(`const a = ${deep};\nconst b = ${templates};${real}`)).toEqual({
      revision: 'yes',
      downRevision: null,
    });
    const objects = `${'{ a: ('.repeat(100_000)}1${') }'.repeat(100_000)}`;
    expect(header(`export default ${objects};${real}`)).toEqual({ revision: 'yes', downRevision: null });
    expect(header(`export const revision = ${'('.repeat(100_000)}'yes'${')'.repeat(100_000)};`)).toEqual({
      revision: 'yes',
    });
  });
});

describe('what only running tells', () => {
  const computed: Record<string, string> = {
    'a call': "export const revision = make('x');",
    'a sum': "export const revision = 'a' + 'b';",
    'a substitution': 'export const revision = `a${b}`;',
    'an import': "import { id } from './ids.ts';\nexport const revision = id;",
    'an export from elsewhere': "export { revision } from './other.ts';",
    'a namespace': "export * as revision from './other.ts';",
    destructuring: 'export const { revision, other: [x] } = load();',
    'a condition': "export const revision = a ? 'b' : 'c';",
    'a line that goes on': "export const revision = 'a'\n  .toUpperCase();",
    'a variable assigned again': "export let revision = 'a';\nrevision = 'b';",
    'a spread': 'export const revision = [...ids];',
    'no value yet': 'export let revision: string;',
    'a frozen list': "export const revision = Object.freeze(['a']);",
    'a CommonJS call': "exports.revision = require('./id.cjs').id;",
    'an object with a getter': "module.exports = { get revision() { return 'x'; } };",
    'a circle': 'const a = b, b = a; export { a as revision };',
  };
  test.each(Object.entries(computed))('%s', (_, source) => {
    expect(header(source)).toEqual({ revision: 'computed' });
  });

  test('what follows is read all the same', () => {
    const source =
      "export const revision = make('x', { a: [1, 2] }), downRevision = 'b';\nexport const dependsOn = f(\n1)\nexport const branchLabels = 'c'";
    expect(header(source)).toEqual({
      revision: 'computed',
      downRevision: 'b',
      dependsOn: 'computed',
      branchLabels: 'c',
    });
  });

  test('values of wrong types are found, for others to judge', () => {
    expect(
      header("export const revision = 42; export const downRevision = true, dependsOn = ['a', 1, null];"),
    ).toEqual({
      revision: 42,
      downRevision: true,
      dependsOn: ['a', 1, null],
    });
  });
});

describe('migrations', () => {
  test.each([
    'export function upgrade() {}',
    'export async function* downgrade() {}',
    'export const upgrades = { a() {} };',
    'exports.downgrades = {};',
    'module.exports = { upgrade() {} };',
    'function up() {}\nexport { up as upgrade };',
    'export class upgrade {}',
  ])('%s', (source) => {
    expect(readHeader(source).migrates).toBe(true);
  });

  test('helpers have none', () => {
    expect(
      readHeader('export function helper() { function upgrade() {} }\nexport const x = { upgrade: 1 };')
        .migrates,
    ).toBe(false);
  });
});

describe('doc text', () => {
  const doc = (source: string) => readHeader(source).longdoc;
  const end = "\nexport const revision: string = 'a';";

  test('the first block comment, without its stars', () => {
    expect(doc(`/** add users\n *\n * Revision ID: a\n *   indented\n */${end}`)).toBe(
      'add users\n\nRevision ID: a\n  indented',
    );
    expect(doc(`/* add users */${end}`)).toBe('add users');
    expect(doc(`/*\r\nadd users\r\n\r\n\tmore\r\n*/${end}`)).toBe('add users\n\n\tmore');
    expect(doc(`import { a } from 'b';\n/** add users */${end}`)).toBe('add users');
    expect(doc(`'use strict';\n/** add users */\nmodule.exports = { revision: 'a' };`)).toBe('add users');
  });

  test('rather the one with the id than a licence', () => {
    expect(doc(`/* Copyright */\n/** add users\n *\n * Revision ID: a\n */${end}`)).toBe(
      'add users\n\nRevision ID: a',
    );
  });

  test('none', () => {
    expect(doc(end)).toBe('');
    expect(
      doc(`// line\nconst a = { /* inside */ b: 1 };${end}\n/** later */\nexport function upgrade() {}`),
    ).toBe('');
  });

  test('any text can be kept in a comment', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('*', '/', '\\', 'a', ' ', '\n', '${x}', '`', "'")), (parts) => {
        const text = parts.join('').trim();
        const lines = commentSafe(text).split('\n');
        expect(doc(`/** ${lines.join('\n * ')}\n */${end}`)).toBe(text.replace(/[ \t]+$/, ''));
      }),
    );
  });
});

test('lines', () => {
  const source =
    "// first\r\nexport const revision = 'a',\r\n  downRevision = 'b';\n\nexport { x as dependsOn };";
  expect(exportLine(source, 'revision')).toBe(2);
  expect(exportLine(source, 'downRevision')).toBe(3);
  expect(exportLine(source, 'dependsOn')).toBe(5);
  expect(exportLine(source, 'branchLabels')).toBeUndefined();
});
