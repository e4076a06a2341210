import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ScriptDirectory } from '../scripts/script-directory.ts';
import { isCount } from './revision-argument.ts';

test.each([
  ['1', true], // two ids begin so
  ['12', true], // one id begins so
  ['1064', false],
  ['106', true],
  ['1065', true],
  ['7', false],
  ['77', true],
  ['24', false],
  ['-1', false],
  ['1064cddebdda', false],
])('%s counts steps: %s', async (word, counts) => {
  const directory = mkdtempSync(join(tmpdir(), 'alembic-digits-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const history = [
    ['1064cddebdda', null],
    ['12aaaaaaaaaa', '1064cddebdda'],
    ['7', '12aaaaaaaaaa'],
    ['bbbbbbbbbbbb', '7', '24'],
  ];
  for (const [revision, down, label = null] of history) {
    const header = { revision, downRevision: down, branchLabels: label, dependsOn: null };
    const lines = Object.entries(header).map(
      ([name, value]) => `export const ${name} = ${JSON.stringify(value)};`,
    );
    writeFileSync(join(directory, `${revision}.mjs`), lines.join('\n'));
  }
  const scripts = new ScriptDirectory({ rootPath: directory, scriptLocation: '.' });
  await scripts.load();
  expect(isCount(word, scripts)).toBe(counts);
});
