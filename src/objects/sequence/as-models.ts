import type { Dialect } from '../../dialect/dialect.ts';
import type { Column } from '../../schema/column.ts';
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
  for (const sequence of found.of<Sequence>('sequence')) {
    const { schema, name, ownedBy } = sequence;
    const table = ownedBy === null ? undefined : found.table({ schema, name: ownedBy.table });
    const column = table && columnOf(table, ownedBy?.column ?? '');
    if (table === undefined || column?.autoincrement !== true) continue;
    if (isSerial(sequence, table, column, dialect)) found.delete('sequence', sequence);
    else {
      const text = `nextval(${dialect.writer.literal(dialect.writer.name({ schema, name }))}::regclass)`;
      const options = withoutSequence(column.options);
      const counted: Column = { ...column, autoincrement: false, serverDefault: sql.raw(text), options };
      const columns = table.columns.map((each) => (each === column ? counted : each));
      found.put(deepFreeze({ ...table, columns }));
    }
  }
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
