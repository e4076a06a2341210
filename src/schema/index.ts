export { type Check, check } from './check.ts';
export {
  type Column,
  type ColumnElement,
  type ColumnOptions,
  type ColumnReference,
  type ColumnShorthand,
  column,
} from './column.ts';
export { type Computed, computed } from './computed.ts';
export type { ServerDefault } from './default.ts';
export type { DialectOptions, DialectOptionsInput, OptionValue } from './dialect-options.ts';
export { type ForeignKey, type ForeignKeyOptions, foreignKey } from './foreign-key.ts';
export { type Identity, type IdentityOptions, identity } from './identity.ts';
export { MetaData, type MetaDataOptions, type SchemaObject } from './metadata.ts';
export { type FinalName, f, type NameInput, type QualifiedName } from './names.ts';
export { defaultNamingConvention, type NamingConvention } from './naming.ts';
export { type KeyOptions, type PrimaryKey, primaryKey } from './primary-key.ts';
export { SchemaModel } from './schema-model.ts';
export type { SchemaTranslateMap } from './schema-translation.ts';
export {
  type Sequence,
  type SequenceOptions,
  type SequenceOwner,
  sequence,
  type WholeNumber,
} from './sequence.ts';
export { type SortedTables, sortTables } from './sorting.ts';
export { type Sql, type SqlValue, sql } from './sql.ts';
export { type SqlFunction, type SqlFunctionOptions, sqlFunction } from './sql-function.ts';
export {
  type Constraint,
  type OtherConstraint,
  type Table,
  type TableElement,
  type TableOptions,
  table,
} from './table.ts';
export {
  type Index,
  type IndexElement,
  type IndexElementInput,
  type IndexOptions,
  index,
} from './table-index.ts';
export { type Trigger, type TriggerOptions, type TriggerState, trigger } from './trigger.ts';
export type { ColumnType, TypeDefinition, TypeOptions } from './types/column-type.ts';
export {
  bigInteger,
  boolean,
  char,
  date,
  dateTime,
  double,
  type EnumOptions,
  enumType,
  float,
  integer,
  interval,
  json,
  largeBinary,
  numeric,
  real,
  type StringOptions,
  smallInteger,
  sqlType,
  string,
  type TimeOptions,
  text,
  time,
  timestamp,
  unicode,
  uuid,
  varbinary,
  withVariant,
} from './types/generic.ts';
export { type Unique, unique } from './unique.ts';
export {
  type MaterializedViewOptions,
  materializedView,
  type View,
  type ViewOptions,
  view,
} from './view.ts';
