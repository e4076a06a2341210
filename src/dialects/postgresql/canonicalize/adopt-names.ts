import type { Constraint, Table } from '../../../schema/table.ts';
import type { Index } from '../../../schema/table-index.ts';
import { deepEqual } from '../../../util/deep-equal.ts';
import { cutIdentifier } from '../identifiers.ts';
import { defaultConstraintName, defaultIndexName } from './default-names.ts';

/**
 * Names for what the model leaves unnamed: that of the database's own constraint or index of the same definition, whatever it is called there, else the
 * name that the server will make up. `database` is null for a table that isn't there yet.
 */
export function adoptNames(table: Table, database: Table | null): Table {
  const columns = table.columns.map((column) => column.name);
  return {
    ...table,
    constraints: adopt<Constraint>(table.constraints, database?.constraints ?? [], (constraint, taken) =>
      defaultConstraintName(constraint, table.name, columns, taken),
    ),
    indexes: adopt<Index>(table.indexes, database?.indexes ?? [], (index, taken) =>
      defaultIndexName(index, table.name, taken),
    ),
  };
}

/** Names that are too long as the server cut them, where another tool left that to it and they are there. `given` is the table with its names whole. */
export function adoptCutNames(table: Table, given: Table, database: Table | null): Table {
  if (database === null) return table;
  const names = new Set([...database.constraints, ...database.indexes].map(({ name }) => name));
  const adopted = <T extends { readonly name: string | null }>(
    own: readonly T[],
    whole: readonly { readonly name: string | null }[],
  ): readonly T[] =>
    own.map((each, i) => {
      const name = cutIdentifier(whole[i]?.name ?? '');
      const isThere = name !== each.name && names.has(name) && !names.has(each.name);
      return isThere ? { ...each, name } : each;
    });
  return {
    ...table,
    constraints: adopted(table.constraints, given.constraints),
    indexes: adopted(table.indexes, given.indexes),
  };
}

function adopt<T extends Constraint | Index>(
  wanted: readonly T[],
  there: readonly T[],
  madeUp: (object: T, taken: ReadonlySet<string>) => string,
): readonly T[] {
  const taken = new Set(wanted.flatMap((object) => object.name ?? []));
  const adopted = wanted.map((object): T => {
    if (object.name !== null) return object;
    const usual = madeUp(object, taken);
    const same = there.filter(
      (other) => other.name !== null && !taken.has(other.name) && deepEqual({ ...other, name: null }, object),
    );
    const found = same.find((other) => other.name === usual) ?? same[0];
    if (found?.name) taken.add(found.name);
    return found === undefined ? object : { ...object, name: found.name };
  });
  return adopted.map((object): T => {
    if (object.name !== null) return object;
    const name = madeUp(object, taken);
    taken.add(name);
    return { ...object, name };
  });
}
