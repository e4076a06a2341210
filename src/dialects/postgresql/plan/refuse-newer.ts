import type { PlanState } from '../../../dialect/plan-state.ts';
import { ArgumentError } from '../../../errors.ts';
import type { AddColumn, AlterColumn } from '../../../objects/column/operations.ts';
import type { CreateIndex } from '../../../objects/index/operations.ts';
import type { AlterSequence, CreateSequence } from '../../../objects/sequence/operations.ts';
import type { CreateTable } from '../../../objects/table/operations.ts';
import type { CreateView, ReplaceView } from '../../../objects/view/operations.ts';
import type { Operation } from '../../../operations/operation.ts';
import type { Column } from '../../../schema/column.ts';
import type { DialectOptions } from '../../../schema/dialect-options.ts';
import type { Sequence } from '../../../schema/sequence.ts';
import type { Constraint } from '../../../schema/table.ts';
import type { View } from '../../../schema/view.ts';
import type { StorageParameters } from '../options.ts';
import { serverVersion } from '../server-version.ts';

/** Something that servers have since a major version. */
interface Need {
  readonly what: string;
  readonly since: number;
}

/**
 * Refuses what the server is too old for, before it says so in words of its own (a syntax error, mostly). Without a connection nothing is known of it.
 *
 * @throws ArgumentError `UNSUPPORTED_OPERATION`
 */
export async function refuseNewer(operation: Operation, state: PlanState): Promise<void> {
  for (const { what, since } of needsOf(operation)) await refuseBefore(since, what, state);
}

/** Refuses `what` on a server before the major version `since`. @throws ArgumentError `UNSUPPORTED_OPERATION` */
export async function refuseBefore(
  since: number,
  what: string,
  { connection }: Pick<PlanState, 'connection'>,
): Promise<void> {
  if (connection === null) return;
  const version = Math.floor((await serverVersion(connection)) / 10_000);
  if (version >= since) return;
  throw new ArgumentError(
    'UNSUPPORTED_OPERATION',
    `${connection.display} is PostgreSQL ${version}: ${what} needs PostgreSQL ${since}. Leave it out, or upgrade the server.`,
  );
}

function needsOf(operation: Operation): readonly Need[] {
  if (operation.kind === 'createTable') {
    const { columns, constraints, indexes } = (operation as CreateTable).table;
    return [
      ...columns.flatMap(columnNeeds),
      ...constraints.flatMap(constraintNeeds),
      ...indexes.flatMap(keyNeeds),
    ];
  }
  if (operation.kind === 'addColumn') return columnNeeds((operation as AddColumn).column);
  if (operation.kind === 'alterColumn') return columnNeeds((operation as AlterColumn).changes);
  if (operation.kind === 'createIndex') return keyNeeds((operation as CreateIndex).index);
  if (operation.kind === 'createSequence') return sequenceNeeds((operation as CreateSequence).sequence);
  if (operation.kind === 'alterSequence') return sequenceNeeds((operation as AlterSequence).changes);
  if (operation.kind === 'createView' || operation.kind === 'replaceView')
    return viewNeeds((operation as CreateView | ReplaceView).view);
  const { constraint } = operation as { readonly constraint?: Constraint };
  return operation.kind.startsWith('create') && constraint !== undefined ? constraintNeeds(constraint) : [];
}

function sequenceNeeds({ options }: Partial<Pick<Sequence, 'options'>>): readonly Need[] {
  return options?.postgresql?.unlogged === undefined ? [] : [{ what: 'an unlogged sequence', since: 15 }];
}

function viewNeeds({ options, indexes }: View): readonly Need[] {
  const { security_invoker: isInvoker } = (options.postgresql?.with ?? {}) as StorageParameters;
  return [
    ...(isInvoker === undefined ? [] : [{ what: 'security_invoker of a view', since: 15 }]),
    ...indexes.flatMap(keyNeeds),
  ];
}

function columnNeeds({
  computed,
  options = {},
}: Partial<Pick<Column, 'computed' | 'options'>>): readonly Need[] {
  return [
    ...(computed?.persisted === false ? [{ what: 'a virtual generated column', since: 18 }] : []),
    ...(options.postgresql?.compression === undefined
      ? []
      : [{ what: 'the compression of a column', since: 14 }]),
  ];
}

function constraintNeeds(constraint: Constraint): readonly Need[] {
  const needs = [...keyNeeds(constraint)];
  if (constraint.options.postgresql?.notEnforced === true)
    needs.push({ what: 'a constraint that is NOT ENFORCED', since: 18 });
  if (constraint.kind === 'foreignKey' && constraint.onDelete?.includes('(') === true)
    needs.push({ what: 'ON DELETE for some of the columns', since: 15 });
  return needs;
}

function keyNeeds({ options }: { readonly options: DialectOptions }): readonly Need[] {
  return options.postgresql?.nullsNotDistinct === true ? [{ what: 'NULLS NOT DISTINCT', since: 15 }] : [];
}
