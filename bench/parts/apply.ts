import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeHistory } from '../support/history.ts';
import { kinds, type Lab } from '../support/lab.ts';
import type { Row, Table } from '../support/print-table.ts';
import { best, median } from '../support/statistics.ts';
import { work } from '../support/work.ts';

const revisions = 1000;
const rounds = 7;
const targets = { sqlite: 1.3, postgresql: 1.1 };

/**
 * A thousand small revisions in one transaction, beside the bare driver, which imports the same files, sends the same statements, a round trip a
 * file, and writes the version table after each. A process for every run: a module is imported once in each.
 */
export async function apply(lab: Lab): Promise<Table> {
  const history = join(lab.directory, 'apply');
  writeHistory(history, revisions);
  const rows: Row[] = [];
  for (const kind of kinds) {
    const ours: number[] = [];
    const bare: number[] = [];
    for (let round = 0; round < rounds; round++) {
      for (const [way, times] of [
        ['alembic', ours],
        ['bare', bare],
      ] as const) {
        const url = await lab.database(kind, 'apply');
        times.push(work<number>(worker, [way, lab.entry, url, history], lab.directory));
        if (kind === 'sqlite') rmSync(url.slice('sqlite:'.length));
      }
    }
    rows.push({
      database: kind,
      'median ms': median(ours),
      'bare driver': median(bare),
      ratio: `${(median(ours) / median(bare)).toFixed(2)}×`,
      'best ms': best(ours),
      'best bare': best(bare),
      'best ratio': `${(best(ours) / best(bare)).toFixed(2)}×`,
      target: `≤ ${targets[kind]}×`,
    });
  }
  return { title: `upgrade of ${revisions} small revisions, all together`, rows };
}

const worker = fileURLToPath(new URL('../workers/apply.ts', import.meta.url));
