export { Alembic } from './app/alembic.ts';
export type { AlembicOptions, MetaDataInput } from './app/alembic-options.ts';
export type { App } from './app/app.ts';
export { type DefinedConfig, defineConfig } from './app/define-config.ts';
export {
  type Diff,
  DowngradeOps,
  MigrationScript,
  type MigrationScriptOptions,
  OperationList,
  UpgradeOps,
} from './autogenerate/migration-script.ts';
export type {
  AlembicApi,
  HistoryEntry,
  Loss,
  MergeOptions,
  Preview,
  PreviewCommit,
  PreviewNote,
  PreviewOperation,
  PreviewOptions,
  PreviewStep,
  PreviewUnit,
  RevisionArgument,
  RevisionOptions,
  RunOptions,
} from './commands/alembic-api.ts';
export type { PlanFunction } from './commands/command-environment.ts';
export type { Connection, Engine, Parameter } from './dialect/connection.ts';
export type { Dialect } from './dialect/dialect.ts';
export { Config, type ConfigOptions } from './environment/config.ts';
export type { ContextOptions, ProcessRevisionDirectives } from './environment/context-options.ts';
export { createEngine, type EngineInput, type EngineOptions } from './environment/create-engine.ts';
export { type ConfigureOptions, EnvironmentContext } from './environment/environment-context.ts';
export { BatchOperations, Operations } from './environment/operations.ts';
export * from './errors.ts';
export {
  type FormatOptions,
  type PlannedRevision,
  planDowngrade,
  planRevision,
  planStamp,
  planUpgrade,
  Revision,
  RevisionMap,
  type RevisionRequest,
  type RevisionSpec,
  type RevisionStep,
  type StampOptions,
  type StepKind,
  type VersionChanges,
} from './revisions/index.ts';
export type { Bind } from './runtime/bind.ts';
export { MigrationContext } from './runtime/migration-context.ts';
export type { OperationPromise } from './runtime/operation-promise.ts';
export type { RunReport } from './runtime/run-migrations.ts';
export * from './schema/index.ts';
export { Script } from './scripts/script.ts';
export type { ScriptConfig } from './scripts/script-config.ts';
export { ScriptDirectory } from './scripts/script-directory.ts';
