import { setTimeout as sleep } from 'node:timers/promises';
import { column, integer } from '../../src/schema/index.ts';
import { quietLogs, TestHistory } from '../support/history.ts';

// One of several processes that upgrade the same database: `node upgrade-process.ts URL [per-migration]`. Prints the revisions that it ran itself.
quietLogs();
const [url = '', mode] = process.argv.slice(2);
const step = (name: string) => async (op: { createTable: (name: string, elements: never[]) => unknown }) => {
  op.createTable(name, [column('id', integer(), { primaryKey: true })] as never[]);
  await sleep(20);
};
const history = new TestHistory(
  Object.fromEntries(['s1', 's2', 's3', 's4'].map((name) => [name, step(name) as never])),
);
const context = history.context(url, { transactionPerMigration: mode === 'per-migration' });
let ran: readonly (string | null)[] = [];
const report = await history.upgrade(context);
ran = report.get('default')?.steps.map((each) => each.revision) ?? [];
await context.close();
process.stdout.write(JSON.stringify(ran));
