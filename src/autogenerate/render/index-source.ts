import { nameInput } from '../../schema/names.ts';
import type { Index, IndexElement } from '../../schema/table-index.ts';
import { sayable } from './constraint-source.ts';
import type { Source } from './source-tree.ts';
import type { SourceWriter } from './source-writer.ts';

/** ``index('ix_users_created', ['created_at', sql`lower(email)`], { unique: true })`` */
export function indexSource(index: Index, writer: SourceWriter): Source {
  const { unique, where, options } = index;
  const said = { ...sayable({ unique: unique || null, where }), ...options };
  return writer.call('index', [nameInput(index), index.elements.map(elementInput)], said);
}

/** A column's name or an expression, or an object with what else is said of it. */
function elementInput(element: IndexElement): unknown {
  const said = sayable({ ...element });
  return Object.keys(said).length === 1 ? (element.column ?? element.expression) : said;
}
