import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where a run leaves its figures: a file for each subject. */
export const figuresDirectory: string = fileURLToPath(new URL('../../.tmp/report/figures', import.meta.url));

/** What a test found out, for the report that `npm run figures` prints: a text or number by its name. */
export type Figures = Readonly<Record<string, string | number>>;

/**
 * Keeps the figures of one subject, such as `convergence on SQLite`, over those of an earlier run. A subject belongs to
 * one test file: files run side by side.
 */
export function recordFigures(subject: string, figures: Figures): void {
  mkdirSync(figuresDirectory, { recursive: true });
  const file = join(figuresDirectory, `${subject.replaceAll(/[^\w-]+/g, '-')}.json`);
  writeFileSync(file, JSON.stringify({ subject, figures }));
}
