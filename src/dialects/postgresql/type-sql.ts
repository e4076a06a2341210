import { ArgumentError } from '../../errors.ts';
import type { ColumnType } from '../../schema/types/column-type.ts';
import { typeFor } from '../../schema/types/generic.ts';
import { quoteIdentifier, quoteName } from './identifiers.ts';
import { plainTypes } from './types.ts';

/** Types without options: the builder's name → SQL. */
const plain: ReadonlyMap<string, string> = new Map(
  Object.entries({
    integer: 'INTEGER',
    smallInteger: 'SMALLINT',
    bigInteger: 'BIGINT',
    real: 'REAL',
    double: 'DOUBLE PRECISION',
    boolean: 'BOOLEAN',
    date: 'DATE',
    json: 'JSON',
    uuid: 'UUID',
    text: 'TEXT',
    largeBinary: 'BYTEA',
    varbinary: 'BYTEA',
    ...Object.fromEntries(plainTypes.map((name) => [name, name.toUpperCase()])),
  }),
);

/**
 * A type as in CREATE TABLE, without its collation.
 *
 * @throws ArgumentError `UNSUPPORTED_TYPE` for one that PostgreSQL doesn't have, `BAD_TYPE` for a native enum without a name.
 */
export function typeSql(given: ColumnType): string {
  const type = typeFor(given, 'postgresql');
  const { length, precision } = type;
  const sized = (name: string, size: number | undefined): string =>
    size === undefined ? name : `${name}(${size})`;
  switch (type.name) {
    case 'numeric':
      return precision === undefined
        ? 'NUMERIC'
        : `NUMERIC(${precision}${type.scale === undefined ? '' : `, ${type.scale}`})`;
    case 'float':
      return sized('FLOAT', precision);
    case 'string':
    case 'unicode':
      return sized('VARCHAR', length);
    case 'char':
      return sized('CHAR', length);
    case 'time':
      return `${sized('TIME', precision)} ${zone(type)}`;
    case 'dateTime':
    case 'timestamp':
      return `${sized('TIMESTAMP', precision)} ${zone(type)}`;
    case 'interval':
      return sized(
        type.fields === undefined ? 'INTERVAL' : `INTERVAL ${type.fields.toUpperCase()}`,
        precision,
      );
    case 'bit':
      return sized('BIT', length);
    case 'varbit':
      return sized('BIT VARYING', length);
    case 'vector':
      return placed(sized('VECTOR', length), type);
    case 'array':
      return `${typeSql(itemOf(type))}${'[]'.repeat(type.dimensions ?? 1)}`;
    case 'enumType':
      return isNativeEnum(type) ? enumName(type) : `VARCHAR(${enumLength(type)})`;
    case 'domain':
      return quoteName({ schema: type.typeSchema ?? null, name: type.typeName ?? '' });
    case 'sqlType':
      return type.text ?? '';
    default: {
      const name = plain.get(type.name);
      if (name !== undefined) return placed(name, type);
      throw new ArgumentError(
        'UNSUPPORTED_TYPE',
        `PostgreSQL has no type '${type.name}'. Give it another one: withVariant(…, { postgresql: … }).`,
      );
    }
  }
}

/** ` COLLATE "C"`, or nothing. */
export function collateSql(collation: string | null | undefined): string {
  return collation === undefined || collation === null ? '' : ` COLLATE ${collationSql(collation)}`;
}

/** A collation's name, which may have dots, or `"schema"."name"`: quotes say that it is SQL. */
export function collationSql(collation: string): string {
  return /^"(?:[^"]|"")+"\."(?:[^"]|"")+"$/.test(collation) ? collation : quoteIdentifier(collation);
}

/** Whether an enum is a type of the database's own. */
export function isNativeEnum(type: ColumnType): boolean {
  return type.name === 'enumType' && type.native !== false;
}

/** The VARCHAR's length of an enum that isn't: the longest value's, unless it says more. */
export function enumLength(type: ColumnType): number {
  return Math.max(1, type.length ?? 0, ...(type.values ?? []).map((value) => [...value].length));
}

function enumName(type: ColumnType): string {
  if (type.typeName === undefined) {
    throw new ArgumentError(
      'BAD_TYPE',
      "An enum of PostgreSQL needs a name: enumType([…], { name: '…' }), or { native: false } for a VARCHAR.",
    );
  }
  return quoteName({ schema: type.typeSchema ?? null, name: type.typeName });
}

/** A type of an extension, in the schema that it names. */
function placed(name: string, { typeSchema }: ColumnType): string {
  return typeSchema === undefined ? name : `${quoteIdentifier(typeSchema)}.${name}`;
}

function itemOf(type: ColumnType): ColumnType {
  if (type.item !== undefined) return type.item;
  throw new ArgumentError('BAD_TYPE', 'An array needs the type of its elements: array(text()).');
}

function zone(type: ColumnType): string {
  return type.timezone === true ? 'WITH TIME ZONE' : 'WITHOUT TIME ZONE';
}
