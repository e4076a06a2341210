// `npm run bench [-- start-up warm compare apply installed]`: how fast the built package is, installed as a user installs it,
// each figure beside a bare Node or the bare driver of the same run. The machine's other work shows in every figure, so what
// is compared runs in turns, and the best run stands beside the median. Counts are tested: test/app/proportion.test.ts.
import { apply } from './parts/apply.ts';
import { compare } from './parts/compare.ts';
import { installed } from './parts/installed.ts';
import { startUp } from './parts/start-up.ts';
import { warm } from './parts/warm.ts';
import { openLab } from './support/lab.ts';
import { printTable } from './support/print-table.ts';

const parts = { 'start-up': startUp, warm, compare, apply, installed };

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(', ')}; there are: ${Object.keys(parts).join(', ')}.`);
  process.exit(2);
}
await using lab = await openLab();
for (const [name, part] of Object.entries(parts)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const { title, rows } = await part(lab);
  printTable(title, rows);
}
