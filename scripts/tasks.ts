// The repository's tasks, each a list of commands; `npm run` lists their names. Started by scripts/run.mjs on the
// pinned Node, so that a task may use anything installed and any feature of that Node.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';

type Step = readonly string[] | (() => void);

const vitest = ['node_modules/vitest/vitest.mjs', 'run'];
const build: readonly Step[] = [
  () => rmSync('dist', { recursive: true, force: true }),
  ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'],
  ['scripts/bundle.ts'],
];

/** name → commands, each a script of Node with its arguments, or a function. Further arguments go to the last. */
const tasks: Readonly<Record<string, readonly Step[]>> = {
  test: [vitest],
  'test:full': [() => Object.assign(process.env, { ALEMBIC_TEST_FULL: '1' }), vitest],
  'test:node-versions': [...build, ['scripts/test-node-versions.ts']],
  'test:postgres-versions': [['scripts/test-postgres-versions.ts']],
  coverage: [[...vitest, '--coverage']],
  lint: [['node_modules/@biomejs/biome/bin/biome', 'check']],
  format: [['node_modules/@biomejs/biome/bin/biome', 'check', '--write']],
  typecheck: [
    ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'],
    ['node_modules/typescript/bin/tsc', '-p', 'examples'],
  ],
  build,
  layers: [['scripts/check-layers.ts']],
  databases: [['scripts/check-databases.ts']],
  exports: [...build, ['scripts/check-exports.ts']],
  unused: [['node_modules/knip/bin/knip.js']],
  'docs:errors': [['scripts/write-errors-doc.ts']],
  demo: [...build, ['examples/chinook/demo.ts']],
  figures: [...build, ['scripts/figures.ts']],
  bench: [...build, ['bench/run.ts']],
};

const [name, ...rest] = process.argv.slice(2);
const steps = Object.hasOwn(tasks, name ?? '') ? tasks[name ?? ''] : undefined;
if (steps === undefined) {
  console.error(`No task "${name}". There are: ${Object.keys(tasks).join(', ')}.`);
  process.exit(2);
}
for (const [index, step] of steps.entries()) {
  if (typeof step === 'function') {
    step();
    continue;
  }
  const extra = index === steps.length - 1 ? rest : [];
  const { status, error } = spawnSync(process.execPath, [...step, ...extra], { stdio: 'inherit' });
  if (error) console.error(error.message);
  if (status !== 0) process.exit(status ?? 1);
}
