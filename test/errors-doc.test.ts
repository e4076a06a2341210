import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { errorsDoc, errorsDocFile } from '../scripts/write-errors-doc.ts';
import { errorCodes } from '../src/errors.ts';

test('docs/errors.md lists the codes of src/errors.ts, no more and no fewer', () => {
  const documented = [...readFileSync(errorsDocFile, 'utf8').matchAll(/^\| `([A-Z0-9_]+)` \| (.+) \|$/gm)];
  expect(documented.map((match) => match[1]).sort()).toEqual(Object.keys(errorCodes).sort());
  for (const [, code, meaning] of documented) {
    expect(meaning?.replaceAll('\\|', '|'), code).toBe(errorCodes[code as keyof typeof errorCodes]);
  }
});

test('it is what npm run docs:errors writes', () => {
  expect(readFileSync(errorsDocFile, 'utf8')).toBe(errorsDoc(errorCodes));
});

test('each code is in capitals, and its meaning a sentence', () => {
  for (const [code, meaning] of Object.entries(errorCodes)) {
    expect(code).toMatch(/^[A-Z][A-Z0-9_]*$/);
    expect(meaning, code).toMatch(/^.{10,}\.$/);
  }
});
