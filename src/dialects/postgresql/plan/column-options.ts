import type { PlanState } from '../../../dialect/plan-state.ts';
import type { Column } from '../../../schema/column.ts';
import type { DialectOptions } from '../../../schema/dialect-options.ts';
import { displayName, type QualifiedName } from '../../../schema/names.ts';
import { autoincrements, columnOf, primaryKeyOf, type Table } from '../../../schema/table.ts';
import { deepEqual } from '../../../util/deep-equal.ts';
import { plainOrQuoted, quoteIdentifier, quoteName } from '../identifiers.ts';
import { isPartition, namesAbove } from '../inheritance/above.ts';
import { literal } from '../literals.ts';
import { type ColumnOptions, columnOptions, isUsual } from '../options.ts';
import { serverVersion } from '../server-version.ts';
import { defaultSql } from '../writer/column-sql.ts';
import { storageSql } from '../writer/index-sql.ts';

/**
 * What CREATE TABLE doesn't say of columns: how they are stored and analysed, and the defaults of inherited ones, which may be others than the parent's.
 */
export async function newColumnOptions(table: Table, state: PlanState): Promise<readonly string[]> {
  const sql: string[] = [...(await ownColumnsOfPartition(table, state))];
  for (const { name, options, serverDefault } of table.columns) {
    const alter = alterColumnSql(table, name);
    if (options.postgresql?.inherited === true && serverDefault !== null)
      sql.push(`${alter} SET DEFAULT ${defaultSql(serverDefault)}`);
    sql.push(...(await changeColumnOptions(table, name, {}, options, state)));
  }
  return sql;
}

/** Where a partition's columns say something else than those of its table. */
async function ownColumnsOfPartition(table: Table, state: PlanState): Promise<readonly string[]> {
  if (!isPartition(table)) return [];
  const sql: string[] = [];
  for (const column of table.columns) {
    const above = await columnAbove(table, column.name, state);
    if (above === null) continue;
    const { owner, column: given } = above;
    const alter = alterColumnSql(table, column.name);
    const counts = autoincrements(owner, given) || given.identity !== null;
    const [own, theirs] = [column, given].map(
      ({ serverDefault }) => serverDefault && defaultSql(serverDefault),
    );
    const isKey = primaryKeyOf(owner)?.columns.includes(column.name) === true;
    if (own !== theirs && !counts && column.computed === null)
      sql.push(own === null ? `${alter} DROP DEFAULT` : `${alter} SET DEFAULT ${own}`);
    if (given.nullable && !isKey && !column.nullable) sql.push(`${alter} SET NOT NULL`);
  }
  return sql;
}

/** The column of the nearest table above that says something of it. */
async function columnAbove(
  table: Table,
  name: string,
  state: PlanState,
): Promise<{ readonly owner: Table; readonly column: Column } | null> {
  const [above] = isPartition(table) ? namesAbove(table) : [];
  const owner = above === undefined ? null : await state.table(above);
  if (owner === null) return null;
  const column = columnOf(owner, name);
  return column === undefined ? columnAbove(owner, name, state) : { owner, column };
}

/** From some options of a column to others. What isn't said any more gets what is usual. */
export async function changeColumnOptions(
  table: QualifiedName,
  column: string,
  from: DialectOptions,
  to: DialectOptions,
  state: PlanState,
): Promise<readonly string[]> {
  const where = `Column '${column}' of ${displayName(table)}`;
  const [before, after] = [effective(where, from), effective(where, to)];
  const alter = alterColumnSql(table, column);
  const sql: string[] = [];
  if (before.storage !== after.storage) {
    const isOld = state.connection !== null && (await serverVersion(state.connection)) < 160_000;
    if (after.storage !== undefined) sql.push(`${alter} SET STORAGE ${after.storage.toUpperCase()}`);
    else sql.push(isOld ? usualStorage(table, column) : `${alter} SET STORAGE DEFAULT`);
  }
  if (before.compression !== after.compression)
    sql.push(`${alter} SET COMPRESSION ${after.compression ?? 'default'}`);
  if (before.statistics !== after.statistics) sql.push(`${alter} SET STATISTICS ${after.statistics ?? -1}`);
  if (!deepEqual(before.with ?? {}, after.with ?? {})) {
    const gone = Object.keys(before.with ?? {}).filter((name) => !Object.hasOwn(after.with ?? {}, name));
    if (gone.length > 0) sql.push(`${alter} RESET (${gone.map(plainOrQuoted).join(', ')})`);
    if (after.with !== undefined) sql.push(`${alter} SET (${storageSql(after.with)})`);
  }
  if (after.identitySequence !== undefined && after.identitySequence !== before.identitySequence)
    sql.push(renameSequence(table, column, after.identitySequence));
  return sql;
}

function effective(where: string, options: DialectOptions): ColumnOptions {
  const given = Object.entries(columnOptions(where, options));
  return Object.fromEntries(given.filter(([option, value]) => !isUsual(option, value)));
}

function alterColumnSql(table: QualifiedName, column: string): string {
  return `ALTER TABLE ${quoteName(table)} ALTER COLUMN ${quoteIdentifier(column)}`;
}

/** Whatever the identity's sequence is called so far: the server takes another name where its first choice is taken. */
function renameSequence(table: QualifiedName, column: string, name: string): string {
  const current = `pg_get_serial_sequence(${literal(quoteName(table))}, ${literal(column)})`;
  const body = `BEGIN IF (SELECT relname FROM pg_class WHERE oid = ${current}::regclass) <> ${literal(name)} THEN
  EXECUTE format('ALTER SEQUENCE %s RENAME TO %I', ${current}, ${literal(name)}); END IF; END`;
  return `DO ${literal(body)}`;
}

/** The type's own way to store, which servers before 16 have no word for. */
function usualStorage(table: QualifiedName, column: string): string {
  const alter = literal(`${alterColumnSql(table, column).replaceAll('%', '%%')} SET STORAGE %s`);
  const letters = "WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED'";
  const body = `BEGIN EXECUTE format(${alter}, (SELECT CASE t.typstorage ${letters} END FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
    WHERE a.attrelid = ${literal(quoteName(table))}::regclass AND a.attname = ${literal(column)})); END`;
  return `DO ${literal(body)}`;
}
