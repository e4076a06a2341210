import { ArgumentError } from '../../errors.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';
import { checkOptions } from '../check-options.ts';
import type { ColumnType, TypeDefinition, TypeOptions } from './column-type.ts';

/** Makes the data of a type, leaving out what is undefined. For dialects' own builders too. */
export function makeType(
  name: string,
  options: { readonly [K in keyof TypeOptions]: TypeOptions[K] | undefined } = {},
): ColumnType {
  const type: Record<string, unknown> = { kind: 'type', name };
  for (const [key, value] of Object.entries(options)) if (value !== undefined) type[key] = value;
  return deepFreeze(type) as unknown as ColumnType;
}

/**
 * Whether a value is the data of a type.
 */
export function isColumnType(value: unknown): value is ColumnType {
  return typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'type';
}

export function integer(): ColumnType {
  return makeType('integer');
}
export function smallInteger(): ColumnType {
  return makeType('smallInteger');
}
export function bigInteger(): ColumnType {
  return makeType('bigInteger');
}
export function real(): ColumnType {
  return makeType('real');
}
/** Double precision. */
export function double(): ColumnType {
  return makeType('double');
}
/** True or false; with `createConstraint` a CHECK (named `name`) where the database has no boolean of its own. */
export function boolean(
  options: { readonly name?: string; readonly createConstraint?: boolean } = {},
): ColumnType {
  checkOptions('boolean', options, Object.keys(booleanOptions));
  return makeType('boolean', { typeName: options.name, createConstraint: options.createConstraint });
}
const booleanOptions = { name: 'typeName', createConstraint: 'createConstraint' } as const;
export function date(): ColumnType {
  return makeType('date');
}
export function json(): ColumnType {
  return makeType('json');
}
/** The database's own UUID type, or CHAR(32) where it has none (as SQLAlchemy). */
export function uuid(): ColumnType {
  return makeType('uuid');
}

/** Exact decimal number of `precision` digits in all, `scale` of them after the point. */
export function numeric(precision?: number, scale?: number): ColumnType {
  return makeType('numeric', {
    precision: count('numeric', 'precision', precision, 1),
    scale: whole('numeric', 'scale', scale),
  });
}

/** Binary floating point number; `precision` in bits. */
export function float(precision?: number): ColumnType {
  return makeType('float', { precision: count('float', 'precision', precision, 1) });
}

export interface StringOptions {
  readonly collation?: string;
}

/** VARCHAR of at most `length` characters; without a length where the database allows that. */
export function string(length?: number, options: StringOptions = {}): ColumnType {
  return textual('string', length, options);
}
/** CHAR of exactly `length` characters. */
export function char(length?: number, options: StringOptions = {}): ColumnType {
  return textual('char', length, options);
}
/** VARCHAR for national characters: the same as {@link string} on databases whose strings are Unicode. */
export function unicode(length?: number, options: StringOptions = {}): ColumnType {
  return textual('unicode', length, options);
}
export function text(options: StringOptions = {}): ColumnType {
  return textual('text', undefined, options);
}

export interface TimeOptions {
  /** with a time zone, where the database has that (default false) */
  readonly timezone?: boolean;
  /** digits of a second */
  readonly precision?: number;
}

export function time(options: TimeOptions = {}): ColumnType {
  return temporal('time', options);
}
export function dateTime(options: TimeOptions = {}): ColumnType {
  return temporal('dateTime', options);
}
/** TIMESTAMP, where that differs from DATETIME. */
export function timestamp(options: TimeOptions = {}): ColumnType {
  return temporal('timestamp', options);
}

/** A span of time; `fields` such as `'DAY TO SECOND'` on PostgreSQL. */
export function interval(
  options: { readonly fields?: string; readonly precision?: number } = {},
): ColumnType {
  checkOptions('interval', options, ['fields', 'precision']);
  return makeType('interval', {
    fields: options.fields,
    precision: whole('interval', 'precision', options.precision),
  });
}

/** Bytes: BLOB, BYTEA; `length` where the database uses it. */
export function largeBinary(length?: number): ColumnType {
  return makeType('largeBinary', { length: count('largeBinary', 'length', length, 1) });
}
export function varbinary(length?: number): ColumnType {
  return makeType('varbinary', { length: count('varbinary', 'length', length, 1) });
}

export interface EnumOptions {
  /** name of the database's own type, and of the CHECK where there is one */
  readonly name?: string;
  /** schema of the database's own type */
  readonly schema?: string;
  /** the database's own enum where it has one (default true); else a VARCHAR as long as the longest value */
  readonly native?: boolean;
  /** a CHECK over the values where the enum isn't the database's own (default false) */
  readonly createConstraint?: boolean;
  /** of the VARCHAR, where it should be longer than the longest value */
  readonly length?: number;
}

/** One of `values`. */
export function enumType(values: readonly string[], options: EnumOptions = {}): ColumnType {
  checkOptions('enumType', options, Object.keys(enumOptions));
  if (!Array.isArray(values) || values.length === 0 || values.some((value) => typeof value !== 'string')) {
    throw new ArgumentError('BAD_TYPE', 'enumType takes an array of at least one string.');
  }
  const twice = values.find((value, i) => values.indexOf(value) !== i);
  if (twice !== undefined)
    throw new ArgumentError('BAD_TYPE', `enumType: the value '${twice}' is given twice.`);
  return makeType('enumType', {
    values: [...values],
    typeName: options.name,
    typeSchema: options.schema,
    native: options.native,
    createConstraint: options.createConstraint,
    length: count('enumType', 'length', options.length, 1),
  });
}
const enumOptions = {
  name: 'typeName',
  schema: 'typeSchema',
  native: 'native',
  createConstraint: 'createConstraint',
  length: 'length',
} as const;

/** A type by its own SQL, for what has no builder: `sqlType('geometry(Point, 4326)')`. It is embedded as it is. */
export function sqlType(text: string, options: StringOptions = {}): ColumnType {
  checkOptions('sqlType', options, ['collation']);
  if (typeof text !== 'string' || text.includes('\0'))
    throw new ArgumentError('BAD_TYPE', 'sqlType takes the SQL of a type.');
  return makeType('sqlType', { text, collation: options.collation });
}

/** `type`, but another one on single dialects: `withVariant(json(), { postgresql: jsonb() })`. */
export function withVariant(
  type: ColumnType,
  variants: { readonly [dialect: string]: ColumnType },
): ColumnType {
  return deepFreeze({ ...type, variants: { ...type.variants, ...variants } });
}

/** The type that `dialect` uses: the variant made for it, or the type itself without its variants. */
export function typeFor(type: ColumnType, dialect: string): ColumnType {
  const chosen = type.variants?.[dialect] ?? type;
  if (chosen.variants === undefined) return chosen;
  const { variants: _, ...plain } = chosen;
  return plain;
}

const textOptions = { collation: 'collation' } as const;
const timeOptions = { timezone: 'timezone', precision: 'precision' } as const;

/** The types above, as calls. */
export const genericTypes: readonly TypeDefinition[] = [
  ...['integer', 'smallInteger', 'bigInteger', 'real', 'double', 'date', 'json', 'uuid'].map((name) => ({
    name,
    positional: [],
    options: {},
  })),
  { name: 'boolean', positional: [], options: booleanOptions },
  { name: 'numeric', positional: ['precision', 'scale'], options: {} },
  { name: 'float', positional: ['precision'], options: {} },
  { name: 'string', positional: ['length'], options: textOptions },
  { name: 'char', positional: ['length'], options: textOptions },
  { name: 'unicode', positional: ['length'], options: textOptions },
  { name: 'text', positional: [], options: textOptions },
  { name: 'time', positional: [], options: timeOptions },
  { name: 'dateTime', positional: [], options: timeOptions },
  { name: 'timestamp', positional: [], options: timeOptions },
  { name: 'interval', positional: [], options: { fields: 'fields', precision: 'precision' } },
  { name: 'largeBinary', positional: ['length'], options: {} },
  { name: 'varbinary', positional: ['length'], options: {} },
  { name: 'enumType', positional: ['values'], options: enumOptions },
  { name: 'sqlType', positional: ['text'], options: textOptions },
];

function textual(name: string, length: number | undefined, options: StringOptions): ColumnType {
  checkOptions(name, options, ['collation']);
  return makeType(name, { length: count(name, 'length', length, 1), collation: options.collation });
}

function temporal(name: string, options: TimeOptions): ColumnType {
  checkOptions(name, options, ['timezone', 'precision']);
  return makeType(name, {
    timezone: options.timezone === true ? true : undefined,
    precision: count(name, 'precision', options.precision, 0),
  });
}

function count(type: string, what: string, value: number | undefined, least: number): number | undefined {
  if (value !== undefined && (!Number.isSafeInteger(value) || value < least)) {
    throw new ArgumentError(
      'BAD_TYPE',
      `${type}: ${what} must be a whole number of at least ${least}, not ${String(value)}.`,
    );
  }
  return value;
}

function whole(type: string, what: string, value: number | undefined): number | undefined {
  return count(type, what, value, Number.MIN_SAFE_INTEGER);
}
