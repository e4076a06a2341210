import { literal } from '../support/ddl-writer.ts';
import type { TableColumns } from '../support/rows.ts';
import {
  keyColumns,
  typeObject,
  type VectorColumn,
  type VectorForeignKey,
  type VectorSchema,
  type VectorTable,
  type VectorType,
} from '../support/vector-schema.ts';
import { family, isDistinct, mentions, type PairDialect } from './draft.ts';
import type { Random } from './random.ts';

/** A row as SQL: `values` are literals. Computed columns are left out. */
export interface SqlRow {
  readonly table: string;
  readonly columns: readonly string[];
  readonly values: readonly string[];
}

/**
 * Rows for `a` that meet its constraints, and those of `b` too where anything can: a few in each table, each column's
 * values different from row to row, null only where both allow it, of every kind that the type holds. Row `i` refers to row
 * `i` of the other table.
 */
export function randomRows(
  random: Random,
  dialect: PairDialect,
  a: VectorSchema,
  b: VectorSchema,
): readonly SqlRow[] {
  const count = fewValues(a) || fewValues(b) ? 2 : random.whole(3, 5);
  const made = new Map<string, string>();

  return a.tables.flatMap((table) =>
    Array.from({ length: count }, (_, row): SqlRow => {
      const columns = table.columns.filter((column) => column.computed === undefined);
      return {
        table: table.name,
        columns: columns.map((column) => column.name),
        values: columns.map((column) => value(table, column, row + 1, [])),
      };
    }),
  );

  function value(table: VectorTable, column: VectorColumn, row: number, asked: readonly string[]): string {
    const id = JSON.stringify([table.name, column.name, row]);
    const known = made.get(id);
    if (known !== undefined) return known;
    const found = asked.includes(id) ? 'NULL' : make(table, column, row, [...asked, id]);
    made.set(id, found);
    return found;
  }

  function make(table: VectorTable, column: VectorColumn, row: number, asked: readonly string[]): string {
    const after = b.tables.find((each) => each.name === table.name);
    const afterColumn = after?.columns.find((each) => each.name === column.name);
    const mayBeNull =
      nullable(table, column) &&
      (after === undefined || afterColumn === undefined || nullable(after, afterColumn));
    const reference = referenceOf(table, column.name) ?? (after && referenceOf(after, column.name));
    if (reference !== undefined) {
      // All columns of one reference are null together.
      const isNull =
        mayBeNull &&
        reference.key.columns.every((name) => columnNullable(table, name)) &&
        (row * 7 + table.name.length) % 4 === 0;
      if (isNull) return 'NULL';
      const parent = a.tables.find((each) => each.name === reference.key.refTable);
      const target = parent?.columns.find((each) => each.name === reference.column);
      if (parent !== undefined && target !== undefined) return value(parent, target, row, asked);
      // The table referred to is new, and has no rows yet.
      if (mayBeNull) return 'NULL';
    }
    const readElsewhere = [table, after].some((each) =>
      each?.columns.some(
        (other) => other.computed !== undefined && mentions(other.computed.expr, column.name),
      ),
    );
    if (mayBeNull && !readElsewhere && random.chance(0.25)) return 'NULL';
    const isKey = [table, after].some((each) => each !== undefined && keyColumns(each).includes(column.name));
    const isChecked = [table, after].some((each) =>
      each?.checks?.some((check) => mentions(check.expr, column.name)),
    );
    return literalFor(random, dialect, column.type, afterColumn?.type ?? column.type, row, isKey, isChecked);
  }
}

/** The statements that put rows into a database of a schema, in one transaction that checks foreign keys at its end. */
export function insertStatements(
  dialect: PairDialect,
  schema: VectorSchema,
  rows: readonly SqlRow[],
): readonly string[] {
  const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
  const inserts = rows.flatMap((row) => {
    const table = schema.tables.find((each) => each.name === row.table);
    if (table === undefined) return [];
    const kept = row.columns
      .map((name, index) => ({ name, value: row.values[index] ?? 'NULL' }))
      .filter(({ name }) =>
        table.columns.some((column) => column.name === name && column.computed === undefined),
      );
    const overriding = table.columns.some((column) => column.identity !== undefined)
      ? 'OVERRIDING SYSTEM VALUE '
      : '';
    if (kept.length === 0) return [`INSERT INTO ${quoted(row.table)} DEFAULT VALUES`];
    return [
      `INSERT INTO ${quoted(row.table)} (${kept.map(({ name }) => quoted(name)).join(', ')}) ${dialect === 'postgresql' ? overriding : ''}VALUES (${kept.map((each) => each.value).join(', ')})`,
    ];
  });
  const keysLater =
    dialect === 'sqlite'
      ? 'PRAGMA defer_foreign_keys = ON'
      : `SET LOCAL session_replication_role = 'replica'`;
  return ['BEGIN', keysLater, ...inserts, 'COMMIT'];
}

/**
 * The columns whose values have to be the same after a migration from `a` to `b`: of tables and columns that are in both,
 * where the type is the same or holds the same kind of value.
 */
export function survivingColumns(a: VectorSchema, b: VectorSchema): readonly TableColumns[] {
  return a.tables.flatMap((table) => {
    const after = b.tables.find((each) => each.name === table.name);
    if (after === undefined) return [];
    const columns = table.columns.filter((column) => {
      const next = after.columns.find((each) => each.name === column.name);
      return next !== undefined && !column.computed && !next.computed && holdsTheSame(column.type, next.type);
    });
    return [{ table: table.name, columns: columns.map((column) => column.name) }];
  });
}

function holdsTheSame(before: VectorType, after: VectorType): boolean {
  if (typeObject(before).t === 'enum' && typeObject(after).t === 'enum') return true;
  if (family(before) !== 'other') return family(before) === family(after);
  return JSON.stringify(before) === JSON.stringify(after);
}

/** Whether a key or unique set has fewer than three different values. */
function fewValues(schema: VectorSchema): boolean {
  return schema.tables.some((table) => {
    const unique = (table.indexes ?? []).filter((index) => index.unique);
    const sets = [
      ...(table.uniques ?? []).map((each) => each.columns),
      ...unique.map((index) =>
        index.columns.flatMap((item) =>
          typeof item === 'string' ? [item] : 'col' in item ? [item.col] : [],
        ),
      ),
    ];
    return sets.some(
      (set) =>
        set.length > 0 &&
        set.every((name) => !isDistinct(table.columns.find((each) => each.name === name)?.type ?? 'integer')),
    );
  });
}

function columnNullable(table: VectorTable, name: string): boolean {
  const column = table.columns.find((each) => each.name === name);
  return column !== undefined && nullable(table, column);
}

function nullable(table: VectorTable, column: VectorColumn): boolean {
  const inSet =
    table.uniques?.some((each) => each.nullsNotDistinct && each.columns.includes(column.name)) ?? false;
  return !keyColumns(table).includes(column.name) && column.nullable !== false && !column.identity && !inSet;
}

function referenceOf(
  table: VectorTable,
  name: string,
): { key: VectorForeignKey; column: string } | undefined {
  for (const key of table.foreignKeys ?? []) {
    const at = key.columns.indexOf(name);
    if (at >= 0) return { key, column: key.refColumns[at] ?? '' };
  }
  return undefined;
}

const oddities = ["'", '"', 'é', '🎉', '\n', '%', '\\', ';--', '${x}', '\t', ' '];

function literalFor(
  random: Random,
  dialect: PairDialect,
  type: VectorType,
  after: VectorType,
  row: number,
  isKey: boolean,
  isChecked: boolean,
): string {
  const object = typeObject(type);
  const day = String(row).padStart(2, '0');
  switch (object.t) {
    case 'integer':
    case 'smallint':
    case 'bigint': {
      if (isKey && !isChecked) return String(row);
      const isBig = object.t === 'bigint' && typeObject(after).t === 'bigint' && !isChecked;
      return isBig && random.chance(0.3) ? String(2n ** 53n + BigInt(row)) : String(50 + row * 7);
    }
    case 'numeric':
      return `${50 + row}.25`;
    case 'float':
    case 'double':
    case 'real':
      return `${50 + row}.5`;
    case 'boolean':
      return dialect === 'sqlite' ? String(row % 2) : String(row % 2 === 1);
    case 'string':
    case 'char':
    case 'text':
      return literal(isKey ? `k${row}` : `r${row}${random.pick(oddities)}`);
    case 'date':
      return literal(`2026-01-${day}`);
    case 'datetime':
      return literal(`2026-01-${day} 10:00:00`);
    case 'uuid':
      return literal(
        dialect === 'sqlite' ? `${row}`.repeat(32) : `00000000-0000-4000-8000-00000000000${row}`,
      );
    case 'json':
    case 'jsonb':
      return literal(`{"n": ${row}}`);
    case 'binary':
      return dialect === 'sqlite' ? `x'00ff0${row}'` : `'\\x00ff0${row}'`;
    case 'inet':
      return literal(`10.0.0.${row}`);
    case 'array':
      return literal(`{${row}}`);
    case 'enum': {
      const kept = typeObject(after).t === 'enum' ? (typeObject(after).values ?? []) : (object.values ?? []);
      const both = (object.values ?? []).filter((each) => kept.includes(each));
      return literal(both[row % both.length] ?? '');
    }
    default:
      throw new Error(`No value of type ${object.t}.`);
  }
}
