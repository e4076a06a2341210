import { dirname, join } from 'node:path';
import { AlembicError, CommandError } from '../errors.ts';
import { fittingLabel, labelFits } from '../revisions/label-fits.ts';
import { planRevision } from '../revisions/plan-revision.ts';
import { type Names, type RevisionSpec, simplify } from '../revisions/revision.ts';
import { RevisionMap } from '../revisions/revision-map.ts';
import { checkHeader } from './check-header.ts';
import { createDate } from './create-date.ts';
import { revisionFileName } from './file-name.ts';
import { cleanMessage } from './message.ts';
import { runPostWriteHooks } from './post-write-hooks.ts';
import { readHeader } from './read-header.ts';
import { type Imports, revisionSource, type Statements } from './revision-source.ts';
import type { Script } from './script.ts';
import type { ScriptSettings } from './script-config.ts';
import { readTemplate } from './template-file.ts';
import { versionLocation } from './version-location.ts';
import { ensureDirectory, writeNewFile } from './write-file.ts';

/** What a new revision follows, where it goes and what it does. */
export interface NewRevision {
  /** what it follows: a symbol or several; default `head` */
  readonly head?: Names | undefined;
  /** let it follow a revision that is no head; default `false` */
  readonly splice?: boolean | undefined;
  readonly branchLabels?: Names | undefined;
  readonly dependsOn?: Names | undefined;
  /**
   * one of the version locations, relative to the root path; default: where its branch or what it follows is
   */
  readonly versionPath?: string | undefined;
  /** instead of the directory's */
  readonly fileTemplate?: string | undefined;
  /** default: now */
  readonly createDate?: Date | undefined;
  readonly imports?: Imports | undefined;
  readonly upgrades?: Statements | undefined;
  readonly downgrades?: Statements | undefined;
  /** further names for the template */
  readonly templateArgs?: Readonly<Record<string, string>> | undefined;
}

/** Makes the file of a new revision. @returns its absolute path */
export async function writeRevision(
  settings: ScriptSettings,
  map: RevisionMap<Script>,
  revision: string,
  message: string | null,
  options: NewRevision,
): Promise<string> {
  const { head, splice, dependsOn, branchLabels } = options;
  checkLabels(branchLabels);
  const plan = planRevision(map, { revision, head, splice, dependsOn, branchLabels });
  const spec: RevisionSpec = { ...plan, branchLabels: simplify(plan.branchLabels) };
  checkAddition(map, spec);

  const [down] = [plan.downRevision ?? []].flat();
  const follows = down === undefined ? undefined : map.getRevision(down)?.path;
  const location = versionLocation(settings, options.versionPath, branchLabels, follows);
  const date = createDate(options.createDate ?? new Date(), settings.timezone);
  const template = readTemplate(settings.directory);
  const text = cleanMessage(message ?? '');
  const source = revisionSource(template, {
    revision,
    downRevision: plan.downRevision,
    branchLabels: spec.branchLabels ?? null,
    dependsOn: plan.dependsOn,
    message: text === '' ? 'empty message' : text,
    createDate: date.text,
    imports: options.imports,
    upgrades: options.upgrades ?? emptyFor(settings.databases),
    downgrades: options.downgrades ?? emptyFor(settings.databases),
    templateArgs: options.templateArgs,
  });
  checkSource(source, spec, template.file);

  const name = revisionFileName(options.fileTemplate ?? settings.fileTemplate, {
    revision,
    message: message ?? '',
    date,
    truncateSlugLength: settings.truncateSlugLength,
    extension: `.${template.extension}`,
  });
  const file = join(location, name);
  ensureDirectory(dirname(file));
  writeNewFile(file, source);
  await runPostWriteHooks(file, settings.postWriteHooks, settings.rootPath);
  return file;
}

function checkLabels(labels: Names | undefined): void {
  const unfit = [labels ?? []].flat().find((label) => !labelFits(label));
  if (unfit === undefined) return;
  throw new CommandError(
    'BAD_ARGUMENT',
    `A branch label must be ${fittingLabel}, not ${JSON.stringify(unfit)}: symbols couldn't name it.`,
    { details: { label: unfit } },
  );
}

/** The history with the new revision has to be a history: labels not taken, for one. */
function checkAddition(map: RevisionMap<Script>, spec: RevisionSpec): void {
  if (map.has(spec.revision)) {
    const file = (map.getRevision(spec.revision) as Script).path;
    throw new CommandError(
      'REVISION_EXISTS',
      `There is a revision '${spec.revision}' already, in ${file}. Choose another id.`,
      {
        details: { revision: spec.revision, file },
      },
    );
  }
  const specs: RevisionSpec[] = map.revisions.map(
    ({ revision, downRevision, dependsOn, ownBranchLabels }) => ({
      revision,
      downRevision,
      dependsOn,
      branchLabels: [...ownBranchLabels],
    }),
  );
  new RevisionMap([...specs, spec]);
}

/** What the template made has to say what the plan says, or it isn't written. */
function checkSource(source: string, spec: RevisionSpec, templateFile: string): void {
  const fail = (reason: string, cause?: unknown) =>
    new CommandError(
      'TEMPLATE_INVALID',
      `The template ${templateFile} makes a file that ${reason}. Nothing was written.`,
      {
        cause,
        details: { file: templateFile, revision: spec.revision },
      },
    );
  let made: RevisionSpec | 'computed' | null;
  try {
    made = checkHeader(templateFile, source, readHeader(source));
  } catch (error) {
    throw fail(error instanceof AlembicError ? `is no revision: ${error.message}` : 'is no revision', error);
  }
  if (made === null) throw fail('exports no revision');
  if (made === 'computed')
    throw fail(
      'has no literal header; let it export ${revision}, ${downRevision}, ${branchLabels} and ${dependsOn}',
    );
  for (const name of ['revision', 'downRevision', 'branchLabels', 'dependsOn'] as const) {
    const [expected, found] = [simplify(spec[name]), simplify(made[name])];
    if (JSON.stringify(expected) !== JSON.stringify(found)) {
      throw fail(
        `exports ${name} as ${JSON.stringify(found)} and not ${JSON.stringify(expected)}; let it export \${${name}}`,
      );
    }
  }
}

function emptyFor(databases: readonly string[]): Statements {
  return databases.length > 1 ? Object.fromEntries(databases.map((key) => [key, ''])) : '';
}
