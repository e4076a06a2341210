export { planDowngrade } from './plan-downgrade.ts';
export { type PlannedRevision, planRevision, type RevisionRequest } from './plan-revision.ts';
export { planStamp, type StampOptions } from './plan-stamp.ts';
export { planUpgrade } from './plan-upgrade.ts';
export { type FormatOptions, type Names, Revision, type RevisionSpec } from './revision.ts';
export { RevisionMap } from './revision-map.ts';
export type { RevisionStep, StepKind, VersionChanges } from './revision-step.ts';
