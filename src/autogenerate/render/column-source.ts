import type { Column, ColumnElement, ColumnReference } from '../../schema/column.ts';
import type { Source } from './source-tree.ts';
import type { SourceWriter } from './source-writer.ts';

/** `column('email', string(255), { nullable: false })`: what the builder takes for granted isn't said. */
export function columnSource(column: Column | ColumnElement, writer: SourceWriter): Source {
  return writer.call('column', [column.name, column.type], options(column));
}

/** In the order of `columnOptionNames`. */
function options(column: Column | ColumnElement): object {
  const shorthand = 'shorthand' in column ? column.shorthand : null;
  const { nullable, autoincrement, serverDefault, computed, identity, comment } = column;
  const primaryKey = shorthand?.primaryKey ?? false;
  const usuallyNullable = !primaryKey && identity === null;
  return {
    primaryKey: primaryKey || undefined,
    nullable: nullable !== usuallyNullable || shorthand?.nullable === true ? nullable : undefined,
    autoincrement: autoincrement === 'auto' ? undefined : autoincrement,
    serverDefault: serverDefault ?? undefined,
    computed: computed ?? undefined,
    identity: identity ?? undefined,
    unique: shorthand?.unique || undefined,
    index: shorthand?.index || undefined,
    references: shorthand?.references ? shortReference(shorthand.references) : undefined,
    comment: comment ?? undefined,
    ...column.options,
  };
}

/** `'orgs.id'` where that says it all; names with dots must be apart. */
function shortReference(reference: ColumnReference): string | ColumnReference {
  const { column, table, referredSchema, ...rest } = reference;
  const path = [referredSchema ?? null, table, column].filter((name) => typeof name === 'string');
  if (table !== undefined && path.some((name) => name.includes('.'))) return reference;
  // without `table` the column is a path already
  const short = table === undefined ? reference : { column: path.join('.'), ...rest };
  return Object.keys(short).length === 1 ? short.column : short;
}
