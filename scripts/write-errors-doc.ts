// `npm run docs:errors` writes docs/errors.md from the codes in src/errors.ts; test/errors-doc.test.ts proves that the
// two list the same.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Where the document lies. */
export const errorsDocFile: string = join(root, 'docs', 'errors.md');

/** The text of `docs/errors.md`: the codes in the order and under the headings of the source. */
export function errorsDoc(codes: Readonly<Record<string, string>>): string {
  const lines = sections().flatMap(({ heading, codes: own }) => [
    `## ${heading}`,
    '',
    '| code | what it means |',
    '|---|---|',
    ...own.map((code) => `| \`${code}\` | ${(codes[code] ?? '').replaceAll('|', '\\|')} |`),
    '',
  ]);
  return `# Errors

Every failure is an \`AlembicError\`, or one of its subclasses, with a \`code\`, a \`message\` for people and \`details\` for programs.
This list is written from \`src/errors.ts\` by \`npm run docs:errors\`.

${lines.join('\n')}`;
}

/** The comments in the list of codes, with the codes below each. */
function sections(): readonly { readonly heading: string; readonly codes: readonly string[] }[] {
  const source = readFileSync(join(root, 'src', 'errors.ts'), 'utf8');
  const list = source.slice(source.indexOf('export const errorCodes'), source.indexOf('} as const'));
  const found: { heading: string; codes: string[] }[] = [];
  for (const line of list.split('\n')) {
    const heading = /^ {2}\/\/ (.+)/.exec(line)?.[1];
    const code = /^ {2}([A-Z][A-Z0-9_]*):/.exec(line)?.[1];
    if (heading !== undefined)
      found.push({ heading: heading[0]!.toUpperCase() + heading.slice(1), codes: [] });
    if (code === undefined) continue;
    if (found.length === 0) found.push({ heading: 'General', codes: [] });
    found.at(-1)?.codes.push(code);
  }
  return found.filter(({ codes }) => codes.length > 0);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { errorCodes } = await import('../src/errors.ts');
  mkdirSync(dirname(errorsDocFile), { recursive: true });
  writeFileSync(errorsDocFile, errorsDoc(errorCodes));
}
