// `node scripts/bundle.ts [directory = dist]`: the JavaScript of the package. Its declarations are TypeScript's own, file for file; its code is put together into few files, since
// Node takes a tenth of a millisecond for each file that it loads, and a command would load some 300. What is imported lazily stays a file of its own.
import { rolldown } from 'rolldown';

/** Files that something names: `exports` and `bin` of package.json, bin.ts, load-program.ts. */
const entries = [
  'index',
  'schema/index',
  'entries/autogenerate',
  'entries/operations',
  'entries/sqlite',
  'entries/postgresql',
  'bin',
  'main',
  'cli/program',
];

const bundle = await rolldown({
  input: Object.fromEntries(entries.map((entry) => [entry, `src/${entry}.ts`])),
  platform: 'node',
  external: (id) => !/^[./]|^[A-Za-z]:/.test(id),
  plugins: [
    { name: 'builtins', renderChunk: (code, { name }) => (name === 'bin' ? null : withoutFacades(code)) },
  ],
  treeshake: { moduleSideEffects: [{ test: /[\\/]bin\.ts$/, sideEffects: true }] },
});
// `import.meta.url` means the same a directory below as in src
await bundle.write({ dir: process.argv[2] ?? 'dist', chunkFileNames: 'chunks/[name].js' });
await bundle.close();

/** Node's own modules, asked for instead of imported: an `import` reads every property of them, and so loads what hangs on those. */
function withoutFacades(code: string): string {
  return code.replace(
    /^import (?:\{([^}]*)\}|\* as (\w+)) from ("node:[^"]*");$/gm,
    (_, names: string | undefined, namespace: string | undefined, module: string) =>
      `const ${namespace ?? `{${names?.replaceAll(' as ', ': ')}}`} = process.getBuiltinModule(${module});`,
  );
}
