export type { PlanState } from './dialect.ts';
