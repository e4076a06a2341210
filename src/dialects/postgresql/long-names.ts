import { ArgumentError } from '../../errors.ts';
import type { AddColumn, AlterColumn } from '../../objects/column/operations.ts';
import type { CreateDomain } from '../../objects/domain/operations.ts';
import type { CreateEnum } from '../../objects/enum/operations.ts';
import type { CreateFunction } from '../../objects/function/operations.ts';
import type { CreateSequence } from '../../objects/sequence/operations.ts';
import type { CreateTable, RenameTable } from '../../objects/table/operations.ts';
import type { CreateTrigger } from '../../objects/trigger/operations.ts';
import type { Operation } from '../../operations/operation.ts';
import type { Table } from '../../schema/table.ts';
import { maxIdentifierLength } from './identifiers.ts';

/**
 * Refuses tables, columns and types whose names PostgreSQL would cut: the next comparison would look for them under a name that isn't there, and take the cut one
 * for something to drop. Names of constraints and indexes are shortened, and known by what is left (`keptName`).
 *
 * @throws ArgumentError `NAME_TOO_LONG`
 */
export function refuseLongTable(table: Table): void {
  refuse('table', table.name);
  for (const column of table.columns) refuse(`column of table '${table.name}'`, column.name);
}

/** As {@link refuseLongTable}, for what an operation makes or renames. */
export function refuseLongNames(operation: Operation): void {
  if (operation.kind === 'createTable') refuseLongTable((operation as CreateTable).table);
  else if (operation.kind === 'renameTable') refuse('table', (operation as RenameTable).newName);
  else if (operation.kind === 'addColumn') refuse('column', (operation as AddColumn).column.name);
  else if (operation.kind === 'alterColumn') refuse('column', (operation as AlterColumn).changes.name ?? '');
  else if (operation.kind === 'createEnum') refuse('enum', (operation as CreateEnum).enum.name);
  else if (operation.kind === 'createDomain') refuse('domain', (operation as CreateDomain).domain.name);
  else if (operation.kind === 'createSequence')
    refuse('sequence', (operation as CreateSequence).sequence.name);
  else if (operation.kind === 'createFunction')
    refuse('function', (operation as CreateFunction).function.name);
  else if (operation.kind === 'createTrigger') refuse('trigger', (operation as CreateTrigger).trigger.name);
  else if (operation.kind === 'createSchema')
    refuse('schema', (operation as Operation & { readonly name: string }).name);
}

function refuse(what: string, name: string): void {
  const { length } = Buffer.from(name);
  if (length <= maxIdentifierLength) return;
  throw new ArgumentError(
    'NAME_TOO_LONG',
    `The ${what} '${name}' has a name of ${length} bytes; PostgreSQL keeps ${maxIdentifierLength} and would cut the rest off in silence. Give it a shorter name.`,
  );
}
