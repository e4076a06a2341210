import { ArgumentError } from '../errors.ts';
import { checkName, checkOptions } from '../operations/arguments.ts';
import type { Batch } from '../operations/batch.ts';
import type { OperationDefinition } from '../operations/define-operation.ts';
import type { Operation } from '../operations/operation.ts';
import { type FinalName, f, type QualifiedName } from '../schema/names.ts';
import type { NamingConvention } from '../schema/naming.ts';
import type { Constraint, Table } from '../schema/table.ts';
import { deepFreeze } from '../util/deep-freeze.ts';
import type { CallSite } from './call-site.ts';

export interface BatchOptions {
  /** default: the connection's default schema */
  readonly schema?: string | null;
  /** on SQLite: rebuild the table only where it can't be altered (`auto`, the default), always, or never */
  readonly recreate?: 'auto' | 'always' | 'never';
  /** the table as it is, instead of reading it from the database */
  readonly copyFrom?: Table | null;
  /** columns in their new order; those that aren't named follow, or stand where another list puts them */
  readonly partialReordering?: readonly (readonly string[])[] | null;
  /** constraints that the rebuilt table gets besides its own */
  readonly tableArgs?: readonly Constraint[];
  /** names for constraints without one; default: the target metadata's */
  readonly namingConvention?: NamingConvention;
}

const optionNames = ['schema', 'recreate', 'copyFrom', 'partialReordering', 'tableArgs', 'namingConvention'];

/** What the callback of `op.batchAlterTable` gets: operations on one table, carried out together when the callback has ended. */
export class BatchFacade {
  readonly #table: QualifiedName;
  readonly #operations: Operation[] = [];
  readonly #sites: CallSite[] = [];
  #ended = false;

  constructor(table: QualifiedName) {
    this.#table = table;
  }

  /** Marks a name as final: a naming convention isn't applied to it. */
  f(name: string): FinalName {
    return f(name);
  }

  /** @internal Who called each operation, in order; grows with them. */
  get sites(): readonly CallSite[] {
    return this.#sites;
  }

  /** @internal */
  add(definition: OperationDefinition, args: readonly unknown[], site: CallSite): void {
    if (this.#ended) {
      throw new ArgumentError(
        'STEP_ENDED',
        `${definition.kind} was called after the callback of batchAlterTable('${this.#table.name}') had ended, and did not run. Make the callback async, and await what calls it.`,
      );
    }
    if (definition.batch === null)
      throw new ArgumentError('BAD_ARGUMENT', `A batch has no ${definition.kind}.`);
    this.#operations.push(definition.batch(this.#table, ...(args as never[])));
    this.#sites.push(site);
  }

  /** @internal What was called; nothing can be called any more. */
  end(): readonly Operation[] {
    this.#ended = true;
    return this.#operations;
  }
}

/** Checked arguments of `batchAlterTable`, without the operations. */
export function batchHead(table: string, options: BatchOptions): Omit<Batch, 'operations'> {
  checkOptions('batchAlterTable', options, optionNames);
  const {
    schema = null,
    recreate = 'auto',
    copyFrom = null,
    partialReordering = null,
    tableArgs = [],
  } = options;
  if (!['auto', 'always', 'never'].includes(recreate)) {
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `batchAlterTable: recreate is 'auto', 'always' or 'never', not ${String(recreate)}.`,
    );
  }
  const name = checkName('batchAlterTable: the table', table);
  return deepFreeze({ kind: 'batch', table: name, schema, recreate, copyFrom, partialReordering, tableArgs });
}
