import { ArgumentError } from '../../../errors.ts';
import type { Column } from '../../../schema/column.ts';
import type { Computed } from '../../../schema/computed.ts';
import type { ServerDefault } from '../../../schema/default.ts';
import type { Identity } from '../../../schema/identity.ts';
import { isSql } from '../../../schema/sql.ts';
import { autoincrements, type Table } from '../../../schema/table.ts';
import { typeFor } from '../../../schema/types/generic.ts';
import { canonicalType } from '../canonical-type.ts';
import { expressionText } from '../expressions.ts';
import { quoteIdentifier } from '../identifiers.ts';
import { literal } from '../literals.ts';
import { collateSql, typeSql } from '../type-sql.ts';

/** Types of counting columns → the words that make the sequence and its default too. */
const serials: { readonly [type: string]: string } = {
  smallInteger: 'SMALLSERIAL',
  integer: 'SERIAL',
  bigInteger: 'BIGSERIAL',
};

/** `"id" SERIAL NOT NULL` */
export function columnSql(column: Column, owner: Pick<Table, 'columns' | 'constraints'>): string {
  const { name, type, computed, identity, serverDefault } = column;
  const serial = isSerial(column, owner) ? serials[canonicalType(type, null).name] : undefined;
  const parts = [
    quoteIdentifier(name),
    serial ?? typeSql(type) + collateSql(typeFor(type, 'postgresql').collation),
  ];
  if (computed !== null) parts.push(computedSql(computed));
  else if (identity !== null) parts.push(identitySql(identity));
  else if (serverDefault !== null && serial === undefined) parts.push(`DEFAULT ${defaultSql(serverDefault)}`);
  if (!column.nullable) parts.push('NOT NULL');
  return parts.join(' ');
}

/** Whether a column counts up by a sequence of its own, made with it. */
export function isSerial(column: Column, owner: Pick<Table, 'columns' | 'constraints'>): boolean {
  if (column.identity !== null || column.computed !== null || column.serverDefault !== null) return false;
  const type = canonicalType(column.type, null);
  // the rule of `auto` looks at the type's name, which a variant or an alias may hide
  const counts = autoincrements(owner, { ...column, type });
  if (counts && serials[type.name] === undefined) {
    throw new ArgumentError(
      'UNSUPPORTED_TYPE',
      `Column '${column.name}' can't count up by itself: its type is ${typeSql(type)}, and only SMALLINT, INTEGER and BIGINT do.`,
    );
  }
  return counts;
}

/** What stands after DEFAULT. */
export function defaultSql(value: ServerDefault): string {
  if (!isSql(value)) return literal(value);
  return isOneTerm(value.text) ? value.text : `(${expressionText(value)})`;
}

/** `GENERATED ALWAYS AS (…) STORED`; stored unless it says otherwise, since a virtual column exists from PostgreSQL 18 only. */
function computedSql({ expression, persisted }: Computed): string {
  return `GENERATED ALWAYS AS (${expressionText(expression)}) ${persisted === false ? 'VIRTUAL' : 'STORED'}`;
}

export function identitySql(identity: Identity): string {
  const options = identityOptions(identity).join(' ');
  return `GENERATED ${identity.always ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY${options === '' ? '' : ` (${options})`}`;
}

/** `START WITH 10`, …: what isn't left to the server. */
export function identityOptions(identity: Identity): readonly string[] {
  const { increment, minValue, maxValue, start, cache, cycle } = identity;
  return [
    increment === null ? null : `INCREMENT BY ${integer(increment)}`,
    minValue === null ? null : `MINVALUE ${integer(minValue)}`,
    maxValue === null ? null : `MAXVALUE ${integer(maxValue)}`,
    start === null ? null : `START WITH ${integer(start)}`,
    cache === null ? null : `CACHE ${integer(cache)}`,
    cycle ? 'CYCLE' : null,
  ].filter((part) => part !== null);
}

/** Digits, also of a number so large that JavaScript would write an exponent. */
function integer(value: number): string {
  return BigInt(value).toString();
}

/** Whether DEFAULT takes the text without parentheses: a name, a literal, a call, one cast. Anything else gets some, since DEFAULT takes no AND, IS, AT TIME ZONE. */
function isOneTerm(text: string): boolean {
  return /^(?:[\w."]+|[-+]?\d[\d.]*|'(?:[^'\\]|'')*'|[\w."]+\((?:[^()'"]|'(?:[^'\\]|'')*')*\))(?:::[\w ."]+(?:\(\d+(?:, ?\d+)?\))?(?:\[\])*)?$/.test(
    text.trim(),
  );
}
