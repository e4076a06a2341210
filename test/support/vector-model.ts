import {
  type Column,
  type ColumnOptions,
  type ColumnType,
  check,
  column,
  computed,
  enumType,
  foreignKey,
  identity,
  index,
  MetaData,
  type NamingConvention,
  sql,
  type Table,
  type TableElement,
  table,
  unique,
} from '../../src/schema/index.ts';
import { primaryKey } from '../../src/schema/primary-key.ts';
import { makeType } from '../../src/schema/types/generic.ts';
import {
  keyColumns,
  typeObject,
  type VectorColumn,
  type VectorSchema,
  type VectorTable,
  type VectorType,
} from './vector-schema.ts';

/** What ../shared/vectors/README.md says of `namingConvention: true`. */
export const namingConvention: NamingConvention = {
  ix: 'ix_%(table_name)s_%(column_0_N_name)s',
  uq: 'uq_%(table_name)s_%(column_0_N_name)s',
  ck: 'ck_%(table_name)s_%(constraint_name)s',
  fk: 'fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s',
  pk: 'pk_%(table_name)s',
};

/** A schema of the vectors or of the generator as an application's models. */
export function metadataOf(schema: VectorSchema): MetaData {
  return new MetaData(schema.tables.map(tableOf), schema.namingConvention ? { namingConvention } : {});
}

export function tableOf(given: VectorTable): Table {
  const { strict, withoutRowid, autoincrement } = given.sqlite ?? {};
  const keys = (given.foreignKeys ?? []).map(
    ({ columns, refTable, refSchema, refColumns, name, ...options }) =>
      foreignKey(columns, refTable, refColumns, {
        ...options,
        name,
        // said, so that a dot in the table's name isn't read as a schema's
        referredSchema: refSchema ?? null,
      }),
  );
  const uniques = (given.uniques ?? []).map(({ columns, name, deferrable, nullsNotDistinct }) =>
    unique(columns, {
      name,
      ...(deferrable === undefined ? {} : { deferrable }),
      ...(nullsNotDistinct ? { postgresql: { nullsNotDistinct } } : {}),
    }),
  );
  const elements: TableElement[] = [
    ...given.columns.map((each) => columnOf(each, given, autoincrement === true)),
    ...(given.primaryKey ? [primaryKey(given.primaryKey.columns, { name: given.primaryKey.name })] : []),
    ...keys,
    ...uniques,
    ...(given.checks ?? []).map(({ name, expr }) => check(sql.raw(expr), { name })),
    ...(given.indexes ?? []).map(
      ({ name, columns, unique: isUnique = false, where, using, include, ops, nullsNotDistinct }) =>
        index(
          name,
          columns.map((item) => {
            if (typeof item === 'string')
              return ops?.[item] === undefined ? item : { column: item, operatorClass: ops[item] };
            return 'expr' in item
              ? sql.raw(item.expr)
              : { column: item.col, order: item.desc ? 'DESC' : null };
          }),
          {
            unique: isUnique,
            where: where === undefined ? null : sql.raw(where),
            postgresql: {
              ...(using === undefined ? {} : { using }),
              ...(include === undefined ? {} : { include }),
              ...(nullsNotDistinct ? { nullsNotDistinct } : {}),
            },
          },
        ),
    ),
  ];
  return table(given.name, elements, {
    schema: given.schema ?? null,
    comment: given.comment ?? null,
    sqlite: { ...(strict ? { strict } : {}), ...(withoutRowid ? { withoutRowid } : {}) },
  });
}

export function columnOf(given: VectorColumn, owner: VectorTable, keyword: boolean): Column {
  const { name, default: value, computed: generated, identity: counter, foreignKeys = [], collation } = given;
  const counts = keyword && keyColumns(owner).length === 1 && keyColumns(owner)[0] === name;
  const reference = foreignKeys[0];
  if (foreignKeys.length > 1)
    throw new Error(`${owner.name}.${name}: more than one foreign key on a column.`);
  const plain = Object.fromEntries(
    (['nullable', 'primaryKey', 'autoincrement', 'comment', 'unique', 'index'] as const)
      .filter((option) => given[option] !== undefined)
      .map((option) => [option, given[option]]),
  ) as ColumnOptions;
  return column(name, typeOf(given.type), {
    ...plain,
    serverDefault: value === undefined ? null : 'literal' in value ? value.literal : sql.raw(value.expr),
    ...(generated === undefined
      ? {}
      : {
          computed: computed(
            sql.raw(generated.expr),
            generated.persisted === undefined ? {} : { persisted: generated.persisted },
          ),
        }),
    ...(counter === undefined ? {} : { identity: identity(counter) }),
    ...(reference === undefined
      ? {}
      : {
          references: {
            column: reference.target,
            name: reference.name,
            onDelete: reference.onDelete ?? null,
          },
        }),
    ...(collation === undefined && !counts
      ? {}
      : {
          sqlite: {
            ...(collation === undefined ? {} : { collation }),
            ...(counts ? { autoincrement: true } : {}),
          },
        }),
  });
}

/** The vectors' names of types whose builders are called otherwise. */
const names: { readonly [name: string]: string } = {
  smallint: 'smallInteger',
  bigint: 'bigInteger',
  datetime: 'dateTime',
  binary: 'largeBinary',
  nativeuuid: 'uuid',
  unsignedint: 'integer',
};

export function typeOf(type: VectorType): ColumnType {
  const { t, tz, values, name, native, createConstraint, constraintName, item, scale, ...options } =
    typeObject(type);
  if (t === 'enum')
    return enumType(values ?? [], {
      ...(name === undefined ? {} : { name }),
      ...(native === undefined ? {} : { native }),
      createConstraint: createConstraint ?? false,
    });
  return makeType(names[t] ?? t, {
    ...options,
    scale: scale ?? undefined,
    timezone: tz === true ? true : undefined,
    values,
    item: item === undefined ? undefined : typeOf(item),
    createConstraint: createConstraint === true ? true : undefined,
    typeName: createConstraint === true ? constraintName : undefined,
  });
}
