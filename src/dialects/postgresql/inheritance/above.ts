import type { QualifiedName } from '../../../schema/names.ts';
import { parseSqlName } from '../../../schema/sql-name.ts';
import type { Constraint, Table } from '../../../schema/table.ts';
import type { TableOptions } from '../options.ts';

/** The tables that one is a partition of, or inherits from, in their order. */
export function namesAbove({ options }: Pick<Table, 'options'>): readonly QualifiedName[] {
  const { partitionOf, inherits = [] }: TableOptions = options.postgresql ?? {};
  return (partitionOf === undefined ? inherits : [partitionOf]).flatMap((name) => parseSqlName(name) ?? []);
}

export function isPartition({ options }: Pick<Table, 'options'>): boolean {
  return options.postgresql?.partitionOf !== undefined;
}

/** What a column, constraint or index is by the table above, as it was reflected. */
export function isInherited({ options }: Pick<Constraint, 'options'>): boolean {
  return options.postgresql?.inherited === true;
}

/** What was reflected as inherited, as the table's own. */
export function asOwn<T extends Pick<Constraint, 'options'>>(object: T): T {
  if (!isInherited(object)) return object;
  const { inherited: _, ...own } = object.options.postgresql ?? {};
  const { postgresql: __, ...others } = object.options;
  return { ...object, options: Object.keys(own).length === 0 ? others : { ...others, postgresql: own } };
}
