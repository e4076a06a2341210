import type { Dialect } from '../dialect/dialect.ts';
import type { StatementParts } from '../dialect/statement.ts';
import { ArgumentError } from '../errors.ts';
import type { SchemaModel } from '../schema/schema-model.ts';
import { nearest } from '../util/nearest.ts';
import type { OperationDefinition } from './define-operation.ts';
import type { Operation, Touches } from './operation.ts';

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

  reverse(operation: Operation): Operation {
    return this.of(operation).reverse(operation);
  }

  /** Whether nothing is known of the schema after it. */
  isOpaque(operation: Operation): boolean {
    return this.of(operation).apply === null;
  }

  apply(operation: Operation, schema: SchemaModel): void {
    this.of(operation).apply?.(operation, schema);
  }

  sql(operation: Operation, dialect: Dialect): readonly StatementParts[] {
    return this.of(operation).sql(operation, dialect);
  }

  touches(operation: Operation): Touches {
    return this.of(operation).touches(operation);
  }
}
