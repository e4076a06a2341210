import { DatabaseSync } from 'node:sqlite';
import { expect } from 'vitest';
import { sqliteEngineFrom } from '../../src/dialects/sqlite/engine.ts';
import { inspect } from '../../src/dialects/sqlite/inspect/inspect.ts';
import { sqliteKeyOptions } from '../../src/dialects/sqlite/options.ts';
import { writer } from '../../src/dialects/sqlite/writer/writer.ts';
import type { PrimaryKey } from '../../src/schema/primary-key.ts';
import type { Constraint, Table } from '../../src/schema/table.ts';
import type { Unique } from '../../src/schema/unique.ts';
import { readSqlite } from './read-sqlite.ts';

/** A new database in memory that holds what the statements make. */
export function databaseOf(...statements: readonly string[]): DatabaseSync {
  const db = new DatabaseSync(':memory:', { enableForeignKeyConstraints: false });
  for (const statement of statements) db.exec(statement);
  return db;
}

async function tablesOf(db: DatabaseSync): Promise<readonly Table[]> {
  return (await inspect(await sqliteEngineFrom(db).connect())).tables;
}

/** The statements by which our writer makes tables and their indexes again. */
function reprint(tables: readonly Table[]): readonly string[] {
  return tables.flatMap((table) => [
    writer.createTable(table, { ifNotExists: false }),
    ...table.indexes.map(
      (index) =>
        `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${writer.quote(index.name ?? '')} ON ${writer.name(table)} ${writer.indexBody(index, table)}`,
    ),
  ]);
}

type Row = Record<string, string | number | null>;

/** What the pragmas tell of a table, in the words of {@link told}. */
function byPragma(db: DatabaseSync, table: string): unknown {
  const all = (sql: string, ...parameters: string[]): Row[] => db.prepare(sql).all(...parameters) as Row[];
  const columns = all('SELECT * FROM pragma_table_xinfo(?)', table);
  const indexColumns = (name: string): Row[] =>
    all('SELECT * FROM pragma_index_xinfo(?) WHERE key = 1 ORDER BY seqno', name);
  const indexes = all('SELECT * FROM pragma_index_list(?)', table);
  const foreignKeys = Map.groupBy(
    all('SELECT * FROM pragma_foreign_key_list(?) ORDER BY id DESC, seq', table),
    (row) => row.id,
  );
  const primaryKey = columns
    .filter((row) => Number(row.pk) > 0)
    .sort((a, b) => Number(a.pk) - Number(b.pk))
    .map((row) => String(row.name));
  const facts = all(
    'SELECT wr, strict FROM pragma_table_list WHERE schema = ? AND name = ?',
    'main',
    table,
  )[0];
  return {
    withoutRowid: facts?.wr === 1,
    strict: facts?.strict === 1,
    columns: columns.map((row) => ({
      name: row.name,
      type: String(row.type)
        .toUpperCase()
        .replace(/\s*([(,)])\s*/g, '$1')
        .replace(/\s+/g, ' '),
      notNull: row.notnull === 1 || Number(row.pk) > 0 ? 'said or key' : 'nullable',
      default: row.dflt_value === null ? null : 'some',
      generated: row.hidden === 2 ? 'virtual' : row.hidden === 3 ? 'stored' : null,
    })),
    primaryKey,
    uniques: indexes
      .filter((row) => row.origin === 'u')
      .map((row) => indexColumns(String(row.name)).map(keyColumn))
      .filter((columns) => !isOver(columns, primaryKey))
      .sort(byJson),
    indexes: indexes
      .filter((row) => row.origin === 'c')
      .map((row) => ({
        name: row.name,
        unique: row.unique === 1,
        partial: row.partial === 1,
        columns: indexColumns(String(row.name)).map((each) => ({ ...keyColumn(each), column: each.name })),
      }))
      .sort(byJson),
    foreignKeys: [...foreignKeys.values()].map((rows) => ({
      columns: rows.map((row) => row.from),
      table: String(rows[0]?.table).toLowerCase(),
      referred: rows.every((row) => row.to === null)
        ? 'implied'
        : rows.map((row) => String(row.to).toLowerCase()),
      onDelete: rows[0]?.on_delete,
      onUpdate: rows[0]?.on_update,
    })),
  };
}

interface KeyColumn {
  readonly column: string;
  readonly collation: string;
  readonly descending: boolean;
}

function keyColumn(row: Row): KeyColumn {
  return {
    column: String(row.name),
    collation: String(row.coll).toUpperCase(),
    descending: row.desc === 1,
  };
}

/** A unique constraint over the key's own columns: whether it has an index depends on more than it says. */
function isOver(columns: readonly KeyColumn[], key: readonly string[]): boolean {
  return JSON.stringify(columns.map((each) => each.column)) === JSON.stringify(key);
}

/** The same of what the reader says; `raw` is what the parent's key is said by. */
function told(table: Table, impliedKeys: unknown): unknown {
  const collationOf = (name: string): string =>
    String(table.columns.find((column) => column.name === name)?.options.sqlite?.collation ?? 'BINARY');
  const of = <Kind extends Constraint['kind']>(kind: Kind): Extract<Constraint, { kind: Kind }>[] =>
    table.constraints.filter(
      (constraint): constraint is Extract<Constraint, { kind: Kind }> => constraint.kind === kind,
    );
  const key = of('primaryKey')[0]?.columns ?? [];
  const keyColumns = (constraint: PrimaryKey | Unique): readonly KeyColumn[] => {
    const { collations, descending } = sqliteKeyOptions('', constraint.options);
    return constraint.columns.map((name) => ({
      column: name,
      collation: collations[name] ?? collationOf(name),
      descending: descending.includes(name),
    }));
  };
  // of keys that are equal but for their order, SQLite indexes the first
  const plain = (columns: readonly KeyColumn[]): string =>
    JSON.stringify(columns.map(({ column, collation }) => [column, collation]));
  const firsts = new Map(
    of('unique')
      .map(keyColumns)
      .reverse()
      .map((columns) => [plain(columns), columns]),
  );
  return {
    withoutRowid: table.options.sqlite?.withoutRowid === true,
    strict: table.options.sqlite?.strict === true,
    columns: table.columns.map((column) => ({
      name: column.name,
      type: writer
        .type(column.type)
        .toUpperCase()
        .replace(/\s*([(,)])\s*/g, '$1')
        .replace(/^"(.*)"$/, '$1'),
      notNull: !column.nullable || key.includes(column.name) ? 'said or key' : 'nullable',
      default: column.serverDefault === null ? null : 'some',
      generated: column.computed === null ? null : column.computed.persisted ? 'stored' : 'virtual',
    })),
    primaryKey: key,
    uniques: [...firsts.values()].filter((columns) => !isOver(columns, key)).sort(byJson),
    indexes: table.indexes
      .map((index) => ({
        name: index.name,
        unique: index.unique,
        partial: index.where !== null,
        columns: index.elements.map((element) => ({
          column: element.column,
          collation: element.collation ?? (element.column === null ? 'BINARY' : collationOf(element.column)),
          descending: element.order === 'DESC',
        })),
      }))
      .sort(byJson),
    foreignKeys: of('foreignKey').map((foreignKey, i) => ({
      columns: foreignKey.columns,
      table: foreignKey.referredTable.toLowerCase(),
      referred:
        (impliedKeys as { referred: unknown }[])[i]?.referred === 'implied'
          ? 'implied'
          : foreignKey.referredColumns.map((name) => name.toLowerCase()),
      onDelete: foreignKey.onDelete ?? 'NO ACTION',
      onUpdate: foreignKey.onUpdate ?? 'NO ACTION',
    })),
  };
}

function byJson(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

/** The reader and the pragmas agree; what our writer makes of it in a new database is read as the same, by us, the pragmas and a reader of its own. */
export async function agree(
  statements: readonly string[],
  { judged = true }: { readonly judged?: boolean } = {},
): Promise<readonly Table[]> {
  const db = databaseOf(...statements);
  const tables = await tablesOf(db);
  for (const table of tables) {
    const pragmas = byPragma(db, table.name) as { foreignKeys: unknown };
    expect(told(table, pragmas.foreignKeys)).toEqual(pragmas);
  }
  const printable = tables.filter((table) => (table.options.sqlite?.unprintable ?? null) === null);
  const again = databaseOf(...reprint(printable));
  expect(await tablesOf(again)).toEqual(printable);
  for (const table of printable) {
    const [first, second] = [byPragma(db, table.name), byPragma(again, table.name)];
    expect(withoutSpelling(second)).toEqual(withoutSpelling(first));
  }
  if (judged) expect(readSqlite(again)).toBe(readSqlite(db));
  db.close();
  again.close();
  return tables;
}

/** Names in what SQLite keeps as it is written are written as they really are, and implied columns are said. */
function withoutSpelling(pragmas: unknown): unknown {
  const { foreignKeys, columns, ...rest } = pragmas as {
    foreignKeys: { referred: unknown }[];
    columns: { notNull: unknown }[];
  };
  return { ...rest, columns, foreignKeys: foreignKeys.map(({ referred: _, ...key }) => key) };
}
