import { ArgumentError } from '../../errors.ts';
import {
  checkOptions,
  type DropOptions,
  dropByName,
  irreversible,
  optionArguments,
  type SchemaOption,
  wasOf,
} from '../../operations/arguments.ts';
import { defineOperation, type OperationDefinition } from '../../operations/define-operation.ts';
import { type Loss, loses, mayLose } from '../../operations/loss.ts';
import { addObject, changeObject, dropObject } from '../../operations/model-objects.ts';
import { key, type Operation } from '../../operations/operation.ts';
import type { SqlDialect } from '../../operations/sql-dialect.ts';
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
  /** what becomes of rows with a value that goes; null: nothing is said */
  readonly replace: { readonly [value: string]: string } | null;
}

export interface RenameEnumValue extends Operation {
  readonly kind: 'renameEnumValue';
  readonly name: string;
  readonly schema: string | null;
  readonly value: string;
  readonly newValue: string;
}

export interface AlterEnumOptions extends SchemaOption {
  readonly existingValues?: readonly string[];
  /** by a value that goes, the one that its rows get: `{ sad: 'unhappy' }` */
  readonly replace?: { readonly [value: string]: string } | null;
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
  apply: (op, schema) => addObject(schema, op.enum),
  sql: (op, dialect) => {
    if (!dialect.capabilities.namedEnums) return [];
    const { writer } = dialect;
    return [
      {
        sql: `CREATE TYPE ${writer.name(op.enum)} AS ENUM (${op.enum.values.map((value) => writer.literal(value)).join(', ')})`,
      },
    ];
  },
  destroys: null,
  touches: (op) => ({
    requires: op.enum.schema === null ? [] : [key('schema', { schema: null, name: op.enum.schema })],
    provides: [key('enum', op.enum)],
  }),
});

/** `op.dropEnum('mood')` */
export const dropEnum: OperationDefinition<DropEnum, [name: string, options?: DropOptions], never[], void> =
  defineOperation({
    kind: 'dropEnum',
    create: (name: string, options?: DropOptions): DropEnum => dropByName('dropEnum', name, options),
    batch: null,
    call: ({ name, schema, ifExists }) => [name, ...optionArguments({ schema, ifExists })],
    batchCall: null,
    reverse: (op): CreateEnum =>
      deepFreeze({
        kind: 'createEnum',
        enum: wasOf(op, `enum '${displayName(op)}'`, "write the downgrade's createEnum by hand."),
      }),
    apply: (op, schema) => dropObject(schema, 'enum', op, op.ifExists),
    sql: (op, dialect) => {
      if (!dialect.capabilities.namedEnums) return [];
      return [{ sql: `DROP TYPE ${op.ifExists ? 'IF EXISTS ' : ''}${dialect.writer.name(op)}` }];
    },
    destroys: null,
    touches: (op) => ({ removes: [key('enum', op)] }),
  });

/**
 * `op.alterEnum('mood', ['sad', 'ok', 'happy'], { existingValues: ['sad', 'happy'] })`: the values that the enum shall have, in their order. Values that only
 * come to it are added; else the type is rebuilt, and all that stands on it is moved over: a row that holds a removed value fails it, unless
 * `replace: { sad: 'unhappy' }` says which it gets. To give a value another name, see {@link renameEnumValue}.
 */
export const alterEnum: OperationDefinition<
  AlterEnum,
  [name: string, values: readonly string[], options?: AlterEnumOptions],
  never[],
  void
> = defineOperation({
  kind: 'alterEnum',
  create: (name: string, values: readonly string[], options: AlterEnumOptions = {}): AlterEnum => {
    checkOptions('alterEnum', options, ['schema', 'existingValues', 'replace']);
    const { schema, values: checked } = enumObject(name, values, options.schema ?? null);
    return deepFreeze({
      kind: 'alterEnum',
      name,
      schema,
      values: checked,
      existingValues: options.existingValues ? [...options.existingValues] : null,
      replace: replacement(name, checked, options.replace ?? null),
    });
  },
  batch: null,
  call: ({ name, values, schema, existingValues, replace }) => [
    name,
    values,
    ...optionArguments({ schema, existingValues, replace }),
  ],
  batchCall: null,
  reverse: (op): AlterEnum => {
    const { name, schema, values, existingValues, replace } = op;
    if (existingValues === null)
      throw irreversible(
        'alterEnum',
        `enum '${displayName(op)}'`,
        'give existingValues, or write the downgrade by hand.',
      );
    // rows that got another value keep it: which of them had it before, nobody knows
    const gone = values.filter((value) => !existingValues.includes(value));
    const back = Object.entries(replace ?? {}).filter(([, to]) => gone.includes(to));
    return deepFreeze({
      kind: 'alterEnum',
      name,
      schema,
      values: existingValues,
      existingValues: values,
      replace: back.length === 0 ? null : Object.fromEntries(back.map(([from, to]) => [to, from])),
    });
  },
  apply: (op, schema) => {
    changeObject<EnumObject>(schema, 'enum', op, (there) => ({ ...there, values: op.values }));
    restateColumns(op, op.values, schema);
  },
  sql: (op, dialect) => {
    if (!dialect.capabilities.namedEnums) return [];
    throw new ArgumentError(
      'UNSUPPORTED_OPERATION',
      `alterEnum of '${displayName(op)}' isn't possible on ${dialect.name}.`,
    );
  },
  destroys: lost,
  touches: (op) => ({ requires: [key('enum', op)], changes: [key('enum', op)] }),
});

/** `op.renameEnumValue('mood', 'sad', 'unhappy')`: in place, whatever holds it. */
export const renameEnumValue: OperationDefinition<
  RenameEnumValue,
  [name: string, value: string, newValue: string, options?: SchemaOption],
  never[],
  void
> = defineOperation({
  kind: 'renameEnumValue',
  create: (name: string, value: string, newValue: string, options: SchemaOption = {}): RenameEnumValue => {
    checkOptions('renameEnumValue', options, ['schema']);
    const { schema } = enumObject(name, [value, newValue], options.schema ?? null);
    return deepFreeze({ kind: 'renameEnumValue', name, schema, value, newValue });
  },
  batch: null,
  call: ({ name, value, newValue, schema }) => [name, value, newValue, ...optionArguments({ schema })],
  batchCall: null,
  reverse: (op): RenameEnumValue => deepFreeze({ ...op, value: op.newValue, newValue: op.value }),
  apply: (op, schema) => {
    const there = schema.get<EnumObject>('enum', op);
    if (there === undefined || !there.values.includes(op.value)) {
      throw new ArgumentError(
        'NOT_IN_MODEL',
        `There is no enum '${displayName(op)}' with a value '${op.value}'.`,
      );
    }
    const values = there.values.map((each) => (each === op.value ? op.newValue : each));
    schema.put(deepFreeze({ ...there, values }));
    restateColumns(op, values, schema);
  },
  sql: (op, { capabilities, writer }) => {
    if (!capabilities.namedEnums) return [];
    const { value, newValue } = op;
    return [
      {
        sql: `ALTER TYPE ${writer.name(op)} RENAME VALUE ${writer.literal(value)} TO ${writer.literal(newValue)}`,
      },
    ];
  },
  destroys: null,
  touches: (op) => ({ requires: [key('enum', op)], changes: [key('enum', op)] }),
});

function lost(op: AlterEnum, { capabilities }: SqlDialect): Loss | null {
  if (!capabilities.namedEnums) return null;
  const list = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ');
  if (op.replace !== null)
    return loses(`which rows had ${list(Object.keys(op.replace))} of enum '${displayName(op)}'`);
  if (op.existingValues === null) return mayLose(`values of enum '${displayName(op)}' that aren't listed`);
  const gone = op.existingValues.filter((value) => !op.values.includes(value));
  return gone.length === 0 ? null : mayLose(`${list(gone)} of enum '${displayName(op)}'`);
}

function replacement(
  name: string,
  values: readonly string[],
  replace: { readonly [value: string]: string } | null,
): AlterEnum['replace'] {
  for (const [from, to] of Object.entries(replace ?? {})) {
    if (values.includes(to) && !values.includes(from)) continue;
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `alterEnum of '${name}': replace says by a value that goes one that is there afterwards, and not '${from}' by '${to}'.`,
    );
  }
  return replace === null || Object.keys(replace).length === 0 ? null : { ...replace };
}

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
