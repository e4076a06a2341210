import type { Column } from '../../../schema/column.ts';
import type { Table } from '../../../schema/table.ts';
import { typeFor } from '../../../schema/types/generic.ts';
import { sqliteColumnOptions } from '../options.ts';
import { createTableSql } from '../writer/create-table.ts';
import { literal } from '../writer/literal.ts';
import { qualified, quote } from '../writer/names.ts';
import { createIndexSql } from './native-sql.ts';
import { rowidColumn, rowidName } from './rowid.ts';

/** A table that is made anew, and takes the place and the rows of the one that is there. */
export interface Rebuild {
  /** as the database has it */
  readonly old: Table;
  /** as it will be; its name is the same */
  readonly table: Table;
  /** columns that keep their values: they are in both, under the same name */
  readonly copied: ReadonlySet<string>;
}

/** The parts of a rebuild, in their order. */
export interface RebuildScript {
  /** makes the new table under its temporary name, and copies the rows */
  readonly fill: { readonly create: string; readonly insert: string; readonly counter: readonly string[] };
  /** drops the old one and gives its name to the new one */
  readonly replace: readonly string[];
  readonly indexes: readonly string[];
}

export function temporaryName(table: string, attempt = 0): string {
  return `_alembic_tmp_${table}${attempt === 0 ? '' : `_${attempt}`}`;
}

export function rebuildScript({ old, table, copied }: Rebuild, temporary: string): RebuildScript {
  const target = qualified({ schema: table.schema, name: temporary });
  const columns = table.columns.filter((column) => copied.has(column.name) && column.computed === null);
  const pairs = columns.map((column) => [quote(column.name), converted(column, old)] as const);
  const keptRowid = keepRowid({ old, table, copied });
  if (keptRowid !== null) pairs.unshift(keptRowid);
  const into = pairs.map(([name]) => name).join(', ');
  const from = pairs.map(([, expression]) => expression).join(', ');
  return {
    fill: {
      create: createTableSql(table, { name: temporary }),
      insert: `INSERT INTO ${target} (${into}) SELECT ${from} FROM ${qualified(old)}`,
      counter: counts(old) && counts(table) ? keepCounter(table, temporary) : [],
    },
    replace: [`DROP TABLE ${qualified(old)}`, `ALTER TABLE ${target} RENAME TO ${quote(table.name)}`],
    indexes: table.indexes.map((index) => createIndexSql(index, table, false)),
  };
}

/**
 * Values go over as they are: SQLite converts what its column's affinity converts without loss, and keeps what it can't. A CAST would make 0 of 'abc'
 * and 2026 of '2026-11-22'. Only between bytes and text is there no such conversion, and none is lost by a CAST.
 */
function converted(column: Column, old: Table): string {
  const name = quote(column.name);
  const before = old.columns.find((each) => each.name === column.name);
  if (before === undefined || isBytes(before) === isBytes(column)) return name;
  if (isBytes(before) && isText(column))
    return `CASE typeof(${name}) WHEN 'blob' THEN CAST(${name} AS TEXT) ELSE ${name} END`;
  if (isBytes(column) && isText(before))
    return `CASE typeof(${name}) WHEN 'text' THEN CAST(${name} AS BLOB) ELSE ${name} END`;
  return name;
}

function isBytes({ type }: Column): boolean {
  return ['largeBinary', 'varbinary'].includes(typeFor(type, 'sqlite').name);
}

function isText({ type }: Column): boolean {
  return ['string', 'char', 'unicode', 'text', 'enumType', 'json', 'uuid'].includes(
    typeFor(type, 'sqlite').name,
  );
}

/** Rows keep their numbers, as what a full-text index of another table refers to them by, unless a column says other ones. */
function keepRowid({ old, table, copied }: Rebuild): readonly [into: string, from: string] | null {
  const [from, own, into] = [rowidName(old), rowidColumn(table), rowidName(table)];
  if (from === null || (own !== null && copied.has(own))) return null;
  if (own !== null) return [quote(own), from];
  return into === null ? null : [into, from];
}

function counts(table: Table): boolean {
  return table.columns.some((column) => sqliteColumnOptions('', column.options).autoincrement);
}

/** The AUTOINCREMENT counter, which knows of rows that are gone; dropping the old table drops the old counter. */
function keepCounter({ schema, name }: Table, temporary: string): readonly string[] {
  const counters = qualified({ schema, name: 'sqlite_sequence' });
  return [
    `DELETE FROM ${counters} WHERE name = ${literal(temporary)}`,
    `INSERT INTO ${counters} (name, seq) SELECT ${literal(temporary)}, seq FROM ${counters} WHERE name = ${literal(name)}`,
  ];
}
