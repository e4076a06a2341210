import { type ConfigOptions, checkConfigOptions } from '../environment/config.ts';
import { type ContextOptions, contextOptions } from '../environment/context-options.ts';
import { createEngine, type EngineInput } from '../environment/create-engine.ts';
import { isEngine } from '../environment/known-objects.ts';
import { ArgumentError, CommandError } from '../errors.ts';
import { checkOptions } from '../schema/check-options.ts';
import { MetaData } from '../schema/metadata.ts';

export type MetaDataInput = MetaData | readonly MetaData[];

export interface AlembicOptions {
  /** make the migration directory where it is missing (default true) */
  readonly runMkdir?: boolean;
  /** the name under which the commands hang in the application's program; `false` (or `''`): they don't (default `db`) */
  readonly commandName?: string | false;
  /** one database, or a map from key to database; one alone has the key `default` */
  readonly engines?: EngineInput | { readonly [key: string]: EngineInput };
  /** the models: of one database, or a map from key to models */
  readonly metadatas?: MetaDataInput | { readonly [key: string]: MetaDataInput };
  /** the options of `alembic.ini` in camelCase */
  readonly config?: ConfigOptions;
  /** the arguments of `EnvironmentContext.configure` in camelCase */
  readonly context?: ContextOptions;
}

const optionNames = ['runMkdir', 'commandName', 'engines', 'metadatas', 'config', 'context'];

/**
 * Checks options before anything is done with them. Nothing is opened. Options that aren't `complete` yet may lack the engines: each application may
 * bring its own.
 *
 * @throws ArgumentError `UNKNOWN_OPTION`, `BAD_ARGUMENT`, and those of `createEngine`; CommandError `NO_ENGINE`, `NO_METADATA`.
 */
export function checkAlembicOptions(
  options: AlembicOptions,
  { isComplete = false }: { readonly isComplete?: boolean } = {},
): void {
  checkOptions('Alembic', options, optionNames);
  const { runMkdir, commandName } = options;
  if (runMkdir !== undefined && typeof runMkdir !== 'boolean')
    throw badOption('runMkdir', 'true or false', runMkdir);
  if (commandName !== undefined && commandName !== false && typeof commandName !== 'string')
    throw badOption('commandName', 'a name or false', commandName);
  checkConfigOptions(options.config ?? {});
  contextOptions(options.context ?? {});
  const engines = enginesOf(options);
  for (const engine of engines.values()) createEngine(engine);
  const metadatas = metadatasOf(options);
  const missing = [...metadatas.keys()].filter((key) => !engines.has(key));
  if (missing.length > 0 && (isComplete || engines.size > 0)) {
    const there = engines.size === 0 ? 'there are none' : `there are ${quoted([...engines.keys()])}`;
    throw new CommandError(
      'NO_ENGINE',
      `There are models for ${quoted(missing)} and no engine: every key of metadatas needs one in engines, where ${there}.`,
    );
  }
}

/**
 * `over` on top of `options`: what is given there counts, and of `config` and `context` each option that is given there. An option that is
 * undefined isn't given.
 */
export function mergeOptions(options: AlembicOptions, over: AlembicOptions): AlembicOptions {
  const merged = { ...defined(options), ...defined(over) };
  return {
    ...merged,
    ...(merged.config && { config: { ...defined(options.config), ...defined(over.config) } }),
    ...(merged.context && { context: { ...defined(options.context), ...defined(over.context) } }),
  };
}

function defined<T extends object>(options: T | undefined): Partial<T> {
  const given = Object.entries(options ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as Partial<T>;
}

function badOption(name: string, what: string, found: unknown): ArgumentError {
  return new ArgumentError('BAD_ARGUMENT', `Alembic: ${name} must be ${what}, not ${String(found)}.`);
}

function quoted(keys: readonly string[]): string {
  return keys.map((key) => `'${key}'`).join(', ');
}

/** The engines by key. */
export function enginesOf({ engines }: AlembicOptions): ReadonlyMap<string, EngineInput> {
  if (engines === undefined || engines === null) return new Map();
  if (typeof engines !== 'object' || !isPlain(engines) || isEngine(engines))
    return new Map([['default', engines as EngineInput]]);
  return new Map(Object.entries(engines as { readonly [key: string]: EngineInput }));
}

/** The models by key. */
export function metadatasOf({ metadatas }: AlembicOptions): ReadonlyMap<string, readonly MetaData[]> {
  if (metadatas === undefined || metadatas === null) return new Map();
  if (typeof metadatas !== 'object') throw noMetadata('metadatas', metadatas);
  if (isMetaData(metadatas) || Array.isArray(metadatas))
    return new Map([['default', listOf('default', metadatas as MetaDataInput)]]);
  return new Map(
    Object.entries(metadatas as { readonly [key: string]: MetaDataInput }).map(([key, each]) => [
      key,
      listOf(key, each),
    ]),
  );
}

function listOf(key: string, input: MetaDataInput): readonly MetaData[] {
  const list = Array.isArray(input) ? (input as readonly MetaData[]) : [input as MetaData];
  const what = `metadatas: the models of '${key}'`;
  if (list.length === 0) throw noMetadata(what, '[]');
  for (const each of list) if (!isMetaData(each)) throw noMetadata(what, each);
  return list;
}

function noMetadata(what: string, found: unknown): CommandError {
  return new CommandError(
    'NO_METADATA',
    `${what} must be a MetaData or an array of them, not ${String(found)}.`,
  );
}

/** Of any instance of the package: an application's models may have been made with another copy. */
function isMetaData(value: unknown): boolean {
  return value instanceof MetaData || Array.isArray((value as { objects?: unknown } | null)?.objects);
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as unknown;
  return prototype === Object.prototype || prototype === null;
}
