import { ArgumentError } from '../../../errors.ts';
import type { Column } from '../../../schema/column.ts';
import { displayName } from '../../../schema/names.ts';
import type { Table } from '../../../schema/table.ts';

/**
 * The columns so that those of each list follow one another in its order; of those that could come next, the one that stood first.
 *
 * @throws ArgumentError `NOT_IN_MODEL` for a name that is no column, `BAD_ARGUMENT` where the lists contradict each other.
 */
export function reorderColumns(table: Table, lists: readonly (readonly string[])[]): readonly Column[] {
  const before = new Map<string, Set<string>>(table.columns.map(({ name }) => [name, new Set()]));
  for (const list of lists) {
    for (const [i, name] of list.entries()) {
      const earlier = before.get(name);
      if (earlier === undefined) {
        throw new ArgumentError(
          'NOT_IN_MODEL',
          `partialReordering: table '${displayName(table)}' has no column '${name}'.`,
        );
      }
      if (i > 0) earlier.add(list[i - 1] as string);
    }
  }
  const left = [...table.columns];
  const placed = new Set<string>();
  const sorted: Column[] = [];
  while (left.length > 0) {
    const next = left.findIndex(({ name }) =>
      [...(before.get(name) ?? [])].every((earlier) => placed.has(earlier)),
    );
    const [column] = next < 0 ? [] : left.splice(next, 1);
    if (column === undefined) {
      throw new ArgumentError(
        'BAD_ARGUMENT',
        `partialReordering: the lists for table '${displayName(table)}' contradict each other.`,
      );
    }
    placed.add(column.name);
    sorted.push(column);
  }
  return sorted;
}
