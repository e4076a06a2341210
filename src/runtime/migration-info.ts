import type { RevisionStep } from '../revisions/index.ts';

/** One step of a run, for `onVersionApply`: Alembic's `MigrationInfo`. */
export interface MigrationInfo {
  readonly isUpgrade: boolean;
  readonly isStamp: boolean;
  readonly isMigration: boolean;
  /** the revision that the step goes up to, or comes down from; of a stamp, the first of several */
  readonly upRevisionId: string | null;
  readonly upRevisionIds: readonly string[];
  /** the revisions below it */
  readonly downRevisionIds: readonly string[];
  /** the rows that the step takes away, and those that it adds */
  readonly sourceRevisionIds: readonly string[];
  readonly destinationRevisionIds: readonly string[];
}

/** `below`: the down revisions of the step's own revision */
export function migrationInfo(step: RevisionStep, below: readonly string[]): MigrationInfo {
  const { insert, delete: deleted, update } = step.versionChanges;
  const gone = [...deleted, ...update.map(([from]) => from)];
  const come = [...insert, ...update.map(([, to]) => to)];
  const isStamp = step.kind === 'stamp';
  const upRevisionIds = step.revision === null ? (come.length > 0 ? come : gone) : [step.revision];
  return Object.freeze({
    isUpgrade: step.kind === 'upgrade' || (isStamp && come.length > 0),
    isStamp,
    isMigration: !isStamp,
    upRevisionId: upRevisionIds[0] ?? null,
    upRevisionIds,
    downRevisionIds: step.revision === null ? (come.length > 0 ? gone : []) : below,
    sourceRevisionIds: gone,
    destinationRevisionIds: come,
  });
}
