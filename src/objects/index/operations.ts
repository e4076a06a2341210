import {
  checkName,
  checkOptions,
  inTable,
  irreversible,
  optionArguments,
  type SchemaOption,
  tableArgument,
} from '../../operations/arguments.ts';
import { defineOperation, type OperationDefinition } from '../../operations/define-operation.ts';
import { changeTable, withNew, without } from '../../operations/model-tables.ts';
import { key, type Operation, type TableOperation, tableOf } from '../../operations/operation.ts';
import {
  type DialectOptions,
  type DialectOptionsInput,
  dialectNames,
  pickDialectOptions,
} from '../../schema/dialect-options.ts';
import { type NameInput, nameFields, nameInput, type QualifiedName } from '../../schema/names.ts';
import type { SchemaModel } from '../../schema/schema-model.ts';
import {
  index as buildIndex,
  type Index,
  type IndexElement,
  type IndexElementInput,
  type IndexOptions,
  indexOptionNames,
} from '../../schema/table-index.ts';
import type { View } from '../../schema/view.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';
import { indexNeeds } from '../expression-needs.ts';
import { indexStatements } from './sql.ts';

export interface CreateIndex extends TableOperation {
  readonly kind: 'createIndex';
  readonly index: Index;
  readonly ifNotExists: boolean;
}

export interface DropIndex extends Operation {
  readonly kind: 'dropIndex';
  /** null where it wasn't said: enough on databases whose index names are the schema's */
  readonly table: string | null;
  readonly schema: string | null;
  readonly name: string;
  readonly ifExists: boolean;
  readonly options: DialectOptions;
  readonly was: Index | null;
}

export interface CreateIndexOptions extends IndexOptions, SchemaOption {
  readonly ifNotExists?: boolean;
}

export interface DropIndexOptions extends SchemaOption, DialectOptionsInput {
  readonly table?: string | null;
  readonly ifExists?: boolean;
}

type CreateArgs = [
  name: NameInput,
  table: string,
  columns: readonly IndexElementInput[],
  options?: CreateIndexOptions,
];
type BatchCreateArgs = [
  name: NameInput,
  columns: readonly IndexElementInput[],
  options?: Omit<CreateIndexOptions, 'schema'>,
];

/** ``op.createIndex('ix_users_email', 'users', ['email', sql`lower(name)`], { unique: true })`` */
export const createIndex: OperationDefinition<CreateIndex, CreateArgs, BatchCreateArgs, void> =
  defineOperation({
    kind: 'createIndex',
    create: make,
    batch: (
      table: QualifiedName,
      name: NameInput,
      columns: readonly IndexElementInput[],
      options: Omit<CreateIndexOptions, 'schema'> = {},
    ) => make(name, table.name, columns, inTable(table, options)),
    call: (op) => [
      nameInput(op.index),
      op.table,
      columnArguments(op.index),
      ...optionArguments({ schema: op.schema, ...indexOptions(op) }),
    ],
    batchCall: (op) => [nameInput(op.index), columnArguments(op.index), ...optionArguments(indexOptions(op))],
    reverse: (op): DropIndex => drop(op),
    apply: (op, schema) =>
      changeIndexed(schema, tableOf(op), (table) => {
        if (op.ifNotExists && table.indexes.some((other) => other.name === op.index.name)) return table;
        const same = (other: Index): boolean => other.name !== null && other.name === op.index.name;
        return {
          ...table,
          indexes: withNew(table.indexes, op.index, same, `an index '${op.index.name}'`, table),
        };
      }),
    sql: (op, dialect) => indexStatements(tableOf(op), op.index, dialect, op.ifNotExists),
    destroys: null,
    touches: (op) => indexTouches(tableOf(op), op.index),
    outside: (op) =>
      isConcurrent(op.index)
        ? { within: deepFreeze({ ...op, index: notConcurrently(op.index) }), unless: owner(tableOf(op)) }
        : null,
  });

/** `op.dropIndex('ix_users_email', { table: 'users' })`; the table is needed on MySQL. */
export const dropIndex: OperationDefinition<
  DropIndex,
  [name: string, options?: DropIndexOptions],
  [name: string, options?: Omit<DropIndexOptions, 'schema' | 'table'>],
  void
> = defineOperation({
  kind: 'dropIndex',
  create: remove,
  batch: (table: QualifiedName, name: string, options: Omit<DropIndexOptions, 'schema' | 'table'> = {}) =>
    remove(name, inTable(table, { ...options, table: table.name })),
  call: ({ name, table, schema, ifExists, options }) => [
    name,
    ...optionArguments({ table, schema, ifExists, ...options }),
  ],
  batchCall: ({ name, ifExists, options }) => [name, ...optionArguments({ ifExists, ...options })],
  reverse: ({ was, name, table, schema }): CreateIndex => {
    if (was === null || table === null)
      throw irreversible('dropIndex', `index '${name}'`, "write the downgrade's createIndex by hand.");
    return deepFreeze({ kind: 'createIndex', table, schema, index: was, ifNotExists: false });
  },
  apply: (op, schema) => {
    const table =
      op.table ?? schema.tables.find((each) => each.indexes.some((index) => index.name === op.name))?.name;
    if (table === undefined && op.ifExists) return;
    changeIndexed(schema, { schema: op.schema, name: table ?? '' }, (owner) => {
      if (op.ifExists && !owner.indexes.some((index) => index.name === op.name)) return owner;
      return {
        ...owner,
        indexes: without(owner.indexes, (index) => index.name === op.name, `index '${op.name}'`, owner),
      };
    });
  },
  sql: ({ name, schema, ifExists }, { writer }) => [
    { sql: `DROP INDEX ${ifExists ? 'IF EXISTS ' : ''}${writer.name({ schema, name })}` },
  ],
  destroys: null,
  touches: ({ name, table, schema, was }) => {
    if (was === null || table === null) return { removes: [key('index', { schema, name })] };
    const { requires, provides } = indexTouches({ schema, name: table }, was);
    return { removes: provides, releases: requires };
  },
  outside: (op) => {
    if (!isConcurrent(op)) return null;
    const table = op.table === null ? null : { schema: op.schema, name: op.table };
    const columns = (op.was?.elements ?? []).flatMap(({ column }) => column ?? []);
    return {
      within: deepFreeze(notConcurrently(op)),
      // what drops a column waits for everybody, and takes the index along
      unless:
        table === null ? [] : [...owner(table), ...columns.map((column) => key('column', table, column))],
    };
  },
});

/** Whether it is made or dropped while others go on writing (PostgreSQL). */
export function isConcurrent({ options }: { readonly options: DialectOptions }): boolean {
  return options.postgresql?.concurrently === true;
}

/** The same, made or dropped within a transaction. */
export function notConcurrently<T extends { readonly options: DialectOptions }>(given: T): T {
  const { postgresql: { concurrently: _, ...others } = {}, ...options } = given.options;
  return {
    ...given,
    options: Object.keys(others).length === 0 ? options : { ...options, postgresql: others },
  };
}

/** What has the indexes: a table, or a materialized view. */
function owner(name: QualifiedName): readonly string[] {
  return [key('table', name), key('view', name)];
}

/** Changes the indexes of a table, or of a materialized view. */
function changeIndexed(
  schema: SchemaModel,
  name: QualifiedName,
  change: <T extends QualifiedName & { readonly indexes: readonly Index[] }>(owner: T) => T,
): void {
  const view = schema.table(name) === undefined ? schema.get<View>('view', name) : undefined;
  if (view === undefined) changeTable(schema, name, change);
  else schema.put(deepFreeze(change(view)));
}

function make(
  name: NameInput,
  table: string,
  columns: readonly IndexElementInput[],
  options: CreateIndexOptions = {},
): CreateIndex {
  checkOptions('createIndex', options, ['schema', 'ifNotExists', ...indexOptionNames]);
  const { schema = null, ifNotExists = false, ...rest } = options;
  return deepFreeze({
    kind: 'createIndex',
    ...tableArgument('createIndex', table, { schema }),
    index: buildIndex(name, columns, rest),
    ifNotExists,
  });
}

function remove(name: string, options: DropIndexOptions = {}): DropIndex {
  checkOptions('dropIndex', options, ['table', 'schema', 'ifExists', ...dialectNames]);
  return deepFreeze({
    kind: 'dropIndex',
    table:
      options.table === undefined || options.table === null
        ? null
        : checkName('dropIndex: the table', options.table),
    schema: options.schema ?? null,
    name: nameFields('dropIndex: the name', name).name ?? checkName('dropIndex: the name', name),
    ifExists: options.ifExists ?? false,
    options: pickDialectOptions(options),
    was: null,
  });
}

export const concurrently: DialectOptions = { postgresql: { concurrently: true } };

/** The operation that drops what `op` makes. Where the index was made concurrently, so is the drop. */
function drop({ table, schema, index }: CreateIndex): DropIndex {
  const options = isConcurrent(index) ? concurrently : {};
  return deepFreeze({
    kind: 'dropIndex',
    table,
    schema,
    name: index.name ?? '',
    ifExists: false,
    options,
    was: index,
  });
}

/** Elements as the builder takes them: the name of a column, an expression, or an object with what is said of it. */
export function columnArguments(index: Index): readonly IndexElementInput[] {
  return index.elements.map((element) => {
    const said = Object.entries(element).filter(([, value]) => value !== null);
    if (said.length === 1) return element.column ?? (element.expression as IndexElementInput);
    return Object.fromEntries(said) as Partial<IndexElement>;
  });
}

function indexOptions({ index, ifNotExists }: CreateIndex): { readonly [name: string]: unknown } {
  return { unique: index.unique, where: index.where, ifNotExists, ...index.options };
}

function indexTouches(
  table: QualifiedName,
  index: Index,
): { requires: readonly string[]; provides: readonly string[] } {
  const columns = [...index.elements.map(({ column }) => column), ...includedColumns(index)];
  const opaque = index.where !== null || columns.includes(null);
  return {
    requires: [
      key('table', table),
      key('view', table),
      ...columns.filter((column) => column !== null).map((column) => key('column', table, column)),
      ...(opaque ? [key('columns', table)] : []),
      ...indexNeeds(index, table.schema),
    ],
    provides: [
      key('index', { schema: table.schema, name: index.name ?? '' }),
      ...(index.unique ? [key('key', table)] : []),
    ],
  };
}

/** The columns that an index merely carries along: INCLUDE. */
function includedColumns({ options }: Index): readonly string[] {
  return Object.values(options).flatMap(({ include }) =>
    Array.isArray(include) ? include.filter((each) => typeof each === 'string') : [],
  );
}
