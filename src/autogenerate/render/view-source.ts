import type { View } from '../../schema/view.ts';
import type { Source } from './source-tree.ts';
import type { SourceWriter } from './source-writer.ts';

/** ``view('adults', sql`…`)`` or `materializedView(…)`. */
export function viewSource(view: View, writer: SourceWriter): Source {
  const { name, query, schema, columns, materialized, indexes, comment, options } = view;
  const said = Object.entries({ schema, columns, indexes: indexes.length === 0 ? null : indexes, comment });
  const kept = Object.fromEntries(said.filter(([, value]) => value !== null));
  return writer.call(materialized ? 'materializedView' : 'view', [name, query], { ...kept, ...options });
}
