import type { ColumnType } from '../../../schema/types/column-type.ts';
import { sameType } from '../canonical-type.ts';
import { quoteIdentifier } from '../identifiers.ts';
import { isNativeEnum, typeSql } from '../type-sql.ts';

const texts: ReadonlySet<string> = new Set(['string', 'char', 'text', 'citext']);
const integers: ReadonlySet<string> = new Set(['smallInteger', 'integer', 'bigInteger']);
const numbers: ReadonlySet<string> = new Set([...integers, 'numeric', 'real', 'double', 'money']);
/** What a text can be read as. What isn't here, the server converts by itself, or nobody does. */
const readable: ReadonlySet<string> = new Set([
  ...numbers, 'boolean', 'date', 'time', 'dateTime', 'interval', 'uuid', 'json', 'jsonb', 'xml', 'inet', 'cidr', 'macaddr', 'macaddr8', 'bit', 'varbit', 'oid',
  'tsvector', 'tsquery', 'hstore', 'ltree', 'point', 'line', 'lseg', 'box', 'path', 'polygon', 'circle',
  'int4range', 'int8range', 'numrange', 'tsrange', 'tstzrange', 'daterange',
]);

/**
 * What stands after USING where the server has no conversion that it applies by itself; null where it has, or where none is evident. A conversion that it
 * applies by itself is the stricter one: it refuses a text that is too long, where a written cast would cut it. Both types are canonical.
 */
export function conversion(column: string, from: ColumnType, to: ColumnType): string | null {
  const value = quoteIdentifier(column);
  const target = typeSql(to);
  if (to.name === 'array') return fromScalar(value, from, to, target);
  if (from.name === 'array') return toScalar(value, from, to);
  if (isNativeEnum(to)) return isNativeEnum(from) || texts.has(from.name) ? `${value}::text::${target}` : null;
  if (to.name === 'largeBinary') return texts.has(from.name) ? `convert_to(${value}, 'UTF8')` : null;
  if (from.name === 'largeBinary') return texts.has(to.name) ? `convert_from(${value}, 'UTF8')` : null;
  if (texts.has(from.name)) return readable.has(to.name) ? `${value}::${target}` : null;
  if (from.name === 'boolean') return numbers.has(to.name) ? `${value}::integer::${target}` : null;
  if (to.name === 'boolean') return numbers.has(from.name) ? `${value} <> 0${from.name === 'money' ? '::money' : ''}` : null;
  if (from.name === 'interval' && to.name === 'time') return `${value}::${target}`;
  return null;
}

function fromScalar(value: string, from: ColumnType, to: ColumnType, target: string): string | null {
  if (from.name === 'array') return typeSql(from.item ?? from) === typeSql(to.item ?? to) ? null : `${value}::text[]::${target}`;
  return sameType(from, to.item ?? to) ? `CASE WHEN ${value} IS NOT NULL THEN ARRAY[${value}] END` : null;
}

/** An array of more than one element can't become one value: the division fails the statement rather than lose any. */
function toScalar(value: string, from: ColumnType, to: ColumnType): string | null {
  if (texts.has(to.name) && !texts.has(from.item?.name ?? '')) return null;
  if (!sameType(from.item ?? from, to)) return null;
  return `CASE WHEN cardinality(${value}) > 1 THEN ${value}[1 / (cardinality(${value}) - cardinality(${value}))] ELSE ${value}[1] END`;
}

/** Whether both are integers of any size: then a sequence goes with the column. */
export function bothCount(from: ColumnType, to: ColumnType): boolean {
  return integers.has(from.name) && integers.has(to.name) && from.name !== to.name;
}
