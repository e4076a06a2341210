import type { Column } from '../../../schema/column.ts';
import type { Constraint, Table } from '../../../schema/table.ts';
import type { Index } from '../../../schema/table-index.ts';
import type { ColumnType } from '../../../schema/types/column-type.ts';
import { deepEqual } from '../../../util/deep-equal.ts';
import { sameType } from '../canonical-type.ts';
import { extensionTypes } from '../types.ts';

/** The parts of one table of which only the server knows whether they are what is there: places in the table's lists. */
export interface Question {
  /** canonical as far as is known */
  readonly table: Table;
  readonly columns: readonly number[];
  readonly constraints: readonly number[];
  readonly indexes: readonly number[];
}

/**
 * What has to be asked about a table: each type, default, generated column, check, EXCLUDE and index that has a counterpart and isn't, word by word, the
 * same. Null where there is nothing to ask.
 */
export function questionAbout(table: Table, database: Table): Question | null {
  const question = {
    table,
    columns: places(table.columns, (column) => isOpen(column, columnIn(database, column.name))),
    constraints: places(table.constraints, (constraint) => isOpenConstraint(constraint, database)),
    indexes: places(table.indexes, (index) => isOpenIndex(index, database)),
  };
  const isEmpty = [question.columns, question.constraints, question.indexes].every(
    (list) => list.length === 0,
  );
  return isEmpty ? null : question;
}

/** Whether all columns that both have are of the same type: then what is printed of expressions can be compared at all. */
export function haveSameTypes(table: Table, database: Table): boolean {
  return table.columns.every((column) => {
    const there = columnIn(database, column.name);
    return there === undefined || sameType(column.type, there.type);
  });
}

function isOpen(column: Column, there: Column | undefined): boolean {
  if (there === undefined) return false;
  if (isCalledByName(column.type) && !sameType(column.type, there.type)) return true;
  if (column.serverDefault !== null && !deepEqual(column.serverDefault, there.serverDefault)) return true;
  return column.computed !== null && there.computed !== null && !deepEqual(column.computed, there.computed);
}

/** Whether only the server knows which type a name means. */
export function isCalledByName({ name, item }: ColumnType): boolean {
  const named = ['sqlType', 'domain', ...extensionTypes];
  return named.includes(name) || (item !== undefined && isCalledByName(item));
}

/** An unnamed one may be any of those there. */
function isOpenConstraint(constraint: Constraint, database: Table): boolean {
  if (constraint.kind !== 'check' && constraint.kind !== 'exclude') return false;
  const rivals = database.constraints.filter(
    (other) => other.kind === constraint.kind && (constraint.name === null || other.name === constraint.name),
  );
  return (
    rivals.length > 0 &&
    !rivals.some((other) => deepEqual({ ...other, name: null }, { ...constraint, name: null }))
  );
}

function isOpenIndex(index: Index, database: Table): boolean {
  const isPlain =
    index.where === null &&
    index.elements.every(
      (element) => element.column !== null && element.operatorClass === null && element.collation === null,
    );
  if (isPlain) return false;
  const rivals = database.indexes.filter((other) => index.name === null || other.name === index.name);
  return (
    rivals.length > 0 &&
    !rivals.some((other) => deepEqual({ ...other, name: null }, { ...index, name: null }))
  );
}

function columnIn(table: Table, name: string): Column | undefined {
  return table.columns.find((column) => column.name === name);
}

function places<T>(items: readonly T[], isAsked: (item: T) => boolean): readonly number[] {
  return items.flatMap((item, i) => (isAsked(item) ? [i] : []));
}
