import { key } from '../../operations/operation.ts';
import type { Column } from '../../schema/column.ts';
import { isSql } from '../../schema/sql.ts';
import { autoincrements, type Table } from '../../schema/table.ts';
import { namedTypes } from '../enum/touches.ts';
import { expressionNeeds } from '../expression-needs.ts';
import { mentionedKeys } from '../mentioned-keys.ts';

/** What of a column may stand on something outside of its table. */
type Parts = { readonly [P in 'type' | 'serverDefault' | 'computed']?: Column[P] | undefined };

/** The keys of what a column stands on outside of its table: its named type, and what its default or expression calls or counts by. */
export function columnNeeds(
  { type, serverDefault, computed }: Parts,
  schema: string | null,
): readonly string[] {
  return [
    ...namedTypes(type, schema),
    ...(isSql(serverDefault) ? mentionedKeys(serverDefault.text, schema, ['sequence']) : []),
    ...expressionNeeds(isSql(serverDefault) ? serverDefault : null, schema),
    ...expressionNeeds(computed?.expression, schema),
  ];
}

/** The key of the sequence that a column brings along, under its usual name: columns of other tables may count by it. */
export function ownSequence(owner: Table, column: Column): readonly string[] {
  if (column.identity === null && !autoincrements(owner, column)) return [];
  return [key('sequence', { schema: owner.schema, name: `${owner.name}_${column.name}_seq` })];
}
