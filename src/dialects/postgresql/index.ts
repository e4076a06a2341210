export { postgresql } from './dialect.ts';
export { postgresqlEngine, postgresqlEngineFrom } from './driver/engine.ts';
export type { EngineOptions } from './driver/engine-options.ts';
export { pgliteEngine } from './driver/pglite/pglite-engine.ts';
export type { PostgresqlTarget } from './driver/target.ts';
export * from './types.ts';
