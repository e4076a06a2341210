// `npm run exports` looks at the built package as its users' tools will: publint reads package.json and what it names,
// attw resolves each entry point as TypeScript does. It expects `dist` (npm run exports builds it first).
import { spawnSync } from 'node:child_process';

const checks = [
  ['node_modules/publint/src/cli.js', 'run', '--strict'],
  // ESM only: require() of it works through Node's own require(esm), which attw calls a warning.
  ['node_modules/@arethetypeswrong/cli/dist/index.js', '--pack', '--profile', 'esm-only', '--no-emoji'],
];

for (const check of checks) {
  const { status } = spawnSync(process.execPath, check, { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
