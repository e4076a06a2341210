import { key } from '../../operations/operation.ts';
import type { ColumnType } from '../../schema/types/column-type.ts';

/** The keys of the named types that a column's type stands on: its own, or that of an array's elements. */
export function namedTypes(type: ColumnType | undefined, schema: string | null): readonly string[] {
  if (type === undefined) return [];
  const own =
    type.typeName === undefined
      ? []
      : [key('enum', { schema: type.typeSchema ?? schema, name: type.typeName })];
  return [...own, ...namedTypes(type.item, schema)];
}
