export type { Capabilities } from './capabilities.ts';
export type { Connection, Engine, Parameter } from './connection.ts';
export type { Dialect, InspectOptions, LockRequest, TransactionControl } from './dialect.ts';
export type {
  ColumnQuestion,
  CompareContext,
  IncludeQuestion,
  ObjectKind,
  ObjectPair,
  TablePair,
} from './object-kind.ts';
export type { PlanState } from './plan-state.ts';
export type { SqlWriter } from './sql-writer.ts';
export type { Statement, StatementParts } from './statement.ts';
