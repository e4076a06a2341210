import { type Container, isAutocommitBlock, isContainer } from '../operations/containers.ts';
import type { Operation } from '../operations/operation.ts';
import { deepFreeze } from '../util/deep-freeze.ts';
import type { MigrationScript, OperationList } from './migration-script.ts';

/** What a rewrite gives back: another operation, several, or none. */
export type Rewritten = Operation | readonly Operation[] | null | undefined;
export type Rewrite<Op extends Operation = Operation> = (
  operation: Op,
  direction: 'upgrade' | 'downgrade',
) => Rewritten;

/**
 * Rewrites operations by kind, as Alembic's `Rewriter`: hand its `process` to `processRevisionDirectives`.
 *
 * ```ts
 * const rewriter = new Rewriter().rewrites('addColumn', (op) => …);
 * ```
 */
export class Rewriter {
  readonly #rewrites = new Map<string, Rewrite[]>();
  readonly #next: Rewriter[] = [];

  /** `rewrite` is asked of each operation of `kind`; what it gives stands in its place. */
  rewrites<Op extends Operation>(kind: Op['kind'], rewrite: Rewrite<Op>): this {
    const list = this.#rewrites.get(kind) ?? [];
    list.push(rewrite as unknown as Rewrite);
    this.#rewrites.set(kind, list);
    return this;
  }

  /** This one, and then `other`. */
  chain(other: Rewriter): Rewriter {
    const both = new Rewriter();
    both.#next.push(this, other);
    return both;
  }

  /** For `processRevisionDirectives`. */
  readonly process = (
    _context: unknown,
    _revision: unknown,
    directives: readonly MigrationScript[],
  ): void => {
    for (const script of directives) {
      for (const list of script.upgradeOpsList) this.#apply(list, 'upgrade');
      for (const list of script.downgradeOpsList) this.#apply(list, 'downgrade');
    }
    for (const next of this.#next) next.process(_context, _revision, directives);
  };

  #apply(list: OperationList, direction: 'upgrade' | 'downgrade'): void {
    list.ops = list.ops.flatMap((operation) => this.#rewrite(operation, direction));
  }

  #rewrite(operation: Operation, direction: 'upgrade' | 'downgrade'): readonly Operation[] {
    if (isContainer(operation)) {
      const inner = operation.operations.flatMap((each) => this.#rewrite(each, direction));
      if (inner.length === 0 && isAutocommitBlock(operation)) return [];
      return [deepFreeze<Container>({ ...operation, operations: inner })];
    }
    let current: readonly Operation[] = [operation];
    for (const rewrite of this.#rewrites.get(operation.kind) ?? []) {
      current = current.flatMap((each) => {
        // what a rewrite made of another kind is not this rewrite's business
        if (each.kind !== operation.kind) return [each];
        const result = rewrite(each, direction);
        if (result === null || result === undefined) return [];
        return Array.isArray(result) ? (result as readonly Operation[]) : [result as Operation];
      });
    }
    return current;
  }
}
