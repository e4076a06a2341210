import { checkOptions, inTable, optionArguments, type SchemaOption } from '../../operations/arguments.ts';
import { defineOperation, type OperationDefinition } from '../../operations/define-operation.ts';
import { type NameInput, nameInput, type QualifiedName } from '../../schema/names.ts';
import { type KeyOptions, keyOptionNames } from '../../schema/primary-key.ts';
import { type Unique, unique } from '../../schema/unique.ts';
import {
  type CreateConstraint,
  constraintFacets,
  createConstraint,
} from '../constraint/create-constraint.ts';

export type CreateUniqueConstraint = CreateConstraint<'createUniqueConstraint', Unique>;
type Options = Omit<KeyOptions, 'name'>;

/** `op.createUniqueConstraint('uq_users_email', 'users', ['org_id', 'email'])` */
export const createUniqueConstraint: OperationDefinition<
  CreateUniqueConstraint,
  [name: NameInput, table: string, columns: readonly string[], options?: Options & SchemaOption],
  [name: NameInput, columns: readonly string[], options?: Options],
  void
> = defineOperation({
  kind: 'createUniqueConstraint',
  ...constraintFacets<'createUniqueConstraint', Unique>(),
  create: make,
  batch: (table: QualifiedName, name: NameInput, columns: readonly string[], options: Options = {}) =>
    make(name, table.name, columns, inTable(table, options)),
  call: (op) => [
    nameInput(op.constraint),
    op.table,
    op.constraint.columns,
    ...optionArguments({ schema: op.schema, ...said(op.constraint) }, { deferrable: null }),
  ],
  batchCall: (op) => [
    nameInput(op.constraint),
    op.constraint.columns,
    ...optionArguments(said(op.constraint), { deferrable: null }),
  ],
});

function make(
  name: NameInput,
  table: string,
  columns: readonly string[],
  options: Options & SchemaOption = {},
): CreateUniqueConstraint {
  checkOptions('createUniqueConstraint', options, [
    'schema',
    ...keyOptionNames.filter((each) => each !== 'name'),
  ]);
  const { schema, ...rest } = options;
  return createConstraint('createUniqueConstraint', table, schema, unique(columns, { ...rest, name }));
}

function said({ deferrable, initially, options }: Unique): { readonly [name: string]: unknown } {
  return { deferrable, initially, ...options };
}
