import type { Dialect } from '../../dialect/dialect.ts';
import type { CompareContext, ObjectKind } from '../../dialect/object-kind.ts';
import { ArgumentError } from '../../errors.ts';
import { key, type Operation } from '../../operations/operation.ts';
import type { Column } from '../../schema/column.ts';
import { type Domain, domainOf } from '../../schema/domain-object.ts';
import { type EnumObject, enumObject } from '../../schema/enum-object.ts';
import { displayName, keyOf } from '../../schema/names.ts';
import type { SchemaModel } from '../../schema/schema-model.ts';
import type { SqlFunction } from '../../schema/sql-function.ts';
import type { Table } from '../../schema/table.ts';
import type { ColumnType } from '../../schema/types/column-type.ts';
import { typeFor } from '../../schema/types/generic.ts';
import type { View } from '../../schema/view.ts';
import { deepEqual } from '../../util/deep-equal.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';
import { mentionedKeys } from '../mentioned-keys.ts';
import { defineObjectKind } from '../object-kind.ts';
import {
  type AlterEnum,
  alterEnum,
  type CreateEnum,
  createEnum,
  type DropEnum,
  dropEnum,
  renameEnumValue,
} from './operations.ts';

/** The database's own enum types: what columns use is implied, and compared like anything else. */
export const enumKind: ObjectKind<EnumObject> = defineObjectKind<EnumObject>({
  kind: 'enum',
  operations: [createEnum, dropEnum, alterEnum, renameEnumValue],
  derive,
  check,
  asModels: (found) => {
    for (const { holders: _, ...each } of found.of<EnumObject>('enum')) found.put(deepFreeze(each));
  },
  compare: ({ model, canonical, database }, context): readonly Operation[] => {
    if (database === null && model !== null)
      return [deepFreeze<CreateEnum>({ kind: 'createEnum', enum: model })];
    if (database !== null && model === null) {
      if (isNamedInSql(database, context.model, context.dialect) || isHeld(database, context)) return [];
      const { holders: _, ...was } = database;
      const { name, schema } = was;
      return [deepFreeze<DropEnum>({ kind: 'dropEnum', name, schema, ifExists: false, was })];
    }
    if (canonical === null || database === null || deepEqual(canonical.values, database.values)) return [];
    const { name, schema, values } = canonical;
    return [
      deepFreeze<AlterEnum>({
        kind: 'alterEnum',
        name,
        schema,
        values,
        existingValues: database.values,
        replace: null,
      }),
    ];
  },
});

function derive(model: SchemaModel, dialect: Dialect): readonly EnumObject[] {
  if (!dialect.capabilities.namedEnums) return [];
  const found = new Map<string, EnumObject>();
  const homes = [
    ...nativeEnums(model, dialect).map(({ table, type }) => ({ schema: table.schema, type })),
    ...domainsOf(model, dialect).map(({ schema, type }) => ({ schema, type: type.item ?? type })),
  ];
  for (const { schema, type } of homes) {
    if (!isNative(type) || type.typeName === undefined || type.values === undefined) continue;
    const object = enumObject(type.typeName, type.values, type.typeSchema ?? schema);
    if (!found.has(keyOf(object))) found.set(keyOf(object), object);
  }
  return [...found.values()];
}

/** The domains of the models, by themselves or as a column's type, and those that these are made of. */
function domainsOf(model: SchemaModel, dialect: Dialect): readonly Domain[] {
  const within = (type: ColumnType | undefined): readonly Domain[] => {
    if (type === undefined) return [];
    const own = domainOf(type);
    return [...(own === null ? [] : [own]), ...within(type.item), ...within(type.definition?.type)];
  };
  return [
    ...model.of<Domain>('domain').flatMap((domain) => [domain, ...within(domain.type)]),
    ...model.tables.flatMap(({ columns }) =>
      columns.flatMap(({ type }) => within(typeFor(type, dialect.name))),
    ),
  ];
}

function isNative({ name, native }: ColumnType): boolean {
  return name === 'enumType' && native !== false;
}

/** Whether a column's type may mean it: `sqlType('mood')` doesn't say what its values are, so that there is nothing to compare. */
function isNamedInSql(database: EnumObject, model: SchemaModel, dialect: Dialect): boolean {
  const wanted = key('enum', database);
  const types = [
    ...model.tables.flatMap(({ schema, columns }) => columns.map(({ type }) => ({ schema, type }))),
    ...model.of<Domain>('domain'),
  ];
  return types.some(({ schema, type }) => {
    const own = typeFor(type, dialect.name);
    const { name, text = '' } = own.item ?? own;
    return name === 'sqlType' && mentionedKeys(text, schema, ['enum']).includes(wanted);
  });
}

/** Whether something stands on it that nobody compares, or that a function or view of the models goes on to name. */
function isHeld(database: EnumObject, context: CompareContext): boolean {
  const wanted = key('enum', database);
  return (database.holders ?? []).some((holder) => {
    const pair = context.object(holder.kind, holder);
    if (pair === null || pair.model === null) return pair === null;
    const {
      arguments: own = '',
      definition,
      query,
    } = pair.model as Partial<Pick<SqlFunction, 'arguments' | 'definition'> & Pick<View, 'query'>>;
    const text = [own, definition?.text, query?.text].join(' ');
    return mentionedKeys(text, holder.schema, ['enum']).includes(wanted);
  });
}

/** @throws ArgumentError `BAD_TYPE` for an enum that would be a type of the database's own, and has no name. */
function check(model: SchemaModel, _database: SchemaModel, dialect: Dialect): void {
  if (!dialect.capabilities.namedEnums) return;
  const unnamed = nativeEnums(model, dialect).find(({ type }) => type.typeName === undefined);
  if (unnamed === undefined) return;
  const { table, column } = unnamed;
  const place = `${displayName(table)}.${column.name}`;
  throw new ArgumentError(
    'BAD_TYPE',
    `The enum of ${place} has no name, and the database's own enum types have one: enumType([…], { name: '…' }), or { native: false } for a VARCHAR.`,
    { details: { table: displayName(table), column: column.name } },
  );
}

/** The columns whose type, or whose elements' type, is an enum of the database's own. */
function nativeEnums(
  model: SchemaModel,
  dialect: Dialect,
): readonly { readonly table: Table; readonly column: Column; readonly type: ColumnType }[] {
  return model.tables.flatMap((table) =>
    table.columns.flatMap((column) => {
      const own = typeFor(column.type, dialect.name);
      const type = own.item ?? own;
      return isNative(type) ? [{ table, column, type }] : [];
    }),
  );
}
