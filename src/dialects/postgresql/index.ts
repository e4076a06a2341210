export { postgresql } from './dialect.ts';
export { type EngineOptions, postgresqlEngine, postgresqlEngineFrom } from './driver/engine.ts';
export type { PostgresqlTarget } from './driver/target.ts';
export * from './types.ts';
