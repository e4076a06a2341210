import { key } from '../../operations/operation.ts';
import type { ColumnType } from '../../schema/types/column-type.ts';
import { mentionedKeys } from '../mentioned-keys.ts';

/** The keys of the named types that a column's type stands on: its own, or that of an array's elements. */
export function namedTypes(type: ColumnType | undefined, schema: string | null): readonly string[] {
  if (type === undefined) return [];
  return [...ownName(type, schema), ...namedTypes(type.item, schema)];
}

function ownName({ name, typeName, typeSchema, text }: ColumnType, schema: string | null): readonly string[] {
  // a table or view is a type too: that of its rows
  if (name === 'sqlType') return mentionedKeys(text ?? '', schema, ['enum', 'domain', 'table', 'view']);
  if (typeName === undefined) return [];
  if (name !== 'domain') return [key('enum', { schema: typeSchema ?? schema, name: typeName })];
  // one that names no schema is found by the search path
  const places = typeSchema === undefined && schema !== null ? [null, schema] : [typeSchema ?? null];
  return places.map((place) => key('domain', { schema: place, name: typeName }));
}
