import { resolve } from 'node:path';
import { ArgumentError, CommandError } from '../errors.ts';
import { checkOptions } from '../schema/check-options.ts';
import type { PostWriteHook } from '../scripts/post-write-hooks.ts';
import type { ScriptConfig } from '../scripts/script-config.ts';

/** The options of `alembic.ini`, in camelCase. Paths are relative to the application's root. */
export interface ConfigOptions {
  /** the directory of the template, and of revisions unless `versionLocations` says otherwise; default `migrations` */
  readonly scriptLocation?: string;
  /** more directories with revisions; a pair says which branch's new revisions go there */
  readonly versionLocations?: readonly (string | readonly [branch: string, directory: string])[];
  /** how new files are named; default `%(rev)s_%(slug)s` */
  readonly fileTemplate?: string;
  /** how long the slug of a message may be; default 40 */
  readonly truncateSlugLength?: number;
  /** of creation dates, an IANA name; default: local time */
  readonly timezone?: string;
  /** read the directories below version locations too; default false */
  readonly recursiveVersionLocations?: boolean;
  /** connect to the database even for an empty revision; default false */
  readonly revisionEnvironment?: boolean;
  /** what runs on each new file */
  readonly postWriteHooks?: readonly PostWriteHook[];
  /** keys of the databases; taken from the engines where it isn't given */
  readonly databases?: readonly string[];
  /** encoding of new files: only `utf-8` */
  readonly outputEncoding?: string;
  /** of Python's Alembic, and without effect here: it may stand in a configuration that both tools read */
  readonly prependSysPath?: string | readonly string[];
  /** as `prependSysPath` */
  readonly pathSeparator?: string;
  /** as `prependSysPath` */
  readonly versionPathSeparator?: string;
  /** as `prependSysPath` */
  readonly sourceless?: boolean;
}

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isBoolean: Check = (value) => typeof value === 'boolean';
const isListOf =
  (item: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(item);
const isPair: Check = (value) => Array.isArray(value) && value.length === 2 && value.every(isText);

const checks: { readonly [Name in keyof Required<ConfigOptions>]: readonly [Check, string] } = {
  scriptLocation: [(value) => isText(value) && value !== '', 'a path'],
  versionLocations: [
    isListOf((value) => isText(value) || isPair(value)),
    'an array of paths and [branch, path] pairs',
  ],
  fileTemplate: [isText, 'a string such as %(rev)s_%(slug)s'],
  truncateSlugLength: [
    (value) => Number.isSafeInteger(value) && (value as number) > 0,
    'a whole number above zero',
  ],
  timezone: [isText, 'the name of a time zone'],
  recursiveVersionLocations: [isBoolean, 'true or false'],
  revisionEnvironment: [isBoolean, 'true or false'],
  postWriteHooks: [
    isListOf((value) => typeof value === 'function' || (typeof value === 'object' && value !== null)),
    'an array of hooks',
  ],
  databases: [isListOf(isText), 'an array of keys'],
  outputEncoding: [(value) => /^utf-?8$/i.test(String(value)), "'utf-8'"],
  prependSysPath: [() => true, ''],
  pathSeparator: [() => true, ''],
  versionPathSeparator: [() => true, ''],
  sourceless: [() => true, ''],
};

/** The names of all options. */
const configOptionNames: readonly string[] = Object.keys(checks);

export interface ConfigInput {
  readonly options?: ConfigOptions;
  /** what paths are relative to; default: the working directory */
  readonly rootPath?: string;
  /** the words of `-x key=value` on the command line */
  readonly x?: readonly string[];
}

/**
 * The configuration of one application's migrations.
 *
 * @throws ArgumentError `UNKNOWN_OPTION` naming the nearest option; `BAD_ARGUMENT` for a value of the wrong type.
 */
export class Config {
  readonly options: ConfigOptions;
  /** absolute */
  readonly rootPath: string;
  /** for the application to leave things for its own code in */
  readonly attributes: Map<string, unknown> = new Map();
  /** the words of `-x`; the command line sets them */
  x: readonly string[];

  constructor({ options = {}, rootPath = '.', x = [] }: ConfigInput = {}) {
    checkConfigOptions(options);
    this.options = Object.freeze({ ...options });
    this.rootPath = resolve(rootPath);
    this.x = Object.freeze([...x]);
  }

  /** One option, by its name here or in `alembic.ini`; `fallback` where it isn't set. */
  getMainOption<T = unknown>(name: string, fallback?: T): T | undefined {
    const key = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    return ((this.options as { readonly [option: string]: unknown })[key] as T | undefined) ?? fallback;
  }

  /** The part that a `ScriptDirectory` reads; `databases` are the keys of the engines. */
  scriptConfig(databases: readonly string[] = this.options.databases ?? []): ScriptConfig {
    const { scriptLocation, versionLocations, fileTemplate, truncateSlugLength } = this.options;
    const { timezone, recursiveVersionLocations, postWriteHooks } = this.options;
    return {
      rootPath: this.rootPath,
      scriptLocation,
      versionLocations,
      fileTemplate,
      truncateSlugLength,
      timezone,
      recursiveVersionLocations,
      postWriteHooks,
      databases,
    };
  }

  /**
   * The `-x key=value` words as a map; a word without `=` has the value ''.
   *
   * @throws CommandError `BAD_ARGUMENT` for a word without a key.
   */
  xArguments(): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    for (const word of this.x) {
      const at = word.indexOf('=');
      if (at === 0) throw new CommandError('BAD_ARGUMENT', `-x takes key=value, not '${word}'.`);
      found.set(at < 0 ? word : word.slice(0, at), at < 0 ? '' : word.slice(at + 1));
    }
    return found;
  }
}

/** @throws ArgumentError `UNKNOWN_OPTION` naming the nearest option; `BAD_ARGUMENT` for a value of the wrong type. */
export function checkConfigOptions(options: object): void {
  checkOptions('config', options, configOptionNames);
  for (const [name, value] of Object.entries(options)) {
    const [isRight, what] = checks[name as keyof ConfigOptions];
    if (value === undefined || isRight(value)) continue;
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `config: ${name} must be ${what}, not ${JSON.stringify(value) ?? String(value)}.`,
    );
  }
}
