import { checkOptions, inTable, optionArguments, type SchemaOption } from '../../operations/arguments.ts';
import { defineOperation, type OperationDefinition } from '../../operations/define-operation.ts';
import { type Check, check } from '../../schema/check.ts';
import { type DialectOptionsInput, dialectNames } from '../../schema/dialect-options.ts';
import { type NameInput, nameInput, type QualifiedName } from '../../schema/names.ts';
import type { Sql } from '../../schema/sql.ts';
import {
  type CreateConstraint,
  constraintFacets,
  createConstraint,
} from '../constraint/create-constraint.ts';

export type CreateCheckConstraint = CreateConstraint<'createCheckConstraint', Check>;

/** ``op.createCheckConstraint('ck_users_age', 'users', sql`age >= 0`)`` */
export const createCheckConstraint: OperationDefinition<
  CreateCheckConstraint,
  [name: NameInput, table: string, condition: Sql | string, options?: DialectOptionsInput & SchemaOption],
  [name: NameInput, condition: Sql | string, options?: DialectOptionsInput],
  void
> = defineOperation({
  kind: 'createCheckConstraint',
  ...constraintFacets<'createCheckConstraint', Check>(),
  create: make,
  batch: (
    table: QualifiedName,
    name: NameInput,
    condition: Sql | string,
    options: DialectOptionsInput = {},
  ) => make(name, table.name, condition, inTable(table, options)),
  call: ({ constraint, table, schema }) => [
    nameInput(constraint),
    table,
    constraint.condition,
    ...optionArguments({ schema, ...constraint.options }),
  ],
  batchCall: ({ constraint }) => [
    nameInput(constraint),
    constraint.condition,
    ...optionArguments({ ...constraint.options }),
  ],
});

function make(
  name: NameInput,
  table: string,
  condition: Sql | string,
  options: DialectOptionsInput & SchemaOption = {},
): CreateCheckConstraint {
  checkOptions('createCheckConstraint', options, ['schema', ...dialectNames]);
  const { schema, ...rest } = options;
  return createConstraint('createCheckConstraint', table, schema, check(condition, { ...rest, name }));
}
