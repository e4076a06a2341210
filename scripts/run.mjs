// `node scripts/run.mjs <task> […arguments]`: what every npm script calls. It installs what is missing, then runs
// the task (scripts/tasks.ts) on the Node that the repository pins, on whatever Node npm itself runs.
import { spawnSync } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled, pinnedNode } from './install.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
try {
  ensureInstalled(root);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
const node = pinnedNode(root);
process.env.PATH = [dirname(node), join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
const { status, signal, error } = spawnSync(
  node,
  [join(root, 'scripts', 'tasks.ts'), ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
);
if (error) console.error(error.message);
process.exit(signal ? 1 : (status ?? 1));
