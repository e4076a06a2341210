import type { Connection } from '../../../dialect/connection.ts';
import type { PlanState } from '../../../dialect/plan-state.ts';
import type { StatementParts } from '../../../dialect/statement.ts';
import type { AlterEnum, EnumObject } from '../../../objects/enum/operations.ts';
import type { Operation } from '../../../operations/operation.ts';
import type { Column } from '../../../schema/column.ts';
import { keyOf, type QualifiedName } from '../../../schema/names.ts';
import type { Table } from '../../../schema/table.ts';
import { defaultSchema } from '../default-schema.ts';
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
  const users = await usersOf(op, state);
  return [
    `ALTER TYPE ${quoteName(op)} RENAME TO ${quoteIdentifier(old)}`,
    createEnumSql({ ...op, kind: 'enum' }),
    ...users.flatMap(({ table, column }) => moveOver(table, column, quoteName(op))),
    `DROP TYPE ${quoteName({ schema: op.schema, name: old })}`,
  ];
}

interface User {
  readonly table: Table;
  readonly column: Column;
}

/** The columns of the type, in whatever schema: those that the server knows, and those that the plan made. */
async function usersOf(op: AlterEnum, state: PlanState): Promise<readonly User[]> {
  const { connection } = state;
  const current = connection === null ? null : await defaultSchema(connection);
  const tables = new Map((await state.all()).tables.map((table) => [keyOf(table), table]));
  for (const name of connection === null ? [] : await tablesWith(op, connection)) {
    const label = name.schema === current ? { ...name, schema: null } : name;
    const table = tables.has(keyOf(label)) ? null : await state.table(label);
    if (table !== null) tables.set(keyOf(table), table);
  }
  const schemaOf = (schema: string | null): string | null => (schema === current ? null : schema);
  return [...tables.values()].flatMap((table) =>
    table.columns.flatMap((column) => {
      const own = column.type.item ?? column.type;
      const isUser =
        own.name === 'enumType' &&
        own.typeName === op.name &&
        schemaOf(own.typeSchema ?? table.schema) === schemaOf(op.schema);
      return isUser && !isInherited(table) ? [{ table, column }] : [];
    }),
  );
}

/** A partition's columns change with those of its table. */
function isInherited({ options }: Table): boolean {
  return options.postgresql?.partitionOf !== undefined;
}

function tablesWith({ schema, name }: QualifiedName, connection: Connection): Promise<QualifiedName[]> {
  const home = schema === null ? 'current_schema()' : literal(cutIdentifier(schema));
  return connection.query(
    `select distinct n.nspname::text as schema, c.relname::text as name
     from pg_type y join pg_namespace yn on yn.oid = y.typnamespace
       join pg_attribute a on a.atttypid in (y.oid, y.typarray) and not a.attisdropped
       join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p') join pg_namespace n on n.oid = c.relnamespace
     where yn.nspname = ${home} and y.typname = ${literal(cutIdentifier(name))}`,
  );
}

function moveOver(table: Table, column: Column, type: string): readonly string[] {
  const alter = `ALTER TABLE ${quoteName(table)} ALTER COLUMN ${quoteIdentifier(column.name)}`;
  const list = column.type.name === 'array' ? '[]' : '';
  const move = `${alter} TYPE ${type}${list} USING ${quoteIdentifier(column.name)}::text${list}::${type}${list}`;
  if (column.serverDefault === null) return [move];
  return [`${alter} DROP DEFAULT`, move, `${alter} SET DEFAULT ${defaultSql(column.serverDefault)}`];
}
