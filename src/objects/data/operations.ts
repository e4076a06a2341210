import { ArgumentError } from '../../errors.ts';
import {
  checkName,
  checkOptions,
  irreversible,
  optionArguments,
  type SchemaOption,
} from '../../operations/arguments.ts';
import { defineOperation, type OperationDefinition } from '../../operations/define-operation.ts';
import { unreadSql } from '../../operations/loss.ts';
import { key, type Operation } from '../../operations/operation.ts';
import type { SqlDialect } from '../../operations/sql-dialect.ts';
import type { StatementParts } from '../../operations/statement.ts';
import { type Column, column } from '../../schema/column.ts';
import { isSql, type Sql } from '../../schema/sql.ts';
import { table as buildTable, type Table } from '../../schema/table.ts';
import type { ColumnType } from '../../schema/types/column-type.ts';
import { typeFor } from '../../schema/types/generic.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';

export interface Execute extends Operation {
  readonly kind: 'execute';
  readonly sql: string;
}

/** A value of a row: JSON's own, a number that JSON lacks by its name, bytes as `{ bytes: base64 }`, a Date as `{ date: its ISO text }`, an expression. */
export type RowValue =
  | string
  | number
  | boolean
  | null
  | Sql
  | { readonly bytes: string }
  | { readonly date: string }
  | { readonly json: unknown }
  | { readonly bigint: string }
  | { readonly number: 'Infinity' | '-Infinity' | 'NaN' };

export interface BulkInsert extends Operation {
  readonly kind: 'bulkInsert';
  readonly table: string;
  readonly schema: string | null;
  /** types of the columns, where the table was given as `table(…)`: they say how a value is written */
  readonly types: { readonly [column: string]: ColumnType };
  readonly rows: readonly { readonly [column: string]: RowValue }[];
}

/** What a row may hold: a Date is written as the moment that it is (text without a zone is UTC), a Uint8Array as bytes, an object as JSON; Infinity and NaN where the column takes them. */
export type RowInput = { readonly [column: string]: unknown };

/** Runs SQL as it is: one statement, or a script of several. Nothing is known of the schema after it. */
export const execute: OperationDefinition<Execute, [sql: string | Sql, options?: object], never[], void> =
  defineOperation({
    kind: 'execute',
    create: (sql: string | Sql, options: object = {}): Execute => {
      checkOptions('execute', options, []);
      const text = isSql(sql) ? sql.text : sql;
      if (typeof text !== 'string' || text.trim() === '')
        throw new ArgumentError('BAD_ARGUMENT', 'execute takes SQL: a string that is not empty, or sql`…`.');
      return deepFreeze({ kind: 'execute', sql: text });
    },
    batch: null,
    call: ({ sql }) => [sql],
    batchCall: null,
    reverse: ({ sql }): Operation => {
      throw irreversible(
        'execute',
        `"${sql.length > 60 ? `${sql.slice(0, 60)}…` : sql}"`,
        'write the downgrade by hand.',
      );
    },
    apply: null,
    sql: ({ sql }) => [{ sql }],
    destroys: () => unreadSql,
    touches: () => ({}),
  });

/** `op.bulkInsert('colours', [{ id: 1, name: 'red' }])`; every row has the columns of the first. The table may be `table(…)`, whose types then say how values are written. */
export const bulkInsert: OperationDefinition<
  BulkInsert,
  [
    table: string | Table,
    rows: readonly RowInput[],
    options?: SchemaOption & { readonly multiinsert?: boolean },
  ],
  never[],
  void
> = defineOperation({
  kind: 'bulkInsert',
  create: (
    table: string | Table,
    rows: readonly RowInput[],
    options: SchemaOption & { readonly multiinsert?: boolean } = {},
  ): BulkInsert => {
    checkOptions('bulkInsert', options, ['schema', 'multiinsert']);
    if (!Array.isArray(rows)) throw new ArgumentError('BAD_ARGUMENT', 'bulkInsert takes an array of rows.');
    const name = checkName('bulkInsert: the table', typeof table === 'string' ? table : table?.name);
    const columns: readonly Column[] = typeof table === 'string' ? [] : table.columns;
    const first = rows[0] === undefined ? [] : Object.keys(rows[0]);
    return deepFreeze({
      kind: 'bulkInsert',
      table: name,
      schema: options.schema ?? (typeof table === 'string' ? null : table.schema),
      types: Object.fromEntries(
        columns.filter((column) => first.includes(column.name)).map((column) => [column.name, column.type]),
      ),
      rows: rows.map((row, i) => readRow(name, row, i + 1, first)),
    });
  },
  batch: null,
  call: ({ table, schema, types, rows }) => {
    const columns = Object.entries(types).map(([name, type]) => column(name, type));
    const values = rows.map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, rowInput(value)])),
    );
    if (columns.length === 0) return [table, values, ...optionArguments({ schema })];
    return [buildTable(table, columns, { schema }), values];
  },
  batchCall: null,
  reverse: ({ table }): Operation => {
    throw irreversible('bulkInsert', `rows of table '${table}'`, 'write the downgrade by hand.');
  },
  // rows aren't part of the schema: it stays as it is
  apply: () => {},
  sql: insertStatements,
  destroys: null,
  touches: ({ table, schema }) => ({ requires: [key('table', { schema, name: table })] }),
});

function readRow(
  table: string,
  row: RowInput,
  /** counted from 1 */
  place: number,
  columns: readonly string[],
): { readonly [column: string]: RowValue } {
  if (typeof row !== 'object' || row === null)
    throw new ArgumentError('BAD_ARGUMENT', `bulkInsert into '${table}': row ${place} is not an object.`);
  const own = Object.keys(row);
  const odd = own.find((name) => !columns.includes(name)) ?? columns.find((name) => !own.includes(name));
  if (odd !== undefined) {
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `bulkInsert into '${table}': row ${place} and the first row don't have the same columns ('${odd}').`,
    );
  }
  return Object.fromEntries(
    columns.map((name) => [
      name,
      readValue(`bulkInsert into '${table}': ${name} of row ${place}`, row[name]),
    ]),
  );
}

function readValue(where: string, value: unknown): RowValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || isSql(value)) return value;
  if (typeof value === 'number')
    return Number.isFinite(value) ? value : { number: String(value) as 'Infinity' | '-Infinity' | 'NaN' };
  if (typeof value === 'bigint') return { bigint: String(value) };
  if (value instanceof Date && !Number.isNaN(value.getTime())) return { date: value.toISOString() };
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('base64') };
  if (typeof value === 'object') return { json: JSON.parse(jsonText(where, value)) };
  throw new ArgumentError('BAD_ARGUMENT', `${where} is ${String(value)}, which no database stores.`);
}

/** JSON would put null in the place of such a number, without a word. */
function jsonText(where: string, value: object): string {
  return JSON.stringify(value, (_, each) => {
    if (typeof each === 'bigint' || (typeof each === 'number' && !Number.isFinite(each)))
      throw new ArgumentError('BAD_ARGUMENT', `${where} holds ${each}, which JSON doesn't have.`);
    return each;
  });
}

/** What a row held before it was read. */
function rowInput(value: RowValue): unknown {
  if (typeof value !== 'object' || value === null || 'kind' in value) return value;
  if ('bytes' in value) return Uint8Array.from(Buffer.from(value.bytes, 'base64'));
  if ('date' in value) return new Date(value.date);
  if ('number' in value) return Number(value.number);
  return 'bigint' in value ? BigInt(value.bigint) : value.json;
}

/** So many rows go in one INSERT. */
const rowsPerStatement = 500;

function insertStatements(op: BulkInsert, dialect: SqlDialect): readonly StatementParts[] {
  const { writer } = dialect;
  const columns = Object.keys(op.rows[0] ?? {});
  const types = columns.map((column) => {
    const type = Object.hasOwn(op.types, column) ? op.types[column] : undefined;
    return type && typeFor(type, dialect.name).name;
  });
  const into = `INSERT INTO ${writer.name({ schema: op.schema, name: op.table })}`;
  if (columns.length === 0) return op.rows.map(() => ({ sql: `${into} DEFAULT VALUES` }));
  const head = `${into} (${columns.map((column) => writer.quote(column)).join(', ')}) VALUES`;
  const statements: StatementParts[] = [];
  for (let i = 0; i < op.rows.length; i += rowsPerStatement) {
    const rows = op.rows.slice(i, i + rowsPerStatement);
    const tuples = rows.map(
      (row) => `(${columns.map((column, n) => spell(row[column] ?? null, types[n], writer)).join(', ')})`,
    );
    statements.push({ sql: `${head}\n${tuples.join(',\n')}` });
  }
  return statements;
}

/** `type` is the name of the column's type, where it is known: as in SQLAlchemy, whatever goes into a JSON column becomes JSON. */
function spell(value: RowValue, type: string | undefined, writer: SqlDialect['writer']): string {
  const isJson = type === 'json' || type === 'jsonb';
  if (typeof value !== 'object' || value === null)
    return writer.literal(isJson && value !== null ? JSON.stringify(value) : value);
  if ('kind' in value) return value.text;
  if ('bytes' in value) return writer.literal(Uint8Array.from(Buffer.from(value.bytes, 'base64')));
  if ('bigint' in value) return isJson ? writer.literal(value.bigint) : value.bigint;
  if ('date' in value) return spellDate(value.date, type, writer);
  if ('number' in value) {
    if (isJson) throw new ArgumentError('SQL_VALUE', `bulkInsert: JSON has no ${value.number}.`);
    return writer.literal(Number(value.number));
  }
  return writer.literal(JSON.stringify(value.json));
}

/** A moment in UTC: whole, or as much of it as the column holds. */
function spellDate(iso: string, type: string | undefined, writer: SqlDialect['writer']): string {
  if (type === 'json' || type === 'jsonb') return writer.literal(JSON.stringify(iso));
  if (type === 'date') return writer.literal(iso.slice(0, iso.indexOf('T')));
  if (type === 'time') return writer.literal(iso.slice(iso.indexOf('T') + 1, -1));
  return writer.literal(new Date(iso));
}
