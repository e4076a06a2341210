import { ArgumentError } from '../../errors.ts';
import { checkName, checkOptions } from '../../schema/check-options.ts';
import { type DomainOptions, domainObject } from '../../schema/domain-object.ts';
import type { ColumnType, TypeDefinition } from '../../schema/types/column-type.ts';
import { genericTypes, isColumnType, makeType } from '../../schema/types/generic.ts';

export function jsonb(): ColumnType {
  return makeType('jsonb');
}
export function inet(): ColumnType {
  return makeType('inet');
}
export function cidr(): ColumnType {
  return makeType('cidr');
}
export function macaddr(): ColumnType {
  return makeType('macaddr');
}
export function macaddr8(): ColumnType {
  return makeType('macaddr8');
}
export function tsvector(): ColumnType {
  return makeType('tsvector');
}
export function tsquery(): ColumnType {
  return makeType('tsquery');
}
export function money(): ColumnType {
  return makeType('money');
}
export function oid(): ColumnType {
  return makeType('oid');
}
export function xml(): ColumnType {
  return makeType('xml');
}
/** Text whose case doesn't matter; needs the extension `citext`. */
export function citext(options: CollationOption & ExtensionTypeOptions = {}): ColumnType {
  checkOptions('citext', options, ['schema', 'collation']);
  return makeType('citext', { typeSchema: schemaOf('citext', options), collation: options.collation });
}
/** Needs the extension `hstore`. */
export function hstore(options: ExtensionTypeOptions = {}): ColumnType {
  checkOptions('hstore', options, ['schema']);
  return makeType('hstore', { typeSchema: schemaOf('hstore', options) });
}
/** Needs the extension `ltree`. */
export function ltree(options: ExtensionTypeOptions = {}): ColumnType {
  checkOptions('ltree', options, ['schema']);
  return makeType('ltree', { typeSchema: schemaOf('ltree', options) });
}

/** Exactly `length` bits (default 1). */
export function bit(length?: number): ColumnType {
  return makeType('bit', { length: positive('bit', 'length', length) });
}
/** At most `length` bits; any number without it. */
export function varbit(length?: number): ColumnType {
  return makeType('varbit', { length: positive('varbit', 'length', length) });
}
/** A vector of `dimensions` numbers; needs the extension `vector` (pgvector). */
export function vector(dimensions?: number, options: ExtensionTypeOptions = {}): ColumnType {
  checkOptions('vector', options, ['schema']);
  return makeType('vector', {
    length: positive('vector', 'dimensions', dimensions),
    typeSchema: schemaOf('vector', options),
  });
}

/** Where a type of an extension is. */
export interface ExtensionTypeOptions {
  /** the extension's schema; without it, where the search path leads, or, in a comparison, wherever the extension is */
  readonly schema?: string;
}

/** What a column of the type may have that the type itself hasn't. */
export interface CollationOption {
  /** a name, or `'"schema"."name"'` */
  readonly collation?: string;
}

/** An array of any number of elements of a type. `dimensions` are for people: PostgreSQL doesn't keep them. */
export function array(
  item: ColumnType,
  options: CollationOption & { readonly dimensions?: number } = {},
): ColumnType {
  checkOptions('array', options, ['dimensions', 'collation']);
  if (!isColumnType(item))
    throw new ArgumentError('BAD_TYPE', 'array takes the type of its elements, such as array(text()).');
  return makeType('array', {
    item,
    dimensions: positive('array', 'dimensions', options.dimensions),
    collation: options.collation,
  });
}

/** How a domain is called where it isn't defined. */
export interface DomainNameOptions extends CollationOption {
  readonly schema?: string;
}

/**
 * A domain as the type of a column. Named only, `domain('email', { schema: 'app' })`, it is somebody else's. Defined, it is made, altered and dropped with the
 * models that use it, and may stand among the objects of a `MetaData` too:
 * ``domain('positive', integer(), { nullable: false, checks: [check(sql`VALUE > 0`, { name: 'positive_check' })] })``.
 *
 * @throws ArgumentError `BAD_NAME`, `BAD_ARGUMENT`, `BAD_TYPE`, `BAD_DEFAULT`, `UNKNOWN_OPTION`.
 */
export function domain(name: string, options?: DomainNameOptions): ColumnType;
export function domain(name: string, type: ColumnType, options?: DomainOptions): ColumnType;
export function domain(
  name: string,
  typeOrOptions: ColumnType | DomainNameOptions = {},
  definition: DomainOptions = {},
): ColumnType {
  if (isColumnType(typeOrOptions)) {
    const {
      kind: _,
      name: typeName,
      schema,
      ...own
    } = domainObject('domain', name, typeOrOptions, definition);
    return makeType('domain', { typeName, typeSchema: schema ?? undefined, definition: own });
  }
  const options = typeOrOptions;
  checkOptions('domain', options, ['schema', 'collation']);
  return makeType('domain', {
    typeName: checkName('domain: the name', name),
    typeSchema: options.schema,
    collation: options.collation,
  });
}

export function point(): ColumnType {
  return makeType('point');
}
export function line(): ColumnType {
  return makeType('line');
}
export function lseg(): ColumnType {
  return makeType('lseg');
}
export function box(): ColumnType {
  return makeType('box');
}
export function path(): ColumnType {
  return makeType('path');
}
export function polygon(): ColumnType {
  return makeType('polygon');
}
export function circle(): ColumnType {
  return makeType('circle');
}

export function int4range(): ColumnType {
  return makeType('int4range');
}
export function int8range(): ColumnType {
  return makeType('int8range');
}
export function numrange(): ColumnType {
  return makeType('numrange');
}
export function tsrange(): ColumnType {
  return makeType('tsrange');
}
export function tstzrange(): ColumnType {
  return makeType('tstzrange');
}
export function daterange(): ColumnType {
  return makeType('daterange');
}
/** Multiranges are there since PostgreSQL 14. */
export function int4multirange(): ColumnType {
  return makeType('int4multirange');
}
export function int8multirange(): ColumnType {
  return makeType('int8multirange');
}
export function nummultirange(): ColumnType {
  return makeType('nummultirange');
}
export function tsmultirange(): ColumnType {
  return makeType('tsmultirange');
}
export function tstzmultirange(): ColumnType {
  return makeType('tstzmultirange');
}
export function datemultirange(): ColumnType {
  return makeType('datemultirange');
}

/** The types above without sizes: each is called as PostgreSQL calls it. */
export const plainTypes: readonly string[] = [
  'jsonb',
  'inet',
  'cidr',
  'macaddr',
  'macaddr8',
  'tsvector',
  'tsquery',
  'money',
  'oid',
  'xml',
  'citext',
  'hstore',
  'ltree',
  'point',
  'line',
  'lseg',
  'box',
  'path',
  'polygon',
  'circle',
  'int4range',
  'int8range',
  'numrange',
  'tsrange',
  'tstzrange',
  'daterange',
  'int4multirange',
  'int8multirange',
  'nummultirange',
  'tsmultirange',
  'tstzmultirange',
  'datemultirange',
];

/** Those that an extension brings, and that may say its schema. */
export const extensionTypes: readonly string[] = ['citext', 'hstore', 'ltree', 'vector'];

/** Every type that PostgreSQL knows here, as calls. */
export const postgresqlTypes: readonly TypeDefinition[] = [
  ...genericTypes,
  ...plainTypes
    .filter((name) => !extensionTypes.includes(name))
    .map((name) => ({ name, positional: [], options: {} })),
  { name: 'citext', positional: [], options: { schema: 'typeSchema', collation: 'collation' } },
  { name: 'hstore', positional: [], options: { schema: 'typeSchema' } },
  { name: 'ltree', positional: [], options: { schema: 'typeSchema' } },
  { name: 'bit', positional: ['length'], options: {} },
  { name: 'varbit', positional: ['length'], options: {} },
  { name: 'vector', positional: ['length'], options: { schema: 'typeSchema' } },
  { name: 'array', positional: ['item'], options: { dimensions: 'dimensions', collation: 'collation' } },
  { name: 'domain', positional: ['typeName'], options: { schema: 'typeSchema', collation: 'collation' } },
];

function schemaOf(type: string, { schema }: ExtensionTypeOptions): string | undefined {
  return schema === undefined ? undefined : checkName(`${type}: the schema`, schema);
}

function positive(type: string, what: string, value: number | undefined): number | undefined {
  if (value === undefined || (Number.isSafeInteger(value) && value > 0)) return value;
  throw new ArgumentError(
    'BAD_TYPE',
    `${type}: ${what} must be a whole number of at least 1, not ${String(value)}.`,
  );
}
