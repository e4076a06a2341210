#!/usr/bin/env node
import * as module from 'node:module';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(`alembic-ts needs Node 22.18 or later; this is Node ${process.versions.node}.\n`);
  process.exit(3);
}

module.enableCompileCache();

const here = new URL('.', import.meta.url).href;
const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
if (extension === 'js') {
  // What our files import of each other is there: Node would look at the disk for every single import, which is most of a short command's time.
  module.registerHooks({
    resolve: (specifier, context, nextResolve) =>
      /^\..*\.js$/.test(specifier) && context.parentURL?.startsWith(here)
        ? { url: new URL(specifier, context.parentURL).href, format: 'module', shortCircuit: true }
        : nextResolve(specifier, context),
  });
}

// all at once: importing hundreds of small files one after the other takes longer
const require = module.createRequire(here);
const load = (name: string): unknown => require(`./${name}.${extension}`);

const { main } = load('main') as typeof import('./main.ts');
main(process.argv, () => load('index')).then(async () => {
  const written = [process.stdout, process.stderr].map(
    (stream) => new Promise((resolve) => stream.write('', resolve)),
  );
  await Promise.all(written);
  // an application that was imported may keep the process going: a server, a pool
  process.exit();
});
