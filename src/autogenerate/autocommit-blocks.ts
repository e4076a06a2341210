import {
  type AutocommitBlock,
  type Container,
  isAutocommitBlock,
  isContainer,
} from '../operations/containers.ts';
import type { Definitions } from '../operations/definitions.ts';
import type { Operation, Touches } from '../operations/operation.ts';
import { deepFreeze } from '../util/deep-freeze.ts';
import { isIrreversible } from './irreversible.ts';
import { edges } from './sort-operations.ts';

interface Part {
  readonly operation: Operation;
  readonly isOutside: boolean;
}

/**
 * Puts what runs outside of a transaction into autocommit blocks: as few as can be, and each as early as can be. Only what a block stands on comes before it, since that
 * is committed with it; all else rolls back as a whole where it fails. What is committed before the version table says so is said so that it can be run again after a
 * run that was cut off: `ifNotExists`, `ifExists`.
 *
 * Blocks that are there are opened and made again; doing it twice changes nothing. The order of all else stays.
 */
export function withAutocommitBlocks(
  operations: readonly Operation[],
  definitions: Definitions,
): readonly Operation[] {
  const parts = opened(operations, definitions);
  if (parts.every(({ isOutside }) => !isOutside)) return parts.map(({ operation }) => operation);
  const before = earlier(parts, definitions);
  const ahead = withAncestors(parts, before);
  const done = new Set<number>();
  const take = (outside: boolean): readonly Operation[] => {
    const taken: Operation[] = [];
    for (const [node, { operation, isOutside }] of parts.entries()) {
      if (done.has(node) || !ahead.has(node) || isOutside !== outside) continue;
      if (before[node]?.some((each) => !done.has(each))) continue;
      done.add(node);
      taken.push(repeatable(operation));
    }
    return taken;
  };
  const sorted: Operation[] = [];
  while (done.size < ahead.size) {
    sorted.push(...take(false));
    sorted.push(deepFreeze<AutocommitBlock>({ kind: 'autocommitBlock', operations: take(true) }));
  }
  return [...sorted, ...parts.flatMap(({ operation }, node) => (ahead.has(node) ? [] : [operation]))];
}

function opened(operations: readonly Operation[], definitions: Definitions): readonly Part[] {
  const all = operations.flatMap((operation) =>
    isAutocommitBlock(operation)
      ? operation.operations.map((each) => ({ operation: each, isOutside: true }))
      : [{ operation, isOutside: false }],
  );
  const outside = all.map(({ operation }) => definitions.outside(operation));
  if (outside.every((each) => each === null)) return all;
  const touched = new Set(
    all.flatMap(({ operation }) => {
      const { provides = [], removes = [] } = touchesOf(operation, definitions) ?? {};
      return [...provides, ...removes];
    }),
  );
  return all.map((part, i) => {
    const form = outside[i] ?? null;
    if (form === null) return part;
    const isNeedless = form.unless.some((each) => touched.has(each));
    return isNeedless
      ? { operation: form.within, isOutside: false }
      : { operation: part.operation, isOutside: true };
  });
}

/** Null for what nothing is known of. */
function touchesOf(operation: Operation, definitions: Definitions): Touches | null {
  return isIrreversible(operation) || definitions.isOpaque(operation) ? null : definitions.touches(operation);
}

/** For each part those before it that must stay there. */
function earlier(parts: readonly Part[], definitions: Definitions): readonly (readonly number[])[] {
  const touches = parts.map(({ operation }) => touchesOf(operation, definitions));
  const known = edges(touches.map((each) => each ?? {}));
  const nodes = [...parts.keys()];
  const unknown = nodes.filter((node) => touches[node] === null);
  const first = nodes.filter((node) => touches[node]?.place === 'first');
  return parts.map(({ isOutside }, node) => {
    const all =
      touches[node] === null ? nodes : [...(known[node] ?? []), ...unknown, ...(isOutside ? first : [])];
    return all.filter((other) => other < node);
  });
}

/** The parts that run outside, and all that has to come before one of them. */
function withAncestors(parts: readonly Part[], before: readonly (readonly number[])[]): ReadonlySet<number> {
  const found = new Set(parts.flatMap(({ isOutside }, node) => (isOutside ? [node] : [])));
  for (const node of found) for (const each of before[node] ?? []) found.add(each);
  return found;
}

function repeatable(operation: Operation): Operation {
  if (isContainer(operation))
    return deepFreeze<Container>({ ...operation, operations: operation.operations.map(repeatable) });
  const flag = ['ifNotExists', 'ifExists'].find((name) => name in operation);
  return flag === undefined ? operation : deepFreeze({ ...operation, [flag]: true });
}
