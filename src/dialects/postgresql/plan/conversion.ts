import type { ColumnType } from '../../../schema/types/column-type.ts';
import { sameType } from '../canonical-type.ts';
import { quoteIdentifier } from '../identifiers.ts';
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
];

/**
 * What stands after USING where the server has no conversion that it applies by itself; null where it has. One that it applies by itself is the stricter
 * one: it refuses a text that is too long, where a written cast would cut it. Where it has none, a value goes by its text, and a row whose text means
 * nothing in the new type fails the statement: no value is lost silently. Both types are canonical; of types that aren't known here nothing is said.
 */
export function conversion(column: string, from: ColumnType, to: ColumnType): string | null {
  if (isUnknown(from) || isUnknown(to) || isAutomatic(from, to)) return null;
  const value = quoteIdentifier(column);
  const target = typeSql(to);
  if (to.name === 'array' && sameType(from, to.item ?? to))
    return `CASE WHEN ${value} IS NOT NULL THEN ARRAY[${value}] END`;
  if (from.name === 'array' && sameType(from.item ?? from, to)) return onlyElement(value);
  if (from.name === 'boolean' && numbers.has(to.name)) return `${value}::integer::${target}`;
  const bytes = { from: from.name === 'largeBinary', to: to.name === 'largeBinary' };
  const asText = bytes.from ? `convert_from(${value}, 'UTF8')` : `${value}::text`;
  if (bytes.to) return `convert_to(${asText}, 'UTF8')`;
  return `${asText}::${target}`;
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
  return (
    families.some((family) => family.has(from.name) && family.has(to.name)) ||
    others.some(([a, b]) => a === from.name && b === to.name)
  );
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
