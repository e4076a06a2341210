#!/usr/bin/env node
import * as module from 'node:module';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major > 22 || (major === 22 && minor >= 18)) {
  module.enableCompileCache?.();
  const { main } = await import('./main.ts');
  await main(process.argv);
} else {
  process.stderr.write(`alembic-ts needs Node 22.18 or later; this is Node ${process.versions.node}.\n`);
  process.exitCode = 3;
}
