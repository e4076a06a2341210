import { ArgumentError } from '../errors.ts';
import { fittingLabel, labelFits } from '../revisions/label-fits.ts';
import { checkOptions } from '../schema/check-options.ts';
import type { MergeOptions, RevisionOptions } from './alembic-api.ts';

type Check = (value: unknown) => boolean;

const isBoolean: Check = (value) => typeof value === 'boolean';
const isText: Check = (value) => typeof value === 'string';
const isLabels: Check = (value) => [value].flat().every(labelFits);
const isRevision: Check = () => true; // symbols() says what is wrong

const revisionChecks: { readonly [Name in keyof Required<RevisionOptions>]: readonly [Check, string] } = {
  empty: [isBoolean, 'true or false'],
  branch: [(value) => value === '' || labelFits(value), fittingLabel],
  parent: [isRevision, ''],
  splice: [isBoolean, 'true or false'],
  depend: [isRevision, ''],
  label: [isLabels, `${fittingLabel}, or an array of such labels`],
  path: [isText, 'the path of a directory'],
  revId: [isText, 'an id'],
  sql: [isBoolean, 'true or false'],
};

const mergeChecks: { readonly [Name in keyof Required<MergeOptions>]: readonly [Check, string] } = {
  message: [isText, 'a string'],
  label: [isLabels, `${fittingLabel}, or an array of such labels`],
  revId: [isText, 'an id'],
};

/** @throws ArgumentError `UNKNOWN_OPTION`, `BAD_ARGUMENT`. */
export function checkRevisionOptions(options: RevisionOptions): void {
  check('revision', options, revisionChecks);
}

/** @throws ArgumentError `UNKNOWN_OPTION`, `BAD_ARGUMENT`. */
export function checkMergeOptions(options: MergeOptions): void {
  check('merge', options, mergeChecks);
}

function check(
  where: string,
  options: object,
  checks: { readonly [name: string]: readonly [Check, string] },
): void {
  checkOptions(where, options, Object.keys(checks));
  for (const [name, value] of Object.entries(options)) {
    const [isRight, what] = checks[name] as readonly [Check, string];
    if (value === undefined || value === null || isRight(value)) continue;
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `${where}: ${name} must be ${what}, not ${JSON.stringify(value) ?? String(value)}.`,
    );
  }
}
