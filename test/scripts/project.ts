import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A directory with these files, removed after the test. Names may lead into subdirectories; `null` makes a directory. */
export function project(files: Readonly<Record<string, string | null>>): string {
  const root = mkdtempSync(join(tmpdir(), 'alembic-scripts-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  put(root, files);
  return root;
}

export function put(root: string, files: Readonly<Record<string, string | null>>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(root, name);
    mkdirSync(text === null ? path : dirname(path), { recursive: true });
    if (text !== null) writeFileSync(path, text);
  }
}

type Header = Partial<
  Record<'downRevision' | 'branchLabels' | 'dependsOn', string | readonly string[] | null>
>;

/** A small revision file. */
export function revisionFile(
  revision: string,
  header: Header = {},
  more = 'export function upgrade() {}\nexport function downgrade() {}\n',
): string {
  const { downRevision = null, branchLabels = null, dependsOn = null } = header;
  const lines = Object.entries({ revision, downRevision, branchLabels, dependsOn }).map(
    ([name, value]) => `export const ${name} = ${JSON.stringify(value)};\n`,
  );
  return `/** revision ${revision} */\n${lines.join('')}\n${more}`;
}
