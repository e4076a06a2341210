import { ArgumentError } from '../errors.ts';
import { type Batch, isBatch } from '../operations/batch.ts';
import { flattenBatches, isAutocommitBlock } from '../operations/containers.ts';
import type { OperationDefinition } from '../operations/define-operation.ts';
import { Definitions } from '../operations/definitions.ts';
import type { Operation } from '../operations/operation.ts';
import { type FinalName, f } from '../schema/names.ts';
import type { NamingConvention } from '../schema/naming.ts';
import { isSql, type Sql, type SqlValue, sql } from '../schema/sql.ts';
import { deepFreeze } from '../util/deep-freeze.ts';
import { applyNaming } from './apply-naming.ts';
import { BatchFacade, type BatchOptions, batchHead } from './batch-operations.ts';
import type { Bind } from './bind.ts';
import { type CallSite, noteCall } from './call-site.ts';
import type { Context } from './context.ts';
import type { OperationPromise } from './operation-promise.ts';
import type { OperationQueue } from './operation-queue.ts';

/** Where a façade's calls go. */
export interface OperationsHost {
  readonly context: Context;
  /** the queue of the running step, or the one outside of steps */
  queue(): OperationQueue;
  readonly bind: Bind;
  /** gives names to constraints and indexes that have none */
  readonly namingConvention: NamingConvention;
}

/**
 * What is common to every façade `op`: its other methods are made from definitions. An operation checks and copies its arguments at the call and
 * may be awaited or not; operations run in the order of their calls.
 */
export class OperationsFacade {
  /** what this class has methods for, by kind */
  static readonly definitions: Definitions = new Definitions();
  /** what `batchAlterTable` gives to its callback */
  static readonly Batch: typeof BatchFacade = BatchFacade;
  readonly #host: OperationsHost;

  constructor(host: OperationsHost) {
    this.#host = host;
  }

  /**
   * Runs an operation that is data already, of a registered kind; an autocommit block runs outside of a transaction.
   *
   * @throws ArgumentError `UNKNOWN_OPERATION`, `STEP_ENDED`.
   */
  invoke(operation: Operation): OperationPromise<unknown> {
    const { definitions } = this.constructor as typeof OperationsFacade;
    for (const each of flattenBatches([operation])) definitions.of(each);
    const copy = Object.isFrozen(operation) ? operation : deepFreeze(structuredClone(operation));
    if (isAutocommitBlock(copy))
      return this.getContext().autocommitBlock(() => {
        for (const each of copy.operations) this.invoke(each);
      });
    const result = isBatch(copy) ? undefined : definitions.of(copy).result;
    return this.#add(copy, result as ((op: Operation) => unknown) | undefined, noteCall(this.invoke));
  }

  /** Marks a name as final: a naming convention isn't applied to it. */
  f(name: string | null): FinalName {
    return f(name);
  }

  /** A value as a literal of the database at hand: what it stores is what `bulkInsert` stores. An expression stays as it is. @throws ArgumentError `SQL_VALUE`. */
  inlineLiteral(value: SqlValue | Date): Sql {
    return isSql(value) ? value : sql.raw(this.#host.context.dialect.writer.literal(value));
  }

  /** The migration's own connection, inside its transaction. Using it first runs what is queued. */
  getBind(): Bind {
    return this.#host.bind;
  }

  getContext(): Context {
    return this.#host.context;
  }

  /** @internal for `batchAlterTable`, whose callback's type the class with the definitions knows */
  protected batch<B extends BatchFacade>(
    table: string,
    callback: (batch: B) => void | PromiseLike<void>,
    options: BatchOptions,
    site: CallSite,
  ): OperationPromise<void> {
    const head = batchHead(table, options);
    const { Batch } = this.constructor as typeof OperationsFacade;
    const batch = new Batch({ schema: head.schema, name: head.table }) as B;
    const queue = this.#host.queue();
    const convention = { ...this.#host.namingConvention, ...options.namingConvention };
    const finish = (): Batch =>
      applyNaming(
        deepFreeze({ ...head, namingConvention: convention, operations: [...batch.end()] }) as Batch,
        convention,
      );
    const call = (): void | PromiseLike<void> => {
      const returned = callback(batch);
      // what is called after it has ended would come too late
      return returned === undefined ? returned : Promise.resolve(returned).finally(() => batch.end());
    };
    return queue.batch(call, finish, { ...site, parts: batch.sites });
  }

  /** @internal */
  call(definition: OperationDefinition, args: readonly unknown[], site: CallSite): OperationPromise<unknown> {
    return this.#add(definition.create(...(args as never[])), definition.result, site);
  }

  #add(
    operation: Operation,
    result: ((op: Operation) => unknown) | undefined,
    site: CallSite,
  ): OperationPromise<unknown> {
    const named = applyNaming(operation, this.#host.namingConvention);
    return this.#host.queue().operation({ operation: named, site }, result?.(named));
  }
}

/**
 * Gives a façade, and its batches where that means something, a method for a kind of operation.
 *
 * @throws ArgumentError `DUPLICATE_OPERATION`; `BAD_ARGUMENT` for a kind that is a member of the façade already.
 */
export function addOperation(
  { prototype, definitions, Batch }: typeof OperationsFacade,
  definition: OperationDefinition,
): void {
  const registered = definitions.all;
  if (registered.includes(definition)) return;
  const { kind } = definition;
  if (kind in prototype && !registered.some((other) => other.kind === kind)) {
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `op has a member '${kind}' already; give the operation another kind.`,
    );
  }
  definitions.add(definition);
  defineMethod(prototype, kind, function method(this: OperationsFacade, ...args: unknown[]) {
    return this.call(definition, args, noteCall(method));
  });
  if (definition.batch === null) return;
  defineMethod(Batch.prototype, kind, function method(this: BatchFacade, ...args: unknown[]) {
    this.add(definition, args, noteCall(method));
  });
}

function defineMethod(
  prototype: object,
  name: string,
  method: (this: never, ...args: unknown[]) => unknown,
): void {
  Object.defineProperty(prototype, name, { value: method, configurable: true, writable: true });
}
