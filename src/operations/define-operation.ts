import type { QualifiedName } from '../schema/names.ts';
import type { SchemaModel } from '../schema/schema-model.ts';
import type { Atomicity } from './atomicity.ts';
import type { Loss } from './loss.ts';
import type { Operation, Touches } from './operation.ts';
import type { SqlDialect } from './sql-dialect.ts';
import type { StatementParts } from './statement.ts';

/** An operation that some database runs outside of a transaction only, as an index that is made concurrently. */
export interface OutsideTransaction<Op extends Operation = Operation> {
  /** the operation as it is said within one */
  readonly within: Op;
  /** keys of what it stands on: where one is made or goes in the same revision, nobody waits for it, and it is said so */
  readonly unless: readonly string[];
}

/**
 * All that is known about one kind of operation. `create` makes the data and is what `op.<kind>` calls; every other facet reads it.
 * A facet that is missing is a compile error; `null` says that it doesn't apply.
 */
export interface OperationDefinition<
  Op extends Operation = Operation,
  Args extends readonly unknown[] = readonly never[],
  BatchArgs extends readonly unknown[] = readonly never[],
  Result = unknown,
> {
  readonly kind: Op['kind'];
  /** Makes the frozen data from the arguments of `op.<kind>(…)`; checks and copies them. */
  create(...args: Args): Op;
  /** The same within `op.batchAlterTable`, where the table is known; null where that means nothing. */
  readonly batch: Method<{ call(table: QualifiedName, ...args: BatchArgs): Op }> | null;
  /** The arguments from which `create` makes the operation again, for generated source: values, builders' data, options. */
  call(op: Op): readonly unknown[];
  /** The arguments for `batch`. */
  readonly batchCall: Method<{ call(op: Op): readonly unknown[] }> | null;
  /**
   * The operation that undoes this one.
   *
   * @throws ArgumentError `IRREVERSIBLE` where it destroys what it doesn't hold.
   */
  reverse(op: Op): Operation;
  /** Moves the model; null for what is opaque (then the state of everything is unknown after it). */
  readonly apply: Method<{ call(op: Op, schema: SchemaModel): void }> | null;
  /** The wording that most databases share. */
  sql(op: Op, dialect: SqlDialect): readonly StatementParts[];
  /** What autogenerate sorts by. */
  touches(op: Op): Touches;
  /**
   * The same as several operations that stand in no circle with others: keys apart from their table. Null: there is nothing to take apart. `circle` are the keys of
   * what the operations of the circle make, change and remove.
   */
  split?(op: Op, circle: ReadonlySet<string>): readonly Operation[] | null;
  /** What data it destroys; null where it never does. A preview says it, so that it is known before it runs. */
  readonly destroys: Method<{ call(op: Op, dialect: SqlDialect): Loss | null }> | null;
  /** How it stands to a transaction, where that isn't as the dialect has it (`SqlDialect.atomicity`). */
  atomicity?(op: Op, dialect: SqlDialect): Atomicity;
  /** For what runs outside of a transaction only, where `op` asks for that. Null: it needs none, or doesn't mind. */
  outside?(op: Op): OutsideTransaction<Op> | null;
  /** What awaiting `op.<kind>(…)` resolves to; nothing by default. */
  result?(op: Op): Result;
}

/** A function whose parameters are compared as a method's are, so that a definition of one kind is a definition of any. */
type Method<M extends { call(...args: never[]): unknown }> = M['call'];

/**
 * Defines a kind of operation; see {@link OperationDefinition}.
 */
export function defineOperation<
  Op extends Operation,
  Args extends readonly unknown[],
  BatchArgs extends readonly unknown[] = readonly never[],
  Result = void,
>(
  definition: OperationDefinition<Op, Args, BatchArgs, Result>,
): OperationDefinition<Op, Args, BatchArgs, Result> {
  return Object.freeze(definition);
}
