// Holds the layer table of the design over src/, and forbids circles of imports. `npm run layers` prints
// each violation as `file:line: why` and ends with 1 if there is one; test/repository/layers.test.ts runs it too.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, posix, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

type Rule = string | RuleObject;

interface RuleObject {
  readonly layer: string;
  /** only its types */
  readonly types?: true;
  /** only by `import()` */
  readonly lazy?: true;
  /** only these files of it */
  readonly path?: RegExp;
}

interface Import {
  readonly specifier: string;
  /** the file below the root; undefined for a package */
  readonly target: string | undefined;
  readonly line: number;
  readonly types: boolean;
  readonly lazy: boolean;
}

type Graph = ReadonlyMap<string, readonly Import[]>;

/** Everything that works without an application. */
const engine: readonly string[] = [
  'schema',
  'revisions',
  'operations',
  'dialect',
  'objects',
  'dialects',
  'autogenerate',
  'scripts',
  'runtime',
];

/**
 * What each layer may import, beside itself. A name alone: anything of that layer; `{ layer, types }`: types only;
 * `{ layer, lazy }`: only by `import()`. `util` and `errors` stand below all.
 */
const table: Readonly<Record<string, readonly Rule[]>> = {
  util: [],
  errors: ['util'],
  revisions: [],
  schema: [],
  operations: ['schema'],
  dialect: ['schema', { layer: 'operations', types: true }],
  objects: ['schema', 'operations', { layer: 'dialect', types: true }],
  dialects: [
    'schema',
    'operations',
    'dialect',
    {
      layer: 'objects',
      types: true,
      path: /^src\/objects\/[^/]+\/(operations|shapes|create-constraint)\.ts$/,
    },
  ],
  autogenerate: ['schema', 'operations', 'dialect'],
  scripts: ['revisions'],
  // operations and the contract speak in the schema's data
  runtime: ['schema', 'revisions', 'operations', 'dialect'],
  environment: engine,
  // the commands are where the engine's parts are put to work together
  commands: [...engine, 'environment'],
  cli: ['commands'],
  app: [...engine, 'environment', 'commands', { layer: 'cli', lazy: true }],
  // what the package exports, and its executable
  entries: [...engine, 'environment', 'commands', 'app'],
  main: ['app', 'cli', 'commands'],
  bin: ['main'],
  integrations: ['app'],
  adapters: ['schema'],
};

/** Packages that a layer may import for their types only. */
const typesOnlyPackages: ReadonlySet<string> = new Set(['integrations', 'adapters']);

/** What every layer may import. */
const below = ['util', 'errors'];

/** Checks the tree `src` below `root`; returns a line for each violation, sorted. */
export function checkLayers(root: string): readonly string[] {
  const files = globSync('src/**/*.ts', { cwd: root })
    .map((path) => path.split(sep).join('/'))
    .filter((path) => !/\.test\.ts$|\.test-d\.ts$/.test(path));
  const graph: Graph = new Map(files.map((file) => [file, importsOf(root, file)]));
  const violations: string[] = [];
  for (const [file, imports] of graph) {
    const layer = layerOf(file);
    if (layer === undefined)
      violations.push(`${file}:1: lies in no layer; add it to scripts/check-layers.ts`);
    for (const each of imports) {
      const why = layer === undefined ? undefined : reject(root, layer, each);
      if (why !== undefined) violations.push(`${file}:${each.line}: ${why}`);
    }
  }
  return [...violations, ...circles(graph)].sort();
}

function reject(root: string, layer: string, { specifier, target, types, lazy }: Import): string | undefined {
  if (target === undefined) {
    if (specifier.startsWith('.')) return `${specifier} doesn't name a file`;
    if (typesOnlyPackages.has(layer) && !types && !specifier.startsWith('node:')) {
      return `${layer} imports ${specifier} as a value; only its types are allowed`;
    }
    return undefined;
  }
  if (!existsSync(join(root, target))) return `${specifier} doesn't name a file`;
  const to = layerOf(target);
  // What users import: it stands above everything, and nothing imports it.
  if (layer === 'entry') return undefined;
  if (to === 'entry') return `${layer} imports an entry point (${target})`;
  if (to === layer || (to !== undefined && below.includes(to))) {
    return layer === 'util' && to === 'errors' ? 'util imports errors' : undefined;
  }
  const found = table[layer]?.find((each) => (typeof each === 'string' ? each : each.layer) === to);
  if (found === undefined || to === undefined) return `${layer} may not import ${to} (${specifier})`;
  const rule: RuleObject = typeof found === 'string' ? { layer: found } : found;
  if (rule.types && !types) return `${layer} may import only types of ${to} (${specifier})`;
  if (rule.lazy && !lazy && !types) return `${layer} may import ${to} only by import() (${specifier})`;
  if (rule.path && !rule.path.test(target)) return `${layer} may not import ${target} of ${to}`;
  return undefined;
}

/** The layer of a file below src/: its folder, or its own name; `entry` for the entry points of the package. */
function layerOf(file: string): string | undefined {
  const parts = file.split('/');
  const folder = parts[1] ?? '';
  if (parts.length > 2) return Object.hasOwn(table, folder) ? folder : undefined;
  const name = basename(file, '.ts');
  if (['errors', 'bin', 'main'].includes(name)) return name;
  return entryPoints.has(name) ? 'entry' : undefined;
}

const entryPoints = new Set(
  'index schema autogenerate operations sqlite postgresql mysql drizzle mikro-orm typeorm sequelize prisma express fastify hono koa nestjs testing'.split(
    ' ',
  ),
);

const pattern =
  /(?:^|[;}\s])(?:(?<statement>import|export)(?<type>\s+type\b)?\s*(?<what>[\w$\s,*{}]*?)\s*from\s*|import\s*|(?<lazy>import)\s*\(\s*)(?<quote>['"])(?<specifier>[^'"\n]+)\k<quote>/gu;

/** Each import and re-export of a file: `{ specifier, target, line, types, lazy }`. */
function importsOf(root: string, file: string): readonly Import[] {
  const text = withoutComments(readFileSync(join(root, file), 'utf8'));
  return [...text.matchAll(pattern)].map(({ index, 0: whole, groups = {} }) => {
    const specifier = groups.specifier ?? '';
    const start = index + whole.search(/import|export/);
    return {
      specifier,
      target: specifier.startsWith('.')
        ? relative(root, resolve(root, dirname(file), specifier))
            .split(sep)
            .join(posix.sep)
        : undefined,
      line: text.slice(0, start).split('\n').length,
      types: groups.type !== undefined || allTypes(groups.what),
      lazy: groups.lazy !== undefined,
    };
  });
}

/** Whether each name between the braces is marked as a type. */
function allTypes(what: string | undefined): boolean {
  const names = /^\s*\{([^}]*)\}\s*$/.exec(what ?? '')?.[1];
  const list = names
    ?.split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  return list !== undefined && list.length > 0 && list.every((name) => name.startsWith('type '));
}

/** Comments become blanks, and so do template strings: what looks like an import in them is none. Lines stay. */
function withoutComments(text: string): string {
  return text.replace(
    /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\[\s\S])*`/g,
    (found) => (found[0] === "'" || found[0] === '"' ? found : found.replace(/[^\n]/g, ' ')),
  );
}

/** A line for each circle: of values first; one of types too is a knot, and is named as such. */
function circles(graph: Graph): readonly string[] {
  return components(graph).map((members) => {
    const byValue = components(graph, (each) => !each.types && !each.lazy, members).length > 0;
    const first = members[0] ?? '';
    const line = graph.get(first)?.find((each) => members.includes(each.target ?? ''))?.line ?? 1;
    return `${first}:${line}: a circle of imports${byValue ? '' : ' (types only)'}: ${members.join(' → ')}`;
  });
}

/** The strongly connected parts of more than one file, or of one that imports itself. */
function components(
  graph: Graph,
  follow: (each: Import) => boolean = () => true,
  among: readonly string[] = [...graph.keys()],
): readonly string[][] {
  const inside = new Set(among);
  const targets = (file: string): readonly string[] =>
    (graph.get(file) ?? []).flatMap((each) =>
      each.target !== undefined && inside.has(each.target) && follow(each) ? [each.target] : [],
    );
  // Tarjan's algorithm: a file's number is that of its first visit, its low that of the oldest it can reach again.
  const numbers = new Map<string, number>();
  const lows = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  for (const file of among) if (!numbers.has(file)) visit(file);
  return found;

  function visit(file: string): number {
    const number = numbers.size;
    numbers.set(file, number);
    stack.push(file);
    let low = number;
    for (const target of targets(file)) {
      if (!numbers.has(target)) low = Math.min(low, visit(target));
      else if (stack.includes(target)) low = Math.min(low, lows.get(target) ?? numbers.get(target) ?? low);
    }
    lows.set(file, low);
    if (low !== number) return low;
    const members = stack.splice(stack.indexOf(file));
    if (members.length > 1 || targets(file).includes(file)) found.push(members.sort());
    return low;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const violations = checkLayers(dirname(dirname(fileURLToPath(import.meta.url))));
  for (const line of violations) console.error(line);
  if (violations.length === 0) console.log('Layers and imports are in order.');
  process.exitCode = violations.length === 0 ? 0 : 1;
}
