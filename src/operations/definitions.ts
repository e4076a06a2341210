import { ArgumentError } from '../errors.ts';
import type { SchemaModel } from '../schema/schema-model.ts';
import { deepFreeze } from '../util/deep-freeze.ts';
import { nearest } from '../util/nearest.ts';
import type { Atomicity } from './atomicity.ts';
import { isBatch } from './batch.ts';
import { isContainer } from './containers.ts';
import type { OperationDefinition, OutsideTransaction } from './define-operation.ts';
import type { Loss } from './loss.ts';
import type { Operation, Touches } from './operation.ts';
import type { SqlDialect } from './sql-dialect.ts';
import type { StatementParts } from './statement.ts';

/** The known kinds of operations, and what their definitions say of one operation. */
export class Definitions {
  readonly #byKind = new Map<string, OperationDefinition>();

  constructor(definitions: Iterable<OperationDefinition> = []) {
    for (const definition of definitions) this.add(definition);
  }

  /** @throws ArgumentError `DUPLICATE_OPERATION` for a kind that is there, unless it is the same definition. */
  add(definition: OperationDefinition): void {
    const there = this.#byKind.get(definition.kind);
    if (there !== undefined && there !== definition) {
      throw new ArgumentError(
        'DUPLICATE_OPERATION',
        `There is an operation of kind '${definition.kind}' already.`,
      );
    }
    this.#byKind.set(definition.kind, definition);
  }

  get all(): readonly OperationDefinition[] {
    return [...this.#byKind.values()];
  }

  /** @throws ArgumentError `UNKNOWN_OPERATION`. */
  of(operation: Operation): OperationDefinition {
    const definition = this.#byKind.get(operation?.kind);
    if (definition !== undefined) return definition;
    const [guess] = nearest(String(operation?.kind), this.#byKind.keys());
    throw new ArgumentError(
      'UNKNOWN_OPERATION',
      `No operation of kind '${String(operation?.kind)}' is known.${guess ? ` Did you mean '${guess}'?` : ''} A custom one must be registered first: Operations.registerOperation(…).`,
    );
  }

  /** @throws ArgumentError `IRREVERSIBLE`. */
  reverse(operation: Operation): Operation {
    if (!isContainer(operation)) return this.of(operation).reverse(operation);
    const operations = operation.operations.map((each) => this.reverse(each)).reverse();
    return deepFreeze({ ...operation, operations, ...(isBatch(operation) && { copyFrom: null }) });
  }

  /** Whether nothing is known of the schema after it. */
  isOpaque(operation: Operation): boolean {
    if (isContainer(operation)) return operation.operations.some((each) => this.isOpaque(each));
    return this.of(operation).apply === null;
  }

  apply(operation: Operation, schema: SchemaModel): void {
    if (isContainer(operation)) for (const each of operation.operations) this.apply(each, schema);
    else this.of(operation).apply?.(operation, schema);
  }

  sql(operation: Operation, dialect: SqlDialect): readonly StatementParts[] {
    if (isContainer(operation)) return operation.operations.flatMap((each) => this.sql(each, dialect));
    return this.of(operation).sql(operation, dialect);
  }

  touches(operation: Operation): Touches {
    if (!isContainer(operation)) return this.of(operation).touches(operation);
    const all = operation.operations.map((each) => this.touches(each));
    const every = (facet: Exclude<keyof Touches, 'place'>): readonly string[] =>
      all.flatMap((each) => each[facet] ?? []);
    return {
      requires: every('requires'),
      provides: every('provides'),
      changes: every('changes'),
      releases: every('releases'),
      removes: every('removes'),
    };
  }

  /** What is known of an operation that some database runs outside of a transaction only; null for all others. */
  outside(operation: Operation): OutsideTransaction | null {
    return this.#byKind.get(operation.kind)?.outside?.(operation) ?? null;
  }

  /** How an operation stands to the transaction that it is called in; of a batch, the part that fits the least. */
  atomicity(operation: Operation, dialect: SqlDialect): Atomicity {
    if (isContainer(operation)) {
      const parts = operation.operations.map((each) => this.atomicity(each, dialect));
      return (['autocommit', 'commits'] as const).find((each) => parts.includes(each)) ?? 'transaction';
    }
    const own = this.of(operation).atomicity?.(operation, dialect) ?? dialect.atomicity?.(operation);
    return own ?? (dialect.capabilities.transactionalDdl ? 'transaction' : 'commits');
  }

  /** The data that it destroys, of a batch that of each part. */
  destroys(operation: Operation, dialect: SqlDialect): readonly Loss[] {
    if (isContainer(operation)) return operation.operations.flatMap((each) => this.destroys(each, dialect));
    return [this.of(operation).destroys?.(operation, dialect) ?? []].flat();
  }

  /** The operation without what may close a cycle, and that by itself after (or before) it; null where it can't be split. */
  split(operation: Operation, circle: ReadonlySet<string>): readonly Operation[] | null {
    return isContainer(operation) ? null : (this.of(operation).split?.(operation, circle) ?? null);
  }
}
