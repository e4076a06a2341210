import { type CoreDefinitions, coreDefinitions } from '../objects/definitions.ts';
import type { OperationDefinition } from '../operations/define-operation.ts';
import { Definitions } from '../operations/definitions.ts';
import type { Operation } from '../operations/operation.ts';
import { BatchFacade, type BatchOptions } from '../runtime/batch-operations.ts';
import { noteCall } from '../runtime/call-site.ts';
import type { BatchMethods, OperationMethods } from '../runtime/facade-types.ts';
import type { MigrationContext } from '../runtime/migration-context.ts';
import type { OperationPromise } from '../runtime/operation-promise.ts';
import { addOperation, OperationsFacade } from '../runtime/operations-facade.ts';
import type { ContextOptions } from './context-options.ts';

/** What `batchAlterTable` gives to its callback: the operations on one table. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: every method is made from its definition below
export class BatchOperations extends BatchFacade {}
export interface BatchOperations extends BatchMethods<CoreDefinitions> {}

/**
 * What `upgrade` and `downgrade` get as `op`: every directive of Alembic's `Operations`. A call may be awaited or not; what isn't awaited runs in
 * its order all the same, before the step ends.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: every method is made from its definition below
export class Operations extends OperationsFacade {
  static override readonly definitions: Definitions = new Definitions();
  static override readonly Batch: typeof BatchFacade = BatchOperations;

  /**
   * Makes an operation known in this process: as `op.<kind>(…)`, in batches where it has `batch`, and to `invoke` and plans. For its type, merge
   * into the interface `Operations`.
   *
   * @throws ArgumentError `DUPLICATE_OPERATION`; `BAD_ARGUMENT` for a kind that is a member of `op` already.
   */
  static registerOperation<
    Op extends Operation,
    Args extends readonly unknown[],
    BatchArgs extends readonly unknown[],
    Result,
  >(definition: OperationDefinition<Op, Args, BatchArgs, Result>): void {
    addOperation(Operations, definition as unknown as OperationDefinition);
  }

  /** The context of the database that this works on. */
  override getContext(): MigrationContext<ContextOptions, Operations> {
    return super.getContext() as MigrationContext<ContextOptions, Operations>;
  }

  /**
   * Collects operations on one table and carries them out together when `callback` has ended: on SQLite in one rebuild of the table, where it needs
   * one. `callback` may be async; what is called on `op` itself meanwhile runs before.
   *
   * @throws ArgumentError `UNKNOWN_OPTION`, `BAD_ARGUMENT`, `BAD_NAME`, `STEP_ENDED`; what `callback` throws at once.
   */
  batchAlterTable(
    table: string,
    callback: (batch: BatchOperations) => void | PromiseLike<void>,
    options: BatchOptions = {},
  ): OperationPromise<void> {
    return this.batch<BatchOperations>(table, callback, options, noteCall(this.batchAlterTable));
  }
}
export interface Operations extends OperationMethods<CoreDefinitions> {}

for (const definition of Object.values(coreDefinitions) as OperationDefinition[]) {
  addOperation(Operations, definition);
}
