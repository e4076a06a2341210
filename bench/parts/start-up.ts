import { join } from 'node:path';
import { writeHistory } from '../support/history.ts';
import type { Lab } from '../support/lab.ts';
import type { Table } from '../support/print-table.ts';
import { peakMemory, type Run, runProcess, timeProcesses } from '../support/processes.ts';
import { best, median } from '../support/statistics.ts';

const revisions = 5000;
const rounds = 15;

/** Whole processes, above a bare Node: what a command costs that has nothing, or only reading, to do. */
export async function startUp(lab: Lab): Promise<Table> {
  writeHistory(join(lab.directory, 'migrations'), revisions);
  const sqlite = { DATABASE_URL: await lab.database('sqlite', 'start_up') };
  const postgresql = { DATABASE_URL: await lab.database('postgresql', 'start_up') };
  const command = (words: string, env: Run['env'] = sqlite): Run => ({
    words: [lab.executable, ...words.split(' ')],
    env: { ...env },
  });
  for (const env of [sqlite, postgresql]) runProcess(command('stamp heads', env), lab.directory);
  const targets = {
    '--help': 30,
    '--version': 30,
    'upgrade, SQLite': 80,
    'upgrade, PostgreSQL': 110,
    heads: 120,
    current: 120,
    history: 120,
  };
  const runs: Record<keyof typeof targets | 'bare', Run> = {
    bare: { words: ['-e', '0'] },
    '--help': command('--help'),
    '--version': command('--version'),
    'upgrade, SQLite': command('upgrade'),
    'upgrade, PostgreSQL': command('upgrade', postgresql),
    heads: command('heads'),
    current: command('current'),
    history: command('history'),
  };
  const times = timeProcesses(runs, rounds, lab.directory);
  const { bare } = times;
  return {
    title: `Whole process, ${revisions} applied revisions: ms above a bare Node (${median(bare).toFixed(0)} ms, at best ${best(bare).toFixed(0)})`,
    rows: Object.entries(targets).map(([name, target]) => ({
      command: name,
      median: above(median(times[name as keyof typeof times]), median(bare)),
      best: above(best(times[name as keyof typeof times]), best(bare)),
      target: `≤ +${target}`,
      'peak memory': `${(peakMemory(runs[name as keyof typeof runs], lab.directory) / 1e6).toFixed(0)} MB`,
      'its target': name.startsWith('-') ? '' : '≤ 80 MB',
    })),
  };
}

function above(time: number, bare: number): string {
  return `+${(time - bare).toFixed(0)}`;
}
