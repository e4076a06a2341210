import { mentionedNames } from '../../../operations/mentioned-names.ts';
import type { Column } from '../../../schema/column.ts';
import type { SchemaModel } from '../../../schema/schema-model.ts';
import type { Sequence } from '../../../schema/sequence.ts';
import { isSql } from '../../../schema/sql.ts';
import { columnOf, type Table } from '../../../schema/table.ts';
import { cutIdentifier } from '../identifiers.ts';

/**
 * The table with the database's word for a column that takes its numbers from a sequence which it owns: that it counts up by itself, whatever the sequence
 * is called. Sequences are only there to look at where the models hold some.
 */
export function adoptSequences(table: Table, there: Table | null, database: SchemaModel): Table {
  const owned = database.of<Sequence>('sequence').filter(({ ownedBy }) => ownedBy !== null);
  if (there === null || owned.length === 0) return table;
  const columns = table.columns.map((column): Column => {
    if (columnOf(there, column.name)?.autoincrement !== true) return column;
    const own = owned.filter(
      ({ schema, ownedBy }) =>
        schema === there.schema && ownedBy?.table === there.name && ownedBy.column === column.name,
    );
    return own.some(({ name }) => countsBy(column, name))
      ? { ...column, autoincrement: true, serverDefault: null }
      : column;
  });
  return { ...table, columns };
}

function countsBy({ serverDefault }: Column, sequence: string): boolean {
  const name = isSql(serverDefault)
    ? /^nextval\('(.*)'(?:::regclass)?\)$/is.exec(serverDefault.text.trim())?.[1]
    : undefined;
  return (
    name !== undefined &&
    mentionedNames(name.replaceAll("''", "'")).some((each) => cutIdentifier(each.name) === sequence)
  );
}
