import type { StatementParts } from '../../../dialect/statement.ts';
import { ArgumentError } from '../../../errors.ts';
import type { AlterTableOptions } from '../../../objects/table/operations.ts';
import { tableOf } from '../../../operations/operation.ts';
import { displayName, type QualifiedName } from '../../../schema/names.ts';
import { plainOrQuoted, quoteIdentifier, quoteName } from '../identifiers.ts';
import { literal } from '../literals.ts';
import { type StorageParameters, type TableOptions, tableOptions } from '../options.ts';
import { storageSql } from '../writer/index-sql.ts';
import { refuseBefore } from './refuse-newer.ts';
import type { WordingContext } from './wording.ts';

/**
 * ALTER TABLE for each option that changes. What stood above the table lets go of it first, what is to stand above it takes it last, so that a partition has
 * everything else already.
 *
 * @throws ArgumentError `UNSUPPORTED_OPERATION` for a table that would become partitioned, or stop being it; `UNKNOWN_OPTION`, `BAD_ARGUMENT`.
 */
export async function alterTableOptions(
  op: AlterTableOptions,
  { state }: WordingContext,
): Promise<readonly StatementParts[]> {
  if (op.options.postgresql === undefined) return [];
  const table = tableOf(op);
  const where = `Table '${displayName(table)}'`;
  const existing = op.existing ?? (await state.table(table))?.options ?? {};
  const [from, to] = [tableOptions(where, existing), tableOptions(where, op.options)];
  if (from.partitionBy !== to.partitionBy) {
    throw new ArgumentError(
      'UNSUPPORTED_OPERATION',
      `${where} can't be partitioned by ${to.partitionBy ?? 'nothing'} now: PostgreSQL decides that when a table is made. Make another table, move the rows, and give it the name.`,
    );
  }
  const alter = `ALTER TABLE ${quoteName(table)}`;
  const sql: string[] = [];
  const isMoved = from.partitionOf !== to.partitionOf || from.partitionBound !== to.partitionBound;
  if (isMoved && from.partitionOf !== undefined)
    sql.push(`ALTER TABLE ${from.partitionOf} DETACH PARTITION ${quoteName(table)}`);
  const [parents, above] = [from.inherits ?? [], to.inherits ?? []];
  const gone = parents.filter((each) => !above.includes(each));
  sql.push(...gone.map((each) => `${alter} NO INHERIT ${each}`));
  if (from.using !== to.using) {
    await refuseBefore(15, `the access method of table '${displayName(table)}', once it is made,`, state);
    sql.push(`${alter} SET ACCESS METHOD ${plainOrQuoted(to.using ?? 'heap')}`);
  }
  if (from.unlogged !== to.unlogged) sql.push(`${alter} SET ${to.unlogged ? 'UNLOGGED' : 'LOGGED'}`);
  if (from.tablespace !== to.tablespace)
    sql.push(
      to.tablespace === undefined
        ? usualTablespace(table)
        : `${alter} SET TABLESPACE ${quoteIdentifier(to.tablespace)}`,
    );
  sql.push(...changeStorage(alter, from.with ?? {}, to.with ?? {}));
  const added = above.filter((each) => !parents.includes(each));
  sql.push(...added.map((each) => `${alter} INHERIT ${each}`));
  if (isMoved && to.partitionOf !== undefined)
    sql.push(`ALTER TABLE ${to.partitionOf} ATTACH PARTITION ${quoteName(table)} ${boundOf(to)}`);
  return sql.map((text) => ({ sql: text }));
}

function boundOf({ partitionBound = 'DEFAULT' }: TableOptions): string {
  return partitionBound;
}

function changeStorage(alter: string, from: StorageParameters, to: StorageParameters): readonly string[] {
  const gone = Object.keys(from).filter((name) => !Object.hasOwn(to, name));
  const changed = Object.fromEntries(Object.entries(to).filter(([name, value]) => from[name] !== value));
  return [
    ...(gone.length === 0
      ? []
      : [`${alter} RESET (${gone.map((name) => name.split('.').map(plainOrQuoted).join('.')).join(', ')})`]),
    ...(Object.keys(changed).length === 0 ? [] : [`${alter} SET (${storageSql(changed)})`]),
  ];
}

/** The database's own, which has no word. */
function usualTablespace(table: QualifiedName): string {
  const alter = literal(`ALTER TABLE ${quoteName(table).replaceAll('%', '%%')} SET TABLESPACE %I`);
  const own =
    'SELECT spcname FROM pg_tablespace t JOIN pg_database d ON d.dattablespace = t.oid WHERE datname = current_database()';
  return `DO ${literal(`BEGIN EXECUTE format(${alter}, (${own})); END`)}`;
}
