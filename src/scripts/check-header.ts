import { CommandError, type ErrorCode } from '../errors.ts';
import type { Names, RevisionSpec } from '../revisions/revision.ts';
import { exportLine, type HeaderName, headerNames, type SourceHeader } from './read-header.ts';

/**
 * What a file's header makes of it: a revision; `'computed'` when only importing it tells; `null` when the
 * file is none of ours.
 *
 * @param source to find the line of what is wrong
 * @throws CommandError `REVISION_EXPORT_MISSING`, `HEADER_INVALID`
 */
export function checkHeader(
  file: string,
  source: string,
  header: SourceHeader,
): RevisionSpec | 'computed' | null {
  const { fields, migrates } = header;
  if (!migrates && headerNames.every((name) => fields[name] === undefined)) return null;
  const values: Partial<Record<HeaderName, unknown>> = {};
  for (const name of headerNames) {
    const field = fields[name];
    if (field?.computed) return 'computed';
    if (field !== undefined) values[name] = field.value;
  }
  return checkHeaderValues(file, source, values, header.longdoc);
}

/** As {@link checkHeader}, for values from the source or from the imported module. */
export function checkHeaderValues(
  file: string,
  source: string,
  values: Readonly<Partial<Record<HeaderName, unknown>>>,
  longdoc: string,
): RevisionSpec {
  const fail = (code: ErrorCode, name: string, reason: string) => {
    const line = exportLine(source, name);
    return new CommandError(code, `${line === undefined ? file : `${file}:${line}`} ${reason}.`, {
      details: line === undefined ? { file } : { file, line },
    });
  };
  const { revision, downRevision } = values;
  if (revision === undefined) {
    throw fail(
      'REVISION_EXPORT_MISSING',
      'upgrade',
      "exports a migration but no revision, so it has no place in the history; add `export const revision = '…'`, or move the file elsewhere",
    );
  }
  if (typeof revision !== 'string' || revision === '') {
    throw fail('HEADER_INVALID', 'revision', `exports revision as ${shown(revision)}; it has to be a text`);
  }
  if (downRevision === undefined) {
    throw fail(
      'HEADER_INVALID',
      'revision',
      `exports revision '${revision}' but no downRevision; write the id of the revision before it, or null for the first one`,
    );
  }
  const names = (name: HeaderName): Names => {
    const value = values[name];
    if (value === undefined || value === null) return null;
    if (typeof value === 'string' && value !== '') return value;
    if (Array.isArray(value) && value.every((item) => typeof item === 'string' && item !== ''))
      return value as string[];
    throw fail(
      'HEADER_INVALID',
      name,
      `exports ${name} as ${shown(value)}; it has to be null, a text or a list of texts`,
    );
  };
  return {
    revision,
    downRevision: names('downRevision'),
    dependsOn: names('dependsOn'),
    branchLabels: names('branchLabels'),
    doc: longdoc,
  };
}

function shown(value: unknown): string {
  if (typeof value === 'string') return value === '' ? 'an empty text' : 'a text';
  if (Array.isArray(value)) return 'a list that holds something else';
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
