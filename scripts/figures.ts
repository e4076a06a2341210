// `npm run figures` prints what can be said in numbers: it runs the whole test suite at its full size, with coverage, then
// the graph's, the start-up's and the installed package's figures of bench/. `-- --last` prints the tests' of the last run.
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type DatabaseReport, databaseReportFile } from '../test/support/database-report.ts';
import { type Figures, figuresDirectory } from '../test/support/figures.ts';

if (!process.argv.includes('--last')) {
  rmSync(figuresDirectory, { recursive: true, force: true });
  run(['node_modules/vitest/vitest.mjs', 'run', '--coverage'], { ALEMBIC_TEST_FULL: '1' });
}

console.log('\n# Figures\n');
if (existsSync(databaseReportFile)) {
  const { tests, databases } = JSON.parse(readFileSync(databaseReportFile, 'utf8')) as DatabaseReport;
  const ran = Object.entries(databases).map(([kind, count]): [string, number] => [
    `on ${kind}`,
    count.passed,
  ]);
  print('Tests', {
    passed: tests.passed,
    failed: tests.failed,
    skipped: tests.skipped,
    ...Object.fromEntries(ran),
  });
}
for (const file of globSync('*.json', { cwd: figuresDirectory }).sort()) {
  const { subject, figures } = JSON.parse(readFileSync(join(figuresDirectory, file), 'utf8')) as {
    subject: string;
    figures: Figures;
  };
  print(subject, figures);
}
const coverage = 'coverage/coverage-summary.json';
if (existsSync(coverage)) {
  const { total } = JSON.parse(readFileSync(coverage, 'utf8')) as { total: Record<string, { pct: number }> };
  const parts = ['lines', 'statements', 'branches', 'functions'].map((part) => [
    part,
    `${total[part]?.pct} %`,
  ]);
  print('Coverage', Object.fromEntries(parts));
}
for (const bench of [['bench/revisions.ts'], ['bench/run.ts', 'start-up', 'installed']]) {
  console.log(`# ${bench.join(' ')}\n`);
  run(bench, {});
}

function print(subject: string, figures: Figures): void {
  console.log(`## ${subject}\n`);
  for (const [name, value] of Object.entries(figures)) console.log(`- ${name}: ${value}`);
  console.log();
}

function run(args: readonly string[], env: Readonly<Record<string, string>>): void {
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit', env: { ...process.env, ...env } });
  if (status !== 0) process.exitCode = 1;
}
