import { resolve } from 'node:path';
import { zoneFormat } from './create-date.ts';
import { checkFileTemplate, defaultFileTemplate } from './file-name.ts';
import type { PostWriteHook } from './post-write-hooks.ts';

/** The options of a script directory. Paths are relative to `rootPath`. */
export interface ScriptConfig {
  /** default: the working directory */
  readonly rootPath?: string | undefined;
  /** where the template is, and revisions unless something else says where; default `migrations` */
  readonly scriptLocation?: string | undefined;
  /** more directories with revisions; a pair says which branch's new revisions go there */
  readonly versionLocations?: readonly (string | readonly [branch: string, directory: string])[] | undefined;
  /** default `%(rev)s_%(slug)s` */
  readonly fileTemplate?: string | undefined;
  /** default 40 */
  readonly truncateSlugLength?: number | undefined;
  /** of the creation date, an IANA name; default: local time */
  readonly timezone?: string | undefined;
  /** read the directories below version locations too; default `false` */
  readonly recursiveVersionLocations?: boolean | undefined;
  readonly postWriteHooks?: readonly PostWriteHook[] | undefined;
  /** keys of the databases: where there are several, revisions get a function for each */
  readonly databases?: readonly string[] | undefined;
}

/** The options with defaults, paths absolute. */
export interface ScriptSettings {
  readonly rootPath: string;
  readonly directory: string;
  readonly versionLocations: readonly string[];
  readonly branchLocations: ReadonlyMap<string, string>;
  readonly fileTemplate: string;
  readonly truncateSlugLength: number;
  readonly timezone: string | undefined;
  readonly recursive: boolean;
  readonly postWriteHooks: readonly PostWriteHook[];
  readonly databases: readonly string[];
}

/** @throws CommandError `FILE_TEMPLATE`, `TIMEZONE` */
export function scriptSettings(config: ScriptConfig): ScriptSettings {
  const rootPath = resolve(config.rootPath ?? '.');
  const directory = resolve(rootPath, config.scriptLocation ?? 'migrations');
  const locations = config.versionLocations ?? [];
  const recursive = config.recursiveVersionLocations ?? false;
  const fileTemplate = config.fileTemplate || defaultFileTemplate;
  checkFileTemplate(fileTemplate, recursive);
  const timezone = config.timezone || undefined;
  if (timezone !== undefined) zoneFormat(timezone);
  const absolute = (location: string | readonly [string, string]) =>
    resolve(rootPath, typeof location === 'string' ? location : location[1]);
  return {
    rootPath,
    directory,
    versionLocations: [...new Set([directory, ...locations.map(absolute)])],
    branchLocations: new Map(
      locations.flatMap((location) =>
        typeof location === 'string' ? [] : [[location[0], absolute(location)]],
      ),
    ),
    fileTemplate,
    truncateSlugLength: config.truncateSlugLength || 40,
    timezone,
    recursive,
    postWriteHooks: config.postWriteHooks ?? [],
    databases: config.databases ?? [],
  };
}
