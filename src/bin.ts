#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

enableCompileCache?.();
import('./main.ts')
  .then(({ main }) => main(process.argv))
  .then(async () => {
    const written = [process.stdout, process.stderr].map(
      (stream) => new Promise((resolve) => stream.write('', resolve)),
    );
    await Promise.all(written);
    // an application that was imported may keep the process going: a server, a pool
    process.exit();
  });
