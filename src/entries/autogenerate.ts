export type {
  CompareHook,
  CompareOptions,
  IncludeName,
  IncludeObject,
  ParentNames,
} from '../autogenerate/compare-options.ts';
export {
  type Diff,
  DowngradeOps,
  MigrationScript,
  OperationList,
  UpgradeOps,
} from '../autogenerate/migration-script.ts';
export type { RenderedMigration } from '../autogenerate/render/render-migration.ts';
export { type Rewrite, Rewriter, type Rewritten } from '../autogenerate/rewriter.ts';
export {
  compareMetadata,
  produceMigrations,
  reflectMetadata,
  renderMigration,
} from '../commands/autogenerate.ts';
export type {
  CompareContext,
  IncludeQuestion,
  ObjectKind,
  ObjectPair,
  TablePair,
} from '../dialect/object-kind.ts';
export { defineObjectKind } from '../objects/object-kind.ts';
