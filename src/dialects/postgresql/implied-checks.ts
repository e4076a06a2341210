import { type Check, check } from '../../schema/check.ts';
import { sql } from '../../schema/sql.ts';
import type { Table } from '../../schema/table.ts';
import { typeFor } from '../../schema/types/generic.ts';
import { quoteIdentifier } from './identifiers.ts';
import { literal } from './literals.ts';
import { isNativeEnum } from './type-sql.ts';

/**
 * The CHECKs that the types of a table's columns ask for by `createConstraint`, in the order of the columns, named as the enum is. An enum of the
 * database's own needs none. They come after the table's own constraints.
 */
export function impliedChecks(table: Pick<Table, 'columns'>): readonly Check[] {
  return table.columns.flatMap((column) => {
    const type = typeFor(column.type, 'postgresql');
    if (type.name !== 'enumType' || isNativeEnum(type) || type.createConstraint !== true) return [];
    const values = (type.values ?? []).map(literal).join(', ');
    return check(sql.raw(`${quoteIdentifier(column.name)} IN (${values})`), { name: type.typeName ?? null });
  });
}
