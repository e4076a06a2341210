import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError } from '../errors.ts';
import { defaultTemplate, type ScriptExtension, scriptExtensions } from './default-templates.ts';
import { readError } from './file-errors.ts';
import type { RevisionTemplate } from './revision-source.ts';
import { ensureDirectory, writeNewFile } from './write-file.ts';

/** The templates in a script directory: one, unless something is off. */
function templatesIn(directory: string): { readonly file: string; readonly extension: ScriptExtension }[] {
  return scriptExtensions
    .map((extension) => ({ file: join(directory, `script.${extension}.template`), extension }))
    .filter(({ file }) => existsSync(file));
}

/**
 * The template of a script directory.
 *
 * @throws CommandError `TEMPLATE_MISSING`, `TEMPLATE_AMBIGUOUS`, `FILE_UNREADABLE`
 */
export function readTemplate(directory: string): RevisionTemplate {
  const [template, second] = templatesIn(directory);
  if (template === undefined) {
    throw new CommandError(
      'TEMPLATE_MISSING',
      `There is no template for revisions in ${directory}; mkdir writes script.ts.template there.`,
      { details: { file: directory } },
    );
  }
  if (second !== undefined) {
    throw new CommandError(
      'TEMPLATE_AMBIGUOUS',
      `There are several templates for revisions, ${template.file} and ${second.file}; keep the one whose extension new files shall have.`,
      { details: { file: directory } },
    );
  }
  try {
    return { ...template, text: readFileSync(template.file, 'utf8') };
  } catch (error) {
    throw readError(template.file, error);
  }
}

export interface ScaffoldOptions {
  /** default `ts` */
  readonly extension?: ScriptExtension | undefined;
  readonly severalDatabases?: boolean | undefined;
}

/**
 * Makes a script directory with its template, and its version locations. What exists is left alone.
 *
 * @returns the files and directories that it made
 * @throws CommandError `NOT_WRITABLE`, `DISK_FULL`, `WRITE_FAILED`
 */
export function makeScriptDirectory(
  directory: string,
  versionLocations: readonly string[],
  options: ScaffoldOptions = {},
): readonly string[] {
  const made: string[] = [];
  for (const location of [directory, ...versionLocations]) {
    if (existsSync(location)) continue;
    ensureDirectory(location);
    made.push(location);
  }
  if (templatesIn(directory).length > 0) return made;
  const extension = options.extension ?? 'ts';
  const file = join(directory, `script.${extension}.template`);
  try {
    writeNewFile(file, defaultTemplate(extension, options.severalDatabases));
    made.push(file);
  } catch (error) {
    // Another process made it in between.
    if (!(error instanceof CommandError && error.code === 'FILE_EXISTS')) throw error;
  }
  return made;
}
