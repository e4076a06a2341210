import type { Dialect } from '../../dialect/dialect.ts';
import type { ObjectKind } from '../../dialect/object-kind.ts';
import type { Operation } from '../../operations/operation.ts';
import { type EnumObject, enumObject } from '../../schema/enum-object.ts';
import { keyOf } from '../../schema/names.ts';
import type { SchemaModel } from '../../schema/schema-model.ts';
import { typeFor } from '../../schema/types/generic.ts';
import { deepEqual } from '../../util/deep-equal.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';
import { defineObjectKind } from '../object-kind.ts';
import {
  type AlterEnum,
  alterEnum,
  type CreateEnum,
  createEnum,
  type DropEnum,
  dropEnum,
} from './operations.ts';

/** The database's own enum types: what columns use is implied, and compared like anything else. */
export const enumKind: ObjectKind<EnumObject> = defineObjectKind<EnumObject>({
  kind: 'enum',
  operations: [createEnum, dropEnum, alterEnum],
  derive,
  compare: ({ model, canonical, database }): readonly Operation[] => {
    if (database === null && model !== null)
      return [deepFreeze<CreateEnum>({ kind: 'createEnum', enum: model })];
    if (database !== null && model === null) {
      return [
        deepFreeze<DropEnum>({
          kind: 'dropEnum',
          name: database.name,
          schema: database.schema,
          ifExists: false,
          was: database,
        }),
      ];
    }
    if (canonical === null || database === null || deepEqual(canonical.values, database.values)) return [];
    const { name, schema, values } = canonical;
    return [
      deepFreeze<AlterEnum>({ kind: 'alterEnum', name, schema, values, existingValues: database.values }),
    ];
  },
});

function derive(model: SchemaModel, dialect: Dialect): readonly EnumObject[] {
  if (!dialect.capabilities.namedEnums) return [];
  const found = new Map<string, EnumObject>();
  for (const table of model.tables) {
    for (const column of table.columns) {
      const own = typeFor(column.type, dialect.name);
      const type = own.item ?? own;
      if (
        type.name !== 'enumType' ||
        type.native === false ||
        type.typeName === undefined ||
        type.values === undefined
      )
        continue;
      const object = enumObject(type.typeName, type.values, type.typeSchema ?? table.schema);
      if (!found.has(keyOf(object))) found.set(keyOf(object), object);
    }
  }
  return [...found.values()];
}
