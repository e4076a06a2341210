import { ArgumentError } from '../../errors.ts';
import type { AddColumn, AlterColumn } from '../../objects/column/operations.ts';
import type { CreateSchema } from '../../objects/schema/operations.ts';
import type { Operation } from '../../operations/operation.ts';
import type { SchemaObject } from '../../schema/metadata.ts';
import { displayName } from '../../schema/names.ts';
import type { Table } from '../../schema/table.ts';
import type { View } from '../../schema/view.ts';
import { maxIdentifierLength } from './identifiers.ts';

/** The kinds whose names stay as they are. Those of constraints and indexes are shortened, and known by what is left (`keptName`). */
const kinds = ['table', 'view', 'enum', 'domain', 'sequence', 'function', 'trigger', 'schema'] as const;

/**
 * Refuses what has a name that PostgreSQL would cut: the next comparison would look for it under a name that isn't there, and take the cut one for something to
 * drop.
 *
 * @throws ArgumentError `NAME_TOO_LONG`
 */
export function refuseLongName(object: SchemaObject): void {
  if (!kinds.some((kind) => kind === object.kind)) return;
  refuse(object.kind, object.name);
  const { columns } = object as Partial<Pick<Table | View, 'columns'>>;
  for (const column of columns ?? [])
    refuse(
      `column of ${object.kind} '${displayName(object)}'`,
      typeof column === 'string' ? column : column.name,
    );
}

/** As {@link refuseLongName}, for what an operation makes or renames. */
export function refuseLongNames(operation: Operation): void {
  // what makes or replaces something holds it under the name of its kind
  for (const kind of kinds) {
    const made = (operation as Operation & { readonly [part: string]: unknown })[kind];
    if (typeof made === 'object' && made !== null) refuseLongName(made as SchemaObject);
  }
  const { newName } = operation as { readonly newName?: string };
  if (newName !== undefined) refuse(operation.kind.replace(/^(?:alter|rename)/, '').toLowerCase(), newName);
  if (operation.kind === 'createSchema') refuse('schema', (operation as CreateSchema).name);
  else if (operation.kind === 'addColumn') refuse('column', (operation as AddColumn).column.name);
  else if (operation.kind === 'alterColumn') refuse('column', (operation as AlterColumn).changes.name ?? '');
}

function refuse(what: string, name: string): void {
  const { length } = Buffer.from(name);
  if (length <= maxIdentifierLength) return;
  throw new ArgumentError(
    'NAME_TOO_LONG',
    `The ${what} '${name}' has a name of ${length} bytes; PostgreSQL keeps ${maxIdentifierLength} and would cut the rest off in silence. Give it a shorter name.`,
  );
}
