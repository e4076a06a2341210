export type * from '../objects/check/operations.ts';
export type * from '../objects/column/operations.ts';
export type * from '../objects/comment/operations.ts';
export type * from '../objects/constraint/operations.ts';
export type * from '../objects/data/operations.ts';
export type * from '../objects/enum/operations.ts';
export type * from '../objects/exclude/operations.ts';
export type * from '../objects/foreign-key/operations.ts';
export type * from '../objects/function/operations.ts';
export type * from '../objects/index/operations.ts';
export type * from '../objects/primary-key/operations.ts';
export type * from '../objects/schema/operations.ts';
export type * from '../objects/table/alter-options.ts';
export type * from '../objects/table/operations.ts';
export type * from '../objects/trigger/operations.ts';
export type * from '../objects/unique/operations.ts';
export type { Atomicity } from '../operations/atomicity.ts';
export { type Batch, isBatch } from '../operations/batch.ts';
export {
  type AutocommitBlock,
  flattenBatches,
  isAutocommitBlock,
} from '../operations/containers.ts';
export {
  defineOperation,
  type OperationDefinition,
  type OutsideTransaction,
} from '../operations/define-operation.ts';
export { type Loss, loses, mayLose } from '../operations/loss.ts';
export { changeTable } from '../operations/model-tables.ts';
export {
  key,
  type Operation,
  type TableOperation,
  type Touches,
  tableOf,
  targetOf,
} from '../operations/operation.ts';
export type { SqlDialect } from '../operations/sql-dialect.ts';
export type { SqlWriter } from '../operations/sql-writer.ts';
export type { StatementParts } from '../operations/statement.ts';
