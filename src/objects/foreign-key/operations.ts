import { checkOptions, optionArguments, type SchemaOption } from '../../operations/arguments.ts';
import { defineOperation, type OperationDefinition } from '../../operations/define-operation.ts';
import {
  type ForeignKey,
  type ForeignKeyOptions,
  foreignKey,
  foreignKeyOptionNames,
} from '../../schema/foreign-key.ts';
import { type NameInput, nameInput, type QualifiedName } from '../../schema/names.ts';
import {
  type CreateConstraint,
  constraintFacets,
  createConstraint,
} from '../constraint/create-constraint.ts';

export type CreateForeignKey = CreateConstraint<'createForeignKey', ForeignKey>;

export interface CreateForeignKeyOptions extends ForeignKeyOptions {
  /** schema of the table that gets the key; `schema` is the same */
  readonly sourceSchema?: string | null;
  /** schema of the table that the key refers to; `referredSchema` is the same */
  readonly referentSchema?: string | null;
}

/** `op.createForeignKey('fk_users_org', 'users', 'orgs', ['org_id'], ['id'], { onDelete: 'cascade' })` */
export const createForeignKey: OperationDefinition<
  CreateForeignKey,
  [
    name: NameInput,
    table: string,
    referent: string,
    columns: readonly string[],
    referentColumns: readonly string[],
    options?: CreateForeignKeyOptions & SchemaOption,
  ],
  [
    name: NameInput,
    referent: string,
    columns: readonly string[],
    referentColumns: readonly string[],
    options?: CreateForeignKeyOptions,
  ],
  void
> = defineOperation({
  kind: 'createForeignKey',
  ...constraintFacets<'createForeignKey', ForeignKey>(),
  create: make,
  batch: (
    table: QualifiedName,
    name: NameInput,
    referent: string,
    columns: readonly string[],
    referentColumns: readonly string[],
    options: CreateForeignKeyOptions = {},
  ) => make(name, table.name, referent, columns, referentColumns, { ...options, schema: table.schema }),
  call: ({ constraint, table, schema }) => [
    nameInput(constraint),
    table,
    constraint.referredTable,
    constraint.columns,
    constraint.referredColumns,
    ...unlessEmpty({ ...(schema === null ? {} : { sourceSchema: schema }), ...said(constraint) }),
  ],
  batchCall: ({ constraint }) => [
    nameInput(constraint),
    constraint.referredTable,
    constraint.columns,
    constraint.referredColumns,
    ...unlessEmpty(said(constraint)),
  ],
});

function make(
  name: NameInput,
  table: string,
  referent: string,
  columns: readonly string[],
  referentColumns: readonly string[],
  options: CreateForeignKeyOptions & SchemaOption = {},
): CreateForeignKey {
  checkOptions('createForeignKey', options, [
    'schema',
    'sourceSchema',
    'referentSchema',
    ...foreignKeyOptionNames,
  ]);
  const { schema, sourceSchema, referentSchema, ...rest } = options;
  const referred = referentSchema === undefined ? {} : { referredSchema: referentSchema };
  return createConstraint(
    'createForeignKey',
    table,
    sourceSchema ?? schema,
    foreignKey(columns, referent, referentColumns, { ...rest, ...referred, name }),
  );
}

function unlessEmpty(options: { readonly [name: string]: unknown }): readonly unknown[] {
  return Object.keys(options).length === 0 ? [] : [options];
}

function said(constraint: ForeignKey): { readonly [name: string]: unknown } {
  const {
    referredSchema,
    referredTable,
    onDelete,
    onUpdate,
    deferrable,
    initially,
    match,
    useAlter,
    options,
  } = constraint;
  // a dot in a bare name would be read as a schema
  const referentSchema =
    referredSchema !== null || referredTable.includes('.') ? { referentSchema: referredSchema } : {};
  const [rest = {}] = optionArguments(
    { onDelete, onUpdate, deferrable, initially, match, useAlter, ...options },
    { deferrable: null },
  );
  return { ...referentSchema, ...(rest as object) };
}
