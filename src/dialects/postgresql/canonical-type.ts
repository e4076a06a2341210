import type { ColumnType } from '../../schema/types/column-type.ts';
import {
  bigInteger,
  boolean,
  char,
  date,
  dateTime,
  double,
  integer,
  interval,
  json,
  largeBinary,
  makeType,
  numeric,
  real,
  smallInteger,
  sqlType,
  string,
  text,
  time,
  typeFor,
  uuid,
} from '../../schema/types/generic.ts';
import { cutIdentifier } from './identifiers.ts';
import { enumLength, isNativeEnum, typeSql } from './type-sql.ts';
import { array, bit, extensionTypes, plainTypes, varbit, vector } from './types.ts';

/** Names of types as format_type prints them, and their other spellings → the type. */
const named: ReadonlyMap<string, ColumnType> = new Map(
  Object.entries({
    integer: integer(),
    int: integer(),
    int4: integer(),
    smallint: smallInteger(),
    int2: smallInteger(),
    bigint: bigInteger(),
    int8: bigInteger(),
    real: real(),
    float4: real(),
    'double precision': double(),
    float8: double(),
    float: double(),
    boolean: boolean(),
    bool: boolean(),
    date: date(),
    json: json(),
    uuid: uuid(),
    text: text(),
    bytea: largeBinary(),
    ...Object.fromEntries(plainTypes.map((name) => [name, makeType(name)])),
  }),
);

/** A type's text, with at most one pair of parentheses: `timestamp(3) with time zone`. */
const shape = /^([a-z_][a-z_0-9 ]*?) ?(?:\( ?(-?\d+) ?(?:, ?(-?\d+) ?)?\))?(?: (with|without) time zone)?$/;

/**
 * The type that a text means: what format_type prints, and what people write. What isn't known here (user-defined types, extensions) stays `sqlType(text)`.
 */
export function parseType(given: string): ColumnType {
  let type = parsedTypes.get(given);
  if (type === undefined) parsedTypes.set(given, (type = parse(given)));
  return type;
}

/** a schema has thousands of columns, of a few types */
const parsedTypes = new Map<string, ColumnType>();

function parse(given: string): ColumnType {
  // a quoted name may hold any white space
  const words = given.trim().replace(/("(?:[^"]|"")*")|\s+/g, (_, quoted?: string) => quoted ?? ' ');
  const element = /^(.*?)(?: ?\[ ?\d* ?\]| array(?: ?\[ ?\d+ ?\])?)$/is.exec(words)?.[1];
  if (element !== undefined) {
    const item = parseType(element);
    return array(item.name === 'array' ? (item.item ?? item) : item);
  }
  const match = shape.exec(words.toLowerCase());
  return (match === null ? ofExtension(words) : known(match)) ?? sqlType(words);
}

/** `extensions.citext`: a type of an extension's that the search path doesn't lead to. */
function ofExtension(words: string): ColumnType | null {
  const [, quoted, plain, name] =
    /^(?:"((?:[^"]|"")+)"|([a-z_][\w$]*))\.([a-z][\w ]*(?:\(\d+\))?)$/i.exec(words) ?? [];
  const type = name === undefined ? null : parseType(name);
  if (type === null || !extensionTypes.includes(type.name)) return null;
  return { ...type, typeSchema: quoted?.replaceAll('""', '"') ?? plain?.toLowerCase() ?? '' };
}

function known([, name = '', first, second, zone]: RegExpExecArray): ColumnType | null {
  const size = first === undefined ? undefined : Number(first);
  const timezone = zone === 'with';
  const inSeconds = {
    ...(timezone && { timezone }),
    ...(size !== undefined && { precision: Math.min(size, 6) }),
  };
  switch (name) {
    case 'time':
      return time(inSeconds);
    case 'timetz':
      return time({ ...inSeconds, timezone: true });
    case 'timestamp':
      return dateTime(inSeconds);
    case 'timestamptz':
      return dateTime({ ...inSeconds, timezone: true });
  }
  if (zone !== undefined) return null;
  switch (name) {
    case 'character varying':
    case 'varchar':
      return string(size);
    case 'character':
    case 'char':
      return char(size ?? 1);
    case 'numeric':
    case 'decimal':
      return size === undefined ? numeric() : numeric(size, second === undefined ? 0 : Number(second));
    case 'float':
      return size !== undefined && size <= 24 ? real() : double();
    case 'bit':
      return bit(size ?? 1);
    case 'bit varying':
    case 'varbit':
      return varbit(size);
    case 'vector':
      return vector(size);
  }
  const fields = /^interval ?(.*)$/.exec(name)?.[1];
  if (fields !== undefined)
    return interval({
      ...(fields && { fields: fields.toUpperCase() }),
      ...(size !== undefined && { precision: Math.min(size, 6) }),
    });
  return first === undefined ? (named.get(name) ?? null) : null;
}

/**
 * A model's type as the server would report it: one name for each type, its defaults said. `tableSchema` is where an enum that names no schema lives; one
 * that lives there names none.
 */
export function canonicalType(given: ColumnType, tableSchema: string | null): ColumnType {
  const type = typeFor(given, 'postgresql');
  const collation = type.collation === undefined ? {} : { collation: type.collation };
  if (type.name === 'array' && type.item !== undefined) {
    const item = canonicalType(type.item, tableSchema);
    return { ...array(item.name === 'array' ? (item.item ?? item) : item), ...collation };
  }
  if (type.name === 'enumType') {
    if (!isNativeEnum(type)) return string(enumLength(type), collation);
    const { typeName, typeSchema, values } = type;
    return makeType('enumType', {
      values,
      typeName: typeName === undefined ? undefined : cutIdentifier(typeName),
      typeSchema: typeSchema === tableSchema ? undefined : typeSchema,
    });
  }
  if (type.name === 'domain')
    return { ...type, ...(type.typeName && { typeName: cutIdentifier(type.typeName) }) };
  const parsed = parseType(typeSql(type));
  return type.collation === undefined ? parsed : { ...parsed, ...collation };
}

/** Whether two canonical types are the same; an enum is the same whatever its values are, since those are the enum's own. */
export function sameType(model: ColumnType, database: ColumnType): boolean {
  return typeSql(model) === typeSql(database) && (model.collation ?? null) === (database.collation ?? null);
}
