import type { Operation } from '../../operations/operation.ts';
import { type Irreversible, isIrreversible } from '../irreversible.ts';
import { Imports } from './imports.ts';
import { inBatches } from './in-batches.ts';
import { layOut } from './layout.ts';
import { operationSource } from './operation-source.ts';
import type { RenderContext } from './render-context.ts';
import { call, type Source } from './source-tree.ts';
import { commentSource, stringSource } from './string-source.ts';
import { ValueWriter } from './value-writer.ts';

/** Generated lines are at most so long where that can be. */
export const lineWidth = 100;

export interface RenderOptions {
  /** where names to import are noted; without it they are lost */
  readonly imports?: Imports;
  /** by how many columns the lines will be indented (default 0); they come without */
  readonly indent?: number;
}

/**
 * The source of one operation, a statement: `op.addColumn('users', column('age', integer()));`.
 *
 * @throws ArgumentError `NO_SOURCE` for values that no source can say, `UNKNOWN_OPERATION`.
 */
export function renderOperation(
  operation: Operation,
  context: RenderContext,
  { imports = new Imports(), indent = 0 }: RenderOptions = {},
): string {
  return layOut(operationSource(operation, new ValueWriter(context, imports)), lineWidth - indent);
}

/**
 * The source of a function's body. What can't be reversed throws before anything runs, so that no database is left half way down; a comment marks
 * where the missing statement belongs. Nothing to do is a comment.
 *
 * @throws ArgumentError as {@link renderOperation}.
 */
export function renderOperations(
  operations: readonly Operation[],
  context: RenderContext,
  { imports = new Imports(), indent = 0 }: RenderOptions = {},
): string {
  if (operations.length === 0) return '// nothing to do';
  const { renderAsBatch = false, definitions } = context;
  const grouped = renderAsBatch ? inBatches(operations, definitions) : operations;
  const lines = grouped.map((operation) =>
    isIrreversible(operation)
      ? commentSource(`missing: ${operation.reason}`)
      : renderOperation(operation, context, { imports, indent }),
  );
  const irreversible = operations.filter(isIrreversible);
  const refusal = irreversible.length === 0 ? [] : [layOut(refuse(irreversible), lineWidth - indent)];
  return [...refusal, ...lines].join('\n');
}

function refuse(irreversible: readonly Irreversible[]): Source {
  const reasons = irreversible.map(({ reason }) => reason).join(' ');
  const message = stringSource(`This revision has no complete way down. ${reasons}`);
  return call('throw new Error', [message]);
}
