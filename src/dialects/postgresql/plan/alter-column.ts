import type { StatementParts } from '../../../dialect/statement.ts';
import { ArgumentError } from '../../../errors.ts';
import type { AlterColumn, ColumnFacts } from '../../../objects/column/operations.ts';
import { tableOf } from '../../../operations/operation.ts';
import { displayName } from '../../../schema/names.ts';
import { isSql } from '../../../schema/sql.ts';
import type { ColumnType } from '../../../schema/types/column-type.ts';
import { typeFor } from '../../../schema/types/generic.ts';
import { canonicalType } from '../canonical-type.ts';
import { withEnumSchema } from '../enum-schemas.ts';
import { quoteIdentifier, quoteName } from '../identifiers.ts';
import { collateSql, typeSql } from '../type-sql.ts';
import { defaultSql } from '../writer/column-sql.ts';
import { writer } from '../writer/writer.ts';
import { changeComputed } from './change-computed.ts';
import { conversion } from './conversion.ts';
import { changeCounting, retypeSequence } from './counting.ts';
import type { WordingContext } from './overrides.ts';

/**
 * ALTER TABLE for each change, in an order in which each can be done: what stands in the way of a new type goes first (a default that may not convert, an
 * identity), what needs it comes after; the new name is last.
 */
export async function alterColumn(op: AlterColumn, { state }: WordingContext): Promise<readonly StatementParts[]> {
  const { changes } = op;
  const name = tableOf(op);
  const alter = `ALTER TABLE ${quoteName(name)} ALTER COLUMN ${quoteIdentifier(op.column)}`;
  const known = await existingFacts(op, state);
  const sql: string[] = [];

  if (changes.computed !== undefined) sql.push(...(await changeComputed(op, known, state)));
  const becomesComputed = changes.computed !== undefined && changes.computed !== null;

  const counting = changeCounting(op, known);
  sql.push(...counting.before);

  const oldDefault = counting.before.length > 0 || becomesComputed ? null : (known.serverDefault ?? null);
  const newDefault = changes.serverDefault === undefined ? oldDefault : changes.serverDefault;
  const retypes = changes.type !== undefined && !becomesComputed;
  if (retypes && oldDefault !== null) sql.push(`${alter} DROP DEFAULT`);
  if (retypes && changes.type !== undefined) sql.push(`${alter} ${newType(op, changes.type, known)}`);
  if (retypes && changes.type !== undefined && known.autoincrement === true && counting.before.length === 0) {
    sql.push(...retypeSequence(name, op.column, known.type, changes.type));
  }
  if (changes.nullable === false && !becomesComputed) sql.push(`${alter} SET NOT NULL`);
  sql.push(...counting.after);
  if (newDefault !== null && (retypes || changes.serverDefault !== undefined)) sql.push(`${alter} SET DEFAULT ${defaultSql(newDefault)}`);
  else if (changes.serverDefault === null && !(retypes && oldDefault !== null) && counting.before.length === 0 && !becomesComputed) {
    sql.push(`${alter} DROP DEFAULT`);
  }
  if (changes.nullable === true && !becomesComputed) sql.push(`${alter} DROP NOT NULL`);
  if (changes.comment !== undefined) sql.push(writer.columnComment(name, op.column, changes.comment) ?? '');
  if (changes.name !== undefined) {
    sql.push(`ALTER TABLE ${quoteName(name)} RENAME COLUMN ${quoteIdentifier(op.column)} TO ${quoteIdentifier(changes.name)}`);
  }
  return sql.map((text) => ({ sql: text }));
}

/** What is known of the column as it is: what the operation says, and, where a change depends on more than that, what the state says. */
async function existingFacts(op: AlterColumn, state: WordingContext['state']): Promise<ColumnFacts> {
  const { changes, existing } = op;
  const depends = changes.type !== undefined || 'identity' in changes || 'autoincrement' in changes || 'computed' in changes;
  if (!depends) return existing;
  const column = (await state.table(tableOf(op)))?.columns.find((each) => each.name === op.column);
  if (column === undefined) return existing;
  const { type, nullable, serverDefault, comment, autoincrement, computed, identity } = column;
  const counts = existing.autoincrement ?? (autoincrement === 'auto' ? undefined : autoincrement);
  return { type, nullable, serverDefault, comment, computed, identity, ...existing, ...(counts !== undefined && { autoincrement: counts }) };
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

/** @throws ArgumentError `UNSUPPORTED_OPERATION`. */
export function refuseComputed(op: AlterColumn, why: string): never {
  throw new ArgumentError(
    'UNSUPPORTED_OPERATION',
    `Column '${op.column}' of table '${displayName(tableOf(op))}': ${why}`,
  );
}

