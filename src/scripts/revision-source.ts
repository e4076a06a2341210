import { CommandError } from '../errors.ts';
import type { Names } from '../revisions/revision.ts';
import { defaultTemplate, type ScriptExtension } from './default-templates.ts';
import { indented, renderTemplate, type TemplateValue } from './render-template.ts';
import { sourceLiteral, stringLiteral } from './source-literal.ts';

/** Names to import, by module: `{ 'alembic-ts': ['column', 'type Table'] }`; or the lines themselves. */
export type Imports = string | Readonly<Record<string, readonly string[]>>;

/** The source of one direction's statements; with several databases, by key. Not indented. */
export type Statements = string | Readonly<Record<string, string>>;

/** What a new revision file says. */
export interface RevisionContent {
  readonly revision: string;
  readonly downRevision: Names;
  readonly branchLabels: Names;
  readonly dependsOn: Names;
  readonly message: string;
  /** as `2026-11-22 09:30:00.000000` */
  readonly createDate: string;
  readonly imports?: Imports | undefined;
  readonly upgrades?: Statements | undefined;
  readonly downgrades?: Statements | undefined;
  /** further names that the template may use: text in comments and strings, source in code */
  readonly templateArgs?: Readonly<Record<string, string>> | undefined;
}

export interface RevisionTemplate {
  readonly file: string;
  readonly text: string;
  readonly extension: ScriptExtension;
}

/**
 * The source of a revision file.
 *
 * @throws CommandError `TEMPLATE_INVALID`
 */
export function revisionSource(template: RevisionTemplate, content: RevisionContent): string {
  const { text, maps } = layoutFor(template, content);
  const typed = template.extension === 'ts' || template.extension === 'mts';
  const values = new Map<string, TemplateValue>();
  const setNames = (name: string, names: Names) => {
    values.set(name, { text: names === null ? '' : [names].flat().join(', '), source: sourceLiteral(names) });
  };
  const setBoth = (name: string, source: string) => values.set(name, { text: source, source });

  values.set('message', { text: content.message, source: stringLiteral(content.message) });
  setNames('revision', content.revision);
  setNames('upRevision', content.revision);
  setNames('downRevision', content.downRevision);
  setNames('branchLabels', content.branchLabels);
  setNames('dependsOn', content.dependsOn);
  values.set('createDate', { text: content.createDate, source: stringLiteral(content.createDate) });
  setBoth(
    'imports',
    importLines(content.imports ?? {}, template.extension, typed && /\bOperations\b/.test(text)),
  );
  for (const name of ['upgrades', 'downgrades'] as const) {
    const statements = content[name] ?? '';
    setBoth(
      name,
      maps
        ? methods(statements, typed)
        : typeof statements === 'string'
          ? statements
          : (Object.values(statements)[0] ?? ''),
    );
  }
  for (const [name, value] of Object.entries(content.templateArgs ?? {})) setBoth(name, value);
  return renderTemplate(text, values, template.file);
}

/**
 * The template's text, and whether it writes maps of functions by database. A default template is exchanged
 * for the one that fits.
 */
function layoutFor(
  template: RevisionTemplate,
  content: RevisionContent,
): { readonly text: string; readonly maps: boolean } {
  const maps = /\bupgrades\b[^=;{]*=\s*\{/.test(template.text);
  const keys = new Set(
    [content.upgrades ?? '', content.downgrades ?? ''].flatMap((part) =>
      typeof part === 'string' ? [] : Object.keys(part),
    ),
  );
  if (maps || keys.size < 2) return { text: template.text, maps };
  if (template.text.trim() === defaultTemplate(template.extension).trim()) {
    return { text: defaultTemplate(template.extension, true), maps: true };
  }
  throw new CommandError(
    'TEMPLATE_INVALID',
    `${template.file} makes one upgrade function, and there are several databases (${[...keys].join(', ')}). ` +
      'Let it export maps, as in `export const upgrades = { ${upgrades} };`, and the same for downgrades; or move it away, and mkdir writes one that does.',
    { details: { file: template.file } },
  );
}

/** One method a database, for the inside of a map. */
function methods(statements: Statements, typed: boolean): string {
  const byKey = typeof statements === 'string' ? { default: statements } : statements;
  return Object.entries(byKey)
    .map(([key, body]) => {
      const name =
        /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) && key !== '__proto__'
          ? key
          : `[${stringLiteral(key)}]`;
      const lines = body === '' ? '' : `  ${indented(body, '  ')}\n`;
      return `${name}(op${typed ? ': Operations): void' : ')'} {\n${lines}},`;
    })
    .join('\n');
}

/** The import statements (or `require`s), the package's own first. */
function importLines(imports: Imports, extension: ScriptExtension, operations: boolean): string {
  if (typeof imports === 'string') {
    const missing = operations && !/\bOperations\b/.test(imports);
    return [
      ...(missing ? ["import type { Operations } from 'alembic-ts';"] : []),
      ...(imports === '' ? [] : [imports]),
    ].join('\n');
  }
  const modules = new Map(Object.entries(imports).map(([module, names]) => [module, new Set(names)]));
  const own = modules.get('alembic-ts') ?? new Set<string>();
  modules.delete('alembic-ts');
  if (operations) own.add('type Operations');
  return [['alembic-ts', own] as const, ...modules]
    .filter(([, names]) => names.size > 0)
    .map(([module, names]) => importLine(module, [...names].sort(byName), extension === 'cjs'))
    .join('\n');
}

function importLine(module: string, names: readonly string[], commonJs: boolean): string {
  const from = stringLiteral(module);
  if (commonJs) return `const ${braced(names.map((name) => name.replace(' as ', ': ')))} = require(${from});`;
  if (names.every((name) => name.startsWith('type '))) {
    return `import type ${braced(names.map((name) => name.slice('type '.length)))} from ${from};`;
  }
  return `import ${braced(names)} from ${from};`;
}

function braced(names: readonly string[]): string {
  const line = `{ ${names.join(', ')} }`;
  return line.length <= 80 ? line : `{\n${names.map((name) => `  ${name},\n`).join('')}}`;
}

function byName(a: string, b: string): number {
  const [left, right] = [a, b].map((name) => name.replace(/^type /, '').toLowerCase()) as [string, string];
  return left < right ? -1 : left > right ? 1 : 0;
}
