import { ArgumentError } from '../../errors.ts';
import { checkOptions, inTable, optionArguments, type SchemaOption } from '../../operations/arguments.ts';
import { defineOperation, type OperationDefinition } from '../../operations/define-operation.ts';
import { type DialectOptionsInput, dialectNames, pickDialectOptions } from '../../schema/dialect-options.ts';
import { type NameInput, nameFields, nameInput, type QualifiedName } from '../../schema/names.ts';
import { whenChecked } from '../../schema/one-of.ts';
import { isSql, type Sql } from '../../schema/sql.ts';
import type { OtherConstraint } from '../../schema/table.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';
import {
  type CreateConstraint,
  constraintFacets,
  createConstraint,
} from '../constraint/create-constraint.ts';

/** An EXCLUDE constraint (PostgreSQL). `definition.elements`: what is compared, each with the operator that may not be true for two rows. */
export interface Exclude extends OtherConstraint {
  readonly definition: {
    readonly elements: readonly { readonly expression: string | Sql; readonly operator: string }[];
    readonly using: string | null;
    readonly where: Sql | null;
    readonly deferrable: boolean | null;
    readonly initially: string | null;
  };
}

export interface ExcludeOptions extends DialectOptionsInput {
  /** the index method; the database's default is `gist` */
  readonly using?: string | null;
  readonly where?: Sql | null;
  readonly deferrable?: boolean | null;
  /** `DEFERRED` or `IMMEDIATE`, in whatever case */
  readonly initially?: string | null;
}

/** An element: a column's name or an expression, and an operator such as `'='` or `'&&'`. */
export type ExcludeElement = readonly [expression: string | Sql, operator: string];
export type CreateExcludeConstraint = CreateConstraint<'createExcludeConstraint', Exclude>;

const optionNames: readonly string[] = ['using', 'where', 'deferrable', 'initially', ...dialectNames];

/** The data of an EXCLUDE constraint: `exclude([['room', '='], ['during', '&&']], { name: 'no_overlap' })`. */
export function exclude(
  elements: readonly ExcludeElement[],
  options: ExcludeOptions & { readonly name?: NameInput } = {},
): Exclude {
  checkOptions('exclude', options, ['name', ...optionNames]);
  if (!Array.isArray(elements) || elements.length === 0)
    throw new ArgumentError('BAD_ARGUMENT', 'exclude takes at least one [expression, operator].');
  const read = elements.map((element) => {
    const [expression, operator] = element;
    if (
      (typeof expression !== 'string' && !isSql(expression)) ||
      typeof operator !== 'string' ||
      !/^[-+*/<>=~!@#%^&|`?]+$|^operator\s*\(/i.test(operator)
    ) {
      throw new ArgumentError(
        'BAD_ARGUMENT',
        `exclude: [expression, operator] expected, not ${JSON.stringify(element)}.`,
      );
    }
    return { expression, operator };
  });
  return deepFreeze({
    kind: 'exclude',
    ...nameFields('exclude: name', options.name),
    options: pickDialectOptions(options),
    definition: {
      elements: read,
      using: options.using ?? null,
      where: options.where ?? null,
      deferrable: options.deferrable ?? null,
      initially: whenChecked('exclude', options.initially),
    },
  });
}

/** `op.createExcludeConstraint('no_overlap', 'bookings', [['room', '='], ['during', '&&']], { using: 'gist' })` */
export const createExcludeConstraint: OperationDefinition<
  CreateExcludeConstraint,
  [
    name: NameInput,
    table: string,
    elements: readonly ExcludeElement[],
    options?: ExcludeOptions & SchemaOption,
  ],
  [name: NameInput, elements: readonly ExcludeElement[], options?: ExcludeOptions],
  void
> = defineOperation({
  kind: 'createExcludeConstraint',
  ...constraintFacets<'createExcludeConstraint', Exclude>(),
  create: make,
  batch: (
    table: QualifiedName,
    name: NameInput,
    elements: readonly ExcludeElement[],
    options: ExcludeOptions = {},
  ) => make(name, table.name, elements, inTable(table, options)),
  call: ({ constraint, table, schema }) => [
    nameInput(constraint),
    table,
    pairs(constraint),
    ...optionArguments({ schema, ...said(constraint) }, { deferrable: null }),
  ],
  batchCall: ({ constraint }) => [
    nameInput(constraint),
    pairs(constraint),
    ...optionArguments(said(constraint), { deferrable: null }),
  ],
});

function make(
  name: NameInput,
  table: string,
  elements: readonly ExcludeElement[],
  options: ExcludeOptions & SchemaOption = {},
): CreateExcludeConstraint {
  checkOptions('createExcludeConstraint', options, ['schema', ...optionNames]);
  const { schema, ...rest } = options;
  return createConstraint('createExcludeConstraint', table, schema, exclude(elements, { ...rest, name }));
}

function pairs({ definition }: Exclude): readonly ExcludeElement[] {
  return definition.elements.map(({ expression, operator }) => [expression, operator]);
}

function said({ definition: { using, where, deferrable, initially }, options }: Exclude): {
  readonly [name: string]: unknown;
} {
  return { using, where, deferrable, initially, ...options };
}
