import type { PlanState } from '../../../dialect/plan-state.ts';
import type { StatementParts } from '../../../dialect/statement.ts';
import type { AlterColumn, ColumnFacts } from '../../../objects/column/operations.ts';
import { tableOf } from '../../../operations/operation.ts';
import { isSql } from '../../../schema/sql.ts';
import { columnOf, type Table } from '../../../schema/table.ts';
import type { ColumnType } from '../../../schema/types/column-type.ts';
import { typeFor } from '../../../schema/types/generic.ts';
import { canonicalType } from '../canonical-type.ts';
import { withEnumSchema } from '../enum-schemas.ts';
import { quoteIdentifier, quoteName } from '../identifiers.ts';
import { collateSql, typeSql } from '../type-sql.ts';
import { defaultSql } from '../writer/column-sql.ts';
import { writer } from '../writer/writer.ts';
import { changeComputed } from './change-computed.ts';
import { changeColumnOptions } from './column-options.ts';
import { conversion } from './conversion.ts';
import { changeCounting, retypeSequence } from './counting.ts';
import { keepDefaultsBelow } from './keep-defaults-below.ts';
import { generatedFrom, remakeColumn } from './remake-column.ts';
import type { WordingContext } from './wording.ts';

/**
 * ALTER TABLE for each change, in an order in which each can be done: what stands in the way of a new type goes first (columns that are generated from it, a
 * default that may not convert, an identity), what needs it comes after; the new name is last.
 */
export async function alterColumn(
  op: AlterColumn,
  { state }: WordingContext,
): Promise<readonly StatementParts[]> {
  const { changes } = op;
  const table = needsTable(op) ? await state.table(tableOf(op)) : null;
  const known = knownFacts(op, table);
  const computed = changes.computed === undefined ? (known.computed ?? null) : changes.computed;
  const isRemade =
    'computed' in changes ||
    (computed !== null && changes.type !== undefined && convert(op, changes.type, known) !== null);
  const sql = isRemade ? [...(await changeComputed(op, known, table, state))] : [];
  const dependents = changes.type === undefined || table === null ? [] : generatedFrom(table, op.column);
  const remakes = await Promise.all(dependents.map((column) => remakeColumn(table as Table, column, state)));

  sql.push(...remakes.map(({ down }) => down));
  if (!isRemade || computed === null) sql.push(...(await changeFacts(op, known, state)));
  sql.push(...remakes.flatMap(({ up }) => up));
  if (changes.options !== undefined) {
    const [from, to] = [known.options ?? {}, changes.options];
    sql.push(...(await changeColumnOptions(tableOf(op), op.column, from, to, state)));
  }
  if (changes.comment !== undefined)
    sql.push(writer.columnComment(tableOf(op), op.column, changes.comment) ?? '');
  if (changes.name !== undefined) {
    sql.push(
      `ALTER TABLE ${quoteName(tableOf(op))} RENAME COLUMN ${quoteIdentifier(op.column)} TO ${quoteIdentifier(changes.name)}`,
    );
  }
  return sql.map((text) => ({ sql: text }));
}

/** Type, default, NOT NULL and how it counts. */
async function changeFacts(
  op: AlterColumn,
  known: ColumnFacts,
  state: PlanState,
): Promise<readonly string[]> {
  const { type, nullable, serverDefault } = op.changes;
  const alter = `ALTER TABLE ${quoteName(tableOf(op))} ALTER COLUMN ${quoteIdentifier(op.column)}`;
  const counting = changeCounting(op, known);
  // the default of a counting column goes with its sequence
  const oldDefault = counting.before.length > 0 ? null : (known.serverDefault ?? null);
  const newDefault = serverDefault === undefined ? oldDefault : serverDefault;
  const sql = [...counting.before];
  const isInTheWay = oldDefault !== null && (type !== undefined || counting.after.length > 0);
  // where nothing is known of the old default, dropping none does no harm
  if (isInTheWay || (serverDefault === null && counting.before.length === 0))
    sql.push(`${alter} DROP DEFAULT`);
  if (type !== undefined) {
    sql.push(`${alter} ${newType(op, type, known)}`);
    if (known.autoincrement === true && counting.before.length === 0)
      sql.push(...retypeSequence(tableOf(op), op.column, known.type, type));
  }
  if (nullable === false) sql.push(`${alter} SET NOT NULL`);
  sql.push(...counting.after);
  if (newDefault !== null && (type !== undefined || serverDefault !== undefined))
    sql.push(`${alter} SET DEFAULT ${defaultSql(newDefault)}`);
  if (nullable === true) sql.push(`${alter} DROP NOT NULL`);
  const isRestated = type !== undefined && oldDefault !== null && serverDefault === undefined;
  return isRestated ? keepDefaultsBelow(tableOf(op), op.column, sql, state) : sql;
}

function needsTable({ changes }: AlterColumn): boolean {
  return (['type', 'identity', 'autoincrement', 'computed', 'options'] as const).some(
    (fact) => fact in changes,
  );
}

/** What is known of the column as it is: what the state says, and over it what the operation says. */
function knownFacts(op: AlterColumn, table: Table | null): ColumnFacts {
  const column = table === null ? undefined : columnOf(table, op.column);
  if (column === undefined) return op.existing;
  const { type, nullable, serverDefault, comment, autoincrement, computed, identity, options } = column;
  return {
    type,
    nullable,
    serverDefault,
    comment,
    computed,
    identity,
    options,
    // a default that is said is one, though the sequence in it belongs to the column
    ...(autoincrement !== 'auto' && {
      autoincrement: autoincrement && (op.existing.serverDefault ?? null) === null,
    }),
    ...op.existing,
  };
}

function newType(op: AlterColumn, given: ColumnType, known: ColumnFacts): string {
  const type = withEnumSchema(given, op.schema);
  const using = op.options.postgresql?.using ?? null;
  const written = isSql(using) ? using.text : typeof using === 'string' ? using : null;
  const expression = written ?? convert(op, type, known);
  const collation = typeFor(type, 'postgresql').collation;
  // TYPE alone takes the type's own collation
  return `TYPE ${typeSql(type)}${collateSql(collation)}${expression === null ? '' : ` USING ${expression}`}`;
}

function convert(op: AlterColumn, type: ColumnType, known: ColumnFacts): string | null {
  if (known.type === undefined) return null;
  const canonical = (each: ColumnType): ColumnType => canonicalType(withEnumSchema(each, op.schema), null);
  return conversion(op.column, canonical(known.type), canonical(type));
}
