import type { Column } from '../../schema/column.ts';
import type { PrimaryKey } from '../../schema/primary-key.ts';
import type { ColumnType, TypeOptions } from '../../schema/types/column-type.ts';
import { makeType } from '../../schema/types/generic.ts';
import { lowerCase } from './inspect/tokens.ts';
import { type SqliteTableOptions, sqliteKeyOptions } from './options.ts';

interface Known {
  readonly name: string;
  /** what the numbers in parentheses are, where they are there */
  readonly sizes: readonly (keyof TypeOptions)[];
}

/** The types that a builder's data says completely: printed again they are the same text. */
const known: { readonly [text: string]: Known } = {
  INTEGER: { name: 'integer', sizes: [] },
  SMALLINT: { name: 'smallInteger', sizes: [] },
  BIGINT: { name: 'bigInteger', sizes: [] },
  REAL: { name: 'real', sizes: [] },
  DOUBLE: { name: 'double', sizes: [] },
  FLOAT: { name: 'float', sizes: [] },
  NUMERIC: { name: 'numeric', sizes: ['precision', 'scale'] },
  BOOLEAN: { name: 'boolean', sizes: [] },
  VARCHAR: { name: 'string', sizes: ['length'] },
  CHAR: { name: 'char', sizes: ['length'] },
  TEXT: { name: 'text', sizes: [] },
  DATE: { name: 'date', sizes: [] },
  TIME: { name: 'time', sizes: [] },
  DATETIME: { name: 'dateTime', sizes: [] },
  TIMESTAMP: { name: 'timestamp', sizes: [] },
  JSON: { name: 'json', sizes: [] },
  BLOB: { name: 'largeBinary', sizes: [] },
  VARBINARY: { name: 'varbinary', sizes: ['length'] },
};

const cache = new Map<string, ColumnType>();

/**
 * The type that a column declares: a generic builder's data where that prints as the same text (but for its case), `sqlType(text)` for all else, so that
 * nothing is lost.
 */
export function reflectType(text: string): ColumnType {
  const cached = cache.get(text);
  if (cached !== undefined) return cached;
  const type = knownType(text) ?? makeType('sqlType', { text });
  if (cache.size < 1000) cache.set(text, type);
  return type;
}

/** Whether a key is the row's own number: INTEGER (and not INT) PRIMARY KEY of a table that isn't WITHOUT ROWID. Such a column is never null. */
export function isRowNumber(
  key: PrimaryKey,
  columns: readonly Column[],
  options: Pick<SqliteTableOptions, 'withoutRowid'>,
): boolean {
  if (options.withoutRowid || key.columns.length !== 1 || sqliteKeyOptions('', key.options).notRowid)
    return false;
  const name = lowerCase(key.columns[0] ?? '');
  return columns.find((column) => lowerCase(column.name) === name)?.type.name === 'integer';
}

function knownType(text: string): ColumnType | null {
  const match = /^([A-Z]+)(?:\(([1-9]\d{0,8})(?:, (0|[1-9]\d{0,8}))?\))?$/i.exec(text);
  const type = known[match?.[1]?.toUpperCase() ?? ''];
  if (match === null || type === undefined) return null;
  const numbers = match
    .slice(2)
    .filter((number) => number !== undefined)
    .map(Number);
  if (numbers.length > type.sizes.length) return null;
  return makeType(type.name, Object.fromEntries(numbers.map((number, i) => [type.sizes[i], number])));
}
