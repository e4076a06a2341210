import type { PlanState } from '../../../dialect/plan-state.ts';
import type { StatementParts } from '../../../dialect/statement.ts';
import type { AlterEnum, EnumObject } from '../../../objects/enum/operations.ts';
import type { Operation } from '../../../operations/operation.ts';
import type { Column } from '../../../schema/column.ts';
import type { Table } from '../../../schema/table.ts';
import { createEnumSql } from '../enums.ts';
import { cutIdentifier, quoteIdentifier, quoteName } from '../identifiers.ts';
import { literal } from '../literals.ts';
import { defaultSql } from '../writer/column-sql.ts';
import type { WordingContext } from './wording.ts';

/**
 * Values that only come to an enum are added, each in its place. Otherwise, or where something after it in the same plan may use a new value (the server
 * refuses that in the transaction that added it), the type is made anew and its columns are moved over, with their defaults; a row with a value that is
 * gone fails that.
 */
export async function alterEnum(
  op: AlterEnum,
  { state, following }: WordingContext,
): Promise<readonly StatementParts[]> {
  const existing = op.existingValues ?? (await state.get<EnumObject>('enum', op))?.values ?? null;
  const added = existing === null ? null : additions(existing, op.values);
  const sql =
    added !== null && !following.some(mayUseValues) ? addValues(op, added) : await rebuild(op, state);
  return sql.map((text) => ({ sql: text }));
}

/** The new values in their order; null where an old one went or moved. */
function additions(existing: readonly string[], values: readonly string[]): readonly string[] | null {
  const kept = values.filter((value) => existing.includes(value));
  const isSame = kept.length === existing.length && kept.every((value, i) => value === existing[i]);
  return isSame ? values.filter((value) => !existing.includes(value)) : null;
}

function mayUseValues(operation: Operation): boolean {
  return [
    'execute',
    'bulkInsert',
    'createTable',
    'addColumn',
    'alterColumn',
    'createIndex',
    'createCheckConstraint',
  ].includes(operation.kind);
}

/** Each behind its neighbour in the new order; the first before the one that follows. */
function addValues(op: AlterEnum, added: readonly string[]): readonly string[] {
  return added.map((value) => {
    const at = op.values.indexOf(value);
    const before = op.values[at - 1];
    const behind = op.values.slice(at + 1).find((each) => !added.includes(each));
    const place =
      before !== undefined
        ? ` AFTER ${literal(before)}`
        : behind !== undefined
          ? ` BEFORE ${literal(behind)}`
          : '';
    return `ALTER TYPE ${quoteName(op)} ADD VALUE ${literal(value)}${place}`;
  });
}

async function rebuild(op: AlterEnum, state: PlanState): Promise<readonly string[]> {
  const old = `${cutIdentifier(op.name).slice(0, 50)}__old`;
  const users = (await state.all()).tables.flatMap((table) =>
    table.columns.filter((column) => usesEnum(column, table, op)).map((column) => ({ table, column })),
  );
  return [
    `ALTER TYPE ${quoteName(op)} RENAME TO ${quoteIdentifier(old)}`,
    createEnumSql({ ...op, kind: 'enum' }),
    ...users.flatMap(({ table, column }) => moveOver(table, column, quoteName(op))),
    `DROP TYPE ${quoteName({ schema: op.schema, name: old })}`,
  ];
}

function usesEnum({ type }: Column, table: Table, name: AlterEnum): boolean {
  const own = type.item ?? type;
  return (
    own.name === 'enumType' && own.typeName === name.name && (own.typeSchema ?? table.schema) === name.schema
  );
}

function moveOver(table: Table, column: Column, type: string): readonly string[] {
  const alter = `ALTER TABLE ${quoteName(table)} ALTER COLUMN ${quoteIdentifier(column.name)}`;
  const list = column.type.name === 'array' ? '[]' : '';
  const move = `${alter} TYPE ${type}${list} USING ${quoteIdentifier(column.name)}::text${list}::${type}${list}`;
  if (column.serverDefault === null) return [move];
  return [`${alter} DROP DEFAULT`, move, `${alter} SET DEFAULT ${defaultSql(column.serverDefault)}`];
}
