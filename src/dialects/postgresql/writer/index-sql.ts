import { displayName, type QualifiedName } from '../../../schema/names.ts';
import type { Index, IndexElement } from '../../../schema/table-index.ts';
import { expressionText } from '../expressions.ts';
import { plainOrQuoted, quoteIdentifier, quoteList } from '../identifiers.ts';
import { literal } from '../literals.ts';
import { type IndexOptions, indexOptions, operatorClassOf, type StorageParameters } from '../options.ts';
import { collateSql } from '../type-sql.ts';

/** `USING gin ("tags") WHERE …`: what stands after CREATE INDEX … ON table. */
export function indexBody(index: Index, owner: QualifiedName): string {
  const options = indexOptions(
    `The index ${index.name ?? ''} of table '${displayName(owner)}'`,
    index.options,
  );
  const elements = index.elements.map((element) => elementSql(element, options.ops)).join(', ');
  return [
    options.using && `USING ${plainOrQuoted(options.using)}`,
    `(${elements})`,
    options.include && `INCLUDE (${quoteList(options.include)})`,
    options.nullsNotDistinct && 'NULLS NOT DISTINCT',
    options.with && `WITH (${storageSql(options.with)})`,
    options.tablespace && `TABLESPACE ${quoteIdentifier(options.tablespace)}`,
    index.where !== null && `WHERE ${expressionText(index.where)}`,
  ]
    .filter(Boolean)
    .join(' ');
}

/** `fillfactor = 70`; a value that isn't a number is written as a string, which the server reads as what it should be. */
export function storageSql(parameters: StorageParameters): string {
  return Object.entries(parameters)
    .map(
      ([name, value]) =>
        `${name.split('.').map(plainOrQuoted).join('.')} = ${/^[\d.]+$/.test(value) ? value : literal(value)}`,
    )
    .join(', ');
}

function elementSql(element: IndexElement, ops: IndexOptions['ops']): string {
  const { column, expression, collation, order, nulls } = element;
  return [
    column === null ? `(${expression === null ? '' : expressionText(expression)})` : quoteIdentifier(column),
    collateSql(collation).trim(),
    operatorClassOf(element, ops),
    order,
    nulls && `NULLS ${nulls}`,
  ]
    .filter(Boolean)
    .join(' ');
}
