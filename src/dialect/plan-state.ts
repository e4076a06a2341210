import type { Definitions } from '../operations/definitions.ts';
import type { Operation } from '../operations/operation.ts';
import type { SchemaObject } from '../schema/metadata.ts';
import type { QualifiedName } from '../schema/names.ts';
import type { SchemaModel } from '../schema/schema-model.ts';
import type { Table } from '../schema/table.ts';
import type { Connection } from './connection.ts';

/**
 * What a plan may know of the database: the objects touched, reflected when first asked for, moved on by the operations planned since, forgotten after
 * anything opaque (`execute`, `getBind`).
 */
export interface PlanState {
  /** what is known of each kind of operation: its common wording, its `apply` */
  readonly definitions: Definitions;
  /** the table as it is after the operations applied so far; null when there is none */
  table(name: QualifiedName): Promise<Table | null>;
  get<T extends SchemaObject>(kind: T['kind'], name: QualifiedName): Promise<T | null>;
  /** every object of the default schema and of those touched; ask only where one table isn't enough */
  all(): Promise<SchemaModel>;
  /** moves the state on, as the operation's definition says; an opaque operation forgets everything */
  apply(operation: Operation): Promise<void>;
  /** the live connection for questions that no model answers; null offline */
  readonly connection: Connection | null;
}
