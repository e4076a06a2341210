import { ArgumentError } from '../../errors.ts';
import {
  checkName,
  checkOptions,
  irreversible,
  optionArguments,
  type SchemaOption,
} from '../../operations/arguments.ts';
import { defineOperation, type OperationDefinition } from '../../operations/define-operation.ts';
import { key, type Operation } from '../../operations/operation.ts';
import { type EnumObject, enumObject } from '../../schema/enum-object.ts';
import { displayName, type QualifiedName } from '../../schema/names.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';

export interface CreateEnum extends Operation {
  readonly kind: 'createEnum';
  readonly enum: EnumObject;
}

export interface DropEnum extends Operation {
  readonly kind: 'dropEnum';
  readonly name: string;
  readonly schema: string | null;
  readonly ifExists: boolean;
  readonly was: EnumObject | null;
}

export interface AlterEnum extends Operation {
  readonly kind: 'alterEnum';
  readonly name: string;
  readonly schema: string | null;
  readonly values: readonly string[];
  /** null where it isn't known: then there is no way back */
  readonly existingValues: readonly string[] | null;
}

/** `op.createEnum('mood', ['sad', 'happy'])`: a type of the database's own (PostgreSQL). */
export const createEnum: OperationDefinition<
  CreateEnum,
  [name: string, values: readonly string[], options?: SchemaOption],
  never[],
  void
> = defineOperation({
  kind: 'createEnum',
  create: (name: string, values: readonly string[], options: SchemaOption = {}): CreateEnum => {
    checkOptions('createEnum', options, ['schema']);
    return deepFreeze({ kind: 'createEnum', enum: enumObject(name, values, options.schema ?? null) });
  },
  batch: null,
  call: (op) => [op.enum.name, op.enum.values, ...optionArguments({ schema: op.enum.schema })],
  batchCall: null,
  reverse: (op): DropEnum =>
    deepFreeze({
      kind: 'dropEnum',
      name: op.enum.name,
      schema: op.enum.schema,
      ifExists: false,
      was: op.enum,
    }),
  apply: (op, schema) => {
    if (schema.get('enum', op.enum) !== undefined) {
      throw new ArgumentError('ALREADY_IN_MODEL', `There is an enum '${displayName(op.enum)}' already.`);
    }
    schema.put(op.enum);
  },
  sql: (op, dialect) => {
    if (!dialect.capabilities.namedEnums) return [];
    const { writer } = dialect;
    return [
      {
        sql: `CREATE TYPE ${writer.name(op.enum)} AS ENUM (${op.enum.values.map((value) => writer.literal(value)).join(', ')})`,
      },
    ];
  },
  touches: (op) => ({
    requires: op.enum.schema === null ? [] : [key('schema', { schema: null, name: op.enum.schema })],
    provides: [key('enum', op.enum)],
  }),
});

/** `op.dropEnum('mood')` */
export const dropEnum: OperationDefinition<
  DropEnum,
  [name: string, options?: SchemaOption & { readonly ifExists?: boolean }],
  never[],
  void
> = defineOperation({
  kind: 'dropEnum',
  create: (name: string, options: SchemaOption & { readonly ifExists?: boolean } = {}): DropEnum => {
    checkOptions('dropEnum', options, ['schema', 'ifExists']);
    return deepFreeze({
      kind: 'dropEnum',
      name: checkName('dropEnum: the name', name),
      schema: options.schema ?? null,
      ifExists: options.ifExists ?? false,
      was: null,
    });
  },
  batch: null,
  call: ({ name, schema, ifExists }) => [name, ...optionArguments({ schema, ifExists })],
  batchCall: null,
  reverse: (op): CreateEnum => {
    if (op.was === null)
      throw irreversible(
        'dropEnum',
        `enum '${displayName(op)}'`,
        "write the downgrade's createEnum by hand.",
      );
    return deepFreeze({ kind: 'createEnum', enum: op.was });
  },
  apply: (op, schema) => {
    if (schema.get('enum', op) === undefined && !op.ifExists) {
      throw new ArgumentError('NOT_IN_MODEL', `There is no enum '${displayName(op)}'.`);
    }
    schema.delete('enum', op);
  },
  sql: (op, dialect) => {
    if (!dialect.capabilities.namedEnums) return [];
    return [{ sql: `DROP TYPE ${op.ifExists ? 'IF EXISTS ' : ''}${dialect.writer.name(op)}` }];
  },
  touches: (op) => ({ removes: [key('enum', op)] }),
});

/**
 * `op.alterEnum('mood', ['sad', 'ok', 'happy'], { existingValues: ['sad', 'happy'] })`: the values that the enum shall have, in their order. Values that only
 * come to it are added; else the type is rebuilt, and every column of it is moved over: a row that holds a removed value fails it.
 */
export const alterEnum: OperationDefinition<
  AlterEnum,
  [
    name: string,
    values: readonly string[],
    options?: SchemaOption & { readonly existingValues?: readonly string[] },
  ],
  never[],
  void
> = defineOperation({
  kind: 'alterEnum',
  create: (
    name: string,
    values: readonly string[],
    options: SchemaOption & { readonly existingValues?: readonly string[] } = {},
  ): AlterEnum => {
    checkOptions('alterEnum', options, ['schema', 'existingValues']);
    const { schema, values: checked } = enumObject(name, values, options.schema ?? null);
    return deepFreeze({
      kind: 'alterEnum',
      name,
      schema,
      values: checked,
      existingValues: options.existingValues ? [...options.existingValues] : null,
    });
  },
  batch: null,
  call: ({ name, values, schema, existingValues }) => [
    name,
    values,
    ...optionArguments({ schema, existingValues }),
  ],
  batchCall: null,
  reverse: (op): AlterEnum => {
    const { name, schema, values, existingValues } = op;
    if (existingValues === null)
      throw irreversible(
        'alterEnum',
        `enum '${displayName(op)}'`,
        'give existingValues, or write the downgrade by hand.',
      );
    return deepFreeze({ kind: 'alterEnum', name, schema, values: existingValues, existingValues: values });
  },
  apply: (op, schema) => {
    const there = schema.get<EnumObject>('enum', op);
    if (there === undefined)
      throw new ArgumentError('NOT_IN_MODEL', `There is no enum '${displayName(op)}'.`);
    schema.put(deepFreeze({ ...there, values: op.values }));
    restateColumns(op, op.values, schema);
  },
  sql: (op, dialect) => {
    if (!dialect.capabilities.namedEnums) return [];
    throw new ArgumentError(
      'UNSUPPORTED_OPERATION',
      `alterEnum of '${displayName(op)}' isn't possible on ${dialect.name}.`,
    );
  },
  touches: (op) => ({ requires: [key('enum', op)], changes: [key('enum', op)] }),
});

/** A column's type restates its enum's values: they move together. */
function restateColumns(
  name: QualifiedName,
  values: readonly string[],
  schema: Parameters<NonNullable<typeof alterEnum.apply>>[1],
): void {
  for (const table of schema.tables) {
    const columns = table.columns.map((column) => {
      const { type } = column;
      const same =
        type.name === 'enumType' &&
        type.typeName === name.name &&
        (type.typeSchema ?? table.schema) === name.schema;
      return same ? { ...column, type: { ...type, values } } : column;
    });
    if (columns.some((column, i) => column !== table.columns[i]))
      schema.put(deepFreeze({ ...table, columns }));
  }
}

export type { EnumObject } from '../../schema/enum-object.ts';
