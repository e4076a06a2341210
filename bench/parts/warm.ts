import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeHistory } from '../support/history.ts';
import { kinds, type Lab } from '../support/lab.ts';
import type { Row, Table } from '../support/print-table.ts';
import { best, median, type Times } from '../support/statistics.ts';
import { work } from '../support/work.ts';

/** `upgrade` in a running process, again and again, with nothing to do. */
export async function warm(lab: Lab): Promise<Table> {
  const history = join(lab.directory, 'warm');
  writeHistory(history, 5000);
  const rows: Row[] = [];
  for (const kind of kinds) {
    const url = await lab.database(kind, 'warm');
    const { times, statements } = work<{ times: Times; statements: number }>(
      worker,
      [lab.entry, url, history],
      lab.directory,
    );
    rows.push({
      database: kind,
      'median ms': median(times).toFixed(1),
      'best ms': best(times).toFixed(1),
      target: '≤ 10',
      statements,
      'their target': 1,
    });
  }
  return { title: 'upgrade with nothing to do, warm, 5000 applied revisions', rows };
}

const worker = fileURLToPath(new URL('../workers/warm.ts', import.meta.url));
