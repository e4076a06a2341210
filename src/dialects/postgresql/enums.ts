import type { EnumObject } from '../../schema/enum-object.ts';
import { keyOf } from '../../schema/names.ts';
import type { Table } from '../../schema/table.ts';
import type { ColumnType } from '../../schema/types/column-type.ts';
import { typeFor } from '../../schema/types/generic.ts';
import { quoteName } from './identifiers.ts';
import { literal } from './literals.ts';
import { isNativeEnum } from './type-sql.ts';

/** The enum that a type, or the elements of its arrays, stand for; null for any other type. An enum that names no schema lives with its table. */
export function enumOf(given: ColumnType, tableSchema: string | null): EnumObject | null {
  const own = typeFor(given, 'postgresql');
  const type = own.name === 'array' && own.item !== undefined ? typeFor(own.item, 'postgresql') : own;
  if (!isNativeEnum(type) || type.typeName === undefined) return null;
  return {
    kind: 'enum',
    name: type.typeName,
    schema: type.typeSchema ?? tableSchema,
    values: type.values ?? [],
  };
}

/** The enums of all columns, each once. */
export function enumsOf(tables: readonly Table[]): readonly EnumObject[] {
  const found = tables.flatMap((table) =>
    table.columns.flatMap(({ type }) => enumOf(type, table.schema) ?? []),
  );
  return [...new Map(found.map((object) => [keyOf(object), object])).values()];
}

export function createEnumSql(object: EnumObject): string {
  return `CREATE TYPE ${quoteName(object)} AS ENUM (${object.values.map((value) => literal(value)).join(', ')})`;
}
