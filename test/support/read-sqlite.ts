import type { DatabaseSync } from 'node:sqlite';
import { canonical, type Json, sorted } from './canonical.ts';
import { type KeyColumn, parseCreateIndex, parseCreateTable } from './sqlite-create.ts';
import { isWord, normalExpression, type Token, tokens } from './sqlite-tokens.ts';

export interface ReadOptions {
  /** Leave the order of a table's columns out of the reading. Default: false. */
  readonly ignoreColumnOrder?: boolean;
  /** Tables to leave out with all that belongs to them. Default: `alembic_version`. */
  readonly ignoreTables?: readonly string[];
}

type Row = Record<string, string | number | null>;

/**
 * The schema of a database as JSON text, the same for two databases exactly when their schemas mean the same: however
 * the CREATE statements spell it, in whatever order things were made. It shares no code with `src/`, so that it can
 * judge it. What pragmas tell is taken from them; the rest from a parser of CREATE TABLE of its own, and where both
 * tell, they have to agree.
 */
export function readSqlite(db: DatabaseSync, options: ReadOptions = {}): string {
  const ignored = new Set(options.ignoreTables ?? ['alembic_version']);
  const all = (sql: string, ...parameters: string[]): Row[] => db.prepare(sql).all(...parameters) as Row[];
  const objects = all(
    `select type, name, tbl_name as "table", sql from sqlite_schema
     where name not like 'sqlite~_%' escape '~' or type = 'index' order by name`,
  ).filter((object) => !ignored.has(String(object.table)));
  const kinds = new Map(all('pragma table_list').map((row) => [row.name, row.type]));
  const named = all(
    `select c.name from sqlite_schema s, pragma_table_xinfo(s.name) c where s.type in ('table', 'view')`,
  );
  const names = new Set([...objects, ...named].map((row) => String(row.name).toLowerCase()));
  const text = (object: Row): string => normalExpression(tokens(String(object.sql)), names);
  const of = (type: string): Row[] => objects.filter((object) => object.type === type);

  const read = (object: Row): Json => {
    const name = String(object.name);
    if (kinds.get(name) === 'virtual') return { name, sql: text(object) };
    return readTable(name, String(object.sql));
  };

  return canonical({
    tables: of('table')
      .filter((object) => kinds.get(object.name ?? '') !== 'shadow')
      .map(read),
    views: of('view').map((object) => ({ name: object.name ?? '', sql: text(object) })),
    triggers: of('trigger').map((object) => ({ name: object.name ?? '', sql: text(object) })),
  });

  function readTable(name: string, sql: string): Json {
    const parsed = parseCreateTable(sql);
    const rows = all('select * from pragma_table_xinfo(?)', name);
    agree(
      name,
      'columns',
      rows.map((row) => row.name ?? ''),
      parsed.columns.map((column) => column.name),
    );
    const indexes = all('select * from pragma_index_list(?)', name);
    const key = rows.filter((row) => Number(row.pk) > 0).sort((a, b) => Number(a.pk) - Number(b.pk));
    const keyNames = key.map((row) => String(row.name));
    agree(
      name,
      'primary key',
      keyNames,
      parsed.primaryKey?.columns.map((column) => canonicalName(column.name)) ?? [],
    );
    // An integer key that is the row's own number has no index and is never null, whatever is declared.
    const isRowid = key.length === 1 && !parsed.withoutRowid && !indexes.some((row) => row.origin === 'pk');
    const keyNeverNull = isRowid || parsed.withoutRowid || parsed.strict;

    const columns = rows.map((row, position) => {
      const declared = parsed.columns[position];
      const inKey = Number(row.pk) > 0;
      const hidden = Number(row.hidden);
      return {
        name: row.name ?? '',
        type: normalType(String(row.type)),
        notNull:
          inKey && keyNeverNull
            ? undefined
            : Number(row.notnull) === 1
              ? notNull(declared?.notNull)
              : undefined,
        default: row.dflt_value === null ? undefined : expression(tokens(String(row.dflt_value))),
        generated:
          declared?.generated === undefined
            ? undefined
            : { expression: expression(declared.generated), stored: hidden === 3 },
        collation: collation(declared?.collation),
      };
    });

    return {
      name,
      strict: parsed.strict,
      withoutRowid: parsed.withoutRowid,
      columns: options.ignoreColumnOrder === true ? sorted(columns) : columns,
      primaryKey:
        parsed.primaryKey === undefined
          ? undefined
          : {
              name: parsed.primaryKey.name,
              conflict: parsed.primaryKey.conflict,
              columns: isRowid ? keyNames : parsed.primaryKey.columns.map(keyColumn),
              isRowid,
              autoincrement: parsed.primaryKey.autoincrement,
            },
      uniques: sorted(readUniques()),
      checks: sorted(
        parsed.checks.map((check) => ({ name: check.name, expression: expression(check.expression) })),
      ),
      foreignKeys: sorted(readForeignKeys()),
      indexes: sorted(indexes.filter((row) => row.origin === 'c').map(readIndex)),
    };

    function expression(list: readonly Token[]): string {
      return normalExpression(list, names);
    }

    function canonicalName(column: string): string {
      const row = rows.find((candidate) => String(candidate.name).toLowerCase() === column.toLowerCase());
      return String(row?.name ?? column);
    }

    function keyColumn(column: KeyColumn): Json {
      const own = parsed.columns.find(
        (each) => each.name.toLowerCase() === column.name.toLowerCase(),
      )?.collation;
      const effective = collation(column.collation ?? own);
      return {
        name: canonicalName(column.name),
        collation: effective === collation(own) ? undefined : (effective ?? 'BINARY'),
        descending: column.descending,
      };
    }

    function readUniques(): Json[] {
      const told = indexes
        .filter((row) => row.origin === 'u')
        .map((row) => indexColumns(String(row.name)).map((column) => column.name));
      const declared = parsed.uniques.map((unique) =>
        unique.columns.map((column) => canonicalName(column.name)),
      );
      for (const columns of told) {
        if (!declared.some((each) => same(each, columns)))
          agree(name, 'unique constraints', columns, declared);
      }
      return parsed.uniques.map((unique) => ({
        name: unique.name,
        conflict: unique.conflict,
        columns: unique.columns.map(keyColumn),
      }));
    }

    function readForeignKeys(): Json[] {
      const told = Map.groupBy(
        all('select * from pragma_foreign_key_list(?) order by id, seq', name),
        (row) => Number(row.id),
      );
      agree(name, 'number of foreign keys', told.size, parsed.foreignKeys.length);
      return parsed.foreignKeys.map((declared, position) => {
        // SQLite numbers them from the last to the first.
        const parts = told.get(parsed.foreignKeys.length - 1 - position) ?? [];
        const columns = parts.map((part) => String(part.from));
        agree(name, 'foreign key', columns, declared.columns.map(canonicalName));
        const first = parts[0] ?? {};
        const table = realTable(String(first.table));
        const parentKey = all('select name from pragma_table_xinfo(?) where pk > 0 order by pk', table);
        return {
          name: declared.name,
          columns,
          table,
          referred: parts.map((part, at) => part.to ?? parentKey[at]?.name ?? ''),
          onDelete: action(first.on_delete),
          onUpdate: action(first.on_update),
          match: declared.match,
          deferrable: declared.deferrable,
        };
      });
    }

    function readIndex(row: Row): Json {
      const indexName = String(row.name);
      const statement = all(`select sql from sqlite_schema where type = 'index' and name = ?`, indexName)[0]
        ?.sql;
      const index = parseCreateIndex(String(statement));
      return {
        name: indexName,
        unique: row.unique === 1,
        columns: indexColumns(indexName).map((column, position) => ({
          name: column.name ?? undefined,
          expression:
            column.name === null ? expression(withoutOrder(index.items[position] ?? [])) : undefined,
          collation: indexCollation(column),
          descending: column.desc === 1,
        })),
        where: index.where === undefined ? undefined : expression(index.where),
      };
    }

    /** The collation of an index's column where it isn't that of the table's column. */
    function indexCollation(column: Row): string | undefined {
      const own = parsed.columns.find((each) => each.name === column.name)?.collation;
      const used = String(column.coll).toUpperCase();
      return used === (own ?? 'BINARY').toUpperCase() ? undefined : used;
    }
  }

  function indexColumns(index: string): Row[] {
    return all('select * from pragma_index_xinfo(?) where key = 1 order by seqno', index);
  }

  function realTable(name: string): string {
    const found = objects.find((object) => String(object.name).toLowerCase() === name.toLowerCase());
    return String(found?.name ?? name);
  }
}

/** Without the order and the collation at its end, which a pragma tells. */
function withoutOrder(item: readonly Token[]): readonly Token[] {
  const list = isWord(item.at(-1), 'ASC', 'DESC') ? item.slice(0, -1) : item;
  return isWord(list.at(-2), 'COLLATE') ? list.slice(0, -2) : list;
}

function notNull(
  declared: { readonly name: string | undefined; readonly conflict: string | undefined } | undefined,
): Json {
  if (declared?.name === undefined && declared?.conflict === undefined) return true;
  return { name: declared.name, conflict: declared.conflict };
}

function collation(name: string | undefined): string | undefined {
  const upper = name?.toUpperCase();
  return upper === 'BINARY' ? undefined : upper;
}

function action(told: string | number | null | undefined): string | undefined {
  return told === 'NO ACTION' ? undefined : String(told);
}

function normalType(type: string): string {
  const upper = type.toUpperCase().replaceAll(/\s+/g, ' ').trim();
  return upper.replaceAll(/ ?([(,)]) ?/g, '$1');
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function agree(table: string, what: string, told: unknown, parsed: unknown): void {
  const [a, b] = [JSON.stringify(told), JSON.stringify(parsed)];
  if (a !== b)
    throw new Error(
      `The reader of ${table} is wrong about its ${what}: ${a} by the pragma, ${b} by CREATE TABLE`,
    );
}
