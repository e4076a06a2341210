import { ArgumentError } from '../errors.ts';
import { checkOptions } from './check-options.ts';
import { isSql, type Sql, sql } from './sql.ts';

/** A generated column. `persisted`: stored (true), virtual (false), or what the database does by itself (null). */
export interface Computed {
  readonly expression: Sql;
  readonly persisted: boolean | null;
}

/** `GENERATED ALWAYS AS (expression)`, STORED or VIRTUAL. */
export function computed(expression: Sql | string, options: { readonly persisted?: boolean } = {}): Computed {
  checkOptions('computed', options, ['persisted']);
  const text = typeof expression === 'string' ? sql.raw(expression) : expression;
  if (!isSql(text)) throw new ArgumentError('BAD_ARGUMENT', 'computed takes sql`…`.');
  return Object.freeze({ expression: text, persisted: options.persisted ?? null });
}
