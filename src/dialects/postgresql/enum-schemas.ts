import type { Column } from '../../schema/column.ts';
import type { Table } from '../../schema/table.ts';
import type { ColumnType } from '../../schema/types/column-type.ts';
import { typeFor } from '../../schema/types/generic.ts';
import { isNativeEnum } from './type-sql.ts';

/** A type with the schema of its enum said: one that names none lives with the table. SQL needs that said, since the search path may not lead there. */
export function withEnumSchema(given: ColumnType, tableSchema: string | null): ColumnType {
  if (tableSchema === null) return given;
  const type = typeFor(given, 'postgresql');
  if (type.name === 'array' && type.item !== undefined)
    return { ...type, item: withEnumSchema(type.item, tableSchema) };
  return isNativeEnum(type) && type.typeSchema === undefined ? { ...type, typeSchema: tableSchema } : type;
}

export function columnWithEnumSchema(column: Column, tableSchema: string | null): Column {
  return { ...column, type: withEnumSchema(column.type, tableSchema) };
}

export function withEnumSchemas(table: Table): Table {
  return { ...table, columns: table.columns.map((column) => columnWithEnumSchema(column, table.schema)) };
}
