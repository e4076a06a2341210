import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { Alembic } from './app/alembic.ts';
import type { DefinedConfig } from './app/define-config.ts';
import { registeredAlembic } from './app/registry.ts';
import { cliCommands } from './cli/commands/index.ts';
import { findConfig, splitExport } from './cli/find-config.ts';
import { program } from './cli/program.ts';
import { CommandError } from './errors.ts';

/** Runs the command line. `loadPackage` is called before a file of the user's is imported, which imports the package. */
export async function main(words: readonly string[], loadPackage: () => void): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe);
  // a command that is named needs no other
  const named = cliCommands.filter(({ name }) => name === words[2]);
  const root = program(
    'alembic-ts',
    ({ config, app }) => {
      loadPackage();
      return findAlembic(config, app);
    },
    named.length > 0 ? named : cliCommands,
  );
  const { version } = createRequire(import.meta.url)('../package.json') as { version: string };
  root.version(version);
  root.option('-c, --config <file>', 'the configuration file (default: the nearest alembic.config.*)');
  root.option('--app <file[:export]>', 'an application that has an Alembic');
  await root.parseAsync([...words]);
}

/** A reader that has seen enough, such as `head`, is no failure: what was begun is finished unseen. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

async function findAlembic(config: string | undefined, app: string | undefined): Promise<Alembic> {
  // help and usage need none of this
  const { importFile } = await import('./commands/import-file.ts');
  if (app !== undefined) {
    const { file, name } = splitExport(app);
    return toAlembic((await importFile(file))[name], file, name);
  }
  const file = findConfig(config);
  // a configuration further up is run as from its own directory, where the application runs: sqlite:app.db is one file
  if (config === undefined) process.chdir(dirname(file));
  return toAlembic((await importFile(file)).default, file, 'default');
}

/** An `Alembic`, an application that has one, what `defineConfig` takes, or a function or promise of one of these. */
async function toAlembic(exported: unknown, file: string, name: string): Promise<Alembic> {
  // an application may be a function itself
  const held = alembicOf(exported);
  if (held !== undefined) return held;
  const value = await called(exported, file);
  const found = alembicOf(value);
  if (found !== undefined) return found;
  if (typeof value === 'object' && value !== null) {
    const { app = { rootPath: dirname(file) }, ...options } = value as DefinedConfig;
    const { Alembic } = await import('./app/alembic.ts');
    return alembicOf(app) ?? new Alembic(app, { commandName: false, ...options });
  }
  throw new CommandError(
    'CONFIG_EXPORT',
    `${file} exports no Alembic as '${name}'${value === undefined ? '' : `, but ${describe(value)}`}: that has to be an Alembic, an application that was registered with one, defineConfig({ … }), or a function or promise of one of these.`,
    { details: { file } },
  );
}

function alembicOf(value: unknown): Alembic | undefined {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return undefined;
  if (isAlembic(value)) return value;
  const registered = registeredAlembic(value);
  if (isAlembic(registered)) return registered.forApp(value as object);
  return Object.values(value).find(isAlembic);
}

/** Of any instance of the package. */
function isAlembic(value: unknown): value is Alembic {
  const { upgrade, compareMetadata, forApp } = (value ?? {}) as { [member: string]: unknown };
  return [upgrade, compareMetadata, forApp].every((member) => typeof member === 'function');
}

async function called(exported: unknown, file: string): Promise<unknown> {
  if (typeof exported !== 'function' || /^class\b/.test(Function.prototype.toString.call(exported)))
    return exported;
  try {
    return await (exported as () => unknown)();
  } catch (cause) {
    const { importError } = await import('./commands/import-file.ts');
    throw await importError(file, cause);
  }
}

function describe(value: unknown): string {
  return typeof value === 'function' ? `the class ${value.name}` : `a ${typeof value}`;
}
