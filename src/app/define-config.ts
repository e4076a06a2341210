import { checkOptions } from '../schema/check-options.ts';
import { type AlembicOptions, checkAlembicOptions } from './alembic-options.ts';
import type { App } from './app.ts';

/** What `alembic.config.ts` exports: the options of `Alembic`, and the application, if there is one. */
export interface DefinedConfig extends AlembicOptions {
  /** default: an application whose root is the directory of the configuration file */
  readonly app?: App;
}

/**
 * Checks a configuration for the command line and gives it back: `export default defineConfig({ engines, metadatas })`.
 *
 * @throws ArgumentError `UNKNOWN_OPTION`, `BAD_ARGUMENT`; CommandError `NO_ENGINE`, `NO_METADATA`.
 */
export function defineConfig(config: DefinedConfig): DefinedConfig {
  const { app, ...options } = config;
  if (app !== undefined)
    checkOptions('defineConfig: app', app, ['name', 'rootPath', 'config', 'cli', 'onClose']);
  // an application that is there already may have its own
  checkAlembicOptions(options, { isComplete: app === undefined });
  return Object.freeze({ ...config });
}
