import type { ColumnType } from '../../../schema/types/column-type.ts';
import { sameType } from '../canonical-type.ts';
import { quoteIdentifier } from '../identifiers.ts';
import { literal } from '../literals.ts';
import { typeSql } from '../type-sql.ts';

const texts: ReadonlySet<string> = new Set(['string', 'char', 'text', 'citext']);
const integers: ReadonlySet<string> = new Set(['smallInteger', 'integer', 'bigInteger']);
const numbers: ReadonlySet<string> = new Set([...integers, 'numeric', 'real', 'double']);
const times: ReadonlySet<string> = new Set(['date', 'dateTime']);
/** Types of which the server converts each into each by itself. */
const families: readonly ReadonlySet<string>[] = [
  texts,
  numbers,
  times,
  new Set(['time', 'interval']),
  new Set(['json', 'jsonb']),
  new Set(['inet', 'cidr']),
  new Set(['bit', 'varbit']),
  new Set(['macaddr', 'macaddr8']),
];
const others: readonly (readonly [from: string, to: string])[] = [
  ['dateTime', 'time'],
  ['numeric', 'money'],
  ['integer', 'money'],
  ['bigInteger', 'money'],
  ['money', 'numeric'],
  ['smallInteger', 'oid'],
  ['integer', 'oid'],
  ['bigInteger', 'oid'],
  ['oid', 'integer'],
  ['oid', 'bigInteger'],
  ['point', 'box'],
  ['box', 'polygon'],
  ['path', 'polygon'],
  ['polygon', 'path'],
];
/** Casts that the server has, and that keep every value, but doesn't apply by itself. */
const casts: readonly (readonly [from: string, to: string])[] = [
  ['bit', 'integer'],
  ['bit', 'bigInteger'],
  ...['int4', 'int8', 'num', 'date', 'ts', 'tstz'].map((of) => [`${of}range`, `${of}multirange`] as const),
];
/** Types of which the one's text means the same to the other, or nothing. */
const widenings: readonly (readonly [from: string, to: string])[] = [
  ['int4range', 'int8range'],
  ['int4range', 'numrange'],
  ['int8range', 'int4range'],
  ['int8range', 'numrange'],
  ['daterange', 'tsrange'],
];
/** Types whose texts are data as people write it. `(1,2)` is a point and a range, `{1,2,3}` a line and a date, `101` a bit string and a number. */
const plainTexts: ReadonlySet<string> = new Set([
  ...numbers,
  ...times,
  ...['boolean', 'time', 'json', 'jsonb', 'uuid', 'enumType', 'array'],
]);

/**
 * What stands after USING where the server has no conversion that it applies by itself; null where it has. One that it applies by itself is the stricter
 * one: it refuses a text that is too long, where a written cast would cut it. Where it has none, a value goes by its text, and a row whose text means
 * nothing in the new type fails the statement, as does any value where that text could mean something else: none is lost silently. Both types are canonical; of types that aren't known here nothing is said.
 */
export function conversion(column: string, from: ColumnType, to: ColumnType): string | null {
  if (isUnknown(from) || isUnknown(to) || isAutomatic(from, to)) return null;
  const value = quoteIdentifier(column);
  const target = typeSql(to);
  if (to.name === 'array' && sameType(from, to.item ?? to))
    return `CASE WHEN ${value} IS NOT NULL THEN ARRAY[${value}] END`;
  if (from.name === 'array' && sameType(from.item ?? from, to)) return onlyElement(value);
  if (from.name === 'boolean' && numbers.has(to.name)) return `${value}::integer::${target}`;
  if (numbers.has(from.name) && to.name === 'money') return `${value}::numeric::money`;
  if (from.name === 'money' && (to.name === 'real' || to.name === 'double'))
    return `${value}::numeric::${target}`;
  if (has(casts, from, to)) return `${value}::${target}`;
  const bytes = { from: from.name === 'largeBinary', to: to.name === 'largeBinary' };
  const asText = bytes.from ? `convert_from(${value}, 'UTF8')` : `${value}::text`;
  if (bytes.to) return `convert_to(${asText}, 'UTF8')`;
  return isMeant(from, to) ? `${asText}::${target}` : noValue(value, from, to);
}

/** Whether the text of a value means the same in another type, or nothing. */
function isMeant(from: ColumnType, to: ColumnType): boolean {
  if (from.name === 'array' && to.name === 'array')
    return isAutomatic(from.item ?? from, to.item ?? to) || isMeant(from.item ?? from, to.item ?? to);
  return (
    from.name === 'largeBinary' ||
    texts.has(from.name) ||
    (plainTexts.has(from.name) && plainTexts.has(to.name)) ||
    has(widenings, from, to)
  );
}

/** What stands after USING for types without any conversion: nothing stays nothing, and a value fails the statement, with words that say why. */
function noValue(value: string, from: ColumnType, to: ColumnType): string {
  const why = literal(`no conversion from ${typeSql(from)} to ${typeSql(to)}, give one as using: `);
  return `CASE WHEN ${value} IS NOT NULL THEN (${why} || ${value}::text)::integer::text::${typeSql(to)} END`;
}

function has(
  pairs: readonly (readonly [from: string, to: string])[],
  from: ColumnType,
  to: ColumnType,
): boolean {
  return pairs.some(([a, b]) => a === from.name && b === to.name);
}

/** Whether both are integers of different sizes: then the sequence of a counting column changes with it. */
export function bothCount(from: ColumnType, to: ColumnType): boolean {
  return integers.has(from.name) && integers.has(to.name) && from.name !== to.name;
}

function isAutomatic(from: ColumnType, to: ColumnType): boolean {
  if (from.name === 'array' && to.name === 'array') return isAutomatic(from.item ?? from, to.item ?? to);
  if (sameType({ ...from, collation: '' }, { ...to, collation: '' })) return true;
  // anything has a text; that of bytes would be their digits
  if (texts.has(to.name))
    return from.name !== 'largeBinary' && !(from.name === 'array' && sameType(from.item ?? from, to));
  if (from.name === to.name) return from.name !== 'enumType' && from.name !== 'domain';
  return families.some((family) => family.has(from.name) && family.has(to.name)) || has(others, from, to);
}

function isUnknown(type: ColumnType): boolean {
  return type.name === 'array'
    ? isUnknown(type.item ?? { kind: 'type', name: 'sqlType' })
    : ['sqlType', 'domain', 'vector', 'hstore', 'ltree'].includes(type.name);
}

/** An array of more than one element can't become one value: the division fails the statement rather than lose any. */
function onlyElement(value: string): string {
  return `CASE WHEN cardinality(${value}) > 1 THEN ${value}[1 / (cardinality(${value}) - cardinality(${value}))] ELSE ${value}[1] END`;
}
