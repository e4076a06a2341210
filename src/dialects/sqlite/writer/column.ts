import type { Column } from '../../../schema/column.ts';
import { primaryKeyOf, type Table } from '../../../schema/table.ts';
import { typeFor } from '../../../schema/types/generic.ts';
import { sqliteColumnOptions, sqliteKeyOptions } from '../options.ts';
import { columnType } from './column-type.ts';
import { conflictClause, named } from './constraint.ts';
import { defaultValue } from './default-value.ts';
import { enclosed } from './enclosed.ts';
import { quote } from './names.ts';

type Owner = Pick<Table, 'columns' | 'constraints'>;

/** A column as in CREATE TABLE and ADD COLUMN; with its key, where only there the key means what it does. */
export function columnSql(column: Column, owner: Owner): string {
  const options = sqliteColumnOptions(`Column '${column.name}'`, column.options);
  const names = options.constraintNames;
  const collation = typeFor(column.type, 'sqlite').collation ?? options.collation;
  const { computed, serverDefault } = column;
  return [
    quote(column.name),
    columnType(column.type),
    collation === null ? '' : named(names.collate ?? null, `COLLATE ${quote(collation)}`),
    serverDefault === null ? '' : named(names.default ?? null, `DEFAULT ${defaultValue(serverDefault)}`),
    computed === null ? '' : named(names.generated ?? null, generated(computed)),
    column.nullable
      ? ''
      : named(names.notNull ?? null, `NOT NULL${conflictClause(options.onConflictNotNull)}`),
    inlineKey(column, owner) ?? '',
  ]
    .filter((part) => part !== '')
    .join(' ');
}

/** The key that stands on this column rather than in the table: AUTOINCREMENT, and an old quirk; null for every other. */
export function inlineKey(column: Column, owner: Owner): string | null {
  const key = primaryKeyOf(owner);
  if (key === null || key.columns.length !== 1 || key.columns[0] !== column.name) return null;
  const { autoincrement } = sqliteColumnOptions(`Column '${column.name}'`, column.options);
  const { notRowid, descending, onConflict } = sqliteKeyOptions('The primary key', key.options);
  if (!autoincrement && !notRowid) return null;
  const order = notRowid && descending.includes(column.name) ? ' DESC' : '';
  return named(
    key.name,
    `PRIMARY KEY${order}${conflictClause(onConflict)}${autoincrement ? ' AUTOINCREMENT' : ''}`,
  );
}

function generated({ expression, persisted }: NonNullable<Column['computed']>): string {
  const kind = persisted === null ? '' : persisted ? ' STORED' : ' VIRTUAL';
  return `GENERATED ALWAYS AS ${enclosed(expression.text)}${kind}`;
}
