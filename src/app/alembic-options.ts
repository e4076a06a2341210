import { type ConfigOptions, checkConfigOptions } from '../environment/config.ts';
import { type ContextOptions, contextOptions } from '../environment/context-options.ts';
import type { EngineInput } from '../environment/create-engine.ts';
import { isEngine } from '../environment/known-objects.ts';
import { CommandError } from '../errors.ts';
import { checkOptions } from '../schema/check-options.ts';
import { MetaData } from '../schema/metadata.ts';

export type MetaDataInput = MetaData | readonly MetaData[];

export interface AlembicOptions {
  /** make the migration directory where it is missing (default true) */
  readonly runMkdir?: boolean;
  /** the name under which the commands hang in the application's program; `false`: they don't (default `db`) */
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

/** @throws ArgumentError `UNKNOWN_OPTION`; CommandError `NO_ENGINE`, `NO_METADATA`. */
export function checkAlembicOptions(options: AlembicOptions): void {
  checkOptions('Alembic', options, optionNames);
  checkConfigOptions(options.config ?? {});
  contextOptions(options.context ?? {});
  const engines = enginesOf(options);
  const metadatas = metadatasOf(options);
  const missing = [...metadatas.keys()].filter((key) => !engines.has(key));
  if (missing.length > 0 && engines.size > 0) {
    throw new CommandError(
      'NO_ENGINE',
      `There are models for ${missing.map((key) => `'${key}'`).join(', ')} and no engine: every key of metadatas needs one in engines.`,
    );
  }
}

/** The engines by key. */
export function enginesOf({ engines }: AlembicOptions): ReadonlyMap<string, EngineInput> {
  if (engines === undefined) return new Map();
  if (typeof engines !== 'object' || !isPlain(engines) || isEngine(engines))
    return new Map([['default', engines as EngineInput]]);
  return new Map(Object.entries(engines as { readonly [key: string]: EngineInput }));
}

/** The models by key. */
export function metadatasOf({ metadatas }: AlembicOptions): ReadonlyMap<string, readonly MetaData[]> {
  if (metadatas === undefined) return new Map();
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
  const odd = list.find((each) => !isMetaData(each));
  if (odd !== undefined) {
    throw new CommandError(
      'NO_METADATA',
      `metadatas: the models of '${key}' must be a MetaData or an array of them, not ${String(odd)}.`,
    );
  }
  return list;
}

/** Of any instance of the package: an application's models may have been made with another copy. */
function isMetaData(value: unknown): boolean {
  return value instanceof MetaData || Array.isArray((value as { objects?: unknown } | null)?.objects);
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as unknown;
  return prototype === Object.prototype || prototype === null;
}
