import { dirname } from 'node:path';
import { Alembic } from './app/alembic.ts';
import type { DefinedConfig } from './app/define-config.ts';
import { findConfig, importFile, splitExport } from './cli/find-config.ts';
import { program } from './cli/program.ts';
import { CommandError } from './errors.ts';

/** Runs the command line. */
export async function main(words: readonly string[]): Promise<void> {
  const root = program('alembic-ts', async ({ config, app }) => {
    const { file, name } =
      app === undefined ? { file: findConfig(config), name: 'default' } : splitExport(app);
    return toAlembic((await importFile(file))[name], file, name);
  });
  root.option('--config <file>', 'the configuration file (default: the nearest alembic.config.*)');
  root.option('--app <file[:export]>', 'an application that has an Alembic');
  await root.parseAsync([...words]);
}

/** An `Alembic`, what `defineConfig` takes, or a function or promise of either. */
async function toAlembic(exported: unknown, file: string, name: string): Promise<Alembic> {
  const value: unknown = await (typeof exported === 'function' ? (exported as () => unknown)() : exported);
  if (typeof value === 'object' && value !== null) {
    if (isAlembic(value)) return value;
    const held = Object.values(value).find(isAlembic);
    if (held !== undefined) return held;
    const { app = { rootPath: dirname(file) }, ...options } = value as DefinedConfig;
    return new Alembic(app, { commandName: false, ...options });
  }
  throw new CommandError(
    'CONFIG_EXPORT',
    `${file} exports no Alembic as '${name}': its default export must be an Alembic, defineConfig({ … }), or a function or promise of either.`,
    { details: { file } },
  );
}

/** Of any instance of the package. */
function isAlembic(value: unknown): value is Alembic {
  const { upgrade, compareMetadata, forApp } = (value ?? {}) as { [member: string]: unknown };
  return [upgrade, compareMetadata, forApp].every((member) => typeof member === 'function');
}
