import { sql } from '../../../schema/sql.ts';
import type { Index, IndexElement } from '../../../schema/table-index.ts';
import { readExpression } from '../expressions.ts';
import { asData, operatorClassSql, ownParameters, readStorage } from '../options.ts';
import type { CatalogueParts, IndexRow } from './catalogue-query.ts';
import { indexCollations } from './index-collations.ts';

/** What the rows of indexes are read with: names of a table's columns and ids of their collations by number, operator classes by id. */
export interface IndexDictionaries {
  readonly columns: ReadonlyMap<number, string>;
  readonly collations: ReadonlyMap<number, string>;
  readonly operatorClasses: ReadonlyMap<string, CatalogueParts['operatorClasses'][number]>;
}

export function readIndex(row: IndexRow, dictionaries: IndexDictionaries): Index {
  const [, , name, unique, valid, method, keyCount, , , , , , where, nullsNotDistinct, storage, tablespace] =
    row;
  const stored = readStorage(storage);
  return {
    kind: 'index',
    name,
    elements: indexElements(row, dictionaries),
    unique,
    where: where === null ? null : sql.raw(readExpression(where)),
    options: asData({
      ...(method !== 'btree' && { using: method }),
      include: columnNumbers(row)
        .slice(keyCount)
        .map((number) => dictionaries.columns.get(number) ?? ''),
      nullsNotDistinct,
      ...(stored && { with: stored }),
      ...(tablespace !== null && { tablespace }),
      inherited: row[17],
    }),
    ...(!valid && { isValid: false as const }),
  };
}

/** The elements of the key, with null for what is the default. */
export function indexElements(row: IndexRow, dictionaries: IndexDictionaries): readonly IndexElement[] {
  const { columns, operatorClasses } = dictionaries;
  const [, , , , , , keyCount, , order, classes, , expressions, , , , , parameters] = row;
  const collations = indexCollations(row, dictionaries.collations);
  const options = order.split(' ').map(Number);
  const classOf = classes.split(' ').map((id) => operatorClasses.get(id));
  return columnNumbers(row)
    .slice(0, keyCount)
    .map((number, i): IndexElement => {
      const descending = ((options[i] ?? 0) & 1) !== 0;
      const nullsFirst = ((options[i] ?? 0) & 2) !== 0;
      const [, isDefault = true, operatorClass = null] = classOf[i] ?? [];
      return {
        column: number === 0 ? null : (columns.get(number) ?? ''),
        expression: number === 0 ? sql.raw(readExpression(expressions?.[i] ?? '')) : null,
        order: descending ? 'DESC' : null,
        nulls: nullsFirst === descending ? null : nullsFirst ? 'FIRST' : 'LAST',
        collation: collations[i] ?? null,
        operatorClass: withParameters(operatorClass, isDefault, parameters?.[i] ?? []),
        length: null,
      };
    });
}

/** A class that has parameters says its name even where it is the usual one. */
function withParameters(name: string | null, isDefault: boolean, given: readonly string[]): string | null {
  const parameters = ownParameters(given);
  if (parameters.length === 0) return isDefault ? null : name;
  return operatorClassSql(name ?? '', readStorage(parameters) ?? {});
}

function columnNumbers(row: IndexRow): readonly number[] {
  return row[7].split(' ').map(Number);
}
