import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Kind, kinds, type Lab } from '../support/lab.ts';
import type { Row, Table } from '../support/print-table.ts';
import { type Run, runProcess, timeProcesses } from '../support/processes.ts';
import { best, median } from '../support/statistics.ts';
import { work } from '../support/work.ts';

const rounds = 7;
const targets = { sqlite: 400, postgresql: 600 };

/** `revision` over a thousand tables, of which ten have changed: the whole process, above a bare Node, and its statements. */
export async function compare(lab: Lab): Promise<Table> {
  const rows: Row[] = [];
  const history = join(lab.directory, 'compare');
  const models = join(lab.directory, 'thousand-tables.ts');
  copyFileSync(fileURLToPath(new URL('../workers/thousand-tables.ts', import.meta.url)), models);
  for (const kind of kinds) {
    const url = await lab.database(kind, 'compare');
    const command = (words: readonly string[], env = {}): Run => ({
      words: [lab.executable, ...words],
      env: { DATABASE_URL: url, HISTORY: history, MODELS: models, ...env },
      after: () => rmSync(history, { recursive: true }),
    });
    for (const words of [['revision', 'all tables'], ['upgrade'], ['stamp', 'base']])
      runProcess(command(words), lab.directory);
    rmSync(history, { recursive: true });
    const { bare, revision } = timeProcesses(
      { bare: { words: ['-e', '0'] }, revision: command(['revision', 'ten columns'], { CHANGED: '1' }) },
      rounds,
      lab.directory,
    );
    const { statements, time } = work<{ statements: number; time: number }>(
      worker,
      [lab.entry, url, models],
      lab.directory,
    );
    rows.push({
      database: kind,
      'median ms': `+${(median(revision) - median(bare)).toFixed(0)}`,
      'best ms': `+${(best(revision) - best(bare)).toFixed(0)}`,
      target: `≤ +${targets[kind satisfies Kind]}`,
      'comparing alone': time,
      statements,
      'their target': '≤ 10',
    });
  }
  return { title: 'Compare 1000 tables and write the revision: whole process, ms above a bare Node', rows };
}

const worker = fileURLToPath(new URL('../workers/compare.ts', import.meta.url));
