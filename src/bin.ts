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
  module.registerHooks({
    resolve: (specifier, context, nextResolve) => {
      const from = context.parentURL ?? '';
      // What our files import of each other is there: Node would look at the disk for every single import.
      if (from.startsWith(here) && /^\..*\.js$/.test(specifier))
        return { url: new URL(specifier, from).href, format: 'module', shortCircuit: true };
      if (specifier.startsWith('node:') && from.includes('/commander/'))
        return { url: light(specifier), format: 'module', shortCircuit: true };
      return nextResolve(specifier, context);
    },
  });
}

/**
 * One of Node's modules for Commander. An `import` of it would read every property, and so load what hangs on them: sockets with `process.stdin`, streams with `fs.promises`.
 */
function light(name: string): string {
  const found = `process.getBuiltinModule('${name}')`;
  // for commands that are programs of their own, which we have none of
  const lazy = `new Proxy({}, { get: (_, key) => ${found}[key] })`;
  const source =
    name === 'node:child_process'
      ? `export default ${lazy};`
      : `const found = ${found}; export default found; export const { EventEmitter, stripVTControlCharacters } = found;`;
  return `data:text/javascript,${encodeURIComponent(source)}`;
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
