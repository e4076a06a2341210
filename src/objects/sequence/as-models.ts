import type { Dialect } from '../../dialect/dialect.ts';
import type { Column } from '../../schema/column.ts';
import type { QualifiedName } from '../../schema/names.ts';
import type { SchemaModel } from '../../schema/schema-model.ts';
import type { Sequence } from '../../schema/sequence.ts';
import { sql } from '../../schema/sql.ts';
import { columnOf, type Table } from '../../schema/table.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';
import { integerTypeOf } from './effective.ts';

/**
 * A sequence that a SERIAL column would make just so is that column's own. Where it is another one (by its name, its type, its steps), the column takes its
 * numbers by a default, and the sequence is an object that belongs to it.
 */
export function sequencesAsModels(found: SchemaModel, dialect: Dialect): void {
  for (const { sequence, table, column } of countersIn(found)) {
    if (isSerial(sequence, table, column, dialect)) found.delete('sequence', sequence);
    else found.put(countedByDefault(sequence, table, column, dialect));
  }
}

/**
 * A column that counts by a sequence of the models has a default, which may go without it: it counts up by itself only where the models say so too.
 */
export function sequencesAsCompared(
  found: SchemaModel,
  model: SchemaModel,
  canonical: (table: QualifiedName) => Table | null,
  dialect: Dialect,
): void {
  for (const { sequence, table, column } of countersIn(found)) {
    const mine = canonical(table);
    if (model.get('sequence', sequence) === undefined) continue;
    if (mine !== null && columnOf(mine, column.name)?.autoincrement === true) continue;
    found.put(countedByDefault(sequence, table, column, dialect));
  }
}

interface Counter {
  readonly sequence: Sequence;
  readonly table: Table;
  readonly column: Column;
}

/** The sequences by which columns count up that own them. A column may own further ones. */
function* countersIn(found: SchemaModel): Iterable<Counter> {
  for (const sequence of found.of<Sequence>('sequence')) {
    const { schema, name, ownedBy } = sequence;
    const table = ownedBy === null ? undefined : found.table({ schema, name: ownedBy.table });
    const column = table && columnOf(table, ownedBy?.column ?? '');
    if (table === undefined || column?.autoincrement !== true) continue;
    const said = column.options.postgresql?.identitySequence;
    if (said === undefined ? isSerialName(name, table.name, column.name) : said === name)
      yield { sequence, table, column };
  }
}

/** The table with the column's numbers as a default. */
function countedByDefault(sequence: Sequence, table: Table, column: Column, { writer }: Dialect): Table {
  const serverDefault = sql.raw(`nextval(${writer.literal(writer.name(sequence))}::regclass)`);
  const options = withoutSequence(column.options);
  const counted: Column = { ...column, autoincrement: false, serverDefault, options };
  return deepFreeze({ ...table, columns: table.columns.map((each) => (each === column ? counted : each)) });
}

/** The sequence says its name by itself. */
function withoutSequence({ postgresql, ...others }: Column['options']): Column['options'] {
  const { identitySequence: _, ...rest } = postgresql ?? {};
  return Object.keys(rest).length === 0 ? others : { ...others, postgresql: rest };
}

function isSerial(sequence: Sequence, table: Table, column: Column, dialect: Dialect): boolean {
  const { type, start, increment, minValue, maxValue, cache, cycle, comment, options } = sequence;
  return (
    [start, increment, minValue, maxValue, cache, comment].every((each) => each === null) &&
    !cycle &&
    // SERIAL makes an unlogged sequence for an unlogged table
    (options.postgresql?.unlogged ?? false) === (table.options.postgresql?.unlogged ?? false) &&
    integerTypeOf(type, dialect.name) === integerTypeOf(column.type, dialect.name) &&
    isSerialName(sequence.name, table.name, column.name)
  );
}

/** `table_column_seq`; where that is too long, both are cut. */
function isSerialName(name: string, table: string, column: string): boolean {
  const whole = `${table}_${column}_seq`;
  if (name === whole) return true;
  if (!name.endsWith('_seq') || Buffer.byteLength(whole) <= Buffer.byteLength(name)) return false;
  const parts = name.slice(0, -'_seq'.length);
  return [...parts.matchAll(/_/g)].some(
    ({ index }) => table.startsWith(parts.slice(0, index)) && column.startsWith(parts.slice(index + 1)),
  );
}
