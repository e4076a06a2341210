import { checkOptions, inTable, optionArguments, type SchemaOption } from '../../operations/arguments.ts';
import { defineOperation, type OperationDefinition } from '../../operations/define-operation.ts';
import { type NameInput, nameInput, type QualifiedName } from '../../schema/names.ts';
import { type KeyOptions, keyOptionNames, type PrimaryKey, primaryKey } from '../../schema/primary-key.ts';
import {
  type CreateConstraint,
  constraintFacets,
  createConstraint,
} from '../constraint/create-constraint.ts';

export type CreatePrimaryKey = CreateConstraint<'createPrimaryKey', PrimaryKey>;
type Options = Omit<KeyOptions, 'name'>;

/** `op.createPrimaryKey('pk_users', 'users', ['id'])` */
export const createPrimaryKey: OperationDefinition<
  CreatePrimaryKey,
  [name: NameInput, table: string, columns: readonly string[], options?: Options & SchemaOption],
  [name: NameInput, columns: readonly string[], options?: Options],
  void
> = defineOperation({
  kind: 'createPrimaryKey',
  ...constraintFacets<'createPrimaryKey', PrimaryKey>(),
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
): CreatePrimaryKey {
  checkOptions('createPrimaryKey', options, ['schema', ...keyOptionNames.filter((each) => each !== 'name')]);
  const { schema, ...rest } = options;
  return createConstraint('createPrimaryKey', table, schema, primaryKey(columns, { ...rest, name }));
}

function said({ deferrable, initially, options }: PrimaryKey): { readonly [name: string]: unknown } {
  return { deferrable, initially, ...options };
}
