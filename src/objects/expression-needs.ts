import { isSql, type Sql } from '../schema/sql.ts';
import type { Constraint } from '../schema/table.ts';
import type { Index } from '../schema/table-index.ts';
import { mentionedKeys } from './mentioned-keys.ts';

/** The keys of what an expression of a check, an index or a generated column may call or cast to. */
export function expressionNeeds(
  expression: Sql | null | undefined,
  schema: string | null,
): readonly string[] {
  return expression ? mentionedKeys(expression.text, schema, ['function', 'enum', 'domain']) : [];
}

/** The same for all expressions of a constraint. */
export function constraintNeeds(constraint: Constraint, schema: string | null): readonly string[] {
  if (constraint.kind === 'check') return expressionNeeds(constraint.condition, schema);
  if (constraint.kind === 'exclude')
    return expressionsIn(constraint.definition).flatMap((each) => expressionNeeds(each, schema));
  return [];
}

/** The same for those of an index. */
export function indexNeeds(index: Index, schema: string | null): readonly string[] {
  return [index.where, ...index.elements.map(({ expression }) => expression)].flatMap((each) =>
    expressionNeeds(each, schema),
  );
}

function expressionsIn(value: unknown): readonly Sql[] {
  if (isSql(value)) return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(expressionsIn) : [];
}
