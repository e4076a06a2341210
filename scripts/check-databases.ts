// `npm run databases`, after `npm test`: fails when a whole database was skipped in that run.
import { existsSync, readFileSync } from 'node:fs';
import { type DatabaseReport, databaseReportFile } from '../test/support/database-report.ts';

/** What has to have run, wherever the continuous integration runs. */
const required = ['sqlite', 'postgresql', 'postgresql-server', 'postgres.js', 'pglite'];

if (!existsSync(databaseReportFile)) {
  console.error(`${databaseReportFile} isn't there: run npm test first.`);
  process.exit(1);
}
const report = JSON.parse(readFileSync(databaseReportFile, 'utf8')) as DatabaseReport;
for (const kind of required) {
  const count = report.databases[kind] ?? { passed: 0, failed: 0, skipped: 0 };
  console.log(`${kind}: ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  if (count.passed > 0) continue;
  console.error(`No test ran on ${kind}.`);
  process.exitCode = 1;
}
for (const name of report.skipped) console.log(`skipped: ${name}`);
